"""`manage.py check [--deploy]`: Django's checks and ours, told in Chinese with what to do."""

from django.core import checks
from django.core.management.base import SystemCheckError
from django.core.management.commands import check

from portal.checking.check_words import words_of


class Command(check.Command):
    """Options and exit code are Django's; the findings are told as `doctor` and `upgrade` tell
    theirs, the gravest first.
    """

    help = "检查设置和代码；--deploy 还检查正式使用时应有的设置。"

    def check(
        self,
        app_configs=None,
        tags=None,
        display_num_errors=False,
        include_deployment_checks=False,
        fail_level=checks.ERROR,
        databases=None,
    ):
        """Tell what was found. Raises SystemCheckError where something is as grave as `fail_level`."""
        found = checks.run_checks(
            app_configs=app_configs,
            tags=tags,
            include_deployment_checks=include_deployment_checks,
            databases=databases,
        )
        shown = sorted(
            (one for one in found if not one.is_silenced()),
            key=lambda one: (-one.level, str(one.id)),
        )
        told = [self._told(one) for one in shown]
        if any(one.is_serious(fail_level) for one in shown):
            end = self.style.ERROR(
                f"检查没有通过：{len(shown)} 处。请按上面的说明处理，再运行一次。"
            )
            raise SystemCheckError("\n".join([*told, end]))
        for text in told:
            self.stderr.write(text, lambda text: text)
        self.stdout.write(
            f"检查通过，有 {len(shown)} 处请留意。" if shown else "检查通过，没有发现问题。"
        )

    def _told(self, one):
        what, remedy = words_of(one)
        sign, style = ("✗", self.style.ERROR) if one.is_serious() else ("！", self.style.WARNING)
        place = f"{one.obj}：" if one.obj else ""
        return style(f"  {sign}{place}{what}（{one.id}）" + (f"\n    → {remedy}" if remedy else ""))
