"""Static files under names with their hash, compressed once."""

import gzip
import os
import zlib
from pathlib import Path

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal.machines import modes

OPENED_BY = {".br": brotli.decompress, ".gz": gzip.decompress}
DAMAGED = (brotli.error, zlib.error, EOFError, OSError)


class SparingCompressor(Compressor):
    """Leaves alone what is compressed already: opening a file to look takes a hundredth of
    compressing it.
    """

    def compress(self, path):
        """The names of the files written."""
        content = Path(path).read_bytes()
        if any(_opened(path + suffix) != content for suffix in OPENED_BY):
            return super().compress(path)
        for suffix in OPENED_BY:
            times = os.stat(path)
            os.utime(path + suffix, ns=(times.st_atime_ns, times.st_mtime_ns))
        return []


def _opened(path):
    """The content of a compressed file, or None where it is not there or was not written to its
    end.
    """
    try:
        return OPENED_BY[Path(path).suffix](Path(path).read_bytes())
    except DAMAGED:
        return None


class StaticFiles(CompressedManifestStaticFilesStorage):
    """What `collectstatic` fills. Files of the version before stay, so that pages made by it keep
    their styles.
    """

    def post_process(self, *args, **kwargs):
        """Compressed files and the manifest are written past the storage: whatever the umask was,
        the web server may read all.
        """
        yield from super().post_process(*args, **kwargs)
        modes.mend(modes.wanted_of_static(Path(self.location)))

    def create_compressor(self, **kwargs):
        """WhiteNoise's place for another one."""
        return SparingCompressor(**kwargs)
