"""The statistics list of the reports on 2014–2018: 统计指标, 单位, 统计数."""

import re

from imports.figures import BLANK, END, MARK, NUMBER, TEXT, tokens_of

_UNIT = re.compile(
    r"(?:条|件|次|人|万元|个|元|篇|场|名|户|份|家|期|批|人次|条次|条件|件次|篇次|项|字节)\Z"
)
_START = re.compile(r"统计指标|指标名称")
MIN_ROWS = 5


def find_list(blocks):
    """(rows, (first block, last block)) of the list, or (None, None): rows are [label, unit, value
    or None].
    """
    tokens = list(tokens_of(blocks))
    start = next(
        (
            i
            for i, token in enumerate(tokens)
            if token.kind == TEXT and len(token.text) < 40 and _START.search(token.text)
        ),
        None,
    )
    if start is None:
        return None, None
    rows, last = _rows(tokens[start:])
    if len(rows) < MIN_ROWS:
        return None, None
    return rows, (tokens[start].block, last)


def _rows(tokens):
    rows, label, unit, last = [], "", None, tokens[0].block
    for token in tokens:
        if token.kind == TEXT:
            if _UNIT.match(token.text) and label:
                unit = token.text
            elif len(token.text) > 80:
                break
            else:
                label = (
                    token.text
                    if unit is not None or token.is_cell
                    else _continued(label, token.text)
                )
                unit = None
        elif token.kind in {NUMBER, BLANK, MARK} and label and unit is not None:
            rows.append([label, unit, token.value])
            label, unit, last = "", None, token.block
        elif token.kind == END and token.is_cell and unit is None:
            label = ""
    return rows, last


def _continued(label, text):
    """A label broken over words; a new number in front begins another."""
    return (
        text if re.match(r"[一二三四五六七八九十]", text) or re.match(r"\d", text) else label + text
    )
