"""Each doubt of intake has a code of its own; a program never reads the sentences."""

import copy
import pickle
import re
from collections import Counter
from pathlib import Path

from documents.doubts import Doubt
from documents.old_pages.reading import SETTLED_ANEW

SOURCES = Path(__file__).parents[1].glob("*.py")
CODES = Counter(re.findall(r'Doubt\(\s*"([^"]+)"', "".join(path.read_text() for path in SOURCES)))


def test_codes_are_each_of_one_doubt():
    assert len(CODES) > 20
    assert [code for code, number in CODES.items() if number > 1] == []
    assert all(re.fullmatch(r"[a-z]+(?:-[a-z]+)*", code) for code in CODES)


def test_what_old_pages_settle_anew_are_doubts_of_intake():
    assert set(CODES) >= SETTLED_ANEW


def test_a_doubt_is_its_sentence_and_stays_one_on_its_way():
    doubt = Doubt("empty", "正文是空的。")
    assert doubt == "正文是空的。"
    for same in (copy.copy(doubt), pickle.loads(pickle.dumps(doubt))):
        assert (same, same.code) == (doubt, "empty")
