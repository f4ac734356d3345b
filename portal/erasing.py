"""Columns of the rooms above the archive: what readers reported of an item goes; accounts and the
front door hold no word of one.
"""

from urllib.parse import unquote

from django.apps import apps

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

holds_none(
    "accounts, log-ins, second factors",
    *(
        "axes.AccessFailureLog",
        "axes.AccessAttempt",
        "axes.AccessLog",
        "otp_totp.TOTPDevice",
        "otp_static.StaticDevice",
    ),
    *(
        "otp_static.StaticToken",
        "accounts.AccountState",
        "accounts.PastPassword",
        "accounts.LoginFailure",
    ),
    "accounts.Authenticator",
)
holds_none("addresses of pages, without their query strings", "portal.PolicyViolation")
holds_none("the mark of the media folder", "portal.SharedFolder")
holds_none("ids of the keys of personal data", "portal.ConfidentialKey")
holds_none("the site's own names and addresses", "portal.SiteIdentity")
holds_none("machines, kinds, states", "background.Worker", "background.Notice")
holds_none(
    "names of functions, states, keys of ours",
    *("background.Job.key", "background.Job.state", "background.Job.worker"),
    *(
        f"django_tasks_database.DBTaskResult.{name}"
        for name in ("status", "task_path", "worker_ids", "queue_name")
    ),
    *(
        "django_tasks_database.DBTaskResult.backend_name",
        "django_tasks_database.DBTaskResult.exception_class_path",
    ),
)


@erases(
    *("background.Job.label", "background.Job.words", "background.Job.address"),
    *("background.Unreachable.address", "background.Unreachable.words"),
    *(
        f"django_tasks_database.DBTaskResult.{name}"
        for name in ("args_kwargs", "return_value", "traceback")
    ),
)
def erase_jobs(words, by):
    """What was to be done about it, or failed: the whole row, for nothing else hangs on it."""
    columns = {
        ("background", "Job"): ("label", "words", "address"),
        ("background", "Unreachable"): ("address", "words"),
        ("django_tasks_database", "DBTaskResult"): ("args_kwargs", "return_value", "traceback"),
    }
    for model, names in columns.items():
        rows = apps.get_model(*model)._base_manager
        told = rows.values_list("pk", *names)
        gone = [
            pk
            for pk, *values in told
            if any(words.quoted_in(unquote(str(value or ""))) for value in values)
        ]
        rows.filter(pk__in=gone).delete()
