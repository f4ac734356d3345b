"""Everything the public sees of an item, as plain data: the one source of every file format, and
the JSON format itself.

The data are canonical: the same state of the item gives the same data, and so the same files. What
changes without a change of the item is left out: the browse count, and the links to an organ's
other years. docs/exports.md describes each field.
"""

import hashlib
import json
from functools import cached_property
from urllib.parse import urljoin

from django.conf import settings
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from disclosure.files.pictures import public_pictures
from disclosure.reports.findings.promises import promises_of
from disclosure.reports.findings.stored import findings_for
from disclosure.reports.tables.access import stored_tables
from disclosure.reports.tables.reading import Reading
from documents.html.richtext import html_to_text, sanitize_for_display
from documents.uploads.names import DEVICES

FORMAT = "lantai-item-1"


def origin():
    """Scheme and host of permanent addresses: never what a request says, or a stranger could write
    it into a file.

    Empty while nobody has said the domain: addresses are then those of the portal itself.
    """
    domain = settings.SITE["domain"]
    return settings.SITE_ORIGIN.rstrip("/") or (f"https://{domain}" if domain else "")


def absolute(address):
    """An address of the portal in full."""
    return origin() + iri_to_uri(address)


def resolver(base):
    """Makes addresses in a body absolute; an empty string for a place on the page itself."""

    def resolve(href):
        if not href or href.startswith("#"):
            return ""
        return iri_to_uri(urljoin(base, href))

    return resolve


def item_facts(item):
    """The facts of a public item. `item`: with its relations fetched as for its page."""
    report = item.report
    facts = {
        "format": FORMAT,
        "kind": item.kind.name,
        "address": absolute(item.get_absolute_url()),
        "index_number": item.index_number,
        "title": item.title,
        "summary": item.summary,
        "created_on": item.created_on.isoformat(),
        "document_number": item.document_number,
        "published_on": _day(item.listed_at),
        "imported_on": _day(item.imported_at),
        "organ": _organ(item.department),
        "joint_organs": [_organ(organ) for organ in item.joint_departments.all()],
        "issuer": item.issuer,
        "theme": str(item.theme or ""),
        "genre": item.get_genre_display() if item.genre else "",
        "category": item.category.name,
        "keywords": item.keywords,
        "disclosure_mode": item.get_disclosure_mode_display(),
        "term": item.get_term_display(),
        "disclosed_until": item.disclosed_until and item.disclosed_until.isoformat(),
        "scope": item.get_scope_display(),
        "source": item.source_name,
        "validity": item.validity_label(),
        "body": _html(item.body),
        "attachments": [_file(file) for file in item.downloads],
        "pictures": _pictures(item, report),
        "validities": [_validity(row) for row in item.validities.all()],
        "interprets": [_link(other) for other in item.interprets.all()],
        "interpretations": [_link(other) for other in item.interpretations.all()],
        "revision": _revision(item),
    }
    return {**facts, **_report_facts(report)} if report else facts


def _report_facts(report):
    reading = Reading.of(report)
    return {
        "year": report.year,
        "regime": report.regime,
        "regime_name": report.get_regime_display(),
        "sections": [_section(part) for part in reading.parts],
        "tables": stored_tables(report),
        "account": [_rule(rule) for rule in reading.account.rules],
        "findings": [_finding(finding) for finding in findings_for(report)],
        "answers": [_answer(answer) for answer in promises_of(report).answers],
    }


def _finding(finding):
    """One figure of the text worked out again, as the page shows it."""
    sentence = finding["sentence"]
    return {
        "code": finding["code"],
        "verdict": finding["verdict_label"],
        "section": finding["section"],
        "sentence": sentence["quote"] if sentence else "",
        "explanation": finding["explanation"],
        "arithmetic": finding["arithmetic"],
    }


def _answer(answer):
    """What became of a problem or promise of the year before."""
    return {
        "kind": answer.commitment.get_kind_display(),
        "text": answer.commitment.text,
        "status": answer.get_status_display(),
        "note": answer.note,
    }


