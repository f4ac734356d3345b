"""The steps of `manage.py tick`, room by room. A step returns (done, failed) and may be run at any
time, any number of times.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from background.helping_out import do_what_waits, forget_old_jobs
from catalog.models import PublicStamp
from desk.models import forget_old
from disclosure.acts import register_catalogue
from disclosure.acts.due import end_terms, publish_due, register_validities
from disclosure.counting.rollup import roll_up
from disclosure.erasing import clearing, written_packages
from disclosure.models import Attachment
from disclosure.models.rules import scanning
from imports.bulk.staging import forget_abandoned
from inquiries.actions import erase_contacts
from inquiries.models.guarding import forget_uses
from ledger import memory
from ledger.actions import make_checkpoint
from ledger.models import Checkpoint, Entry
from opendata import bulk
from portal.accounts.lockout import forget_old_failures
from portal.accounts.sessions import purge
from portal.accounts.unused import disable_unused
from portal.confidential_key import make_if_alone
from portal.machines.nodes import mark_media, report_in
from portal.machines.tick_mark import mark
from portal.operations.removals import keep_list
from portal.watching import digesting, witnesses
from portal.watching.notifying import send_digests

SCANNED_AT_ONCE = 50
A_DAY = 86_400  # seconds
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """One thing time makes due."""

    name: str
    run: Callable


def sign_checkpoint():
    """The register's checkpoint of the day, at the first tick of it; what this machine remembers."""
    memory.remember()
    if not Entry.objects.exists() or Checkpoint.objects.filter(day=timezone.localdate()).exists():
        return 0, 0
    make_checkpoint()
    return 1, 0


def scan_attachments():
    """Attachments that came in while the virus scanner was away; some at a time, so that the other
    steps get their turn.
    """
    if not scanning.is_on():
        return 0, 0
    return scanning.scan_waiting(
        Attachment.everything.unscanned().order_by("uploaded_at")[:SCANNED_AT_ONCE]
    )


def count_views():
    """The page views in this machine's journals."""
    return roll_up(), 0


def register_catalogue_changes():
    """The catalogue as it stands, where it was changed in another way than at the desk."""
    return int(register_catalogue() is not None), 0


def fold_stamps():
    """Every change of what is public is a row, and all of them are read once a second by every
    process.
    """
    return PublicStamp.objects.fold(), 0


def take_back_imports():
    """What an import left behind that died in the middle."""
    return forget_abandoned(), 0


def refresh_statistics():
    """SQLite's knowledge of which values are rare, once a day; PostgreSQL keeps its own. Without it
    a list of what is no longer in force read the whole archive (0.7 s among 100,000 items). Samples
    only, a tenth of a second.
    """
    done = mark().with_name("last-statistics")
    if connection.vendor != "sqlite" or (
        done.exists() and time.time() - done.stat().st_mtime < A_DAY
    ):
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
    done.parent.mkdir(parents=True, exist_ok=True)
    done.touch()
    return 0, 0


def report_this_machine():
    """This machine to the others, and the media folder's mark; failed where the folder is not the
    one of the database.
    """
    report_in()
    return 0, int(not mark_media())


STEPS = (
    Step("清除已撤下内容的缓存", clearing.clear_if_behind),
    Step("服务器报到", report_this_machine),
    Step("加密个人信息的密钥", make_if_alone),
    Step("定时公开", publish_due),
    Step("限时公开到期", end_terms),
    Step("有效性变更登记", register_validities),
    Step("目录调整登记", register_catalogue_changes),
    Step("浏览次数", count_views),
    Step("附件查毒", scan_attachments),
    Step("登记簿检查点", sign_checkpoint),
    Step("检查点交给见证", witnesses.hand_out),
    Step("公开内容的摘要", digesting.digest_if_due),
    Step("重新生成数据包", bulk.rewrite_if_wanted),
    Step("删除写有已删除信息的资料包", written_packages.delete_again),
    Step("更新撤下清单", keep_list),
    Step("已撤下内容清除完毕", clearing.finish),
    Step("停用长期不用的账号", disable_unused),
    Step("清理登录失败记录", forget_old_failures),
    Step("清理过期会话", purge),
    Step("删除纠错人的联系方式", erase_contacts),
    Step("清理表单使用记录", forget_uses),
    Step("收回没有完成的批量导入", take_back_imports),
    Step("合并公开内容变更标记", fold_stamps),
    Step("清理没有保存的填写内容", forget_old),
    Step("数据库统计信息", refresh_statistics),
    Step("清理后台任务记录", forget_old_jobs),
    Step("每日提醒", send_digests),
    Step("后台任务", do_what_waits),  # the last: it may take most of a minute
)


def run_steps():
    """Run every step, whatever became of the one before; yields (step, done, failed)."""
    for step in STEPS:
        try:
            done, failed = step.run()
        except Exception:
            logger.exception("tick: the step %s failed", step.name)
            done, failed = 0, 1
        yield step, done, failed
    with contextlib.suppress(OSError):  # a full disk is the doctor's business
        mark().parent.mkdir(parents=True, exist_ok=True)
        mark().touch()
