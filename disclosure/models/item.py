"""An item (政府信息): the unit of publication, with the whole metadata block."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from catalog.models import Category, Department
from disclosure.choices import EDITABLE, ONCE_PUBLIC, DisclosureMode, Genre, Scope, Status, Term
from disclosure.models.fields import SanitizedHTMLField
from disclosure.models.item_kind import ItemKind
from disclosure.models.rules.day_bounds import (
    validate_made_on,
    validate_originally_published,
    validate_planned,
    validate_term_end,
)
from disclosure.models.theme import Theme
from disclosure.models.working import DeskQuerySet
from documents.customs.document_numbers import normalise_document_number
from documents.html.richtext import html_to_text
from search.lookups import WithoutIndex


class ItemQuerySet(DeskQuerySet):
    """Which items."""

    def published(self, moment=None):
        """The one gate to the public: published, proactively disclosed, its moment come, its term
        not over, its category visible with all that stands above it.
        """
        return self.open(moment).exclude(category__in=Category.objects.hidden().values("pk"))

    def open(self, moment=None):
        """`published()` but for its category. Only to find candidates in categories known to be
        visible: what is shown must have passed the gate itself.
        """
        moment = moment or timezone.now()
        return self.filter(
            Q(disclosed_until=None) | Q(disclosed_until__gte=timezone.localdate(moment)),
            status=Status.PUBLISHED,
            disclosure_mode=DisclosureMode.PROACTIVE,
        ).filter(LessThanOrEqual(WithoutIndex(F("published_at")), moment))

    def withdrawn(self):
        """Items that were public and keep a notice at their address (the category's visibility
        still rules).
        """
        gone = (Status.WITHDRAWN, Status.ARCHIVED)
        return self.filter(status__in=gone).exclude(
            category__in=Category.objects.hidden().values("pk")
        )

    def in_categories(self, category_ids):
        """Items at home in one of these categories, or filed there as well. `category_ids`:
        explicit ids, a list.

        The second condition is added only where such filings exist: an OR costs the index on
        (category, listed_at).
        """
        further = Item.further_categories.through.objects.filter(category_id__in=category_ids)
        if not further.exists():
            return self.filter(category_id__in=category_ids)
        return self.filter(Q(category_id__in=category_ids) | Q(pk__in=further.values("item_id")))

    def listed_in_year(self, year):
        """Items the public could first read in a year of local time: a range of the index."""
        first, last = (timezone.make_aware(dt.datetime(day, 1, 1)) for day in (year, year + 1))
        return self.filter(listed_at__gte=first, listed_at__lt=last)

    def in_bulk(self, *args, **kwargs):
        """As Django's, in no order: who asks by keys puts the rows in his own, and SQLite, where it
        has no statistics yet, walks a million rows of the order's index instead of looking up
        twenty keys.
        """
        return super(ItemQuerySet, self.order_by()).in_bulk(*args, **kwargs)

    def with_page(self):
        """What its page shows of its own row and of those it points to."""
        return self.select_related(
            "department", "category", "theme__parent", "annual_report__department"
        )

    def with_relations(self):
        """All that an item's page and files show of its relations, for many items at once."""
        public = Item.objects.published().with_row()
        return self.with_page().prefetch_related(
            "annual_report__sections",
            "annual_report__tables",
            "attachments",
            "joint_departments",
            Prefetch("interprets", queryset=public),
            Prefetch("interpretations", queryset=public),
            Prefetch("validities__because_of", queryset=public),
        )

    def with_row(self):
        """What a row of a list shows, without a query per row. The body stays in the database."""
        return self.select_related("department", "category", "annual_report__department").defer(
            "body", "text"
        )


_OPEN, _NEWEST, _GATE = (
    ("status", "disclosure_mode"),
    ("-listed_at", "-id"),
    ("published_at", "disclosed_until"),
)


