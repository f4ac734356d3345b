"""What stands between a public form and programs, without a third party, a cookie that follows
anybody or a raw address.

A form carries a signed stamp: when it was given out, and a token by which it counts once. `admit()`
takes one submission: under a lock it looks at the window of the sender's network and of everybody,
asks a question in words above one threshold and refuses above another
(docs/decisions/0064-public-forms.md).
"""

import datetime as dt
import ipaddress
import secrets
import time
from dataclasses import dataclass

from django import forms
from django.core import signing
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from inquiries.models import FormUse, SpentQuestion
from inquiries.questions import Question
from ledger.locks import lock_for_appending
from ledger.pages.addresses import client_address

QUICKEST, OLDEST = 3, 86_400  # seconds between getting a form and sending it
WINDOW, HOUR = dt.timedelta(minutes=10), dt.timedelta(hours=1)
ASKED_FROM, ASKED_FROM_OVERALL = (
    3,
    30,
)  # accepted: of one network in the window, of everybody in an hour
REFUSED_FROM, REFUSED_FROM_OVERALL = 10, 300  # the same, with wrong answers counted
TRIES = 5  # wrong tries of one network in the window, where something is to be known
_LOCKS = {"correction": 0x1A47B1, "correction-query": 0x1A47B2}

_TOO_QUICK = "这一页打开不到 3 秒就提交了，系统没有接收，以防自动程序。填写的内容都在下面，请检查一遍，再提交一次。"
_TOO_OLD = "这一页打开超过一天，已经失效，没有提交。填写的内容都在下面，请检查一遍，再提交一次。"
_NOT_EMPTY = "有一栏应当留空却填了内容（可能是浏览器自动填写的），没有提交。现在已经清空，请检查一遍，再提交一次。"
_ASKED = "最近提交的比较多。请回答下面的问题再提交一次，以确认您不是自动程序。"
_WRONG = "答案不对，请回答新的问题。"
TOO_MANY = "十分钟内从您所在的网络提交的次数太多，或者全站提交的太多，暂时不能接收。填写的内容都在下面，请过十分钟再按“提交”。"


class TooManyError(Exception):
    """The window is full; nothing was taken."""


