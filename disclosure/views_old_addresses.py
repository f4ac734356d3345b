"""Addresses of the older portals: whoever kept one is sent on to where the item stands now."""

from django.http import Http404, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from disclosure.models import Item, OldAddress
from disclosure.models.legacy import MAX_ADDRESS


@require_safe
def old_address(request, path):
    """Redirect for good. What is not public, or was never known, is not found, and nothing tells which."""
    asked = "/" + path
    query = request.META.get("QUERY_STRING", "")
    wanted = [asked, f"{asked}?{query}"] if query else [asked]
    if "\x00" in "".join(wanted) or len(asked) + len(query) > MAX_ADDRESS:
        raise Http404
    public = Item.objects.published().values("pk")
    withdrawn = Item.objects.withdrawn().values("pk")
    known = OldAddress.objects.filter(path__in=wanted).select_related("item__annual_report__department")
    found = known.filter(item__in=public).first() or known.filter(item__in=withdrawn).first()
    if found is None:
        raise Http404
    return HttpResponsePermanentRedirect(found.item.get_absolute_url())
