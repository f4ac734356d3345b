"""How gunicorn serves the portal, on one's own machine (`make run`) and in production alike.

The variables read here are gunicorn's, not the portal's; docs/operations.md lists them beside the
others. Its threads read from the socket themselves, so a slow reader holds one: wherever strangers
reach, nginx stands in front (docs/decisions/0066-nginx-in-front.md).
"""

import ipaddress
import os
import sys
from pathlib import Path
from types import SimpleNamespace

from environ import Env
from gunicorn.config import Config

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")

# Threads, because a request waits for the database far longer than it computes; processes, one a
# core, for the rest.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 2))
threads = int(os.environ.get("WEB_THREADS", 8))
# A worker is renewed now and then; no request is lost by it. At the speed of the page cache a
# million take some minutes.
max_requests, max_requests_jitter = 1_000_000, 200_000

timeout = 60
graceful_timeout = 30  # an upload that has begun may finish during a reload
# nginx gives up an idle connection after 60 seconds. The portal must not be the first: a form sent
# in that moment would be lost.
keepalive = 65
limit_request_line = 8190  # the portal refuses a long address itself, in words
if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK):  # noqa: S108
    worker_tmp_dir = "/dev/shm"  # noqa: S108  a heartbeat must never wait for a busy disk

control_socket_disable = True  # signals are enough, and the socket would lie in the account's home
forwarded_allow_ips = ""  # the portal's own TRUSTED_PROXY_COUNT decides which proxy is believed
accesslog = os.environ.get("ACCESS_LOG") or None  # nginx writes one; "-" prints it here
errorlog = "-"

# The same form as the portal's own lines, by the portal's own variables.
is_demo = os.getenv("DEMO", "0").lower() in {"1", "true", "yes", "on"}
if os.getenv("LOG_FORMAT", "line" if is_demo else "json").lower() == "json":
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "portal.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}
        },
    }

REFUSAL = """
没有启动：{} 不是只有本机能访问的地址。门户不能自己面对公众：几十个慢连接就会占满它的线程。
  · 只在本机使用：不要设置 BIND，或者写成 BIND=127.0.0.1:8000。
  · 前面有 nginx，而且只有 nginx 能连到这个地址（例如容器）：请在服务的环境变量或 .env 中写明前面有几层代理，
    例如 TRUSTED_PROXY_COUNT=1，再启动。
说明见 docs/operations.md。
Not started: {} can be reached from outside this machine. Put nginx in front and set TRUSTED_PROXY_COUNT, or listen on 127.0.0.1."""


def on_starting(server):
    """gunicorn's hook before it listens. Exits where strangers could reach it and nobody says that
    something stands in front.
    """
    strange = [address for address in server.cfg.address if not _is_of_this_machine(address)]
    if strange and not _says_what_stands_in_front():
        told = "、".join(map(_written, strange))
        sys.exit(REFUSAL.format(told, told).strip())


def _is_of_this_machine(address):
    """Whether only programs of this machine reach it: a Unix socket, or the loopback interface."""
    if isinstance(address, str | bytes):
        return True
    if not isinstance(address, tuple):  # a socket that was handed down: nobody knows which
        return False
    try:
        return address[0] == "localhost" or ipaddress.ip_address(address[0].strip("[]")).is_loopback
    except ValueError:
        return False


def _written(address):
    return ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)


def _says_what_stands_in_front():
    """By TRUSTED_PROXY_COUNT of the environment, else of `.env`, where the portal reads it too."""
    env = Env()
    env.read_env(Path(__file__).resolve().parent.parent / ".env")
    return env.str("TRUSTED_PROXY_COUNT", default="0").strip() not in {"", "0"}


if __name__ == "__main__":  # `make run` asks before it sets anything up
    config = Config()
    config.set("bind", bind)
    on_starting(SimpleNamespace(cfg=config))
