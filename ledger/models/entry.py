"""One act of publication, for good."""

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.urls import reverse

from ledger import canonical
from ledger.models.append_only import AppendOnlyModel, AppendOnlyQuerySet, has_length, is_sha256
from ledger.models.redaction import Redaction

ENTRY_FORMAT = "lantai-entry-1"
HIDEABLE = (
    "subject_title",
    "note",
    "payload",
)  # words that may be hidden, and erased where the law wants it
no_nul = ProhibitNullCharactersValidator("文字中有空字符（NUL），不能登记。")


class Act(models.TextChoices):
    """What was done."""

    PUBLISH = "publish", "公开"
    AMEND = "amend", "修订"
    WITHDRAW = "withdraw", "撤回"
    RESTORE = "restore", "恢复"
    REMOVE = "remove", "依法删除"
    VALIDITY = "validity", "有效性变更"
    COUNT_CORRECTION = "count_correction", "浏览次数更正"
    CATALOG_CHANGE = "catalog_change", "目录调整"
    REPLY = "reply", "答复公开"
    SERVICE_CHANGE = "service_change", "办事事项变更"
    REDACT = "redact", "隐去文字"
    UNREDACT = "unredact", "恢复显示"


# Which acts take a subject out of public view (True) or bring it (back) into it (False).
GONE_AFTER = {
    Act.PUBLISH: False,
    Act.AMEND: False,
    Act.RESTORE: False,
    Act.WITHDRAW: True,
    Act.REMOVE: True,
}
WITHDRAWN_TITLE = (
    "（已撤回的信息）"  # what a withdrawal calls its subject, whose name the public no longer reads
)
TERM_OVER = (
    "公开期限届满。"  # the note of a withdrawal that time alone brought: the name stays readable
)
NOTHING = Value({}, models.JSONField())
ERASED_SECRET = "0" * 64  # in the place of the salt of words that were erased


def _is_hidden():
    """Condition on an entry: a redaction covers it, or its subject is withdrawn and the entry still
    names it.
    """
    same = {"subject_kind": OuterRef("subject_kind"), "subject_key": OuterRef("subject_key")}
    redactions = Redaction.objects.in_force().filter(
        Q(until_sequence=None) | Q(until_sequence__gte=OuterRef("sequence")), **same
    )
    # By the subject's index; "the last one first" would walk the register backwards for every entry
    # shown.
    later = Entry.objects.filter(act__in=GONE_AFTER, sequence__gt=OuterRef("sequence"), **same)
    taken = Entry.objects.filter(act__in=(Act.WITHDRAW, Act.REMOVE), **same).exclude(note=TERM_OVER)
    gone = Exists(taken.filter(~Exists(later)))
    return Q(Exists(redactions)) | (Q(gone) & ~Q(subject_title=WITHDRAWN_TITLE))


class EntryQuerySet(AppendOnlyQuerySet):
    """Which entries."""

    def public(self):
        """Every entry, each knowing whether its words are hidden (`is_redacted`). The gate of all
        public pages.
        """
        return self.annotate(is_redacted=Case(When(_is_hidden(), then=True), default=False))

    def about(self, subject_kind, subject_key):
        """The history of one subject, oldest first."""
        return self.filter(subject_kind=subject_kind, subject_key=subject_key).order_by("sequence")

    def holding(self, sha256):
        """Entries that registered this content, or a file with this digest."""
        with_file = FileDigest.objects.filter(sha256=sha256).values("entry")
        return self.filter(Q(content_sha256=sha256) | Q(pk__in=with_file))

    def head(self):
        """The newest entry, or None."""
        return self.order_by("-sequence").first()


