"""Whether the published revisions are what they were: each against the register's entry that
recorded it.
"""

import hashlib
import json

from disclosure.choices import SUBJECT
from disclosure.models import Revision
from disclosure.revisions.derived_checks import count_faults, finding_faults
from disclosure.revisions.list_checks import list_faults
from disclosure.revisions.standing import standing_faults
from ledger.canonical import timestamp
from ledger.models import Act, Entry
from ledger.reading import Unreadable, in_order
from ledger.verification import Fault, also_verify

RECORDED_BY = (Act.PUBLISH, Act.AMEND)


@also_verify
def revision_faults():
    """Faults of revisions and their texts: changed, missing, or never registered. Entries are
    checked by the register.
    """
    removed = set(
        Entry.objects.filter(subject_kind=SUBJECT, act=Act.REMOVE)
        .order_by()
        .values_list("subject_key", flat=True)
    )
    withheld = texts_taken_away()
    recorded = set(
        Entry.objects.filter(subject_kind=SUBJECT, act__in=RECORDED_BY)
        .order_by()
        .values_list("sequence", flat=True)
    )
    for revision in in_order(Revision.objects.select_related("entry", "stored", "item")):
        recorded.discard(revision.pk)
        if isinstance(revision, Unreadable):
            yield Fault(f"第 {revision.pk} 条登记的公开版本读不出来：{revision.reason}")
            continue
        for words in _faults_of(revision, removed, withheld):
            yield Fault(f"第 {revision.pk} 条登记的公开版本{words}。")
    for sequence in sorted(recorded):
        yield Fault(f"第 {sequence} 条登记的公开版本不见了。")


also_verify(standing_faults)
also_verify(list_faults)
also_verify(finding_faults)
also_verify(count_faults)


def texts_taken_away(until=None):
    """(index number, revision) of texts that the register, as far as entry `until`, says were taken
    away by themselves (隐去旧版).
    """
    found = set()
    told = Entry.objects.filter(subject_kind=SUBJECT, act__in=(Act.REDACT, Act.AMEND)).order_by(
        "sequence"
    )
    told = told if until is None else told.filter(sequence__lte=until)
    for key, payload in told.values_list("subject_key", "payload").iterator():
        numbers = payload.get("withheld", ()) if isinstance(payload, dict) else ()
        found |= {(key, number) for number in numbers}
    return found


def _faults_of(revision, removed, withheld):
    entry = revision.entry
    payload = entry.payload if isinstance(entry.payload, dict) else {}
    if (entry.subject_kind, entry.subject_key) != (SUBJECT, revision.item.index_number):
        yield "不属于登记的那条信息"
    if revision.content_sha256 != entry.content_sha256:
        yield "的校验码与登记的不符"
    if revision.number != (payload.get("revision") if not entry.erased else _place_of(revision)):
        yield "的版次与登记的不符"
    if not entry.erased and timestamp(revision.published_at) != payload.get("published_at"):
        yield "的公开时间与登记的不符"
    content = revision.kept_content
    if content != revision.content and (entry.subject_key, revision.number) not in withheld:
        yield "不再对外显示，登记簿里没有隐去的记录"
    if (
        not content
        and entry.subject_key not in removed
        and (entry.subject_key, revision.number) not in withheld
    ):
        yield "没有内容，登记簿里也没有依法删除的记录"
    elif content and not _says_what_was_registered(revision):
        yield "的内容与登记的不符，公开后被改动过"


def _place_of(revision):
    """Which of its item's revisions it is, by the register's order: where the entry's own words
    were erased.
    """
    return Revision.objects.filter(item=revision.item_id, entry__lte=revision.pk).count()


def _says_what_was_registered(revision):
    """The text has the registered hash, and is about this revision."""
    try:
        digest = hashlib.sha256(revision.kept_content.encode()).hexdigest()
        state = json.loads(revision.kept_content)
        return digest == revision.entry.content_sha256 and state["revision"] == revision.number
    except (ValueError, TypeError, AttributeError, KeyError):
        return False
