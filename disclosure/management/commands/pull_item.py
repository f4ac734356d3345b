"""`manage.py pull_item 000000100/2026-00001`: 紧急撤下, where nobody is at the desk."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from disclosure.acts import pull_item
from disclosure.choices import IN_AN_EMERGENCY
from disclosure.models import Item


class Command(BaseCommand):
    """Take an item out of public view at once."""

    help = "紧急撤下一条信息：几秒钟内各处都不再对外显示，内容留在工作台。"

    def add_arguments(self, parser):
        """Which, and what the public reads at its address."""
        parser.add_argument("index_number", help="索引号，见信息页。")
        parser.add_argument(
            "--reason", default=IN_AN_EMERGENCY, help="撤回原因，公众可见，不要写需要撤下的内容。"
        )

    def handle(self, *, index_number, reason, **options):
        """As the desk's press does, in nobody's name: the register says that the system did it."""
        item = Item.objects.filter(index_number=index_number).first()
        if item is None:
            raise CommandError(f"没有索引号为“{index_number}”的信息，请核对。")
        try:
            pull_item(item=item, by=None, reason=reason)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"已撤下 {index_number}，各处的缓存正在清除。")
