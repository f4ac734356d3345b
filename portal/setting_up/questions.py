"""The same by questions, for whoever sets a portal up at a terminal: each answer becomes a cell."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.models import SiteIdentity
from portal.setting_up.neutral import neutral_rows
from portal.setting_up.sheets import Cell, Row, Sheet, sheets

ASKED_OF_A_SITE = ("name", "id_code", "domain", "organiser", "contact", "icp", "police_number")
ASKED_OF_AN_ORGAN = ("name", "short_name", "code", "address", "office_hours", "telephone")
ASKED_OF_A_PERSON = ("username", "last_name", "groups", "departments")


@dataclass
class Questions:
    """`ask(question) -> answer`, `say(line)`."""

    ask: Callable[[str], str]
    say: Callable[[str], None]

    def rows(self, *, has_catalogue: bool, has_organs: bool) -> list[Row]:
        """Everything that was answered. An empty answer leaves things as they are."""
        site, organs, _, staff = sheets()
        self.say("直接按回车表示不改或跳过。随时可以按 Ctrl-C 退出，什么也不会写入。")
        return [
            *self._site(site),
            *self._many(organs, ASKED_OF_AN_ORGAN, "发布机构", is_needed=not has_organs),
            *([] if has_catalogue else self._catalogue()),
            *self._many(staff, ASKED_OF_A_PERSON, "工作人员", is_needed=False),
        ]

    def _site(self, sheet: Sheet) -> list[Row]:
        known = SiteIdentity.objects.filter(pk=1).first() or SiteIdentity()
        self.say(f"\n【{sheet.name}】印在每一页上的法定内容。")
        row = Row(sheet.name, 1)
        for name in ASKED_OF_A_SITE:
            column = sheet.column(name)
            present = getattr(known, name)
            self.say(f"  {column.help}")
            if answer := self.ask(f"{column.heading}{f'［{present}］' if present else ''}："):
                row.cells[name] = Cell(column.heading, answer)
        return [row] if row.cells else []

    def _many(
        self, sheet: Sheet, names: tuple[str, ...], what: str, *, is_needed: bool
    ) -> list[Row]:
        """One record after another until somebody answers with nothing."""
        rows: list[Row] = []
        self.say(
            f"\n【{sheet.name}】一个一个填写；不再增加时直接按回车。"
            + ("至少要有一个。" if is_needed else "")
        )
        while True:
            row = Row(sheet.name, len(rows) + 1, place=f"第 {len(rows) + 1} 个{what}")
            for name in names:
                column = sheet.column(name)
                if rows or name != names[0]:
                    self.say(f"  {column.help}")
                answer = self.ask(f"{column.heading}：")
                if not answer and name == names[0]:
                    return rows
                if answer:
                    row.cells[name] = Cell(f"{row.place}“{column.heading}”", answer)
            if sheet.name == "发布机构":
                self._place(row, sheet, rows)
            rows.append(row)

    def _place(self, row: Row, sheet: Sheet, rows: list[Row]) -> None:
        """The first organ is the government; the others stand below it."""
        if not rows:
            row.cells["kind"] = Cell(row.place, sheet.column("kind").choices[0])
        else:
            row.cells["parent"] = Cell(row.place, rows[0].text("name"))

    def _catalogue(self) -> list[Row]:
        self.say("\n【公开目录】可以按通行的十五类和 61 号文件的固定栏目建好，以后再改。")
        answer = self.ask("现在建立吗？［是/否，回车为是］：")
        return [] if answer.strip() in {"否", "n", "N", "no"} else neutral_rows()
