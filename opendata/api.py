"""The read-only API, /api/v1/: what the pages show, as JSON. Described by /api/v1/openapi.json,
tried at /data/api/.

Everything starts from `published()`; the filters are the pages' own. Nothing is written, no cookie
is read or set.
"""

from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError as BadParameters
from ninja.renderers import JSONRenderer

from catalog.models import Department
from catalog.tree import Tree
from disclosure.files.editions import public_items
from disclosure.files.facts import absolute, item_facts
from disclosure.lists.filters import ItemFilter
from disclosure.models import AnnualReport, Item, Revision, RevisionContent
from ledger.export import public_entry
from ledger.models import Entry
from opendata import schemas
from opendata.findings import router
from opendata.paging import decode, encode, item_page
from opendata.parameters import takes

DESCRIPTION = "政府信息公开平台的公开数据。与网页内容一致，可以自由使用，注明来源即可。"


class ChineseRenderer(JSONRenderer):
    """Chinese as Chinese, not as escapes: a third of the size, and readable."""

    json_dumps_params = {"ensure_ascii": False}


class OpenAPI(NinjaAPI):
    """Every answer may be kept for a minute."""

    def create_response(self, request, *args, **kwargs):
        response = super().create_response(request, *args, **kwargs)
        response["Cache-Control"] = (
            "public, max-age=60" if response.status_code == 200 else "no-store"
        )
        return response


api = OpenAPI(
    renderer=ChineseRenderer(),
    title="政府信息公开数据接口",
    version="1.0.0",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
)
PROBLEMS = {400: schemas.Problem, 404: schemas.Problem}


@api.exception_handler(BadParameters)
def _bad_parameters(request, error):
    names = "、".join(sorted({str(one["loc"][-1]) for one in error.errors}))
    return api.create_response(
        request, {"detail": f"参数无法识别：{names}。写法见 /api/v1/openapi.json。"}, status=400
    )


@api.exception_handler(ValidationError)
def _unknown(request, error):
    """Well formed, but it names nothing: a category, an organ, a day, a place in a list."""
    return api.create_response(request, {"detail": "；".join(error.messages)}, status=404)


@require_safe
def no_such_address(request, path):
    """Below /api/v1/ a program never gets a page of HTML."""
    return api.create_response(
        request, {"detail": "没有这个地址。接口的说明见 /api/v1/openapi.json。"}, status=404
    )


@api.exception_handler(Http404)
def _missing(request, error):
    return api.create_response(request, {"detail": "没有这项公开的内容。"}, status=404)


@api.get(
    "/categories", response={200: schemas.CategoryList, **PROBLEMS}, summary="公开目录的全部栏目"
)
@takes()
def categories(request):
    """Flat, parents before children."""
    counts = (
        Item.objects.published().order_by().values_list("category").annotate(number=Count("pk"))
    )
    tree = Tree.load().add_counts(dict(counts))
    return {"categories": [_category(node) for root in tree.roots for node in root.subtree]}


def _category(node):
    return {
        "slug": node.slug,
        "name": node.name,
        "parent": node.parent.slug if node.parent else None,
        "items": node.count,
        "answers": list(node.regulation_items or []),
        "address": absolute(reverse("category-detail", args=[node.slug])),
        "feed": absolute(reverse("category-feed", args=[node.slug])),
    }


@api.get("/organs", response={200: schemas.OrganList, **PROBLEMS}, summary="全部发布机构")
@takes()
def organs(request):
    """Those that exist today and those that once did."""
    rows = Department.objects.select_related("parent").order_by("position", "pk")
    return {
        "organs": [
            {
                "slug": row.slug,
                "name": row.name,
                "short_name": row.short_name,
                "code": row.code or "",
                "parent": row.parent.slug if row.parent else None,
                "feed": absolute(reverse("organ-feed", args=[row.slug])),
            }
            for row in rows
        ]
    }


@api.get(
    "/items", response={200: schemas.ItemPage, **PROBLEMS}, summary="信息列表，筛选条件与网页相同"
)
@takes(schemas.ItemQuery)
def items(request, query: Query[schemas.ItemQuery]):
    """By cursor. A value that names nothing is an error here: a program must not take another list
    for the one it asked for.
    """
    chosen = query.dict(exclude={"limit", "cursor"}, exclude_none=True)
    filterset = ItemFilter(
        {name: str(value) for name, value in chosen.items()} or None,
        queryset=Item.objects.published().with_row(),
        request=request,
    )
    if filterset.ignored:
        raise ValidationError(f"参数无法识别：{'、'.join(map(str, filterset.ignored))}。")
    is_oldest_first = query.sort == "oldest"
    rows, following = item_page(
        filterset.results.prefetch_related("validities"),
        cursor=query.cursor,
        limit=query.limit,
        is_oldest_first=is_oldest_first,
    )
    return {"items": [_row(item) for item in rows], "next_cursor": following}


