"""统计表: the statutory tables of a report as a form that looks like the one on paper.

Everything works without JavaScript: adding up, pasting into a text area, filling blanks. The script
only does it at once.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from disclosure.acts.tables import OvertakenError, enter_tables
from disclosure.desk.reports.kept_pages import kept_page
from disclosure.reports.tables.access import stored_tables
from disclosure.reports.tables.account import Account, figures_of, report_before
from statutory import statistics
from statutory.entry import Entry, identities_as_data, stamp
from statutory.identities import RULES
from statutory.layouts import layouts_for
from statutory.pasting import MAX_CHARACTERS, clipboard_rows, fit
from statutory.values import keys_for

MOST_REMARKS = 12
RULES_BY_TABLE = {"a": ("I6",), "b": ("I1", "I2", "I3", "I5"), "c": ("I4",)}


class PasteForm(forms.Form):
    """What the script sends on a paste: the clipboard, and the cell it was pasted in."""

    table = forms.ChoiceField(choices=[(key, key) for key in ("a", "b", "c")])
    line = forms.IntegerField(min_value=0, max_value=100, required=False)
    place = forms.IntegerField(min_value=0, max_value=20, required=False)
    text = forms.CharField(required=False, max_length=MAX_CHARACTERS, strip=False)
    html = forms.CharField(required=False, max_length=MAX_CHARACTERS, strip=False)


class ExplanationForm(forms.Form):
    """One explanation for each hard identity; empty ones are none."""

    def __init__(self, *args, explanations=(), **kwargs):
        super().__init__(*args, **kwargs)
        texts = {one.code: one.text for one in explanations}
        for code, rule in RULES.items():
            if rule.is_hard:
                self.fields[f"explain-{code}"] = forms.CharField(
                    label=f"说明：{rule.formula}",
                    required=False,
                    max_length=1000,
                    initial=texts.get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 2, "data-explain": code}),
                )

    @property
    def texts(self):
        """{code: text} of all."""
        return {name.removeprefix("explain-"): text for name, text in self.cleaned_data.items()}


def tables_state(report):
    """(title, words, whether something is left to do) of each table a report of its year has."""
    account = Account.of(report)
    titles = {key: layout.title for key, layout in layouts_for(report.regime).items()}
    found = []
    for key in keys_for(report.regime):
        broken = sum(
            len(rule.broken)
            for rule in account.rules
            for one in rule.results[:1]
            if one.table == key
        )
        unexplained = any(rule.results[0].table == key for rule in account.unexplained)
        blank = account.blanks.get(key, 0)
        words = [f"{broken} 处不符{'，还没有说明' if unexplained else ''}"] if broken else []
        words += [f"{blank} 格空白"] if blank else []
        is_missing = key not in account.tables
        said = "还没有填写" if is_missing else "，".join(words) or "已填写"
        found.append(
            (titles.get(key, statistics.TITLE), said, is_missing or unexplained or bool(blank))
        )
    return found


class TablesMixin:
    """Adds the pages to the admin of annual reports."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        name = "disclosure_annualreport_tables"
        return [
            path("<int:object_id>/tables/", wrap(self.tables_view), name=name),
            path(
                "<int:object_id>/tables/keep/",
                wrap(require_POST(self.tables_keep_view)),
                name=f"{name}_keep",
            ),
            path(
                "<int:object_id>/tables/paste/",
                wrap(require_POST(self.tables_paste_view)),
                name=f"{name}_paste",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """The report's own page says how its tables stand."""
        if obj and keys_for(obj.regime):
            context["tables_state"] = tables_state(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _report(self, request, object_id):
        report = get_object_or_404(
            self.get_queryset(request).select_related("item", "department"), pk=object_id
        )
        if not self.has_view_or_change_permission(request, report):
            raise PermissionDenied
        if not keys_for(report.regime):
            raise Http404("这一年度的报告没有统计表")
        return report

    def tables_paste_view(self, request, object_id):
        """A clipboard in, cells out; nothing is stored."""
        report = self._report(request, object_id)
        form = PasteForm(request.POST)
        layout = layouts_for(report.regime).get(request.POST.get("table", ""))
        if layout is None or not form.is_valid():
            return JsonResponse(
                {"error": "粘贴的内容太大，或者不能识别。请只复制表格本身。"}, status=422
            )
        data = form.cleaned_data
        line, place = data["line"] or 0, data["place"] or 0
        if line >= len(layout.lines) or place >= len(layout.lines[line].columns):
            return JsonResponse({"error": "请先点选要粘贴的位置。"}, status=422)
        try:
            found = fit(layout, clipboard_rows(data["text"], data["html"]), line=line, place=place)
        except ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)}, status=422)
        cells = [
            [f"{layout.key}-{number}-{at}", text] for (number, at), text in found.cells.items()
        ]
        return JsonResponse({"cells": cells, "remarks": found.remarks})

    def tables_keep_view(self, request, object_id):
        """The tables as they are typed now; nothing is stored in the report."""
        report = self._report(request, object_id)
        if not self.has_change_permission(request, report):
            raise PermissionDenied
        return kept_page(request.user, report, "tables").keep(request)

    def tables_view(self, request, object_id):
        """Show the tables; on POST do what the button that was pressed says. Nothing typed is ever
        lost.
        """
        report = self._report(request, object_id)
        can_change = self.has_change_permission(request, report)
        before = report_before(report, is_public=False)
        explanations = list(report.explanations.all())
        taken_up = (
            kept_page(request.user, report, "tables").taken_up(request) if can_change else None
        )
        if request.method == "POST":
            if not can_change:
                raise PermissionDenied
            entry = Entry.posted(report.regime, request.POST)
            form = ExplanationForm(request.POST, explanations=explanations)
            response = self._act(request, report, entry, form, before)
            if response:
                return response
        elif taken_up is not None:
            entry = Entry.posted(report.regime, taken_up)
            form = ExplanationForm(taken_up, explanations=explanations)
            messages.info(request, "这是为您留着的内容，还没有保存。请核对，再点“保存”。")
        else:
            entry = Entry.stored(report.regime, stored_tables(report))
            form = ExplanationForm(explanations=explanations)
            made = entry.carry(figures_of(before) if before else None) if can_change else 0
            if made:
                words = f"“二、上年结转”已从 {before.year} 年度报告的“四、结转下年度继续办理”带出（{made} 格），保存后生效。"
                messages.info(request, words)
        return self._page(request, report, entry, form, before, can_change, taken_up)

    def _act(self, request, report, entry, form, before):
        """The response of a button, or None where the page is shown again with what was typed."""
        for prefix, act in (
            ("_zero_", self._zero),
            ("_totals_", self._totals),
            ("_paste_", self._paste),
        ):
            name = next((name for name in request.POST if name.startswith(prefix)), "")
            table = entry.table(name.removeprefix(prefix)) if name else None
            if table is not None:
                act(request, table)
                return None
        if "_carry" in request.POST:
            made = entry.carry(figures_of(before) if before else None)
            messages.info(
                request,
                f"带出了 {made} 格，保存后生效。"
                if made
                else "没有可以带出的数字，或者格里已经有数字。",
            )
            return None
        return self._save(request, report, entry, form)

    @staticmethod
    def _zero(request, table):
        made = table.fill_blanks()
        messages.info(
            request,
            f"“{table.title}”的 {made} 处空白已填 0，保存后生效。" if made else "这张表没有空白。",
        )

    @staticmethod
    def _totals(request, table):
        made = table.fill_totals() if table.key != statistics.KEY else 0
        words = f"“{table.title}”填上了 {made} 处空白的合计，保存后生效。已经填写的合计没有改动。"
        messages.info(
            request, words if made else "没有可以填的合计：各项没有填全，或者合计都已填写。"
        )

    @staticmethod
    def _paste(request, table):
        text = request.POST.get(f"paste-{table.key}", "")
        try:
            rows = clipboard_rows(text, text)
            if table.key == statistics.KEY:
                table.replace(rows)
                return
            found = fit(table.layout, rows)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return
        table.fill(found.cells)
        messages.info(request, f"“{table.title}”放入了 {len(found.cells)} 格，请核对，保存后生效。")
        for remark in found.remarks:
            messages.warning(request, remark)

    def _save(self, request, report, entry, form):
        entry.read()
        if entry.has_errors or not form.is_valid():
            messages.error(
                request, "没有保存：有的格不能识别，见下面标出的地方。您填的内容都还在。"
            )
            return None
        seen = None if "overwrite" in request.POST else request.POST.get("seen", "")
        try:
            report = enter_tables(
                report=report, entry=entry, explanations=form.texts, seen=seen, by=request.user
            )
        except OvertakenError as error:
            request.overtaken = True
            messages.error(request, " ".join(error.messages))
            return None
        except ValidationError as error:
            messages.error(request, "没有保存：" + " ".join(error.messages))
            return None
        self.log_change(request, report, "修改统计表")
        kept_page(request.user, report, "tables").forget()
        self._tell(request, report, entry)
        return HttpResponseRedirect(
            reverse("admin:disclosure_annualreport_tables", args=[report.pk])
        )

    @staticmethod
    def _tell(request, report, entry):
        account = Account.of(report)
        messages.success(request, "统计表已保存。")
        for remark in entry.remarks[:MOST_REMARKS]:
            messages.warning(request, remark)
        for rule in account.rules:
            if rule.needs_explanation:
                messages.warning(
                    request,
                    f"不符合勾稽关系：{rule.rule.formula}。请核对；确实如此的，在下面填写说明，否则不能公开。",
                )
        if blanks := sum(account.blanks.values()):
            messages.warning(request, f"还有 {blanks} 格空白。没有发生的请填 0。")

    @staticmethod
    def _rules(table, account, form):
        """(code, rule, its account or None, its explanation's field or None) of a table."""
        accounts = {rule.rule.code: rule for rule in account.rules}
        return [
            (
                code,
                RULES[code],
                accounts.get(code),
                form[f"explain-{code}"] if RULES[code].is_hard else None,
            )
            for code in RULES_BY_TABLE.get(table.key, ())
        ]

    def _page(self, request, report, entry, form, before, can_change, taken_up):
        data = identities_as_data(report.regime, figures_of(before) if before else None)
        account = Account(report, before=before, tables=entry.values())
        entry.mark(account)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{report.department.short_name}{report.year}年度报告：统计表",
            "report": report,
            "original": report,
            "entry": entry,
            "form": form,
            "before": before,
            "sections": [(table, self._rules(table, account, form)) for table in entry.tables],
            "identities": data,
            "can_change": can_change,
            "seen": (taken_up or request.POST).get("seen") or stamp(stored_tables(report)),
            "is_overtaken": getattr(request, "overtaken", False),
            "is_list": str(report.regime) == statistics.KEY,
        }
        if can_change:
            context |= kept_page(request.user, report, "tables").context(request, taken_up)
        return render(request, "admin/disclosure/annualreport/tables.html", context)
