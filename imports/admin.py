"""旧网站文件: files are brought in, compared with what was recognised in them, and made drafts by a
clerk. 批量导入: items come from a table.
"""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from desk.records import found_or_404
from desk.saving import DeskAdmin
from disclosure.admin import ItemAdmin
from disclosure.desk.acts import change_url
from disclosure.models import Item, LegacyOriginal, OldAddress
from imports.actions import (
    bring_in_original,
    import_original,
    obstacles_to_import,
    proposed,
    set_aside,
)
from imports.bulk.columns import ItemTable
from imports.bulk.pages import BulkImportMixin
from imports.forms_desk import BringInForm, ConfirmForm, SetAsideForm
from imports.showing import tables_of, words_of

State = LegacyOriginal.State
# The archive's desk knows nothing of tables: the room above gives its items the pages for them.
admin.site.unregister(Item)


@admin.register(Item)
class TabulatedItemAdmin(BulkImportMixin, ItemAdmin):
    """Items as the archive has them, with what comes from a table and goes into one."""

    export_table = ItemTable


@admin.register(LegacyOriginal)
class LegacyOriginalAdmin(DeskAdmin):
    """The list of files, and beside Django's pages three of its own: bringing in, comparing, the
    original's bytes.
    """

    list_display = (
        "shown_title",
        "state",
        "organ",
        "number_of_doubts",
        "name_alone",
        "brought_in_at",
    )
    list_filter = ("state",)
    search_fields = ("name", "identity", "sha256")
    search_help_text = "按文件名、机关、年度或校验码查找"
    list_select_related = ("department",)
    list_per_page = 50
    show_full_result_count = False
    actions = None
    change_list_template = "admin/disclosure/legacyoriginal/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_delete_permission(self, request, obj=None):
        """An original is evidence: it stays."""
        return False

    @admin.display(description="标题")
    def shown_title(self, original):
        """What was recognised as the title, or the file's name."""
        return original.recognised.get("title") or original.name.rpartition("/")[2]

    @admin.display(description="机关")
    def organ(self, original):
        return original.department or original.recognised.get("organ") or "—"

    @admin.display(description="疑问")
    def number_of_doubts(self, original):
        """How much there is to look at."""
        return len(original.doubts) or ""

    @admin.display(description="文件名")
    def name_alone(self, original):
        return original.name.rpartition("/")[2]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("bring-in/", wrap(self.bring_in_view), name="disclosure_legacyoriginal_bring_in"),
            path(
                "<int:pk>/original/",
                wrap(require_safe(self.original_view)),
                name="disclosure_legacyoriginal_original",
            ),
            path(
                "<int:pk>/set-aside/",
                wrap(self.set_aside_view),
                name="disclosure_legacyoriginal_set_aside",
            ),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:disclosure_legacyoriginal_bring_in"))

    def bring_in_view(self, request):
        """Take files in; say of each what came of it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = (
            BringInForm(request.POST, request.FILES) if request.method == "POST" else BringInForm()
        )
        if form.is_valid():
            for file in form.cleaned_data["files"]:
                self._take_in(request, file)
            return HttpResponseRedirect(reverse("admin:disclosure_legacyoriginal_changelist"))
        context = self._context(request, form=form, title="导入旧网站的文件")
        return render(request, "admin/disclosure/legacyoriginal/bring_in.html", context)

    def _take_in(self, request, file):
        original, is_new = bring_in_original(data=file.read(), name=file.name, by=request.user)
        url = reverse("admin:disclosure_legacyoriginal_change", args=[original.pk])
        link = format_html('<a href="{}">{}</a>', url, file.name)
        if not is_new:
            is_ours = self.get_queryset(request).filter(pk=original.pk).exists()
            messages.info(
                request,
                format_html(
                    "{}：以前收到过同样的文件，没有重复收取。", link if is_ours else file.name
                ),
            )
        elif original.state == State.REFUSED:
            messages.error(request, format_html("{}：无法导入。{}", link, original.reason))
        else:
            self.log_addition(request, original, [{"added": {}}])
            doubts = f"有 {len(original.doubts)} 处疑问，" if original.doubts else ""
            messages.success(request, format_html("{}：已识别，{}请对照原件确认。", link, doubts))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Original and result side by side; POST makes the draft."""
        original = found_or_404(self, request, object_id)
        if not self.has_view_or_change_permission(request, original):
            raise PermissionDenied
        can_import = original.state in {State.WAITING, State.SET_ASIDE} and self._may_import(
            request
        )
        fields = proposed(original)
        form = (
            ConfirmForm(request.POST or None, initial=fields, user=request.user)
            if can_import
            else None
        )
        if request.method == "POST":
            if not can_import:
                raise PermissionDenied
            if form.is_valid() and (item := self._import(request, original, form)):
                return HttpResponseRedirect(change_url(item))
        context = self._context(
            request, original=original, form=form, fields=fields, title="对照原件确认", words=words_of(original),
            tables=tables_of(original.recognised) if original.recognised.get("tables") else (),
            obstacles=obstacles_to_import(original, fields, by=request.user) if can_import else (),
            item_url=change_url(original.item) if original.item else "", set_aside_form=SetAsideForm(),
        )  # fmt: skip
        return render(request, "admin/disclosure/legacyoriginal/compare.html", context)

    def _may_import(self, request):
        return self.has_change_permission(request) and request.user.has_perm("disclosure.add_item")

    def _import(self, request, original, form):
        try:
            item = import_original(original=original, fields=form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return None
        self.log_change(request, original, [{"changed": {"fields": ["状态"]}}])
        messages.success(request, "已导入为草稿。请核对正文、补齐附件后再公开；原发布日期已照录。")
        return item

    def set_aside_view(self, request, pk):
        """Decide against a file."""
        original = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method != "POST" or not self._may_import(request):
            raise PermissionDenied
        form = SetAsideForm(request.POST)
        if not form.is_valid():
            messages.error(request, "请填写不导入的原因。")
        else:
            try:
                set_aside(original=original, by=request.user, **form.cleaned_data)
                self.log_change(request, original, [{"changed": {"fields": ["状态"]}}])
                messages.success(request, "已标为不导入，原件仍然保存。")
            except ValidationError as error:
                messages.error(request, "；".join(error.messages))
        return HttpResponseRedirect(reverse("admin:disclosure_legacyoriginal_change", args=[pk]))

    def original_view(self, request, pk):
        """The bytes, to be saved and never shown: they are a stranger's."""
        original = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_or_change_permission(request, original):
            raise PermissionDenied
        if not original.content:
            raise Http404("这份原件已依法删除，只保存它的校验码。")
        name = original.name.rpartition("/")[2] or original.sha256
        response = FileResponse(original.content.open("rb"), as_attachment=True, filename=name)
        response["Content-Type"] = "application/octet-stream"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _context(self, request, **more):
        return {**self.admin_site.each_context(request), "opts": self.opts, **more}


@admin.register(OldAddress)
class OldAddressAdmin(DeskAdmin):
    """Where items stood; one more can be added by hand."""

    list_display = ("path", "host", "item")
    list_select_related = ("item",)
    search_fields = ("path", "host", "item__title")
    autocomplete_fields = ("item",)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .filter(item__in=Item.objects.visible_to(request.user).values("pk"))
        )
