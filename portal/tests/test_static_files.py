"""Static files are compressed when they have changed."""

import gzip

import brotli
import pytest

from portal.front.static_files import SparingCompressor

STYLES = b".lead { margin: 0 } " * 50


@pytest.fixture
def styles(tmp_path):
    """A file that has been compressed."""
    path = tmp_path / "styles.css"
    path.write_bytes(STYLES)
    assert len(compress(path)) == 2
    return path


def compress(path):
    return SparingCompressor(quiet=True).compress(str(path))


def of(path, suffix):
    return path.with_name(path.name + suffix)


def test_both_kinds_open_to_the_file(styles):
    assert brotli.decompress(of(styles, ".br").read_bytes()) == STYLES
    assert gzip.decompress(of(styles, ".gz").read_bytes()) == STYLES


def test_what_is_compressed_already_is_left(styles):
    assert compress(styles) == []


def test_a_file_that_has_changed_is_compressed_again(styles):
    styles.write_bytes(STYLES + b"/* more */")
    assert len(compress(styles)) == 2
    assert brotli.decompress(of(styles, ".br").read_bytes()).endswith(b"/* more */")


@pytest.mark.parametrize("suffix", [".br", ".gz"])
def test_one_that_was_not_written_to_its_end_is_made_again(styles, suffix):
    whole = of(styles, suffix).read_bytes()
    of(styles, suffix).write_bytes(whole[: len(whole) // 2])
    compress(styles)
    assert of(styles, suffix).read_bytes() == whole


def test_what_does_not_get_smaller_is_not_kept(tmp_path):
    path = tmp_path / "small.txt"
    path.write_bytes(b"a")
    assert compress(path) == []
    assert not of(path, ".br").exists()
