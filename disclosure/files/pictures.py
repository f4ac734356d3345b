"""Pictures of a body, read from the attachments they stand for; nothing else can be read by naming
it in a body.
"""

import io
import re

from PIL import Image

from disclosure.models import Attachment

MOST_BYTES = 20_000_000
MOST_PIXELS = 40_000_000
_KINDS = {"PNG": "png", "JPEG": "jpg"}
_ADDRESS = re.compile(r'src="(/attachments/([0-9a-f-]{36})/[^"]+)"')


def public_pictures(htmls):
    """The public attachments that bodies show as pictures."""
    named = {match[2] for html in htmls for match in _ADDRESS.finditer(html)}
    return list(Attachment.objects.published().filter(pk__in=named).order_by("pk")) if named else []


def pictures_of(htmls):
    """The pictures named in bodies: {address in the body: {"bytes", "kind", "width", "height",
    "name"}}.

    A file that is not public, not there, no PNG or JPEG, or too large to be laid out is left out;
    its alternative text stays.
    """
    named = {match[1]: match[2] for html in htmls for match in _ADDRESS.finditer(html)}
    if not named:
        return {}
    files = {
        str(file.pk): file
        for file in Attachment.objects.published().filter(pk__in=set(named.values()))
    }
    found = {}
    for address, pk in named.items():
        if picture := _read(files.get(pk)):
            found[address.replace("&amp;", "&")] = picture
    return found


def _read(file):
    if file is None or file.size > MOST_BYTES:
        return None
    try:
        with file.file.storage.open(file.file.name, "rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError:
        return None
    kind, width, height = measure(content)
    return (
        {
            "bytes": content,
            "kind": kind,
            "width": width,
            "height": height,
            "name": f"{file.sha256}.{kind}",
        }
        if kind
        else None
    )


def measure(content):
    """(kind, width, height) of a PNG or JPEG that can be decoded; kind is empty for anything else."""
    try:
        with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
            if not 0 < picture.width * picture.height <= MOST_PIXELS:
                return "", 0, 0
            picture.load()
            return _KINDS[picture.format], picture.width, picture.height
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ):  # Pillow's words for a broken picture
        return "", 0, 0
