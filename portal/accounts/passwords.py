"""What a password must be (GB/T 22239-2019, 8.1.4.1 a), how long it lasts, and when it has to be
changed.
"""

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.accounts.models import AccountState, PastPassword

REMEMBERED = 5
CLASSES = {
    "小写字母": str.islower,
    "大写字母": str.isupper,
    "数字": str.isdecimal,
    "汉字": lambda character: (
        character.isalpha() and not (character.islower() or character.isupper())
    ),
    "符号": lambda character: not character.isalnum(),
}
# Runs of neighbouring keys, rows and columns; a walk is read in both directions.
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "!@#$%^&*()",
)
_COLUMNS = (
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "qaz",
    "wsx",
    "edc",
    "rfv",
    "tgb",
    "yhn",
    "ujm",
)
_WALK = 4  # that many neighbours in a row make a walk
_LEFT_OVER = 4  # letters and digits that must remain once everything guessable is taken out
_YEAR_OR_DATE = re.compile(r"(?:19|20)\d\d(?:[01]?\d(?:[0-3]?\d)?)?")
_LOOK_ALIKE = str.maketrans("@$0", "aso")


class CharacterClasses:
    """Characters of at least three kinds."""

    def validate(self, password, user=None):
        kinds = {
            name for character in password for name, is_of in CLASSES.items() if is_of(character)
        }
        if len(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self):
        return "口令须包含大写字母、小写字母、数字、符号（或汉字）中的至少三类。"


class NotGuessable:
    """Not made of rows of keys, years and the words that Chinese passwords are made of.

    Lists of leaked passwords know `woaini1314` and `1qaz2wsx`, but not every capital and
    exclamation mark that people add to satisfy rules like the one above.
    """

    def validate(self, password, user=None):
        dateless = _YEAR_OR_DATE.sub(" ", password.lower())  # before 0 may be an o
        rest = min(_without_the_guessable(dateless.translate(table)) for table in ({}, _LOOK_ALIKE))
        if rest < _LEFT_OVER:
            raise ValidationError(
                "口令过于常见：去掉键盘上相邻的键、年份、重复的字符和常用拼音之后，几乎没有剩下什么。",
                code="password_too_common",
            )

    def get_help_text(self):
        return (
            "口令不能由键盘上相邻的键（qwerty、1qaz2wsx）、年份和常用拼音（woaini、zhongguo）拼成。"
        )


class NotLately:
    """Not one of the last five; and the place where Django tells that a password was changed."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        used = [past.encoded for past in PastPassword.objects.filter(user=user)[:REMEMBERED]]
        if any(check_password(password, encoded) for encoded in {*used, user.password} if encoded):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self):
        return f"口令不能与最近 {REMEMBERED} 次用过的相同。"

    def password_changed(self, password, user=None):
        """Called by Django once the account with its new password is saved."""
        if user is None or user.pk is None:
            return
        remember(user)


def remember(user):
    """Keep the hash, and the date; whoever set it. Older hashes than the rule needs are forgotten."""
    PastPassword.objects.create(user=user, encoded=user.password)
    kept = PastPassword.objects.filter(user=user).values_list("pk", flat=True)[:REMEMBERED]
    PastPassword.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
    fields = {"password_changed_at": timezone.now(), "must_change_password": False}
    user.account_state, _ = AccountState.objects.update_or_create(user=user, defaults=fields)


def set_by_another(user):
    """Somebody else knows this password: it is good for one log-in, to change it."""
    AccountState.objects.update_or_create(user=user, defaults={"must_change_password": True})


def must_change(user):
    """Why the password has to be changed before anything else, as a sentence; empty where it need
    not be.
    """
    state = getattr(user, "account_state", None)
    if state is not None and state.must_change_password:
        return "这个口令是别人为您设置的，请先改成只有您自己知道的口令。"
    days = settings.PASSWORD_MAX_AGE_DAYS
    changed_at = state.password_changed_at if state is not None else None
    if days and timezone.now() - (changed_at or user.date_joined) > dt.timedelta(days=days):
        return f"口令已经使用超过 {days} 天，请先修改。"
    return ""


def _without_the_guessable(password):
    """How many letters and digits remain of a password in lower case, years and dates gone already."""
    rest = re.sub(r"(.)\1{2,}", " ", password)
    for word in _guessable():
        rest = rest.replace(word, " ")
    return sum(character.isalnum() for character in rest)


@lru_cache(maxsize=1)
def _guessable():
    """Words and walks, the longest first."""
    lines = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    for row in _ROWS:
        for text in (row, row[::-1]):
            spans = range(_WALK, len(text) + 1)
            words |= {
                text[start : start + span]
                for span in spans
                for start in range(len(text) - span + 1)
            }
    words |= {part for column in _COLUMNS for part in (column, column[::-1])}
    return sorted(words, key=lambda word: (-len(word), word))
