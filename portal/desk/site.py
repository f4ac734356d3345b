"""The clerk's desk: Django's admin under its Chinese name."""

import functools

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from disclosure.desk.acts import change_url
from disclosure.desk.queue import queues_of, whole_queue
from portal import identity
from portal.accounts import desk, views
from portal.auditing import audited
from portal.desk import corrections_waiting, system_status
from portal.desk import set_up as admin_set_up
from portal.desk.list_exports import export_urls
from portal.desk.words import DeskWords


class DeskSite(AdminSite):
    """The one admin site; every room registers its models on it through `django.contrib.admin`."""

    site_title = "政府信息公开工作台"
    site_header = "政府信息公开工作台"
    index_title = "工作台"
    enable_nav_sidebar = True

    def each_context(self, request):
        """What every page of the desk shows beside its own: at its foot, which version this is."""
        return {**super().each_context(request), "lantai_version": settings.VERSION}

    def admin_view(self, view, cacheable=False):
        """Every page of the desk passes here, so every write of the desk is on record."""
        return super().admin_view(_told_where_to_go(audited(view)), cacheable)

    def index(self, request, extra_context=None):
        """What waits for this person comes first; `?queue=` shows one queue whole."""
        if request.GET.get("queue") == corrections_waiting.KEY:
            return redirect(corrections_waiting.address_of_all())
        if key := request.GET.get("queue"):
            return self._queue(request, key)
        queues = queues_of(request.user)
        for row in (row for queue in queues for row in queue.rows):
            row.item.desk_url = change_url(row.item)
        if (corrections := corrections_waiting.waiting_for(request.user)) is not None:
            queues.append(corrections)
        unnamed = (
            identity.labels_of(identity.missing()) if admin_set_up.may_set_up(request.user) else ""
        )
        is_all_done = bool(queues) and not any(queue.rows for queue in queues)
        return super().index(
            request,
            {
                "queues": queues,
                "is_all_done": is_all_done,
                "unnamed": unnamed,
                **(extra_context or {}),
            },
        )

    def _queue(self, request, key):
        number = request.GET.get("p", "")
        page = int(number) if number.isascii() and number.isdecimal() and 0 < len(number) < 5 else 1
        found = whole_queue(request.user, key, max(page, 1))
        if found is None:
            raise Http404("没有这个清单")
        queue, has_next = found
        for row in queue.rows:
            row.item.desk_url = change_url(row.item)
        context = {
            **self.each_context(request),
            "title": queue.title,
            "queue": queue,
            "page": page,
            "has_next": has_next,
        }
        return render(request, "admin/queue.html", context)

    def catch_all_view(self, request, url):
        """What readers report was called a correction at the desk of the first release."""
        before, _, rest = url.partition("/correction/")
        if before == "inquiries":
            return redirect(f"{reverse('admin:inquiries_errorreport_changelist')}{rest}")
        return super().catch_all_view(request, url)

    def get_urls(self):
        """Each list also as a file; and the way from a record to its public page, which asks who is
        going.
        """
        shortcut = path(
            "r/<path:content_type_id>/<path:object_id>/",
            self.admin_view(self.view_on_site),
            name="view_on_site",
        )
        own = [
            path("has-signed-in/", views.has_signed_in, name="has-signed-in"),
            path("login/code/", views.login_code, name="login-code"),
            path("status/", self.admin_view(system_status.system_status), name="system-status"),
            path("set-up/", self.admin_view(admin_set_up.set_up_view), name="set-up"),
            path(
                "set-up/template/",
                self.admin_view(admin_set_up.template_view),
                name="set-up-template",
            ),
            path(
                "set-up/confirm/",
                self.admin_view(admin_set_up.set_up_confirm_view),
                name="set-up-confirm",
            ),
            path("second-factor/", self.admin_view(views.second_factor_page), name="second-factor"),
            path(
                "second-factor/codes/",
                self.admin_view(views.second_factor_codes),
                name="second-factor-codes",
            ),
        ]
        return [*export_urls(self), shortcut, *own, *super().get_urls()]

    def i18n_javascript(self, request, extra_context=None):
        """The words of Django's scripts."""
        return DeskWords.as_view()(request)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """The password first; who has a second factor is then asked for it
        (portal/accounts/views.py).
        """
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        request.current_app = self.name
        context = {
            **self.each_context(request),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        return views.SignIn.as_view(extra_context=context)(request)

    def password_change(self, request, extra_context=None):
        """One's own password. All other sessions of the account end with it (Django's session
        hash).
        """
        with (
            transaction.atomic()
        ):  # Django writes the whole account: what was changed meanwhile must be read first
            if request.method == "POST":
                User.objects.select_for_update().get(pk=request.user.pk)
                request.user.refresh_from_db()
            response = super().password_change(request, extra_context)
        if response.status_code == 302:
            desk.done(request, "password")
        return response

    def view_on_site(self, request, content_type_id, object_id):
        """Django's own takes anybody to any record's page, and says 500 of one that has none."""
        kind = (
            ContentType.objects.filter(pk=content_type_id).first()
            if content_type_id.isdecimal()
            else None
        )
        model = kind.model_class() if kind else None
        model_admin = (
            self.get_model_admin(model) if model is not None and self.is_registered(model) else None
        )
        if model_admin is None or not model_admin.has_view_permission(request):
            raise Http404("没有这个页面")
        record = model_admin.get_object(request, object_id)
        try:
            return HttpResponseRedirect(record.get_absolute_url())
        except (AttributeError, NoReverseMatch) as error:
            raise Http404("没有公众页面") from error


def _told_where_to_go(view):
    """An upload with a bar (static/disclosure/upload.js) is told the next page: were its request
    sent there, the messages for the clerk would be read by nobody.
    """

    @functools.wraps(view)
    def inner(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if "X-Upload" in request.headers and response.status_code == 302:
            return JsonResponse({"location": response["Location"]})
        return response

    return inner
