"""Items that stand in a true relation to another: what a document amends and repeals, and the
papers of one procurement.

Both start from `published()`, are bounded, and are answered by an index; where nothing is known,
nothing is shown.
"""

import datetime as dt
import re

from django.db.models import Q

from disclosure.models import Item, Validity
from disclosure.search.items import walk_items
from search.document import SCOPES
from search.query import parse

MOST_EFFECTS = 50
MOST_PAPERS = 20
PROCUREMENT = "20-9"  # 政府集中采购 (条例 Art. 20(9)): so the catalogue marks its categories
ENDING = (Validity.State.AMENDED, Validity.State.REPEALED, Validity.State.LAPSED)
SHORTEST_NAME = 8
NAME_TELLS_FOR = dt.timedelta(days=366)
_NUMBER = re.compile(
    r"(?:项目|采购|招标|采购项目|招标项目)(?:编号|编码|代码)\s*[：:]?\s*([A-Za-z0-9\[\]【】〔〕()（）_./-]{6,60})"
)
_STAGES = re.compile(
    # No two of these begin alike and go on differently in pieces of others: a title is read once,
    # whatever it repeats.
    r"(?:采购意向|单一来源|竞争性谈判|竞争性磋商|公开招标|邀请招标|询价|招标|采购|资格预审|中标候选人|中标|成交|结果|终止|废标|流标|更正"
    r"|变更|澄清|答疑|合同|验收|履约|[（(](?:成交|重新招标|第?[一二三四五六七八九十0-9]+次)[）)]|公告|公示|书|文件|通知)+$"
)


def effects_of(item):
    """Public items that it amended or ended, as `Validity` rows of theirs, the newest first: one
    query, none where it is known (`load_relations`) that there are none.
    """
    if not getattr(item, "has_validity_effects", True):
        return []
    public = Item.objects.published().order_by().values("pk")
    rows = Validity.objects.filter(because_of=item.pk, state__in=ENDING, item__in=public)
    rows = rows.select_related("item__annual_report__department").defer("item__body", "item__text")
    return list(rows.order_by("-starts_on", "pk")[:MOST_EFFECTS])


def same_project(item, node):
    """Other public papers of the same procurement, the oldest first: those with its project number,
    or of its name.

    Only below the category the catalogue marks as procurement; elsewhere no query is made.
    """
    number, name = project_number(item.text), project_name(item.title)
    top = (
        next((one for one in node.trail if PROCUREMENT in (one.regulation_items or ())), None)
        if node
        else None
    )
    if top is None or not (number or name):
        return []
    papers = Item.objects.published().in_categories(top.subtree_ids).exclude(pk=item.pk)
    holding = [hit.pk for hit in _found(papers, number, "all")] if number else []
    named = (
        [hit.pk for hit in _found(papers, name, "title") if _is_of(hit, item, name)] if name else []
    )
    if not holding and not named:
        return []
    # The index knows words, not marks: the number itself must stand in the text.
    same = Q(pk__in=named) | Q(pk__in=holding, text__contains=number)
    return list(papers.with_row().filter(same).order_by("listed_at", "pk")[:MOST_PAPERS])


def _is_of(hit, item, name):
    """The same organ buys the same thing again in other years: a name tells for a year alone."""
    is_near = abs(hit.listed_at - item.listed_at) < NAME_TELLS_FOR
    return is_near and hit.department_id == item.department_id and project_name(hit.title) == name


def _found(papers, words, scope):
    query = parse(f'"{words}"')
    return [] if query.is_empty else walk_items(papers, MOST_PAPERS).matches(query, SCOPES[scope])


def project_number(text):
    """项目编号 as a text states it, or empty; a number has a digit."""
    match = _NUMBER.search(text)
    number = match[1].rstrip("().（）-/") if match else ""
    return number if len(number) > 5 and any(map(str.isdigit, number)) else ""


def project_name(title):
    """A title without the words for the stage its paper belongs to; empty where too little is left
    to tell by.
    """
    name = _STAGES.sub("", "".join(title.split()))
    return name if len(name) >= SHORTEST_NAME and name != title else ""
