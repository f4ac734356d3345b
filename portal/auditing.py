"""What happens at the desk goes into the audit log: who signed in, what was written, what was
refused.
"""

import functools
import logging

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.dispatch import receiver

from ledger import audit
from ledger.models import AuditEvent, AuditResult
from ledger.pages.addresses import client_address

logger = logging.getLogger(__name__)
READING = {"GET", "HEAD", "OPTIONS"}
# Pages that store nothing: what was pasted is cleaned and handed back, a sign of life is no act,
# and what a bulk import or a set-up did is known at the end of its page only: it records itself.
UNRECORDED = {
    *("disclosure_item_paste", "disclosure_item_presence", "disclosure_annualreport_presence"),
    *("disclosure_item_keep", "disclosure_annualreport_keep"),
    *(
        "set-up",
        "set-up-confirm",
        "disclosure_item_import_batch",
        "logout",
        "second-factor",
        "second-factor-codes",
    ),
}
VERBS = {
    "add": "新增",
    "change": "修改",
    "delete": "删除",
    "changelist": "列表操作",
    "history": "查看历史",
    "act": "办理",
    "checks": "检查结果保留意见",
    "intake": "从 Word 文件新建",
    "shift": "调整顺序",
    "import": "批量导入",
    "password": "修改密码",
    "notice": "录入放假通知",
}


def audited(view):
    """A view of the desk whose writes, and whose refusals for want of permission, are put on
    record.
    """

    @functools.wraps(view)
    def inner(request, *args, **kwargs):
        if request.method in READING:
            return _answer(view, request, args, kwargs, None)
        newest = LogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = _answer(view, request, args, kwargs, newest)
        page = 200 <= response.status_code < 300 and response.headers.get(
            "Content-Type", ""
        ).startswith("text/html")
        _record_act(request, AuditResult.REFUSED if page else AuditResult.DONE, newest)
        return response

    return inner


def _answer(view, request, args, kwargs, newest):
    try:
        return view(request, *args, **kwargs)
    except PermissionDenied:
        _record_act(request, AuditResult.DENIED, newest)
        raise
    except Exception:
        if newest is not None:
            _record_act(request, AuditResult.FAILED, newest)
        raise


def _record_act(request, result, newest):
    name = request.resolver_match.url_name or request.resolver_match.view_name
    if name in UNRECORDED:
        return
    logged = (
        []
        if newest is None
        else list(LogEntry.objects.filter(user=request.user, pk__gt=newest)[:50])
    )
    app_and_model, _, verb = name.rpartition("_")
    if name.endswith("password_change"):
        app_and_model, verb = name.removesuffix("_password_change"), "password"
    arguments = request.resolver_match.kwargs
    write(
        request,
        event=AuditEvent.DESK,
        result=result,
        act=VERBS.get(verb, name),
        object_kind=app_and_model,
        object_key=arguments.get("object_id") or arguments.get("id") or arguments.get("pk") or "",
        object_name="、".join(entry.object_repr for entry in logged),
        detail={"log": [entry.get_change_message() for entry in logged], "path": request.path},
    )


def write(request, *, by=None, **facts):
    """Record an act of a request. That the log cannot be written undoes no act that is done; it is
    reported.
    """
    try:
        audit.record(
            by=by or _signed_in(request),
            address=client_address(request) if request else "",
            **facts,
        )
    except DatabaseError:
        logger.exception("the audit log could not be written: %s", facts)


def _signed_in(request):
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


@receiver(user_logged_in)
def _signs_in(sender, request, user, **kwargs):
    factor = getattr(request, "second_factor", "")
    write(
        request, by=user, event=AuditEvent.LOGIN, detail={"second_factor": factor} if factor else {}
    )


@receiver(user_logged_out)
def _signs_out(sender, request, user, **kwargs):
    if user is not None:
        write(request, by=user, event=AuditEvent.LOGOUT)


@receiver(user_login_failed)
def _fails_to_sign_in(sender, credentials, request=None, **kwargs):
    """What is refused unchecked while a name is locked out goes into django-axes' count, not into
    the log: nobody fills that.
    """
    if _is_refused_unchecked(request):
        return
    failure = {"event": AuditEvent.LOGIN_FAILED, "result": AuditResult.DENIED}
    write(
        request,
        account=credentials.get("username") or "",
        act=credentials.get("second_factor", ""),
        **failure,
    )


@receiver(user_locked_out)
def _is_locked_out(sender, request, username, **kwargs):
    if _is_refused_unchecked(request):
        return
    act = f"连续 {settings.AXES_FAILURE_LIMIT} 次失败，锁定登录"
    write(
        request,
        account=username or "",
        event=AuditEvent.LOGIN_FAILED,
        result=AuditResult.DENIED,
        act=act,
    )


def _is_refused_unchecked(request):
    """django-axes has counted no failure of this request: the name had been locked before."""
    return getattr(request, "axes_locked_out", False) and request.axes_failures_since_start is None
