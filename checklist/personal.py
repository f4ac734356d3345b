"""Personal data in what the public would read (条例 Art. 15), inside attachments too."""

import re

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from documents.html.places import Excerpt
from documents.personal import find_personal_data

_HIDE = "请删去或遮盖（例如只留前几位，其余用*代替）。确属依法应当公开的，填写理由后可以继续。"
MESSAGES = {
    "identity": f"发现公民身份号码。{_HIDE}",
    "old_identity": "疑似15位旧身份证号码。请核对；是身份证号码的，请删去或遮盖。",
    "mobile": f"发现手机号码。{_HIDE}单位对外联系请使用办公电话。",
    "bank_card": f"发现银行卡号。{_HIDE}",
    "email": f"发现电子邮箱，它不是发布机构登记的公开邮箱，也不是 gov.cn 邮箱。{_HIDE}",
    "address": f"发现家庭住址。{_HIDE}住址一般只写到区县或者街道、乡镇。",
}
CODES = {kind: f"personal-{kind.replace('_', '-')}" for kind in MESSAGES}


@check
def personal_data(subject):
    """Every piece of personal data, in place."""
    official = _official_contacts(subject.item)
    for place, text in subject.passages:
        for hit in find_personal_data(text, **official):
            yield _finding(hit.kind, place, Excerpt.of(text, hit.start, hit.end))
    for part in subject.parts:
        for text in _unseen_texts(part):
            for hit in find_personal_data(text, **official):
                piece = Excerpt.of(text, hit.start, hit.end)
                yield _finding(
                    hit.kind,
                    part.place,
                    Excerpt(piece.before, piece.match, piece.after, None, None),
                )


def _finding(kind, place, excerpt):
    level = Level.WARNING if kind == "old_identity" else Level.BLOCKING
    return Finding(
        CODES[kind],
        level,
        MESSAGES[kind],
        place,
        excerpt,
        settled=Settled.BY_REASON if level == Level.BLOCKING else Settled.NEVER,
    )


def _official_contacts(item):
    """The published contact block of the organs that answer for the item (条例 Art. 12)."""
    departments = [item.department] if item.department_id else []
    if item.pk:
        departments += item.joint_departments.all()
    emails = {department.email.lower() for department in departments if department.email}
    lines = "、".join(f"{department.telephone}、{department.fax}" for department in departments)
    numbers = {re.sub(r"\D", "", line) for line in re.split(r"[、，,;；/ ]", lines)}
    return {"official_emails": frozenset(emails), "official_numbers": frozenset(numbers - {""})}


def _unseen_texts(part):
    """Texts a page carries without showing them: addresses of links, alternative texts."""
    for element in part.elements("a", "img"):
        for name in ("href", "alt", "title"):
            value = element.get(name) or ""
            if name != "href" or value.startswith(("mailto:", "tel:")):
                yield value.removeprefix("mailto:").removeprefix("tel:")
