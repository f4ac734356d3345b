"""系统状态: what `manage.py doctor` and `/metrics` know, for those at the desk who call whoever
keeps the server.
"""

import datetime as dt
import shutil
from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Count, Min
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from disclosure.counting.rollup import size_waiting
from disclosure.models import Item, Review
from inquiries.models import ErrorReport
from ledger.models import Checkpoint, Entry
from opendata import bulk
from portal.front.patience import patient
from portal.machines.tick_mark import last_tick
from portal.operations.diagnosis import SLOW, Symptom, examine, newest_backup

# Those who read what browsers report look after the rest of the machine as well.
PERMISSION = "portal.view_policyviolation"
# A database that is frozen must not hold the page.
PATIENCE = 4.0


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: object
    note: str = ""


def may_see(user):
    """Whether the page is for this person."""
    return user.is_active and user.has_perm(PERMISSION)


def _moment(stamp):
    return None if stamp is None else dt.datetime.fromtimestamp(stamp, tz=dt.UTC)


def on_this_machine():
    """Figures that need no database."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    backup, package = newest_backup(), bulk.folder() / "MANIFEST.json"
    yield Figure("磁盘", f"剩余 {usage.free / 1e9:.1f} GB，共 {usage.total / 1e9:.1f} GB")
    yield Figure("最近一次定时工作", _moment(last_tick()), "应每分钟一次（manage.py tick）")
    yield Figure(
        "最近一次备份",
        _moment(backup and backup.stat().st_mtime),
        backup.name if backup else "应每夜一次",
    )
    yield Figure(
        "最近一次批量数据包",
        _moment(package.stat().st_mtime if package.is_file() else None),
        "应每夜一次",
    )
    yield Figure("尚未汇总的浏览记录", f"{size_waiting() / 1000:.0f} KB", "由定时工作汇总")


def in_the_database():
    """What waits, and how far the register has come."""
    waiting = Review.objects.open().aggregate(number=Count("pk"), oldest=Min("submitted_at"))
    yield Figure(
        "定时公开逾期", f"{Item.objects.overdue().count()} 条", "超过预定时间十分钟还没有公开"
    )
    yield Figure("等待审核", f"{waiting['number']} 条")
    yield Figure("等待最久的一条提交于", waiting["oldest"])
    corrections = ErrorReport.objects.pending().aggregate(
        number=Count("pk"), oldest=Min("received_at")
    )
    yield Figure("网页纠错待处理", f"{corrections['number']} 条")
    yield Figure("等待最久的一条纠错收到于", corrections["oldest"])
    head, signed = Entry.objects.head(), Checkpoint.objects.order_by("-number").first()
    yield Figure(
        "登记簿最后一条",
        f"第 {head.sequence} 号" if head else None,
        f"{_local(head.made_at)} 登记" if head else "",
    )
    yield Figure("登记簿最近一次检查点", signed and signed.made_at, "应每天一次")


def _local(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _examined():
    try:
        with patient(PATIENCE):
            return list(in_the_database()), list(examine(without=SLOW))
    except DatabaseError:
        symptom = Symptom("数据库没有回应。", "请立即联系运行维护人员，检查数据库服务是否在运行。")
        return [], [("数据库", [symptom])]


@never_cache
@require_safe
def system_status(request):
    """The page; 403 for everybody else."""
    if not may_see(request.user):
        raise PermissionDenied("系统状态由公开办、审计员、系统管理员和安全管理员查看。")
    figures, checks = _examined()
    symptoms = [symptom for _, found in checks for symptom in found]
    context = {
        **admin.site.each_context(request),
        "title": "系统状态",
        "figures": [*on_this_machine(), *figures],
        "checks": checks,
        "grave": sum(symptom.is_grave for symptom in symptoms),
        "slight": sum(not symptom.is_grave for symptom in symptoms),
        "sound": [name for name, symptoms in checks if not symptoms],
        "looked_at": timezone.now(),
        "slow": SLOW,
    }
    return render(request, "admin/system_status.html", context)