def _section(part):
    """A section as on the page, with the keys of the statutory tables that stand in it."""
    return {
        "title": part.title,
        **_html(part.section.body if part.section else ""),
        "tables": [table.key for table in part.tables],
    }


def _rule(account):
    """How one identity of the tables comes out, and what the organ says where it does not hold."""
    explanation = account.printed_explanation
    return {
        "code": account.rule.code,
        "formula": account.rule.formula,
        "verdict": account.verdict.label,
        "checked": len(account.results),
        "broken": [result.sentence for result in account.broken],
        "open": len(account.open),
        "explanation": explanation.text if explanation else "",
    }


def _newest_of(item):
    return max(item.revisions.all(), key=lambda revision: revision.number, default=None)


def _revision(item):
    """Which published state of the item this is, since when and why, and its hash in the register; no
    number where none was ever recorded.
    """
    newest = _newest_of(item)
    moment = newest.published_at if newest else item.published_at
    return {
        "number": newest and newest.number,
        "made_at": timezone.localtime(moment).isoformat(timespec="seconds"),
        "note": newest.change_note if newest else "",
        "content_sha256": newest and newest.content_sha256,
    }


def _day(moment):
    return timezone.localtime(moment).date().isoformat() if moment else None


def _organ(organ):
    return {"name": organ.name, "code": organ.code}


def _html(html):
    clean = sanitize_for_display(html)
    return {"html": clean, "text": html_to_text(clean)}


def _file(file):
    return {
        "name": file.served_name,
        "size": file.size,
        "sha256": file.sha256,
        "content_type": file.content_type,
        "address": absolute(file.get_absolute_url()),
    }


def _pictures(item, report):
    htmls = (
        [item.body, *(section.body for section in report.sections.all())] if report else [item.body]
    )
    return [_file(file) for file in public_pictures(htmls)]


def _link(item):
    return {
        "title": item.title,
        "index_number": item.index_number,
        "address": absolute(item.get_absolute_url()),
    }


def _validity(row):
    because = _link(row.because_of) if row.because_of else None
    return {
        "state": row.state,
        "name": row.get_state_display(),
        "starts_on": row.starts_on.isoformat(),
        "because_of": because,
        "note": row.note,
    }


def canonical(value):
    """The value as JSON in one way of writing alone: keys sorted, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Edition:
    """The public state of an item that files are made of."""

    def __init__(self, item):
        self.item = item
        self.facts = item_facts(item)

    @cached_property
    def content_sha256(self):
        """The hash of the canonical facts."""
        return hashlib.sha256(canonical(self.facts)).hexdigest()

    @property
    def revision(self):
        """The state in the register that the files show, or None where none was ever recorded."""
        return _newest_of(self.item)

    @property
    def code(self):
        """校验码, printed on every file: the hash by which the register knows this state; where there
        is none, that of the facts.
        """
        return self.facts["revision"]["content_sha256"] or self.content_sha256

    @property
    def made_at(self):
        """Since when this state is public: what files bear as their time, whenever they are made."""
        return timezone.datetime.fromisoformat(self.facts["revision"]["made_at"])

    @property
    def file_stem(self):
        """A file name people recognise, without its extension: organ, title, serial."""
        serial = self.item.serial_part
        return clean_file_name(f"{self.item.title}（{serial}）" if serial else self.item.title)


_NOT_IN_FILE_NAMES = dict.fromkeys(map(ord, '\\/:*?"<>|'), "_")
LONGEST_STEM = 60  # characters: 180 bytes of UTF-8, below what file systems take


def clean_file_name(name):
    """A name every file system takes: no separators, no controls, no leading dot, not too long."""
    name = "".join(
        character for character in name.translate(_NOT_IN_FILE_NAMES) if character.isprintable()
    )
    name = " ".join(name.split()).strip(" .")[:LONGEST_STEM].rstrip(" .")
    return f"_{name}" if name.partition(".")[0].strip().lower() in DEVICES else name or "文件"
