"""Addresses of the older portals: whoever kept one is sent on to where the item stands now."""

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import is_valid_path
from django.views.decorators.http import require_safe

from disclosure.models import Item, OldAddress
from disclosure.models.desk.legacy import MAX_ADDRESS, erased_address
from disclosure.models.rules.old_addresses import asked_keys, host_key

OURS_ALONE = ("/admin/", "/api/", "/static/", "/healthz/", "/metrics")


@require_safe
def old_address(request, path):
    """Redirect for good. What is not public, or was never known, is not found, and nothing tells
    which.
    """
    item = item_at_old_address(request)
    if item is None:
        raise Http404
    return HttpResponsePermanentRedirect(item.get_absolute_url())


def old_addresses(get_response):
    """A middleware: what is no page of ours may be one of an older portal, whatever its ending, or
    a folder of it.
    """

    def middleware(request):
        response = get_response(request)
        is_asked, path = (
            response.status_code == 404 and request.method in {"GET", "HEAD"},
            request.path_info,
        )
        lacks_slash = not path.endswith("/") and is_valid_path(
            f"{path}/"
        )  # a page of ours, to which Django leads
        if not is_asked or lacks_slash or path.startswith(OURS_ALONE):
            return response
        item = item_at_old_address(request)
        return HttpResponsePermanentRedirect(item.get_absolute_url()) if item else response

    return middleware


def item_at_old_address(request):
    """The item, public or withdrawn, that stood at the address asked for; None where there is none,
    or there are several.
    """
    path, query = request.path_info, request.META.get("QUERY_STRING", "")
    if "\x00" in path or "%00" in query or len(path) + len(query) > MAX_ADDRESS * 3 or path == "/":
        return None
    keys = asked_keys(path, query)
    if any("\x00" in key for key in keys):
        return None
    keys += [
        erased_address(key) for key in keys
    ]  # of what was removed by law the hash alone is kept
    known = list(
        OldAddress.objects.filter(key__in=keys).select_related("item__annual_report__department")
    )
    if not known:
        return None
    host = host_key(request.META.get("HTTP_HOST", ""))
    if OldAddress.objects.filter(
        host__iexact=host
    ).exists():  # asked under an older portal's own name
        known = [one for one in known if host_key(one.host) in {host, ""}]
    readable = {one.item_id for one in known}
    public = set(Item.objects.published().filter(pk__in=readable).values_list("pk", flat=True))
    withdrawn = set(Item.objects.withdrawn().filter(pk__in=readable).values_list("pk", flat=True))
    for allowed in (public, withdrawn):
        for key in keys:
            items = {
                one.item_id: one.item for one in known if one.key == key and one.item_id in allowed
            }
            if len(items) == 1:
                return next(iter(items.values()))
            if items:
                return None
    return None
