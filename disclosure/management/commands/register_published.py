"""`manage.py register_published`: revision 1 and an entry for what was public before revisions were
kept.
"""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from disclosure.acts import record_first_revision
from disclosure.choices import Status
from disclosure.models import Item


class Command(BaseCommand):
    """Once after an upgrade; run again, it does what is left."""

    help = "为还没有版本记录的已公开信息补记第 1 版，并写入公开登记簿。可以中断，再次运行接着做。"

    def handle(self, **options):
        """Each in a transaction of its own."""
        keys = list(
            Item.objects.filter(status=Status.PUBLISHED, revisions=None)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        for pk in tqdm(keys, desc="补记版本", unit="条", disable=None):
            record_first_revision(item=Item.objects.get(pk=pk))
        self.stdout.write(f"补记 {len(keys)} 条。")
