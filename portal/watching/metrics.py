"""Figures for Prometheus, worked out when they are asked for, behind a token.

What an operator must know (is something overdue, is the backup old, is the disk full) stands in the
database and on the disk. Only how long answers take is counted in between (portal/watching/measuring.py).
"""

import secrets
import shutil
from itertools import accumulate

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Sum
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from disclosure.choices import Status
from disclosure.counting.rollup import size_waiting
from disclosure.models import Item, Review
from inquiries.models import ErrorReport
from ledger.models import Checkpoint, Entry
from portal.front.patience import patient
from portal.machines.tick_mark import last_tick
from portal.models import PolicyViolation
from portal.operations.diagnosis import newest_backup
from portal.watching import measuring
from portal.watching.health import pending_migrations

# A database that is frozen must not make the scrape fail as well: Prometheus waits ten seconds.
PATIENCE = 4.0
NEVER = float("inf")


def _age(moment):
    """Seconds since a moment; infinite where it never was, so that an alarm on age rings."""
    return NEVER if moment is None else (timezone.now() - moment).total_seconds()


def _disk():
    usage = shutil.disk_usage(settings.DATA_DIR)
    yield "disk_free_bytes", "Free bytes where DATA_DIR lies", usage.free
    yield "disk_total_bytes", "All bytes where DATA_DIR lies", usage.total
    yield (
        "journal_bytes",
        "Page views that no count contains yet, in bytes of this machine's journals",
        size_waiting(),
    )
    backup = newest_backup()
    age = NEVER if backup is None else timezone.now().timestamp() - backup.stat().st_mtime
    yield "backup_age_seconds", "Age of the newest backup in BACKUP_DIR", age
    ticked = last_tick()
    age = NEVER if ticked is None else timezone.now().timestamp() - ticked
    yield (
        "tick_age_seconds",
        "Since the last run of manage.py tick on this machine came to its end",
        age,
    )


def _workflow():
    overdue = Item.objects.overdue().count()
    yield "items_overdue", "Scheduled items whose moment passed ten minutes ago and more", overdue
    waiting = Review.objects.open().aggregate(number=Count("pk"), oldest=Min("submitted_at"))
    yield "reviews_waiting", "Submissions nobody has decided on", waiting["number"]
    oldest = _age(waiting["oldest"]) if waiting["number"] else 0
    yield "review_oldest_seconds", "How long the oldest of them has waited", oldest
    corrections = ErrorReport.objects.pending().aggregate(
        number=Count("pk"), oldest=Min("received_at")
    )
    yield (
        "corrections_waiting",
        "Errors reported by readers that nobody has dealt with",
        corrections["number"],
    )
    oldest = _age(corrections["oldest"]) if corrections["number"] else 0
    yield "correction_oldest_seconds", "How long the oldest of them has waited", oldest


def _register():
    head = Entry.objects.order_by("-sequence").values_list("sequence", flat=True).first()
    yield "register_head", "Sequence number of the newest entry", head or 0
    signed = Checkpoint.objects.order_by("-number").values_list("made_at", flat=True).first()
    age = _age(signed) if head else 0
    yield "register_checkpoint_age_seconds", "Age of the newest signed checkpoint", age


def _browsers():
    reports = PolicyViolation.objects.aggregate(kinds=Count("pk"), all=Sum("count"))
    yield (
        "csp_kinds",
        "Kinds of violations of the Content-Security-Policy that browsers have reported",
        reports["kinds"],
    )
    yield "csp_reports", "Such reports in all", reports["all"] or 0


def _schema():
    yield (
        "migrations_pending",
        "Migrations of this code that the database has not seen",
        pending_migrations(),
    )


class Figures:
    """What `/metrics` tells; a collector of prometheus_client."""

    def collect(self):
        """All figures; those of the database only where it answers."""
        yield from _gauges(_disk())
        yield _answers()
        try:
            with patient(PATIENCE):
                asked = [
                    *_gauges(_schema()),
                    _items(),
                    *_gauges(_workflow()),
                    *_gauges(_register()),
                ]
                asked += _gauges(_browsers())
        except DatabaseError:
            asked = []
        yield from asked
        yield from _gauges(
            [("database_up", "Whether the database answered this scrape", int(bool(asked)))]
        )


def _answers():
    """Latency by who answered. The sum of all times is not kept: quantiles need none."""
    family = HistogramMetricFamily(
        "lantai_answer_seconds",
        "How long answers took: kept pages, and those that Django made",
        labels=["by"],
    )
    for way, numbers in measuring.of_this_server().items():
        bounds = [*map(str, measuring.BOUNDS), "+Inf"]
        family.add_metric(
            [way], list(zip(bounds, accumulate(numbers), strict=True)), sum_value=None
        )
    return family


def _gauges(figures):
    return [GaugeMetricFamily(f"lantai_{name}", text, value=value) for name, text, value in figures]


def _items():
    family = GaugeMetricFamily("lantai_items", "Items and corrections by status", labels=["status"])
    counted = dict(Item.objects.order_by().values_list("status").annotate(Count("pk")))
    for status in Status:
        family.add_metric([status.value], counted.get(status.value, 0))
    return family


def _may_read(request):
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN.encode()
    return (
        secrets.compare_digest(token.strip().encode(errors="replace"), expected)
        and scheme.lower() == "bearer"
    )


@never_cache
@require_safe
def metrics(request):
    """The text exposition format. 404 where the installation has no METRICS_TOKEN, 401 without the
    right one.
    """
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _may_read(request):
        return HttpResponse("METRICS_TOKEN\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
