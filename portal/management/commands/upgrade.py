"""`manage.py upgrade [--check]`"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.machines import modes
from portal.operations import customising, former_defaults, installed_files
from portal.operations.diagnosis import Symptom, newest_backup
from portal.operations.proofs import CHECKS
from portal.operations.upgrading import contracts_since, is_new, migrate, pending, preflight

LEISURE = 10  # of the scale of nice


class Command(BaseCommand):
    """Look, back up, migrate while readers are served, verify; say at every step what is done and
    how to go back.
    """

    help = "升级：先检查，再更新静态文件、备份、修改数据库结构、更新索引，最后核验。平台不用停。--check 只检查。"
    requires_migrations_checks = False

    def add_arguments(self, parser):
        """Only look; or leave the backup out; or what deploy/upgrade and containers ask for."""
        parser.add_argument("--check", action="store_true", help="只做升级前检查，不改动任何内容")
        parser.add_argument("--no-backup", action="store_true", help="不备份（刚刚已经备份过时）")
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="数据库是空的就建立，不用改就什么也不做（容器每次启动时用）",
        )
        parser.add_argument(
            "--former-defaults",
            action="store_true",
            help="只列出升级后不再有默认值、需要写入变量文件的内容",
        )
        parser.add_argument(
            "--way-back", metavar="目录", type=Path, help="只检查能不能直接换回这个目录中的旧版程序"
        )

    def handle(self, *, check, no_backup, if_needed, way_back, **options):
        """Do what was asked for."""
        if options["former_defaults"]:
            self._list_former_defaults()
        elif way_back:
            self._look_back(way_back)
        elif if_needed and is_new():
            self._say("新的数据库：建立数据表")
            migrate()
        elif not if_needed or pending():
            self._upgrade(check=check, no_backup=no_backup)

    def _upgrade(self, *, check, no_backup):
        """Stop at the first thing that is not right. Readers come first: all but the change of the
        tables, which they wait for, works with what they leave of the machine.
        """
        self._preflight(check=check)
        if check:
            return
        self._say(
            "更新静态文件"
        )  # before the backup, which renders pages by the new templates; the old files stay
        self._leisurely("collectstatic", interactive=False, verbosity=0)
        modes.mend()  # what versions before this one saved; what cannot be mended, `doctor` tells
        if not no_backup:
            self._say("备份")
            self._leisurely("backup", stdout=self.stdout)
        self._say("修改数据库结构（平台继续服务；遇到正在使用的数据表会让开再试）")
        migrate(
            on_wait=lambda number: self.stdout.write(
                f"  数据表正在使用，第 {number} 次让开，稍后再试"
            )
        )
        os.nice(LEISURE)
        self._say("更新搜索索引")
        call_command("reindex", missing=True, stdout=self.stdout)
        self._say("核验")
        faults = [fault for proof in CHECKS.values() for fault in proof()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(
                f"升级后有 {len(faults)} 处问题，请先不要重新启动服务。{self._way_back()}"
            )
        own = ((one.what, one.remedy) for one in customising.symptoms())
        for what, remedy in (*installed_files.what_to_copy(), *own):
            self.stdout.write(f"  ！{what}\n    → {remedy}")
        self.stdout.write(self.style.SUCCESS(f"升级完成，请重新启动服务。{self._way_back()}"))

    def _leisurely(self, *words, **options):
        """Run a command in a thread, which Linux lets have a low priority of its own: a process
        cannot take one back.
        """

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

    def _preflight(self, *, check):
        self._say("升级前检查")
        found = list(preflight()) or list(self._former_defaults(check=check))
        for symptom in found:
            self.stdout.write(f"  ✗ {symptom.what}\n    → {symptom.remedy}")
        if found:
            raise CommandError("没有升级，什么也没有改动。请先处理上面的问题。")
        steps = pending()
        self.stdout.write(
            f"  数据库要改 {len(steps)} 步" + (f"：{'、'.join(steps)}" if steps else "")
        )
        backup = newest_backup()
        self.stdout.write(f"  最近的备份：{backup.name if backup else '没有'}")

    def _former_defaults(self, *, check):
        """What has no default any more goes into `.env` where that is in use; where the variables
        come from elsewhere, somebody has to.
        """
        if not (kept := former_defaults.lines()):
            return
        listed = "\n".join(f"      {line}" for line in kept)
        if (path := former_defaults.dotenv()) is None:
            yield Symptom(
                f"以下内容以前没有填写、一直按默认值显示，从这一版起不再有默认值：\n{listed}",
                "请把这几行加入服务的变量文件（deploy/upgrade 会自动写入，容器的是 portal.env），改成本区的内容，再运行一次。",
            )
            return
        if not check:
            former_defaults.write(path, kept)
            os.environ.update(line.split("=", 1) for line in kept)
        self.stdout.write(
            f"  以下内容以前没有填写、一直按默认值显示，{'将' if check else '已'}写入 {path}，请核对：\n{listed}"
        )

    def _list_former_defaults(self):
        for line in former_defaults.lines():
            self.stdout.write(line)

    def _look_back(self, folder):
        if not (folder / "manage.py").is_file():
            raise CommandError(f"{folder} 中没有旧版程序（manage.py）。")
        if steps := contracts_since(folder):
            raise CommandError(
                f"这一版的数据库改动（{'、'.join(steps)}）旧版程序不能用，不能只换回程序。请按 docs/operations.md 恢复升级前的备份。"
            )
        self.stdout.write(
            f"可以直接换回 {folder} 中的程序：数据库的改动只有增加，升级以后公开的内容都保留。"
        )

    def _way_back(self):
        if (backup := newest_backup()) is None:
            return ""
        return (
            "如需退回：运行 deploy/upgrade --back 旧版程序的目录（升级以后公开的内容都保留）；数据也要退回的，换回原来版本的程序，"
            f"用 manage.py restore {backup} 恢复到空的数据库和数据目录，再让服务指向那里。"
        )
