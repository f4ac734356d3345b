"""What a search found, as the pages of a list: items are read for the page that is shown."""

from disclosure.models import Item, Validity
from disclosure.search.snippets import add_snippets


class Results:
    """A list of items for a paginator. `found` says how many there are and whether there are more."""

    def __init__(self, found, day=None):
        self.found, self.day = found, day

    def __len__(self):
        return len(self.found)

    def __getitem__(self, part):
        """The items of a slice, in order, each with its marked title, its passage, and whether it is still in force."""
        ids = [hit.pk for hit in self.found[part]]
        items = (
            Item.objects.published().with_row().defer(None).defer("body").prefetch_related("validities").in_bulk(ids)
        )
        page = [items[pk] for pk in ids if pk in items]
        add_snippets(page, self.found.query)
        for item in page:
            row = item.validity_on(self.day)
            item.ended_label = row.get_state_display() if row and row.state not in Validity.IN_FORCE_STATES else ""
        return page
