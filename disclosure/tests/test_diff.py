"""What changed between two texts: right, no worse than difflib on real ones, and never slow."""

import random
import re
import time
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.reports.findings.likeness import common_pieces
from documents import diff
from documents.diff import steps

DOCUMENTS = sorted(Path("fixtures/demonstration/documents").glob("*.txt"))
LINES = st.lists(st.sampled_from(["是", "否", "", "第一条", "合计"]), max_size=40)


def changed(found):
    return sum(b - a + d - c for kind, a, b, c, d in found if kind != "equal")


@given(LINES, LINES)
def test_the_steps_lead_from_one_text_to_the_other_and_are_told_by_their_right_names(old, new):
    place = (0, 0)
    for kind, a, b, c, d in steps(old, new):
        assert (a, c) == place
        assert (kind == "equal") == (old[a:b] == new[c:d])
        assert (
            kind
            == {(True, True): kind, (True, False): "delete", (False, True): "insert"}[
                (a < b, c < d)
            ]
        )
        assert kind in {"equal", "replace"} or a == b or c == d
        place = (b, d)
    assert place == (len(old), len(new))


@given(LINES, LINES)
def test_changed_and_equal_take_turns_and_no_fewer_lines_could_change(old, new):
    found = steps(old, new)
    kinds = [step.kind == "equal" for step in found]
    assert all(one != other for one, other in pairwise(kinds))
    assert changed(found) == len(old) + len(new) - 2 * longest_common(old, new)


def longest_common(old, new):
    """By the book."""
    row = [0] * (len(new) + 1)
    for line in old:
        above, row = row, [0]
        for place, other in enumerate(new):
            row.append(above[place] + 1 if line == other else max(above[place + 1], row[-1]))
    return row[-1]


def test_an_edited_line_is_one_replacement():
    assert steps(["甲", "乙", "丙"], ["甲", "丁", "丙"]) == [
        ("equal", 0, 1, 0, 1),
        ("replace", 1, 2, 1, 2),
        ("equal", 2, 3, 2, 3),
    ]


def clauses(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [part for line in lines for part in re.split("(?<=[。；，])", line.strip()) if part]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_edited_document_shows_no_more_changes_in_no_more_places_than_before(path):
    old, chance = clauses(path)[:600], random.Random(7)
    new = list(old)
    for _ in range(len(old) // 12):
        place = chance.randrange(len(new))
        act = chance.choice(["remove", "add", "reword", "move"])
        if act == "add":
            new.insert(place, "新增一句。")
        elif act == "reword":
            new[place] += "（修改）"
        else:
            line = new.pop(place)
            if act == "move":
                new.insert(chance.randrange(len(new)), line)
    before, now = SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), steps(old, new)
    assert changed(now) <= changed(before)
    assert len(now) <= len(before)


def test_two_years_reports_show_no_more_changes_than_before():
    for one, other in combinations(
        [path for path in DOCUMENTS if "suqian" in path.stem or "songbei" in path.stem], 2
    ):
        old, new = clauses(one)[:400], clauses(other)[:400]
        before, now = SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), steps(old, new)
        assert changed(now) <= changed(before)
        assert len(now) <= len(before) + 4


@pytest.mark.parametrize(
    "line",
    [
        lambda chance: chance.choice("是否"),
        lambda chance: "是否"[chance.random() < 0.02],
        lambda chance: "第" * chance.randrange(9),
    ],
    ids=["two words", "nearly all alike", "nine words"],
)
def test_four_thousand_lines_of_few_words_are_compared_at_once(line):
    chance = random.Random(2)
    old, new = ([line(chance) for _ in range(4000)] for _ in range(2))
    began = time.monotonic()
    steps(old, new)
    assert time.monotonic() - began < 3  # 5 ms; difflib takes 6 s and more


def test_what_is_longer_than_any_document_is_not_compared_but_its_ends_are(monkeypatch):
    monkeypatch.setattr(diff, "LARGEST_TABLE", 10)
    assert [step.kind for step in steps([*"甲一二三四乙"], [*"甲五六三四七八九乙"])] == [
        "equal",
        "replace",
        "equal",
    ]


def test_the_pieces_two_paragraphs_share_are_no_fewer_than_before_on_edited_documents():
    chance = random.Random(3)
    before = now = 0
    for path in DOCUMENTS:
        first = path.read_text(encoding="utf-8")[:900]
        second = list(first)
        for _ in range(len(first) // 25):
            place = chance.randrange(len(second))
            second[place : place + chance.randint(0, 6)] = chance.choice(["", "改", "新增内容"])
        second = "".join(second)
        blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
        before += sum(block.size for block in blocks if block.size >= 5)
        mine, theirs = common_pieces(first, second)
        assert ["".join(words for words, _ in cut) for cut in (mine, theirs)] == [first, second]
        shared = [[words for words, is_common in cut if is_common] for cut in (mine, theirs)]
        assert shared[0] == shared[1]
        now += sum(map(len, shared[0]))
    assert now >= before


def test_two_paragraphs_of_two_characters_are_marked_at_once():
    chance = random.Random(4)
    first, second = ("".join(chance.choice("是否") for _ in range(3000)) for _ in range(2))
    began = time.monotonic()
    common_pieces(first, second)
    assert time.monotonic() - began < 1  # 30 ms; difflib takes 2 s and more
