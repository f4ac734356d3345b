"""Two versions of a form's values side by side: what is stored now, and what somebody just sent."""

from dataclasses import dataclass, field

from django import forms
from django.core.files.base import File
from django.utils.formats import localize

from documents.diff import EQUAL, steps

UNCHANGED, CHANGED = "", "changed"


@dataclass
class Difference:
    """One field of which the two have different values, line by line with a mark for those that
    differ.
    """

    label: str
    stored: list = field(default_factory=list)
    sent: list = field(default_factory=list)


def differences(form, prefix=""):
    """`Difference`s between what a bound form was made from (the database) and what was sent with
    it.
    """
    found = []
    for name in form.changed_data:
        control = form.fields[name]
        if isinstance(control.widget, forms.HiddenInput) or name == "DELETE":
            continue
        stored = words(control, form.get_initial_for_field(control, name))
        sent = words(
            control,
            form.cleaned_data.get(name, form[name].value())
            if hasattr(form, "cleaned_data")
            else None,
        )
        if stored != sent:
            label = control.label or name
            found.append(
                Difference(f"{prefix}{label}", *_marked(stored.splitlines(), sent.splitlines()))
            )
    return found


def words(control, value):
    """A field's value as a clerk reads it."""
    if value in (None, "", []):
        return ""
    if hasattr(
        control, "as_words"
    ):  # a field whose value is not what a clerk reads, such as a body
        return control.as_words(value)
    if isinstance(control, forms.ModelMultipleChoiceField):
        return "、".join(str(record) for record in _records(control, value))
    if isinstance(control, forms.ModelChoiceField):
        return "、".join(str(record) for record in _records(control, [value]))
    if isinstance(control, forms.ChoiceField):
        return str(
            dict(control.flatchoices if hasattr(control, "flatchoices") else control.choices).get(
                value, value
            )
        )
    if isinstance(value, File):
        return value.name or ""
    if isinstance(value, list | tuple):
        return " ".join(str(part) for part in value if part)
    return localize(value) if not isinstance(value, str) else value


def _records(control, values):
    keys = [getattr(value, "pk", value) for value in values]
    return control.queryset.filter(pk__in=[key for key in keys if str(key).isdigit()])


def _marked(stored, sent):
    left, right = [], []
    for kind, a, b, c, d in steps(stored, sent):
        mark = UNCHANGED if kind == EQUAL else CHANGED
        left += [(line, mark) for line in stored[a:b]]
        right += [(line, mark) for line in sent[c:d]]
    return left, right
