"""The five roles, as groups: what each may do with the catalogue, the archive and the accounts."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

VIEW, EDIT = ("view",), ("view", "add", "change")
ALL = ("view", "add", "change", "delete")
CATALOG = ("category", "department")
ARCHIVE = ("item", "annualreport", "reportsection", "attachment", "validity")
KEPT_BY_THE_PORTAL = ("theme", "dailyviews", "indexserial")

# {role: [(room, models, verbs, further permissions)]}
ROLES = {
    # The clerk publishes for the department itself until review stands between the two.
    "信息员": [
        ("catalog", CATALOG, VIEW, ()),
        ("disclosure", ARCHIVE, EDIT, ("publish_item",)),
        ("disclosure", ("attachment", "validity", "reportsection"), ("delete",), ()),
        ("disclosure", KEPT_BY_THE_PORTAL, VIEW, ()),
    ],
    "审核员": [
        ("catalog", CATALOG, VIEW, ()),
        ("disclosure", ARCHIVE, EDIT, ("publish_item",)),
        ("disclosure", ("attachment", "validity", "reportsection"), ("delete",), ()),
        ("disclosure", KEPT_BY_THE_PORTAL, VIEW, ()),
    ],
    "公开办": [
        ("catalog", CATALOG, ALL, ("manage_all_departments", "manage_catalog")),
        ("catalog", ("membership",), VIEW, ()),
        ("disclosure", ARCHIVE, ALL, ("publish_item",)),
        ("disclosure", ("theme",), ALL, ()),
        ("disclosure", KEPT_BY_THE_PORTAL, VIEW, ()),
    ],
    # Sees every organ and changes nothing: `visible_to()` asks for manage_all_departments, writing
    # for the verbs.
    "审计员": [
        ("catalog", (*CATALOG, "membership"), VIEW, ("manage_all_departments",)),
        ("disclosure", (*ARCHIVE, *KEPT_BY_THE_PORTAL), VIEW, ()),
        ("auth", ("user", "group"), VIEW, ()),
    ],
    "系统管理员": [
        ("auth", ("user", "group"), ALL, ()),
        ("catalog", ("membership",), ALL, ()),
        ("catalog", ("department",), VIEW, ()),
    ],
}


def _make_permissions(apps, alias):
    """Django makes permissions after all migrations have run; the groups need them now."""
    for label in ("catalog", "disclosure", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, using=alias, verbosity=0)
        config.models_module = None


def add_roles(apps, schema_editor):
    alias = schema_editor.connection.alias
    _make_permissions(apps, alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, grants in ROLES.items():
        group, _ = groups.get_or_create(name=name)
        for room, models, verbs, further in grants:
            codenames = [f"{verb}_{model}" for model in models for verb in verbs] + list(further)
            group.permissions.add(
                *permissions.filter(content_type__app_label=room, codename__in=codenames)
            )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("catalog", "0001_initial"),
        ("disclosure", "0001_initial"),
    ]

    operations = [migrations.RunPython(add_roles, migrations.RunPython.noop)]
