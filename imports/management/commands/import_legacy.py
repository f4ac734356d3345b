"""`manage.py import_legacy PATH…`: bring in saved pages and files of older portals, a folder at a
time.
"""

import json
import os
import sys
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.models import Category, Department
from disclosure.models import LegacyOriginal
from documents.old_pages.reading import MAX_BYTES
from imports.actions import bring_in_original, import_original, obstacles_to_import, proposed
from imports.recognition import recognise

State = LegacyOriginal.State
_IGNORED = (".", "~$", "Thumbs.db", "desktop.ini")


def files_under(paths):
    """Every file of some paths, folders entered in the order of their names; nothing is gathered in
    memory but one folder.
    """
    for path in paths:
        if path.is_dir():
            with os.scandir(path) as entries:
                inside = sorted(
                    entry.path for entry in entries if not entry.name.startswith(_IGNORED)
                )
            yield from files_under(map(Path, inside))
        elif path.is_file() and not path.is_symlink():
            yield path


class Command(BaseCommand):
    """Can be stopped at any time and started again: what was taken in is passed over by its hash."""

    help = "导入旧网站保存的网页和文件（HTML、TXT、DOCX、PDF）。导入的信息是草稿，原发布日期照录；中断后可以再次运行。"

    def add_arguments(self, parser):
        """Paths, and what to do with the files."""
        parser.add_argument("paths", nargs="+", type=Path, help="文件或文件夹")
        parser.add_argument("--dry-run", action="store_true", help="只识别，不保存任何内容")
        parser.add_argument("--json", action="store_true", help="每个文件输出一行 JSON")
        parser.add_argument(
            "--department", help="认不出机关时归入的发布机构（地址名，例如 songbei）"
        )
        parser.add_argument("--category", help="认不出栏目时放入的栏目（地址名）")
        parser.add_argument("--by", help="经手人的用户名")

    def handle(
        self, *args, paths, dry_run=False, by=None, department=None, category=None, **options
    ):
        """One file after another; each ends as imported, imported with doubts, waiting or refused."""
        for path in paths:
            if not path.exists():
                raise CommandError(f"没有这个文件或文件夹：{path}")
        self.options, self.counts = options, {}
        if not dry_run:
            self.by = _one(get_user_model(), "用户", username=by)
            self.department = _one(Department, "发布机构", slug=department)
            self.category = _one(Category, "栏目", slug=category)
        step = self._recognise if dry_run else self._import
        total = sum(1 for _ in files_under(paths))
        bar = tqdm(files_under(paths), total=total, unit="个", file=sys.stderr, disable=None)
        try:
            for path in bar:
                self._one_file(path, step)
        except KeyboardInterrupt:
            self._summary()
            raise CommandError(
                "已中断。已经导入的文件都已保存，再次运行会从没有处理的文件继续。"
            ) from None
        self._summary()

    def _one_file(self, path, step):
        try:
            size = path.stat().st_size
            data = b"" if size > MAX_BYTES else path.read_bytes()
        except OSError as error:
            return self._say(
                path,
                "refused",
                {"file": _shown(path), "error": f"文件无法打开：{error.strerror}。"},
            )
        if size > MAX_BYTES:
            return self._say(
                path, "refused", {"file": _shown(path), "error": "文件超过 30 MB，没有读取。"}
            )
        return step(path, data)

    def _recognise(self, path, data):
        found = recognise(data, path.name).as_json()
        self._say(
            path, "refused" if found["error"] else "recognised", {**found, "file": _shown(path)}
        )

    def _import(self, path, data):
        original, is_new = bring_in_original(
            data=data,
            name=_shown(path),
            by=self.by,
            department=self.department,
            category=self.category,
        )
        said = {"file": _shown(path), "error": original.reason or None, "doubts": original.doubts}
        if original.state == State.IMPORTED or (not is_new and original.state != State.WAITING):
            return self._say(path, "known", said)
        if original.state == State.REFUSED:
            return self._say(path, "refused", said)
        if original.department is None or original.category is None:
            original.department = original.department or self.department
            original.category = original.category or self.category
        fields = proposed(original)
        if reasons := obstacles_to_import(original, fields):
            return self._wait(path, original, reasons)
        try:
            item = import_original(original=original, fields=fields, by=self.by)
        except ValidationError as error:
            return self._wait(path, original, error.messages)
        return self._say(
            path, "doubtful" if original.doubts else "imported", {**said, "item": item.pk}
        )

    def _wait(self, path, original, reasons):
        reason = "".join(reasons)[:500]
        LegacyOriginal.objects.filter(pk=original.pk).update(reason=reason)
        self._say(path, "waiting", {"file": _shown(path), "error": None, "waiting_for": reason})

    def _say(self, path, outcome, said):
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        if self.options.get("json"):
            self.stdout.write(
                json.dumps(
                    {**said, **({"outcome": outcome} if "kind" not in said else {})},
                    ensure_ascii=False,
                )
            )
        elif outcome in {"refused", "waiting"} or self.options.get("verbosity", 1) > 1:
            self.stdout.write(
                f"{OUTCOMES[outcome]}：{_shown(path)}：{said.get('error') or said.get('waiting_for') or ''}"
            )

    def _summary(self):
        if not self.options.get("json"):
            counted = "，".join(
                f"{OUTCOMES[name]} {count} 个" for name, count in self.counts.items()
            )
            self.stdout.write(counted or "没有找到文件。")


OUTCOMES = {
    "recognised": "可以识别",
    "imported": "已导入",
    "doubtful": "已导入，有需要核对之处",
    "waiting": "待确认",
    "refused": "无法导入",
    "known": "以前处理过，跳过",
}


def _shown(path):
    """A path as text, whatever bytes a foreign system named the file with."""
    return os.fsencode(path).decode("utf-8", "replace")


def _one(model, called, **lookup):
    """The record an option names, or None where the option is not given."""
    if not any(lookup.values()):
        return None
    try:
        return model.objects.get(**lookup)
    except model.DoesNotExist:
        raise CommandError(f"没有这个{called}：{next(iter(lookup.values()))}") from None
