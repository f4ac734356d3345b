"""What the desk's own machinery notes of an item: Django's history, sessions, the audit log, the
register.
"""

import json

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q

from disclosure.choices import SUBJECT
from disclosure.erasing.own import ERASED_TITLE
from disclosure.erasing.registry import erases
from ledger import audit
from ledger.actions import erase_words, redact

MOST_NAMES = 100  # asked for in one statement


def _named(words, *columns):
    """Condition: one of the columns names the item. SQLite keeps JSON with every character beyond
    ASCII escaped.
    """
    found = Q()
    for name in sorted(words.names, key=len, reverse=True)[:MOST_NAMES]:
        for column in columns:
            found |= Q(**{f"{column}__contains": name})
            if (escaped := json.dumps(name)[1:-1]) != name:
                found |= Q(**{f"{column}__contains": escaped})
    return found


@erases("admin.LogEntry.object_repr", "admin.LogEntry.change_message")
def erase_history(words, by):
    """Who changed which record when stays."""
    entries = LogEntry.objects.none()
    for (app, model), keys in words.objects_of_the_desk().items():
        kind = ContentType.objects.filter(app_label=app, model=model)
        entries |= LogEntry.objects.filter(content_type__in=kind, object_id__in=keys)
    for found in (entries, LogEntry.objects.filter(_named(words, "object_repr", "change_message"))):
        LogEntry.objects.filter(pk__in=list(found.values_list("pk", flat=True))).update(
            object_repr=ERASED_TITLE, change_message=""
        )


@erases("sessions.Session.session_data")
def erase_sessions(words, by):
    """A notice (“…已提交”) waits in a session until its page is seen; whoever it waits for signs in
    anew.
    """
    gone = [one.pk for one in Session.objects.iterator() if words.quoted_in(_legible(one))]
    Session.objects.filter(pk__in=gone).delete()


def _legible(session):
    return json.dumps(session.get_decoded(), ensure_ascii=False, default=str)


@erases(
    "ledger.Entry.subject_title", "ledger.Entry.note", "ledger.Entry.payload", "ledger.Entry.secret"
)
def erase_in_the_register(words, by):
    """Acts, hashes and who acted stay."""
    if words.item.index_number:
        redaction = redact(
            subject_kind=SUBJECT, subject_key=words.item.index_number, by=by, reason=words.reason
        )
        erase_words(redaction)


@erases("ledger.AuditEntry.object_name", "ledger.AuditEntry.detail")
def erase_in_the_audit_log(words, by):
    """Account, act, record and result stay; an entry of its own says which entries lost their
    words.
    """
    about = Q()
    for (app, model), keys in words.objects_of_the_desk().items():
        about |= Q(object_kind=f"{app}_{model}", object_key__in=keys)
    named = audit.with_detail_as_text().filter(_named(words, "object_name", "detail_text"))
    found = about | Q(sequence__in=list(named.values_list("sequence", flat=True)))
    key = words.item.index_number or ""
    audit.erase(which=found, by=by, act="依法删除", object_kind="disclosure_item", object_key=key)
