"""Organs at the desk, with the page that merges one into another."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone

from catalog.admin import DepartmentAdmin
from catalog.models import Department
from disclosure.acts import merge_departments, merger_effect
from disclosure.desk.listed import Listed


class MergerForm(forms.Form):
    """Into which organ, from which day on, by which decision."""

    target = forms.ModelChoiceField(
        Department.objects.none(), label="并入哪个机构", empty_label="请选择"
    )
    day = forms.DateField(
        label="撤销日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="原机构存续的最后一日。",
    )
    reason = forms.CharField(
        label="依据",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="机构改革文件的名称和文号。写入公开登记簿，公众可以看到。",
    )

    def __init__(self, department, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = Department.objects.active().filter(merged_into=None).exclude(pk=department.pk)
        self.fields["target"].queryset = others
        self.fields["day"].initial = timezone.localdate()


admin.site.unregister(Department)


@admin.register(Department)
class MergingDepartmentAdmin(Listed, DepartmentAdmin):
    """The catalogue's own desk; what a merger takes along is not the catalogue's to know."""

    change_form_template = "admin/catalog/department/change_form.html"

    def get_urls(self):
        merge = self.admin_site.admin_view(self.merge_view)
        return [
            path("<int:object_id>/merge/", merge, name="catalog_department_merge"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """With the way to the page, for those who may."""
        if change and _may_merge(request.user) and obj.merged_into_id is None:
            context["merge_url"] = reverse("admin:catalog_department_merge", args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def merge_view(self, request, object_id):
        """Say what a merger takes along, ask, do it. Nothing is done where the numbers are not
        those that were seen.
        """
        department = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not _may_merge(request.user):
            raise PermissionDenied
        effect = str(merger_effect(department))
        form = MergerForm(department, request.POST or None)
        if request.method == "POST" and form.is_valid():
            if request.POST.get("seen") != effect:
                messages.warning(
                    request, "机构的信息刚刚有变化，还没有合并。请看过下面的数字，再点一次。"
                )
            elif self._merged(request, department, form):
                return HttpResponseRedirect(reverse("admin:catalog_department_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": department,
            "form": form,
        }
        context |= {"title": f"把“{department}”并入别的机构", "effect": effect}
        context["reports"] = department.annual_reports.filter(is_correction=False).count()
        return render(request, "admin/catalog/department/merge.html", context)

    def _merged(self, request, department, form):
        try:
            merge_departments(source=department, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        self.log_change(request, department, f"并入“{form.cleaned_data['target']}”")
        messages.success(
            request, f"已把“{department}”并入“{form.cleaned_data['target']}”，旧地址会转过去。"
        )
        return True


def _may_merge(user):
    return user.has_perm("catalog.manage_all_departments") and user.has_perm(
        "catalog.change_department"
    )
