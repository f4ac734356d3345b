"""What a machine has to share with the others that serve the same database: the media folder and
the keys (docs/scaling.md).

The media folder bears a mark, and the database knows it, so that a machine whose shared folder was
not mounted, or which was pointed at another, is found before it answers 404 for files that are
published.
"""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from disclosure.erasing import clearing
from disclosure.models import Attachment, Node
from portal.models import SharedFolder

MARK = "lantai-folder-id"
MEDIA = "media"
SAMPLE = 20


def _mark():
    """What stands in the media folder's mark, or an empty word."""
    try:
        return (Path(settings.MEDIA_ROOT) / MARK).read_text().strip()
    except OSError:
        return ""


def _expected():
    return SharedFolder.objects.filter(name=MEDIA).values_list("identity", flat=True).first()


def media_fault():
    """What is wrong with this machine's media folder, as (few words for a machine, a sentence, its
    remedy), or None.

    The mark decides. Where there is none (a version before, or a copy that left it out), the newest
    attachments do.
    """
    expected, mark, root = _expected(), _mark(), settings.MEDIA_ROOT
    if expected and mark:
        return None if mark == expected else _another_folder(root)
    files = [
        attachment.file.path
        for attachment in Attachment.objects.order_by("-uploaded_at").only("file")[:SAMPLE]
    ]
    here = sum(os.path.isfile(path) for path in files)
    if (files and not here) or (expected and here < max(len(files), 1)):
        if not os.path.isdir(root):
            return _missing_folder(root)
        return _another_folder(root)
    return None


def _missing_folder(root):
    return (
        "media folder missing",
        f"附件目录 {root} 不存在。",
        "请挂载各台服务器共用的附件目录（见 docs/scaling.md），或检查 DATA_DIR 是否指对；本机在此之前不接收读者。",
    )


def _another_folder(root):
    return (
        "another media folder",
        f"附件目录 {root} 不是数据库所对应的那一个：公开的附件不在这里。",
        f"请检查共用目录是否已经挂载、DATA_DIR 是否指对（见 docs/scaling.md）。附件确已全部移到这里的，删除 {root}/{MARK} 后再试。",
    )


def mark_media():
    """Give the media folder its mark and let the database know it, once; returns whether that could
    be done.

    The mark first, the database second: machines with folders of their own then disagree with the
    first that came.
    """
    if media_fault():
        return False
    expected, mark = _expected(), _mark()
    if expected and mark:
        return True
    mark = _write_mark(expected or uuid.uuid4().hex)
    folder, _ = SharedFolder.objects.get_or_create(name=MEDIA, defaults={"identity": mark})
    return folder.identity == mark


def _write_mark(identity):
    """Returns what stands there in the end: of several machines that share the folder one is first."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    waiting = root / f".{MARK}.{uuid.uuid4().hex}"
    waiting.write_text(identity)
    try:
        os.link(waiting, root / MARK)
    except FileExistsError:
        pass
    finally:
        waiting.unlink()
    return _mark()


def secret_key_digest(key=None):
    """Tells machines with different secret keys apart, and nothing of the key. None: the key in
    use.
    """
    return salted_hmac("portal.nodes", "secret-key", secret=key, algorithm="sha256").hexdigest()[
        :32
    ]


def report_in():
    """Write down that this machine is there and which secret key it has; forget machines that are
    gone.
    """
    Node.objects.note(clearing.node(), secret_key_digest=secret_key_digest())
    Node.objects.forget_gone()


def others_with_another_secret_key():
    """Names of machines seen lately that sign sessions and forms with another key."""
    known = {"", secret_key_digest()}  # empty: one that has not reported yet
    others = Node.objects.at_work().exclude(name=clearing.node())
    return list(others.exclude(secret_key_digest__in=known).values_list("name", flat=True))
