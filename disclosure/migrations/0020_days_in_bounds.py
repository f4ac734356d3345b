"""Days of items lie between 1949 and what can be planned: validators alone, nothing in the database
changes.
"""

from django.db import migrations, models

import disclosure.models.rules.day_bounds


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0019_covering_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="item",
            name="created_on",
            field=models.DateField(
                help_text="文件的签发日期；会签的以最后签发日为准；不是公文的，填公众可以获取的日期。",
                validators=[disclosure.models.rules.day_bounds.validate_made_on],
                verbose_name="成文日期",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="disclosed_until",
            field=models.DateField(
                blank=True,
                help_text="限时公开的最后一日。",
                null=True,
                validators=[disclosure.models.rules.day_bounds.validate_term_end],
                verbose_name="公开至",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="originally_published_at",
            field=models.DateTimeField(
                blank=True,
                help_text="从旧网站导入的信息：它在旧网站上最初公开的时间。",
                null=True,
                validators=[disclosure.models.rules.day_bounds.validate_originally_published],
                verbose_name="原公开时间",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="published_at",
            field=models.DateTimeField(
                blank=True,
                help_text="填写将来的时间即为定时公开。",
                null=True,
                validators=[disclosure.models.rules.day_bounds.validate_planned],
                verbose_name="公开时间",
            ),
        ),
        migrations.AlterField(
            model_name="validity",
            name="starts_on",
            field=models.DateField(
                validators=[disclosure.models.rules.day_bounds.validate_validity_start],
                verbose_name="自何日起",
            ),
        ),
    ]
