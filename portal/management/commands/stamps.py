"""`manage.py stamps`, for whoever changes what is shipped in deploy/"""

from django.core.management.base import BaseCommand

from portal.operations import installed_files


class Command(BaseCommand):
    """Write the stamps of the shipped units and nginx files anew."""

    help = (
        "开发用：修改 deploy/ 中的 systemd、nginx 文件后，更新文件末尾的版本标记（make stamps）。"
    )
    requires_system_checks = []

    def handle(self, **options):
        installed_files.main()
