"""What the front door itself remembers."""

from django.db import models
from django.db.models.functions import Now


class PolicyViolation(models.Model):
    """A kind of violation of the Content-Security-Policy, as browsers report them: a script of somebody else's on a page of
    ours, mostly put there by the reader's own browser extension; if it is not, then by an attacker.

    Nothing of who met it: no address, no browser, no query string, no sample of the script.
    """

    directive = models.CharField("违反的规则", max_length=40)
    blocked = models.CharField(
        "被拦下的来源", max_length=120, help_text="来源网站，或者 inline（页面内的脚本、样式）、eval 等。"
    )
    document = models.CharField("页面", max_length=200)
    count = models.PositiveIntegerField("次数", default=1)
    first_at = models.DateTimeField("首次", db_default=Now())
    last_at = models.DateTimeField("最近一次", db_default=Now(), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "内容安全策略报告"
        ordering = ["-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["directive", "blocked", "document"], name="one_row_a_kind_of_violation")
        ]

    def __str__(self):
        return f"{self.directive} {self.blocked} {self.document}"


class SharedFolder(models.Model):
    """Which folder the records' files lie in: the same mark stands in the folder itself (`portal.nodes`)."""

    name = models.CharField("目录", max_length=20, primary_key=True)
    identity = models.CharField("标识", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "共用目录"
        default_permissions = ()

    def __str__(self):
        return f"{self.name} {self.identity}"


class Node(models.Model):
    """A machine that serves this database, as its last `tick` reported it."""

    name = models.CharField("主机名", max_length=120, primary_key=True)
    seen_at = models.DateTimeField("最近一次报到")
    secret_key_digest = models.CharField("密钥摘要", max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "服务器"
        default_permissions = ()

    def __str__(self):
        return self.name
