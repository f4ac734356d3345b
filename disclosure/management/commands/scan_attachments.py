"""`manage.py scan_attachments`: have the virus scanner look at attachments it has not seen yet, or
at all again.
"""

from django.core.management.base import BaseCommand, CommandError

from disclosure.choices import ScanState
from disclosure.models import Attachment
from disclosure.models.rules import scanning


class Command(BaseCommand):
    """What is found is no longer given to anybody from then on."""

    help = "对附件查毒（需要设置 CLAMD）；--all 用新的病毒库把全部附件再查一遍。"

    def add_arguments(self, parser):
        """--all: also those found clean before."""
        parser.add_argument("--all", action="store_true", help="查过的也再查一遍")

    def handle(self, *args, all=False, **options):  # noqa: A002  the option's name
        """Scan, and say how it went."""
        if not scanning.is_on():
            raise CommandError("没有设置 CLAMD，这个安装不查毒。设置方法见 docs/operations.zh.md。")
        waiting = Attachment.everything.all() if all else Attachment.everything.unscanned()
        done, failed = scanning.scan_waiting(waiting.order_by("pk").iterator(chunk_size=200))
        infected = Attachment.everything.filter(scan_state=ScanState.INFECTED).count()
        self.stdout.write(f"已查毒 {done} 个附件；含病毒而不再提供的共 {infected} 个。")
        if failed:
            raise CommandError("查毒程序没有应答，其余的没有查。请检查 clamd 是否在运行。")
