"""Whose records a member of staff sees and touches at the desk."""

from django.core.exceptions import PermissionDenied

from catalog.models import Department


class DepartmentScope:
    """For an admin of records that have a `department`. A clerk sees and touches only those of their
    departments: in lists, in forms, and again on writing.
    """

    def in_scope(self, queryset, user):
        """Those of `queryset` that the user sees."""
        return queryset.filter(department__in=Department.objects.visible_to(user))

    def require_department(self, user, department_id):
        """PermissionDenied if the user may not write for the department."""
        if not Department.objects.visible_to(user).filter(pk=department_id).exists():
            raise PermissionDenied

    def get_queryset(self, request):
        """The scope of the user, in the list, in the form and in files alike."""
        return self.in_scope(super().get_queryset(request), request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A department is chosen among one's own."""
        if db_field.name == "department":
            kwargs["queryset"] = Department.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        """Not even a form that was opened with another scope writes for a foreign department."""
        self.require_department(request.user, obj.department_id)
        super().save_model(request, obj, form, change)