def _row(item):
    return {
        "index_number": item.index_number,
        "title": item.title,
        "summary": item.summary,
        "created_on": item.created_on,
        "document_number": item.document_number,
        "organ": item.department.name,
        "category": item.category.name,
        "genre": item.get_genre_display() if item.genre else "",
        "published_on": timezone.localtime(item.listed_at).date(),
        "validity": item.validity_label(),
        "views": item.view_count,
        "kind": item.kind.name,
        "address": absolute(item.get_absolute_url()),
        "data": absolute(reverse("api:item", args=[item.index_number])),
    }


@api.get(
    "/items/{path:index_number}/revisions",
    response={200: schemas.RevisionList, **PROBLEMS},
    url_name="item-revisions",
    summary="一条信息的历次公开版本",
)
@takes()
def revisions(request, index_number: Path[schemas.Words]):
    """Newest first, each with its hash and the register's entry that proves it."""
    item = get_object_or_404(Item.objects.published(), index_number=index_number)
    shown = RevisionContent.objects.filter(revision=OuterRef("pk"), is_withheld=False)
    rows = (
        Revision.objects.filter(item=item)
        .annotate(is_shown=Exists(shown))
        .select_related("entry", "item__annual_report__department")
    )
    return {
        "index_number": index_number,
        "revisions": [
            {
                "number": row.number,
                "published_at": row.published_at,
                "content_sha256": row.content_sha256,
                "note": row.change_note if row.is_shown else "",
                "register_entry": row.entry_id,
                "address": absolute(row.get_absolute_url()),
            }
            for row in rows.order_by("-number")
        ],
    }


@api.get(
    "/items/{path:index_number}",
    response={200: dict, **PROBLEMS},
    url_name="item",
    summary="一条信息的全部内容",
)
@takes()
def item(request, index_number: Path[schemas.Words]):
    """The same object as the item's .json file."""
    return item_facts(get_object_or_404(public_items(), index_number=index_number))


@api.get("/reports", response={200: schemas.ReportPage, **PROBLEMS}, summary="年度报告列表")
@takes(schemas.ReportQuery)
def reports(request, query: Query[schemas.ReportQuery]):
    """Newest years first."""
    rows = (
        AnnualReport.objects.published()
        .select_related("item", "department")
        .order_by("-year", "-pk")
    )
    rows = rows.filter(department__slug=query.organ) if query.organ else rows
    rows = rows.filter(year=query.year) if query.year else rows
    if query.cursor:
        year, pk = decode(query.cursor, int, int)
        if not (0 < year < 10_000 and 0 < pk < 2**63):
            raise ValidationError("cursor 不是上一页给出的值，请从头开始。")
        rows = rows.filter(year__lt=year) | rows.filter(year=year, pk__lt=pk)
    page = list(rows[: query.limit + 1])
    last = page[query.limit - 1] if len(page) > query.limit else None
    return {
        "reports": [_report_row(report) for report in page[: query.limit]],
        "next_cursor": last and encode([last.year, last.pk]),
    }


def _report_row(report):
    return {
        "organ": report.department.name,
        "organ_slug": report.department.slug,
        "year": report.year,
        "regime": report.regime,
        "title": report.item.title,
        "index_number": report.item.index_number,
        "published_on": timezone.localtime(report.item.listed_at).date(),
        "address": absolute(report.get_absolute_url()),
        "data": absolute(reverse("api:report", args=[report.department.slug, report.year])),
    }


@api.get(
    "/reports/{organ}/{int:year}",
    response={200: dict, **PROBLEMS},
    url_name="report",
    summary="一份年度报告，含统计表",
)
@takes()
def report(request, organ: Path[schemas.Slug], year: int):
    """The same object as the report's .json file: sections, tables, and how their identities come
    out.
    """
    reports = AnnualReport.objects.filter(department__slug=organ, year=min(year, 9999))
    return item_facts(get_object_or_404(public_items(), annual_report__in=reports))


@api.get("/register", response={200: schemas.RegisterPage, **PROBLEMS}, summary="公开登记簿")
@takes(schemas.RegisterQuery)
def register(request, query: Query[schemas.RegisterQuery]):
    """Entries as the downloadable register has them; hashes can be recomputed from them."""
    rows = list(
        Entry.objects.public()
        .filter(sequence__gt=query.after)
        .order_by("sequence")[: query.limit + 1]
    )
    page = rows[: query.limit]
    return {
        "entries": [public_entry(entry) for entry in page],
        "next_after": page[-1].sequence if len(rows) > query.limit else None,
    }


api.add_router("", router)
