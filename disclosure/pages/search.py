"""The search page, and titles to choose from while typing."""

from urllib.parse import urlencode

from django.http import JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from disclosure.lists.filters import ItemFilter
from disclosure.lists.shelves import shelves
from disclosure.models import Item
from disclosure.pages.browsing import ItemList
from disclosure.search import failures
from disclosure.search.facets import facets
from disclosure.search.suggestions import meant, titles
from documents.folding import squash

SUGGESTIONS_LAST = 300  # seconds


class Search(ItemList):
    """The one search box."""

    template_name = "disclosure/search.html"

    def get_base_queryset(self):
        items = super().get_base_queryset()
        return items if any(self.request.GET.values()) else items.none()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(text=self.filterset.text, **kwargs)
        if self.filterset.text:
            context.update(self._about(context["paginator"].object_list.found))
        return context

    def _about(self, found):
        filterset = self.filterset
        chosen = [
            (name, self.request.GET.get(name)) for name, _, _ in filterset.chosen if name != "q"
        ]
        if not found.hits:
            return {
                "found": found,
                "meant": self._meant(has_filters=bool(chosen)),
                "has_filters": bool(chosen),
            }
        tree, is_one = shelves.plain(self.request), len(found.hits) == 1
        return {
            "found": found,
            "facets": [] if is_one else facets(found, tree, filterset.choosable, chosen=chosen),
            "narrower": narrower(found.query, dict(chosen), filterset.choosable.organs),
        }

    def _meant(self, *, has_filters):
        if not has_filters and self.request.method == "GET":
            failures.record(self.filterset.text)
        return [
            (text, f"?{urlencode({'q': text})}")
            for text in meant(self.filterset.text, Item.objects.published())
        ]


def narrower(query, chosen, organs):
    """An organ and a year that the query names, each as (words, address) of the search narrowed to
    it.
    """
    words = {squash(word): word for word in query.text.split()}
    found = []
    if "organ" not in chosen:
        for _, slug, name, short in organs:
            names = map(squash, (name, short, short.removeprefix("区")))
            if word := next((words[name] for name in names if name in words), None):
                found.append((f"发布机构：{short}", _address(query.text, word, chosen, organ=slug)))
    if "year" not in chosen:
        for year in query.years:
            word = next(
                word for folded, word in words.items() if folded in (str(year), f"{year}年")
            )
            found.append((f"年份：{year}年", _address(query.text, word, chosen, year=year)))
    return found


def _address(text, word, chosen, **choice):
    rest = " ".join(one for one in text.split() if one != word)
    return "?" + urlencode({**({"q": rest} if rest else {}), **chosen, **choice})


@require_safe
@cache_control(public=True, max_age=SUGGESTIONS_LAST)
def suggestions(request):
    """At most eight titles that hold what was typed so far, for the list under a search box."""
    form = ItemFilter(
        {"q": request.GET.get("q", "")}, queryset=Item.objects.none(), request=request
    )
    found = titles(form.text, Item.objects.published()) if len(squash(form.text)) > 1 else []
    return JsonResponse({"titles": found}, json_dumps_params={"ensure_ascii": False})
