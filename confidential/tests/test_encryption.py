"""What goes in comes out, in its place, under its key, unchanged; nothing else ever does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confidential import keyring
from confidential.encryption import Place, decrypt, decrypt_bytes, encrypt, encrypt_bytes
from confidential.errors import ConfidentialError, DamagedValueError, KeyFileError, UnknownKeyError

pytestmark = pytest.mark.any_database
PLACE = Place("inquiries", "application.name", "2026-0001")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
PLACES = st.builds(Place, NAMES, NAMES, NAMES | st.integers(1))


@given(TEXTS, PLACES)
def test_a_text_comes_back(text, place):
    value = encrypt(text, place=place)
    assert decrypt(value, place=place) == text
    assert len(value) <= 46 + -(-4 * len(text.encode()) // 3)


@given(st.binary(max_size=2_000), PLACES)
def test_bytes_come_back_and_are_32_longer(data, place):
    value = encrypt_bytes(data, place=place)
    assert decrypt_bytes(value, place=place) == data
    assert len(value) == len(data) + 32


def test_what_is_at_rest_shows_nothing_and_is_never_the_same_twice():
    values = {encrypt("张三 11010119900307123X", place=PLACE) for _ in range(50)}
    assert len(values) == 50
    assert not any("张三" in value or "11010119900307123X" in value for value in values)


@given(st.binary(max_size=60), st.data())
def test_a_change_of_any_byte_is_noticed(data, drawn):
    value = bytearray(encrypt_bytes(data, place=PLACE))
    place = drawn.draw(st.integers(0, len(value) - 1))
    value[place] ^= drawn.draw(st.integers(1, 255))
    with pytest.raises(
        (DamagedValueError, UnknownKeyError)
    ):  # the latter where the id of the key was changed
        decrypt_bytes(bytes(value), place=PLACE)


@given(TEXTS, st.data())
def test_a_change_of_any_letter_is_noticed(text, drawn):
    """Also of those bits of the last letter that base64 does not use."""
    value = encrypt(text, place=PLACE)
    place = drawn.draw(st.integers(0, len(value) - 1))
    letter = drawn.draw(st.characters(codec="utf-8").filter(lambda letter: letter != value[place]))
    with pytest.raises(ConfidentialError):
        decrypt(value[:place] + letter + value[place + 1 :], place=PLACE)


@given(TEXTS, st.data())
def test_a_part_of_a_value_does_not_open(text, drawn):
    value = encrypt(text, place=PLACE)
    with pytest.raises(ConfidentialError):
        decrypt(value[: drawn.draw(st.integers(0, len(value) - 1))], place=PLACE)


@given(TEXTS, PLACES, PLACES)
def test_a_value_opens_in_no_other_place(text, place, other):
    value = encrypt(text, place=place)
    if (place.room, place.field, str(place.record)) == (other.room, other.field, str(other.record)):
        assert decrypt(value, place=other) == text
        return
    with pytest.raises(DamagedValueError):
        decrypt(value, place=other)


def test_a_long_name_of_a_record_is_bound_as_a_short_one_is():
    long, longer = (Place("inquiries", "upload", "x" * length) for length in (70_000, 70_001))
    value = encrypt("示例", place=long)
    assert decrypt(value, place=long) == "示例"
    with pytest.raises(DamagedValueError):
        decrypt(value, place=longer)


@pytest.mark.parametrize("length", range(32))
def test_what_is_too_short_for_a_value_is_damaged(length):
    with pytest.raises(DamagedValueError):
        decrypt_bytes(encrypt_bytes(b"", place=PLACE)[:length], place=PLACE)


def test_parts_of_a_place_do_not_run_together():
    with pytest.raises(DamagedValueError):
        decrypt(encrypt("示例", place=Place("a", "bc", "d")), place=Place("ab", "c", "d"))


@pytest.mark.parametrize("record", ["", None])
def test_a_record_without_a_number_is_no_place(record):
    with pytest.raises(ValueError, match="number"):
        Place("inquiries", "application.name", record)


def test_under_another_key_it_does_not_open_and_says_which_is_missing():
    value = encrypt("示例", place=PLACE)
    missing = keyring.read().ids[0]
    keyring.write(keyring.KeyRing((keyring.new_key(),)))
    with pytest.raises(UnknownKeyError, match=rf"{missing}.*恢复这个文件"):
        decrypt(value, place=PLACE)


def test_without_the_key_nothing_opens_and_the_sentence_names_the_file(settings):
    value = encrypt("示例", place=PLACE)
    settings.CONFIDENTIAL_KEY_FILE.unlink()
    with pytest.raises(KeyFileError, match=r"没有加密个人信息的密钥文件.*恢复"):
        decrypt(value, place=PLACE)


def test_no_error_holds_the_value():
    value = encrypt("示例秘密", place=PLACE)
    with pytest.raises(DamagedValueError) as caught:
        decrypt(value, place=Place("inquiries", "application.name", "2026-0002"))
    assert value not in str(caught.value)
    assert "2026-0002" in str(caught.value)
