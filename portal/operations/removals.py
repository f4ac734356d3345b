"""What has left the public's sight, as a list beside the backups: a restored backup brings nothing
of it back.

A backup is older than the acts that followed it. Whoever restores one at night would publish again
what a court had taken away last week. So every machine keeps `removals.jsonl` in BACKUP_DIR up to
date (with each act, and with each tick), and `restore` does the acts again. The list holds numbers,
moments and the reasons that stand on public notices: no word of what was removed.
"""

import json
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from disclosure import acts
from disclosure.choices import IN_AN_EMERGENCY, Status
from disclosure.models import Item, Takedown

logger = logging.getLogger(__name__)
NAME = "removals.jsonl"
AGAIN = "（恢复备份后重新办理）"
LONGEST_REASON = 300
Kind = Takedown.Kind


@dataclass
class Again:
    """What came of doing the acts of a list again: index numbers done, and sentences about what a
    person has to do.
    """

    done: list
    left: list


def present():
    """{key: line} of what is out of sight now: removed, withdrawn, and items whose earlier states
    are hidden.
    """
    newest = {}
    for takedown in Takedown.objects.select_related("item").order_by("pk"):
        if line := _line(takedown):
            newest[line["key"]] = line
    return newest


def _line(takedown):
    item = takedown.item
    is_over = (
        takedown.kind == Kind.WITHDRAWN and item.status != Status.WITHDRAWN
    )  # public again, or its term has ended
    if is_over or (item.is_removed_by_law and takedown.kind != Kind.REMOVED):
        return None
    line = {
        "key": f"{item.pk} {'hidden' if takedown.kind == Kind.HIDDEN else 'gone'}",
        "item": item.pk,
        "created_at": item.created_at.isoformat(),
        "index_number": item.index_number,
        "kind": takedown.kind,
        "at": takedown.made_at.isoformat(),
        "reason": "" if takedown.kind == Kind.HIDDEN else item.withdrawal_reason,
    }
    if takedown.kind == Kind.HIDDEN:
        newest = item.revisions.order_by("-number").first()
        line["revision"] = newest.number if newest else 0
        line["erase"] = item.revisions.filter(stored=None).exists()
    return line


def read(path):
    """{key: line} of a list. Raises ValueError where it is none."""
    lines = (json.loads(line) for line in Path(path).read_text().splitlines() if line.strip())
    return {line["key"]: line for line in lines}


def keep(folder=None):
    """Bring the list beside the backups up to date; whether it changed. What is removed by law
    never leaves it again.
    """
    path = Path(folder or settings.BACKUP_DIR) / NAME
    try:
        known = read(path) if path.exists() else {}
    except (ValueError, KeyError, TypeError):
        logger.warning("%s cannot be read; it is put aside and written anew", path)
        path.replace(path.with_suffix(".broken"))
        known = None
    lines = {
        key: line for key, line in (known or {}).items() if line["kind"] == Kind.REMOVED
    } | present()
    if lines == known:
        return False
    _write(path, lines)
    return True


def _write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".removals-", delete=False
    ) as file:
        file.writelines(
            json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines.values()
        )
    os.chmod(file.name, 0o640)
    os.replace(file.name, path)


def keep_list():
    """A step of tick: (0, 1 where the list cannot be written)."""
    try:
        keep()
    except OSError:
        logger.exception("the list of what was taken away cannot be kept beside the backups")
        return 0, 1
    return 0, 0


def lists_beside(backup):
    """The lists that there are: beside the backup that is restored, and in BACKUP_DIR."""
    places = dict.fromkeys(
        Path(folder).resolve() / NAME for folder in (Path(backup).parent, settings.BACKUP_DIR)
    )
    return [place for place in places if place.is_file()]


def do_again(paths):
    """Take away again, in a restored database, whatever these lists name. Safe to repeat. Raises
    ValueError where one is no list.
    """
    lines = {}
    for path in paths:
        for key, line in read(path).items():
            if key not in lines or line["at"] > lines[key]["at"]:
                lines[key] = line
    outcome = Again([], [])
    for line in sorted(lines.values(), key=lambda line: line["at"]):
        try:
            _again(line, outcome)
        except ValidationError as error:
            outcome.left.append(f"{line['index_number']}：{'；'.join(error.messages)}")
    return outcome


def _again(line, outcome):
    item = Item.objects.filter(
        pk=line["item"], created_at=parse_datetime(line["created_at"])
    ).first()
    item = (
        item
        or Item.objects.filter(
            index_number=line["index_number"], index_number__isnull=False
        ).first()
    )
    if item is None or item.is_removed_by_law:
        return  # not in the backup, or removed there already
    if item.index_number is None:
        outcome.left.append(_of_a_draft(line, item))
        return
    if _ACTS[line["kind"]](line, item):
        outcome.done.append(item.index_number)


def _reason(words):
    """As it stood, and that it was done again; once, however often a backup is restored."""
    return words.removesuffix(AGAIN)[: LONGEST_REASON - len(AGAIN)] + AGAIN


def _of_a_draft(line, item):
    what = "依法删除" if line["kind"] == Kind.REMOVED else "撤下"
    return (
        f"{line['index_number']} 后来公开、又{what}，备份里它还是草稿（编号 {item.pk}）：请在工作台打开 "
        f"/admin/disclosure/item/{item.pk}/change/ 删除，不要公开。"
    )


def _remove(line, item):
    acts.remove_item(item=item, by=None, reason=_reason(line["reason"]))
    return True


def _withdraw(line, item):
    if item.status != Status.PUBLISHED:
        return False
    acts.withdraw_item(item=item, by=None, reason=_reason(line["reason"] or IN_AN_EMERGENCY))
    return True


def _hide(line, item):
    """Where the backup is older than the correction, its present state says what was hidden: nobody
    outside may read it.
    """
    if item.status not in (Status.PUBLISHED, Status.WITHDRAWN):
        return False
    newest = item.revisions.order_by("-number").first()
    if newest and newest.number >= line["revision"]:
        erase = line["erase"] and item.status == Status.PUBLISHED
        older = item.revisions.exclude(pk=newest.pk).exclude(stored=None)
        if not (older if erase else older.filter(stored__is_withheld=False)).exists():
            return False
        acts.hide_earlier(item=item, by=None, reason=_reason("旧版曾经隐去"), erase=erase)
        return True
    if item.status == Status.PUBLISHED:
        acts.pull_item(item=item, by=None)
        raise ValidationError(
            "备份早于隐去旧版之前的更正，现行内容就是要隐去的，已先撤下。请重新更正后公开，并隐去旧版。"
        )
    return False


_ACTS = {Kind.REMOVED.value: _remove, Kind.WITHDRAWN.value: _withdraw, Kind.HIDDEN.value: _hide}


def advice_after_restore(outcome, paths, made_at):
    """What the contractor has to know after a restore, and to do."""
    if not paths:
        yield (
            f"没有找到撤下清单（{NAME}）：{made_at} 以后依法删除、撤回的信息，恢复后又会公开。请把清单放到备份旁边，"
            f"运行 manage.py take_away_again 清单；确实没有清单的，启用之前请公开办核对这段时间的删除和撤回，逐条重新办理。"
        )
        return
    if outcome.done:
        numbers, places = "、".join(outcome.done[:50]), "、".join(map(str, paths))
        yield f"备份之后删除、撤回或隐去的 {len(outcome.done)} 条已按 {places} 重新办理：{numbers}。"
    yield from (f"启用之前还要做一件事：{words}" for words in outcome.left)
