"""How gunicorn serves the portal, on one's own machine (`make run`) and in production alike.

The variables read here are gunicorn's, not the portal's; docs/operations.md lists them beside the others. In production
nginx stands in front, so gunicorn listens on this machine only.
"""

import os
from pathlib import Path

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")

# Slow sockets hold no thread (docs/decisions/0018-patient-worker.md).
# Threads, because a request waits for the database far longer than it computes; processes, one a core, for the rest.
worker_class = "portal.worker.PatientWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", os.cpu_count() or 2))
threads = int(os.environ.get("WEB_THREADS", 8))
os.environ["MAX_REQUEST_MB"] = os.environ.get("MAX_REQUEST_MB", "110")  # for portal.worker
# A worker is renewed now and then; no request is lost by it. At the speed of the page cache a million take some minutes.
max_requests, max_requests_jitter = 1_000_000, 200_000

timeout = 60
graceful_timeout = 30  # an upload that has begun may finish during a reload
keepalive = 5
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
        "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}},
    }
