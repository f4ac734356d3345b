"""Fill the peer with the columns and one document of the portal (JSON on standard input); prints
the document's address.
"""

import json
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "peer_settings"
migrations = Path(os.environ["DATA_DIR"]) / "bulletin_migrations"
migrations.mkdir(exist_ok=True)
(migrations / "__init__.py").touch()

import django  # noqa: E402

django.setup()

from bulletin.models import ColumnPage, DocumentPage  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

call_command("makemigrations", "bulletin", verbosity=0)
call_command("migrate", verbosity=0)
told = json.load(sys.stdin)
home = Site.objects.get(is_default_site=True).root_page
pages = {None: home}
for number, (key, parent, name) in enumerate(told["columns"]):
    pages[key] = Page.objects.get(pk=pages[parent].pk).add_child(
        instance=ColumnPage(title=name, slug=f"c{number}")
    )
column = Page.objects.get(pk=pages[told["document"].pop("column")].pk)
document = column.add_child(instance=DocumentPage(slug="document", **told["document"]))
address = document.get_url()
document.filling = "x" * max(0, told["bytes"] - len(Client().get(address).content))
document.save()
print(address)
