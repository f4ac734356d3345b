"""What `manage.py doctor` says of the witnesses of checkpoints."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from background.models import Job
from ledger.models import Checkpoint, Receipt
from ledger.outside import timestamps
from ledger.outside.witnesses import last_taken
from portal.operations.symptoms import Symptom

TAKEN_WITHIN = dt.timedelta(days=7)


def configured() -> list[tuple[str, str]]:
    """(way, witness) of each witness of this installation."""
    ways = [(str(Receipt.Way.MAIL), address) for address in settings.WITNESSES]
    stamps = [(str(Receipt.Way.TIMESTAMP), settings.TSA_URL)] if settings.TSA_URL else []
    return ways + stamps


def witness_symptoms() -> Iterator[Symptom]:
    """Somebody outside has taken a checkpoint within a week."""
    first = Checkpoint.objects.order_by("number").first()
    if not configured():
        if not settings.DEMO:
            yield Symptom(
                "没有设置登记簿的外部见证：掌握服务器的人改写登记簿，只有自己订阅或另存过检查点的人才能发现。",
                "请在环境文件中写上 WITNESSES（见证单位的邮箱，例如档案馆、图书馆、上级机关）"
                "或 TSA_URL（时间戳服务），见运维手册“见证”。",
                is_grave=False,
            )
        return
    yield from _certificate_symptoms()
    taken = last_taken()
    since = taken.taken_at if taken else first.made_at if first else timezone.now()
    if since < timezone.now() - TAKEN_WITHIN:
        last = f"上一次是 {timezone.localtime(since):%Y-%m-%d}" if taken else "还从来没有"
        failed = Job.objects.filter(key__startswith="checkpoint:").exclude(words="").first()
        yield Symptom(
            f"已经一周以上没有外部见证收到登记簿的检查点（{last}）。",
            (failed.words if failed else "")
            + "请检查 WITNESSES、EMAIL_URL、TSA_URL 和网络，在工作台“后台任务”中查看说明。",
        )


def _certificate_symptoms() -> Iterator[Symptom]:
    if not (settings.TSA_URL and settings.TSA_CERTIFICATES):
        return
    try:
        timestamps.certificates(Path(settings.TSA_CERTIFICATES))
    except (OSError, ValueError) as error:
        yield Symptom(
            f"时间戳服务的根证书 {settings.TSA_CERTIFICATES} 读不出来（{error}），盖不了时间戳。",
            "请把 PEM 格式的证书放到那里，或者改正 TSA_CERTIFICATES。",
        )
