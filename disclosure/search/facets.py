"""What a list of found items can be narrowed by, with how many of them each choice would leave."""

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db.models import F
from django.utils import timezone

from disclosure.choices import FileKind, Genre
from disclosure.models import Attachment, Validity
from search.lookups import InKeys

MOST_CHOICES = 8


@dataclass(frozen=True)
class Choice:
    """One value of a filter and the number of items it would leave."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facet:
    """A filter (`name` is its word in the query string) with the choices that leave something."""

    name: str
    label: str
    choices: list


def facets(found, tree, choosable, *, chosen=()):
    """The facets of what a search `Found`: one query, for files. Filters already `chosen` are left
    out, but for the category, where the next level down is offered.
    """
    hits = found.hits
    found = [
        Facet("category", "栏目", _categories(hits, tree, dict(chosen).get("category"))),
        Facet("organ", "发布机构", _organs(hits, choosable.organs)),
        Facet("year", "年份", _years(hits)),
        Facet("genre", "体裁", _named(Counter(hit.genre for hit in hits), dict(Genre.choices))),
        Facet("theme", "主题", _themes(hits, choosable.themes)),
        Facet(
            "validity",
            "有效性",
            _named(Counter(found.states.values()), dict(Validity.State.choices)),
        ),
        Facet("file", "附件类型", _files(hits)),
    ]
    names = {name for name, _ in chosen} - {"category"}
    return [facet for facet in found if facet.choices and facet.name not in names]


def _named(counts, names):
    """Choices, the most frequent first."""
    known = [(key, number) for key, number in counts.items() if key in names]
    ordered = sorted(known, key=lambda one: (-one[1], str(names[one[0]])))
    return [Choice(str(key), names[key], number) for key, number in ordered[:MOST_CHOICES]]


def _categories(hits, tree, chosen):
    """The categories one level below the chosen one; without a choice the columns of the catalogue."""
    node = tree.by_slug.get(chosen)
    below = node.children if node else tree.top
    counts = Counter(hit.category_id for hit in hits)
    numbers = [(child, sum(counts[pk] for pk in child.subtree_ids)) for child in below]
    ordered = sorted(numbers, key=lambda one: -one[1])
    return [
        Choice(child.slug, child.name, number) for child, number in ordered[:MOST_CHOICES] if number
    ]


def _organs(hits, organs):
    counts = Counter(hit.department_id for hit in hits)
    numbers = Counter({slug: counts[pk] for pk, slug, *_ in organs if pk in counts})
    return _named(numbers, {slug: short for _, slug, _, short in organs})


def _years(hits):
    zone = timezone.get_current_timezone()
    counts = Counter(hit.listed_at.astimezone(zone).year for hit in hits)
    return [
        Choice(str(year), f"{year}年", counts[year])
        for year in sorted(counts, reverse=True)[:MOST_CHOICES]
    ]


def _themes(hits, themes):
    """Of the first level; an item of the second counts for the first."""
    top = {pk: parent or pk for pk, parent, _ in themes}
    counts = Counter(top[hit.theme_id] for hit in hits if hit.theme_id in top)
    return _named(counts, {pk: name for pk, parent, name in themes if parent is None})


def _files(hits):
    rows = (
        Attachment.objects.filter(InKeys(F("item_id"), [hit.pk for hit in hits]))
        .order_by()
        .values_list("item_id", "file")
    )
    kinds = {(pk, FileKind.of(PurePosixPath(name).suffix)) for pk, name in rows}
    return _named(Counter(kind for _, kind in kinds), dict(FileKind.choices))
