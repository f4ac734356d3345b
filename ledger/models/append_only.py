"""Records that are written once. The database has the last word (ledger/guards.py); this says so
earlier and in Chinese.
"""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Length
from django.db.models.lookups import Exact

is_sha256 = RegexValidator(r"\A[0-9a-f]{64}\Z", "SHA-256 应为 64 位小写十六进制数。")

REFUSAL = "登记簿只能追加，不能修改或删除。"


def has_length(field, length):
    """Condition of a constraint: the field has exactly so many characters."""
    return Exact(Length(F(field)), length)


class AppendOnlyQuerySet(models.QuerySet):
    """Reads, and nothing else."""

    def update(self, **kwargs):
        raise ValidationError(REFUSAL)

    def delete(self):
        raise ValidationError(REFUSAL)

    def bulk_update(self, objs, fields, batch_size=None):
        raise ValidationError(REFUSAL)

    delete.alters_data = True
    delete.queryset_only = True
    update.alters_data = True


class AppendOnlyModel(models.Model):
    """A record that is inserted once and never touched again."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Insert; refuse to save a second time."""
        if not self._state.adding:
            raise ValidationError(REFUSAL)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise ValidationError(REFUSAL)
