"""Which thing stands where in the index. The index itself is the database's own (FTS5, tsvector):
see `search.engines`.
"""

from django.db import models


class SearchEntryQuerySet(models.QuerySet):
    """Which entries."""

    def of(self, kind, pks):
        """Those of rows of a kind."""
        return self.filter(key__in=[kind.key(pk) for pk in pks])

    def of_kind(self, kind):
        """All those of a kind."""
        return self.filter(key__range=kind.keys)


class SearchEntry(models.Model):
    """A thing in the full-text index, by its kind and its key (`search.kinds.Kind.key`).

    `place` is its row in the index and orders it by its day, so that the newest matches are read
    first without sorting. An entry says nothing of who may read the thing: every search asks the
    room's gate again. Table and column keep the names of a time when only items were found, so that
    a version of the portal which still runs during an upgrade goes on searching.
    """

    key = models.BigIntegerField("编号", primary_key=True, db_column="item_id")
    place = models.BigIntegerField("位置", unique=True)
    digest = models.CharField("摘要", max_length=64)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        db_table = "disclosure_searchentry"
        verbose_name = verbose_name_plural = "搜索索引"

    def __str__(self):
        return f"{self.key} → {self.place}"
