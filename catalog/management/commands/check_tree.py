"""`manage.py check_tree [--fix]`: prove the category tree sound, or make it so."""

from django.core.management.base import BaseCommand, CommandError

from catalog.integrity import repair_tree, tree_faults


class Command(BaseCommand):
    """Exit status 0: sound. 1: faults found, or left after `--fix`. Run it nightly and after each
    deployment.
    """

    help = "检查公开目录树是否完好；加 --fix 修复。完好时退出码为 0，否则为 1。"

    def add_arguments(self, parser):
        """`--fix` repairs what the check finds."""
        parser.add_argument("--fix", action="store_true", help="修复发现的问题，然后重新检查")

    def handle(self, *, fix, **options):
        """Report in Chinese, one fault a line."""
        faults = tree_faults()
        for fault in faults:
            self.stderr.write(fault)
        if faults and fix:
            for sentence in repair_tree():
                self.stdout.write(sentence)
            faults = tree_faults()
        if faults:
            raise CommandError(
                f"目录树有 {len(faults)} 处问题。"
                + ("修复后仍未完好。" if fix else "运行 manage.py check_tree --fix 修复。")
            )
        self.stdout.write(self.style.SUCCESS("目录树完好。"))
