"""The front door: home page, site map, about pages, reader preferences."""

import hashlib

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_POST, require_safe
from django.views.generic import TemplateView

from catalog.models import Department
from disclosure.models import AnnualReport, Item
from disclosure.pages.browsing import load_tree
from inquiries.models.error_report import DAYS_AFTER_HANDLING, DAYS_AT_MOST
from portal.front import home
from portal.front.preferences import COOKIE, COOKIE_AGE, Preferences, UnknownPreferenceError

LATEST = 8
LATEST_INTERPRETATIONS = 6
LONGEST_ADDRESS = 2000


class PublicPage(TemplateView):
    """A page that is read and nothing else."""

    http_method_names = ["get", "head", "options"]


class Home(PublicPage):
    """Figures, the newest items, interpretations, the catalogue."""

    template_name = "portal/home.html"

    def get_context_data(self, **kwargs):
        tree = load_tree(self.request)
        newest = home.newest_by_category(tree.content)
        rows = Item.objects.published().with_row()
        column = home.interpretation_column(tree)
        return super().get_context_data(
            tree=tree,
            figures=home.figures(tree, self.request),
            latest=rows[:LATEST],
            interpretation_column=column,
            interpretations=rows.filter(category__in=column.subtree_ids)[:LATEST_INTERPRETATIONS]
            if column
            else [],
            catalog=[(top, newest.get(top.pk, [])) for top in tree.content],
            **kwargs,
        )


class Sitemap(PublicPage):
    """Every column, every organ with reports, every page about the portal."""

    template_name = "portal/sitemap.html"

    def get_context_data(self, **kwargs):
        # One look-up an organ; a join would read every item.
        organs, publishers = (
            Department.objects.filter(
                Exists(model.objects.published().filter(department=OuterRef("pk")))
            )
            for model in (AnnualReport, Item)
        )
        return super().get_context_data(
            tree=load_tree(self.request), organs=organs, publishers=publishers, **kwargs
        )


class About(PublicPage):
    """What this platform is and what it stands on."""

    template_name = "portal/about.html"


class AboutCounts(PublicPage):
    """How a view is counted, and what is not."""

    template_name = "portal/about_counts.html"


class AboutAccessibility(PublicPage):
    """The accessibility statement (无障碍声明, 无障碍环境建设法 Arts. 29, 32)."""

    template_name = "portal/about_accessibility.html"


class AboutPrivacy(PublicPage):
    """What is remembered about readers: next to nothing, and this page says what."""

    template_name = "portal/about_privacy.html"
    extra_context = {"days_after_handling": DAYS_AFTER_HANDLING, "days_at_most": DAYS_AT_MOST}


def _way_back(request):
    """The page the reader came from, as a path of this site. Raises BadRequest for an address
    elsewhere.
    """
    path = request.POST.get("next") or "/"
    if len(path) > LONGEST_ADDRESS:
        return "/"
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        raise BadRequest("要返回的地址不在本网站内。阅读设置没有改变，请从本网站的页面上重新选择。")
    return path


# Exempt from CSRF protection: a token would need a cookie and make the page differ per reader, and
# all that a forged request could do is change the size of a reader's letters until the next press
# of a button.
@csrf_exempt
@require_POST
def preferences(request):
    """Change one or more preferences, and go back to the page."""
    path = _way_back(request)
    try:
        chosen = Preferences.from_cookie(request.COOKIES.get(COOKIE)).changed_by(request.POST)
    except UnknownPreferenceError as error:
        raise BadRequest(
            "没有这种字号、对比度或版面。阅读设置没有改变，请使用页面顶部的按钮选择。"
        ) from error
    response = redirect(path)
    response.status_code = 303  # See Other: reloading the page must not post again
    response.set_cookie(
        COOKIE,
        chosen.to_cookie(),
        max_age=COOKIE_AGE,
        samesite="Lax",
        httponly=True,
        secure=settings.HTTPS,
    )
    return response


def _stylesheet(request):
    return Preferences.from_cookie(request.COOKIES.get(COOKIE)).stylesheet()


def _stylesheet_etag(request):
    return f'"{hashlib.sha256(_stylesheet(request).encode()).hexdigest()[:16]}"'


@require_safe
def preferences_css(request):
    """The one answer that differs per reader. Kept by the browser alone, and asked about each time."""
    response = _conditional_stylesheet(request)
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Cookie"
    return response


@condition(etag_func=_stylesheet_etag)
def _conditional_stylesheet(request):
    return HttpResponse(_stylesheet(request), content_type="text/css; charset=utf-8")
