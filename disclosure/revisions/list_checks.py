"""Whether organs, columns and themes are what the register says of them, property by property."""

from disclosure.revisions.lists import LISTS, changed_rows, differing, on_record
from ledger.verification import Fault


def list_faults():
    """One fault a row of a list that was changed, added or taken away past the portal."""
    for listed in LISTS:
        try:
            before, now = on_record(listed), listed.rows()
        except (ValueError, TypeError) as error:
            yield Fault(f"{listed.title}读不出来：{error}")
            continue
        if before is None:  # from the first entry on
            continue
        for key, row in changed_rows(before, now).items():
            yield Fault(_words(listed, before.get(key), row, key))


def _words(listed, before, now, key):
    name = (before or now).get("name", key)
    if before is None:
        return f"{listed.title}里的“{name}”（{key}）没有登记过，不是在门户里新增的。"
    if now is None:
        return f"{listed.title}里的“{name}”（{key}）不见了，登记簿里没有删除的记录。"
    which = "、".join(differing(listed, before, now))
    return f"{listed.title}里“{name}”（{key}）的{which}与登记的不符，被绕过门户改动过。"
