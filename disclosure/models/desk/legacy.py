"""What was brought in from older portals: the originals with their bytes, and the addresses they
stood at.
"""

import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q

from catalog.models import Category, Department
from disclosure.models.item import Item
from disclosure.models.rules.old_addresses import address_key, host_key

MAX_ADDRESS = 500
_ERASED = "/~"


def erased_address(path):
    """What an old address is kept as when the item was removed by law: it still leads to the
    notice, and says nothing.
    """
    return path if path.startswith(_ERASED) else _ERASED + hashlib.sha256(path.encode()).hexdigest()


def original_name(original, filename):
    """By the hash: the same bytes are the same file."""
    return f"legacy/{original.sha256[:2]}/{original.sha256}"


class LegacyOriginalQuerySet(models.QuerySet):
    """Which originals."""

    def visible_to(self, user):
        """Those of items of the user's departments, and of what is no item yet those brought in for
        them, or placed by nobody.
        """
        own = Department.objects.visible_to(user)
        unplaced = Q(item=None) & (Q(department=None) | Q(department__in=own))
        return self.filter(unplaced | Q(item__in=Item.objects.visible_to(user).values("pk")))


class LegacyOriginal(models.Model):
    """A file of an older portal, byte for byte, with what was recognised in it and what became of
    it.
    """

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", "待确认"
        IMPORTED = "imported", "已导入"
        REFUSED = "refused", "无法导入"
        SET_ASIDE = "set_aside", "不导入"
        ERASED = "erased", "已依法删除"

    sha256 = models.CharField("校验码", max_length=64, unique=True, editable=False)
    name = models.CharField("文件名", max_length=300, editable=False)
    content = models.FileField("原件", upload_to=original_name, max_length=120, editable=False)
    size = models.PositiveBigIntegerField("大小（字节）", editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.WAITING, editable=False, db_index=True
    )
    reason = models.CharField("原因", max_length=500, blank=True, editable=False)
    recognised = models.JSONField("识别结果", default=dict, editable=False)
    identity = models.CharField(
        "同一信息的标识", max_length=200, blank=True, editable=False, db_index=True
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布机构"
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属栏目"
    )
    item = models.OneToOneField(
        Item,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="legacy_original",
        verbose_name="信息",
        editable=False,
    )
    brought_in_at = models.DateTimeField("收到时间", auto_now_add=True)
    brought_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经手人",
        editable=False,
    )
    imported_at = models.DateTimeField("导入时间", null=True, blank=True, editable=False)

    objects = LegacyOriginalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "旧网站文件"
        ordering = ("-brought_in_at", "-pk")
        indexes = [models.Index(fields=["state", "-brought_in_at"], name="legacy_state")]

    def __str__(self):
        return self.name

    def keep(self, data):
        """Store the bytes; call before the first save."""
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.size = len(data)
        self.content.save(self.sha256, ContentFile(data), save=False)

    def read(self):
        """The bytes as they came in."""
        with self.content.open("rb") as file:
            return file.read()

    @property
    def doubts(self):
        """What the clerk has to look at."""
        return self.recognised.get("doubts", [])


class OldAddress(models.Model):
    """Where an item stood on an older portal; who asks for it there is sent to where it stands now."""

    host = models.CharField("旧网站域名", max_length=120, blank=True)
    path = models.CharField(
        "旧地址", max_length=MAX_ADDRESS, db_index=True, help_text="以 / 开头，含问号后的部分。"
    )
    # One way of writing it, by which it is found (`disclosure.models.rules.old_addresses`).
    key = models.CharField(
        max_length=MAX_ADDRESS, db_index=True, db_default="", default="", blank=True, editable=False
    )
    item = models.ForeignKey(
        Item, models.CASCADE, related_name="old_addresses", verbose_name="信息"
    )

    class Meta:
        verbose_name = verbose_name_plural = "旧地址"
        ordering = ("path",)
        constraints = [
            models.UniqueConstraint(
                fields=["host", "path"],
                name="old_address_once",
                violation_error_message="这个旧地址已经指向另一条信息。",
            ),
            models.CheckConstraint(
                name="old_address_path_is_absolute",
                condition=Q(path__startswith="/"),
                violation_error_message="旧地址应以 / 开头。",
            ),
        ]

    def __str__(self):
        return f"{self.host}{self.path}"

    def save(self, *args, **kwargs):
        self.host, (path, _, query) = host_key(self.host), self.path.partition("?")
        self.key = self.path if self.path.startswith(_ERASED) else address_key(path, query) or ""
        super().save(*args, **kwargs)
