"""What an archive may do when it is unpacked: on every Python the portal runs on, from Debian 12's
3.11.2.
"""

import io
import tarfile

import pytest
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import strategies as st

from portal.operations.archive import FORMAT, unpack

pytestmark = pytest.mark.any_database


def member(name, kind=tarfile.REGTYPE, link="", mode=0o644):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    return info


def archive_of(path, *members, content=b"content"):
    """A tar file of these members."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for info in members:
            info.size = len(content) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return path


def unpacked(path, folder):
    folder.mkdir()
    return unpack(path, folder, progress=lambda done, total, what: None)


HOSTILE = {
    "a way out": member("../outside"),
    "a way out in the middle": member("media/../../outside"),
    "a way that ends where it began": member("media/.."),
    "an absolute name": member("/tmp/lantai-outside"),
    "an empty name": member(""),
    "the folder itself": member("."),
    "a symbolic link": member("media/link", tarfile.SYMTYPE, "/etc"),
    "a symbolic link inside": member("media/link", tarfile.SYMTYPE, "other"),
    "a hard link": member("media/link", tarfile.LNKTYPE, "/etc/passwd"),
    "a character device": member("media/device", tarfile.CHRTYPE),
    "a block device": member("media/device", tarfile.BLKTYPE),
    "a pipe": member("media/pipe", tarfile.FIFOTYPE),
    "a folder": member("media/folder", tarfile.DIRTYPE),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_but_plain_files_below_the_folder_is_written(what, tmp_path):
    path = archive_of(tmp_path / "a.tar", HOSTILE[what])
    with pytest.raises(CommandError, match=r"不应出现的内容|不能使用"):
        unpacked(path, tmp_path / "place")
    assert sorted(tmp_path.rglob("*")) == [path, tmp_path / "place"]


def test_a_name_that_comes_twice_is_refused(tmp_path):
    path = archive_of(tmp_path / "a.tar", member("media/a"), member("media/./a"))
    with pytest.raises(CommandError, match="不能使用"):
        unpacked(path, tmp_path / "place")


def test_a_file_is_this_accounts_alone_whatever_the_archive_says(tmp_path):
    path = archive_of(tmp_path / "a.tar", member("media/a", mode=0o4777))
    with pytest.raises(CommandError, match="没有清单"):
        unpacked(path, tmp_path / "place")
    assert (tmp_path / "place/media/a").stat().st_mode & 0o7777 == 0o600


def test_a_long_chinese_name_and_an_empty_file_come_back(tmp_path):
    name, empty = "media/" + "/".join(["附件" * 20] * 3) + ".pdf", b""
    path = tmp_path / "a.tar"
    manifest = f'{{"format": "{FORMAT}", "files": {{"{name}": {{"size": 0, "sha256": "{EMPTY}"}}}}}}'.encode()
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(member(name), io.BytesIO(empty))
        info = member("MANIFEST.json")
        info.size = len(manifest)
        tar.addfile(info, io.BytesIO(manifest))
    assert list(unpacked(path, tmp_path / "place")["files"]) == [name]
    assert (tmp_path / "place" / name).read_bytes() == empty


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing

PIECES = st.sampled_from(["..", ".", "", "a", "media", "\\", "~", "a ", "//", "附件", "-", "con"])


@given(
    pieces=st.lists(PIECES, min_size=1, max_size=6), start=st.sampled_from(["", "/", "./", "//"])
)
def test_no_name_leads_out_of_the_folder(pieces, start, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("names")
    path = archive_of(tmp_path / "a.tar", member(start + "/".join(pieces)))
    with pytest.raises(CommandError):  # refused, or there is no manifest
        unpacked(path, tmp_path / "place")
    assert {one.name for one in tmp_path.iterdir()} == {"a.tar", "place"}
    assert all(one.is_file() or one.is_dir() for one in (tmp_path / "place").rglob("*"))
