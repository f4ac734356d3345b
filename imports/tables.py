"""The three statutory tables of an annual report, found in a stream of words and numbers.

Where every number is there, counting tells the rows (25 or 23 of seven); where cells are blank,
labels and cell marks do. What neither tells stays blank, with a doubt: a blank is not a zero.
"""

from dataclasses import dataclass, field

from imports import forms
from imports.disputes import find_disputes
from imports.figures import BLANK, END, MARK, NUMBER, TEXT, is_label, tokens_of
from imports.rows import by_labels, counted, runs

FORMAT_2019, FORMAT_2021 = "format_2019", "format_2021"


@dataclass
class Tables:
    """What was found: tables in the form's order (or None), the form, the blocks they stand in,
    doubts.
    """

    a: list | None = None
    b: list | None = None
    c: list | None = None
    form: str | None = None
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)  # table → first and last block
    incomplete: set[str] = field(default_factory=set)  # tables with rows nobody could place
    doubts: list[str] = field(default_factory=list)

    def positions(self, *, whole=False):
        """The blocks the tables stand in; `whole`: only of those in which every row was recognised."""
        rows = {"a": self.a, "b": self.b, "c": [self.c] if self.c else None}
        return {
            position
            for key, (first, last) in self.spans.items()
            for position in range(first, last + 1)
            if not whole or (rows[key] and key not in self.incomplete)
        }


def find_tables(blocks, year):
    """The `Tables` among the blocks of a document."""
    tokens = list(tokens_of(blocks))
    found = Tables()
    start, end = _extent_of_b(tokens)
    a_start = _start_of_a(tokens, start)
    form_a = (
        _form_of_a(tokens[a_start : start if start is not None else None])
        if a_start is not None
        else None
    )
    if start is not None:
        _find_b(tokens[start:end], found, form_a)
        found.spans["b"] = (
            _first_heading(tokens, start, forms.B_HEADER),
            _last_value(tokens[start:end]),
        )
    found.form = form_a or found.form
    if a_start is not None:
        stop = start if start is not None and start > a_start else _end_of_a(tokens, a_start)
        above = found.spans.get("b", (float("inf"),))[0]
        mine = [token for token in tokens[a_start:stop] if token.block < above]
        _find_a(mine, found)
        _doubt_units(mine, found)
        found.spans["a"] = (tokens[a_start].block, _last_value(mine))
    find_disputes(tokens, end or 0, found, year)
    return found


def _last_value(tokens):
    """The block of the last number or marked blank."""
    return max(
        (token.block for token in tokens if token.kind in {NUMBER, MARK, BLANK}),
        default=tokens[0].block,
    )


def _first_heading(tokens, position, pattern):
    """The block where the headings above a table begin."""
    first = tokens[position].block
    for token in reversed(tokens[:position]):
        if token.kind == NUMBER or (token.kind == TEXT and not pattern.match(token.text)):
            break
        first = token.block if token.kind == TEXT else first
    return first


def _numbers_follow(tokens, position, within=16):
    return any(
        token.kind in {NUMBER, BLANK, MARK} for token in tokens[position + 1 : position + within]
    )


def _extent_of_b(tokens):
    """(start, end) of table B in the stream: from the row 本年新收 to the numbers of the row
    结转下年度.
    """
    first = forms.B_2021[0].pattern
    for position, token in enumerate(tokens):
        near = "".join(t.text for t in tokens[position : position + 6] if is_label(t))
        if not is_label(token) or not first.search(token.text + near[len(token.text) :][:20]):
            continue
        if not first.search(token.text) and not first.match(near.lstrip("一")):
            continue
        if _numbers_follow(tokens, position) and (end := _end_of_b(tokens, position)):
            return position, end
    return None, None


def _end_of_b(tokens, start):
    """The end of table B that begins here; None where no such table does."""
    last = forms.B_2021[-1].pattern
    for position in range(start + 1, min(len(tokens), start + 1500)):
        if is_label(tokens[position]) and last.search(tokens[position].text):
            seen = 0
            for stop in range(position + 1, min(len(tokens), position + 40)):
                seen += tokens[stop].kind in {NUMBER, MARK, BLANK}
                if seen >= forms.COLUMNS and tokens[stop].kind in {TEXT, END}:
                    return stop
                if (
                    seen
                    and tokens[stop].kind == TEXT
                    and tokens[stop].block > tokens[position].block + 12
                ):
                    return stop
            return min(len(tokens), position + 40)
    matched = sum(
        any(row.pattern.search(token.text) for row in forms.B_2021)
        for token in tokens[start : start + 400]
        if is_label(token)
    )
    return min(len(tokens), start + 600) if matched >= 12 else None  # a table cut short


