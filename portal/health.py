"""Health: is the process alive, and may it be sent readers."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def live(request):
    """The process answers. Asks no database: a database that is down is no reason to kill the process."""
    return JsonResponse({"status": "ok"})


def _migrations():
    """Empty where every migration of the code has been applied, else how many have not."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} unapplied" if pending else ""


CHECKS = {"migrations": _migrations}


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
    """The database answers, the schema is the code's, the tree is sound. 503 where not."""
    faults = {name: _fault_of(check) for name, check in CHECKS.items()}
    found = {name: fault or "ok" for name, fault in faults.items()}
    ok = not any(faults.values())
    return JsonResponse({"status": "ok" if ok else "failing", "checks": found}, status=200 if ok else 503)
