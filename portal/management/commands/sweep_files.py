"""`manage.py sweep_files [--delete]`"""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ledger import audit
from ledger.models import AuditEvent
from portal.operations.sweeping import HOURS, missing_files, remove, strays

SHOWN = 20


class Command(BaseCommand):
    """Name what belongs to nothing; remove it only when told to."""

    help = "查找没有任何记录引用的文件、中断后遗留的临时文件，以及找不到文件的记录。默认只列出，加 --delete 才删除文件。"

    def add_arguments(self, parser):
        """Whether to delete, and from which age on."""
        parser.add_argument(
            "--delete", action="store_true", help="删除列出的文件（记录从不改动），写入审计日志"
        )
        parser.add_argument(
            "--hours",
            type=float,
            default=HOURS,
            help=f"只处理这么多小时没有改动的文件，默认 {HOURS}，至少 1",
        )

    def handle(self, *, delete, hours, **options):
        """Strays, then records without a file; exit code 1 where there are such records."""
        if hours < 1:
            raise CommandError("--hours 至少为 1：更新的文件可能属于正在进行的上传。")
        found = strays(older_than=hours * 3600)
        size = sum(stray.size for stray in found)
        for stray in found[:SHOWN]:
            self.stdout.write(f"  {stray.path}（{stray.size} 字节）")
        if len(found) > SHOWN:
            self.stdout.write(f"  …… 另有 {len(found) - SHOWN} 个")
        if delete and found:
            self._delete(found, size)
        elif found:
            self.stdout.write(
                f"有 {len(found)} 个文件没有用处，共 {size / 1e6:.1f} MB；加 --delete 删除。"
            )
        else:
            self.stdout.write("没有多余的文件。")
        self._missing()

    def _delete(self, found, size):
        with tqdm(desc="清理", total=len(found), unit="个", disable=None) as bar:
            remove(found, progress=lambda _: bar.update())
        audit.record(
            event=AuditEvent.DESK,
            account="manage.py",
            act="清理无主文件",
            detail={
                "files": len(found),
                "bytes": size,
                "first": [stray.path.name for stray in found[:SHOWN]],
            },
        )
        self.stdout.write(f"已删除 {len(found)} 个文件，共 {size / 1e6:.1f} MB。")

    def _missing(self):
        missing = missing_files()
        for kind, key, name in missing[:SHOWN]:
            self.stderr.write(f"{kind} {key} 的文件 {name} 不在附件目录中。")
        if missing:
            raise CommandError(
                f"有 {len(missing)} 条记录找不到文件，请从备份中取回（manage.py restore 到空目录后复制）。"
            )
