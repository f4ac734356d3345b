"""Changes of the public catalogue (公开目录) in the register: what a column is called, where it
hangs, whether it is shown.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from catalog.actions import hide_category, move_contents
from catalog.contents import kinds
from catalog.locks import tree_write
from catalog.models import Category
from disclosure.acts.frame.lists import register_lists
from disclosure.acts.guarding import lock_all
from disclosure.acts.registering import capacity
from disclosure.choices import AT_THE_DESK, EDITABLE, Status
from disclosure.models import Item, Review
from disclosure.revisions.state import working_digest
from ledger.actions import append
from ledger.canonical import sha256
from ledger.models import Act, Entry

SUBJECT, KEY = "catalog", "catalog"
MOST_SAID = 20


def snapshot():
    """{slug: [name, slug of the column above, whether it is shown]} of all columns."""
    rows = Category.objects.order_by("slug").values_list(
        "slug", "name", "parent__slug", "is_visible"
    )
    return {slug: [name, parent or "", is_visible] for slug, name, parent, is_visible in rows}


@dataclass(frozen=True)
class Effect:
    """How many items an act on a category concerns, by where they stand."""

    published: int = 0
    scheduled: int = 0
    approved: int = 0
    submitted: int = 0
    drafts: int = 0

    @property
    def waits(self):
        """Items somebody has submitted, approved or planned: they go on their way in another place,
        or out of sight.
        """
        return self.scheduled + self.approved + self.submitted

    def __str__(self):
        words = {
            "已公开": self.published,
            "定时公开": self.scheduled,
            "已审核待公开": self.approved,
        }
        words |= {"审核中": self.submitted, "草稿": self.drafts}
        return (
            "、".join(f"{word} {number} 条" for word, number in words.items() if number)
            or "没有信息"
        )


def effect_on(categories):
    """The `Effect` of an act on these categories (a queryset): items at home there, and those filed
    there as well.
    """
    return effect_of(
        Item.objects.filter(Q(category__in=categories) | Q(further_categories__in=categories))
    )


def effect_of(items):
    """The `Effect` of an act on these items (a queryset)."""
    items = items.order_by()
    found = dict(items.values_list("status").annotate(number=Count("pk", distinct=True)))
    names = {
        "published": Status.PUBLISHED,
        "scheduled": Status.SCHEDULED,
        "approved": Status.APPROVED,
    }
    names["submitted"] = Status.SUBMITTED
    drafts = found.get(Status.DRAFT, 0) + found.get(Status.RETURNED, 0)
    return Effect(**{name: found.get(status, 0) for name, status in names.items()}, drafts=drafts)


@transaction.atomic
def move_category_contents(*, category, target, by, parts=None):
    """Move what a category holds, and put it on record. What is in review or approved stays so, in
    its new place.

    The move is the office's, not the writer's: it changes the digest of what was submitted, so the
    digest is renewed where it was right before (docs/decisions/0080-acts-on-the-catalogue.md).
    """
    with tree_write():
        category, target = Category.objects.get(pk=category.pk), Category.objects.get(pk=target.pk)
        held = {
            kind: kind.of(category).count()
            for kind in kinds()
            if parts is None or kind.key in parts
        }
        effect = effect_on([category.pk])
        sealed = _sealed(category)
        move_contents(category=category, target=target, by=by, parts=parts)
        for review in sealed:
            Review.objects.filter(pk=review.pk).update(
                content_sha256=working_digest(Item.objects.get(pk=review.item_id))
            )
        moved = {kind.label: number for kind, number in held.items() if number}
        said = "、".join(f"{label} {number} 个" for label, number in moved.items())
        facts = {"from": category.slug, "to": target.slug, "moved": as_facts(moved)}
        register_on_catalogue(
            by, f"把“{category.name}”的{said}移到“{target.name}”（其中{effect}）"[:2000], facts
        )
    return effect


@transaction.atomic
def hide_category_and_contents(*, category, by):
    """停用, and put it on record with how many items left the public pages."""
    with tree_write():
        below = Category.objects.get(pk=category.pk).get_descendants(include_self=True)
        effect = effect_on(below.values("pk"))
        category = hide_category(category=category, by=by)
        register_on_catalogue(
            by, f"停用“{category.name}”（其中{effect}）"[:2000], {"hidden": category.slug}
        )
    return effect


def _sealed(category):
    """The reviews that hold for what stands in a category, all of which is locked from here on, as
    it is now.
    """
    keys = lock_all(Item.objects.filter(Q(category=category) | Q(further_categories=category)))
    waiting = (
        Item.objects.filter(pk__in=keys, status__in=AT_THE_DESK)
        .exclude(status__in=EDITABLE)
        .order_by("pk")
    )
    newest = [item.reviews.order_by("-pk").first() for item in waiting]
    pairs = zip(waiting, newest, strict=True)
    return [
        review for item, review in pairs if review and review.content_sha256 == working_digest(item)
    ]


@transaction.atomic
def register_catalogue(*, by=None, of=None):
    """Register how the catalogue stands where that is not how it stood last; None where nothing
    changed.

    Called by the desk with who changed it, and by `tick`, so that a change made in any other way is
    on record too.
    """
    register_lists(by=by, only_first=by is None, of=of)
    if not (now := snapshot()):
        return None
    last = _last()
    if last and last.content_sha256 == sha256(now):
        return None
    note = (
        _said(last.payload.get("categories", {}), now)
        if last
        else f"目录建立，共 {len(now)} 个栏目"
    )
    return _append(by, note, now)


def _last():
    return Entry.objects.filter(subject_kind=SUBJECT, subject_key=KEY).order_by("-sequence").first()


def as_facts(moved):
    """{what: number} as the register holds it: its keys are ASCII."""
    return [{"what": what, "number": number} for what, number in moved.items()]


def register_on_catalogue(by, note, facts=None):
    """An entry that holds how the whole catalogue stands now; one that says what was done, and with
    how much. The lists follow it.
    """
    register_lists(by=by)
    return _append(by, note, snapshot(), facts)


def _append(by, note, now, facts=None):
    role, department_name = capacity(by)
    return append(
        act=Act.CATALOG_CHANGE,
        subject_kind=SUBJECT,
        subject_key=KEY,
        subject_title="公开目录",
        by=by,
        role=role,
        department_name=department_name,
        content_sha256=sha256(now),
        note=note,
        payload={"categories": now, **(facts or {})},
    )


def _said(before, now):
    """What changed, in words."""
    words = [f"新增“{now[slug][0]}”" for slug in now if slug not in before]
    words += [f"删除“{before[slug][0]}”" for slug in before if slug not in now]
    for slug in now:
        if slug in before and now[slug] != before[slug]:
            words += _changes(slug, before, now)
    more = f"等 {len(words)} 处" if len(words) > MOST_SAID else ""
    return ("；".join(words[:MOST_SAID]) + more)[:2000]


def _changes(slug, before, now):
    (old_name, old_parent, was_shown), (name, parent, is_shown) = before[slug], now[slug]
    if name != old_name:
        yield f"“{old_name}”改名为“{name}”"
    if parent != old_parent:
        yield f"“{name}”移到“{now[parent][0] if parent in now else '最上级'}”下"
    if is_shown != was_shown:
        yield f"{'启用' if is_shown else '停用'}“{name}”"
