"""One act at the desk that is nobody's business but the auditor's: accounts, permissions, logins,
exports, every write.
"""

from django.db import models
from django.db.models import Q

from ledger import canonical
from ledger.models.append_only import AppendOnlyModel, has_length, is_sha256

AUDIT_FORMAT = "lantai-audit-1"


class AuditEvent(models.TextChoices):
    """What kind of act."""

    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录失败"
    LOGOUT = "logout", "退出"
    ACCOUNT = "account", "账号变更"
    ROLE = "role", "角色权限变更"
    EXPORT = "export", "导出"
    IMPORT = "import", "批量导入"
    DESK = "desk", "工作台操作"
    ERASURE = "erasure", "依法删除文字"


class AuditResult(models.TextChoices):
    """How it ended."""

    DONE = "done", "成功"
    REFUSED = "refused", "未通过检查"
    DENIED = "denied", "没有权限"
    FAILED = "failed", "出错"


class AuditEntry(AppendOnlyModel):
    """Who did what from where and how it ended, chained like the register but never public.

    Accounts stand in words and numbers, without a foreign key: an account may go, what it did may
    not.
    """

    sequence = models.IntegerField("序号", primary_key=True)
    made_at = models.DateTimeField("时间")
    event = models.CharField("事项", max_length=20, choices=AuditEvent)
    result = models.CharField("结果", max_length=10, choices=AuditResult)
    account_id = models.IntegerField("账号编号", null=True, blank=True)
    account = models.CharField("账号", max_length=150, blank=True)
    person = models.CharField("姓名", max_length=150, blank=True)
    roles = models.CharField("角色", max_length=200, blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    act = models.CharField("操作", max_length=100, blank=True, help_text="工作台页面的名称。")
    object_kind = models.CharField("对象类别", max_length=60, blank=True)
    object_key = models.CharField("对象编号", max_length=200, blank=True)
    object_name = models.CharField("对象", max_length=200, blank=True)
    detail = models.JSONField("详情", default=dict, blank=True)
    # The entry that says why the words of this one were erased. Who did what to which record and
    # when stays.
    erased_in = models.IntegerField("文字删除见第几条", null=True, blank=True)
    previous_hash = models.CharField("上一条的校验码", max_length=64, validators=[is_sha256])
    entry_hash = models.CharField("本条校验码", max_length=64, validators=[is_sha256])

    class Meta:
        verbose_name = verbose_name_plural = "审计日志"
        ordering = ("-sequence",)
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["event", "sequence"], name="ledger_audit_event"),
            models.Index(fields=["account", "sequence"], name="ledger_audit_account"),
            models.Index(
                fields=["object_kind", "object_key", "sequence"], name="ledger_audit_object"
            ),
            models.Index(fields=["made_at"], name="ledger_audit_made_at"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_audit_counts_from_one", condition=Q(sequence__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_audit_hash_length", condition=has_length("entry_hash", 64)
            ),
            models.UniqueConstraint(fields=["entry_hash"], name="ledger_audit_hash_once"),
            models.UniqueConstraint(fields=["previous_hash"], name="ledger_audit_one_successor"),
        ]

    def __str__(self):
        return f"第 {self.sequence} 条 {self.get_event_display()}"

    def compute_hash(self):
        """SHA-256 of the canonical text of every column but the hash itself."""
        columns = {
            field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields
        }
        del columns["entry_hash"], columns["erased_in"]
        return canonical.sha256(
            columns | {"format": AUDIT_FORMAT, "made_at": canonical.timestamp(self.made_at)}
        )
