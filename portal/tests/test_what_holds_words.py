"""Every column that can hold text says how a removal by law empties it, or why no word of an item
can stand there.
"""

from django.apps import apps
from django.db import models

from disclosure.erasing.registry import ERASERS, HOLDS_NONE

TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)


def columns():
    """("app.Model", "app.Model.column") of all columns that can hold text."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, TEXT):
                yield model._meta.label, f"{model._meta.label}.{field.name}"


def test_no_column_is_forgotten():
    erased = {column for eraser in ERASERS for column in eraser.columns}
    undeclared = [
        name for model, name in columns() if not {model, name} & (erased | HOLDS_NONE.keys())
    ]
    assert undeclared == [], (
        "declare them in disclosure/erasing or portal/erasing.py (decision 0077)"
    )


def test_nothing_is_declared_that_is_not_there_or_declared_twice():
    known = {part for pair in columns() for part in pair}
    erased = [column for eraser in ERASERS for column in eraser.columns]
    assert sorted({*erased, *HOLDS_NONE} - known) == []
    assert sorted(erased) == sorted(set(erased))
    assert sorted(set(erased) & HOLDS_NONE.keys()) == []


def test_every_exception_has_a_reason():
    assert [name for name, reason in HOLDS_NONE.items() if len(reason) < 8] == []
