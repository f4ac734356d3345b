"""Check characters of organ codes, on real codes and on made ones."""

import string

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from catalog.organ_codes import (
    CREDIT_ALPHABET,
    credit_check_character,
    normalise_organ_code,
    organisation_check_character,
    validate_organ_code,
)

# Organ codes as they stand in published index numbers of real organs.
REAL = [
    "000014349",  # 国务院
    "014416330",  # 泰州市人民政府办公室
    "746899294",  # 蔚县
    "003129766",  # 太湖县
    "01527918X",  # 怒江州民政局
    "11370900004341590P",  # 泰安市财政局
    "11441700007280420Y",  # 阳江市人民政府办公室
    "11330700MB10327095",  # 金华开发区
    "1150022873659872X5",  # 梁平区曲水镇
]
# Published all the same: imports keep such numbers as found, but nobody registers a department
# under them.
REAL_BUT_WRONG = [
    "736916953",  # 五大连池市
    "11341702000111222F",  # 宁国市
    "035210000",
]

first_eights = st.text(string.digits + string.ascii_uppercase, min_size=8, max_size=8)
first_seventeens = st.text(CREDIT_ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", REAL)
def test_codes_of_real_organs_are_valid(code):
    validate_organ_code(code)


@pytest.mark.parametrize("code", REAL_BUT_WRONG)
def test_codes_published_with_a_wrong_check_character_are_refused(code):
    with pytest.raises(ValidationError, match="校验码"):
        validate_organ_code(code)


@pytest.mark.parametrize("code", ["11370900004341590P", "11441700007280420Y", "1150022873659872X5"])
def test_a_credit_code_holds_a_valid_organisation_code(code):
    validate_organ_code(code[8:17])


@pytest.mark.parametrize(
    "code", ["", "12345678", "01527918x", "0142768-8", "1137090000434159O1", "６" * 9, "a" * 18]
)
def test_what_is_no_code_at_all_is_refused_with_the_two_lengths(code):
    with pytest.raises(ValidationError, match="9 位组织机构代码或 18 位"):
        validate_organ_code(code)


@given(first_eights)
def test_any_nine_characters_with_their_check_character_are_valid(first_eight):
    validate_organ_code(first_eight + organisation_check_character(first_eight))


@given(first_seventeens)
def test_any_eighteen_characters_with_their_check_character_are_valid(first_seventeen):
    validate_organ_code(first_seventeen + credit_check_character(first_seventeen))


@given(first_seventeens, st.integers(0, 16), st.sampled_from(CREDIT_ALPHABET))
def test_one_mistyped_character_of_a_credit_code_is_always_caught(first_seventeen, place, typed):
    mistyped = first_seventeen[:place] + typed + first_seventeen[place + 1 :]
    if mistyped != first_seventeen:
        with pytest.raises(ValidationError):
            validate_organ_code(mistyped + credit_check_character(first_seventeen))


@given(first_eights, st.integers(0, 6))
def test_two_neighbours_swapped_in_an_organisation_code_change_the_check_character(
    first_eight, place
):
    left, right = first_eight[place], first_eight[place + 1]
    swapped = first_eight[:place] + right + left + first_eight[place + 2 :]
    same = organisation_check_character(swapped) == organisation_check_character(first_eight)
    # Weights differ, and the modulus 11 is prime: only values 11 apart (or weights 11 apart) can
    # hide the swap.
    alike = (int(left, 36) - int(right, 36)) % 11 == 0
    assert same == alike


@pytest.mark.parametrize("typed", ["01527918-x", " 01527918 X ", "01527918－X", "01527918—x"])
def test_hyphens_blanks_and_small_letters_are_normalised(typed):
    assert normalise_organ_code(typed) == "01527918X"
