"""The pages of the archive. Reads declare; everything public starts from `published()`."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import ListView, TemplateView

from catalog.models import Department, Section
from disclosure.counting import count_view
from disclosure.lists.filters import SORTS, CategoryItemFilter, ItemFilter, OrganItemFilter
from disclosure.lists.paging import CursorForm, ListPaginator, ShelfPaginator
from disclosure.lists.shelf_pages import LARGE_PART, Shelf
from disclosure.lists.shelves import shelves
from disclosure.models import AnnualReport, Item
from disclosure.pages.mergers import MergedError
from disclosure.pages.relations import load_relations, page_items
from disclosure.reports.matrix import ReportMatrix
from disclosure.reports.tables.access import published_tables, published_years
from disclosure.reports.tables.reading import Reading

PAGE_SIZE = 20
CATALOGUE_PAGE_SIZE = 50


def load_tree(request=None):
    """The visible tree with the number of public items under every category."""
    return shelves.counted(request)


class CategoryIndex(TemplateView):
    """法定主动公开内容: the whole catalogue with its counts."""

    template_name = "disclosure/category_index.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        tree = load_tree(self.request)
        node = tree.section(Section.CONTENT)
        return super().get_context_data(
            tree=tree, node=node, trail=node.trail if node else [], **kwargs
        )


class ItemList(ListView):
    """A list of public items that the reader may narrow; every such list has an address that can be
    kept.
    """

    filterset_class = ItemFilter
    paginate_by = PAGE_SIZE
    http_method_names = ["get", "head", "options"]

    def get_base_queryset(self):
        """The items before the reader narrows them."""
        return Item.objects.published()

    def get_queryset(self):
        items = self.get_base_queryset().with_row()
        self.filterset = self.filterset_class(
            self.request.GET or None, queryset=items, request=self.request
        )
        return self.filterset.results

    def get_paginator(self, queryset, per_page, **kwargs):
        return ListPaginator(queryset, per_page, total=self.get_total(queryset), **kwargs)

    def get_total(self, queryset):
        """A function that says how many items there are, or None where they have to be counted."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(filterset=self.filterset, **kwargs)


class CategoryDetail(ItemList):
    """The items of one category and of all below it."""

    template_name = "disclosure/category_detail.html"
    filterset_class = CategoryItemFilter

    def get_base_queryset(self):
        self.tree = load_tree(self.request)
        self.node = self.tree.by_slug.get(self.kwargs["slug"])
        if self.node is None:
            raise Http404("没有这个栏目")
        return super().get_base_queryset().in_categories(self.node.subtree_ids)

    def get_paginator(self, queryset, per_page, **kwargs):
        if not isinstance(queryset, QuerySet):  # what a search found knows its own pages
            return super().get_paginator(queryset, per_page, **kwargs)
        self.filterset.queryset = Item.objects.open()
        sort = self.filterset.value("sort") or "newest"
        field = SORTS[sort][0]
        shelf = Shelf(
            narrowed=self.filterset.narrowed,
            category_ids=self.node.subtree_ids,
            field=field.removeprefix("-"),
            is_rising=not field.startswith("-"),
            is_large=self.node.count
            > LARGE_PART * max(1, sum(root.count for root in self.tree.roots)),
        )
        cursor = CursorForm(self.request.GET).cursor(shelf.field)
        total = self.get_total(queryset)
        return ShelfPaginator(queryset, per_page, shelf=shelf, cursor=cursor, total=total, **kwargs)

    def get_total(self, queryset):
        """Of the whole category, counted once per change."""
        if self.filterset.chosen:
            return None
        return lambda: shelves.number(self.node.slug, self.request, queryset.order_by().count)

    def get_context_data(self, **kwargs):
        trail = self.node.trail
        return super().get_context_data(tree=self.tree, node=self.node, trail=trail, **kwargs)


