"""manage.py ledger_checkpoint"""

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError

from ledger import actions


class Command(BaseCommand):
    """Sign where the register stands; to be run once a day."""

    help = "为登记簿签发今天的检查点；当天没有新登记时不重复签发。"

    def handle(self, *args, **options):
        """Do it and report in Chinese."""
        try:
            checkpoint = actions.make_checkpoint()
        except ValidationError as error:
            raise CommandError(
                "登记簿有问题，没有签发检查点：\n" + "\n".join(error.messages)
            ) from error
        except ImproperlyConfigured as error:
            raise CommandError(f"没有签发检查点：{error}") from error
        if checkpoint is None:
            self.stdout.write("登记簿还没有条目，没有签发。")
        else:
            self.stdout.write(
                f"检查点 {checkpoint.number}：{checkpoint}，校验码 {checkpoint.entry_hash}"
            )
