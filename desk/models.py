"""What somebody typed and has not saved yet: theirs alone, for some days."""

import datetime as dt
import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

KEPT_VERSIONS = 5  # of one form
KEPT_DAYS = 30
STAGED_DAYS = 7


class KeptFormQuerySet(models.QuerySet):
    """Which kept forms."""

    def of_form(self, user, place, key):
        """Those of one person and one form, the newest first."""
        return self.filter(user=user, place=place, key=key)

    def of_new_forms(self, user, place):
        """Those of one person for records that were never saved, the newest first."""
        return self.filter(user=user, place=place, key__startswith=NEW)

    def past_their_time(self, moment=None):
        """Those nobody came back for."""
        return self.filter(kept_at__lt=(moment or timezone.now()) - dt.timedelta(days=KEPT_DAYS))


NEW = "new-"  # begins the key of a record that has none yet


class KeptForm(models.Model):
    """A form as it was typed at one moment. Nobody but its writer is ever shown it; it is no draft
    and no record.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="填写人"
    )
    place = models.CharField("表单", max_length=80)  # app_label.model_name
    key = models.CharField("记录", max_length=80)  # the record's key, or new-…
    about = models.CharField(
        "所属信息", max_length=80, blank=True, db_index=True
    )  # what takes it along when it is removed
    values = models.JSONField("填写的内容")
    kept_at = models.DateTimeField("留存时间")

    objects = KeptFormQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "留存的填写内容"
        ordering = ("-kept_at", "-pk")
        indexes = [
            models.Index(fields=["user", "place", "key", "-kept_at"], name="kept_form_newest")
        ]

    def __str__(self):
        return f"{self.place} {self.key} {timezone.localtime(self.kept_at):%m-%d %H:%M}"


@transaction.atomic
def keep_form(*, user, place, key, values, about=""):
    """Keep a form as it is typed now, and the last few states of it. Returns the row; nothing new
    where nothing changed.
    """
    mine = KeptForm.objects.of_form(user, place, key)
    newest = mine.first()
    if newest and newest.values == values:
        KeptForm.objects.filter(pk=newest.pk).update(kept_at=timezone.now())
        return newest
    made = KeptForm.objects.create(
        user=user, place=place, key=key, about=about, values=values, kept_at=timezone.now()
    )
    KeptForm.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT_VERSIONS:])).delete()
    return made


def staged_name(staged, filename):
    """Under a name of ours, as attachments are."""
    return f"staged/{staged.pk}{PurePosixPath(filename).suffix.lower()}"


class StagedFile(models.Model):
    """A good file of a form that was refused for something else: it need not be chosen again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="上传人"
    )
    about = models.CharField("所属信息", max_length=80, blank=True, db_index=True)
    file = models.FileField("文件", upload_to=staged_name, max_length=200)
    name = models.CharField("文件名", max_length=255)
    staged_at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "暂存的文件"

    def __str__(self):
        return self.name


def _delete_staged(rows):
    """Rows now, files when that is certain."""
    files = [(staged.file.storage, staged.file.name) for staged in rows]
    number = rows.delete()[0]
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in files])
    return number


@transaction.atomic
def drop_staged(*, user, keys):
    """Forget files that were saved, or given up."""
    return _delete_staged(StagedFile.objects.filter(user=user, pk__in=keys))


@transaction.atomic
def forget_about(about):
    """依法删除: whatever anybody typed of this record, or uploaded for it, and did not save, goes
    with it.
    """
    KeptForm.objects.filter(about=about).delete()
    _delete_staged(StagedFile.objects.filter(about=about))


def forget_old(moment=None):
    """A step of tick: what nobody came back for. (number, 0)."""
    moment = moment or timezone.now()
    number = KeptForm.objects.past_their_time(moment).delete()[0]
    with transaction.atomic():
        number += _delete_staged(
            StagedFile.objects.filter(staged_at__lt=moment - dt.timedelta(days=STAGED_DAYS))
        )
    return number, 0
