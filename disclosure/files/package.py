"""One ZIP of many reports for whoever examines them: files, attachments, figures, the register that
proves them, and what is needed to check all that without us.

It is written as a stream: each file is read and forgotten. The same reports in the same state, with
the same register, give the same bytes.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from disclosure.files.document import compose
from disclosure.files.editions import editions
from disclosure.files.facts import clean_file_name
from disclosure.files.formats import FORMATS
from disclosure.files.readme import readme
from disclosure.files.store import stored_file
from disclosure.revisions.evidence import revision_lines
from disclosure.revisions.standalone import verify_revisions
from documents.files.cells import csv_chunks
from documents.files.failures import BusyError, ExportError, NothingToExportError
from documents.files.tabular import CSV_COLUMNS, csv_rows
from documents.files.zips import Entry, stream_zip
from ledger import export as register
from ledger.canonical import canonical
from ledger.outside import seals
from ledger.standalone import verify_register, verify_seal

MOST_REPORTS = 300
PIECE = 256 * 1024
SUBJECT = "item"  # the register's word for what the acts on items are about
FINDING_COLUMNS = ("发布机构", "索引号", "年度", "结论", "规则", "章节", "报告原文", "核对", "算式")
FINDING_FIELDS = ("verdict", "code", "section", "sentence", "explanation", "arithmetic")
VERIFIERS = (
    Path(__file__).parent / "standalone" / "verify_export.py",
    Path(verify_register.__file__),
    Path(verify_seal.__file__),
    Path(verify_revisions.__file__),
)


@dataclass(frozen=True)
class Order:
    """What is asked for: reports (a queryset), formats, and whether with attachments, figures and
    the register.
    """

    reports: object
    formats: tuple = ("pdf", "json")
    parts: frozenset = frozenset({"attachments", "figures", "register"})


@dataclass
class _Written:
    """What has gone into the package so far."""

    problems: list = field(default_factory=list)
    subjects: set = field(default_factory=set)
    names: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    begun: int = 0  # how far the register was then
    head: dict | None = None  # of the register, when all reports were in


def stream_package(order, *, on_report=lambda: None):
    """The ZIP in pieces. `on_report` is called after each report."""
    written = _Written()
    with tempfile.TemporaryFile("w+b") as figures:
        entries = _entries(order, written, figures, on_report)
        yield from stream_zip(sealed(entries, written))


def sealed(entries, written):
    """Every entry, its digest noted as it passes; then the list of digests, and the seal under it.

    `written.head`: the register's head, set before the last entry is through.
    """
    digests = []
    for entry in entries:
        digest = hashlib.sha256()
        yield Entry(entry.path, _passing(entry.chunks, digest), entry.is_packed)
        digests.append(f"{digest.hexdigest()}  {entry.path}\n")
    manifest = "".join(sorted(digests, key=lambda line: line[66:])).encode()
    yield Entry("MANIFEST", [manifest])
    found = seals.seal(
        manifest_sha256=hashlib.sha256(manifest).hexdigest(), head=written.head, begun=written.begun
    )
    if found:
        yield Entry("SEAL.json", [canonical(found)])


def register_part(written):
    """The register up to where it stands now, with the words about what has been written."""
    until = written.head["sequence"]
    lines = register.register_lines(written.subjects, until=until)
    yield Entry("register/register.jsonl", (line.encode() for line in lines))
    yield Entry("register/checkpoints.json", [canonical(register.checkpoints(until=until))])
    rows = revision_lines(until, subjects={key for _, key in written.subjects})
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    yield Entry("register/revisions.jsonl", (line.encode() for line in lines))


def _passing(chunks: Iterable[bytes], digest):
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


def _entries(order, written, figures, on_report):
    written.begun = seals.begin()
    for edition in editions(order.reports):
        yield from _report(edition, order, written, figures)
        on_report()
    if "figures" in order.parts:
        figures.seek(0)
        yield Entry("figures.csv", _with_head(figures))
    if "findings" in order.parts:
        yield Entry("findings.csv", list(csv_chunks([FINDING_COLUMNS, *written.findings])))
    written.head = register.head_of_register()
    if "register" in order.parts:
        yield from register_part(written)
    for program in VERIFIERS:
        yield Entry(program.name, [program.read_bytes()])
    yield Entry("README.txt", [readme(order, written.names, written.problems).encode("utf-8-sig")])


def _report(edition, order, written, figures):
    report = edition.item.annual_report
    folder = f"reports/{report.department.slug}/{report.year}"
    written.subjects.add((SUBJECT, edition.item.index_number))
    written.names.append(f"{report.department.name} {report.year}")
    for extension in order.formats:
        try:
            path = file_of(edition, FORMATS[extension])
        except NothingToExportError:
            continue
        except ExportError:
            written.problems.append(
                f"{folder}：{FORMATS[extension].label} 没有生成（内容过长或者正忙），请单独下载。"
            )
            continue
        yield Entry(
            f"{folder}/{report.department.slug}-{report.year}.{extension}",
            pieces(path.open("rb")),
            is_packed_in_zip(extension),
        )
    if "attachments" in order.parts:
        yield from attachment_entries(edition, folder, written.problems)
    if "figures" in order.parts:
        _note_figures(edition, figures)
    lead = [edition.facts["organ"]["name"], edition.facts["index_number"], report.year]
    written.findings += [
        [*lead, *(one[key] for key in FINDING_FIELDS)] for one in edition.facts["findings"]
    ]


def file_of(edition, file_format):
    """The file, waiting once more where all places for heavy work are taken: a package cannot be
    told to come again.
    """
    try:
        return stored_file(edition, file_format, is_bulk=True)
    except BusyError:
        return stored_file(edition, file_format)


def is_packed_in_zip(extension):
    """Whether packing makes a file of this format smaller."""
    return extension not in {"pdf", "docx", "odt", "xlsx"}


def attachment_entries(edition, folder, problems):
    """The attachments of an edition; what cannot be read is noted among the problems."""
    for number, file in enumerate(edition.item.attachments.served(), start=1):
        name = f"{folder}/attachments/{number:02}-{clean_file_name(Path(file.served_name).stem)}.{file.extension}"
        try:
            opened = file.file.storage.open(file.file.name, "rb")
        except OSError:
            problems.append(f"{name}：附件文件暂时无法读取，请与发布机构联系。")
            continue
        yield Entry(name, pieces(opened), is_packed=False)


def pieces(file):
    """An open file, read piece by piece and closed."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _note_figures(edition, figures):
    try:
        rows = list(csv_rows(compose(edition), edition))
    except NothingToExportError:
        return
    for chunk in csv_chunks(rows, with_mark=False):
        figures.write(chunk)


def _with_head(figures):
    yield from csv_chunks([CSV_COLUMNS])
    yield from pieces(figures)
