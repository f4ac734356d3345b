"""Is my copy genuine, and is it current? Answered from the register alone, by the digest of the
copy.
"""

from dataclasses import dataclass

from django.db import models

from ledger.models import GONE_AFTER, Entry


class Verdict(models.TextChoices):
    """What the register says about a copy."""

    CURRENT = "current", "真实，是现行版本"
    SUPERSEDED = "superseded", "真实，但已被后来的版本取代"
    GONE = "gone", "真实，但已撤回或删除"
    UNKNOWN = "unknown", "登记簿中没有"


@dataclass(frozen=True)
class Answer:
    """The verdict for one subject the copy belongs to: the entry that registered it, and the last
    about the subject.
    """

    verdict: Verdict
    registered: Entry
    latest: Entry


@dataclass(frozen=True)
class Recognised:
    """What a room says of a copy, in words; `answer`: the register's about the state it shows or
    claims to show, where there is one.
    """

    words: str
    answer: Answer | None
    is_altered: bool = False


_RECOGNISERS = []


def recognises(function):
    """Declare what a room knows of copies beyond the register: a function of the copy's digest and
    of the codes written in it, which gives `Recognised`. A decorator.
    """
    _RECOGNISERS.append(function)
    return function


def recognised(sha256, codes=()):
    """What the rooms know of a copy."""
    return [found for ask in _RECOGNISERS for found in ask(sha256, codes)]


def answer_about(sha256, sequence):
    """The answer about one entry that registered this content."""
    return _answer(sha256, Entry.objects.public().get(pk=sequence))


def answers(sha256):
    """One answer for each subject that was ever published with this content or file; an empty list
    is "unknown".
    """
    subjects = {}
    for entry in Entry.objects.public().holding(sha256).order_by("sequence"):
        subjects[entry.subject_kind, entry.subject_key] = entry
    return [_answer(sha256, entry) for entry in subjects.values()]


def _answer(sha256, registered):
    """Follow the subject's acts: an act with a content hash, or with a list of files, replaces the
    one before.
    """
    content, files, is_gone, latest = None, set(), False, registered
    for entry in Entry.objects.public().about(registered.subject_kind, registered.subject_key):
        content = entry.content_sha256 or content
        files = entry.files() if "files" in entry.payload else files
        is_gone = GONE_AFTER.get(entry.act, is_gone)
        latest = entry
    is_current = sha256 == content or sha256 in files
    verdict = Verdict.GONE if is_gone else Verdict.CURRENT if is_current else Verdict.SUPERSEDED
    return Answer(verdict, registered, latest)
