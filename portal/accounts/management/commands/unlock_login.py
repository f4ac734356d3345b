"""`manage.py unlock_login NAME` or `--address ADDRESS`: whoever could do it at the desk is locked
out as well.
"""

from django.core.management.base import BaseCommand, CommandError

from ledger import audit
from ledger.models import AuditEvent
from portal.accounts import lockout


class Command(BaseCommand):
    """The action 解除登录锁定 of the desk, without the desk."""

    help = "解除登录锁定：一个账号，或一个地址（整个办公室都不能登录时）。记入审计日志。"

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="账号", nargs="?")
        parser.add_argument("--address", metavar="地址", help="解除这个地址上所有账号的锁定")

    def handle(self, *args, username, address, **options):
        """Unlock, write down, say so."""
        if bool(username) == bool(address):
            raise CommandError(
                "请写一个账号，或者用 --address 写一个地址。例：manage.py unlock_login zhangsan"
            )
        dropped = lockout.unlock_address(address) if address else lockout.unlock(username)
        whom = f"地址 {address}" if address else f"账号 {username}"
        if not dropped:
            self.stdout.write(f"{whom} 没有登录失败的记录，不需要解除。")
            return
        audit.record(
            event=AuditEvent.ACCOUNT,
            account="manage.py unlock_login",
            act="解除登录锁定",
            object_kind="auth.user",
            object_name=address or username,
        )
        self.stdout.write(f"已解除{whom} 的登录锁定，现在就可以登录。")
