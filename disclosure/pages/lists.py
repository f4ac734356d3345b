"""Every list of items as a file, with the choices of its reader: the address of the list with an
extension.
"""

from urllib.parse import quote, urlencode

from django.core.exceptions import BadRequest
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Department
from disclosure.files.facts import absolute, clean_file_name
from disclosure.files.lists import TYPES, Listing, list_file
from disclosure.files.store import slot
from disclosure.models import Item
from disclosure.pages.browsing import CategoryDetail, OrganDetail, Rules
from disclosure.pages.search import Search
from documents.files.failures import BusyError

SECONDS_UNTIL_NEXT_TRY = 15


@require_safe
def category_list(request, slug, extension):
    """The items of a category and of all below it."""
    view, listed = of_page(CategoryDetail, request, slug=slug)
    return _file(request, extension, view.node.name, listed, view)


@require_safe
def organ_list(request, slug, extension):
    """The items of one organ."""
    view, listed = of_page(OrganDetail, request, slug=slug)
    return _file(request, extension, view.department.name, listed, view)


@require_safe
def search_list(request, extension):
    """What a search found."""
    view, listed = of_page(Search, request)
    return _file(request, extension, "搜索结果", listed, view)


@require_safe
def rules_list(request, extension):
    """政府信息公开制度."""
    view, listed = of_page(Rules, request)
    return _file(request, extension, "政府信息公开制度", listed, view)


@require_safe
def report_list(request, extension):
    """All annual reports, newest years first."""
    return _file(request, extension, "政府信息公开年报", _reports())


@require_safe
def organ_report_list(request, slug, extension):
    """The annual reports of one organ."""
    department = get_object_or_404(Department, slug=slug)
    reports = _reports().filter(annual_report__department=department)
    return _file(request, extension, f"{department.name}政府信息公开年报", reports)


def _reports():
    reports = Item.objects.published().filter(annual_report__isnull=False)
    return reports.order_by("-annual_report__year", "annual_report__department__position", "pk")


def of_page(view_class, request, **kwargs):
    """The page's own view with its list: so that a file never shows another list than its page."""
    view = view_class()
    view.setup(request, **kwargs)
    return view, view.get_queryset()


def _file(request, extension, title, listed, view=None):
    filterset = getattr(view, "filterset", None)
    chosen = _chosen(filterset) if filterset is not None else []
    page = absolute(request.path.removesuffix(f".{extension}") + "/")
    try:
        with slot():
            listing = Listing.of(title, page + chosen_query(request, filterset), chosen, listed)
            file = list_file(listing, extension)
    except BusyError:
        response = render(request, "disclosure/list_busy.html", {"page": page}, status=503)
        response["Retry-After"] = SECONDS_UNTIL_NEXT_TRY
        return response
    response = FileResponse(file, content_type=TYPES[extension])
    name = quote(f"{clean_file_name(title)}.{extension}", safe="")
    response["Content-Disposition"] = (
        f"attachment; filename=\"list.{extension}\"; filename*=UTF-8''{name}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=60"
    return response


def _chosen(filterset):
    """The choices in words. Raises BadRequest for one that makes no sense: a file must not silently
    hold more than asked.
    """
    if filterset.ignored:
        labels = "、".join(str(label) for label in filterset.ignored)
        raise BadRequest(f"筛选条件“{labels}”无法识别，没有导出。请回到列表重新选择后再导出。")
    return [f"{label}：{words}" for _, label, words in filterset.chosen]


def chosen_query(request, filterset):
    """The reader's choices as a query string, with what the list does not know left out."""
    if filterset is None:
        return ""
    known = {name: request.GET[name] for name in filterset.form.fields if request.GET.get(name)}
    return f"?{urlencode(known)}" if known else ""
