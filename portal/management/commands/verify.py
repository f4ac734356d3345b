"""`manage.py verify [--backup FILE]`"""

import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.management.commands.backup import advance
from portal.operations.archive import unpack
from portal.operations.proofs import CHECKS


class Command(BaseCommand):
    """Prove this installation, or a backup, sound."""

    help = (
        "核验本平台：目录树、公开登记簿、附件、登录；或用 --backup 核验一份备份能否打开、是否完整。"
    )

    def add_arguments(self, parser):
        """The installation, or a backup."""
        parser.add_argument(
            "--backup", type=Path, metavar="FILE", help="只核验这份备份，不改动任何内容"
        )

    def handle(self, *, backup, **options):
        """Say what was looked at and what is wrong."""
        if backup:
            self._verify_backup(backup)
            return
        faults = []
        for name, check in CHECKS.items():
            found = check()
            self.stdout.write(f"{name}：" + (f"{len(found)} 处问题" if found else "完好"))
            faults += found
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"共 {len(faults)} 处问题。")

    def _verify_backup(self, backup):
        if not backup.is_file():
            raise CommandError(f"没有找到备份文件 {backup}。")
        with (
            tempfile.TemporaryDirectory(dir=backup.parent, prefix=".verify-") as folder,
            tqdm(desc="核验备份", unit="B", unit_scale=True, disable=None) as bar,
        ):
            manifest = unpack(
                backup, folder, progress=lambda done, total, _: advance(bar, done, total)
            )
        self.stdout.write(
            self.style.SUCCESS(
                f"备份完整：{manifest['made_at']}，{manifest['vendor']}，{len(manifest['files'])} 个文件。"
            )
        )
