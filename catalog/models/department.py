"""Organs that publish (发布机构), and the people who work for them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from catalog.models.stamp import PublicStamp
from catalog.organ_codes import normalise_organ_code, validate_organ_code
from catalog.slugs import validate_new_slug

FIRST_YEAR, WITHIN_YEARS = 1949, 10


def validate_existence(day):
    """A day on which an organ of the People's Republic begins or ends; reforms are announced, but
    not for the next generation.
    """
    latest = timezone.localdate().year + WITHIN_YEARS
    if not FIRST_YEAR <= day.year <= latest:
        raise ValidationError(f"日期应在 {FIRST_YEAR} 年到 {latest} 年之间，请核对年份。")


class DepartmentQuerySet(models.QuerySet):
    """Which departments."""

    def active(self, day=None):
        """Departments in existence on a day (default: today); a merged or abolished organ keeps its
        page and items.
        """
        day = day or timezone.localdate()
        return self.filter(
            Q(active_from=None) | Q(active_from__lte=day),
            Q(active_until=None) | Q(active_until__gte=day),
        )

    def ids_under(self, roots):
        """Ids of the given departments and of all below them, as a set; one query, the table has at
        most hundreds.
        """
        children = {}
        for pk, parent_id in self.model.objects.values_list("pk", "parent_id"):
            children.setdefault(parent_id, []).append(pk)
        found, waiting = set(), [root.pk for root in roots]
        while waiting:
            pk = waiting.pop()
            if pk not in found:
                found.add(pk)
                waiting.extend(children.get(pk, ()))
        return found

    def under(self, roots):
        """The given departments and all below them."""
        return self.filter(pk__in=self.ids_under(roots))

    def visible_to(self, user):
        """Departments whose records a member of staff may see and touch: their own and those below."""
        if user.is_superuser or user.has_perm("catalog.manage_all_departments"):
            return self.all()
        return self.under(self.model.objects.filter(memberships__user=user))


class Department(models.Model):
    """An organ that publishes information in its own name (条例 Art. 10), with the contact block of
    Art. 12.

    Organs form a tree by `parent` alone: it is small, rarely written, and needs none of mptt's
    columns.
    """

    class Kind(models.TextChoices):
        """Where an organ stands in the district."""

        GOVERNMENT = "government", "区政府"
        BUREAU = "bureau", "政府工作部门"
        TOWN = "town", "乡镇政府、街道办事处"
        INSTITUTION = "institution", "派出机构、事业单位"
        OUTSIDE = "outside", "区外机关"

    name = models.CharField(
        "机构全称", max_length=100, unique=True, help_text="法定全称，与印章一致。"
    )
    short_name = models.CharField(
        "简称", max_length=30, help_text="列表和筛选中显示，例如“区财政局”。"
    )
    slug = models.SlugField(
        "地址名",
        max_length=50,
        unique=True,
        help_text="网址中的英文名，例如 songbei；公布后不要再改，否则旧链接失效。",
    )
    code = models.CharField(
        "机构代码",
        max_length=18,
        unique=True,
        validators=[validate_organ_code],
        help_text="18 位统一社会信用代码，或 9 位组织机构代码。索引号以它开头。",
    )
    document_mark = models.CharField(
        "机关代字",
        max_length=20,
        blank=True,
        db_default="",
        help_text="发文字号开头的代字（GB/T 9704-2012），例如“示财”。",
    )
    kind = models.CharField("类别", max_length=12, choices=Kind, default=Kind.BUREAU)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级机关",
    )
    position = models.PositiveSmallIntegerField("排序", default=100, help_text="数字小的在前。")
    address = models.CharField("办公地址", max_length=200, blank=True)
    office_hours = models.CharField("办公时间", max_length=200, blank=True)
    telephone = models.CharField("联系电话", max_length=60, blank=True)
    fax = models.CharField("传真号码", max_length=60, blank=True)
    email = models.EmailField("互联网联系方式（电子邮箱）", blank=True)
    active_from = models.DateField(
        "设立日期", null=True, blank=True, validators=[validate_existence]
    )
    active_until = models.DateField(
        "撤销日期",
        null=True,
        blank=True,
        validators=[validate_existence],
        help_text="机构撤销或合并后填写；它已公开的信息仍然保留。",
    )

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name="并入机构",
        help_text="合并后承接它的信息和人员的机构；旧地址转到那里。",
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发布机构"
        ordering = ("position", "pk")
        permissions = [("manage_all_departments", "可以处理所有机构的信息")]
        constraints = [
            models.CheckConstraint(
                name="department_active_until_after_from",
                condition=Q(active_from=None)
                | Q(active_until=None)
                | Q(active_until__gte=F("active_from")),
                violation_error_message="撤销日期不能早于设立日期。",
            ),
            models.CheckConstraint(
                name="department_merged_has_ended",
                condition=Q(merged_into=None)
                | (Q(active_until__isnull=False) & ~Q(merged_into=F("pk"))),
                violation_error_message="并入别的机构的，须有撤销日期，也不能并入自己。",
            ),
            models.CheckConstraint(
                name="department_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message="机构不能以自己为上级机关。",
            ),
        ]

    def __str__(self):
        return self.short_name

    def save(self, *args, **kwargs):
        """Names and contacts stand on public pages: tell their caches, in one transaction with the
        change.
        """
        with transaction.atomic():
            super().save(*args, **kwargs)
            PublicStamp.objects.bump()

    def delete(self, *args, **kwargs):
        """As for `save()`."""
        with transaction.atomic():
            PublicStamp.objects.bump()
            return super().delete(*args, **kwargs)

    def clean_fields(self, exclude=None):
        """Normalise the code before its validator reads it."""
        self.code = normalise_organ_code(self.code or "")
        super().clean_fields(exclude=exclude)

    def clean(self):
        """Refuse a parent that stands below this organ, and a slug that is an address of ours."""
        validate_new_slug(self)
        if self.pk and self.parent_id and self.parent_id in type(self).objects.ids_under([self]):
            raise ValidationError({"parent": "上级机关不能是本机构自己或者它的下级。"})


class Membership(models.Model):
    """A member of staff works for a department, and so for all below it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name="工作人员",
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        related_name="memberships",
        verbose_name="发布机构",
        help_text="含其下级机构。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "所属机构"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "department"],
                name="membership_once",
                violation_error_message="已经属于这个机构。",
            )
        ]

    def __str__(self):
        return f"{self.user}：{self.department}"