def _find_b(tokens, found, form_a):
    text = "".join(token.text for token in tokens if token.kind == TEXT)
    rows = (
        forms.B_2021
        if any(row.pattern.search(text) for row in forms.B_2021[20:22])
        else forms.B_2019
    )
    if whole := counted(tokens):
        found.b = whole
        rows = forms.B_2021 if len(whole) == len(forms.B_2021) else forms.B_2019
    else:
        found.b = by_labels(tokens, rows, found, "申请办理情况表")
    found.form = FORMAT_2021 if rows is forms.B_2021 else FORMAT_2019
    if form_a and form_a != found.form and found.b:
        found.doubts.append("主动公开表和申请办理情况表不是同一年的格式，请核对。")
    if any(token.kind == MARK for token in tokens):
        found.doubts.append("申请办理情况表中有用“/”“-”“无”代替数字的格子，按空白记录。")


def _start_of_a(tokens, before):
    """Where table A begins: the first 第二十条第（一）项 that stands alone."""
    for position, token in enumerate(tokens[:before] if before else tokens):
        if (
            token.kind == TEXT
            and len(token.text) <= 24
            and ("第二十条第" in token.text or "信息内容" in token.text)
        ):
            return position
    return None


def _end_of_a(tokens, start):
    last = start
    for position in range(start, min(len(tokens), start + 260)):
        if tokens[position].kind == TEXT and len(tokens[position].text) > forms.MAX_LABEL:
            break
        last = position
    return last + 1


def _form_of_a(tokens):
    text = "".join(
        token.text for token in tokens if token.kind == TEXT and len(token.text) <= forms.MAX_LABEL
    )
    old, new = len(forms.MARKS_2019.findall(text)), len(forms.MARKS_2021.findall(text))
    if old == new:
        return None
    return FORMAT_2019 if old > new else FORMAT_2021


def _find_a(tokens, found):
    rows = forms.A_2019 if found.form == FORMAT_2019 else forms.A_2021
    result, following, uncertain = {}, 0, []
    for label, values, cells in runs(tokens):
        place = next(
            (i for i in range(following, len(rows)) if rows[i].pattern.search(label)), None
        )
        if place is None or not values:
            continue
        later = [i for i in range(place, len(rows)) if rows[i].pattern.search(label)]
        place = later[-1]
        row = _row_of_a(values, rows[place].width, cells)
        if row is None:
            uncertain.append(rows[place].name)
        result[place], following = row, place + 1
    if sum(row is not None for row in result.values()) < 3:
        found.doubts.append("找到了主动公开情况表，但没有认出其中的数字，请对照原件录入。")
        return
    uncertain += [row.name for place, row in enumerate(rows) if place not in result]
    if uncertain:
        found.incomplete.add("a")
        found.doubts.append(f"主动公开情况表中这些行没有认准，留作空白：{'、'.join(uncertain)}。")
    found.a = [result.get(i) or [None] * row.width for i, row in enumerate(rows)]


def _doubt_units(tokens, found):
    """Money printed in another unit than the form's."""
    large = [token.text for token in tokens if token.kind == NUMBER and "万" in token.text]
    if large and found.form == FORMAT_2019:
        found.doubts.append(
            f"“{'、'.join(large)}”以万元为单位，表格规定的单位是元；数字按原样记录，请核对。"
        )


def _row_of_a(values, width, cells):
    numbers = [value for value in values if value is not None]
    if len(numbers) == width:
        return numbers
    if len(numbers) > width:
        return numbers[:width] if width == 1 or not cells else None
    while len(values) > width and values[-1] is None:
        values = values[:-1]
    if cells and len(values) <= width:
        return [*values, *[None] * (width - len(values))]
    return [None] * width if not numbers else None
