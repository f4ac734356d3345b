"""Addresses of organs that were merged: they lead on, for good."""

from functools import wraps

from django.http import HttpResponsePermanentRedirect
from django.urls import reverse


class MergedError(Exception):
    """The organ of an address is part of another one now."""

    def __init__(self, department):
        self.department = department
        super().__init__(department.slug)


def follows_mergers(view):
    """The same address of the organ that took the old one in, and of the one that took that in."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except MergedError as merged:
            organ = merged.department
            while organ.merged_into_id:
                organ = organ.merged_into
            match = request.resolver_match
            address = reverse(match.view_name, kwargs={**match.kwargs, "slug": organ.slug})
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

    return inner
