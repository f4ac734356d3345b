"""PNG and JPEG without what they say beside the picture. The picture's own bytes are copied, never
compressed anew.
"""

import contextlib
import struct
import zlib
from collections.abc import Iterator
from typing import Any

from PIL import Image

GPS, CAMERA, WORDS, TRAILING = (
    "拍摄地点（GPS）",
    "拍摄设备和时间",
    "图片中的附加文字",
    "图片之后的多余内容",
)
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    *(
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"cICP",
        b"sBIT",
        b"bKGD",
    ),
    *(b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
}
_EXIF, _ORIENTATION, _GPS_BLOCK = b"Exif\0\0", 0x0112, 0x8825
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF


def without_metadata(data: bytes) -> tuple[bytes, list[str]]:
    """(clean bytes, what was taken out) of a PNG or JPEG; of anything else the bytes as they are."""
    try:
        if data.startswith(_PNG):
            return _clean_png(data)
        if data.startswith(b"\xff\xd8"):
            return _clean_jpeg(data)
    except (struct.error, IndexError, ValueError):  # damaged: the upload's own check speaks of that
        pass
    return data, []


def _clean_png(data: bytes) -> tuple[bytes, list[str]]:
    kept, removed, place = [_PNG], set(), len(_PNG)
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        end = place + 12 + length
        if kind in _PNG_KEPT:
            kept.append(data[place:end])
        else:
            removed.add(
                _words_of(data[place + 8 : place + 8 + length]) if kind == b"eXIf" else WORDS
            )
        place = end
        if kind == b"IEND":
            break
    if place < len(data):
        removed.add(TRAILING)
    return (b"".join(kept), sorted(removed)) if removed else (data, [])


def _clean_jpeg(data: bytes) -> tuple[bytes, list[str]]:
    kept, removed, place = [data[:2]], set(), 2
    while True:
        place, marker = _next_marker(data, place)
        if marker == _EOI:
            kept.append(b"\xff\xd9")
            break
        end = place + struct.unpack(">H", data[place : place + 2])[0]
        segment = data[place + 2 : end]
        if marker == _SOS:
            end = _end_of_scan(data, end)
        if _is_kept(marker, segment):
            kept.append(bytes([0xFF, marker]) + data[place:end])
        elif segment.startswith(_EXIF):
            removed.add(_words_of(segment[len(_EXIF) :]))
            kept.append(_orientation_alone(segment[len(_EXIF) :]))
        else:
            removed.add(WORDS)
        place = end
    if data[place:].strip(b"\0\r\n "):
        removed.add(TRAILING)
    return (b"".join(kept), sorted(removed)) if removed else (data, [])


def _next_marker(data: bytes, place: int) -> tuple[int, int]:
    """(place after the marker, marker)."""
    if data[place] != 0xFF:
        raise ValueError("no marker where one should be")
    while data[place] == 0xFF:
        place += 1
    return place + 1, data[place]


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the compressed picture ends: at the first 0xFF that is neither stuffing nor a restart
    mark.
    """
    while True:
        place = data.index(b"\xff", place)
        follower = data[place + 1]
        if follower != 0 and not 0xD0 <= follower <= 0xD7:
            return place
        place += 2


def _is_kept(marker: int, segment: bytes) -> bool:
    if marker == _APP2:
        return segment.startswith(b"ICC_PROFILE\0")
    return marker in {_APP0, _APP14} or not (_APP1 <= marker <= _APP15 or marker == _COM)


def _exif(block: bytes) -> Image.Exif:
    """What the block says; a damaged one says nothing that can be read here, and is taken out all
    the same.
    """
    exif = Image.Exif()
    with contextlib.suppress(struct.error, IndexError, ValueError, KeyError, SyntaxError, OSError):
        exif.load(_EXIF + block)
    return exif


def _words_of(block: bytes) -> str:
    return GPS if _GPS_BLOCK in _exif(block) else CAMERA


def _orientation_alone(block: bytes) -> bytes:
    """A picture taken with the camera on its side stays upright."""
    orientation = _exif(block).get(_ORIENTATION, 1)
    if orientation not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    payload = exif.tobytes()
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


def is_decodable(file: Any, kind: str, *, most_pixels: int) -> bool:
    """Whether a file is the picture it claims to be, from first to last row. `kind`: PNG or JPEG.

    Raises OverflowError where it has more pixels than that; they are counted before any is decoded.
    The pixels are never all held in memory: forty million of them would take 160 MB.
    """
    file.seek(0)
    try:
        with Image.open(file, formats=[kind]) as picture:
            if picture.width * picture.height > most_pixels:
                raise OverflowError
            if kind == "PNG":
                return _has_all_rows(file)
            picture.draft(
                "L", (picture.width // 8 or 1, picture.height // 8 or 1)
            )  # read whole, kept at an eighth of the size
            picture.load()
    except OverflowError:
        raise
    except Image.DecompressionBombError as error:
        raise OverflowError from error
    except Exception:  # a damaged picture makes the library raise nearly anything
        return False
    return True


_PIECE, _MOST_CHUNKS = 1_000_000, 100_000
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Adam7: where each pass begins and how far its pixels stand apart (x, y, dx, dy).
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def _has_all_rows(file: Any) -> bool:
    """Whether a PNG's chunks are undamaged and unpack to all its rows; unpacked in pieces, and only
    counted.
    """
    file.seek(len(_PNG))
    unpacker, unpacked, expected = zlib.decompressobj(), 0, 0
    for _ in range(_MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", file.read(8))
        check = zlib.crc32(kind)
        for piece in _pieces(file, length):
            check = zlib.crc32(piece, check)
            if kind == b"IHDR":
                expected = _bytes_of_rows(*struct.unpack(">IIBBxxB", piece))
            elif kind == b"IDAT":
                unpacked += _unpacked(unpacker, piece, expected - unpacked)
        if file.read(4) != struct.pack(">I", check):
            return False
        if kind == b"IEND":
            return 0 < expected <= unpacked
    return False


def _unpacked(unpacker: Any, piece: bytes, wanted: int) -> int:
    """How many bytes a piece unpacks to; no more is unpacked than the picture has."""
    found = 0
    while piece and found < wanted and not unpacker.eof:
        found += len(unpacker.decompress(piece, _PIECE))
        piece = unpacker.unconsumed_tail
    return found


def _pieces(file: Any, length: int) -> Iterator[bytes]:
    while length > 0:
        piece = file.read(min(_PIECE, length))
        if not piece:
            raise EOFError
        length -= len(piece)
        yield piece


def _bytes_of_rows(width: int, height: int, depth: int, colour: int, interlaced: int) -> int:
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    sizes = [((width - x + dx - 1) // dx, (height - y + dy - 1) // dy) for x, y, dx, dy in passes]
    bits = depth * _CHANNELS[colour]
    return sum(
        rows * (1 + (columns * bits + 7) // 8)
        for columns, rows in sizes
        if columns > 0 and rows > 0
    )
