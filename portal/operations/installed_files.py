"""Whether the units and nginx files of this machine are those of this version.

They are copied once and then changed (names, certificates), so they cannot be compared byte by
byte. Each shipped file ends with a stamp, a digest of its content (`make stamps` writes it), which
a changed copy keeps: another stamp is another version's.
"""

import hashlib
import re
from pathlib import Path

from django.conf import settings

STAMP = re.compile(r"^# stamp ([0-9a-f]{12})\b.*\n?", re.MULTILINE)
PLACES = {
    "systemd/*": "etc/systemd/system",
    "nginx/lantai.conf": "etc/nginx/conf.d",
    "nginx/lantai-*.conf": "etc/nginx",
}
ALTERNATIVES = "newer"  # a folder of files that stand in for those of the same name


def digest_of(text):
    """What the stamp of this content says."""
    return hashlib.sha256(STAMP.sub("", text).encode()).hexdigest()[:12]


def stamp_of(text):
    """The stamp a file bears; of one without, as of versions before, what it would be."""
    found = STAMP.search(text)
    return found[1] if found else digest_of(text)


def stamped(text):
    """The content with its stamp as the last line."""
    bare = STAMP.sub("", text)
    return f"{bare}# stamp {digest_of(bare)} (deploy/: doctor compares it)\n"


def shipped():
    """{shipped file: where it is installed}, by path from the root of the file system."""
    deploy = Path(settings.BASE_DIR) / "deploy"
    return {
        file: f"{place}/{file.name}"
        for glob, place in PLACES.items()
        for file in sorted(deploy.glob(glob))
        if file.is_file()
    }


def differing(root=Path("/")):
    """[(shipped file, installed file, is there)] of what is not this version's; nothing where
    nothing of a kind is installed.
    """
    kinds = {}
    for file, place in shipped().items():
        kinds.setdefault(file.parent, []).append((file, Path(root) / place))
    found = []
    for pairs in kinds.values():
        if any(installed.is_file() for _, installed in pairs):
            found += [
                pair
                for pair in ((file, there, there.is_file()) for file, there in pairs)
                if not _is_current(*pair)
            ]
    return found


def _is_current(file, installed, is_there):
    if not is_there:
        return False
    alternatives = [file, *file.parent.glob(f"{ALTERNATIVES}/{file.name}")]
    try:
        return stamp_of(installed.read_text()) in {
            stamp_of(one.read_text()) for one in alternatives
        }
    except OSError:  # not for our account to read: nobody can tell
        return True


def what_to_copy(root=Path("/")):
    """(what, what to do) for people, a pair a file."""
    home = _home(root)
    for file, installed, is_there in differing(root):
        source = home / file.relative_to(settings.BASE_DIR)
        if not is_there:
            yield (
                f"没有安装 {installed}。",
                f"请以 root 运行 install -m 644 {source} {installed}{_afterwards(file, is_there)}",
            )
        else:
            yield (
                f"{installed} 不是这个版本的。",
                f"请以 root 运行 diff {installed} {source}，把自己改过的内容（域名、证书）并入新文件后复制过去"
                + _afterwards(file, is_there),
            )


def _home(root):
    """Where the units look for the code: `deploy/upgrade` asks from a folder beside it, which takes
    that name afterwards.
    """
    unit = Path(root) / "etc/systemd/system/lantai@.service"
    try:
        found = re.search(r"^WorkingDirectory=(/.*)$", unit.read_text(), re.MULTILINE)
    except OSError:
        found = None
    return Path(found[1].strip()) if found else Path(settings.BASE_DIR)


def _afterwards(file, is_there):
    """A new timer, path or service has to be switched on; one that another unit starts only to be
    known.
    """
    if file.parent.name != "systemd":
        return "，再运行 nginx -t && systemctl reload nginx。"
    if is_there:
        return "，再运行 systemctl daemon-reload 并重新启动它。"
    if "@" in file.name or "[Install]" not in file.read_text():
        return "，再运行 systemctl daemon-reload。"
    return f"，再运行 systemctl daemon-reload && systemctl enable --now {file.name}。"


def main():
    """`make stamps`: write the stamps of all shipped files anew."""
    deploy = Path(settings.BASE_DIR) / "deploy"
    for file in [*shipped(), *deploy.glob(f"nginx/{ALTERNATIVES}/*.conf")]:
        file.write_text(stamped(file.read_text()))
