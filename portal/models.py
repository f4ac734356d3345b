"""What the front door itself remembers."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models import PublicStamp
from portal.identity import PLATFORM, forget


def validate_domain(value):
    """A host name, as the page tag SiteDomain wants it: no scheme, no path."""
    if not re.fullmatch(r"(?!-)([a-z0-9-]{1,63}\.)+[a-z]{2,}", value):
        raise ValidationError("请填写域名本身，例如 www.example.gov.cn，不带 http:// 和斜杠。")


class SiteIdentity(models.Model):
    """What 国办发〔2017〕47号 has every page print of the site: one row. `settings.SITE` reads it
    (portal/identity.py).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(
        "网站名称",
        max_length=60,
        blank=True,
        help_text="例如“示例区人民政府”，印在每一页的页头和标题。",
    )
    id_code = models.CharField(
        "网站标识码",
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(
                r"^(\d{10}|[a-z]{2}\d{8})$", "请填写 10 位政府网站标识码，例如 0000000001。"
            )
        ],
        help_text="10 位，由全国政府网站信息报送系统分配；印在页脚和页面标签 SiteIDCode。",
    )
    domain = models.CharField(
        "网站域名",
        max_length=100,
        blank=True,
        validators=[validate_domain],
        help_text="例如 www.example.gov.cn。",
    )
    organiser = models.CharField(
        "主办单位", max_length=100, blank=True, help_text="例如“示例区人民政府办公室”，印在页脚。"
    )
    contractor = models.CharField("承办单位", max_length=100, blank=True, help_text="没有的留空。")
    contact = models.CharField(
        "联系方式", max_length=200, blank=True, help_text="电话、地址，印在页脚和说明页。"
    )
    icp = models.CharField(
        "ICP 备案号",
        max_length=40,
        blank=True,
        validators=[
            RegexValidator(
                r"^[\u4e00-\u9fff]ICP备\d{5,}号(-\d+)?$",
                "请照备案证书填写，例如 京ICP备00000000号-1，字母用大写。",
            )
        ],
        help_text="工业和信息化部备案号，例如 京ICP备00000000号-1。",
    )
    police_number = models.CharField(
        "公安备案号",
        max_length=40,
        blank=True,
        validators=[
            RegexValidator(
                r"^[\u4e00-\u9fff]{1,2}公网安备 ?\d{13,14}号?$",
                "请照备案证明填写，例如 京公网安备 00000000000000号。",
            )
        ],
        help_text="例如 京公网安备 00000000000000号。",
    )
    platform = models.CharField(
        "平台名称",
        max_length=30,
        blank=True,
        help_text=f"国办公开办函〔2019〕61号规定为“{PLATFORM}”，留空即为此名。",
    )
    organ_mark_url = models.URLField(
        "党政机关网站标识的核验地址",
        max_length=300,
        blank=True,
        help_text="编办发放的标识所链接的地址。",
    )
    error_report_url = models.URLField(
        "政府网站找错平台的地址",
        max_length=300,
        blank=True,
        help_text="本网站在“政府网站找错”平台上的地址。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "网站信息"
        default_permissions = ("view", "change")
        permissions = [("set_up", "可以用工作簿设置网站、机构、目录和账号")]
        constraints = [models.CheckConstraint(name="site_identity_is_one_row", condition=Q(id=1))]

    def __str__(self):
        return self.name or "网站信息"

    def save(self, *args, **kwargs):
        """Its words stand on every page: tell their caches, in one transaction with the change."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            PublicStamp.objects.bump()
            transaction.on_commit(forget)

    def clean_fields(self, exclude=None):
        """Forgive what people paste: an address for a domain, letters in the other case, full-width
        blanks.
        """
        for field in self._meta.fields[1:]:
            setattr(self, field.attname, " ".join(str(getattr(self, field.attname) or "").split()))
        self.domain = re.sub(r"^\w+://", "", self.domain).rstrip("/").lower()
        self.icp = self.icp.upper().replace(" ", "")
        super().clean_fields(exclude=exclude)


class PolicyViolation(models.Model):
    """A kind of violation of the Content-Security-Policy, as browsers report them: a script of
    somebody else's on a page of ours, mostly put there by the reader's own browser extension; if it
    is not, then by an attacker.

    Nothing of who met it: no address, no browser, no query string, no sample of the script.
    """

    directive = models.CharField("违反的规则", max_length=40)
    blocked = models.CharField(
        "被拦下的来源",
        max_length=120,
        help_text="来源网站，或者 inline（页面内的脚本、样式）、eval 等。",
    )
    document = models.CharField("页面", max_length=200)
    count = models.PositiveIntegerField("次数", default=1)
    first_at = models.DateTimeField("首次", db_default=Now())
    last_at = models.DateTimeField("最近一次", db_default=Now(), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "内容安全策略报告"
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "blocked", "document"], name="one_row_a_kind_of_violation"
            )
        ]

    def __str__(self):
        return f"{self.directive} {self.blocked} {self.document}"


class SharedFolder(models.Model):
    """Which folder the records' files lie in: the same mark stands in the folder itself
    (`portal.machines.nodes`).
    """

    name = models.CharField("目录", max_length=20, primary_key=True)
    identity = models.CharField("标识", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "共用目录"
        default_permissions = ()

    def __str__(self):
        return f"{self.name} {self.identity}"


class ConfidentialKey(models.Model):
    """A key of personal data that was put to use, by its id; the newest encrypts
    (`portal.confidential_key`). Nothing of the key.
    """

    number = models.PositiveSmallIntegerField("序号", primary_key=True)
    key_id = models.CharField("密钥编号", max_length=8, unique=True)
    used_since = models.DateTimeField("启用时间", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "加密个人信息的密钥"
        default_permissions = ()

    def __str__(self):
        return self.key_id
