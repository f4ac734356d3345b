"""Files of all kinds on their way in: pictures, and word processors' documents with the pictures in
them.
"""

import shutil
import zipfile
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files import File
from lxml import etree

from documents.cleaning.pictures import without_metadata

AUTHOR, ORGAN, OWN = "作者姓名", "作者单位", "自定义属性"
LARGEST_PICTURE, LARGEST_PART = 50_000_000, 20_000_000
IN_MEMORY = 5_000_000
PICTURES = ("png", "jpg", "jpeg")
_ZIPPED = {"docx", "xlsx", "pptx", "odt", "ods"}
_SIGNED = ("_xmlsignatures/", "META-INF/documentsignatures.xml")
_ERRORS = (
    zipfile.BadZipFile,
    etree.XMLSyntaxError,
    KeyError,
    OSError,
    RuntimeError,
    ValueError,
    NotImplementedError,
)
# Part → the local names of elements whose words go, and what they are.
_PROPERTIES = {
    "docProps/core.xml": {"creator": AUTHOR, "lastModifiedBy": AUTHOR},
    "docProps/app.xml": {"Company": ORGAN, "Manager": AUTHOR},
    "docProps/custom.xml": {"property": OWN},
    "meta.xml": {
        "initial-creator": AUTHOR,
        "creator": AUTHOR,
        "printed-by": AUTHOR,
        "user-defined": OWN,
    },
}


@dataclass
class Cleaned:
    """A file to keep, and what was taken out of it (Chinese)."""

    file: File
    removed: list[Any] = field(default_factory=list)


def clean_upload(file: Any) -> Any:
    """The `Cleaned` file; the same file where there was nothing to take out, or where it cannot be
    done safely.
    """
    extension = file.name.rpartition(".")[2].lower()
    try:
        if extension in PICTURES and file.size <= LARGEST_PICTURE:
            return _clean_picture(file)
        if extension in _ZIPPED:
            return _clean_document(file)
    except _ERRORS:
        pass
    finally:
        file.seek(0)
    return Cleaned(file)


def _clean_picture(file: Any) -> Any:
    file.seek(0)
    data, removed = without_metadata(file.read())
    return Cleaned(_stored(data, file.name), removed) if removed else Cleaned(file)


def _clean_document(file: Any) -> Any:
    """Every part is copied; properties and pictures are cleaned on the way. A signed document would
    lose its signature.
    """
    file.seek(0)
    removed, target = set(), SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 – kept as the new file
    with zipfile.ZipFile(file) as source:
        if any(name.startswith(_SIGNED) for name in source.namelist()):
            return Cleaned(file)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            for member in source.infolist():
                if not _may_hold_data(member):  # copied in pieces: a part may be 200 MB long
                    with source.open(member) as part, copy.open(member, "w") as place:
                        shutil.copyfileobj(part, place)
                    continue
                clean, gone = _clean_part(member.filename, source.read(member))
                removed.update(gone)
                copy.writestr(member, clean)
    if not removed:
        return Cleaned(file)
    target.seek(0)
    return Cleaned(File(target, name=file.name), sorted(removed))


def _may_hold_data(member: zipfile.ZipInfo) -> bool:
    is_picture = member.filename.rpartition(".")[2].lower() in PICTURES
    return member.file_size <= LARGEST_PART and (is_picture or member.filename in _PROPERTIES)


def _clean_part(name: str, data: bytes) -> Any:
    if name in _PROPERTIES:
        return _clean_properties(data, _PROPERTIES[name])
    if name.rpartition(".")[2].lower() in PICTURES:
        return without_metadata(data)
    return data, []


def _clean_properties(data: bytes, unwanted: dict[str, str]) -> Any:
    if b"<!DOCTYPE" in data:
        raise ValueError("a declaration where none belongs")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    root, removed = etree.fromstring(data, parser), set()
    for element in list(root.iter("{*}*")):
        what = unwanted.get(etree.QName(element).localname)
        if what and "".join(element.itertext()).strip():
            removed.add(what)
            element.getparent().remove(element)
    return (
        (etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), removed)
        if removed
        else (data, [])
    )


def _stored(data: bytes, name: str) -> Any:
    target = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 – kept as the new file
    target.write(data)
    target.seek(0)
    file = File(target, name=name)
    file.size = len(data)
    return file