def network_of(address):
    """The network an address is counted by: /24, in IPv6 /48. Empty where there is no address."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return ""
    number = getattr(number, "ipv4_mapped", None) or number
    return str(ipaddress.ip_network((number, 24 if number.version == 4 else 48), strict=False))


def sources_of(request):
    """Today's hash of the sender's network, and yesterday's, by which it was counted before
    midnight.

    The key changes with the day and is made of the installation's secret, so a stolen database
    tells of nobody.
    """
    network, today = network_of(client_address(request)), timezone.localdate()
    days = (today, today - dt.timedelta(days=1))
    return [
        salted_hmac(f"inquiries.guard.{day}", network, algorithm="sha256").hexdigest()
        for day in days
    ]


@dataclass(frozen=True)
class Stamp:
    """When a form was given out (seconds since 1970), and the token by which it counts once."""

    token: str
    at: float

    @classmethod
    def make(cls):
        return cls(secrets.token_urlsafe(24), time.time())

    @classmethod
    def read(cls, form, signed):
        """The stamp a form carried; None where it is not one of ours for this form."""
        try:
            return cls(*signing.loads(signed, salt=f"inquiries.stamp.{form}"))
        except (signing.BadSignature, TypeError, ValueError):
            return None

    def signed(self, form):
        """For the form to carry."""
        return signing.dumps([self.token, self.at], salt=f"inquiries.stamp.{form}")

    @property
    def age(self):
        """Seconds."""
        return time.time() - self.at


class GuardedForm(forms.Form):
    """A form a stranger may send: with stamp, trap and, where it is asked for, a question. Its
    template is `inquiries/guard_fields.html`. A subclass names itself in `guarded`.
    """

    guarded = ""
    stamp = forms.Field(required=False, widget=forms.HiddenInput)
    homepage = forms.CharField(
        label="请留空（防止自动提交）",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    question = forms.Field(required=False, widget=forms.HiddenInput)
    answer = forms.CharField(
        label="验证问题",
        required=False,
        max_length=20,
        help_text="写数字或者汉字都可以，例如 8 或者八。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    token = ""
    asked = None  # the `Question` to be shown

    def __init__(self, data=None, *, sources, **kwargs):
        super().__init__(data.copy() if data is not None else None, **kwargs)
        self.sources = sources
        if not self.is_bound:
            self.initial["stamp"] = Stamp.make().signed(self.guarded)
            if window_of(self).asks:
                self.ask()

    def clean(self):
        """Stamp and trap. Whatever is refused here comes back with all that was typed."""
        cleaned = super().clean()
        stamp = Stamp.read(self.guarded, self.data.get("stamp", ""))
        if question := Question.read(self.data.get("question", "")):
            self._show(question)
        else:
            self.errors.pop("answer", None)
        if stamp is None or stamp.age > OLDEST:
            self.data["stamp"] = Stamp.make().signed(self.guarded)
            self.add_error(None, _TOO_OLD)
        elif stamp.age < QUICKEST:
            self.add_error(None, _TOO_QUICK)
        elif cleaned.get("homepage") or "homepage" in self.errors:
            self.data["homepage"] = ""
            self.errors.pop("homepage", None)
            self.add_error(None, _NOT_EMPTY)
        else:
            self.token = stamp.token
        return cleaned

    def ask(self):
        """Put a new question."""
        question = Question.make()
        if self.is_bound:
            self.data["question"], self.data["answer"] = question.signed(), ""
        else:
            self.initial["question"] = question.signed()
        self._show(question)

    def _show(self, question):
        self.asked = question
        self["answer"].label = str(question)

    def takes_answer(self):
        """Whether the question carried is answered, for the first time. Inside the lock of
        `admit()`.
        """
        question = Question.read(self.data.get("question", ""))
        if question is None:
            return False
        _, is_first = SpentQuestion.objects.get_or_create(key=question.key)
        return is_first and question.is_answered_by(self.cleaned_data.get("answer", ""))


@dataclass(frozen=True)
class Window:
    """How much came in lately."""

    accepted: int
    used: int
    overall: int

    @property
    def asks(self):
        """Whether a question has to be answered first."""
        return self.accepted >= ASKED_FROM or self.overall >= ASKED_FROM_OVERALL

    @property
    def is_full(self):
        """Whether nothing more is taken."""
        return self.used >= REFUSED_FROM or self.overall >= REFUSED_FROM_OVERALL


def window_of(form):
    """The window a form is sent into; one query."""
    now = timezone.now()
    own = Q(source__in=form.sources, at__gt=now - WINDOW)
    counted = FormUse.objects.since(form.guarded, HOUR, now).aggregate(
        accepted=Count("pk", filter=own & Q(is_accepted=True)),
        used=Count("pk", filter=own),
        overall=Count("pk", filter=Q(is_accepted=True)),
    )
    return Window(**counted)


def admit(form, *, find, make):
    """One valid form becomes one record: what `make()` makes, or what `find(token)` finds of the
    same form sent before.

    None: a question is to be answered first; the form has it. Raises `TooManyError`.
    """
    if (
        window_of(form).is_full and find(form.token) is None
    ):  # seen before anybody waits for the lock
        raise TooManyError
    with transaction.atomic():
        lock_for_appending(_LOCKS[form.guarded])
        if (made := find(form.token)) is not None:
            return made
        window = window_of(form)
        if window.is_full:
            raise TooManyError
        if window.asks and not form.takes_answer():
            return _asked_again(form)
        made = make()
        _note(form, is_accepted=True)
        return made


def _asked_again(form):
    """An answer that is wrong counts; that there was no question yet does not."""
    was_answered = bool(form.cleaned_data.get("answer") and form.data.get("question"))
    if was_answered:
        _note(form, is_accepted=False)
    form.ask()
    form.add_error("answer" if was_answered else None, _WRONG if was_answered else _ASKED)


def _note(form, *, is_accepted):
    FormUse.objects.create(form=form.guarded, source=form.sources[0], is_accepted=is_accepted)


def try_once(name, sources, look):
    """What `look()` finds; None is a wrong try, and after five of one network in the window nothing
    is looked at.

    Raises `TooManyError`.
    """
    with transaction.atomic():
        lock_for_appending(_LOCKS[name])
        if (
            FormUse.objects.since(name, WINDOW)
            .filter(source__in=sources, is_accepted=False)
            .count()
            >= TRIES
        ):
            raise TooManyError
        found = look()
        if found is None:
            FormUse.objects.create(form=name, source=sources[0], is_accepted=False)
        return found
