"""Published states of items, kept for good."""

import json

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from disclosure.models.item import Item
from ledger.models import AppendOnlyModel, Entry
from ledger.models.append_only import AppendOnlyQuerySet


class RevisionQuerySet(AppendOnlyQuerySet):
    """Which revisions."""

    def published(self, moment=None):
        """Revisions of items that pass the one gate."""
        return self.filter(Exists(Item.objects.published(moment).filter(pk=OuterRef("item_id"))))

    def with_content(self):
        """With their texts, in one query."""
        return self.select_related("entry", "stored")


class Revision(AppendOnlyModel):
    """One published state of an item (第 N 版). The database refuses to change or delete it
    (`ledger.guards`).

    Its key is the number of the register's entry that recorded it. Its hash stands in that entry
    and its other columns in its content, so that `manage.py verify_ledger` notices a change of any
    of them. The content stands apart, for a removal by law takes it away and leaves the hash.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, primary_key=True, related_name="revision", verbose_name="登记条目"
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="revisions", verbose_name="信息")
    number = models.PositiveIntegerField("版次")
    published_at = models.DateTimeField("公开时间")
    content_sha256 = models.CharField("校验码", max_length=64, db_index=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开版本"
        ordering = ("item", "-number")
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="revision_number_once_an_item")
        ]

    def __str__(self):
        return f"第 {self.number} 版"

    def get_absolute_url(self):
        """The permanent address of this state; of a report's, below the report's."""
        return self.item.kind.address("revision", self.number)

    def get_citation_url(self):
        """The address named by the hash: what a citation prints, for it says what it points to."""
        return reverse("revision-by-hash", args=[self.content_sha256])

    @property
    def content(self):
        """The canonical text (JSON) of what the public saw; empty where it was removed by law or is
        withheld.
        """
        stored = getattr(self, "stored", None)
        return stored.content if stored and not stored.is_withheld else ""

    @property
    def kept_content(self):
        """The same for the desk, which may read what is withheld from the public."""
        stored = getattr(self, "stored", None)
        return stored.content if stored else ""

    @property
    def state(self):
        """The content as an object; None where there is none for the public."""
        return json.loads(self.content) if self.content else None

    @property
    def kept_state(self):
        """The same with what is withheld from the public; None where the text was erased."""
        return json.loads(self.kept_content) if self.kept_content else None

    @property
    def change_note(self):
        """Why it was published (更正说明), as the register has it."""
        return self.entry.note


class RevisionContent(models.Model):
    """The text of a revision. Never changed; deleted only by `remove_item`, which the register
    records.
    """

    revision = models.OneToOneField(
        Revision, models.PROTECT, primary_key=True, related_name="stored", verbose_name="公开版本"
    )
    content = models.TextField("内容")
    # 隐去旧版: the public does not read this state any more, for example because it names somebody.
    # The register says so.
    is_withheld = models.BooleanField("不再对外显示", default=False, db_default=False)

    class Meta:
        verbose_name = verbose_name_plural = "公开版本的内容"

    def __str__(self):
        return str(self.revision)
