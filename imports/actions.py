"""Bringing a file in: it is kept, recognised, and becomes a draft once its place is known. Nothing
becomes public here.
"""

import datetime as dt
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.models import Department
from disclosure.acts.tables import store_tables
from disclosure.models import AnnualReport, Item, LegacyOriginal, OldAddress, Validity
from disclosure.models.desk.legacy import MAX_ADDRESS
from disclosure.models.reports.report import FIRST_YEAR
from disclosure.models.rules.day_bounds import validate_made_on, validate_originally_published
from disclosure.models.rules.index_numbers import is_plain_number
from disclosure.models.rules.old_addresses import host_key
from documents.old_pages.folding import compact
from documents.old_pages.result import REPORT
from imports.placing import category_for, department_for, theme_for
from imports.recognition import recognise
from ledger import audit
from ledger.models import AuditEvent

State = LegacyOriginal.State
MAX_SECTION_TITLE = 100
THEME_OF_REPORTS = "综合政务\\政务公开"


def bring_in_original(*, data, name, by, department=None, category=None):
    """(the `LegacyOriginal` of these bytes, whether it is new). The same bytes are taken in once,
    whatever their name.
    """
    original = LegacyOriginal(name=name[-300:], brought_in_by=by)
    result = recognise(data, name, today=timezone.localdate())
    if known := LegacyOriginal.objects.filter(sha256=result.sha256).first():
        return known, False
    original.recognised = result.as_stored()
    original.identity = identity_of(original.recognised)
    original.department = department_for(result.organ) or department
    original.category = category_for(original.recognised) if not result.error else None
    original.category = original.category or category
    if result.error:
        original.state, original.reason = State.REFUSED, result.error[:500]
    original.keep(data)
    try:
        with transaction.atomic():
            original.save()
    except IntegrityError:  # another run took the same bytes in meanwhile
        return LegacyOriginal.objects.get(sha256=original.sha256), False
    return original, True


def identity_of(recognised):
    """What two files of the same information have in common, though their bytes differ; empty where
    nothing tells.
    """
    organ = compact(recognised.get("organ") or "")
    if recognised.get("kind") == REPORT:
        return (
            f"report {organ} {recognised['year']}"[:200] if organ and recognised.get("year") else ""
        )
    if recognised.get("index_number"):
        return f"index {recognised['index_number']}"[:200]
    if organ and recognised.get("document_number"):
        return f"number {recognised['document_number']}"[:200]
    title = compact(recognised.get("title") or "")
    day = recognised.get("published_on") or recognised.get("created_on")
    return f"title {title} {day}"[:200] if title and day else ""


def proposed(original):
    """The fields a draft begins with, for a clerk to mend: what was recognised, and what follows
    from it.
    """
    found = original.recognised
    title = found.get("title") or ""
    if not title and found.get("kind") == REPORT and original.department and found.get("year"):
        place = original.department.name.removesuffix("人民政府")
        title = f"{place}{found['year']}年政府信息公开工作年度报告"
    return {
        "kind": found.get("kind"),
        "title": title,
        "department": original.department,
        "category": original.category,
        "year": found.get("year"),
        "created_on": _day(found.get("created_on") or found.get("published_on")),
        "published_on": _day(found.get("published_on")),
        "document_number": found.get("document_number") or "",
        "index_number": found.get("index_number") or "",
        "validity": found.get("validity") or "",
    }


def _day(text):
    return dt.date.fromisoformat(text) if text else None


