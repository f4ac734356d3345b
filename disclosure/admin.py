"""The clerk's desk for items and annual reports: Django's admin, in the words of the office."""

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.forms import SplitDateTimeField
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from catalog.admin.scope import DepartmentScope
from catalog.models import Category, Department, Section
from desk.saving import DeskAdmin
from desk.versions import shown_fields
from disclosure.acts.registering import SUBJECT
from disclosure.choices import Status
from disclosure.desk import catalogue, kinds, organs, search  # noqa: F401 – register their pages
from disclosure.desk.acts import ActsMixin, change_url
from disclosure.desk.attachments import AttachmentInline, AttachmentsMixin
from disclosure.desk.citing import CitingMixin, citable_by, is_chooser
from disclosure.desk.collisions import CollisionAdmin
from disclosure.desk.forms.items import ItemForm, ReportForm, ValidityForm
from disclosure.desk.intake import IntakeMixin, RichTextMixin
from disclosure.desk.listed import Listed
from disclosure.desk.reports.findings import FindingsMixin
from disclosure.desk.reports.tables import TablesMixin
from disclosure.models import AnnualReport, Item, ReportSection, Theme, Validity
from disclosure.models.written import packages_holding
from disclosure.pages.preview import PreviewMixin
from disclosure.templatetags.richtext import body
from documents.html.richtext import html_to_text
from ledger.models import Entry

STATUTORY_SECTIONS = (  # 国办公开办函〔2021〕30号
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)


