"""`manage.py roll_up_counts`: count the page views in this machine's journals."""

from django.core.management.base import BaseCommand

from disclosure.counting.rollup import roll_up


class Command(BaseCommand):
    """Run it every minute on every machine that serves pages. Run twice at once, it counts every
    view once.
    """

    help = "把本机浏览日志中的浏览次数汇总进数据库。每分钟运行一次；重复运行、同时运行都不会多计。"

    def handle(self, **options):
        """One line for the log."""
        self.stdout.write(f"计入浏览 {roll_up()} 次")
