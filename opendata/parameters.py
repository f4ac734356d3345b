"""Which parameters an address of the API takes: any other is refused, and the right ones are named."""

from functools import wraps

from django.http import JsonResponse
from ninja.decorators import decorate_view

LONGEST_SAID = 200  # characters of names nobody knows


def takes(query=None):
    """Refuses every parameter but those of `query`, a schema: a program that misspells one must not
    get another list than it asked for.
    """
    names = tuple(query.model_fields) if query else ()

    def decorator(view):
        @wraps(view)
        def asked(request, *args, **kwargs):
            unknown = "、".join(sorted(set(request.GET) - set(names)))
            return _refused(unknown, names) if unknown else view(request, *args, **kwargs)

        return asked

    return decorate_view(decorator)


def _refused(unknown, names):
    known = f"可以用的参数：{'、'.join(names)}" if names else "这个地址不用参数"
    said = f"没有这样的参数：{unknown[:LONGEST_SAID]}。{known}。写法见 /api/v1/openapi.json。"
    response = JsonResponse({"detail": said}, status=400, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response
