"""What a reader reports is an error report; a correction (更正) is what an office makes of an item.

The table keeps its name, so that a version of the portal that still runs during an upgrade goes on
receiving reports.
"""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace


def rename_permissions(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    own = permissions.filter(content_type__app_label="inquiries", codename__endswith="_correction")
    own.update(codename=Replace(F("codename"), Value("_correction"), Value("_errorreport")))


def rename_back(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    own = permissions.filter(content_type__app_label="inquiries", codename__endswith="_errorreport")
    own.update(codename=Replace(F("codename"), Value("_errorreport"), Value("_correction")))


class Migration(migrations.Migration):
    # The roles were given their permissions by the old names.
    dependencies = [
        ("inquiries", "0001_corrections"),
        ("portal", "0009_who_handles_corrections"),
    ]

    operations = [
        migrations.AlterModelTable("Correction", "inquiries_correction"),
        migrations.RenameModel("Correction", "ErrorReport"),
        migrations.RunPython(rename_permissions, rename_back),
    ]
