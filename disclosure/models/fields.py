"""The field of every body: rich text, sanitised on its way into the database."""

from django.db import models

from documents.html.bounds import check_bounds
from documents.html.richtext import sanitize


class SanitizedHTMLField(models.TextField):
    """A text field whose value is sanitised by every path of the ORM: save, create, bulk_create,
    update, loaddata.
    """

    def get_prep_value(self, value):
        """Clean what goes into the database."""
        value = super().get_prep_value(value)
        return sanitize(value) if isinstance(value, str) else value

    def to_python(self, value):
        """Let a form see the bounds as an error beside the field."""
        value = super().to_python(value)
        if isinstance(value, str):
            check_bounds(value)
        return value
