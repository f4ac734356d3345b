"""What a record looked like when its form was opened, as one mark."""

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.crypto import salted_hmac

VERSION = "_version"  # the hidden field of every form that changes something
SALT = "desk.version"


def mark_of(obj, *, without=(), rows=()):
    """A mark of all that can be typed into a record, and of `rows` (querysets of what its form
    shows beside it).

    It is salted: what a form does not show cannot be guessed from it. `without`: fields that change
    by themselves.
    """
    parts = [_values(obj, without)]
    for found in rows:
        parts += [_values(row, ()) for row in found.order_by("pk")]
    return salted_hmac(SALT, repr(parts), algorithm="sha256").hexdigest()


def _values(obj, without):
    options = obj._meta
    columns = [field for field in options.concrete_fields if field.editable or field.primary_key]
    values = [
        (field.name, field.value_to_string(obj)) for field in columns if field.name not in without
    ]
    links = [
        field.name for field in options.many_to_many if field.editable and field.name not in without
    ]
    return values + [
        (name, sorted(getattr(obj, name).values_list("pk", flat=True))) for name in links
    ]


def shown_fields(obj, names):
    """The names among `names` that are columns of the record's own table, with the times that a
    save brings with it.

    Relations to many are rows of other tables, and written by themselves.
    """
    found = set()
    for name in names:
        try:
            field = obj._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.concrete and not field.many_to_many and not field.primary_key:
            found.add(field.name)
    moved = {field.name for field in obj._meta.concrete_fields if getattr(field, "auto_now", False)}
    return found | moved if found else found


def label_of(model, name):
    """What a clerk calls a field of a form, where the model has it; else its name."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(field.verbose_name) if isinstance(field, models.Field) else name
