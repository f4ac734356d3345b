"""The clerk's desk for items and annual reports: Django's admin, in the words of the office."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html

from catalog.models import Category, Department, Section
from disclosure import admin_search  # noqa: F401 – registers the pages of search
from disclosure.actions import publish_item, withdraw_item
from disclosure.admin_attachments import AttachmentInline, AttachmentsMixin
from disclosure.admin_bulk import BulkImportMixin
from disclosure.admin_collisions import CollisionMixin
from disclosure.admin_intake import IntakeMixin, RichTextMixin
from disclosure.admin_preview import PreviewMixin
from disclosure.choices import Status
from disclosure.desk.item_columns import ItemTable
from disclosure.forms import ItemForm, ReportForm, WithdrawalForm
from disclosure.legacy import admin as legacy_admin  # noqa: F401 – registers the files of older portals
from disclosure.models import AnnualReport, Item, ReportSection, Theme, Validity
from disclosure.publication import public_face_changed
from disclosure.statutory.admin_tables import TablesMixin

STATUTORY_SECTIONS = (  # 国办公开办函〔2021〕30号
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)


class DepartmentScope:
    """A clerk sees and touches only records of their departments: in lists, in forms, and again on writing."""

    department_field = "department"

    def get_queryset(self, request):
        scope = Department.objects.visible_to(request.user)
        return super().get_queryset(request).filter(**{f"{self.department_field}__in": scope})

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "department":
            kwargs["queryset"] = Department.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not Department.objects.visible_to(request.user).filter(pk=obj.department_id).exists():
            raise PermissionDenied
        super().save_model(request, obj, form, change)


class PublishingAdmin(CollisionMixin, PreviewMixin, DepartmentScope, admin.ModelAdmin):
    """Publishing and withdrawing, for whatever has an item."""

    change_form_template = "admin/disclosure/publishing_change_form.html"
    actions = None

    def item_of(self, obj):
        """The item that is published when `obj` is."""
        return obj

    def has_delete_permission(self, request, obj=None):
        """What was ever public is withdrawn, not deleted: its address and number stay taken."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or self.item_of(obj).index_number is None)

    def get_urls(self):
        withdraw = path(
            "<path:object_id>/withdraw/",
            self.admin_site.admin_view(self.withdraw_view),
            name=f"disclosure_{self.opts.model_name}_withdraw",
        )
        return [withdraw, *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        item = self.item_of(obj) if obj else None
        can_publish = request.user.has_perm("disclosure.publish_item")
        context["item"] = item
        context["show_publish"] = can_publish and (item is None or item.status != Status.PUBLISHED)
        context["show_withdraw"] = can_publish and item is not None and item.status == Status.PUBLISHED
        if context["show_withdraw"]:
            context["withdraw_url"] = reverse(f"admin:disclosure_{self.opts.model_name}_withdraw", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        item = self.item_of(form.instance)
        Item.objects.get(pk=item.pk).save(update_fields=["text"])  # what the sections just saved say is searched too
        if item.status != Status.DRAFT:
            public_face_changed(item)
        if "_publish" in request.POST and request.user.has_perm("disclosure.publish_item"):
            self._publish(request, item)

    def _publish(self, request, item):
        try:
            with transaction.atomic():
                item = publish_item(item=item, by=request.user)
        except ValidationError as error:
            messages.error(request, "已保存为草稿，但没有公开：" + "；".join(error.messages))
        else:
            url = item.get_absolute_url()
            messages.success(
                request, format_html('已公开，索引号 {}。<a href="{}">查看公众页面</a>', item.index_number, url)
            )

    def withdraw_view(self, request, object_id):
        """Ask for the reason, then withdraw."""
        obj = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not request.user.has_perm("disclosure.publish_item"):
            raise PermissionDenied
        form = WithdrawalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                withdraw_item(item=self.item_of(obj), by=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "已撤回，原地址显示撤回说明。")
                return HttpResponseRedirect(reverse(f"admin:disclosure_{self.opts.model_name}_change", args=[obj.pk]))
        context = {**self.admin_site.each_context(request), "form": form, "item": self.item_of(obj), "opts": self.opts}
        return render(request, "admin/disclosure/withdraw.html", {**context, "title": "撤回信息", "original": obj})


class ValidityInline(admin.TabularInline):
    """From which day the document is in which state."""

    model = Validity
    fk_name = "item"
    extra = 0
    raw_id_fields = ("because_of",)


@admin.register(Item)
class ItemAdmin(AttachmentsMixin, BulkImportMixin, IntakeMixin, PublishingAdmin):
    """Items, but for annual reports, which have a form of their own."""

    form = ItemForm
    export_table = ItemTable
    inlines = (AttachmentInline, ValidityInline)
    list_display = ("title", "department", "category", "status", "listed_at", "view_count")
    list_filter = ("status", "genre", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department", "category")
    search_fields = ("title", "document_number", "index_number")
    search_help_text = "按标题、发文字号、索引号查找"
    date_hierarchy = "created_on"
    list_per_page = 50
    show_full_result_count = False
    filter_horizontal = ("joint_departments",)
    autocomplete_fields = ("interprets",)
    readonly_fields = ("index_number", "status", "view_count", "imported_at", "withdrawn_at", "withdrawal_reason")
    fieldsets = (
        (None, {"fields": ("title", "department", "category", "created_on", "document_number", "body")}),
        ("分类与检索", {"fields": ("summary", "genre", "theme", "keywords", "interprets")}),
        (
            "公开",
            {
                "fields": ("disclosure_mode", "term", "disclosed_until", "scope", "published_at"),
                "description": "公开时间留空，按“公开”时即时公开；填将来的时间，到时公开。",
            },
        ),
        (
            "其他",
            {
                "classes": ("collapse",),
                "fields": (
                    "source",
                    "issuer",
                    "joint_departments",
                    "further_categories",
                    "originally_published_at",
                ),
            },
        ),
        (
            "系统记录（不能修改）",
            {"fields": ("index_number", "status", "view_count", "imported_at", "withdrawn_at", "withdrawal_reason")},
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).filter(annual_report=None)

    def get_readonly_fields(self, request, obj=None):
        """Dates of what is public stay as they are: changing them afterwards would be 伪造发稿日期."""
        fixed = ("published_at", "originally_published_at") if obj and obj.index_number else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_changeform_initial_data(self, request):
        own = Department.objects.filter(memberships__user=request.user).first()
        return {"department": own.pk if own else None, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class ReportSectionInline(RichTextMixin, admin.StackedInline):
    """The report's sections, in their order."""

    model = ReportSection
    extra = 0
    min_num = 0


@admin.register(AnnualReport)
class AnnualReportAdmin(TablesMixin, PublishingAdmin):
    """Annual reports: the report and its item are filled in on one page, its tables on another."""

    change_form_template = "admin/disclosure/annualreport/change_form.html"
    form = ReportForm
    inlines = (ReportSectionInline,)
    list_display = ("department", "year", "regime", "status", "listed_at")
    list_filter = ("year", "regime", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department", "item")
    search_fields = ("department__name", "item__title", "item__index_number")
    fields = ("department", "year", "title", "created_on", "source", "body")

    @admin.display(description="状态", ordering="item__status")
    def status(self, report):
        """Where the report's item stands."""
        return report.item.get_status_display()

    @admin.display(description="公开时间", ordering="item__listed_at")
    def listed_at(self, report):
        """When the public could first read it."""
        return report.item.listed_at

    def item_of(self, obj):
        return obj.item

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """A new report begins with the six sections the notice prescribes."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and not obj.pk and isinstance(inline, ReportSectionInline):
            kwargs["initial"] = [
                {"position": number, "title": title} for number, title in enumerate(STATUTORY_SECTIONS, start=1)
            ]
        return kwargs

    def get_inline_instances(self, request, obj=None):
        inlines = super().get_inline_instances(request, obj)
        for inline in inlines:
            inline.extra = 0 if obj else len(STATUTORY_SECTIONS)
        return inlines

    def save_model(self, request, obj, form, change):
        values = {name: form.cleaned_data[name] for name in ReportForm.item_fields}
        item = (
            obj.item
            if change
            else Item(created_by=request.user, category=Category.objects.get(section=Section.REPORTS))
        )
        for name, value in {**values, "department": obj.department}.items():
            setattr(item, name, value)
        item.genre = item.genre or "报告"
        if not Department.objects.visible_to(request.user).filter(pk=obj.department_id).exists():
            raise PermissionDenied
        item.save()
        obj.item = item
        super().save_model(request, obj, form, change)


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    """The State Council's classes, for local additions."""

    list_display = ("__str__", "position")
    list_select_related = ("parent",)
    search_fields = ("name",)