def obstacles_to_import(original, fields, *, by=None):
    """Why these fields cannot become a draft yet: sentences, none where they can. They tell `by`
    (None: the command) of nothing that is hidden from them at the desk.
    """
    asked = {
        "title": "没有标题，请填写。",
        "department": "没有找到对应的发布机构，请选择。",
        "category": "没有认出所属栏目，请选择。",
        "created_on": "没有成文日期也没有发布日期，请填写。",
    }
    if fields["kind"] == REPORT:
        asked["year"] = "没有认出报告年度，请填写。"
        if fields.get("year") and not FIRST_YEAR <= fields["year"] <= 2100:
            return [f"报告年度 {fields['year']} 不在 {FIRST_YEAR} 年以后，请核对。"]
    missing = [sentence for name, sentence in asked.items() if not fields.get(name)]
    missing += _impossible_days(fields)
    if not missing and (twin := twin_of(original, fields, by=by)):
        missing.append(_said_of_twin(twin, by))
    return missing or list(_faults_of_number(fields))


def _said_of_twin(twin, by):
    if by is None or _may_know(twin, by):
        return f"已有同一信息：“{twin.title[:60]}”（{twin.get_status_display()}），没有重复导入。"
    return "这个索引号已经被其他信息使用，不能再用。请核对原件；原件确实如此的，请留空索引号，或者联系公开办。"


def _may_know(item, by):
    visible = Item.objects.visible_to(by).filter(pk=item.pk)
    return visible.exists() or Item.objects.published().filter(pk=item.pk).exists()


def _faults_of_number(fields):
    """An index number is one plain part of an address, and stays its organ's own: the code before
    it says whose it is.
    """
    number, organ = fields["index_number"], fields["department"]
    if not number or fields["kind"] == REPORT:
        return
    if not is_plain_number(number):
        yield f"索引号“{number[:40]}”不能用作网址，请核对原件；原件没有索引号的请留空。"
        return
    owner = _owner_of(number)
    if owner and owner != organ and owner.pk != organ.parent_id and organ.pk != owner.parent_id:
        yield f"索引号 {number} 以“{owner.short_name}”的机构代码开头，是它的编号。请核对发布机构；索引号不是本机构的请留空。"


def _owner_of(number):
    """The organ, still in existence, whose code a number begins with. A number keeps the code of an
    organ that was merged.
    """
    code = number.partition("/")[0].strip().upper()
    return Department.objects.active().filter(code=code).first()


def _impossible_days(fields):
    """Sentences about days nobody can have written: before 1949, or still to come."""
    for name, validate in (
        ("created_on", validate_made_on),
        ("published_on", validate_originally_published),
    ):
        try:
            if fields.get(name):
                validate(fields[name])
        except ValidationError as error:
            yield from error.messages


def twin_of(original, fields, *, by=None):
    """The item that already is this information, or None. What is hidden from `by` counts where its
    number is taken.
    """
    if fields["kind"] == REPORT:
        reports = AnnualReport.objects.filter(is_correction=False)
        report = reports.filter(department=fields["department"], year=fields["year"]).first()
        return report.item if report else None
    if number := fields["index_number"]:
        return Item.objects.filter(index_number=number).first()
    if fields["document_number"]:
        return Item.objects.filter(
            document_number=fields["document_number"],
            title=fields["title"],
            department=fields["department"],
        ).first()
    same = (
        LegacyOriginal.objects.exclude(pk=original.pk)
        .exclude(item=None)
        .filter(identity=original.identity)
    )
    twins = [one.item for one in same.select_related("item")[:50]] if original.identity else []
    return next((twin for twin in twins if by is None or _may_know(twin, by)), None)


@transaction.atomic
def import_original(*, original, fields, by):
    """Make the draft of an original and return its item. `fields` as `proposed()` gives them, as a
    clerk mended them.

    The day the old site published it is kept as such; the draft says when it was brought in. Raises
    ValidationError.
    """
    original = LegacyOriginal.objects.select_for_update(of=("self",)).get(pk=original.pk)
    if original.state == State.IMPORTED:
        raise ValidationError("这个文件已经导入，不需要重复操作。")
    if reasons := obstacles_to_import(original, fields, by=by):
        raise ValidationError(reasons)
    item = _item(original, fields, by)
    if by is not None:
        item.contributors.add(by)
    if fields["kind"] == REPORT:
        _report(original, item, fields)
    _validity(item, fields)
    remember_address(item=item, address=original.recognised.get("address"))
    original.item, original.state, original.reason = item, State.IMPORTED, ""
    original.department, original.category = fields["department"], fields["category"]
    original.imported_at = timezone.now()
    original.save()
    audit.record(
        event=AuditEvent.IMPORT,
        by=by,
        object_kind="disclosure_item",
        object_key=item.pk,
        object_name=item.title,
        detail={"file": original.name, "sha256": original.sha256},
    )
    return item


