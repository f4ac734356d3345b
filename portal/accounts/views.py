"""Signing in, the code after the password, and one's own second factor."""

import logging
import time
from urllib.parse import urlsplit

import segno
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin, auth, messages
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from background.places import NoPlaceError, place
from confidential.errors import ConfidentialError
from ledger.models import AuditEvent
from portal.accounts import desk, lockout, passwords, second_factor, sessions
from portal.accounts.forms import CodeForm, SignInForm
from portal.auditing import write

logger = logging.getLogger(__name__)
PENDING = "password_accepted"
CODE_WITHIN_SECONDS = 300
SECONDS_UNTIL_NEXT_TRY = 3
CANDIDATE = "authenticator_candidate"


class SignIn(LoginView):
    """The password. Who has a second factor is not signed in by it: the session remembers for five
    minutes whose code to ask.
    """

    authentication_form = SignInForm
    template_name = "admin/login.html"

    def get_context_data(self, **kwargs):
        said = sessions.reasons().get(self.request.GET.get("ended", ""), "")
        return super().get_context_data(
            **kwargs, ended=said, title="登录", app_path=self.request.get_full_path()
        )

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def post(self, request, *args, **kwargs):
        if refused := lockout.refusal(request):  # without a place: it costs one query
            return refused
        try:
            with place("sign-in"), lockout.one_at_a_time(request):
                return lockout.refusal(request) or super().post(request, *args, **kwargs)
        except NoPlaceError:
            return _come_again(request)

    def form_valid(self, form):
        user = form.get_user()
        if not second_factor.is_enrolled(user):
            sign_in(self.request, user)
            return HttpResponseRedirect(self.get_success_url())
        self.request.session.flush()
        self.request.session[PENDING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "backend": user.backend,
            "at": int(time.time()),
            "next": self.get_success_url(),
        }
        return redirect("admin:login-code")


def _come_again(request):
    """503: a password takes a third of a second of a processor, and pages for readers go first."""
    context = {
        "title": "登录的人较多",
        "seconds": SECONDS_UNTIL_NEXT_TRY,
        "next": request.get_full_path(),
    }
    page = render(request, "admin/sign_in_later.html", context, status=503)
    page["Retry-After"] = SECONDS_UNTIL_NEXT_TRY
    page["Cache-Control"] = "no-store"
    return page


def sign_in(request, user, *, backend=None):
    """Sign somebody in who has given all that is asked for, and note what they have to do first."""
    auth.login(request, user, backend=backend)
    user = User.objects.select_related("account_state").get(pk=user.pk)
    request.session[sessions.DUTIES] = desk.duties_of(user)
    if request.session[sessions.DUTIES][:1] == ["password"]:
        messages.warning(request, passwords.must_change(user))


def _whose_code(request):
    """(account, what the session remembers), or (None, None) where no password was given or too
    long ago.
    """
    pending = request.session.get(PENDING)
    if not pending or time.time() - pending["at"] > CODE_WITHIN_SECONDS:
        return None, None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != pending["hash"]:
        return None, None
    return user, pending


@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request):
    """The code after the password."""
    user, pending = _whose_code(request)
    if user is None:
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with lockout.one_at_a_time(request):
                if _accepts(request, user, form):
                    del request.session[PENDING]
                    sign_in(request, user, backend=pending["backend"])
                    return HttpResponseRedirect(pending["next"])
        except NoPlaceError:
            return _come_again(request)
    return render(
        request,
        "admin/login_code.html",
        _context(request, "动态口令", form=form, has_permission=False),
    )


def _no_key(form, error, instead):
    """The form says what the person can do; the log, for whoever keeps the installation, what is
    wrong.
    """
    logger.error("Second factor: %s", error)
    form.add_error("code", f"服务器现在读不出加密保存的动态口令，您的输入没有错。{instead}")


