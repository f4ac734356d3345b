"""`manage.py restore FILE`"""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from disclosure.erasing import clearing
from ledger.signing import fault_of_this_machine
from portal.confidential_key import fault_of_this_machine as of_personal_data
from portal.management.commands.backup import advance
from portal.operations import removals
from portal.operations.proofs import CHECKS
from portal.operations.restoring import faults_against, restore_backup, secret_key_fault


class Command(BaseCommand):
    """Restore into an empty place and prove it."""

    help = "把备份恢复到空的数据库和空的数据目录，然后逐项核验：数据表、登记簿、附件、目录树、公众页面、登录。"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--removals",
            type=Path,
            nargs="+",
            default=[],
            metavar="清单",
            help=f"撤下清单；备份旁边和 BACKUP_DIR 中的 {removals.NAME} 不用写，会自动使用。",
        )

    def handle(self, *, file, **options):
        """Restore, compare, migrate, check; take away again what was taken away since."""
        if not file.is_file():
            raise CommandError(f"没有找到备份文件 {file}。")
        lists = _lists(file, options["removals"])
        with tqdm(desc="恢复", unit="B", unit_scale=True, disable=None) as bar:
            manifest = restore_backup(
                file, progress=lambda done, total, _: advance(bar, done, total)
            )
        self.stdout.write(f"已恢复 {manifest['made_at']} 的备份，正在核验……")
        faults = faults_against(manifest, progress=lambda what: self.stdout.write(f"  核对{what}"))
        call_command("migrate", interactive=False, verbosity=0)
        for name, check in CHECKS.items():
            self.stdout.write(f"  检查{name}")
            faults += check()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(
                f"恢复后的平台有 {len(faults)} 处与备份不一致，请不要启用，换一份备份再试。"
            )
        self._take_away_again(lists, manifest)
        for fault in filter(
            None, (secret_key_fault(manifest), fault_of_this_machine(), of_personal_data())
        ):
            self.stdout.write(f"启用之前还要做一件事：{fault}")
        self.stdout.write(
            self.style.SUCCESS(
                "恢复完成，全部核验通过。请重新启动服务（旧进程仍打开着原来的文件）。"
            )
        )

    def _take_away_again(self, lists, manifest):
        outcome = removals.do_again(lists)
        for words in removals.advice_after_restore(outcome, lists, manifest["made_at"]):
            self.stdout.write(words)
        clearing.finish()


def _lists(file, named):
    """All lists, read once before anything is changed: one that cannot be read is found out in
    time.
    """
    lists = list(dict.fromkeys([*(path.resolve() for path in named), *removals.lists_beside(file)]))
    for path in lists:
        try:
            removals.read(path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(
                f"撤下清单 {path} 读不出来（{error}）。请换一份，或者先把它移开再恢复。"
            ) from None
    return lists
