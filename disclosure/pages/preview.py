"""预览: the page as the public will see it, by the public's own templates, in a desktop and a phone
frame.

Its address is the link to show a draft to a colleague: whoever may see the item at the desk may
open it.
"""

from copy import copy
from urllib.parse import unquote

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib.admin.utils import quote
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import render
from django.urls import path, resolve, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from desk.records import found_or_404
from disclosure.models import Item
from disclosure.pages.browsing import item_page, report_page

TO_COME = "公开时生成"  # where the index number will stand


class PreviewMixin:
    """Adds the preview to an admin of whatever has an item."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, self.opts.model_name
        return [
            path(
                "<path:object_id>/preview/",
                wrap(self.preview_view),
                name=f"disclosure_{name}_preview",
            ),
            path(
                "<path:object_id>/preview/page/",
                wrap(self.page_view),
                name=f"disclosure_{name}_preview_page",
            ),
            *super().get_urls(),
        ]

    def _shown(self, request, object_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return found_or_404(self, request, object_id)

    @method_decorator([require_safe, csp_update({"frame-src": [SELF]})])
    def preview_view(self, request, object_id):
        obj = self._shown(request, object_id)
        here = reverse(f"admin:disclosure_{self.opts.model_name}_preview", args=[quote(obj.pk)])
        context = {
            **self.admin_site.each_context(request),
            "title": "预览",
            "opts": self.opts,
            "original": obj,
            "item": self.item_of(obj),
            "page": f"{here}page/",
            "link": request.build_absolute_uri(here),
        }
        return render(request, "admin/disclosure/preview.html", context)

    @method_decorator(
        [require_safe, xframe_options_sameorigin, csp_replace({"frame-ancestors": [SELF]})]
    )
    def page_view(self, request, object_id):
        """The public page. Nothing is counted and nothing is saved."""
        obj = self._shown(request, object_id)
        item = _as_published(Item.objects.with_relations().get(pk=self.item_of(obj).pk))
        page = report_page if item.report else item_page
        return render(_as_the_public(request, item.get_absolute_url()), *page(item))


def _as_published(item):
    """The item as it will be once it is public, in memory only. A correction stands where what it
    corrects stands.
    """
    standing = getattr(item, "corrects", None) or item
    item.index_number = standing.index_number or TO_COME
    item.view_count = standing.view_count
    item.published_at = standing.published_at or item.published_at or timezone.now()
    item.listed_at = standing.listed_at or item.originally_published_at or item.published_at
    return item


def _as_the_public(request, address):
    """The request a reader of that address makes: the page says where it stands, and knows of no
    account.
    """
    public = copy(request)
    public.path = public.path_info = unquote(address)
    public.resolver_match = resolve(public.path_info)
    public.GET, public.user = QueryDict(), AnonymousUser()
    return public
