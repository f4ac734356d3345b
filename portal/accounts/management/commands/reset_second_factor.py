"""`manage.py reset_second_factor NAME`: who lost telephone and backup codes, and is the one who
could help others.
"""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from ledger import audit
from ledger.models import AuditEvent
from portal.accounts import second_factor


class Command(BaseCommand):
    """For superusers above all: theirs is removed here and nowhere else."""

    help = "移除一个账号的动态口令和备用码（手机丢失时）。记入审计日志；下次只凭口令登录。"

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="账号")

    def handle(self, *args, username, **options):
        """Remove, write down, say so."""
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有账号 {username}。")
        if not second_factor.remove(user):
            self.stdout.write(f"账号 {username} 没有启用动态口令。")
            return
        audit.record(
            event=AuditEvent.ACCOUNT,
            account="manage.py reset_second_factor",
            act="移除动态口令",
            object_kind="auth.user",
            object_key=user.pk,
            object_name=user,
        )
        self.stdout.write(f"已移除账号 {username} 的动态口令。请提醒本人登录后重新启用。")
