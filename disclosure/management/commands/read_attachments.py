"""`manage.py read_attachments`: have the words in all attachments read and stored, where they are
not yet.
"""

import sys

from django.core.management.base import BaseCommand
from django.db.models import F
from tqdm import tqdm

from disclosure.models import Attachment, AttachmentText


class Command(BaseCommand):
    """Safe to run at any time, also twice at once: what is stored already is left alone."""

    help = "读取附件中的文字并保存，供检索和公开前检查使用；已经读过的跳过。"

    def add_arguments(self, parser):
        """--again: also what could not be read."""
        parser.add_argument("--again", action="store_true", help="没有读出的附件再读一次")

    def handle(self, *args, again=False, **options):
        """Read one file after another; say how many could not be read."""
        if again:
            AttachmentText.objects.exclude(reason="").delete()
        read = AttachmentText.objects.current().filter(sha256=F("attachment__sha256"))
        waiting = Attachment.objects.exclude(pk__in=read.values("attachment")).order_by("pk")
        unread = 0
        for attachment in tqdm(
            waiting.iterator(chunk_size=200),
            total=waiting.count(),
            unit="个",
            file=sys.stderr,
            disable=None,
        ):
            unread += bool(attachment.extraction().reason)
        self.stdout.write(f"附件文字已读取；没有读全的 {unread} 个。")
