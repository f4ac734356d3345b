"""What the public reads of the register itself, beside the chain: which words are hidden."""

from django.db.models import F, Value
from django.db.models.functions import Concat

from ledger.digests.explaining import by_the_desk
from ledger.digests.tables import Difference, PublicTable, public_table, rows_of
from ledger.models import Entry, Redaction

COLUMNS = ("subject_kind", "subject_key", "until_sequence", "lifted_at", "lifted_by_id")


def _by_acts_of_any_kind(differences: list[Difference]) -> list[Difference]:
    """An act about the subject of a redaction: withdrawals and removals hide words too."""
    left = []
    for one in differences:
        kind, _, key = one.subject.partition("/")
        told = Entry.objects.filter(subject_kind=kind, subject_key=key)
        if not told.filter(sequence__gt=one.sequence).exists():
            left.append(one)
    return left


public_table(
    PublicTable(
        "ledger.Redaction",
        "登记簿隐去的文字",
        COLUMNS,
        rows_of(
            lambda: Redaction.objects.annotate(
                whose=Concat(F("subject_kind"), Value("/"), F("subject_key"))
            ),
            COLUMNS,
            "whose",
        ),
        (_by_acts_of_any_kind, by_the_desk("ledger_redaction")),
    )
)
