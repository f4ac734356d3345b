"""Files that belong to an item (附件)."""

import hashlib
import uuid
from dataclasses import asdict
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from disclosure.choices import ScanState
from disclosure.models.item import Item
from disclosure.models.rules import scanning
from documents.extraction import MISSING, Extraction, extract_text
from documents.uploads.gate import check_upload
from documents.uploads.names import LONGEST, check_name, served_name, with_ending

READERS_VERSION = 2  # of documents.extraction: another number has everything read anew
TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "zip": "application/zip",
}


def storage_name(attachment, filename):
    """A name of our own: a Chinese file name of 84 characters is already longer than a file system
    takes (255 bytes).
    """
    return f"attachments/{attachment.pk}{PurePosixPath(filename).suffix.lower()}"


class AttachmentQuerySet(models.QuerySet):
    """Which attachments."""

    def served(self):
        """Those that may be given away: where there is a virus scanner, what it found clean."""
        return self.filter(scan_state=ScanState.CLEAN) if scanning.is_on() else self

    def unscanned(self):
        """Those no scanner has looked at."""
        return self.filter(scan_state=ScanState.UNSCANNED)

    def published(self, moment=None):
        """Attachments of items that pass the one gate, as far as they may be given away."""
        return self.served().filter(
            Exists(Item.objects.published(moment).filter(pk=OuterRef("item_id"))), is_withheld=False
        )


class PresentAttachments(models.Manager.from_queryset(AttachmentQuerySet)):
    """Files that belong to the present state of their item: what `attachments` and almost everybody
    means.
    """

    def get_queryset(self):
        """Without those only an earlier revision had."""
        return super().get_queryset().filter(retired_at=None)


