"""From places of the index to rows the reader may see: batch by batch, newest first, until there are
enough.
"""

import copy
import datetime as dt

from django.db.models.expressions import Col

from search.engines import engine
from search.lookups import WithoutIndex

FIRST_BATCH = 1_100
GROWTH = 6
CHUNK = 10_000  # places asked for in one query
PATIENCE = 20_000  # places that are walked before anybody asks whether the items are few
SMALL = 20_000  # so many items are rather compared with all matches
FURTHEST = 300_000  # places looked at before a search gives up counting


class Walk:
    """Reads matches of the index and keeps those that are among `items`, rows of a `kind`. Remembers
    what it has read of each place.

    `hit`: a NamedTuple of what is wanted of a row. Its first field is `place`; the others are
    columns, of which the first is the key. `most`: how many are wanted. `first_day`, `last_day`:
    where the days of the rows are known to lie.
    """

    def __init__(self, kind, hit, items, most, *, first_day=None, last_day=None):
        self.engine, self.kind, self.hit = engine(), kind, hit
        self.items, self.most = items.order_by(), most
        self.by_place = _entered_by_place(self.items)
        self.above = self.engine.first_place(first_day) - 1 if first_day else None
        self.below = self.engine.first_place(last_day + dt.timedelta(days=1)) if last_day else None
        self.is_cut = False
        self._hits, self._looks, self._base = {}, {}, None

    def matches(self, query, fields, *, newest=True):
        """Hits of a query in order of their places: all of them, or one more than `most`."""
        if self._base is not None and self._is_small():
            return self._among_few_items(query, fields, newest)
        found, above, below, size, walked = [], self.above, self.below, FIRST_BATCH, 0
        while True:
            places = self._look(query, fields, above=above, below=below, limit=size, newest=newest)
            found += self._admit(places)
            walked += len(places)
            if len(places) < size or len(found) > self.most:
                break
            ahead = self._ahead(len(found), walked)
            if ahead > PATIENCE and self._is_small():
                return self._among_few_items(query, fields, newest)
            if walked > FURTHEST:
                self.is_cut = True
                break
            below, above = (places[-1], above) if newest else (below, places[-1])
            size = min(ahead, size * GROWTH)
        return found[: self.most + 1]

    def _among_few_items(self, query, fields, newest):
        where = {"above": self.above, "below": self.below, "newest": newest}
        return self._admit(
            self.engine.among(query, fields, self._base, limit=self.most + 1, **where)
        )

    def few(self, query, fields, *, among=None):
        """All hits of a query, where one look gives them, else None. `among`: hits of a wider
        question.
        """
        if among is not None and len(among) <= self.engine.AT_ONCE:
            places = [hit.place for hit in among]
            return self._admit(self.engine.at(query, fields, places)) if places else []
        return self._admit(self._first(query, fields)) if self.gives_all(query, fields) else None

    def gives_all(self, query, fields):
        """Whether one look gives all matches."""
        return len(self._first(query, fields)) < FIRST_BATCH

    def learn(self, query, *scopes):
        """Read at once the items of what one look gives in each of these scopes."""
        self._admit(
            list(dict.fromkeys(place for fields in scopes for place in self._first(query, fields)))
        )

    def _first(self, query, fields):
        return self._look(
            query, fields, above=self.above, below=self.below, limit=FIRST_BATCH, newest=True
        )

    def _look(self, query, fields, **bounds):
        """Places of matches, as the engine gives them; what was asked once is not asked again."""
        asked = (query, fields, *bounds.values())
        if asked not in self._looks:
            self._looks[asked] = self.engine.walk(query, fields, **bounds)
        return self._looks[asked]

    def _ahead(self, found, walked):
        """How many places more will give enough hits, if they go on as they began."""
        lacking = self.most + 1 - found
        return max(FIRST_BATCH, lacking * walked * 5 // (4 * max(found, 1)))

    def _admit(self, places):
        """The hits at these places, in their order; one query for each chunk of places not asked
        for before.
        """
        unknown = [place for place in places if place not in self._hits]
        for start in range(0, len(unknown), CHUNK):
            chunk = unknown[start : start + CHUNK]
            self._hits.update(dict.fromkeys(chunk))
            for values in self.engine.rows(self.by_place, self.kind, chunk, self.hit._fields[1:]):
                self._hits[values[0]] = self.hit(*values)
        return [hit for place in places if (hit := self._hits[place])]

    def _is_small(self):
        """Whether so few items are asked for that they are better read first. One query, once."""
        if self._base is None:
            self._base = list(self.engine.named(self.items, self.kind)[: SMALL + 1])
        return len(self._base) <= SMALL


def _entered_by_place(items):
    """The same items, but no index is entered by what they are asked for. SQLite takes "published"
    for rare (it is what every item is) and reads the whole archive instead of the thousand places:
    0.7 s among 100,000 items.
    """
    items = items.all()
    items.query.where = _without_ways(items.query.where)
    return items


def _without_ways(node):
    node = copy.copy(node)
    if hasattr(node, "children"):
        node.children = [_without_ways(child) for child in node.children]
    elif isinstance(getattr(node, "lhs", None), Col):
        node.lhs = WithoutIndex(node.lhs)
    return node
