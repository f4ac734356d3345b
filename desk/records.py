"""The record an address of the desk names."""

from django.http import Http404
from django.shortcuts import get_object_or_404


def found_or_404(model_admin, request, object_id):
    """The record in this person's scope. What is no number at all names no record either: a 404,
    not an error of the server.
    """
    if not (object_id.isascii() and object_id.isdecimal()):
        raise Http404("没有这个页面")
    return get_object_or_404(model_admin.get_queryset(request), pk=object_id)
