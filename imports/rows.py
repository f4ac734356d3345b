"""Runs of numbers as rows of a form: by counting where all are there, by labels and marked cells
where some are blank.
"""

from imports import forms
from imports.figures import BLANK, MARK, NUMBER, TEXT


def counted(tokens):
    """Table B by counting alone: every run of numbers is whole rows, and the rows are as many as a
    form has.
    """
    numbers, run = [], 0
    for token in tokens:
        if token.kind == NUMBER:
            numbers.append(token.value)
            run += 1
        elif token.kind == MARK:
            return None
        elif token.kind == TEXT:
            if run % forms.COLUMNS:
                return None
            run = 0
    if len(numbers) not in {len(forms.B_2019) * forms.COLUMNS, len(forms.B_2021) * forms.COLUMNS}:
        return None
    return [numbers[i : i + forms.COLUMNS] for i in range(0, len(numbers), forms.COLUMNS)]


def runs(tokens):
    """(text since the last values, values, whether cells are marked): one for every run of values."""
    label, values, cells = "", [], True
    for token in tokens:
        if token.kind == TEXT:
            if values:
                yield label, values, cells
                label, values, cells = "", [], True
            label += token.text
        elif token.kind in {NUMBER, MARK, BLANK}:
            values.append(token.value if token.kind == NUMBER else None)
            cells = cells and token.is_cell
    if values or label:
        yield label, values, cells


def by_labels(tokens, rows, found, table):
    """Rows by their labels. A row nobody can place stays None; fewer than half placed is no table."""
    result, following = [None] * len(rows), 0
    for label, values, cells in runs(tokens):
        matched = [i for i in range(following, len(rows)) if rows[i].pattern.search(label)]
        if matched and _is_plausible(matched, following):
            place = max(i for i in matched if i - following <= 12)
        elif len([v for v in values if v is not None]) >= 7 and following < len(rows):
            place = following
        else:
            continue
        following = place
        for part in _parts(values, rows, place, cells):
            if following >= len(rows):
                break
            result[following] = part
            following += 1
    placed = sum(row is not None for row in result)
    if placed * 2 < len(rows):
        found.doubts.append(f"找到了{table}，但没有认出其中的数字，请对照原件录入。")
        return None
    missing = [row.name for row, values in zip(rows, result, strict=True) if values is None]
    if missing:
        found.incomplete.add("b")
        found.doubts.append(f"{table}中这些行没有认准，留作空白：{'、'.join(missing)}。")
    return [
        values if values is not None else [None] * row.width
        for row, values in zip(rows, result, strict=True)
    ]


def _is_plausible(matched, following):
    return min(matched) - following <= 12


def _parts(values, rows, place, cells):
    """A run of values as rows from `place` on: lists, or None where the places of blanks cannot be
    told.
    """
    width = rows[place].width
    numbers = [value for value in values if value is not None]
    if (
        len(values) > width
        and len(numbers) % width == 0
        and numbers
        and len(numbers) // width <= len(rows) - place
    ):
        return [numbers[i : i + width] for i in range(0, len(numbers), width)]
    while len(values) > width and values[0] is None:
        values = values[1:]
    while len(values) > width and values[-1] is None:
        values = values[:-1]
    if len(values) == width:
        return [values]
    if not numbers and cells:
        return [[None] * width]
    if cells and len(values) < width and width <= 3:
        return [[*values, *[None] * (width - len(values))]]
    return [None]
