"""Query + items → what is found, ranked, and no more of it than anybody reads.

Ranking and counting stop at `MOST`: that is what keeps a search for a word of every document as
quick as one for a rare word. Order: the very number; then titles; then titles with organs and
numbers; then summaries; then anywhere; and within each what is in force before what is not, the
newer before the older.
"""

from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from django.db.models import F
from django.utils import timezone

from disclosure.models import SynonymGroup, Validity
from disclosure.models.search import split_words
from disclosure.search.items import walk_items
from documents.folding import runs, squash
from search.document import SCOPES
from search.lookups import InKeys
from search.pieces import take_apart
from search.query import Query, Word, parse

MOST = 1000
TIERS = ("title", "head", "summary", "all")
ENDED = (Validity.State.REPEALED, Validity.State.LAPSED)
SORTS = {
    "oldest": (attrgetter("listed_at", "pk"), False),
    "newest": (attrgetter("listed_at", "pk"), True),
    "created": (attrgetter("created_on", "pk"), True),
    "views": (attrgetter("view_count", "pk"), True),
}


@dataclass
class Found:
    """What a search found. `hits` are in order and at most `MOST`."""

    query: object
    hits: list = field(default_factory=list)
    is_more: bool = False  # there are more than the hits
    is_chosen_by_day: bool = False  # then the hits are the newest of them, in another order
    is_apart: bool = False  # nothing holds the words as they were typed; these hold their pieces
    day: object = None  # whose validity ranks and is told
    ranked_by: dict | None = None  # states of validity, where they ranked the hits

    @cached_property
    def states(self):
        """{id: state of validity} of the hits of which the record says something."""
        known = _states(self.hits, self.day) if self.ranked_by is None else self.ranked_by
        return {hit.pk: known[hit.pk] for hit in self.hits if hit.pk in known}

    @property
    def lacks_number(self):
        """A document number was looked for and these only hold its parts: 5号 stands in 25号 as
        well.
        """
        number = self.query.number
        return bool(number) and not any(number in _numbers(hit) for hit in self.hits)

    def __len__(self):
        return len(self.hits)

    def __getitem__(self, part):
        return self.hits[part]


def search(text, items, *, sort="relevance", day=None, first_day=None, last_day=None):
    """Items among `items` (from `published()`) that the text finds. `first_day`, `last_day`: where
    the items' listed days are known to lie. `day`: whose validity ranks (today's).
    """
    query = parse(text)
    if query.is_empty:
        return Found(query)
    walk = walk_items(items, MOST, first_day=first_day, last_day=last_day)
    synonyms = load_synonyms()
    day = day or timezone.localdate()
    found = _find(walk, query.with_synonyms(synonyms), sort, day)
    if not found.hits and (apart := take_apart(query)):
        in_pieces = _find(walk, apart.with_synonyms(synonyms), sort, day)
        if in_pieces.hits:
            in_pieces.is_apart = True
            return in_pieces
    return found


def _find(walk, query, sort, day):
    states = None
    if sort in SORTS:
        hits = walk.matches(query, SCOPES["all"], newest=sort != "oldest")
        key, is_reversed = SORTS[sort]
        hits = sorted(hits, key=key, reverse=is_reversed)
    else:
        hits, states = _ranked(walk, query, day)
    is_more, by_day = len(hits) > MOST or walk.is_cut, sort in ("created", "views")
    return Found(query, hits[:MOST], is_more, is_chosen_by_day=by_day, day=day, ranked_by=states)


def load_synonyms():
    """{folded word: the other words of its groups, folded}: one query."""
    table = {}
    for words in SynonymGroup.objects.values_list("words", flat=True):
        folded = [squash(word) for word in split_words(words)]
        for word in folded:
            table.setdefault(word, []).extend(other for other in folded if other != word)
    return table


def _ranked(walk, query, day):
    tiers = dict.fromkeys([*_by_number(walk, query), *_literal(walk, query)], 0)
    known = (
        _asked_from_the_widest if walk.engine.ASKS_FROM_THE_WIDEST else _asked_from_the_titles
    )(walk, query)
    for tier, scope in enumerate(TIERS, start=1):
        hits = known[scope]
        for hit in walk.matches(query, SCOPES[scope]) if hits is None else hits:
            tiers.setdefault(hit, tier)
        if len(tiers) > MOST:
            break
    states = _states(tiers, day)
    newest_first = sorted(tiers, key=SORTS["newest"][0], reverse=True)
    return sorted(newest_first, key=lambda hit: (tiers[hit], states.get(hit.pk) in ENDED)), states


def _asked_from_the_widest(walk, query):
    """{tier: its hits}, None where there are more than one look gives. From the widest tier on,
    each within the one before: to ask for two words of a title costs as much as to ask for them
    anywhere, and mostly nothing is left to ask.
    """
    known = dict.fromkeys(TIERS)
    if walk.gives_all(query, SCOPES["all"]):
        known["all"] = walk.few(query, SCOPES["all"])
    elif walk.gives_all(query, SCOPES["summary"]):
        walk.learn(query, SCOPES["summary"], SCOPES["all"])
    known["summary"] = summary = walk.few(query, SCOPES["summary"], among=known["all"])
    if summary is not None:
        known["title"] = title = [hit for hit in summary if query.stands_in(runs(hit.title))]
        known["head"] = (
            title if len(title) == len(summary) else walk.few(query, SCOPES["head"], among=summary)
        )
    return known


def _asked_from_the_titles(walk, query):
    """The same where titles are quickly asked: what lies between them and the widest tier only
    within that, if it is small.
    """
    known = dict.fromkeys(TIERS)
    known["title"] = walk.matches(query, SCOPES["title"])
    if len(known["title"]) <= MOST:
        known["all"] = walk.matches(query, SCOPES["all"])
        if len(known["all"]) <= walk.engine.AT_ONCE:
            known["summary"] = walk.few(query, SCOPES["summary"], among=known["all"])
            known["head"] = walk.few(query, SCOPES["head"], among=known["summary"])
    return known


def _by_number(walk, query):
    """Items whose 发文字号 or 索引号 (whole or back part) is the query, or a word of it."""
    found = []
    for number in query.numbers:
        whole = Query(
            number, (Word(((number,),)),)
        )  # the index holds every number in one run as well
        found += [hit for hit in walk.matches(whole, SCOPES["numbers"]) if number in _numbers(hit)]
    return found


def _numbers(hit):
    """What an item is called by, as numbers are compared."""
    return [
        squash(number)
        for number in (hit.document_number, hit.index_number, hit.index_number.rpartition("/")[2])
    ]


def _literal(walk, query):
    """Titles in which the query stands as typed, though a minus in it excludes them: part of a
    title always finds it.
    """
    if not query.without:
        return []
    text = "".join(query.text.split())
    whole = parse(query.text.replace("-", " "))
    return [
        hit for hit in walk.matches(whole, SCOPES["title"]) if text in "".join(hit.title.split())
    ]


def _states(hits, day):
    """{id: state of validity on the day} of those of which the record says something."""
    rows = (
        Validity.objects.in_effect(day)
        .filter(InKeys(F("item_id"), [hit.pk for hit in hits]))
        .order_by()
    )
    return dict(rows.values_list("item_id", "state"))
