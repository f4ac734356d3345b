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