class PublishingAdmin(ActsMixin, PreviewMixin, DepartmentScope, CollisionAdmin):
    """Writing, and the acts of the workflow, for whatever has an item."""

    change_form_template = "admin/disclosure/publishing_change_form.html"
    view_on_site = False  # the form has a link of its own where there is a page
    actions = None

    def item_of(self, obj):
        """The item that is published when `obj` is."""
        return obj

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "theme":  # a choice says its class as well
            kwargs["queryset"] = Theme.objects.select_related("parent")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Of the two fields of a moment each gets a name: Django prints the words beside them
        without a label.
        """
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, SplitDateTimeField):
            for part, word in zip(field.widget.widgets, ("日期", "时间"), strict=True):
                part.attrs["aria-label"] = f"{field.label}：{word}"
        return field

    def has_change_permission(self, request, obj=None):
        """What is in review, decided or public is read, not changed: not by anybody."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or self.item_of(obj).is_editable)

    def has_delete_permission(self, request, obj=None):
        """A draft nobody has looked at may go. What was public is withdrawn, what was reviewed
        stays on record.
        """
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or _is_untouched_draft(self.item_of(obj)))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        item = self.item_of(obj) if obj else None
        context |= {"item": item, "has_acts": item is not None}
        if item is not None:
            context |= {
                "buttons": self.buttons(request, obj),
                "checks_url": reverse(
                    f"admin:disclosure_{self.opts.model_name}_checks", args=[quote(obj.pk)]
                ),
                "reviews": item.reviews.select_related("submitted_by", "reviewed_by")[:20],
                "takedown": item.takedowns.first() if item.status == Status.WITHDRAWN else None,
                "packages": packages_holding(item) if item.is_removed_by_law else (),
                "correction_url": change_url(item.pending_correction)
                if item.pending_correction
                else "",
                "corrected_url": change_url(item.corrects) if item.corrects_id else "",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        """Who changed it at the desk, and beside it what the register holds of it."""
        obj = self.get_object(request, unquote(object_id))
        item = self.item_of(obj) if obj else None
        key = item.index_number if item else None
        entries = Entry.objects.about(SUBJECT, key) if key else ()
        return super().history_view(
            request, object_id, {"item": item, "entries": entries, **(extra_context or {})}
        )

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        item = Item.objects.get(pk=self.item_of(form.instance).pk)
        item.save(update_fields=["text"])  # what the sections just saved say is searched too
        item.contributors.add(request.user)

    def response_post_save_change(self, request, obj):
        """“保存并检查” leads to the checklist, from where it is submitted."""
        if "_checks" in request.POST:
            return HttpResponseRedirect(
                reverse(f"admin:disclosure_{self.opts.model_name}_checks", args=[quote(obj.pk)])
            )
        return super().response_post_save_change(request, obj)

    response_post_save_add = response_post_save_change


def _as_read(fields):
    return tuple("body_as_read" if name == "body" else name for name in fields)


def _is_untouched_draft(item):
    return item.index_number is None and not item.corrects_id and not item.reviews.exists()


class ValidityInline(CitingMixin, admin.TabularInline):
    """From which day the document is in which state."""

    model = Validity
    form = ValidityForm
    fk_name = "item"
    extra = 0
    autocomplete_fields = ("because_of",)


@admin.register(Item)
class ItemAdmin(AttachmentsMixin, CitingMixin, IntakeMixin, PublishingAdmin):
    """Items, but for annual reports, which have a form of their own."""

    form = ItemForm
    inlines = (AttachmentInline, ValidityInline)
    list_display = ("title", "department", "category", "standing", "public_since", "view_count")
    list_filter = ("status", "genre", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department", "category")
    search_fields = ("title", "document_number", "index_number")
    search_help_text = "按标题、发文字号、索引号查找"
    date_hierarchy = "created_on"
    list_per_page = 50
    show_full_result_count = False
    filter_horizontal = ("joint_departments",)
    autocomplete_fields = ("interprets",)
    readonly_fields = (
        *(
            "index_number",
            "status",
            "disclosure_mode",
            "next_review_on",
            "view_count",
            "imported_at",
        ),
        *("withdrawn_at", "withdrawal_reason"),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "department",
                    "category",
                    "created_on",
                    "document_number",
                    "body",
                )
            },
        ),
        ("分类与检索", {"fields": ("summary", "genre", "theme", "keywords", "interprets")}),
        (
            "公开",
            {
                "fields": ("term", "disclosed_until", "scope", "published_at"),
                "description": "公开时间留空，审核通过后即时公开；填将来的时间，到时自动公开。公开还是不公开，由审核员在保密审查时决定。",
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
            {"fields": readonly_fields},
        ),
    )

    def get_queryset(self, request):
        items = (
            citable_by(request.user)
            if is_chooser(request)
            else super().get_queryset(request).complete()
        )
        return items.filter(annual_report=None)

    def get_readonly_fields(self, request, obj=None):
        """Dates of what is public stay as they are: changing them afterwards would be 伪造发稿日期."""
        fixed = (
            ("originally_published_at",) if obj and (obj.index_number or obj.corrects_id) else ()
        )
        return (*super().get_readonly_fields(request, obj), *fixed)

    @admin.display(description="状态", ordering="status")
    def standing(self, item):
        """The state, whether it is the correction of something public, and whether the public still
        has to wait for it.
        """
        if item.corrects_id:
            return f"{item.get_status_display()}（更正稿）"
        if item.status == Status.PUBLISHED and item.published_at > timezone.now():
            return "到时公开"  # imported with a day to come
        return item.get_status_display()

    @admin.display(description="公开时间", ordering="listed_at")
    def public_since(self, item):
        """The day it could first be read; planned ones say so."""
        if item.status == Status.SCHEDULED:
            return f"定于 {timezone.localtime(item.published_at):%Y-%m-%d %H:%M}"
        return (
            timezone.localtime(item.listed_at).strftime("%Y-%m-%d")
            if item.index_number and item.listed_at
            else "–"
        )

    def get_fieldsets(self, request, obj=None):
        """A correction begins with what it corrects."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and not self.has_change_permission(request, obj):
            fieldsets = [
                (name, {**options, "fields": _as_read(options["fields"])})
                for name, options in fieldsets
            ]
        if obj and obj.corrects_id:
            return (("更正", {"fields": ("change_note",)}), *fieldsets)
        return fieldsets

    @admin.display(description="正文")
    def body_as_read(self, item):
        """Where it may not be changed, the body as a document and not as its source."""
        return format_html('<div class="body-as-read">{}</div>', body(item.body))

    def get_search_results(self, request, queryset, search_term):
        """A correction cannot be chosen as what another item interprets: it goes when it is
        published.
        """
        queryset, may_repeat = super().get_search_results(request, queryset, search_term)
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            queryset = queryset.filter(corrects=None)
        return queryset, may_repeat

    def get_changeform_initial_data(self, request):
        own = Department.objects.filter(memberships__user=request.user).first()
        return {
            "department": own.pk if own else None,
            **super().get_changeform_initial_data(request),
        }

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
class AnnualReportAdmin(FindingsMixin, TablesMixin, PublishingAdmin):
    """Annual reports: the report and its item are filled in on one page, its tables on another."""

    change_form_template = "admin/disclosure/annualreport/change_form.html"
    form = ReportForm
    written_beside = ("regime",)  # another year may ask for another form
    inlines = (ReportSectionInline,)
    list_display = ("department", "year", "regime", "status", "listed_at")
    list_filter = ("year", "regime", ("department", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("department", "item")
    search_fields = ("department__name", "item__title", "item__index_number")
    fields = ("department", "year", "title", "created_on", "source", "body")

    def get_fields(self, request, obj=None):
        """A correction begins with what it corrects."""
        return ("change_note", *self.fields) if obj and obj.is_correction else self.fields

    @admin.display(description="标题")
    def title(self, report):
        """Where the report is read and not changed."""
        return report.item.title

    @admin.display(description="成文日期")
    def created_on(self, report):
        return report.item.created_on

    @admin.display(description="来源")
    def source(self, report):
        return report.item.source

    @admin.display(description="引言")
    def body(self, report):
        """As above, its words alone."""
        return html_to_text(report.item.body)

    @admin.display(description="更正说明")
    def change_note(self, report):
        return report.item.change_note

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
                {"position": number, "title": title}
                for number, title in enumerate(STATUTORY_SECTIONS, start=1)
            ]
        return kwargs

    def get_inline_instances(self, request, obj=None):
        inlines = super().get_inline_instances(request, obj)
        for inline in inlines:
            inline.extra = 0 if obj else len(STATUTORY_SECTIONS)
        return inlines

    def save_model(self, request, obj, form, change):
        values = {
            name: form.cleaned_data[name]
            for name in ReportForm.item_fields
            if name in form.cleaned_data
        }
        item = (
            obj.item
            if change
            else Item(
                created_by=request.user, category=Category.objects.get(section=Section.REPORTS)
            )
        )
        for name, value in {**values, "department": obj.department}.items():
            setattr(item, name, value)
        item.genre = item.genre or "报告"
        self.require_department(request.user, obj.department_id)
        item.save(
            update_fields=shown_fields(item, {*values, "department", "genre"}) if change else None
        )
        obj.item = item
        super().save_model(request, obj, form, change)


@admin.register(Theme)
class ThemeAdmin(Listed, DeskAdmin):
    """The State Council's classes, for local additions."""

    list_display = ("__str__", "position")
    list_select_related = ("parent",)
    search_fields = ("name",)
