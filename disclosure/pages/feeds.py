"""Atom feeds (RFC 4287) of every list of items, with the choices of its reader.

A feed is the list page's own list, so it never holds what the page does not show. Its entries carry
the four legal facts of a catalogue (索引、名称、内容概述、生成日期; 条例 Art. 12). An item's id is
a `tag:` address that stays when the site moves.
"""

from django.contrib.syndication.views import Feed
from django.utils.text import Truncator

from disclosure.files.facts import absolute
from disclosure.models import Item
from disclosure.pages.browsing import CategoryDetail, OrganDetail
from disclosure.pages.lists import chosen_query, of_page
from disclosure.pages.search import Search
from ledger.pages.feeds import ChineseAtom

ENTRIES = 50
SUMMARY_CHARACTERS = 300


class ItemFeed(Feed):
    """The newest of a list of items. `get_object()` yields (title, address of the list, items)."""

    feed_type = ChineseAtom

    def __call__(self, request, *args, **kwargs):
        """Django writes the feed; only reading is allowed, and caches may keep it."""
        response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = "public, max-age=300"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def get_object(self, request):
        return "最新公开", "/items/", Item.objects.published().with_row()

    def title(self, obj):
        return obj[0]

    def link(self, obj):
        """The list as a page; that of everything is a search without words."""
        return absolute("/search/?sort=newest" if obj[1] == "/items/" else obj[1])

    def feed_url(self, obj):
        """The feed itself: the list's address with another ending."""
        path, mark, query = obj[1].partition("?")
        return (
            absolute(f"{path.rstrip('/')}.atom{mark}{query}")
            if path != "/items/"
            else absolute("/items.atom")
        )

    def feed_guid(self, obj):
        return absolute(obj[1])

    def subtitle(self, obj):
        """What the feed holds."""
        return f"{obj[0]}：最新的 {ENTRIES} 条政府信息"

    def items(self, obj):
        """The newest, in the order of the list."""
        return list(obj[2][:ENTRIES])

    def item_title(self, item):
        """名称."""
        return item.title

    def item_link(self, item):
        return absolute(item.get_absolute_url())

    def item_guid(self, item):
        """The index number, which never changes (国办秘函〔2009〕6号)."""
        return f"urn:lantai:item:{item.index_number}"

    def item_description(self, item):
        """内容概述, with the other legal facts where there is none."""
        summary = Truncator(item.summary).chars(SUMMARY_CHARACTERS)
        facts = f"索引号：{item.index_number}；发布机构：{item.department.name}；生成日期：{item.created_on}"
        return f"{summary}（{facts}）" if summary else facts

    def item_author_name(self, item):
        """发布机构."""
        return item.department.name

    def item_categories(self, item):
        """栏目."""
        return [item.category.name]

    def item_pubdate(self, item):
        """The day the public could first read it."""
        return item.listed_at

    def item_updateddate(self, item):
        """When its public face last changed."""
        return max(item.listed_at, item.published_at)


class CategoryFeed(ItemFeed):
    """A category and all below it, as the reader narrowed it."""

    def get_object(self, request, slug):
        """The category page's own list."""
        view, listed = of_page(CategoryDetail, request, slug=slug)
        return view.node.name, f"/catalog/{slug}/{chosen_query(request, view.filterset)}", listed


class OrganFeed(ItemFeed):
    """One organ's items, as the reader narrowed them."""

    def get_object(self, request, slug):
        """The organ page's own list."""
        view, listed = of_page(OrganDetail, request, slug=slug)
        return (
            view.department.name,
            f"/organs/{slug}/{chosen_query(request, view.filterset)}",
            listed,
        )


class SearchFeed(ItemFeed):
    """What a search finds, newest first unless asked otherwise."""

    def get_object(self, request):
        """The search page's own list."""
        view, listed = of_page(Search, request)
        words = view.filterset.text
        address = f"/search/{chosen_query(request, view.filterset)}"
        return (f"搜索：{words}" if words else "搜索结果"), address, listed
