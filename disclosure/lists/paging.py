"""Pages of a list at any length: nothing is counted to its end, and no page lies deeper than a
reader turns.
"""

from contextlib import suppress

from django import forms
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from disclosure.lists.shelf_pages import Cursor, place

# A narrowed list longer than this says "over", because to count on costs more than to read the
# page.
COUNTED = 1_000
# Beyond, OFFSET grows dear and nobody turns: the list asks to be narrowed.
DEEPEST = 1_000
FAR = 200  # rows that are skipped rather than asked for in two steps


class ByKeys:
    """A queryset in slices: the keys of a slice are read from the index, only then its rows. Of a
    plain slice a database reads every row it skips. `count`: a function that tells how many there
    are, where that is known.
    """

    def __init__(self, queryset, count=None):
        self._queryset, self._count = queryset, count or queryset.order_by().count

    def count(self):
        """How many there are."""
        return self._count()

    __len__ = count

    def __getitem__(self, part):
        keys = list(self._queryset.values_list("pk", flat=True)[part])
        rows = self._queryset.in_bulk(keys)
        return [rows[key] for key in keys if key in rows]


class ListPaginator(Paginator):
    """Pages through a queryset. `total` says how many there are where that is known or kept; else
    it is counted to `COUNTED`.

    Whatever is no queryset (what a search found) knows its own length.
    """

    def __init__(self, object_list, per_page, *, total=None, **kwargs):
        super().__init__(object_list, per_page, **kwargs)
        self._total = total

    @cached_property
    def count(self):
        """How many there are; where `is_over`, how many were counted."""
        if self._total is not None:
            return self._total()
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return min(self._counted, COUNTED)

    @cached_property
    def _counted(self):
        return self.object_list.order_by()[: COUNTED + 1].count()

    @property
    def is_over(self):
        """Whether there are more than `count`."""
        return (
            self._total is None
            and isinstance(self.object_list, QuerySet)
            and self._counted > COUNTED
        )

    @cached_property
    def num_pages(self):
        """The last page there is to turn to."""
        return DEEPEST if self.is_over else min(super().num_pages, DEEPEST)

    @property
    def is_cut(self):
        """Whether the list goes on beyond its last page."""
        return not self.is_over and self.count > DEEPEST * self.per_page

    def _get_page(self, *args, **kwargs):
        return ListPage(*args, **kwargs)

    def page(self, number):
        """One page. Of a list that was not counted to its end the row after the page says whether
        another follows.
        """
        if not self.is_over:
            return super().page(number)
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        some = ByKeys(self.object_list) if start > FAR else self.object_list
        rows = list(some[start : start + self.per_page + 1])
        if not rows:
            raise EmptyPage("没有这一页")
        return _OpenPage(
            rows[: self.per_page],
            number,
            self,
            has_next=len(rows) > self.per_page and number < DEEPEST,
        )


class ListPage(Page):
    """A page of a list. `after`, `before`: cursors of the pages beside it, where the list knows
    them.
    """

    after = before = None


class _OpenPage(ListPage):
    """A page of a list that says itself whether another follows."""

    def __init__(self, object_list, number, paginator, *, has_next):
        super().__init__(object_list, number, paginator)
        self._has_next = has_next

    def has_next(self):
        """Whether there is another page to turn to."""
        return self._has_next

    def next_page_number(self):
        """The number of the page that `has_next` tells of; it may lie beyond what can be asked for
        by number alone.
        """
        return self.number + 1

    def previous_page_number(self):
        """The number of the page before."""
        return self.number - 1

    def end_index(self):
        """The place of the page's last row."""
        return self.start_index() + len(self.object_list) - 1


class CursorForm(forms.Form):
    """Where a page of a long list begins; whatever makes no sense is ignored, and the page's number
    decides.
    """

    after = forms.CharField(max_length=60, required=False)
    before = forms.CharField(max_length=60, required=False)

    def cursor(self, field):
        """The cursor, or None."""
        if not self.is_valid():
            return None
        for name in ("after", "before"):
            if text := self.cleaned_data[name]:
                with suppress(ValueError):
                    return Cursor.read(field, text, is_back=name == "before")
        return None


class ShelfPaginator(ListPaginator):
    """Pages through a `Shelf`: from page to page by cursors, to any depth; by number alone to the
    `DEEPEST`.
    """

    def __init__(self, object_list, per_page, *, shelf, cursor=None, **kwargs):
        super().__init__(object_list, per_page, **kwargs)
        self.shelf, self.cursor = shelf, cursor

    @cached_property
    def num_pages(self):
        """All pages there are."""
        return DEEPEST if self.is_over else Paginator.num_pages.func(self)

    is_cut = False

    def page(self, number):
        """One page: its ids from the indexes, and what is shown through the gate."""
        number = self._checked(number)
        start = 0 if self.cursor else (number - 1) * self.per_page
        ids = self.shelf.page_ids(cursor=self.cursor, start=start, number=self.per_page + 1)
        is_back = bool(self.cursor and self.cursor.is_back)
        shown = ids[-self.per_page :] if is_back else ids[: self.per_page]
        items = self.object_list.model.objects.published().with_row().in_bulk(shown)
        rows = [items[pk] for pk in shown if pk in items]
        if not rows and number > 1:
            raise EmptyPage("没有这一页")
        page = _OpenPage(rows, number, self, has_next=is_back or len(ids) > self.per_page)
        if rows:
            page.after, page.before = (
                place(self.shelf.field, rows[-1]),
                place(self.shelf.field, rows[0]),
            )
        return page

    def _checked(self, number):
        if self.cursor and isinstance(number, int) and 1 < number < 10**9:
            return number
        self.cursor = None
        number = self.validate_number(number)
        if number > DEEPEST:
            raise EmptyPage("没有这一页")
        return number
