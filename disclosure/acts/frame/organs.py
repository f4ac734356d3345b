"""Merging organs (机构合并): all or nothing, on record, and no index number, address or year of a
report changes.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog.models import Department, PublicStamp
from catalog.organs import hand_over
from disclosure.acts.frame.columns import Effect, as_facts, effect_of, register_on_catalogue
from disclosure.acts.guarding import lock_all, require_text
from disclosure.choices import AT_THE_DESK, EDITABLE, Status
from disclosure.models import Item, Review
from disclosure.revisions.state import working_digest
from disclosure.search.indexing import index_item

# A year's report was made by the organ of that year, and says so (条例 Art. 49): it stays under
# that organ's name and address. Each organ has a series of index numbers of its own, under its own
# code: two series cannot become one.
STAYS = (
    "disclosure.annualreport.department",
    "disclosure.indexserial.department",
    "disclosure.item.department",
)


def items_of(department):
    """The items that follow a merger: all but those of annual reports."""
    return Item.objects.filter(
        Q(department=department) | Q(joint_departments=department), annual_report=None
    )


def merger_effect(department) -> Effect:
    """How many items a merger concerns."""
    return effect_of(items_of(department))


@transaction.atomic
def merge_departments(*, source, target, by, reason, day=None):
    """Put one organ into another: its items, filings, categories, people and the organs below it;
    nothing else of them changes.

    The organ itself stays, with its reports, its last day and the way to its successor. Raises
    ValidationError in words.
    """
    if not (
        by.has_perm("catalog.manage_all_departments") and by.has_perm("catalog.change_department")
    ):
        raise PermissionDenied("只有可以处理所有机构的人员才能合并机构。")
    reason = require_text(reason, "请写明合并的依据，例如机构改革文件的名称和文号。")
    source, target = _locked(source, target)
    day = day or timezone.localdate()
    _refuse(source, target, day)
    effect = merger_effect(source)
    keys, sealed = _seal(source)
    moved = hand_over(source=source, target=target, stays=STAYS)
    number = Item.objects.filter(pk__in=keys, department=source).update(
        department=target, updated_at=timezone.now()
    )
    Item.joint_departments.through.objects.filter(
        item__in=keys, department=F("item__department")
    ).delete()
    moved |= {"政府信息（发布机构）": number} if number else {}
    source.active_until, source.merged_into, source.parent = day, target, target
    source.save()
    for review in sealed:
        Review.objects.filter(pk=review.pk).update(
            content_sha256=working_digest(Item.objects.get(pk=review.item_id))
        )
    for item in Item.objects.filter(pk__in=keys, status=Status.PUBLISHED).iterator(chunk_size=200):
        index_item(item)
    PublicStamp.objects.bump()
    said = "、".join(f"{label} {count} 个" for label, count in moved.items()) or "没有内容"
    facts = {"merged": source.code, "into": target.code, "moved": as_facts(moved)}
    register_on_catalogue(
        by, f"“{source.name}”并入“{target.name}”（{reason}）：{said}"[:2000], facts
    )
    return effect


def _locked(source, target):
    # Others may name an organ meanwhile (no_key): who begins a correction holds an item that this
    # waits for.
    both = (
        Department.objects.filter(pk__in=(source.pk, target.pk))
        .order_by("pk")
        .select_for_update(no_key=True)
    )
    rows = {row.pk: row for row in both}
    if source.pk == target.pk:
        raise ValidationError("不能并入自己，请另选机构。")
    return rows[source.pk], rows[target.pk]


def _refuse(source, target, day):
    if source.merged_into_id:
        raise ValidationError(f"“{source}”已经并入“{source.merged_into}”。")
    if target.merged_into_id or (
        target.active_until and target.active_until < timezone.localdate()
    ):
        raise ValidationError(f"“{target}”已经撤销或者并入别的机构，请选择现在的机构。")
    if target.pk in Department.objects.ids_under([source]):
        raise ValidationError(f"“{target}”现在是“{source}”的下级，请先给它另选上级机关，再合并。")
    if day > timezone.localdate() or (source.active_from and day < source.active_from):
        raise ValidationError("撤销日期不能晚于今天，也不能早于机构的设立日期。")


def _seal(source):
    """(keys of the items that follow, locked from here on; the reviews that hold for what waits)."""
    keys = lock_all(items_of(source))
    waiting = Item.objects.filter(pk__in=keys, status__in=AT_THE_DESK).exclude(status__in=EDITABLE)
    newest = [(item, item.reviews.order_by("-pk").first()) for item in waiting.order_by("pk")]
    return keys, [
        review
        for item, review in newest
        if review and review.content_sha256 == working_digest(item)
    ]
