"""`manage.py mend_modes`"""

from django.core.management.base import BaseCommand, CommandError

from portal.machines import modes


class Command(BaseCommand):
    """Set the modes of attachments and static files, so that nginx may read what it delivers and
    nothing else.
    """

    help = "校正附件和静态文件的权限：nginx 只能读取由它提供的文件。"
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, **options):
        """How many were changed; ends with 1 where files of another account are in the way."""
        changed, foreign = modes.mend()
        self.stdout.write(f"已校正 {changed} 个文件和目录的权限。")
        if foreign:
            raise CommandError(
                f"有 {len(foreign)} 个文件不属于运行服务的账号，例如 {foreign[0]}。"
                f"请以 root 运行 chown -R 账号 {foreign[0].parent}，再运行一次。"
            )
