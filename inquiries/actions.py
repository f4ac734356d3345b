"""Corrections come in, are handled, and forget who wrote them."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from inquiries.models import Correction

__all__ = ["erase_contacts", "find_correction", "handle_correction", "receive_correction"]
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without what looks alike
_CODE_LENGTH = 10


def query_code(token):
    """The query code of a form's token: the same form sent twice gives the same receipt, and no
    code is stored.
    """
    digest = salted_hmac("inquiries.query_code", token, algorithm="sha256").digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_CODE_LENGTH])


def receive_correction(*, token, page, page_title, department, kind, text, name="", contact=""):
    """A new correction, numbered within its day. Inside the lock of `guard.admit()`, which keeps
    numbers apart.
    """
    now = timezone.now()
    number = _next_number(now)
    return Correction.objects.create(
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
        Correction.objects.filter(number__startswith=day)
        .order_by("-pk")
        .values_list("number", flat=True)
        .first()
    )
    return f"{day}{int(last.removeprefix(day)) + 1 if last else 1:04}"


def _digest(number, code):
    return hashlib.sha256(f"{number}:{code}".encode()).hexdigest()


def find_correction(*, number, code):
    """The correction of a receipt; None, after the same work, where there is no such number or the
    code is another.
    """
    correction = Correction.objects.filter(number=number).first()
    expected = correction.code_sha256 if correction else "0" * 64
    is_right = constant_time_compare(expected, _digest(number, code))
    return correction if is_right else None


@transaction.atomic
def handle_correction(*, correction, status, note, by):
    """Close a correction, or say something else of one that is closed. It does not become pending
    again.
    """
    correction.status, correction.note = status, note
    correction.handled_by, correction.handled_at = by, timezone.now()
    correction.save(update_fields=["status", "note", "handled_by", "handled_at"])
    return correction


def erase_contacts(moment=None):
    """A step of tick: names and contacts whose time is over. (number of corrections, 0)."""
    moment = moment or timezone.now()
    erased = {"name": "", "contact": "", "contact_erased_at": moment}
    return Correction.objects.with_contact_past_its_time(moment).update(**erased), 0