class Entry(AppendOnlyModel):
    """Who did what to which subject and when, chained to the entry before it by its hash.

    Written by `ledger.actions.append` alone. `entry_hash` covers every field: some in the open, and
    those that must be hideable (title, note, facts, the person) by a salted digest, so that hiding
    them leaves the chain provable.
    """

    # A plain integer is SQLite's row id itself: there is no second, hidden id by which a row could
    # be replaced.
    sequence = models.IntegerField("序号", primary_key=True)
    act = models.CharField("事项", max_length=20, choices=Act)
    made_at = models.DateTimeField("登记时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办账户",
        help_text="系统按计划执行的事项没有经办人。",
    )
    person = models.CharField(
        "经办人", max_length=150, blank=True, validators=[no_nul], help_text="只有审计员看得到。"
    )
    role = models.CharField("岗位", max_length=60, blank=True, validators=[no_nul])
    department_name = models.CharField("机构", max_length=100, blank=True, validators=[no_nul])
    subject_kind = models.CharField("对象类别", max_length=30, validators=[no_nul])
    subject_key = models.CharField(
        "对象编号", max_length=200, validators=[no_nul], help_text="例如索引号。"
    )
    subject_title = models.CharField("名称", max_length=500, validators=[no_nul])
    content_sha256 = models.CharField(
        "内容校验码", max_length=64, blank=True, validators=[is_sha256]
    )
    note = models.TextField("变更说明", max_length=2000, blank=True, validators=[no_nul])
    payload = models.JSONField("其他公开事实", default=dict, blank=True)
    # Where a removal by law has erased the words: their digests, and the salt of the person's, in
    # place of the secret.
    erased = models.JSONField(
        "已删除文字的摘要", default=dict, db_default=NOTHING, blank=True, editable=False
    )
    secret = models.CharField("盐", max_length=64, editable=False, validators=[is_sha256])
    previous_hash = models.CharField("上一条的校验码", max_length=64, validators=[is_sha256])
    entry_hash = models.CharField("本条校验码", max_length=64, validators=[is_sha256])

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登记条目"
        ordering = ("-sequence",)
        permissions = [("view_person", "可以查看登记条目的经办人")]
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_key", "sequence"], name="ledger_entry_subject"
            ),
            models.Index(fields=["act", "sequence"], name="ledger_entry_act"),
            models.Index(fields=["department_name", "sequence"], name="ledger_entry_department"),
            models.Index(fields=["made_at"], name="ledger_entry_made_at"),
            models.Index(fields=["content_sha256"], name="ledger_entry_content"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_entry_counts_from_one", condition=Q(sequence__gte=1)
            ),
            models.CheckConstraint(
                name="ledger_entry_hash_length", condition=has_length("entry_hash", 64)
            ),
            models.CheckConstraint(
                name="ledger_entry_previous_length", condition=has_length("previous_hash", 64)
            ),
            models.CheckConstraint(
                name="ledger_entry_secret_length", condition=has_length("secret", 64)
            ),
            models.CheckConstraint(
                name="ledger_entry_content_length",
                condition=Q(content_sha256="") | has_length("content_sha256", 64),
            ),
            models.CheckConstraint(
                name="ledger_entry_names_its_subject",
                condition=~Q(subject_kind="") & ~Q(subject_key=""),
            ),
            models.UniqueConstraint(fields=["entry_hash"], name="ledger_entry_hash_once"),
            # No fork: an entry has one successor.
            models.UniqueConstraint(fields=["previous_hash"], name="ledger_entry_one_successor"),
        ]

    def __str__(self):
        return f"第 {self.sequence} 条 {self.get_act_display()}"

    def get_absolute_url(self):
        """The permanent address of the entry."""
        return reverse("register-entry", args=[self.sequence])

    def hashed(self):
        """What `entry_hash` covers, as the object whose canonical text is hashed."""
        return {
            "format": ENTRY_FORMAT,
            "sequence": self.sequence,
            "act": self.act,
            "made_at": canonical.timestamp(self.made_at),
            "role": self.role,
            "department_name": self.department_name,
            "person_digest": self._digest("person", {"account": self.by_id, "name": self.person}),
            "subject_kind": self.subject_kind,
            "subject_key": self.subject_key,
            "subject_title_digest": self._digest("subject_title", self.subject_title),
            "content_sha256": self.content_sha256,
            "note_digest": self._digest("note", self.note),
            "payload_digest": self._digest("payload", self.payload),
            "previous_hash": self.previous_hash,
        }

    def compute_hash(self):
        """SHA-256 of the canonical text of `hashed()`. Raises ValueError where a column holds what
        cannot be written.
        """
        return canonical.sha256(self.hashed())

    def opened(self):
        """The hideable public words, each with the salt that lets anyone recompute its digest."""
        words = {field: getattr(self, field) for field in HIDEABLE}
        return words | {
            f"{field}_salt": canonical.field_salt(self.secret, field) for field in HIDEABLE
        }

    def digests_of_words(self):
        """What stays when the words are erased: enough to recompute the hash, nothing to guess the
        words by.
        """
        return {field: self._digest(field, getattr(self, field)) for field in HIDEABLE} | {
            "person_salt": canonical.field_salt(self.secret, "person")
        }

    def files(self):
        """Digests of the files this act published: `payload["files"]`, a list of {"name": …,
        "sha256": …}.
        """
        files = self.payload.get("files") if isinstance(self.payload, dict) else None
        digests = [file.get("sha256") for file in files or () if isinstance(file, dict)]
        return {digest for digest in digests if isinstance(digest, str)}

    def _digest(self, field, value):
        if not isinstance(self.erased, dict):
            raise TypeError(
                f"entry {self.pk}: erased is no object"
            )  # null would pass for "nothing erased"
        if self.erased and field in HIDEABLE:
            return self.erased[field]
        salt = (
            self.erased["person_salt"] if self.erased else canonical.field_salt(self.secret, field)
        )
        return canonical.salted_digest(salt, value)


class FileDigest(AppendOnlyModel):
    """Index of the files named in entries' payloads, so that a reader's copy is found at once.
    Checked against them.
    """

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="file_digests", verbose_name="登记条目"
    )
    sha256 = models.CharField("校验码", max_length=64, validators=[is_sha256])

    class Meta:
        verbose_name = verbose_name_plural = "文件摘要"
        indexes = [models.Index(fields=["sha256"], name="ledger_file_sha256")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "sha256"], name="ledger_file_once_an_entry"),
            models.CheckConstraint(
                name="ledger_file_sha256_length", condition=has_length("sha256", 64)
            ),
        ]

    def __str__(self):
        return self.sha256
