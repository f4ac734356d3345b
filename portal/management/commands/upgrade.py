"""`manage.py upgrade [--check]`"""

import os
from concurrent.futures import ThreadPoolExecutor

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.operations.diagnosis import newest_backup
from portal.operations.proofs import CHECKS
from portal.operations.upgrading import migrate, pending, preflight

LEISURE = 10  # of the scale of nice


class Command(BaseCommand):
    """Look, back up, migrate while readers are served, verify; say at every step what is done and how to go back."""

    help = "升级：先检查，再更新静态文件、备份、修改数据库结构、更新索引，最后核验。平台不用停。--check 只检查。"
    requires_migrations_checks = False

    def add_arguments(self, parser):
        """Only look; or leave the backup out."""
        parser.add_argument("--check", action="store_true", help="只做升级前检查，不改动任何内容")
        parser.add_argument("--no-backup", action="store_true", help="不备份（刚刚已经备份过时）")

    def handle(self, *, check, no_backup, **options):
        """Stop at the first thing that is not right. Readers come first: all but the change of the tables, which they wait for, works
        with what they leave of the machine."""
        self._preflight()
        if check:
            return
        self._say("更新静态文件")  # before the backup, which renders pages by the new templates; the old files stay
        self._leisurely("collectstatic", interactive=False, verbosity=0)
        if not no_backup:
            self._say("备份")
            self._leisurely("backup", stdout=self.stdout)
        self._say("修改数据库结构（平台继续服务；遇到正在使用的数据表会让开再试）")
        migrate(on_wait=lambda number: self.stdout.write(f"  数据表正在使用，第 {number} 次让开，稍后再试"))
        os.nice(LEISURE)
        self._say("更新搜索索引")
        call_command("reindex", missing=True, stdout=self.stdout)
        self._say("核验")
        faults = [fault for proof in CHECKS.values() for fault in proof()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"升级后有 {len(faults)} 处问题，请先不要重新启动服务。{self._way_back()}")
        self.stdout.write(self.style.SUCCESS(f"升级完成，请重新启动服务。{self._way_back()}"))

    def _leisurely(self, *words, **options):
        """Run a command in a thread, which Linux lets have a low priority of its own: a process cannot take one back."""

        def run():
            os.nice(LEISURE)
            try:
                call_command(*words, **options)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as thread:
            thread.submit(run).result()

    def _say(self, what):
        self.stdout.write(self.style.MIGRATE_HEADING(what))

    def _preflight(self):
        self._say("升级前检查")
        for symptom in (found := list(preflight())):
            self.stdout.write(f"  ✗ {symptom.what}\n    → {symptom.remedy}")
        if found:
            raise CommandError("没有升级，什么也没有改动。请先处理上面的问题。")
        steps = pending()
        self.stdout.write(f"  数据库要改 {len(steps)} 步" + (f"：{'、'.join(steps)}" if steps else ""))
        backup = newest_backup()
        self.stdout.write(f"  最近的备份：{backup.name if backup else '没有'}")

    def _way_back(self):
        backup = newest_backup()
        return (
            f"如需退回：换回原来版本的程序，用 manage.py restore {backup} 恢复到空的数据库和数据目录，再让服务指向那里。"
            if backup
            else ""
        )
