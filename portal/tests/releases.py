"""What released versions wrote (fixtures/releases/, kept by deploy/release_fixture.py), and how it
gets into a database again.
"""

import hashlib
import json
import lzma
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.core.management.color import no_style
from django.core.serializers import python
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "releases"


def releases():
    """What release.json says of each version, oldest first."""
    found = [json.loads(path.read_text()) for path in FOLDER.glob("*/release.json")]
    return sorted(found, key=lambda release: [int(part) for part in release["version"].split(".")])


def rows_of(version):
    """The rows as Django serialises them."""
    return json.loads(lzma.decompress((FOLDER / version / "rows.json.xz").read_bytes()))


def load(release):
    """Make the empty database what that version would have left: its schema, its rows, its files."""
    executor = MigrationExecutor(connection)
    targets = list(release["migrations"].items())
    executor.migrate(targets)
    then = MigrationExecutor(connection).loader.project_state(targets).apps
    rows = rows_of(release["version"])
    with (
        transaction.atomic(),
        connection.constraint_checks_disabled(),
        patch.object(python, "apps", then),
    ):
        for model, found in groupby(python.Deserializer(rows), key=lambda one: type(one.object)):
            _save(model, list(found))
        tables = [model for model in then.get_models() if model._meta.managed]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
    _bring_files(row["fields"] for row in rows if row["model"] == "disclosure.attachment")


def _save(model, found):
    """At once, but where migrations put rows in already."""
    if model._base_manager.exists() or any(one.m2m_data for one in found):
        for one in found:
            one.save()
    else:
        model._base_manager.bulk_create([one.object for one in found], batch_size=50)


def _bring_files(attachments):
    """The demonstration's own attachments, under the names they had."""
    kept = {
        hashlib.sha256(file.read_bytes()).hexdigest(): file
        for file in (FOLDER.parent / "attachments").iterdir()
    }
    for attachment in attachments:
        place = Path(settings.MEDIA_ROOT) / attachment["file"]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(kept[attachment["sha256"]].read_bytes())
