"""Places for dear work: so many and no more, and none is ever lost."""

import pytest

from background.places import Holding, NoPlaceError, place, take


@pytest.fixture(autouse=True)
def _two_places(settings):
    settings.DEAR_WORK_AT_ONCE = 2


def is_free(kind):
    try:
        with place(kind):
            return True
    except NoPlaceError:
        return False


def test_the_third_is_sent_away_and_another_kind_is_not():
    with place("file"), place("file"):
        assert not is_free("file")
        assert is_free("sign-in")
    assert is_free("file")


def test_a_place_comes_back_from_what_breaks():
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), place("broken"):
            raise ZeroDivisionError
    assert is_free("broken")


def broken():
    yield b"x"
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "way", ["read to the end", "left in the middle", "never begun", "closed twice", "broken"]
)
def test_a_stream_gives_its_place_back_however_it_ends(way):
    for _ in range(2):
        take(way)
    stream = Holding(way, broken() if way == "broken" else iter([b"a", b"b"]))
    assert not is_free(way)
    if way == "read to the end":
        assert list(stream) == [b"a", b"b"]
    elif way == "broken":
        with pytest.raises(ZeroDivisionError):
            list(stream)
    else:
        if way == "left in the middle":
            next(stream)
        stream.close()
        stream.close()
    with place(way):
        assert not is_free(way)  # one of the two, and no more
