"""`manage.py customise [NAME [--compare | --confirm]]`"""

import difflib

from django.core.management.base import BaseCommand, CommandError

from portal.customising import overrides


class Command(BaseCommand):
    """Copy a template of ours for this district to change, and see what became of the original
    since.
    """

    help = "把一个模板复制到自定义文件夹中修改（例如 partials/footer.html）；不写名字，列出已经复制的。"
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        """Which one, and what of it."""
        parser.add_argument("name", nargs="?", help="模板的名字，例如 partials/footer.html")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--compare", action="store_true", help="现在的原件与本区的模板有哪些差别")
        what.add_argument(
            "--confirm", action="store_true", help="已经与现在的原件核对过：更新第一行的标记"
        )

    def handle(self, *, name, compare, confirm, **options):
        """One of the four."""
        if name is None:
            return self._list()
        if (original := overrides.original(name)) is None:
            raise CommandError(
                f"没有叫 {name} 的模板。名字从 templates/ 往下写，例如 partials/footer.html。"
            )
        path = overrides.path_of(name)
        if not compare and not confirm:
            if path.exists():
                raise CommandError(
                    f"{path} 已经有了，没有改动它。要看它与原件的差别，请加 --compare。"
                )
            self._write(path, overrides.marked(name, original, original))
            self.stdout.write(
                f"已复制到 {path}。改好后重新启动服务；升级后原件有变化时，doctor 会提醒。"
            )
            return None
        own = next((one for one in overrides.overrides() if one.name == name), None)
        if own is None:
            raise CommandError(f"{path} 不存在，或者读不出来。")
        if compare:
            return self._compare(original, own)
        self._write(path, overrides.marked(name, original, own.body))
        self.stdout.write(f"已记下：{path} 与现在的原件核对过。")
        return None

    def _list(self):
        for one in overrides.overrides():
            self.stdout.write(f"{one.name}：{one.state.value}")

    def _compare(self, original, own):
        lines = difflib.unified_diff(
            original.splitlines(), own.body.splitlines(), "现在的原件", "本区的模板", lineterm=""
        )
        for line in lines:
            self.stdout.write(line)

    def _write(self, path, text):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o644)
        except OSError as error:
            raise CommandError(
                f"{path} 不能写入（{error.strerror}）。请以 root 运行 install -d -m 755 -o lantai -g lantai 建立自定义文件夹，再试一次。"
            ) from error
