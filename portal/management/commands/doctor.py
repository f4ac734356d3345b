"""`manage.py doctor`"""

from django.core.management.base import BaseCommand

from portal.operations.diagnosis import examine


class Command(BaseCommand):
    """Say in plain words what is wrong with this installation, and what to do."""

    help = "检查这个安装：哪里不对，怎么办。没有严重问题时退出码为 0。"
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, **options):
        """One line a check; each symptom with its remedy."""
        grave = 0
        for name, symptoms in examine():
            self.stdout.write(f"{name}：" + ("有问题" if symptoms else "正常"))
            for symptom in symptoms:
                mark = "✗ " if symptom.is_grave else "！"
                self.stdout.write(f"  {mark}{symptom.what}\n    → {symptom.remedy}")
                grave += symptom.is_grave
        if grave:
            self.stdout.write(f"有 {grave} 处严重问题。")
            raise SystemExit(1)
        self.stdout.write("没有严重问题。")