def _accepts(request, user, form):
    """Whether the code is right; if not, the form says why and the attempt counts like a wrong
    password.
    """
    code = form.cleaned_data["code"]
    if lockout.is_locked(request, user.get_username()):
        return False
    if seconds := second_factor.seconds_to_wait(user, code):
        form.add_error("code", f"刚才的动态口令不对。为防止猜测，请等 {seconds} 秒再试。")
        return False
    try:
        request.second_factor = second_factor.verify(user, code)
    except ConfidentialError as error:
        _no_key(form, error, "请输入一个没有用过的备用码，或者与系统管理员联系。")
        return False
    if not request.second_factor:
        form.add_error(
            "code",
            "动态口令不对，或者已经用过。请输入手机上正在显示的 6 位数字，或一个没有用过的备用码。",
        )
        name = {"username": user.get_username(), "second_factor": "动态口令"}
        user_login_failed.send(sender=__name__, credentials=name, request=request)
        return False
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor_page(request):
    """One's own second factor: set it up, or see that it is."""
    if settings.SECOND_FACTOR == second_factor.OFF:
        return render(
            request, "admin/second_factor.html", _context(request, "动态口令", is_off=True)
        )
    device = second_factor.authenticator_of(request.user)
    if device is not None and not request.session.get(CANDIDATE):
        context = {
            "device": device,
            "left": second_factor.backup_codes_left(request.user),
            "form": CodeForm(),
        }
        return render(request, "admin/second_factor.html", _context(request, "动态口令", **context))
    return _enrol(request, device)


def _enrol(request, device):
    secret = request.session.setdefault(CANDIDATE, second_factor.new_secret())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = second_factor.enrol(request.user, secret, form.cleaned_data["code"])
        except ConfidentialError as error:
            _no_key(form, error, "请与系统管理员联系，之后再启用。")
            return _enrolment(request, device, secret, form)
        if codes:
            del request.session[CANDIDATE]
            desk.done(request, "second-factor")
            _on_record(request, "更换动态口令" if device else "启用动态口令")
            return _show_once(request, codes)
        form.add_error(
            "code", "动态口令不对。请检查手机的时间是否准确，再输入正在显示的 6 位数字。"
        )
    return _enrolment(request, device, secret, form)


def _enrolment(request, device, secret, form):
    picture = segno.make(second_factor.otpauth(request.user, secret), error="m", micro=False)
    context = {
        "form": form,
        "picture": picture.svg_data_uri(scale=5, light="#fff"),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "is_required": "second-factor" in request.session.get(sessions.DUTIES, ()),
        "is_replacing": device is not None,
    }
    return render(
        request, "admin/second_factor_enrol.html", _context(request, "启用动态口令", **context)
    )


@never_cache
@require_safe
def has_signed_in(request):
    """204 or 401: nginx asks before it takes the files of an upload. Who was signed in until lately
    has: the page that follows says so and keeps what was sent (portal/accounts/desk.py). Nothing of
    the session is changed.
    """
    return HttpResponse(status=204 if auth.SESSION_KEY in request.session else 401)


@never_cache
@require_http_methods(["POST", "GET"])
def second_factor_codes(request):
    """New backup codes, or another authenticator, for somebody who proves to have the present one."""
    device = second_factor.authenticator_of(request.user)
    if request.method == "GET" or device is None or settings.SECOND_FACTOR == second_factor.OFF:
        return redirect("admin:second-factor")
    form = CodeForm(request.POST)
    if not (form.is_valid() and _accepts(request, request.user, form)):
        context = {
            "device": device,
            "left": second_factor.backup_codes_left(request.user),
            "form": form,
        }
        return render(request, "admin/second_factor.html", _context(request, "动态口令", **context))
    name, address = (
        lockout.one_spelling(request.user.get_username()),
        lockout.address_of_the_client(request),
    )
    AxesProxyHandler.reset_attempts(username=name, ip_address=address)
    if "replace" in request.POST:
        request.session[CANDIDATE] = second_factor.new_secret()
        return redirect("admin:second-factor")
    codes = second_factor.new_backup_codes(request.user)
    _on_record(request, "重新生成备用码")
    return _show_once(request, codes)


def _show_once(request, codes):
    context = _context(
        request, "备用码", codes=codes, host=urlsplit(request.build_absolute_uri()).netloc
    )
    return render(request, "admin/backup_codes.html", context)


def _on_record(request, act):
    write(
        request,
        event=AuditEvent.ACCOUNT,
        act=act,
        object_kind="auth.user",
        object_key=request.user.pk,
        object_name=request.user,
    )


def _context(request, title, **more):
    return {**admin.site.each_context(request), "title": title, **more}
