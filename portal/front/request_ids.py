"""Middleware: every request that reaches Django has a number, on its answer, in the log and on the
page that says an error.
"""

from django.conf import settings

from disclosure.lists.rendering import rendering
from portal import logs


def request_ids(get_response):
    """The number nginx gave (believed only where a proxy of ours stands in front), or a new one."""

    def middleware(request):
        claimed = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXY_COUNT else ""
        request.request_id = logs.accepted(claimed)
        token = logs.request_id.set(request.request_id)
        try:
            response = get_response(request)
        finally:
            logs.request_id.reset(token)
        # A page kept for everybody is nobody's request.
        if not rendering(request).for_everybody:
            response["X-Request-ID"] = request.request_id
        return response

    return middleware
