"""`manage.py take_away_again removals.jsonl`: after a restore whose list turned up later."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from disclosure.erasing import clearing
from portal.operations import removals


class Command(BaseCommand):
    """Do the acts of lists again; those that are done already stay as they are."""

    help = "按撤下清单重新办理：备份恢复之后，把备份以后依法删除、撤回、隐去的信息再撤下一次。"

    def add_arguments(self, parser):
        parser.add_argument("lists", type=Path, nargs="+", metavar="清单", help=f"{removals.NAME}")

    def handle(self, *, lists, **options):
        """Say what was done and what is left; fails while something is left."""
        try:
            outcome = removals.do_again(lists)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"清单读不出来：{error}") from error
        clearing.finish()
        for words in removals.advice_after_restore(outcome, lists, ""):
            self.stdout.write(words)
        if outcome.left:
            raise CommandError(f"还有 {len(outcome.left)} 条要由人办理，见上。")
        self.stdout.write(f"已重新办理 {len(outcome.done)} 条。")