def _item(original, fields, by):
    found = original.recognised
    body = found["opening_html"]
    if fields["kind"] != REPORT:
        body += "".join(
            f"<h2>{_escaped(part['title'])}</h2>{part['html']}" for part in found["sections"]
        )
    return Item.objects.create(
        title=fields["title"][:300],
        department=fields["department"],
        category=fields["category"],
        created_on=fields["created_on"],
        originally_published_at=_noon(fields["published_on"]),
        imported_at=timezone.now(),
        document_number=fields["document_number"][:100],
        index_number=fields["index_number"][:64] or None,
        genre=found.get("genre") or "",
        theme=theme_for(found.get("theme"))
        or (theme_for(THEME_OF_REPORTS) if fields["kind"] == REPORT else None),
        issuer=_issuer(found, fields["department"]),
        source=(found.get("source") or "")[:100],
        body=body,
        created_by=by,
    )


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _issuer(found, department):
    organ = found.get("organ") or ""
    return organ[:200] if organ and department_for(organ) != department else ""


def _noon(day):
    """Of a day without an hour, the middle: no time zone moves it to another day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12))) if day else None


def _report(original, item, fields):
    found = original.recognised
    report = AnnualReport.objects.create(
        item=item, department=item.department, year=fields["year"], regime=found.get("regime") or ""
    )
    for position, part in enumerate(found["sections"], start=1):
        report.sections.create(
            position=position, title=part["title"][:MAX_SECTION_TITLE], body=part["html"]
        )
    item.save()  # the text search reads holds the sections too
    tables = {
        key: [rows] if key == "c" else rows
        for key, rows in found["tables"].items()
        if rows and key in "abc"
    }
    if found["tables"].get("list"):
        tables = {"statistics": found["tables"]["list"]}
    for key, rows in tables.items():
        _store(original, report, key, rows)


def _store(original, report, key, rows):
    """One table. What the form does not allow is left out, and the clerk told which numbers."""
    try:
        store_tables(report=report, tables={key: rows})
    except ValidationError as error:
        original.recognised["doubts"].append(
            f"统计表（{key}）没有存入：{'；'.join(error.messages)}"[:500]
        )


def _validity(item, fields):
    """In force from the day it was made; of other states the page does not tell the day, and the
    clerk is told so.
    """
    if fields["validity"] == Validity.State.IN_FORCE.label:
        Validity.objects.create(item=item, state=Validity.State.IN_FORCE, starts_on=item.created_on)


def remember_address(*, item, address):
    """Have an old address lead to the item from now on. An address that already leads elsewhere
    stays as it is.
    """
    try:
        parts = urlsplit((address or "").replace("\x00", ""))
    except ValueError:  # [ without ]
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if len(path) < 2 or len(path) > MAX_ADDRESS or not path.startswith("/"):
        return None
    found, _ = OldAddress.objects.get_or_create(
        host=host_key(parts.netloc)[:120], path=path, defaults={"item": item}
    )
    return found


@transaction.atomic
def set_aside(*, original, reason, by):
    """Decide that a file is not imported; it stays kept."""
    original = LegacyOriginal.objects.select_for_update(of=("self",)).get(pk=original.pk)
    if original.state == State.IMPORTED:
        raise ValidationError("这个文件已经导入，请到对应的信息页面处理。")
    original.state, original.reason = State.SET_ASIDE, reason.strip()[:500]
    original.save(update_fields=["state", "reason"])
    return original
