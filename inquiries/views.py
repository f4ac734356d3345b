"""A reader reports an error, and asks later what became of it. No answer of these is kept by
anybody.
"""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from inquiries import guard
from inquiries.actions import find_error_report, query_code, receive_error_report
from inquiries.forms import ErrorReportForm, QueryForm, own_path
from inquiries.models import ErrorReport
from inquiries.models.error_report import DAYS_AFTER_HANDLING, DAYS_AT_MOST
from inquiries.pages import page_at

RETRY_AFTER = int(guard.WINDOW.total_seconds())
QUERY = "correction-query"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request):
    """The form; sent, the receipt. The receipt is the answer to the POST itself: its code belongs
    in no address, and what is sent again by reloading is the same report.
    """
    sources = guard.sources_of(request)
    if request.method != "POST":
        path = own_path(request.GET.get("page", "")[:2000]) or ""
        return _form_page(request, ErrorReportForm(initial={"page": path}, sources=sources))
    form = ErrorReportForm(request.POST, sources=sources)
    if not form.is_valid():
        return _form_page(request, form)
    try:
        report = guard.admit(form, find=_sent_before, make=lambda: _receive(form))
    except guard.TooManyError:
        form.add_error(None, guard.TOO_MANY)
        return _form_page(request, form, status=429)
    if report is None:
        return _form_page(request, form)
    code = query_code(form.token)
    context = {"correction": report, "code": f"{code[:5]}-{code[5:]}", **_kept_for()}
    return render(request, "inquiries/correction_received.html", context)


def _sent_before(token):
    return ErrorReport.objects.filter(token=token).first()


def _receive(form):
    said = {name: form.cleaned_data[name] for name in ("page", "kind", "text", "name", "contact")}
    page = page_at(said["page"])
    return receive_error_report(
        token=form.token, page_title=page.title, department=page.department, **said
    )


def _kept_for():
    return {"days_after_handling": DAYS_AFTER_HANDLING, "days_at_most": DAYS_AT_MOST}


def _form_page(request, form, status=200):
    path = own_path(str(form["page"].value() or "")[:2000])
    context = {"form": form, "page": page_at(path) if path else None, **_kept_for()}
    return _page(request, "inquiries/correction_new.html", context, status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction_query(request):
    """What became of a report, for who has its receipt. Asked by POST: number and code stand in
    no address and no log.
    """
    form = QueryForm(request.POST if request.method == "POST" else None)
    report, status = None, 200
    if form.is_bound and form.is_valid():
        try:
            report = guard.try_once(
                QUERY, guard.sources_of(request), lambda: find_error_report(**form.cleaned_data)
            )
            if report is None:
                form.add_error(
                    None, "编号或者查询码不对，请对照回执检查。十分钟内最多可以试错五次。"
                )
        except guard.TooManyError:
            form.add_error(None, "十分钟内试错的次数太多，暂时不能查询，请过十分钟再试。")
            status = 429
    return _page(
        request, "inquiries/correction_query.html", {"form": form, "correction": report}, status
    )


def _page(request, template, context, status):
    response = render(request, template, context, status=status)
    if status == 429:
        response["Retry-After"] = RETRY_AFTER
    return response
