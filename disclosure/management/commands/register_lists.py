"""`manage.py register_lists`: put on record how organs, columns and themes stand."""

from django.core.management.base import BaseCommand, CommandError

from disclosure.acts import register_lists


class Command(BaseCommand):
    """For whoever changed a list past the desk, and answers for it: the register says so for good."""

    help = "把机构、栏目、主题分类的现状写入公开登记簿。只在绕过工作台改过名单、并且核对无误之后运行；说明公众可以看到。"

    def add_arguments(self, parser):
        """Why it was changed."""
        parser.add_argument("--note", required=True, help="改了什么、为什么、谁决定的。")

    def handle(self, *, note, **options):
        """One entry a list that changed."""
        if not note.strip():
            raise CommandError("请写明改了什么、为什么、谁决定的。")
        made = register_lists(note=note.strip())
        for entry in made:
            self.stdout.write(f"第 {entry.sequence} 条：{entry.subject_title}")
        self.stdout.write(f"登记 {len(made)} 条。")