class Item(models.Model):
    """A piece of government information with the metadata of 国办秘函〔2009〕6号 and 条例 Arts. 10,
    12, 20.
    """

    index_number = models.CharField(
        "索引号",
        max_length=64,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="公开时自动生成，永不改变；导入的信息保留原索引号。",
    )
    title = models.CharField("标题", max_length=300, help_text="只写正标题，与文件一致。")
    document_number = models.CharField(
        "发文字号",
        max_length=100,
        blank=True,
        db_index=True,
        help_text="例如 哈松政规〔2026〕3号；括号、空格会自动规范。没有发文字号的信息留空。",
    )
    summary = models.TextField(
        "内容概述", max_length=500, blank=True, help_text="三百字以内，说明信息的主要内容。"
    )
    created_on = models.DateField(
        "成文日期",
        validators=[validate_made_on],
        help_text="文件的签发日期；会签的以最后签发日为准；不是公文的，填公众可以获取的日期。",
    )
    published_at = models.DateTimeField(
        "公开时间",
        null=True,
        blank=True,
        validators=[validate_planned],
        help_text="填写将来的时间即为定时公开。",
    )
    originally_published_at = models.DateTimeField(
        "原公开时间",
        null=True,
        blank=True,
        validators=[validate_originally_published],
        help_text="从旧网站导入的信息：它在旧网站上最初公开的时间。",
    )
    imported_at = models.DateTimeField("导入时间", null=True, blank=True, editable=False)
    # [{"code", "sentence"}]: what the reader of the Word file was not sure of (`documents.doubts`).
    intake_doubts = models.JSONField(
        "读入时的疑问",
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        editable=False,
    )
    # The day the public reads and lists sort by. Never a later day than the true one: re-dating old
    # items on a move counts as 伪造发稿日期 (检查指标, 单项否决).
    listed_at = models.GeneratedField(
        expression=Coalesce("originally_published_at", "published_at"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    department = models.ForeignKey(
        Department,
        models.PROTECT,
        related_name="items",
        verbose_name="发布机构",
        help_text="负责公开的机构，一个。",
    )
    joint_departments = models.ManyToManyField(
        Department, blank=True, related_name="joint_items", verbose_name="联合发文机构"
    )
    issuer = models.CharField(
        "制作机关",
        max_length=200,
        blank=True,
        help_text="制作机关不是发布机构时填写全称，例如转发的上级文件。",
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="items", verbose_name="所属栏目"
    )
    further_categories = models.ManyToManyField(
        Category, blank=True, related_name="further_items", verbose_name="同时列入的栏目"
    )
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="items", verbose_name="主题分类"
    )
    genre = models.CharField("体裁", max_length=10, choices=Genre, blank=True)
    keywords = models.CharField("关键词", max_length=200, blank=True, help_text="用英文分号隔开。")

    disclosure_mode = models.CharField(
        "公开方式", max_length=10, choices=DisclosureMode, default=DisclosureMode.PROACTIVE
    )
    term = models.CharField("公开时限", max_length=10, choices=Term, default=Term.PERMANENT)
    disclosed_until = models.DateField(
        "公开至",
        null=True,
        blank=True,
        validators=[validate_term_end],
        help_text="限时公开的最后一日。",
    )
    scope = models.CharField("公开范围", max_length=10, choices=Scope, default=Scope.SOCIETY)
    source = models.CharField("来源", max_length=100, blank=True, help_text="空白时显示发布机构。")

    body = SanitizedHTMLField("正文", blank=True)
    text = models.TextField("正文文字", blank=True, editable=False)
    interprets = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="interpretations",
        verbose_name="解读的文件",
        help_text="本信息是政策解读时，选择它解读的文件；两边的页面会互相链接。",
    )

    status = models.CharField(
        "状态", max_length=12, choices=Status, default=Status.DRAFT, editable=False
    )
    # A correction is an item of its own until it is published: then its contents go into the one it
    # corrects (docs/decisions/0020-corrections-are-items.md).
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="correction",
        verbose_name="更正的信息",
    )
    change_note = models.CharField(
        "更正说明",
        max_length=300,
        blank=True,
        help_text="更正了什么、为什么。公众会在“沿革”里看到这段话。",
    )
    contributors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="编写人",
        help_text="写过、改过这一稿的人，不能审核它。",
    )
    next_review_on = models.DateField(
        "下次评估日期",
        null=True,
        blank=True,
        editable=False,
        help_text="不公开的信息到期重新评估（《条例》第十八条）。",
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True, editable=False)
    withdrawal_reason = models.CharField("撤回原因", max_length=300, blank=True, editable=False)
    is_removed_by_law = models.BooleanField("依法删除", default=False, editable=False)
    view_count = models.PositiveBigIntegerField("浏览次数", default=0, editable=False)

    created_at = models.DateTimeField("录入时间", auto_now_add=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="录入人",
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政府信息"
        ordering = ("-listed_at", "-pk")
        permissions = [
            ("submit_item", "可以提交审核、发起更正"),
            ("review_item", "可以审核（保密审查）"),
            ("publish_item", "可以公开已审核的信息"),
            ("withdraw_item", "可以撤回、恢复信息"),
            ("force_publish_item", "可以说明理由直接公开"),
            ("remove_item", "可以依法删除信息"),
            ("correct_views", "可以更正浏览次数"),
        ]
        # What is public is published and proactive; with both in front, a page of a list is a range
        # of one index, in order. What the gate asks besides stands behind, so that to count or to
        # skip a thousand rows reads the index alone.
        indexes = [
            models.Index(fields=[*_OPEN, *_NEWEST, "category", *_GATE], name="item_open_listed"),
            models.Index(fields=[*_OPEN, "-view_count", "-id"], name="item_open_views"),
            models.Index(fields=[*_OPEN, "-created_on", "-id"], name="item_open_created"),
            models.Index(fields=["category", *_OPEN, *_NEWEST, *_GATE], name="item_shelf_listed"),
            models.Index(
                fields=["category", *_OPEN, "-view_count", "-id"], name="item_shelf_views"
            ),
            models.Index(
                fields=["category", *_OPEN, "-created_on", "-id"], name="item_shelf_created"
            ),
            models.Index(
                fields=["department", *_OPEN, *_NEWEST, "category", *_GATE],
                name="item_organ_listed",
            ),
            models.Index(
                fields=["department", "category", *_OPEN, *_NEWEST, *_GATE], name="item_organ_shelf"
            ),
            models.Index(
                fields=["department", "genre", *_OPEN, *_NEWEST, "category", *_GATE],
                name="item_organ_genre",
            ),
            models.Index(
                fields=["theme", *_OPEN, *_NEWEST, "category", *_GATE], name="item_theme_listed"
            ),
            models.Index(
                fields=["genre", *_OPEN, *_NEWEST, "category", *_GATE], name="item_genre_listed"
            ),
            models.Index(fields=["-listed_at", "-id"], name="item_listed"),
            # The newest moment of publication that has come: asked for once a second by every
            # process.
            models.Index(fields=["status", "published_at"], name="item_status_published"),
            # The desk's queues and tick ask for a few items by status; most rows are public.
            models.Index(
                fields=["status", "published_at"],
                name="item_at_the_desk",
                condition=~Q(status=Status.PUBLISHED),
            ),
            models.Index(
                fields=["disclosed_until"],
                name="item_limited_term",
                condition=Q(disclosed_until__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="item_published_has_number_and_time",
                condition=~Q(status=Status.PUBLISHED)
                | Q(index_number__isnull=False, published_at__isnull=False),
                violation_error_message="公开的信息必须有索引号和公开时间。",
            ),
            models.CheckConstraint(
                name="item_published_is_proactive",
                condition=~Q(status=Status.PUBLISHED) | Q(disclosure_mode=DisclosureMode.PROACTIVE),
                violation_error_message="只有主动公开的信息可以对外公开。",
            ),
            models.CheckConstraint(
                name="item_withdrawn_has_time_and_reason",
                condition=~Q(status__in=(Status.WITHDRAWN, Status.ARCHIVED))
                | (
                    Q(withdrawn_at__isnull=False, index_number__isnull=False)
                    & ~Q(withdrawal_reason="")
                ),
                violation_error_message="撤回的信息必须写明时间和原因。",
            ),
            models.CheckConstraint(
                name="item_limited_term_has_end",
                condition=Q(term=Term.PERMANENT, disclosed_until=None)
                | Q(term=Term.LIMITED, disclosed_until__isnull=False),
                violation_error_message="限时公开须填写“公开至”，长期公开不填。",
            ),
            models.CheckConstraint(
                name="item_correction_is_never_public",
                condition=Q(corrects=None) | (Q(index_number=None) & ~Q(status__in=ONCE_PUBLIC)),
                violation_error_message="更正稿本身不对外公开，公开时写入原信息。",
            ),
            models.CheckConstraint(
                name="item_kept_is_reviewed_again",
                condition=~Q(status=Status.KEPT)
                | (~Q(disclosure_mode=DisclosureMode.PROACTIVE) & Q(next_review_on__isnull=False)),
                violation_error_message="不对外公开的信息须有下次评估日期。",
            ),
            models.CheckConstraint(
                name="item_index_number_not_empty",
                condition=~Q(index_number=""),
                violation_error_message="索引号不能是空字符串。",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Normalise the document number and keep the plain text beside the body."""
        self.document_number = normalise_document_number(self.document_number)
        self.text = self.compose_text()
        if (fields := kwargs.get("update_fields")) and "body" in fields:
            kwargs["update_fields"] = {*fields, "text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The item's one address; a report's item lives at the report's."""
        if self.corrects_id:
            return self.corrects.get_absolute_url()
        return self.kind.address("detail")

    def clean(self):
        """What is given away until a day was made before that day."""
        if self.disclosed_until and self.created_on and self.disclosed_until < self.created_on:
            raise ValidationError({"disclosed_until": "“公开至”早于成文日期，请核对这两个日期。"})

    def compose_text(self):
        """The plain text search reads: the body's, and for a report that of its sections."""
        parts = [html_to_text(self.body)]
        if report := self.report:
            for section in report.sections.all():
                parts += [section.title, html_to_text(section.body)]
        return "\n".join(part for part in parts if part)

    def get_counts_url(self):
        """The page with the daily table behind the browse count."""
        return self.kind.address("counts")

    def get_history_url(self):
        """沿革: the page that lists its revisions."""
        return self.kind.address("history")

    @property
    def report(self):
        """The annual report whose item this is, or None."""
        return getattr(self, "annual_report", None)

    @property
    def kind(self):
        """What depends on whether it is an annual report's."""
        return ItemKind(self, self.report)

    @property
    def is_editable(self):
        """Whether a clerk may change it: neither in review, nor decided, nor public."""
        return self.status in EDITABLE

    @property
    def pending_correction(self):
        """The correction that is being prepared, or None."""
        return getattr(self, "correction", None) if self.pk else None

    @property
    def current_revision(self):
        """The newest published `Revision`, or None where none was ever recorded. A page has read it
        with the item.
        """
        if "known_revision" in self.__dict__:
            return self.known_revision
        return self.revisions.order_by("-number").first()

    def related(self, name):
        """The rows at the other end of a relation, as a list. Where the query that read the item
        has found that there are none (`has_…`), none are asked for.
        """
        return list(getattr(self, name).all()) if getattr(self, f"has_{name}", True) else []

    @property
    def joint_organs(self):
        """联合发文机构."""
        return self.related("joint_departments")

    @property
    def interpreted(self):
        return self.related("interprets")

    @property
    def interpreted_by(self):
        return self.related("interpretations")

    @property
    def validity_rows(self):
        """Its standing, from day to day."""
        return self.related("validities")

    @property
    def downloads(self):
        """附件 as listed: files of the item but for the pictures that stand in its body."""
        return [
            file
            for file in self.related("attachments")
            if f"/attachments/{file.address_id}/" not in self.body
        ]

    @property
    def serial_part(self):
        """后段码: the part of the index number after the organ's code, all a list needs to show."""
        return (self.index_number or "").rpartition("/")[2]

    @property
    def source_name(self):
        """来源 as printed: the stated source, else the publishing organ's full name."""
        return self.source or self.department.name

    def validity_on(self, day=None):
        """The `Validity` row that rules on a day (default today), or None where nothing is known or
        not yet begun.
        """
        day = day or timezone.localdate()
        rows = [row for row in self.validity_rows if row.starts_on <= day]
        return rows[-1] if rows else None

    def validity_label(self, day=None):
        """有效性 as printed; empty where the record says nothing."""
        if row := self.validity_on(day):
            return row.get_state_display()
        return "尚未生效" if self.validity_rows else ""