class Attachment(models.Model):
    """A file of an item: served only by a view behind `published()`, never from a public folder."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments", verbose_name="信息")
    # Stored under a short name of ours; the length is that of the name a form may bring.
    file = models.FileField(
        "文件", upload_to=storage_name, max_length=200, validators=[check_upload]
    )
    name = models.CharField(
        "文件名", max_length=200, blank=True, help_text="公众看到和下载的名字，空白时用原文件名。"
    )
    position = models.PositiveSmallIntegerField("排序", default=0)
    size = models.PositiveBigIntegerField("大小（字节）", editable=False)
    sha256 = models.CharField("校验码", max_length=64, editable=False)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    # In a correction: the public file this one stands for, by whose address the body shows it.
    same_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="原附件",
    )
    scan_state = models.CharField(
        "查毒",
        max_length=10,
        blank=True,
        choices=ScanState,
        default=ScanState.UNSCANNED,
        db_default=ScanState.UNSCANNED,
        editable=False,
    )
    found = models.CharField(
        "查出的病毒", max_length=100, blank=True, default="", db_default="", editable=False
    )
    retired_at = models.DateTimeField("停用时间", null=True, blank=True, editable=False)
    is_withheld = models.BooleanField(
        "不再对外显示", default=False, db_default=False, editable=False
    )  # with its revision

    # The name under which the file lies in the storage, as far as this object knows.
    stored_file = ""

    objects = PresentAttachments()
    everything = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        default_manager_name = "objects"
        ordering = ("position", "uploaded_at")

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Take name, size and digest from the file when a new one comes in."""
        if not self.is_stored:
            self.name = served_name(
                (self.name or PurePosixPath(self.file.name).name)[-LONGEST:], self.extension
            )
            digest = hashlib.sha256()
            for chunk in self.file.chunks():
                digest.update(chunk)
            self.size, self.sha256 = self.file.size, digest.hexdigest()
            self.scan_state, self.found = scanning.state_of(self.file)
            # After the commit: a reader may take its time, and on SQLite nobody else writes
            # meanwhile.
            transaction.on_commit(self.extraction, robust=True)
            if (fields := kwargs.get("update_fields")) and "file" in fields:
                kwargs["update_fields"] = {*fields, "name", "size", "sha256", "scan_state", "found"}
        super().save(*args, **kwargs)
        self.stored_file = self.file.name

    def get_absolute_url(self):
        """The address of the file; the name in it is for people, the id decides."""
        return reverse("attachment", args=[self.pk, self.served_name])

    @classmethod
    def from_db(cls, db, field_names, values):
        """Remember under which name the file lies in the storage."""
        attachment = super().from_db(db, field_names, values)
        attachment.stored_file = dict(zip(field_names, values, strict=False)).get("file", "")
        return attachment

    def refresh_from_db(self, *args, **kwargs):
        """As Django's; the file is the stored one again."""
        super().refresh_from_db(*args, **kwargs)
        if "file" not in self.get_deferred_fields():
            self.stored_file = self.file.name

    @property
    def is_stored(self):
        """Whether the file lies in the storage already, and is not one that comes in now."""
        return bool(self.file) and self.file.name == self.stored_file

    def clean(self):
        """Refuse a name that is no plain name; one without its ending gets it back, and one taken
        away stays.
        """
        if not self.name and self.is_stored:
            self.name = (
                Attachment.everything.filter(pk=self.pk).values_list("name", flat=True).first()
                or ""
            )
        elif self.name and self.file:
            try:
                check_name(self.name)
            except ValidationError as error:
                raise ValidationError({"name": error}) from error
            self.name = with_ending(self.name, self.extension, TYPES)

    @property
    def served_name(self):
        """The name as the public gets it, safe in an address, a header and a package whatever was
        stored.
        """
        return served_name(self.name, self.extension)

    def extraction(self):
        """The `Extraction` of the file: as stored, else read now and stored. The same content is
        read once.
        """
        stored = (
            AttachmentText.objects.current().filter(attachment=self, sha256=self.sha256).first()
        )
        return stored.extraction if stored else self._read()

    @property
    def text(self):
        """The words in the file, for search: empty where none are known yet."""
        stored = getattr(self, "extracted", None)
        return stored.text if stored and stored.sha256 == self.sha256 else ""

    def _read(self):
        twin = AttachmentText.objects.current().filter(
            sha256=self.sha256, attachment__file__endswith=f".{self.extension}"
        )
        try:
            with self.file.storage.open(self.file.name, "rb") as file:
                found = (
                    stored.extraction
                    if (stored := twin.first())
                    else extract_text(file, self.extension)
                )
        except (OSError, ValueError):
            return Extraction(reason=MISSING)
        if found.reason != MISSING and Attachment.objects.filter(pk=self.pk).exists():
            AttachmentText.objects.update_or_create(
                attachment=self,
                defaults={**asdict(found), "sha256": self.sha256, "version": READERS_VERSION},
            )
        return found

    @property
    def address_id(self):
        """The id in the address by which a body shows the file."""
        return self.same_as_id or self.pk

    @property
    def extension(self):
        """The kind of file, in lower case and without the dot."""
        return PurePosixPath(self.file.name).suffix.lower().lstrip(".")

    @property
    def content_type(self):
        """The type it is served as: from our own list, never from what the uploader's browser said."""
        return TYPES.get(self.extension, "application/octet-stream")


class AttachmentTextQuerySet(models.QuerySet):
    """Which texts."""

    def current(self):
        """Those read by the readers of today."""
        return self.filter(version=READERS_VERSION)


class AttachmentText(models.Model):
    """What reading a file yielded (`Extraction`). Apart from the attachment: pages that list files
    need none of it.
    """

    attachment = models.OneToOneField(
        Attachment, models.CASCADE, primary_key=True, related_name="extracted", verbose_name="附件"
    )
    text = models.TextField("文字", blank=True)
    reason = models.CharField("没有读出的原因", max_length=300, blank=True)
    pages = models.PositiveIntegerField("页数", default=0)
    pages_without_text = models.PositiveIntegerField("没有文字的页数", default=0)
    remarks = models.JSONField("不显示的内容", default=list, blank=True)
    sha256 = models.CharField("所读文件的校验码", max_length=64, db_index=True)
    version = models.PositiveSmallIntegerField("读取程序版本")
    read_at = models.DateTimeField("读取时间", auto_now=True)

    objects = AttachmentTextQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件文字"

    def __str__(self):
        return f"{self.attachment_id}：{self.text[:50]}"

    @property
    def extraction(self):
        """As the reader gave it."""
        return Extraction(self.text, self.reason, self.pages, self.pages_without_text, self.remarks)
