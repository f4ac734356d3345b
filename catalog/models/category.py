"""The category tree (公开目录): the only module beside the admin that speaks mptt."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from catalog.locks import tree_write_held
from catalog.models.department import Department
from catalog.models.stamp import PublicStamp
from catalog.regulation import ARTICLES
from catalog.slugs import validate_new_slug


class ColumnType(models.TextChoices):
    """栏目类别 of the government page tags (国办发〔2017〕47号, 附件 网站标签规范); exactly one a
    column.
    """

    OVERVIEW = "概况信息", "概况信息"
    DUTIES = "机构职能", "机构职能"
    LEADERS = "负责人信息", "负责人信息"
    NEWS = "工作动态", "工作动态"
    POLICY = "政策文件", "政策文件"
    GUIDE = "信息公开指南", "信息公开指南"
    CATALOG = "信息公开目录", "信息公开目录"
    REPORT = "信息公开年报", "信息公开年报"
    APPLICATION = "依申请公开", "依申请公开"
    DATA = "数据发布", "数据发布"
    INTERPRETATION = "政策解读", "政策解读"
    RESPONSE = "回应关切", "回应关切"
    SERVICE = "办事服务", "办事服务"


class Section(models.TextChoices):
    """The fixed sections of a disclosure platform (国办公开办函〔2019〕61号) that are categories;
    each stands once.
    """

    GUIDE = "guide", "政府信息公开指南"
    RULES = "rules", "政府信息公开制度"
    CONTENT = "content", "法定主动公开内容"
    REPORTS = "reports", "政府信息公开年报"


def validate_regulation_items(value):
    """A list of tags known to `catalog.regulation`."""
    if not isinstance(value, list) or any(tag not in ARTICLES for tag in value):
        raise ValidationError("请从《条例》条款清单中选择。")


class CategoryQuerySet(TreeQuerySet):
    """Which categories."""

    def _ancestors_or_self(self):
        return Category.objects.filter(
            tree_id=OuterRef("tree_id"), lft__lte=OuterRef("lft"), rght__gte=OuterRef("rght")
        ).order_by()

    def visible(self):
        """Categories the public may see: visible themselves and under visible ancestors only.

        Filtering on `is_visible` alone would turn the visible child of a hidden category into a
        root.
        """
        return self.filter(~Exists(self._ancestors_or_self().filter(is_visible=False)))

    def with_shown(self):
        """Each with `is_shown`: whether it is among the `visible()`."""
        return self.annotate(is_shown=~Exists(self._ancestors_or_self().filter(is_visible=False)))

    def hidden(self):
        """The complement of `visible()`."""
        return self.filter(Exists(self._ancestors_or_self().filter(is_visible=False)))


class CategoryManager(TreeManager.from_queryset(CategoryQuerySet)):
    """mptt's manager with our words."""


class Category(MPTTModel):
    """A column of the catalogue (公开目录的栏目). One root; items hang on it by foreign key and are
    never nodes.

    Structural writes (insert, move, delete) happen inside `catalog.locks.tree_write()`, and only
    there.
    """

    name = models.CharField("栏目名称", max_length=60)
    slug = models.SlugField(
        "地址名", max_length=60, unique=True, help_text="网址中的英文名；公布后不要再改。"
    )
    parent = TreeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级栏目",
    )
    position = models.PositiveSmallIntegerField(
        "排序", default=100, help_text="在同一上级之下，数字小的在前。"
    )
    is_visible = models.BooleanField(
        "公开显示",
        default=True,
        help_text="停用一个栏目，它下面的栏目和全部信息也不再对外显示；不要用删除代替停用。",
    )
    section = models.CharField(
        "固定栏目",
        max_length=10,
        choices=Section,
        null=True,
        blank=True,
        unique=True,
        help_text="国办公开办函〔2019〕61号规定的固定栏目，全站各一个。",
    )
    description = models.CharField(
        "栏目描述", max_length=200, help_text="设置目的和主要内容，写入页面标签 ColumnDescription。"
    )
    keywords = models.CharField(
        "栏目关键词", max_length=100, help_text="用英文分号隔开，写入页面标签 ColumnKeywords。"
    )
    column_type = models.CharField(
        "栏目类别", max_length=20, choices=ColumnType, default=ColumnType.CATALOG
    )
    regulation_items = models.JSONField(
        "对应《条例》条款", default=list, blank=True, validators=[validate_regulation_items]
    )
    update_within_days = models.PositiveSmallIntegerField(
        "更新期限（天）",
        null=True,
        blank=True,
        help_text="超过这么多天没有新内容即提醒；不要求定期更新的留空。",
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name="责任机构",
        help_text="负责维护本栏目的机构。",
    )

    objects = CategoryManager()

    class MPTTMeta:
        """Siblings stand by position; the admin has no dragging, because the two undo each other."""

        order_insertion_by = ["position", "name"]

    class Meta:
        verbose_name = verbose_name_plural = "公开目录"
        # Without this line mptt's own (tree_id, lft) index never reaches the database, and
        # makemigrations says nothing. The second holds the few that are hidden: the gate asks of
        # every category whether one of them stands above it.
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="category_tree_lft"),
            models.Index(
                fields=["tree_id", "lft", "rght"],
                name="category_hidden",
                condition=Q(is_visible=False),
            ),
        ]
        permissions = [("manage_catalog", "可以调整公开目录")]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="category_name_once_under_parent",
                violation_error_message="同一上级栏目下已有同名栏目。",
            ),
            models.CheckConstraint(
                name="category_edges_in_order",
                condition=Q(lft__lt=models.F("rght")),
                violation_error_message="目录树损坏。",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Refuse what mptt would only refuse, with a 500, in `save()`: a parent below the category,
        a second root.

        And a slug that is an address of ours.
        """
        validate_new_slug(self)
        if self.parent_id is None:
            if type(self).objects.filter(parent=None).exclude(pk=self.pk).exists():
                raise ValidationError({"parent": "目录只有一个根栏目，请选择上级栏目。"})
        elif self.pk and self.parent.is_descendant_of(self, include_self=True):
            raise ValidationError({"parent": "上级栏目不能是本栏目自己或者它下面的栏目。"})

    def save(self, *args, **kwargs):
        """Save under the tree lock; a caller that did not take it before loading is stopped here."""
        self._require_lock(kwargs)
        super().save(*args, **kwargs)
        PublicStamp.objects.bump(
            takes_away=not Category.objects.visible().filter(pk=self.pk).exists()
        )

    def delete(self, *args, **kwargs):
        """Delete under the tree lock: outside a transaction mptt closes the gap and then fails on a
        protected row.
        """
        self._require_lock(kwargs)
        PublicStamp.objects.bump()
        return super().delete(*args, **kwargs)

    @staticmethod
    def _require_lock(kwargs):
        if not tree_write_held():
            raise RuntimeError(
                "Category is written only inside catalog.locks.tree_write(), objects loaded inside it."
            )
