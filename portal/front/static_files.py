"""Static files under names with their hash, compressed once; style sheets joined of their blocks."""

import gzip
import os
import posixpath
import re
import zlib
from pathlib import Path

import brotli
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from portal.machines import modes

OPENED_BY = {".br": brotli.decompress, ".gz": gzip.decompress}
# The sheets that `collectstatic` joins: a block a line. Other files may import as they like.
SHEETS = ("css/components.css", "css/report.css")
IMPORT = re.compile(r'^@import url\("(components/[\w-]+\.css)"\);\n', re.MULTILINE)
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


def joined_sheet(name, paths):
    """The bytes of a sheet with each import replaced by the file it names.

    `paths` is what `collectstatic` found: {name: (storage, name there)}. Raises KeyError where an
    imported file is missing.
    """
    folder = posixpath.dirname(name)
    sheet = _read(name, paths)
    return IMPORT.sub(lambda found: _read(posixpath.join(folder, found[1]), paths), sheet).encode()


def _read(name, paths):
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()


class StaticFiles(CompressedManifestStaticFilesStorage):
    """What `collectstatic` fills. Files of the version before stay, so that pages made by it keep
    their styles.
    """

    def post_process(self, paths, dry_run=False, **options):
        """Sheets are joined first. Compressed files and the manifest are written past the storage:
        whatever the umask was, the web server may read all.
        """
        joined = {} if dry_run else {name: (self, name) for name in SHEETS if name in paths}
        for name in joined:
            self._write(name, joined_sheet(name, paths))
        yield from super().post_process(paths | joined, dry_run, **options)
        modes.mend(modes.wanted_of_static(Path(self.location)))

    def _write(self, name, content):
        with self.open(name) as present:
            if present.read() == content:
                return
        self.delete(name)
        self.save(name, ContentFile(content))

    def create_compressor(self, **kwargs):
        """WhiteNoise's place for another one."""
        return SparingCompressor(**kwargs)
