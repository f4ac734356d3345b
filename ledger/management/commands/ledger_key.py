"""manage.py ledger_key"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, CommandError

from ledger import actions


class Command(BaseCommand):
    """Make or change the key that signs the register's checkpoints; tell its public half."""

    help = "生成登记簿的签名密钥（已有则不动），显示公钥；--rotate 换一把新的，由旧的签名背书。"

    def add_arguments(self, parser):
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--rotate", action="store_true", help="换用新的密钥；旧公钥保留，旧检查点仍可核对"
        )
        choice.add_argument(
            "--lost",
            action="store_true",
            help="原密钥确已丢失，各台服务器和备份中都没有：另起一把，没有旧密钥背书，以后每次核验都会提示",
        )

    def handle(self, *args, rotate, lost, **options):
        """Do it and report in Chinese."""
        act = (
            actions.rotate_key
            if rotate
            else actions.replace_lost_key
            if lost
            else actions.register_key
        )
        try:
            key = act()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        self.stdout.write(
            f"密钥文件 {settings.LEDGER_KEY_FILE}（请备份，勿外传；有几台服务器的，复制到每一台）"
        )
        self.stdout.write(f"公钥编号 {key.key_id}\n公钥 {key.public_key}")
        self.stdout.write("请把公钥编号公布在登记簿以外的地方（公报、公告栏、见证单位），供核对。")
