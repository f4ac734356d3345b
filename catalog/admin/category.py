"""The category tree at the desk: a list in tree order, moved by buttons, changed under the lock,
deleted when empty.
"""

from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Exists, F, OuterRef, ProtectedError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from mptt.forms import TreeNodeChoiceField

from catalog.actions import (
    CategoryInUseError,
    delete_category,
    hide_category,
    move_contents,
    shift_category,
)
from catalog.admin.category_forms import INDENT, CategoryForm, MoveContentsForm
from catalog.admin.tree_locked import TreeLockedAdmin
from catalog.contents import CannotMoveError, content_count, held_by
from catalog.models import Category, Department
from desk.saving import DeskAdmin

DISABLED = format_html(
    " {}", "disabled"
)  # without arguments format_html() is refused from Django 6 on
STEPS = {"up": (-1, "上移"), "down": (1, "下移")}
# What hangs the category into the tree, shows it or names it: the office's business
# (`catalog.manage_catalog`).
STRUCTURE = ("name", "slug", "parent", "position", "is_visible", "section", "department")


@admin.register(Category)
class CategoryAdmin(TreeLockedAdmin):
    """The office changes the tree; a department's clerk keeps the wording of the categories it is
    responsible for.
    """

    form = CategoryForm
    written_beside = ("lft", "rght", "tree_id", "level")  # a move has changed them, under the lock
    list_display = (
        "tree_name",
        "shown",
        "column_type",
        "department",
        "contents",
        "slug",
        "buttons",
    )
    has_buttons = True  # they need the form of the list
    export_display = ("name", "parent", "slug", "shown", "column_type", "department", "contents")
    list_filter = ("is_visible", "column_type", "department")
    list_select_related = ("department",)
    search_fields = ("name", "slug", "keywords")
    search_help_text = "按栏目名称、地址名、关键词查找"
    ordering = ("tree_id", "lft")
    sortable_by = ()  # any other order would make nonsense of the indentation
    list_per_page = 500
    actions = None  # a bulk delete would go round mptt, and mptt's own half-deletes
    radio_fields = {"section": admin.VERTICAL}
    fieldsets = (
        (None, {"fields": ("name", "slug", "parent", "position", "is_visible", "department")}),
        ("页面标签（国办发〔2017〕47号）", {"fields": ("description", "keywords", "column_type")}),
        ("公开要求", {"fields": ("section", "regulation_items", "update_within_days")}),
    )

    class Media:
        css = {"all": ["catalog/admin.css"]}

    # --- Who may ---------------------------------------------------------------------

    def has_add_permission(self, request):
        """Only the office adds."""
        return request.user.has_perm("catalog.manage_catalog")

    def has_delete_permission(self, request, obj=None):
        """Only the office deletes."""
        return request.user.has_perm("catalog.manage_catalog")

    def has_change_permission(self, request, obj=None):
        """The office changes everything, a clerk the wording of his own departments' categories."""
        if request.user.has_perm("catalog.manage_catalog"):
            return True
        if not super().has_change_permission(request, obj):
            return False
        own = Department.objects.visible_to(request.user)
        return obj is None or own.filter(pk=obj.department_id).exists()

    def has_view_permission(self, request, obj=None):
        """Whoever may change or view some category may look at them all; nothing in it is secret."""
        return self.has_change_permission(request) or super().has_view_permission(request, obj)

    def get_readonly_fields(self, request, obj=None):
        """The structure stands still for all but the office."""
        return () if request.user.has_perm("catalog.manage_catalog") else STRUCTURE

    # --- List ------------------------------------------------------------------------

    def get_queryset(self, request):
        """Rows know whether the public sees them, what hangs on them, and whether they have
        neighbours.
        """
        siblings = Category.objects.filter(parent=OuterRef("parent")).order_by()
        return (
            super()
            .get_queryset(request)
            .with_shown()
            .annotate(
                content_count=content_count(),
                has_previous=Exists(siblings.filter(lft__lt=OuterRef("lft"))),
                has_next=Exists(siblings.filter(lft__gt=OuterRef("lft"))),
                parent_name=F("parent__name"),
            )
        )

    @admin.display(description="栏目名称")
    def tree_name(self, category):
        """The name, indented by class: mptt's inline style breaks the content security policy."""
        return format_html(
            '<span id="category-{}" class="tree-name tree-level-{}">{}</span>',
            category.pk,
            min(category.level, 9),
            category.name,
        )

    @admin.display(description="对外显示")
    def shown(self, category):
        """Whether the public sees it, and whose doing it is if not."""
        if category.is_shown:
            return "显示"
        return format_html(
            '<strong class="tree-hidden">{}</strong>',
            "随上级停用" if category.is_visible else "已停用",
        )

    @admin.display(description="直属内容")
    def contents(self, category):
        """How much hangs directly on it."""
        return category.content_count

    @admin.display(description="调整")
    def buttons(self, category):
        """Buttons of the list's own form, sent elsewhere: POST, with its token, without a script."""
        moves = [
            format_html(
                '<button type="submit" class="tree-button" formaction="{}" aria-label="{}：{}"{}>{}</button>',
                reverse("admin:catalog_category_shift", args=[category.pk, step]),
                label,
                category.name,
                "" if possible else DISABLED,
                label,
            )
            for (step, (_, label)), possible in zip(
                STEPS.items(), (category.has_previous, category.has_next), strict=True
            )
        ]
        add = format_html(
            '<a class="tree-button" href="{}?parent={}" aria-label="在“{}”下新增栏目">增加下级</a>',
            reverse("admin:catalog_category_add"),
            category.pk,
            category.name,
        )
        return format_html('<span class="tree-buttons">{}{}{}</span>', *moves, add)

    def get_list_display(self, request):
        """Buttons for those who may press them."""
        return self.list_display if self.has_add_permission(request) else self.list_display[:-1]

    # --- Writing ---------------------------------------------------------------------

    def get_urls(self):
        """上移 and 下移 have an address each."""
        shift = path(
            "<int:pk>/shift/<str:step>/",
            self.admin_site.admin_view(self.shift_view),
            name="catalog_category_shift",
        )
        return [shift, *super().get_urls()]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """The parent is chosen from the tree, indented by blanks."""
        if db_field.name == "parent":
            kwargs |= {
                "form_class": TreeNodeChoiceField,
                "level_indicator": INDENT,
                "empty_label": "（根栏目）",
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """No pop-up beside the parent: it would open a second form onto the same tree."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if parent := form.base_fields.get("parent"):
            for button in ("can_add_related", "can_change_related", "can_view_related"):
                setattr(parent.widget, button, False)
        return form

    @method_decorator(require_POST)
    def shift_view(self, request, pk, step):
        """One place up or down among the siblings, then back to the same row of the same list."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.locked(request, self._shift, pk, step)

    def _shift(self, request, pk, step):
        category = Category.objects.filter(pk=pk).first()
        if category is None or step not in STEPS:
            raise Http404("没有这个栏目。")
        number, label = STEPS[step]
        if shift_category(category=category, step=number, by=request.user):
            self.log_change(request, category, label)
            self.message_user(request, f"已{label}：{category}", messages.SUCCESS)
        return HttpResponseRedirect(f"{_list_address(request)}#category-{pk}")

    # --- Deleting --------------------------------------------------------------------

    def delete_view(self, request, object_id, extra_context=None):
        """Delete an empty category; say what a full one holds, and offer to move it or to stop
        showing it.
        """
        try:
            return self.locked(request, self._delete_or_refuse, object_id, extra_context)
        except (CategoryInUseError, ProtectedError, IntegrityError):
            # Something was filed here between the look and the deletion (PostgreSQL tells at
            # commit).
            self.message_user(request, "刚刚有内容列入本栏目，没有删除。", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def _delete_or_refuse(self, request, object_id, extra_context):
        category = self.get_object(request, unquote(object_id))
        holdings = (
            held_by(category) if category and self.has_delete_permission(request, category) else []
        )
        if holdings:
            return self._refuse_deletion(request, category, holdings)
        if request.method == "POST" and "post" not in request.POST:
            # A button of the refusal page whose reason is gone by now: Django would take any POST
            # for a confirmation.
            return HttpResponseRedirect(request.get_full_path())
        return DeskAdmin.delete_view(self, request, object_id, extra_context)

    def delete_model(self, request, obj):
        """By the action, which looks once more whether it is empty."""
        delete_category(category=obj, by=request.user)

    def _refuse_deletion(self, request, category, holdings):
        effect = str(self.effect_on(category))
        # The page has said how much it concerns; whoever presses a button has agreed to that much
        # and no more.
        is_seen = request.POST.get("seen", "") == effect
        form = MoveContentsForm(category, request.POST if "_move" in request.POST else None)
        if "_hide" in request.POST and is_seen:
            return self._hide(request, category)
        if form.is_bound and is_seen and form.is_valid() and self._moved(request, category, form):
            return HttpResponseRedirect(request.get_full_path())
        if request.method == "POST" and not is_seen:
            self.message_user(
                request,
                "栏目里的信息刚刚有变化，还没有办理。请看过下面的数字，再点一次。",
                messages.WARNING,
            )
        context = {
            **self.admin_site.each_context(request),
            "title": f"栏目“{category}”还不能删除",
            "category": category,
            "holdings": holdings,
            "form": form,
            "effect": effect,
            "media": self.media,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/catalog/category/delete_refused.html", context)

    def effect_on(self, category):
        """In words, what an act on the category concerns; the room above knows more of it."""
        return ""

    def move_contents(self, request, category, target, parts):
        """The act behind the button."""
        move_contents(category=category, target=target, by=request.user, parts=parts)

    def hide(self, request, category):
        """The act behind the button."""
        hide_category(category=category, by=request.user)

    def _moved(self, request, category, form):
        target, parts = form.cleaned_data["target"], form.cleaned_data["parts"]
        try:
            self.move_contents(request, category, target, parts)
        except CannotMoveError as error:
            form.add_error("target", str(error))
            return False
        self.log_change(request, category, f"内容移到“{target}”")
        self.message_user(request, f"已把所选内容移到“{target}”。", messages.SUCCESS)
        return True

    def _hide(self, request, category):
        self.hide(request, category)
        self.log_change(request, category, "停用")
        self.message_user(
            request, f"已停用“{category}”，它和它下面的内容不再对外显示。", messages.SUCCESS
        )
        return HttpResponseRedirect(
            f"{reverse('admin:catalog_category_changelist')}#category-{category.pk}"
        )


def _list_address(request):
    """The list as it was filtered when the button was pressed."""
    address = reverse("admin:catalog_category_changelist")
    came_from = urlsplit(request.headers.get("Referer", ""))
    return (
        f"{address}?{came_from.query}" if came_from.path == address and came_from.query else address
    )
