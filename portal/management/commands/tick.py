"""`manage.py tick`: do what has become due."""

from django.core.management.base import BaseCommand

from portal.watching.ticking import run_steps


class Command(BaseCommand):
    """To be run every minute or five, by a systemd timer or cron; two at once, or a late one, do no
    harm.
    """

    help = "办理到期的事项：定时公开、限时公开到期、有效性变更、浏览次数汇总、登记簿检查点。全部成功退出码为 0，否则为 1。"

    def handle(self, *args, verbosity=1, **options):
        """Say what was done; be silent where nothing was."""
        troubles = 0
        for step, done, failed in run_steps():
            troubles += failed
            if (done or failed) and verbosity:
                self.stdout.write(
                    f"{step.name}：办理 {done} 件"
                    + (f"，{failed} 件没有办成，见日志" if failed else "")
                )
        if troubles:
            raise SystemExit(1)
