"""manage.py public_digest"""

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError

from ledger.digests.comparing import digest_faults, newest
from ledger.digests.making import make_digest


class Command(BaseCommand):
    """Sign what the public reads now; `tick` has it done once a day."""

    help = "签发公开内容的摘要：各表的行数和根。没有登记解释的不同逐条指出；核对无误的，用 --accept 说明理由后认可。"

    def add_arguments(self, parser):
        """The reason to take what nothing explains for right."""
        parser.add_argument(
            "--accept",
            default="",
            metavar="理由",
            help="认可全部没有解释的不同，理由写入摘要并公开",
        )

    def handle(self, *args, accept, **options):
        """Do it and report in Chinese."""
        try:
            if accept and newest():
                for fault in digest_faults():
                    self.stdout.write(f"认可：{fault.message}")
            digest = make_digest(accept=accept)
        except ValidationError as error:
            raise CommandError("没有签发摘要：\n" + "\n".join(error.messages)) from error
        except ImproperlyConfigured as error:
            raise CommandError(f"没有签发摘要：{error}") from error
        self.stdout.write(f"摘要 {digest.number}：{digest}，根 {digest.root}")
        if digest.unexplained:
            raise CommandError(
                f"有 {digest.unexplained} 处不同没有登记解释，没有记入摘要。请运行 manage.py verify_ledger 查看。"
            )
