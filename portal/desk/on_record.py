"""Saves at the desk that are written into the audit log with what was before and after, in one
transaction with them.
"""

from django.db import transaction

from ledger import audit
from ledger.pages.addresses import client_address
from portal.accounts import passwords


class OnRecord:
    """An admin whose saves and deletions are written into the audit log with what was before and
    after.
    """

    audit_event = None
    snapshot = None

    def save_model(self, request, obj, form, change):
        request.before_the_change = (
            self.snapshot(self.model.objects.get(pk=obj.pk)) if change else {}
        )
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._record(
            request, form.instance, request.before_the_change, self.snapshot(form.instance)
        )

    def user_change_password(self, request, id, form_url=""):  # noqa: A002 – Django's name
        """Somebody else's password: that it was changed, never what to."""
        with (
            transaction.atomic()
        ):  # Django writes the whole account: what was changed meanwhile must be read first
            if request.method == "POST":
                self.lock(request, id)
            before = self.model.objects.filter(pk=id).values_list("password", flat=True).first()
            response = super().user_change_password(request, id, form_url)
        changed = self.model.objects.filter(pk=id).exclude(password=before).first()
        if changed is not None and before is not None:
            self._record(request, changed, {}, {"password": "已重置"})
            if changed != request.user:
                passwords.set_by_another(changed)
        return response

    def delete_model(self, request, obj):
        self._record(request, obj, self.snapshot(obj), {})
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            self._record(request, obj, self.snapshot(obj), {})
        super().delete_queryset(request, queryset)

    def _record(self, request, obj, before, after):
        names = {*before, *after}
        changed = sorted(name for name in names if before.get(name) != after.get(name))
        audit.record(
            event=self.audit_event,
            by=request.user,
            address=client_address(request),
            act="删除" if before and not after else "修改" if before else "新增",
            object_kind=self.opts.label_lower,
            object_key=obj.pk,
            object_name=obj,
            detail={
                "before": {name: before[name] for name in changed if name in before},
                "after": {name: after[name] for name in changed if name in after},
            },
        )
