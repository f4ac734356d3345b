"""Changes of the public catalogue (公开目录) in the register: what a column is called, where it hangs, whether it is shown."""

from django.db import transaction

from catalog.models import Category
from disclosure.actions.registering import capacity
from ledger.actions import append
from ledger.canonical import sha256
from ledger.models import Act, Entry

SUBJECT, KEY = "catalog", "catalog"
MOST_SAID = 20


def snapshot():
    """{slug: [name, slug of the column above, whether it is shown]} of all columns."""
    rows = Category.objects.order_by("slug").values_list("slug", "name", "parent__slug", "is_visible")
    return {slug: [name, parent or "", is_visible] for slug, name, parent, is_visible in rows}


@transaction.atomic
def register_catalogue(*, by=None):
    """Register how the catalogue stands where that is not how it stood last; None where nothing changed.

    Called by the desk with who changed it, and by `tick`, so that a change made in any other way is on record too.
    """
    if not (now := snapshot()):
        return None
    last = Entry.objects.filter(subject_kind=SUBJECT, subject_key=KEY).order_by("-sequence").first()
    if last and last.content_sha256 == sha256(now):
        return None
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
        note=_said(last.payload.get("categories", {}), now) if last else f"目录建立，共 {len(now)} 个栏目",
        payload={"categories": now},
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
