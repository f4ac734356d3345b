"""网站信息: what every page prints of the site, one row; who may see and change it, and set the
portal up.
"""

import django.core.validators
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

import portal.models

GRANTS = {
    "系统管理员": ("view_siteidentity", "change_siteidentity", "set_up"),
    "公开办": ("view_siteidentity",),
    "审计员": ("view_siteidentity",),
}


def make_the_row(apps, schema_editor):
    apps.get_model("portal", "SiteIdentity").objects.using(
        schema_editor.connection.alias
    ).get_or_create(pk=1)


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    config = apps.get_app_config("portal")
    config.models_module = True
    create_permissions(config, apps=apps, using=alias, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, codenames in GRANTS.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(
            *permissions.filter(content_type__app_label="portal", codename__in=codenames)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_what_machines_share"),
    ]

    operations = [
        migrations.CreateModel(
            name="SiteIdentity",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="例如“示例区人民政府”，印在每一页的页头和标题。",
                        max_length=60,
                        verbose_name="网站名称",
                    ),
                ),
                (
                    "id_code",
                    models.CharField(
                        blank=True,
                        help_text="10 位，由全国政府网站信息报送系统分配；印在页脚和页面标签 SiteIDCode。",
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{10}|[a-z]{2}\\d{8})$",
                                "请填写 10 位政府网站标识码，例如 0000000001。",
                            )
                        ],
                        verbose_name="网站标识码",
                    ),
                ),
                (
                    "domain",
                    models.CharField(
                        blank=True,
                        help_text="例如 www.example.gov.cn。",
                        max_length=100,
                        validators=[portal.models.validate_domain],
                        verbose_name="网站域名",
                    ),
                ),
                (
                    "organiser",
                    models.CharField(
                        blank=True,
                        help_text="例如“示例区人民政府办公室”，印在页脚。",
                        max_length=100,
                        verbose_name="主办单位",
                    ),
                ),
                (
                    "contractor",
                    models.CharField(
                        blank=True,
                        help_text="没有的留空。",
                        max_length=100,
                        verbose_name="承办单位",
                    ),
                ),
                (
                    "contact",
                    models.CharField(
                        blank=True,
                        help_text="电话、地址，印在页脚和说明页。",
                        max_length=200,
                        verbose_name="联系方式",
                    ),
                ),
                (
                    "icp",
                    models.CharField(
                        blank=True,
                        help_text="工业和信息化部备案号，例如 京ICP备00000000号-1。",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\u4e00-\\u9fff]ICP备\\d{5,}号(-\\d+)?$",
                                "请照备案证书填写，例如 京ICP备00000000号-1，字母用大写。",
                            )
                        ],
                        verbose_name="ICP 备案号",
                    ),
                ),
                (
                    "police_number",
                    models.CharField(
                        blank=True,
                        help_text="例如 京公网安备 00000000000000号。",
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\u4e00-\\u9fff]{1,2}公网安备 ?\\d{13,14}号?$",
                                "请照备案证明填写，例如 京公网安备 00000000000000号。",
                            )
                        ],
                        verbose_name="公安备案号",
                    ),
                ),
                (
                    "platform",
                    models.CharField(
                        blank=True,
                        help_text="国办公开办函〔2019〕61号规定为“政府信息公开”，留空即为此名。",
                        max_length=30,
                        verbose_name="平台名称",
                    ),
                ),
                (
                    "organ_mark_url",
                    models.URLField(
                        blank=True,
                        help_text="编办发放的标识所链接的地址。",
                        max_length=300,
                        verbose_name="党政机关网站标识的核验地址",
                    ),
                ),
                (
                    "error_report_url",
                    models.URLField(
                        blank=True,
                        help_text="本网站在“政府网站找错”平台上的地址。",
                        max_length=300,
                        verbose_name="政府网站找错平台的地址",
                    ),
                ),
            ],
            options={
                "verbose_name": "网站信息",
                "verbose_name_plural": "网站信息",
                "permissions": [("set_up", "可以用工作簿设置网站、机构、目录和账号")],
                "default_permissions": ("view", "change"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="site_identity_is_one_row"
                    )
                ],
            },
        ),
        migrations.RunPython(make_the_row, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
