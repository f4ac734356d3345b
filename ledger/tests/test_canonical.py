"""The canonical text, and that the stand-alone verifier writes the same."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import canonical
from ledger.standalone import verify_register

pytestmark = pytest.mark.any_database

KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=5)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


def test_it_is_written_as_documented():
    value = {"b": [1, -2, True, None], "a": '“引号"\\\b\t\n\f\r\x01\x7fé\u2028', "Z": {}}
    expected = '{"Z":{},"a":"“引号\\"\\\\\\b\\t\\n\\f\\r\\u0001\x7fé\u2028","b":[1,-2,true,null]}'
    assert canonical.canonical(value) == expected.encode()


@given(VALUES)
def test_both_sides_write_the_same_and_it_reads_back(value):
    text = canonical.canonical(value)
    assert verify_register.canonical(json.loads(text)) == text


@given(VALUES, VALUES)
def test_different_values_have_different_texts(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (canonical.canonical(one) == canonical.canonical(other)) == same


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, {"键": 1}, {1: 1}, "\0", "\ud800", (1,), b"", {"a": [0.5]}]
)
def test_it_refuses_what_other_languages_would_write_differently(value):
    with pytest.raises(ValueError, match="登记"):
        canonical.canonical(value)


def test_a_moment_is_in_utc_with_six_digits():
    zone = datetime.timezone(datetime.timedelta(hours=8))
    moment = datetime.datetime(2009, 3, 31, 9, 2, 3, tzinfo=zone)
    assert canonical.timestamp(moment) == "2009-03-31T01:02:03.000000Z"


def test_a_known_digest_never_changes():
    salt = canonical.field_salt("00" * 32, "subject_title")
    assert salt == "3b2dbca6c5f440bf3aa24bef8a3ab3b02e564a27498a93a5fd88e4c534a061f5"
    digest = canonical.salted_digest("00" * 32, "名称")
    assert digest == "88ab2426c972257083e45431b6ee634fee80115b9ee70e3d1628885d2b8e9e68"
