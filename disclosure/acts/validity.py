"""Changes of validity (有效性) in the register."""

from django.db import transaction
from django.utils import timezone

from disclosure.acts.guarding import locked
from disclosure.acts.registering import public_face_changed, register
from disclosure.models import Validity
from ledger.models import Act


@transaction.atomic
def register_validity(*, validity, by=None):
    """Register that a change of validity has come into force. False where it is on record, or not
    due, already.
    """
    item = locked(validity.item)
    row = Validity.objects.to_be_registered(timezone.localdate()).filter(pk=validity.pk).first()
    if row is None:
        return False
    public_face_changed(item)
    _register(item, row, by)
    return True


def register_new_validities(item, by):
    """After an amendment: register what it says is in force already and was not said before."""
    for row in (
        Validity.objects.to_be_registered(timezone.localdate())
        .filter(item=item)
        .order_by("starts_on")
    ):
        _register(item, row, by)


def settle_validities(item):
    """At a first publication the entry of that act covers what is in force by then."""
    today, now = timezone.localdate(), timezone.now()
    item.validities.filter(starts_on__lte=today, registered_at=None).update(registered_at=now)


def _register(item, row, by):
    Validity.objects.filter(pk=row.pk).update(registered_at=timezone.now())
    because_of = (row.because_of.index_number or "") if row.because_of_id else ""
    payload = {"state": row.state, "starts_on": row.starts_on.isoformat(), "because_of": because_of}
    note = f"自 {row.starts_on} 起{row.get_state_display()}"
    register(
        Act.VALIDITY, item, by, note=f"{note}：{row.note}" if row.note else note, payload=payload
    )
