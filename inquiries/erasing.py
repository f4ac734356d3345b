"""依法删除: what readers reported of an item goes with it."""

from urllib.parse import unquote

from disclosure.erasing.registry import erases, holds_none
from inquiries.models import Correction

# at least as long as the database wants a text
ERASED_REPORT = "（所涉信息已依法删除，这份纠错的文字一并删除）"


@erases(
    *(
        "inquiries.Correction.page",
        "inquiries.Correction.page_title",
        "inquiries.Correction.text",
        "inquiries.Correction.name",
    ),
    *("inquiries.Correction.contact", "inquiries.Correction.note"),
)
def erase_corrections(words, by):
    """That somebody reported an error, of which kind and when it was closed stays; the query code
    goes on answering.
    """
    pages = [page for item in words.items for page in _pages_of(item)]
    for correction in Correction.objects.all().iterator():
        is_about = any(correction.page.startswith(page) for page in pages)
        said = (correction.page_title, correction.text, correction.note, unquote(correction.page))
        if is_about or any(words.quoted_in(text) for text in said):
            correction.page_title, correction.text, correction.name, correction.contact = (
                "",
                ERASED_REPORT,
                "",
                "",
            )
            correction.note = ERASED_REPORT if correction.note else ""
            if words.quoted_in(
                unquote(correction.page)
            ):  # what was searched for stands in an address
                correction.page = "/"
            correction.save(update_fields=["page", "page_title", "text", "name", "contact", "note"])


def _pages_of(item):
    return {item.get_absolute_url(), item.get_history_url()} if item.index_number else set()


holds_none(
    "addresses, numbers and hashes of ours",
    *("inquiries.Correction.number", "inquiries.Correction.kind"),
    *(
        "inquiries.Correction.status",
        "inquiries.Correction.token",
        "inquiries.Correction.code_sha256",
    ),
    *("inquiries.FormUse", "inquiries.SpentQuestion"),
)
