"""Encrypted backups open with their passphrase and not otherwise."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.operations import sealing
from portal.operations.sealing import OpeningReader, SealError, SealingWriter

pytestmark = pytest.mark.any_database


def sealed(pieces, passphrase="一个足够长的口令 123"):
    target = io.BytesIO()
    writer = SealingWriter(target, passphrase)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return target.getvalue()


def opened(data, passphrase="一个足够长的口令 123"):
    return OpeningReader(io.BytesIO(data), passphrase).readall()


@settings(max_examples=15, deadline=None)
@given(pieces=st.lists(st.binary(max_size=700), max_size=6))
def test_whatever_is_written_comes_back(monkeypatch_session_piece, pieces):
    assert opened(sealed(pieces)) == b"".join(pieces)


@pytest.fixture(scope="module")
def monkeypatch_session_piece():
    """Pieces of 256 bytes, so that small data already fills several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "PIECE", 256)
        yield


@settings(max_examples=20, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(monkeypatch_session_piece, place, bit):
    data = bytearray(sealed([bytes(900)]))
    data[place % len(data)] ^= 1 << bit
    with pytest.raises(SealError):
        opened(bytes(data))


@pytest.mark.parametrize("end", [0, 10, 39, 40, 100, 39 + 272, 39 + 2 * 272])
def test_a_file_that_was_cut_off_does_not_open(monkeypatch_session_piece, end):
    with pytest.raises(SealError):
        opened(sealed([bytes(900)])[:end])


def test_another_passphrase_does_not_open_it():
    with pytest.raises(SealError, match="口令不对"):
        opened(sealed([b"x"]), "另一个口令")
