"""A reader reports an error on a page of this portal (网页纠错)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone
from django.utils.encoding import escape_uri_path

from catalog.models import Department
from ledger.models.append_only import is_sha256

SHORTEST_TEXT, LONGEST_TEXT = 10, 1000  # characters
# How long who wrote stays known: so many days after the case was closed, and never longer than that
# after it came in.
DAYS_AFTER_HANDLING, DAYS_AT_MOST = 30, 180
OFFICE = "公开办"  # what belongs to no organ is the disclosure office's (条例 4)


class ErrorReportQuerySet(models.QuerySet):
    """Which reports."""

    def visible_to(self, user):
        """Those of one's departments and of the ones below; of no department: for who handles all
        of them.
        """
        if user.is_superuser or user.has_perm("catalog.manage_all_departments"):
            return self.all()
        return self.filter(department__in=Department.objects.visible_to(user))

    def pending(self):
        """Nobody has closed them yet."""
        return self.filter(status=ErrorReport.Status.PENDING)

    def with_contact_past_its_time(self, moment=None):
        """Those whose sender's name and contact are kept no longer."""
        moment = moment or timezone.now()
        closed, received = (
            moment - dt.timedelta(days=days) for days in (DAYS_AFTER_HANDLING, DAYS_AT_MOST)
        )
        is_over = Q(handled_at__lt=closed) | Q(received_at__lt=received)
        return self.filter(is_over).exclude(name="", contact="")


class ErrorReport(models.Model):
    """What a reader says is wrong on a page, and what became of it.

    Name and contact are personal data: shown to who handles it, erased by `erase_contacts` when
    their time is over.
    """

    class Kind(models.TextChoices):
        """What is wrong."""

        CONTENT = "content", "内容错误、错别字"
        LINK = "link", "链接失效"
        ATTACHMENT = "attachment", "附件打不开"
        OUTDATED = "outdated", "信息过期"
        PERSONAL = "personal", "内容含个人信息"
        OTHER = "other", "其他"

    class Status(models.TextChoices):
        """Where it stands."""

        PENDING = "pending", "待处理"
        HANDLED = "handled", "已处理"
        REJECTED = "rejected", "不予处理"

    number = models.CharField("编号", max_length=20, editable=False)
    page = models.CharField("网页地址", max_length=300, help_text="本网站内的地址。")
    page_title = models.CharField("网页标题", max_length=300, blank=True)
    kind = models.CharField("问题类别", max_length=10, choices=Kind)
    text = models.TextField("问题说明", max_length=LONGEST_TEXT)
    name = models.CharField("称呼", max_length=50, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    received_at = models.DateTimeField("收到时间", default=timezone.now, editable=False)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="page_corrections",
        verbose_name="负责机构",
    )
    status = models.CharField("处理状态", max_length=10, choices=Status, default=Status.PENDING)
    note = models.CharField(
        "处理说明",
        max_length=500,
        blank=True,
        help_text="怎样处理的，或者为什么不予处理。提出纠错的人凭编号和查询码可以看到这段话，不要写入个人信息。",
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="处理人",
    )
    handled_at = models.DateTimeField("处理时间", null=True, blank=True, editable=False)
    contact_erased_at = models.DateTimeField(
        "称呼和联系方式删除时间", null=True, blank=True, editable=False
    )
    # One form is one report, however often it is sent.
    token = models.CharField("提交标识", max_length=64, editable=False)
    # The query code itself is known to the sender alone.
    code_sha256 = models.CharField(
        "查询码的哈希", max_length=64, validators=[is_sha256], editable=False
    )

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        db_table = "inquiries_correction"  # its name in the first release
        verbose_name = verbose_name_plural = "网页纠错"
        ordering = ("-received_at", "-pk")
        default_permissions = ("view", "change")
        indexes = [
            models.Index(
                fields=["received_at"], name="correction_pending", condition=Q(status="pending")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="correction_number_once"),
            models.UniqueConstraint(fields=["token"], name="correction_token_once"),
            models.CheckConstraint(
                name="correction_page_is_ours",
                condition=Q(page__startswith="/") & ~Q(page__startswith="//"),
                violation_error_message="网页地址须是本网站内的地址。",
            ),
            models.CheckConstraint(
                name="correction_text_length",
                condition=Q(GreaterThanOrEqual(Length(F("text")), SHORTEST_TEXT))
                & Q(LessThanOrEqual(Length(F("text")), LONGEST_TEXT)),
                violation_error_message=f"问题说明须为 {SHORTEST_TEXT} 至 {LONGEST_TEXT} 字。",
            ),
            models.CheckConstraint(
                name="correction_known_kind",
                condition=Q(
                    kind__in=("content", "link", "attachment", "outdated", "personal", "other")
                ),
            ),
            models.CheckConstraint(
                name="correction_known_status",
                condition=Q(status__in=("pending", "handled", "rejected")),
            ),
            models.CheckConstraint(
                name="correction_closed_has_note_person_and_time",
                condition=Q(status="pending", handled_by=None, handled_at=None)
                | (
                    ~Q(status="pending")
                    & ~Q(note="")
                    & Q(handled_by__isnull=False, handled_at__isnull=False)
                ),
                violation_error_message="已处理或不予处理的，须写明处理说明。",
            ),
            models.CheckConstraint(
                name="correction_erased_contact_is_empty",
                condition=Q(contact_erased_at=None) | Q(name="", contact=""),
                violation_error_message="称呼和联系方式已经到期删除。",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def page_url(self):
        """The page's address as a link."""
        return escape_uri_path(self.page)

    @property
    def office(self):
        """Who is to handle it, in words."""
        return self.department.name if self.department else OFFICE
