"""Error pages in the house's style: what happened, what to do, and the ways on."""

import sys

from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from confidential.errors import ConfidentialError
from portal.accounts.desk import may_be_kept, offer_again
from portal.identity import last_known
from portal.logs import request_id

# More than a form may hold: {exception: what the sender can do}.
TOO_MUCH = {
    RequestDataTooBig: "一次提交的文字太多，所以没有保存。请返回上一页（填写的内容一般还在），把正文拆成几部分，或者改用附件。",
    TooManyFieldsSent: "一次提交的栏目太多，所以没有保存。请返回上一页，分几次提交。",
    TooManyFilesSent: "一次提交的文件太多，所以没有接收。请返回上一页，分几次上传，每次不超过 200 个。",
}
# The person at the browser can do nothing about it: which file is missing stands in the log and in
# `manage.py doctor`.
WITHOUT_KEY = "服务器现在读不出或写不进加密保存的个人信息，您刚才提交的内容没有保存。请用浏览器的“后退”回到原页面，过一会儿再提交一次"
DATABASE_GONE = (InterfaceError, OperationalError)


def bad_request(request, exception=None):
    """400. Rendered without the request: its Host header may be what is bad."""
    # Our own BadRequest speaks to the reader; Django's SuspiciousOperation speaks English to the
    # log.
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    status = 400
    if type(exception) in TOO_MUCH:
        reason, status = TOO_MUCH[type(exception)], 413
    context = {"site": last_known(), "reason": reason, "status": status}
    return HttpResponse(render_to_string("400.html", context), status=status)


def forbidden(request, exception=None):
    """403."""
    return render(request, "403.html", status=403)


def form_expired(request, reason=""):
    """403 for a form whose CSRF token does not fit: usually a page left open too long, or cookies
    switched off.

    At the desk a log-in in another window has renewed the token: what was sent from a page of ours
    is kept.
    """
    if request.POST and may_be_kept(request):
        ended = "" if request.user.is_authenticated else request.session_ended
        return offer_again(request, ended)
    return render(request, "403.html", {"is_form_expired": True}, status=403)


def not_found(request, exception=None):
    """404."""
    return render(request, "404.html", status=404)


def unavailable(reason=""):
    """503: the database does not answer, or for another `reason`. Made without it, and like the 500
    page without any tag of ours.
    """
    content = render_to_string("503.html", {"site": last_known(), "reason": reason})
    return HttpResponse(
        content, status=503, headers={"Retry-After": "30", "Cache-Control": "no-store"}
    )


def server_error(request):
    """500, or 503 where it was the database that failed, or personal data at rest could not be read
    or written.

    Neither request, context processors, database nor any tag of ours: whatever broke may be among
    them.
    """
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_GONE):
        return unavailable()
    if isinstance(error, ConfidentialError):
        return unavailable(WITHOUT_KEY)
    content = render_to_string("500.html", {"site": last_known(), "number": request_id.get()})
    return HttpResponse(content, status=500)
