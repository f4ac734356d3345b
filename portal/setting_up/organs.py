"""The sheets 网站 and 发布机构."""

import re

from django.conf import settings

from catalog.models import Department
from catalog.organ_codes import normalise_organ_code
from portal.identity import VARIABLES
from portal.models import SiteIdentity
from portal.setting_up.outcome import Outcome
from portal.setting_up.records import choice_of, in_order, put, whole_number
from portal.setting_up.sheets import Row, Sheet

TEXTS = (
    "name",
    "short_name",
    "document_mark",
    "address",
    "office_hours",
    "telephone",
    "fax",
    "email",
)


class Organs:
    """Organs by every word a row may call them by: 全称, 简称, 机构代码, 地址名."""

    def __init__(self) -> None:
        self._found: dict[str, Department] = {}
        self._twice: set[str] = set()
        for organ in Department.objects.all():
            self.add(organ)

    def add(self, organ: Department) -> None:
        """Know it by its words from now on. A short name that two organs share means neither."""
        for word in (organ.name, organ.code, organ.slug, organ.short_name):
            known = self._found.get(word)
            if known is not None and known.pk != organ.pk:
                self._twice.add(word)
            self._found[word] = organ

    def get(self, word: str) -> Department | None:
        """The organ, or None."""
        if word in self._twice:
            return None
        return self._found.get(word) or self._found.get(normalise_organ_code(word))

    def find(
        self, outcome: Outcome, row: Row, name: str, word: str, faulty: set[str]
    ) -> Department | None:
        """The organ, or None and a fault. `faulty`: words of rows that are at fault themselves:
        said once is enough.
        """
        organ = self.get(word)
        if organ is None and word not in faulty:
            what = "有两个机构叫这个名称" if word in self._twice else "没有这个机构"
            outcome.fault(
                row, name, f"“{word}”：{what}。", "请照“发布机构”表填写机构全称或机构代码。"
            )
        return organ


def put_site(outcome: Outcome, sheet: Sheet, rows: list[Row]) -> None:
    """The one record of the site. What the environment fixes is left alone, and said."""
    fixed = getattr(settings.SITE, "fixed", {})
    for row in rows:
        values = {name: cell.text for name, cell in row.cells.items()}
        for name in sorted(set(values) & set(fixed)):
            if values.pop(name) != fixed[name]:
                outcome.notices.append(
                    f"{sheet.column(name).heading}由环境变量 {VARIABLES[name]} 固定为“{fixed[name]}”，表中的值没有采用。"
                )
        site = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
        put(outcome, sheet, row, site, values)


def put_organs(outcome: Outcome, sheet: Sheet, rows: list[Row]) -> tuple[Organs, set[str]]:
    """Organs, each after the one above it. Returns all that are there now, and the words of rows
    that are at fault.
    """
    organs, faulty = Organs(), set()
    names = {word: row for row in rows for word in _words(row)}
    ordered = in_order(outcome, sheet, rows, names)
    positions = {row.number: place * 10 for place, row in enumerate(rows, start=1)}
    for row in rows:
        if row not in ordered:
            faulty |= _words(row)
    for row in ordered:
        before = len(outcome.faults)
        organ = _put_one(outcome, sheet, row, positions[row.number], organs, faulty)
        if organ is None or len(outcome.faults) > before:
            faulty |= _words(row)
        else:
            organs.add(organ)
    return organs, faulty


def _put_one(
    outcome: Outcome, sheet: Sheet, row: Row, position: int, organs: Organs, faulty: set[str]
) -> Department | None:
    organ = _of(row)
    if _lacks(outcome, sheet, row, organ):
        return None
    values = _values(outcome, sheet, row, organs, faulty)
    if organ._state.adding:
        values.setdefault("position", position)
        # A wrong code is named once, not again as a wrong address name; a right one may consist of
        # figures alone, an address name not.
        values.setdefault("slug", "organ-" + re.sub(r"[^a-z0-9]", "", row.text("code").lower()))
    return organ if put(outcome, sheet, row, organ, values) else None


def _words(row: Row) -> set[str]:
    words = {row.text(name) for name in ("name", "short_name", "code", "slug")}
    return (words | {normalise_organ_code(row.text("code"))}) - {""}


def _of(row: Row) -> Department:
    """The record a row is about: by address name, by code, by full name; else a new one."""
    code = normalise_organ_code(row.text("code"))
    for lookup in ({"slug": row.text("slug").lower()}, {"code": code}, {"name": row.text("name")}):
        if all(lookup.values()) and (organ := Department.objects.filter(**lookup).first()):
            return organ
    return Department()


def _values(outcome: Outcome, sheet: Sheet, row: Row, organs: Organs, faulty: set[str]) -> dict:
    values = {name: row.text(name) for name in TEXTS if row.text(name)}
    if code := row.text("code"):
        values["code"] = normalise_organ_code(code)
    if slug := row.text("slug"):
        values["slug"] = slug.lower()
    if kind := choice_of(outcome, sheet, row, "kind", Department.Kind.choices):
        values["kind"] = kind
    if (position := whole_number(outcome, sheet, row, "position")) is not None:
        values["position"] = position
    if (above := row.text("parent")) and (
        parent := organs.find(outcome, row, "parent", above, faulty)
    ):
        values["parent"] = parent
    return values


def _lacks(outcome: Outcome, sheet: Sheet, row: Row, organ: Department) -> bool:
    """Whether a new record lacks what every one must have; each such cell is named."""
    if not organ._state.adding:
        return False
    lacking = [
        column for column in sheet.columns if column.is_required and not row.text(column.attribute)
    ]
    for column in lacking:
        if column.attribute not in row.spoilt:
            outcome.fault(row, column.attribute, f"缺少“{column.heading}”。", column.help)
    return bool(lacking)
