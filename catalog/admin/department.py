"""Departments at the desk."""

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.html import format_html

from catalog.models import Department
from desk.keeping import KeepingAdmin


class DepartmentForm(forms.ModelForm):
    """A department; its parent must lie within the scope of whoever saves it."""

    user = None  # set by DepartmentAdmin.get_form

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            within = Department.objects.visible_to(self.user)
            own_parent = Department.objects.filter(pk=self.instance.parent_id)
            self.fields["parent"].queryset = within | own_parent

    def clean_parent(self):
        """Keeping the parent is always allowed; a new one, or none at all, only where the user's
        scope reaches.
        """
        parent = self.cleaned_data["parent"]
        kept = self.instance.pk and self.instance.parent_id == (parent.pk if parent else None)
        if kept or self.user.has_perm("catalog.manage_all_departments"):
            return parent
        if (
            parent is None
            or not Department.objects.visible_to(self.user).filter(pk=parent.pk).exists()
        ):
            raise forms.ValidationError("只能挂在您所属的机构或者它的下级之下，请另选上级机关。")
        return parent


class DepartmentTree(ChangeList):
    """The list in the order of the tree. Departments have no tree columns: there are hundreds at
    most, on one page.
    """

    def get_results(self, request):
        """Django's rows, each under its parent, with its depth among the rows shown."""
        super().get_results(request)
        children = {}
        shown = {department.pk for department in self.result_list}
        for department in self.result_list:
            parent = department.parent_id if department.parent_id in shown else None
            children.setdefault(parent, []).append(department)
        self.result_list = list(_depth_first(children))


def _depth_first(children, parent=None, depth=0):
    for department in children.get(parent, ()):
        department.depth = depth
        yield department
        yield from _depth_first(children, department.pk, depth + 1)


@admin.register(Department)
class DepartmentAdmin(KeepingAdmin):
    """A member of staff sees and changes the own departments and those below (`visible_to`)."""

    form = DepartmentForm
    list_display = ("tree_name", "name", "code", "kind", "telephone", "active_from", "active_until")
    export_display = (
        "name",
        "short_name",
        "code",
        "kind",
        "parent",
        "telephone",
        "active_from",
        "active_until",
    )
    list_filter = ("kind", "active_until")
    search_fields = ("name", "short_name", "slug", "code")
    search_help_text = "按名称、简称、地址名、机构代码查找"
    sortable_by = ()
    list_per_page = 1000
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "short_name",
                    "slug",
                    "code",
                    "document_mark",
                    "kind",
                    "parent",
                    "position",
                )
            },
        ),
        (
            "联系方式",
            {
                "fields": ("address", "office_hours", "telephone", "fax", "email"),
                "description": "《政府信息公开条例》第十二条要求公布，显示在公开指南和机构页面。",
            },
        ),
        ("存续", {"fields": ("active_from", "active_until")}),
    )

    class Media:
        css = {"all": ["catalog/admin.css"]}

    def get_queryset(self, request):
        """The scope of the user, in the list, in every form and in autocompletion alike."""
        return Department.objects.visible_to(request.user).order_by("position", "pk")

    def get_changelist(self, request, **kwargs):
        return DepartmentTree

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The form class of one request, told who saves."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user
        return form

    @admin.display(description="机构")
    def tree_name(self, department):
        """The short name, indented by class."""
        return format_html(
            '<span class="tree-name tree-level-{}">{}</span>',
            min(department.depth, 9),
            department.short_name,
        )
