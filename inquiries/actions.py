"""Corrections come in, are handled, and forget who wrote them."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from inquiries.models import ErrorReport

__all__ = ["erase_contacts", "find_error_report", "handle_error_report", "receive_error_report"]
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what looks alike
_CODE_LENGTH = 10


def query_code(token):
    """The query code of a form's token: the same form sent twice gives the same receipt, and no
    code is stored.
    """
    digest = salted_hmac("inquiries.query_code", token, algorithm="sha256").digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_CODE_LENGTH])


def receive_error_report(*, token, page, page_title, department, kind, text, name="", contact=""):
    """A new report, numbered within its day. Inside the lock of `guard.admit()`, which keeps
    numbers apart.
    """
    now = timezone.now()
    number = _next_number(now)
    return ErrorReport.objects.create(
        number=number,
        token=token,
        code_sha256=_digest(number, query_code(token)),
        received_at=now,
        page=page,
        page_title=page_title[:300],
        department=department,
        kind=kind,
        text=text,
        name=name,
        contact=contact,
    )


def _next_number(now):
    day = f"JC{timezone.localtime(now):%Y%m%d}-"
    last = (
        ErrorReport.objects.filter(number__startswith=day)
        .order_by("-pk")
        .values_list("number", flat=True)
        .first()
    )
    return f"{day}{int(last.removeprefix(day)) + 1 if last else 1:04}"


def _digest(number, code):
    return hashlib.sha256(f"{number}:{code}".encode()).hexdigest()


def find_error_report(*, number, code):
    """The report of a receipt; None, after the same work, where there is no such number or the
    code is another.
    """
    report = ErrorReport.objects.filter(number=number).first()
    expected = report.code_sha256 if report else "0" * 64
    is_right = constant_time_compare(expected, _digest(number, code))
    return report if is_right else None


@transaction.atomic
def handle_error_report(*, report, status, note, by):
    """Close a report, or say something else of one that is closed. It does not become pending
    again.
    """
    report.status, report.note = status, note
    report.handled_by, report.handled_at = by, timezone.now()
    report.save(update_fields=["status", "note", "handled_by", "handled_at"])
    return report


def erase_contacts(moment=None):
    """A step of tick: names and contacts whose time is over. (number of reports, 0)."""
    moment = moment or timezone.now()
    erased = {"name": "", "contact": "", "contact_erased_at": moment}
    return ErrorReport.objects.with_contact_past_its_time(moment).update(**erased), 0
