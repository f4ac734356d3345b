"""审核记录、检查保留意见、公开版本: on record for those in whose scope they are, and for auditors;
nobody changes them here.
"""

from django.contrib import admin

from catalog.admin.scope import DepartmentScope
from desk.saving import DeskAdmin
from disclosure.models import FindingOverride, Item, Review, Revision


class RecordAdmin(DepartmentScope, DeskAdmin):
    """For reading only, within one's scope."""

    actions = None
    show_full_result_count = False
    list_per_page = 50
    search_fields = ("item__title", "item__index_number")

    def in_scope(self, queryset, user):
        return queryset.filter(item__in=Item.objects.visible_to(user).values("pk"))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class IsForcedAndUnreviewed(admin.SimpleListFilter):
    """The list of forced publications that nobody else has looked at."""

    title = "待补审"
    parameter_name = "forced"

    def lookups(self, request, model_admin):
        return [("1", "直接公开、待补审")]

    def queryset(self, request, queryset):
        return queryset.forced_and_unreviewed() if self.value() == "1" else queryset


@admin.register(Review)
class ReviewAdmin(RecordAdmin):
    """Every submission and what became of it."""

    list_display = (
        "item",
        "outcome",
        "mode",
        "basis",
        "submitted_by",
        "submitted_at",
        "reviewed_by",
        "reviewed_at",
    )
    list_filter = (IsForcedAndUnreviewed, "outcome", "mode")
    list_select_related = ("item", "submitted_by", "reviewed_by")
    date_hierarchy = "submitted_at"


@admin.register(FindingOverride)
class FindingOverrideAdmin(RecordAdmin):
    """Findings of the checklist that were set aside, with the reason."""

    list_display = ("item", "place", "message", "reason", "made_by", "made_at")
    list_filter = ("code",)
    list_select_related = ("item", "made_by")
    date_hierarchy = "made_at"


@admin.register(Revision)
class RevisionAdmin(RecordAdmin):
    """Published states."""

    list_display = ("item", "number", "published_at", "content_sha256")
    list_select_related = ("item",)
    search_fields = ("item__title", "item__index_number", "content_sha256")
    fields = ("item", "number", "published_at", "content_sha256", "content")
    ordering = ("-entry",)

    @admin.display(description="内容")
    def content(self, revision):
        return revision.kept_content or "（已依法删除）"
