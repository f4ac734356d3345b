"""What proves a package: every published revision in its canonical text, against the register as
it then stood.

A line of revisions.jsonl is one revision, named by the entry that recorded it. Where the public
may not read the text any more it says why: `withdrawn` or `removed` where the register says so,
`hidden` where the register says nothing yet: the item's column is out of use, or its term has just
ended.
"""

from django.db.models import Exists, OuterRef

from disclosure.choices import SUBJECT
from disclosure.models import Item, Revision
from disclosure.revisions.register_checks import texts_taken_away
from ledger.canonical import timestamp
from ledger.models import GONE_AFTER, Act, Entry
from ledger.reading import Unreadable, in_order

FORMAT = "lantai-revisions-1"
AT_ONCE = 200  # texts in memory
WITHHELD_AFTER = {Act.WITHDRAW: "withdrawn", Act.REMOVE: "removed"}


def revision_lines(until, *, subjects=None):
    """Yield a head, then each revision the first `until` entries recorded, oldest first. What a
    line says follows from those entries and the public gate, so that an act done meanwhile leaves
    no contradiction in the package.

    `subjects`: the index numbers wanted, all where it is None.
    """
    head = {"format": FORMAT, "register_entries": until}
    yield head if subjects is None else head | {"subjects": sorted(subjects)}
    withheld, taken_away = _withheld(until), texts_taken_away(until)
    is_public = Exists(Item.objects.published().filter(pk=OuterRef("item_id")))
    rows = Revision.objects.select_related("stored", "item").defer("item__body", "item__text")
    for revision in _wanted(rows.annotate(is_public=is_public), until, subjects):
        yield _line(revision, withheld, taken_away)


def _wanted(rows, until, subjects):
    """The revisions of the subjects in the order of their entries, a few at a time."""
    if subjects is None:
        yield from in_order(rows, until=until, step=AT_ONCE)
        return
    keys = []
    for some in batched(sorted(subjects), AT_ONCE):
        own = Revision.objects.filter(item__index_number__in=some, pk__lte=until)
        keys += own.values_list("pk", flat=True)
    for some in batched(sorted(keys), AT_ONCE):
        yield from in_order(rows.filter(pk__in=some), step=AT_ONCE)


def batched(values, size):
    """Slices of a list."""
    return [values[first : first + size] for first in range(0, len(values), size)]


def _line(revision, withheld, taken_away):
    if isinstance(revision, Unreadable):
        return {"entry": revision.pk, "unreadable": True}
    number = revision.item.index_number
    # Hidden too: an earlier state whose text alone was taken from the public, as the register says.
    is_hidden = not revision.is_public or (number, revision.number) in taken_away
    why = withheld.get(number) or ("hidden" if is_hidden else "")
    return {
        "entry": revision.pk,
        "index_number": number,
        "revision": revision.number,
        # The register hides the words of what is gone, this moment among them: nobody outside could
        # check it.
        "published_at": None
        if why in {"removed", "withdrawn"}
        else timestamp(revision.published_at),
        "content_sha256": revision.content_sha256,
        "withheld": why,
        "content": None if why else revision.content or None,
    }


def _withheld(until):
    """{index number: why its texts may not be read}, as the register says."""
    acts = Entry.objects.filter(
        subject_kind=SUBJECT, act__in=GONE_AFTER, sequence__lte=until
    ).order_by("sequence")
    last = dict(acts.values_list("subject_key", "act"))
    return {key: WITHHELD_AFTER[act] for key, act in last.items() if act in WITHHELD_AFTER}
