"""What `manage.py check --deploy` says, in Chinese, of values that only this installation can give."""

from django.conf import settings
from django.core import checks

from portal import identity
from portal.operations import customising


@checks.register(checks.Tags.compatibility, deploy=True)
def site_is_named(app_configs, **kwargs):
    """Nothing that the law has printed is invented: what is missing is named, with what to do."""
    if not (missing := identity.missing()):
        return []
    variables = "、".join(identity.VARIABLES[name] for name in missing)
    return [
        checks.Warning(
            f"网站信息还没有填写：{identity.labels_of(missing)}。网页的页头、页脚和标签缺少这些法定内容（国办发〔2017〕47号）。",
            hint=f"请运行 manage.py set_up，或者在工作台“网站信息”中填写，或者设置环境变量 {variables}。",
            id="lantai.W001",
        )
    ]


@checks.register(checks.Tags.compatibility, deploy=True)
def addresses_are_known(app_configs, **kwargs):
    """The installation knows under which names it is asked, and which of them stands in permanent
    links.
    """
    found = []
    if not settings.DEMO and set(settings.ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]"}:
        found.append(
            checks.Warning(
                "ALLOWED_HOSTS 只有本机：公众用网站域名打开时会得到 400。",
                hint="请把网站域名写进环境变量 ALLOWED_HOSTS，例如 ALLOWED_HOSTS=www.example.gov.cn，然后重新启动。",
                id="lantai.W002",
            )
        )
    if not settings.DEMO and not settings.SITE_ORIGIN and not settings.SITE["domain"]:
        found.append(
            checks.Warning(
                "没有设置 SITE_ORIGIN，也没有填写网站域名：导出文件和订阅中的永久地址不完整。",
                hint="请设置环境变量 SITE_ORIGIN，例如 SITE_ORIGIN=https://www.example.gov.cn，然后重新启动。",
                id="lantai.W003",
            )
        )
    return found


@checks.register(checks.Tags.templates, deploy=True)
def own_look_is_sound(app_configs, **kwargs):
    """What breaks pages is a warning, which stops an upgrade; what somebody should look at is said
    and stops nothing.
    """
    return [
        checks.Warning(one.what, hint=one.remedy, id="lantai.W004")
        if one.is_grave
        else checks.Info(one.what, hint=one.remedy, id="lantai.I001")
        for one in customising.symptoms()
    ]