class OrganDetail(ItemList):
    """The items of one organ, and how to reach it (条例 Arts. 10, 12)."""

    template_name = "disclosure/organ_detail.html"
    filterset_class = OrganItemFilter

    def get_base_queryset(self):
        self.department = get_object_or_404(Department, slug=self.kwargs["slug"])
        if self.department.merged_into_id:
            raise MergedError(self.department)
        return super().get_base_queryset().filter(department=self.department)

    def get_total(self, queryset):
        """Of the whole organ, counted once per change."""
        if self.filterset.chosen:
            return None
        return lambda: shelves.number(
            ("organ", self.department.pk), self.request, queryset.order_by().count
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(department=self.department, **kwargs)


class CategoryCatalogue(CategoryDetail):
    """A category's list as 目录: the four facts the law asks of every entry (条例 Art. 12)."""

    template_name = "disclosure/catalogue.html"
    paginate_by = CATALOGUE_PAGE_SIZE

    def get_context_data(self, **kwargs):
        address = reverse("category-detail", args=[self.node.slug])
        return super().get_context_data(name=self.node.name, list_address=address, **kwargs)


class OrganCatalogue(OrganDetail):
    """An organ's list as 目录."""

    template_name = "disclosure/catalogue.html"
    paginate_by = CATALOGUE_PAGE_SIZE

    def get_context_data(self, **kwargs):
        address = reverse("organ-detail", args=[self.department.slug])
        return super().get_context_data(name=self.department.name, list_address=address, **kwargs)


class Rules(ListView):
    """政府信息公开制度: laws and rules on disclosure itself (国办公开办函〔2019〕61号)."""

    template_name = "disclosure/rules.html"
    section = Section.RULES
    paginate_by = PAGE_SIZE
    paginator_class = ListPaginator
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        self.tree = load_tree(self.request)
        self.node = self.tree.section(self.section)
        items = Item.objects.published().with_row().prefetch_related("attachments")
        return items.in_categories(self.node.subtree_ids) if self.node else items.none()

    def get_context_data(self, **kwargs):
        trail = self.node.trail if self.node else []
        return super().get_context_data(tree=self.tree, node=self.node, trail=trail, **kwargs)


@require_safe
def guide(request):
    """政府信息公开指南 (条例 Art. 12): the government's guide in full, the departments' by link,
    and whom to ask.
    """
    tree = load_tree(request)
    node = tree.section(Section.GUIDE)
    guides = Item.objects.published().select_related("department", "category")
    guides = list(guides.in_categories(node.subtree_ids)[:200]) if node else []
    government = [item for item in guides if item.department.kind == Department.Kind.GOVERNMENT]
    item = (government or guides or [None])[0]
    context = {
        "tree": tree,
        "node": node,
        "trail": node.trail if node else [],
        "guide": item,
        "guides": [other for other in guides if other != item],
        "departments": Department.objects.active().exclude(kind=Department.Kind.OUTSIDE),
    }
    return render(request, "disclosure/guide.html", context)


def withdrawal_notice(request, item):
    """The notice a withdrawn item leaves at its address; 410 where it was removed by law."""
    status = 410 if item.is_removed_by_law else 200
    template = "410.html" if item.is_removed_by_law else "disclosure/item_withdrawn.html"
    is_cleared = not (item.is_removed_by_law and item.takedowns.unfinished().exists())
    return render(request, template, {"item": item, "is_cleared": is_cleared}, status=status)


def _trail(item, request):
    tree = shelves.plain(request)
    node = tree.nodes.get(item.category_id)
    return node, node.trail if node else []


@require_safe
def item_detail(request, index_number):
    """One item. A report is shown at its own address; a withdrawn item leaves a notice."""
    item = page_items().filter(index_number=index_number).first()
    if item is None:
        withdrawn = Item.objects.withdrawn().select_related(
            "department", "annual_report__department"
        )
        item = get_object_or_404(withdrawn, index_number=index_number)
    if item.report:
        return redirect(item.get_absolute_url(), permanent=True)
    if item.withdrawn_at:
        return withdrawal_notice(request, item)
    count_view(request, item)
    return render(request, *item_page(load_relations(item, request), request))


def item_page(item, request=None):
    """Template and context of an item's page: what the public sees, and the preview with it."""
    node, trail = _trail(item, request)
    return "disclosure/item_detail.html", {"item": item, "node": node, "trail": trail}


@require_safe
def report_detail(request, slug, year):
    """One annual report at its permanent address."""
    reports = AnnualReport.objects.filter(department__slug=slug, year=year)
    item = page_items().filter(annual_report__in=reports).first()
    if item is None:
        withdrawn = Item.objects.withdrawn().select_related(
            "department", "annual_report__department"
        )
        return withdrawal_notice(request, get_object_or_404(withdrawn, annual_report__in=reports))
    count_view(request, item)
    item = load_relations(
        item,
        request,
        "annual_report__department",
        "annual_report__sections",
        "annual_report__tables",
    )
    return render(request, *report_page(item, request))


def report_page(item, request=None):
    """Template and context of a report's page, as `item_page`."""
    report = item.annual_report
    node, trail = _trail(item, request)
    context = {
        "item": item,
        "report": report,
        "reading": Reading.of(report),
        "earlier": _neighbour(report, year__lt=report.year, order="-year"),
        "later": _neighbour(report, year__gt=report.year, order="year"),
        "node": node,
        "trail": trail,
    }
    return "disclosure/report_detail.html", context


def _neighbour(report, *, order, **years):
    others = AnnualReport.objects.published().filter(department=report.department, **years)
    return others.select_related("department").order_by(order).first()


@require_safe
def report_list(request):
    """政府信息公开年报: organs by years, with the gaps (条例 Arts. 49–50)."""
    tree = load_tree(request)
    node = tree.section(Section.REPORTS)
    context = {
        "tree": tree,
        "node": node,
        "trail": node.trail if node else [],
        "matrix": ReportMatrix.load(),
        "table_years": published_years(),
    }
    return render(request, "disclosure/report_list.html", context)


@require_safe
def organ_report_list(request, slug):
    """One organ's reports by year, newest first, with the gaps."""
    department = get_object_or_404(Department, slug=slug)
    tree = load_tree(request)
    node = tree.section(Section.REPORTS)
    matrix = ReportMatrix.load(department=department)
    row = matrix.rows[0] if matrix.rows else None
    if row is None:
        raise Http404("这个机关没有年度报告")
    context = {
        "department": department,
        "row": row,
        "tables": published_tables(department),
        "node": node,
        "trail": node.trail if node else [],
    }
    return render(request, "disclosure/organ_report_list.html", context)
