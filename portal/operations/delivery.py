"""Whether nginx can deliver what it is told to: one attachment and one static file, as the web
server's own account would read them, and as a reader asks for them. A check of `manage.py doctor`.
"""

import contextlib
import grp
import http.client
import pwd
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from disclosure.models import Attachment
from portal.machines import modes
from portal.operations.symptoms import Symptom

ACCOUNTS = (
    "www-data",
    "nginx",
    "http",
    "www",
)  # of nginx: Debian, nginx.org and Red Hat, Arch, BSD
PATIENCE = 3.0
INSTALLED = Path(
    "/etc/nginx/conf.d/lantai.conf"
)  # where it lies, the nginx of this machine should listen
# From the most that is amiss to the least: {status: what to do}.
REMEDIES = {
    403: "请运行 manage.py mend_modes；仍不行的，运行 manage.py doctor 看是哪个目录。",
    404: "请核对 nginx 配置中 /static/ 和 /protected/ 两处 alias 的路径与 DATA_DIR 一致，再运行 manage.py collectstatic --noinput。",
}


def delivery() -> Iterator[Symptom]:
    """Nothing is looked at where nginx delivers no files (`X_ACCEL_LOCATION` is not set)."""
    if not settings.X_ACCEL_LOCATION:
        return
    static, attachment = _static_file(), _attachment()
    for path in filter(None, (static, attachment and Path(attachment.file.path))):
        yield from _read_by_the_web_server(path)
    addresses = [f"/static/{static.relative_to(settings.STATIC_ROOT).as_posix()}"] if static else []
    addresses += [attachment.get_absolute_url()] if attachment else []
    yield from dict.fromkeys(symptom for address in addresses for symptom in _asked_for(address))


def _static_file() -> Path | None:
    """One without a compressed copy beside it, where there is one: nginx delivers the copy first,
    and it may have other modes.
    """
    files = [
        path
        for path in Path(settings.STATIC_ROOT).rglob("*.*")
        if path.suffix in {".css", ".png", ".svg", ".woff2"}
    ]
    return min(
        files, key=lambda path: (path.with_name(f"{path.name}.gz").exists(), path), default=None
    )


def _attachment() -> Attachment | None:
    newest = Attachment.objects.published().order_by("-uploaded_at")[:20]
    return next((one for one in newest if Path(one.file.path).is_file()), None)


def account() -> tuple[str, int, set[int]]:
    """(name, number, groups) of nginx's account; where it is none of this machine's (a container),
    anybody's.
    """
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return (
                name,
                found.pw_uid,
                {found.pw_gid, *(one.gr_gid for one in grp.getgrall() if name in one.gr_mem)},
            )
    return "nginx", -1, set()


def _read_by_the_web_server(path: Path) -> Iterator[Symptom]:
    name, uid, gids = account()
    barrier = modes.may_read(path, uid, gids)
    if barrier is None:
        return
    data = Path(settings.DATA_DIR).absolute()
    if data.is_relative_to(barrier):
        remedy = f"请以 root 运行 chgrp {name} {barrier} && chmod 750 {barrier}（让 {name} 组可以进入）。"
    else:
        remedy = "请以服务账号运行 manage.py mend_modes。"
    yield Symptom(
        f"网站服务器（账号 {name}）读不到 {path}，公众会看到 403：{barrier} 不允许。", remedy
    )


def _asked_for(address: str) -> Iterator[Symptom]:
    """Ask the nginx of this machine by the site's name; where none is set up here, somebody else
    delivers.
    """
    try:
        status = _status(address)
    except (OSError, http.client.HTTPException):
        if INSTALLED.is_file():
            yield Symptom(
                "本机的 nginx 没有应答，公众打不开网站。",
                "请以 root 运行 nginx -t，改正它指出的地方（例如 /etc/lantai/tls 中没有证书），再运行 systemctl restart nginx。",
            )
        return
    if status >= 400:
        remedy = REMEDIES.get(status, "请查看 nginx 的错误日志（/var/log/nginx/error.log）。")
        yield Symptom(f"通过 nginx 读取 {address} 得到 {status}。", remedy)


def _status(address: str) -> int:
    site = urlsplit(settings.SITE_ORIGIN)
    if not site.hostname:
        raise OSError("SITE_ORIGIN is not set")
    connection: http.client.HTTPConnection
    if site.scheme == "https":
        # The machine asks itself under the site's name; that certificate is not what is examined
        # here.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            "127.0.0.1", site.port or 443, timeout=PATIENCE, context=context
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", site.port or 80, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", address, headers={"Host": site.netloc, "Sec-Purpose": "prefetch"})
        return connection.getresponse().status
