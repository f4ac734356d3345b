"""Health: is the process alive, and may it be sent readers."""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.integrity import tree_faults
from disclosure.models import Item
from ledger.signing import fault_of_this_machine
from portal import confidential_key
from portal.machines.nodes import media_fault

logger = logging.getLogger(__name__)
# Asked for by whoever looks after this machine, under the machine's own address: 127.0.0.1 is not
# among the names of a site.
OF_THE_MACHINE = {"/healthz/live", "/healthz/ready", "/metrics"}


def under_any_name(get_response):
    """What no reader is sent to answers whatever Host it is asked with; all else only to
    `ALLOWED_HOSTS`.
    """

    def middleware(request):
        if request.path_info in OF_THE_MACHINE:
            request.get_host = lambda: "localhost"  # nothing here writes an address
        return get_response(request)

    return middleware


@never_cache
@require_safe
def live(request):
    """The process answers, and says which version it is. Asks no database: a database that is down
    is no reason to kill it.
    """
    return JsonResponse({"status": "ok", "version": settings.VERSION})


def pending_migrations():
    """How many migrations of the code the database has not seen."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _migrations():
    """Empty where every migration of the code has been applied, else how many have not."""
    pending = pending_migrations()
    return f"{pending} unapplied" if pending else ""


def _tree():
    """Empty where the category tree is sound, else how many faults `manage.py check_tree` would
    name.
    """
    faults = tree_faults()
    return f"{len(faults)} faults" if faults else ""


def _media():
    """Empty where the media folder is the one the database knows."""
    fault = media_fault()
    return fault[0] if fault else ""


def _ledger_key():
    """Empty where this machine may sign for the register, or where there is nothing to sign yet."""
    return "not the register's key" if fault_of_this_machine() else ""


def _confidential_key():
    """Empty where this machine can read personal data at rest, or where there is none yet."""
    return "not the key of personal data" if confidential_key.fault_of_this_machine() else ""


# In this order, and no further than the first that fails: each needs what the one before it looked
# at.
CHECKS = {
    "migrations": _migrations,
    "tree": _tree,
    "media": _media,
    "ledger_key": _ledger_key,
    "confidential_key": _confidential_key,
}


def _fault_of(check):
    """What is wrong, in a few words for a machine; the log has the rest."""
    try:
        return check()
    except DatabaseError:
        logger.exception("Readiness: the database does not answer")
        return "database does not answer"


@never_cache
@require_safe
def ready(request):
    """The database answers, the schema is the code's, the tree is sound, and this machine has what
    all share: the media folder and the keys of the register and of personal data. 503 where not;
    `manage.py doctor` says what to do.
    """
    found = {}
    for name, check in CHECKS.items():
        if fault := _fault_of(check):
            return JsonResponse({"status": "failing", "checks": {**found, name: fault}}, status=503)
        found[name] = "ok"
    answer = {"status": "ok", "checks": found}
    # Worth an alarm, but no reason to send readers away: `manage.py tick` does not run, or cannot
    # do what is due.
    if overdue := Item.objects.overdue().count():
        answer["overdue"] = overdue
    return JsonResponse(answer)
