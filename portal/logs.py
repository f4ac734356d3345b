"""What the portal writes into its logs: one line an event, found again by the number of the
request, and nobody's data.

Not logged: query strings (what somebody searched for), client addresses, what a form said, the rows
a database error quotes. Needs no Django: `deploy/gunicorn.conf.py` uses it before there is any.
"""

import contextvars
import json
import logging
import re
import time
import uuid

request_id = contextvars.ContextVar("request_id", default="")
# What a proxy of ours may call a request; anything else would let strangers write into the log.
_ACCEPTABLE = re.compile(r"[0-9A-Za-z_-]{8,64}")
# Each begins only where its run of characters does, and gives nothing back: a megabyte of one
# letter costs no more than its length.
_PERSONAL = (
    # the query of an address
    (re.compile(r"(?<![^\s?'\"<>])([^\s?'\"<>/]*+/[^\s?'\"<>]*+)\?[^\s'\"<>]+"), r"\1?…"),
    (re.compile(r"\bip=\S+"), "ip=…"),  # gunicorn, about a request it could not read
    (
        re.compile(r"^(DETAIL|LINE \d+|CONTEXT):.*$", re.MULTILINE),
        r"\1: …",
    ),  # PostgreSQL, quoting a row or a statement
    (re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+"), "…@…"),
    (re.compile(r"(?<![\w.])\d{17}[\dXx](?!\w)"), "〔证件号码〕"),
    (re.compile(r"(?<![\w.])1[3-9]\d{9}(?!\w)"), "〔电话〕"),
)


def new_id():
    """A number that a reader can quote on the telephone."""
    return uuid.uuid4().hex[:16]


def accepted(claimed):
    """The number a proxy of ours gave, or a new one where it gave none that can be taken."""
    return claimed if _ACCEPTABLE.fullmatch(claimed) else new_id()


def without_personal_data(text):
    """The text, with whatever could say who asked for what taken out."""
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text


def _number_of(record):
    """Django says some things after the request has left our middleware; then the record holds the
    request.
    """
    return request_id.get() or getattr(getattr(record, "request", None), "request_id", "")


class LineFormatter(logging.Formatter):
    """For people: time, level, who speaks, the request's number, what; errors with their traceback
    below.
    """

    def format(self, record):
        record.number = f"[{number}] " if (number := _number_of(record)) else ""
        return without_personal_data(super().format(record))


class JsonFormatter(logging.Formatter):
    """For programs: one JSON object a line. Times in UTC."""

    def format(self, record):
        told = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _number_of(record),
            "process": record.process,
            **_about(getattr(record, "request", None)),
            "status": getattr(record, "status_code", None),
            "exception": self.formatException(record.exc_info) if record.exc_info else "",
        }
        said = {
            key: without_personal_data(value) if isinstance(value, str) else value
            for key, value in told.items()
            if value not in ("", None)
        }
        # A surrogate that came in an address would stop the line from being written: escaped, as
        # JSON may.
        return json.dumps(
            said,
            ensure_ascii=any("\ud800" <= c <= "\udfff" for c in "".join(map(str, said.values()))),
        )


def _about(request):
    """Method and path of the request a record is about; runserver puts a socket there."""
    return {"method": request.method, "path": request.path} if hasattr(request, "path") else {}
