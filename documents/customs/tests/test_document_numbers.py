import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.customs.document_numbers import normalise_document_number


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("哈政办规[2018]26号", "哈政办规〔2018〕26号"),
        ("五政办规〔2024〕1号", "五政办规〔2024〕1号"),
        ("国发〔 201 4 〕 10号", "国发〔2014〕10号"),
        ("国发［２０１４］１０号", "国发〔2014〕10号"),
        ("松政发(2009)第07号", "松政发〔2009〕7号"),
        ("松政发（2009）7", "松政发〔2009〕7号"),
        ("曲水府发〔202321号", "曲水府发〔2023〕21号"),
        ("国务院令第711号", "国务院令第711号"),
        ("", ""),
    ],
)
def test_it_brings_real_variants_to_the_standard_form(typed, normal):
    assert normalise_document_number(typed) == normal


@given(
    organ=st.text("松北哈政办规发函财", min_size=1, max_size=6),
    year=st.integers(1949, 2099),
    serial=st.integers(1, 99999),
    brackets=st.sampled_from(["[]", "［］", "()", "（）", "〔〕", "【】", "﹝﹞"]),
    blank=st.sampled_from(["", " ", "\u3000"]),
)
def test_any_bracket_and_blank_gives_one_number(organ, year, serial, brackets, blank):
    typed = f"{organ}{blank}{brackets[0]}{year}{blank}{brackets[1]}{blank}{serial}号"
    assert normalise_document_number(typed) == f"{organ}〔{year}〕{serial}号"


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text):
    once = normalise_document_number(text)
    assert normalise_document_number(once) == once
