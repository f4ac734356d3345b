"""What a search found, as the pages of a list: items are read for the page that is shown."""

from disclosure.models import Item, Validity
from disclosure.search.snippets import add_snippets


class Results:
    """A list of items for a paginator. `found` says how many there are and whether there are more."""

    def __init__(self, found, prefetched=()):
        self.found, self.prefetched = found, prefetched

    def prefetch_related(self, *lookups):
        """The same with more read of each item."""
        return Results(self.found, (*self.prefetched, *lookups))

    def __len__(self):
        return len(self.found)

    def __getitem__(self, part):
        """The items of a slice, in order, each with its marked title, its passage, and whether it
        is still in force.
        """
        ids = [hit.pk for hit in self.found[part]]
        items = (
            Item.objects.published()
            .with_row()
            .defer(None)
            .defer("body")
            .prefetch_related(*self.prefetched)
        )
        items = items.in_bulk(ids)
        page = [items[pk] for pk in ids if pk in items]
        add_snippets(page, self.found.query)
        for item in page:
            state = self.found.states.get(item.pk)
            item.ended_label = (
                Validity.State(state).label
                if state and state not in Validity.IN_FORCE_STATES
                else ""
            )
        return page
