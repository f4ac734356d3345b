"""A mark of 密级 is set aside by a decision of 解密 alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    expands = "no override has this code yet: the version before does not know the check"

    dependencies = [
        ("disclosure", "0030_entries_point_to_no_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="intake_doubts",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                editable=False,
                verbose_name="读入时的疑问",
            ),
        ),
        migrations.AddField(
            model_name="findingoverride",
            name="decided_by_organ",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=100,
                verbose_name="作出解密决定的机关",
            ),
        ),
        migrations.AddField(
            model_name="findingoverride",
            name="decided_on",
            field=models.DateField(blank=True, null=True, verbose_name="解密日期"),
        ),
        migrations.AddField(
            model_name="findingoverride",
            name="decision_number",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=100, verbose_name="解密决定文号"
            ),
        ),
        migrations.AddConstraint(
            model_name="findingoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code", "secrecy-mark"), _negated=True),
                    models.Q(
                        models.Q(("decided_by_organ", ""), _negated=True),
                        models.Q(("decision_number", ""), _negated=True),
                        ("decided_on__isnull", False),
                        ("made_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="finding_override_of_secrecy_has_a_decision",
                violation_error_message="密级标志只能凭解密决定处理：须写明机关、文号和日期。",
            ),
        ),
    ]
