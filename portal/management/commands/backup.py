"""`manage.py backup [FILE]`"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from portal.operations import removals
from portal.operations.archive import passphrase, write_backup


class Command(BaseCommand):
    """Back the whole installation up while it works."""

    help = "备份数据库和附件（平台不用停）；设置了 BACKUP_PASSPHRASE_FILE 时加密，并包括密钥。"

    def add_arguments(self, parser):
        """Where to, and how many to keep."""
        parser.add_argument(
            "file", nargs="?", type=Path, help="备份文件；不写则在 BACKUP_DIR 中按时间命名"
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="完成后只保留 BACKUP_DIR 中最新的 N 份"
        )

    def handle(self, *, file, keep, **options):
        """Write it, then delete old ones."""
        if keep is not None and keep < 1:
            raise CommandError("--keep 至少为 1。")
        suffix = "tar.sealed" if passphrase() else "tar"
        target = (
            file or settings.BACKUP_DIR / f"lantai-{timezone.localtime():%Y%m%d-%H%M%S}.{suffix}"
        )
        if target.exists():
            raise CommandError(f"{target} 已经存在，请换一个文件名。")
        with tqdm(desc="备份", unit="B", unit_scale=True, disable=None) as bar:
            manifest = write_backup(
                target, progress=lambda done, total, _: advance(bar, done, total)
            )
        removals.keep(target.parent)
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"已备份到 {target}：{len(manifest['tables'])} 个数据表共 {rows} 行，{len(manifest['files'])} 个文件，"
            f"{target.stat().st_size / 1e6:.1f} MB。"
        )
        if not settings.BACKUP_PASSPHRASE_FILE:
            self.stdout.write(
                f"备份没有加密，也不含密钥；请另外保存 {settings.SECRET_KEY_FILE}、{settings.LEDGER_KEY_FILE} 和 "
                f"{settings.CONFIDENTIAL_KEY_FILE}，没有它们，恢复之后加密的个人信息和动态口令读不出来、登记簿不能签署。"
                "设置 BACKUP_PASSPHRASE_FILE 后，备份加密并包括密钥。"
            )
        if keep:
            self._prune(keep)

    def _prune(self, keep):
        backups = sorted(settings.BACKUP_DIR.glob("lantai-*.tar*"), key=lambda path: path.name)
        for path in backups[:-keep]:
            path.unlink()
            self.stdout.write(f"已删除较早的备份 {path.name}。")


def advance(bar, done, total):
    """Show how many bytes of how many."""
    bar.total = total
    bar.update(done - bar.n)
