"""Changes of the small lists (organs, columns, themes) in the register."""

from django.db import transaction

from disclosure.acts.registering import capacity
from disclosure.revisions.lists import LISTS, SUBJECT, changed_rows, differing, on_record
from ledger.actions import append
from ledger.canonical import sha256
from ledger.models import Act

MOST_SAID = 20


@transaction.atomic
def register_lists(*, by=None, note="", only_first=False, of=None):
    """Register how the lists stand where that is not what the register says. Returns the entries.

    Called by whatever changes them, in its transaction. With `only_first` a list that is on record
    is passed over: `tick` does so, for it cannot know whether a change went through the portal.
    With `of` nothing but these rows is registered, so that who changes one does not answer for what
    somebody else changed past the portal.
    """
    made = []
    for listed in LISTS:
        before, now = on_record(listed), listed.rows()
        if not now or (only_first and before is not None):
            continue
        changed = changed_rows(before or {}, now)
        if of is not None and before is not None:
            mine = {str(one.pk) for one in of if isinstance(one, listed.model)}
            changed = {key: row for key, row in changed.items() if key in mine}
        if changed:
            words = note or (changes_in_words(listed, before, now, changed) if before else "")
            stands = {key: row for key, row in {**(before or {}), **changed}.items() if row}
            words = words or f"名单建立，共 {len(now)} 项"
            made.append(_append(listed, by, words, changed, stands))
    return made


def _append(listed, by, note, changed, stands):
    role, department_name = capacity(by)
    return append(
        act=Act.CATALOG_CHANGE,
        subject_kind=SUBJECT,
        subject_key=listed.key,
        subject_title=listed.title,
        by=by,
        role=role,
        department_name=department_name,
        content_sha256=sha256(stands),
        note=note[:2000],
        payload={"rows": changed},
    )


def changes_in_words(listed, before, now, changed):
    """What changed, in words."""
    words = []
    for key, row in changed.items():
        name = (row or before[key]).get("name", key)
        if key not in before:
            words.append(f"新增“{name}”")
        elif row is None:
            words.append(f"删除“{name}”")
        else:
            words.append(f"“{name}”的{'、'.join(differing(listed, before[key], row))}")
    more = f"等 {len(words)} 处" if len(words) > MOST_SAID else ""
    return "；".join(words[:MOST_SAID]) + more
