"""Columns of the front door and of what stands beside the rooms: jobs go; accounts hold no word of
an item.
"""

from urllib.parse import unquote

from django.apps import apps

from disclosure.erasing.registry import erases, holds_none

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
