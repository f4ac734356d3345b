"""Table C: the fifteen numbers of reviews and suits behind their three rows of headings."""

import re

from imports import forms
from imports.figures import BLANK, END, MARK, NUMBER, TEXT, is_label


def find_disputes(tokens, start, found, year):
    """Table C: fifteen numbers behind its three rows of headings."""
    anchor = next(
        (
            i
            for i in range(start, len(tokens))
            if is_label(tokens[i])
            and (
                "直接起诉" in tokens[i].text
                or "复议后起诉" in tokens[i].text
                or "未经复议" in tokens[i].text
            )
        ),
        None,
    )
    if anchor is None:
        return
    runs, label_year, last = [], None, anchor
    for values, first, stop in _runs_of_c(tokens, anchor):
        numbers = [value for value in values if value is not None]
        if len(numbers) == 1 and numbers[0] == year and len(values) == 1:
            label_year = year
            continue
        if len(values) >= 3:
            runs.append((values, label_year, first, stop))
            label_year = None
    chosen = next((run for run in runs if run[1]), None) or next(
        (run for run in runs if len(_trim_c(run[0])) == forms.DISPUTES), None
    )
    if chosen is None:
        found.doubts.append("找到了复议诉讼情况表，但没有认出其中的数字，请对照原件录入。")
        return
    values, _, first, last = chosen
    values = _trim_c(values)
    if len(values) < forms.DISPUTES:
        found.incomplete.add("c")
        found.doubts.append(f"复议诉讼情况表只有前 {len(values)} 个数字，其余留作空白。")
        values = [*values, *[None] * (forms.DISPUTES - len(values))]
    if len(values) == forms.DISPUTES:
        found.c = values
        found.spans["c"] = (_start_block_of_c(tokens, anchor), tokens[last].block)


def _start_block_of_c(tokens, anchor):
    position = anchor
    while position > 0 and (
        tokens[position - 1].kind != TEXT or forms.C_HEADER.match(tokens[position - 1].text)
    ):
        if tokens[position - 1].kind == NUMBER:
            break
        position -= 1
    return tokens[position].block if tokens[position].kind == TEXT else tokens[anchor].block


def _trim_c(values):
    numbers = [value for value in values if value is not None]
    if len(numbers) == forms.DISPUTES:
        return numbers
    while len(values) > forms.DISPUTES and values[0] is None:
        values = values[1:]
    while len(values) > forms.DISPUTES and values[-1] is None:
        values = values[:-1]
    return values


def _runs_of_c(tokens, anchor):
    """(values, first, last position): runs of values among the headings, up to the first text that
    is no heading.
    """
    values, first = [], None
    for position in range(anchor, min(len(tokens), anchor + 260)):
        token = tokens[position]
        if token.kind == TEXT or _is_year_line(tokens, position):
            if values:
                yield values, first, position - 1
                values, first = [], None
            if token.kind == NUMBER:
                yield [token.value], position, position
            elif position > anchor and not forms.C_HEADER.match(token.text) and _ends_c(token.text):
                return
        elif token.kind == NUMBER or (
            token.kind in {MARK, BLANK} and (values or _row_has_values(tokens, position))
        ):
            first = position if first is None else first
            values.append(token.value)
    if values:
        yield values, first, min(len(tokens), anchor + 260) - 1


def _is_year_line(tokens, position):
    """A year alone on its line says whose numbers follow; it is none of them."""
    token = tokens[position]
    if token.kind != NUMBER or token.is_cell or not 2005 <= (token.value or 0) <= 2100:
        return False
    following = next((one for one in tokens[position + 1 :] if one.kind != END), None)
    if following is None or following.kind != TEXT or not forms.C_HEADER.match(following.text):
        return False
    return (
        tokens[position - 1].kind == END
        and tokens[position + 1 : position + 2] != []
        and tokens[position + 1].kind == END
    )


def _ends_c(text):
    return len(text) > forms.MAX_LABEL or bool(re.search(r"存在.{0,6}问题|需要报告的事项", text))


def _row_has_values(tokens, position):
    """Whether a blank cell stands in a row of values, not among the headings."""
    row = []
    start = position
    while start > 0 and tokens[start - 1].kind != END:
        start -= 1
    while start < len(tokens) and tokens[start].kind != END:
        row.append(tokens[start].kind)
        start += 1
    return TEXT not in row and (NUMBER in row or len(row) >= forms.DISPUTES)
