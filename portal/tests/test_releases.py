"""What a released version wrote is whole after an upgrade to this one."""

import json
from collections import Counter

import pytest

from portal.tests.releases import releases, rows_of
from portal.tests.served import collect_static, installation

# What `manage.py upgrade` does to the data: static files and backup have tests of their own, and
# take longer than all of this.
UPGRADE = """
import json
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from disclosure.models import Item
from portal.operations.proofs import CHECKS
from portal.operations.upgrading import migrate, pending
from portal.tests import releases

releases.load({release!r})
steps = pending()
migrate()
call_command("reindex", missing=True, verbosity=0)
pages = ["/", "/catalog/", "/reports/", "/reports/songbei/2009/", "/search/?q=采购", "/register/"]
pages += [item.get_absolute_url() for item in Item.objects.published()[:20]]
client = Client(SERVER_NAME="localhost")
print(json.dumps({{
    "steps": steps,
    "faults": [fault for check in CHECKS.values() for fault in check()],
    "pages": {{address: client.get(address).status_code for address in pages}},
    "rows": {{model._meta.label_lower: model._base_manager.count() for model in apps.get_models()}},
    "titles": dict(Item.objects.exclude(index_number=None).values_list("index_number", "title")),
}}))
"""
# Models that a later version has in another room, with the same table.
MOVED = {"disclosure.searchentry": "search.searchentry"}


@pytest.mark.parametrize("release", releases(), ids=lambda release: release["version"])
def test_an_upgrade_keeps_everything(release, tmp_path_factory):
    folder = tmp_path_factory.mktemp("released")
    with installation(folder, "released") as portal:
        collect_static(portal, folder)
        said = portal.manage("shell", "-v", "0", "-c", UPGRADE.format(release=release))
    facts, before = json.loads(said.splitlines()[-1]), rows_of(release["version"])
    assert facts["steps"] or release == releases()[-1]
    assert facts["faults"] == []  # register, tree, attachments, log-in
    assert set(facts["pages"].values()) == {200}
    had = Counter(MOVED.get(row["model"], row["model"]) for row in before)
    assert {label for label, number in had.items() if facts["rows"][label] < number} == set()
    items = [row["fields"] for row in before if row["model"] == "disclosure.item"]
    assert facts["titles"] == {
        item["index_number"]: item["title"] for item in items if item["index_number"]
    }
