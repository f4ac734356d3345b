"""依法删除: what readers reported of an item goes with it."""

from urllib.parse import unquote

from disclosure.erasing.registry import erases, holds_none
from inquiries.models import ErrorReport

# at least as long as the database wants a text
ERASED_REPORT = "（所涉信息已依法删除，这份纠错的文字一并删除）"


@erases(
    *(
        "inquiries.ErrorReport.page",
        "inquiries.ErrorReport.page_title",
        "inquiries.ErrorReport.text",
        "inquiries.ErrorReport.name",
    ),
    *("inquiries.ErrorReport.contact", "inquiries.ErrorReport.note"),
)
def erase_error_reports(words, by):
    """That somebody reported an error, of which kind and when it was closed stays; the query code
    goes on answering.
    """
    pages = [page for item in words.items for page in _pages_of(item)]
    for report in ErrorReport.objects.all().iterator():
        is_about = any(report.page.startswith(page) for page in pages)
        said = (report.page_title, report.text, report.note, unquote(report.page))
        if is_about or any(words.quoted_in(text) for text in said):
            report.page_title, report.text, report.name, report.contact = (
                "",
                ERASED_REPORT,
                "",
                "",
            )
            report.note = ERASED_REPORT if report.note else ""
            if words.quoted_in(unquote(report.page)):  # what was searched for stands in an address
                report.page = "/"
            report.save(update_fields=["page", "page_title", "text", "name", "contact", "note"])


def _pages_of(item):
    return {item.get_absolute_url(), item.get_history_url()} if item.index_number else set()


holds_none(
    "addresses, numbers and hashes of ours",
    *("inquiries.ErrorReport.number", "inquiries.ErrorReport.kind"),
    *(
        "inquiries.ErrorReport.status",
        "inquiries.ErrorReport.token",
        "inquiries.ErrorReport.code_sha256",
    ),
    *("inquiries.FormUse", "inquiries.SpentQuestion"),
)
