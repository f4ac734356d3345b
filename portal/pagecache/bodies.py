"""The stored body of a page in every encoding, with the browse count written in at delivery.

The count stands in a region of `WIDTH` bytes: digits, the end tag `</a`, spaces up to the `>`. As
the region keeps its width and its last two bytes, everything round it can stay compressed: in gzip
and brotli the region is an uncompressed block of its own, between what was compressed before it
and, with the same window, after it.
"""

import re
import struct
import zlib

import brotli

WIDTH = 20
GZIP_LEVEL = 9
BROTLI_QUALITY = 5
# What the template tag `browse_count` writes; the first one of a page is its own.
_REGION = re.compile(rb'<a class="views"[^>]*>([\d,]+</a +>)')
_STANDS_IN = (
    bytes(range(1, WIDTH - 1)) + b" >"
)  # in no page: so nothing is compressed by referring to it
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
_STORED_BLOCK = b"\0" + struct.pack("<HH", WIDTH, WIDTH ^ 0xFFFF)
# ISLAST 0, MNIBBLES 4, MLEN-1, ISUNCOMPRESSED 1, filled up to three bytes (RFC 7932, 9.2).
_BROTLI_BLOCK = ((WIDTH - 1) << 3 | 1 << 19).to_bytes(3, "little")
_ALL = 0xFFFFFFFF


def region(count):
    """The bytes of a count, `WIDTH` of them."""
    return f"{count:,}</a".encode().ljust(WIDTH - 1) + b">"


class Fixed:
    """A body that is the same at every delivery."""

    def __init__(self, body, made=None):
        self.body = body
        self.made = made or {}

    @property
    def size(self):
        """Bytes held."""
        return len(self.body) + sum(len(body) for body in self.made.values())

    @property
    def whole(self):
        """The page as rendered, for another process to store."""
        return self.body

    def encoded(self, encoding, count):
        """The body in one encoding, in pieces; made at first use, since many pages are asked for in
        one encoding only.
        """
        if not encoding:
            return (self.body,)
        body = self.made.get(encoding)
        if body is None:
            body = self.made[encoding] = _COMPRESS[encoding](self.body)
        return (body,)


class Counted:
    """A body with a browse count in it. Raises ValueError where it has no region for one."""

    def __init__(self, body):
        found = _REGION.search(body)
        if found is None or len(found[1]) != WIDTH:
            raise ValueError("no place for the count")
        self.before, self.after = body[: found.start(1)], body[found.end(1) :]
        self.printed = int(found[1].partition(b"<")[0].replace(b",", b""))
        self.made = {}

    @property
    def size(self):
        """Bytes held."""
        return len(self.before) + len(self.after) + sum(part.size for part in self.made.values())

    @property
    def whole(self):
        """The page as rendered, for another process to store."""
        return self.before + region(self.printed) + self.after

    def encoded(self, encoding, count):
        """The body in one encoding with this count, in pieces: a long page is not copied together
        for each reader.
        """
        if not encoding:
            return self.before, region(count), self.after
        made = self.made.get(encoding)
        if made is None:
            made = self.made[encoding] = _SPLICED[encoding](self.before, self.after)
        return made.with_region(region(count))


class _Gzip:
    """One gzip member: deflated, stored region, deflated; its checksum is composed, not computed
    anew.
    """

    def __init__(self, before, after):
        first = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -15)
        window = (before + _STANDS_IN)[-32_768:]
        second = zlib.compressobj(
            GZIP_LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, window
        )
        self.head = (
            _GZIP_HEAD + first.compress(before) + first.flush(zlib.Z_SYNC_FLUSH) + _STORED_BLOCK
        )
        self.tail = second.compress(after) + second.flush()
        self.crc_before = zlib.crc32(before)
        # The checksum's register is linear: what `after` makes of any register is what it makes of
        # zero, combined with what as many zero bytes make of that register. Eight tables of sixteen
        # give the latter.
        self.crc_after = zlib.crc32(after, _ALL) ^ _ALL
        zeros = bytes(len(after))
        bits = [zlib.crc32(zeros, (1 << bit) ^ _ALL) ^ _ALL for bit in range(32)]
        self.shift = tuple(
            tuple(_combined(bits, place, value) for value in range(16)) for place in range(8)
        )
        self.length = struct.pack("<I", (len(before) + WIDTH + len(after)) & _ALL)

    @property
    def size(self):
        return len(self.head) + len(self.tail) + 5_000  # the tables

    def with_region(self, written):
        register = zlib.crc32(written, self.crc_before) ^ _ALL
        crc = self.crc_after
        for table in self.shift:
            crc ^= table[register & 15]
            register >>= 4
        return self.head, written, self.tail + struct.pack("<I", crc ^ _ALL) + self.length


def _combined(bits, place, value):
    out = 0
    for bit in range(4):
        if value >> bit & 1:
            out ^= bits[place * 4 + bit]
    return out


class _Brotli:
    """One brotli stream whose region is an uncompressed meta-block.

    The encoder is given other bytes for the region, and what it makes of them is thrown away. That
    is sound as long as it saw a literal there and nothing else, so the result is decoded once
    before it is used.
    """

    def __init__(self, before, after):
        encoder = brotli.Compressor(mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        self.head = encoder.process(before) + encoder.flush() + _BROTLI_BLOCK
        encoder.process(_STANDS_IN)
        encoder.flush()
        self.tail = encoder.process(after) + encoder.finish()
        self.plain = None
        if not self._is_sound(before, after):
            self.plain = before, after

    def _is_sound(self, before, after):
        try:
            return all(
                brotli.decompress(b"".join(self.with_region(region(n))))
                == before + region(n) + after
                for n in (0, 123_456_789)
            )
        except brotli.error:
            return False

    @property
    def size(self):
        return len(self.head) + len(self.tail) + sum(map(len, self.plain or ()))

    def with_region(self, written):
        if self.plain:
            return (brotli.compress(written.join(self.plain), brotli.MODE_TEXT, 4),)
        return self.head, written, self.tail


def _gzip(body):
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    return deflate.compress(body) + deflate.flush()


def _brotli(body):
    return brotli.compress(body, brotli.MODE_TEXT, BROTLI_QUALITY)


_COMPRESS = {"gzip": _gzip, "br": _brotli}
_SPLICED = {"gzip": _Gzip, "br": _Brotli}
