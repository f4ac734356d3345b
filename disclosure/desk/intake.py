"""从 Word 文件新建: a file goes in, a draft with its fields filled in comes out, and what needs a
look is said.

Beside it the address to which the editor sends what was pasted.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.core.validators import FileExtensionValidator
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from catalog.fields import CategoryField, active_departments, filing_paths
from catalog.models import Category, Department
from catalog.tree import Tree
from disclosure.acts import create_draft_from_document
from disclosure.desk.forms.widgets import RichTextField, RichTextWidget
from disclosure.models import Item
from disclosure.models.fields import SanitizedHTMLField
from documents.cleaning import clean_upload
from documents.html.paste import clean_pasted
from documents.intake import IntakeError, accepted_extensions, read_document

MAX_SHOWN = 12  # doubts said one by one


class IntakeForm(forms.Form):
    """The file, and what no file says: whose it is and where it belongs."""

    file = forms.FileField(
        label="Word 文件",
        max_length=255,
        validators=[
            FileExtensionValidator(
                ["docx", "docm", "doc", "wps", "rtf", "odt"], "请选择 Word 文件（DOCX）。"
            )
        ],
        error_messages={"required": "请选择一个 Word 文件。", "empty": "文件是空的，请重新选择。"},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="发布机构",
        help_text="负责公开的机构。",
        empty_label="请选择发布机构",
    )
    category = CategoryField(
        queryset=Category.objects.none(), label="所属栏目", empty_label="请选择栏目"
    )
    keep_original = forms.BooleanField(
        label="把原文件作为附件一并公开",
        required=False,
        help_text="作者姓名会去掉；修订和批注留在文件里，确认可以公开再勾选。",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        departments = active_departments(user)
        self.fields["department"].queryset = departments
        own = departments.filter(memberships__user=user).first()
        self.initial.setdefault("department", own.pk if own else None)
        self.fields["category"].offer(filing_paths(Tree.load()))
        extensions = accepted_extensions()
        self.fields["file"].widget.attrs["accept"] = ",".join(
            f".{extension}" for extension in extensions
        )
        self.fields["file"].help_text = f"可以上传 {'、'.join(extensions).upper()}，不超过 30 MB。"


class RichTextMixin:
    """The editor for every body of an admin or inline."""

    formfield_overrides = {
        SanitizedHTMLField: {"form_class": RichTextField, "widget": RichTextWidget}
    }


class IntakeMixin(RichTextMixin):
    """Adds the page to an admin of items."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.intake_view)
        paste = self.admin_site.admin_view(require_POST(self.paste_view))
        return [
            path("intake/", view, name="disclosure_item_intake"),
            path("paste/", paste, name="disclosure_item_paste"),
            *super().get_urls(),
        ]

    def paste_view(self, request):
        """Clipboard HTML in, clean HTML out, with the number of pictures that could not come along.
        Nothing is stored.
        """
        try:
            pasted = request.body.decode(errors="replace")
            html = clean_pasted(pasted)
        except RequestDataTooBig:
            return JsonResponse(
                {"error": "粘贴的内容过大，请分几次粘贴，或者用“从 Word 文件新建”。"}, status=422
            )
        except ValidationError as error:
            return JsonResponse({"error": error.messages[0]}, status=422)
        return JsonResponse(
            {"html": html, "pictures": max(pasted.lower().count("<img") - html.count("<img"), 0)}
        )

    def intake_view(self, request):
        """Ask for the file; read it; make the draft; send the clerk to check it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = IntakeForm(request.POST or None, request.FILES or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                result = read_document(form.cleaned_data["file"])
            except IntakeError as error:
                form.add_error("file", error)
            else:
                return self._make_draft(request, form.cleaned_data, result)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "opts": self.opts,
            "title": "从 Word 文件新建",
        }
        return render(request, "admin/disclosure/item/intake.html", context)

    def _make_draft(self, request, data, result):
        doubts = [*result.doubts, *_doubts_of_context(request.user, data["department"], result)]
        original = clean_upload(data["file"]).file if data["keep_original"] else None
        item = create_draft_from_document(
            result=result,
            department=data["department"],
            category=data["category"],
            original=original,
            by=request.user,
        )
        self.log_addition(
            request, item, [{"added": {"name": "Word 文件", "object": data["file"].name}}]
        )
        messages.success(request, "文件已读入，存为草稿。请对照原件核对下面的内容，补齐后再公开。")
        for doubt in doubts[:MAX_SHOWN]:
            messages.warning(request, doubt)
        if len(doubts) > MAX_SHOWN:
            messages.warning(request, f"另有 {len(doubts) - MAX_SHOWN} 处需要核对，请通读全文。")
        return HttpResponseRedirect(reverse("admin:disclosure_item_change", args=[item.pk]))


def _doubts_of_context(user, department, result):
    """What only the portal can tell: another organ's document, a number that is taken."""
    doubts = []
    if result.organ_names and department.name not in result.organ_names:
        organs = "、".join(result.organ_names)[:200]
        doubts.append(
            f"文件的发文机关“{organs}”不是所选的发布机构“{department.name}”，已填入“制作机关”，请核对。"
        )
    if result.document_number:
        same = Item.objects.visible_to(user).filter(document_number=result.document_number).first()
        if same:
            doubts.append(
                f"已有一条同样发文字号的信息：“{same.title[:60]}”（{same.get_status_display()}），请核对是否重复。"
            )
    return doubts
