"""Items that are nearly there already. Bounded: titles of a few hundred items are compared, texts
of a few dozen.
"""

import re

from django.db.models import Q
from django.db.models.functions import Length, Substr

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.checks.subject import field_place
from disclosure.choices import Status
from disclosure.models import AnnualReport, Item
from documents.customs.document_numbers import normalise_document_number
from documents.html.parts import BODY
from documents.likeness import COMPARED, NOISE, SHINGLE, comparable_text, similarity

NEIGHBOURS = 200  # latest items of the organ
WITH_WORDS = 60  # items of any organ whose title has the same distinctive words
WORDS = 6  # characters of them that are looked for
TEXTS = 30  # whose text is read
SHORTEST = 60  # characters; below, everything is like everything
TITLE_ALIKE, TEXT_ALIKE, SAME = 0.85, 0.8, 0.98
SHOWN = 3
_NUMERALS = re.compile(r"[\d一二三四五六七八九十百零〇第]+")
_FORMULA = re.compile(
    r"关于|印发|转发|开展|做好|进一步|有关|相关|工作|的?(?:通知|公告|通告|意见|决定|批复|函|报告|公示|方案)\Z|年度?|哈尔滨市|松北区|人民政府|办公室"
)


@check
def same_document_number(subject):
    """A document number is given once."""
    number = normalise_document_number(subject.item.document_number)
    if not number:
        return
    for other in (
        _comparable(subject)
        .filter(document_number=number)
        .order_by("-pk")
        .only("pk", "title", "index_number")[:SHOWN]
    ):
        message = f"发文字号“{number}”已经用于{_named(other)}。请核对是否重复录入。"
        yield Finding(
            "duplicate-number",
            Level.WARNING,
            message,
            field_place("document_number"),
            related=other.pk,
        )


@check
def nearly_equal(subject):
    """Title or text nearly that of another item; both the same: most likely entered twice."""
    titles = _title_candidates(subject)
    texts = _text_similarities(subject, titles)
    both = [
        pk
        for pk, share in texts.items()
        if share >= SAME and titles[pk].title == subject.item.title
    ]
    for pk in both[:SHOWN]:
        message = f"标题和正文都与{_named(titles[pk])}相同（正文相似 {texts[pk]:.0%}）。请核对是否重复录入。"
        yield Finding(
            "duplicate-item", Level.BLOCKING, message, BODY, settled=Settled.BY_REASON, related=pk
        )
    alike = sorted(
        ((share, pk) for pk, share in texts.items() if share >= TEXT_ALIKE and pk not in both),
        reverse=True,
    )
    for share, pk in alike[:SHOWN]:
        message = f"正文与{_named(titles[pk])}相似 {share:.0%}。请核对是否重复录入，或者沿用了旧稿没有改。"
        yield Finding("duplicate-body", Level.WARNING, message, BODY, related=pk)
    shown = {*both, *(pk for _, pk in alike)}
    for share, pk in _titles_alike(subject, titles, shown)[:SHOWN]:
        message = f"标题与{_named(titles[pk])}相似 {share:.0%}。请核对是否重复录入。"
        yield Finding("duplicate-title", Level.WARNING, message, field_place("title"), related=pk)


def _comparable(subject):
    """What a clerk of the organ may learn of: public items, and the organ's own."""
    public = Q(pk__in=Item.objects.published().values("pk"))
    own = Q(department_id=subject.item.department_id)
    return _others(subject).filter(public | own)


def _others(subject):
    """All items but this one, what it corrects or what corrects it, and what was taken away."""
    own = [pk for pk in (subject.item.pk, subject.item.corrects_id) if pk]
    others = (
        Item.objects.complete()
        .exclude(pk__in=own)
        .exclude(status__in=(Status.WITHDRAWN, Status.ARCHIVED))
    )
    return others.exclude(corrects__in=own)


def _title_candidates(subject):
    """{id: item} of those worth comparing, without their texts: each from an index or one pass over
    titles.
    """
    item = subject.item
    light = _others(subject).only("pk", "title", "index_number", "created_on")
    found = list(
        light.filter(department_id=item.department_id).order_by("-listed_at", "-pk")[:NEIGHBOURS]
    )
    if subject.report:
        earlier = AnnualReport.objects.filter(department_id=subject.report.department_id).order_by(
            "-year"
        )
        found += light.filter(pk__in=list(earlier.values_list("item_id", flat=True)[:10]))
    words = distinctive_words(item.title)
    if len(words) >= 4:
        named = light.filter(
            pk__in=Item.objects.published().filter(title__contains=words).values("pk")
        )
        found += named.order_by("-pk")[:WITH_WORDS]
        found += light.filter(department_id=item.department_id, title__contains=words).order_by(
            "-pk"
        )[:WITH_WORDS]
    return {one.pk: one for one in found}


def _text_similarities(subject, titles):
    """{id: share} of the candidates whose text is about as long, the likeliest titles first."""
    own = comparable_text(subject.text)
    if len(own) < SHORTEST:
        return {}
    length = len(subject.text)
    near = Item.objects.filter(pk__in=titles).annotate(length=Length("text"))
    near = set(
        near.filter(length__gte=length * 0.6, length__lte=length * 1.7).values_list("pk", flat=True)
    )
    likeliest = sorted(
        near, key=lambda pk: similarity(subject.item.title, titles[pk].title, 2), reverse=True
    )[:TEXTS]
    texts = (
        Item.objects.filter(pk__in=likeliest)
        .annotate(start=Substr("text", 1, COMPARED))
        .values_list("pk", "start")
    )
    return {pk: similarity(own, comparable_text(text), SHINGLE) for pk, text in texts}


def _titles_alike(subject, titles, shown):
    if subject.report:  # whose title is prescribed
        return []
    title, alike = subject.item.title, []
    for pk, other in titles.items():
        share = similarity(comparable_text(title), comparable_text(other.title), 2)
        if pk not in shown and share >= TITLE_ALIKE and not _is_series(title, other.title):
            alike.append((share, pk))
    return sorted(alike, reverse=True)


def _is_series(title, other):
    """第3期 and 第4期 of the same: titles that differ in their numbers alone."""
    return title != other and _NUMERALS.sub("", title) == _NUMERALS.sub("", other)


def distinctive_words(title):
    """The longest stretch of a title that is no formula: what tells it from others."""
    return max(
        re.split(r"\s+", _NUMERALS.sub(" ", _FORMULA.sub(" ", NOISE.sub(" ", title))).strip()),
        key=len,
    )[:WORDS]


def _named(item):
    number = f"（{item.index_number}）" if item.index_number else "（尚未公开）"
    return f"已有的“{item.title[:60]}”{number}"
