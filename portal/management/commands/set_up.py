"""`manage.py set_up`: site, organs, catalogue and staff of a new portal, from one workbook or by
questions.
"""

import sys
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from catalog.locks import TreeBusyError
from catalog.models import Category, Department
from portal.accounts.administrators import ask_for_administrator
from portal.setting_up import book
from portal.setting_up.actions import look_through, set_up, set_up_rows
from portal.setting_up.outcome import Outcome
from portal.setting_up.questions import Questions

SHOWN = 200


class Command(BaseCommand):
    """All or nothing, can be repeated: what stands is matched and shown as unchanged or changed,
    nothing is deleted.
    """

    help = "设置门户：网站信息、机构、公开目录、工作人员。不带文件时逐项提问；可以反复运行，不会删除任何内容。"

    def add_arguments(self, parser):
        """A workbook, or the way to get one."""
        parser.add_argument(
            "workbook", nargs="?", type=Path, metavar="文件.xlsx", help="填好的工作簿。"
        )
        parser.add_argument(
            "--template",
            type=Path,
            metavar="文件.xlsx",
            help="写出一个工作簿供填写，已有的内容填在里面。",
        )
        parser.add_argument("--check", action="store_true", help="只检查，不写入。")
        parser.add_argument("--yes", action="store_true", help="检查通过就写入，不再询问。")

    def handle(self, *, workbook, template, check, yes, **options):
        """Write the template, take a workbook in, or ask."""
        try:
            if template:
                self._write_template(template)
            elif workbook:
                self._take_in(workbook, only_check=check, is_agreed=yes)
            elif sys.stdin.isatty():
                self._by_questions(is_agreed=yes)
            else:
                raise CommandError(
                    f"请指明工作簿：manage.py set_up {book.NAME}；没有工作簿的，先运行 manage.py set_up --template {book.NAME}。"
                )
        except TreeBusyError as error:
            raise CommandError(str(error)) from error
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("已退出，没有写入。") from error

    def _write_template(self, path):
        """Not over a file that is there: somebody may have filled it in."""
        try:
            with path.open("xb") as file:
                file.write(book.workbook())
        except FileExistsError as error:
            raise CommandError(f"{path} 已经存在，没有覆盖。请换一个文件名。") from error
        except OSError as error:
            raise CommandError(f"{path} 不能写入（{error.strerror}）。请换一个目录。") from error
        self.stdout.write(f"已写出 {path}。请填写后运行：manage.py set_up {path}")

    def _take_in(self, path, *, only_check, is_agreed):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(
                f"{path} 不能读取（{error.strerror}）。请检查文件名和权限。"
            ) from error
        outcome = look_through(data, by=None)
        self._show(outcome)
        if not only_check and self._agrees(outcome, is_agreed):
            self._finish(set_up(data, by=None))

    def _by_questions(self, *, is_agreed):
        self._first_administrator()
        questions = Questions(ask=lambda text: input(text).strip(), say=self.stdout.write)
        rows = questions.rows(
            has_catalogue=Category.objects.exists(), has_organs=Department.objects.exists()
        )
        outcome = set_up_rows(rows, by=None, is_final=False)
        self._show(outcome)
        if self._agrees(outcome, is_agreed):
            self._finish(set_up_rows(rows, by=None, is_final=True))

    def _agrees(self, outcome: Outcome, is_agreed: bool) -> bool:
        """Whether to go on. Faults end the command; so does a workbook that changes nothing."""
        if not outcome.is_sound:
            raise CommandError(f"有 {len(outcome.faults)} 处不对，没有写入。请改正后再运行。")
        if not outcome.changes_something:
            self.stdout.write("与现在的内容相同，没有要写入的。")
            return False
        if is_agreed:
            return True
        if not sys.stdin.isatty():
            raise CommandError("检查通过，没有写入。确认写入请加 --yes。")
        if input("确认写入吗？［是/否］：").strip() in {"是", "y", "Y", "yes"}:
            return True
        self.stdout.write("没有写入。")
        return False

    def _show(self, outcome: Outcome):
        for fault in outcome.faults[:SHOWN]:
            self.stdout.write(f"✗ {fault}")
        for notice in outcome.notices:
            self.stdout.write(f"！{notice}")
        for name, new, changed, same in outcome.counts():
            self.stdout.write(f"{name}：新增 {new}，修改 {changed}，不变 {same}")
        for change in outcome.changes:
            for label, before, after in change.details:
                self.stdout.write(
                    f"  {change.name}：{label} {before} → {after}"
                    if before
                    else f"  {change.name}：{label}{after}"
                )

    def _finish(self, outcome: Outcome):
        if not outcome.is_done:  # something has changed between looking and writing
            self._show(outcome)
            raise CommandError("写入前情况有变化，没有写入。请再运行一次。")
        self.stdout.write("已写入。")
        if outcome.passwords:
            self.stdout.write("初始口令（只显示这一次，请当面交给本人；首次登录必须修改）：")
        for username, name, password in outcome.passwords:
            self.stdout.write(f"  {username}\t{name}\t{password}")

    def _first_administrator(self):
        """An empty portal has nobody who could sign in: the first superuser, with a password typed
        twice.
        """
        if User.objects.filter(is_superuser=True, is_active=True).exists():
            return
        self.stdout.write("【系统管理员】这里还没有管理员账号，先建立一个。")
        ask_for_administrator(self.stdout.write)
