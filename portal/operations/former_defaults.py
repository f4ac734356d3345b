"""What an installation printed until now because nobody had set it: kept by the upgrade that takes
these defaults away.

Until 0.1.0 the site's name, identification code and so on had defaults: those of a demonstration. A
district that runs with them must go on as it was and be told, not stop (`manage.py upgrade`,
deploy/upgrade).
"""

import os
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

FORMER = {
    "SITE_NAME": "松北区人民政府",
    "SITE_PLATFORM": "政府信息公开",
    "SITE_DOMAIN": "www.songbei.gov.cn",
    "SITE_ID_CODE": "2301090001",
    "SITE_ORGANISER": "松北区人民政府办公室",
    "SITE_ICP": "黑ICP备00000000号",
}
# The migration that came with the loss of the defaults: where it is applied, what is unset is meant
# to be.
TAKEN_AWAY_BY = ("portal", "site_identity")
COMMENT = "# 升级时由程序写入：以前没有填写、一直按默认值显示的内容。请逐项核对，不是本区的请改正，然后重新启动服务。"


def lines():
    """The lines ("NAME=value") to be written into the file of variables; none where nothing has to
    be kept.
    """
    loader, (app, word) = MigrationExecutor(connection).loader, TAKEN_AWAY_BY
    taken_away_by = {
        key for key in loader.disk_migrations if key[0] == app and key[1].endswith(word)
    }
    is_running = any(key[0] == app for key in loader.applied_migrations)
    if (
        settings.DEMO
        or not is_running
        or not taken_away_by
        or taken_away_by & set(loader.applied_migrations)
    ):
        return []
    return [f"{name}={value}" for name, value in FORMER.items() if name not in os.environ]


def dotenv():
    """The file `.env` beside manage.py, where this installation has one that may be written; else
    None.
    """
    path = Path(settings.BASE_DIR) / ".env"
    return path if path.is_file() and os.access(path, os.W_OK) else None


def write(path, kept):
    """Add lines to a file of variables, with a comment that says where they come from."""
    text = path.read_text()
    with path.open("a") as file:
        file.write("\n".join(["" if text.endswith("\n") else "\n", COMMENT, *kept, ""]))
