"""Old addresses are found by one way of writing them."""

from django.db import migrations, models

from disclosure.models.rules.old_addresses import address_key


def fill(apps, schema_editor):
    """The keys of those that are there, a thousand at a time."""
    addresses = apps.get_model("disclosure", "OldAddress").objects
    batch = []
    for one in addresses.filter(key="").iterator(1000):
        path, _, query = one.path.partition("?")
        one.key = address_key(path, query) or ""
        batch.append(one)
        if len(batch) == 1000:
            addresses.bulk_update(batch, ["key"])
            batch = []
    addresses.bulk_update(batch, ["key"])


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0021_staged_items"),
    ]

    operations = [
        migrations.AddField(
            model_name="oldaddress",
            name="key",
            field=models.CharField(
                blank=True, db_default="", db_index=True, default="", editable=False, max_length=500
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
