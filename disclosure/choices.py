"""The closed lists of the metadata block, in the words official metadata uses."""

from django.db import models

from documents.customs import genres
from documents.uploads.scanning import Verdict


class Status(models.TextChoices):
    """Where an item, or the correction of one, stands between a clerk's desk and the public."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审核，待公开"
    SCHEDULED = "scheduled", "定时公开"
    PUBLISHED = "published", "已公开"
    WITHDRAWN = "withdrawn", "已撤回"
    ARCHIVED = "archived", "已归档"
    KEPT = "kept", "留存，不对外公开"


EDITABLE = (Status.DRAFT, Status.RETURNED)
AT_THE_DESK = (*EDITABLE, Status.SUBMITTED, Status.APPROVED, Status.SCHEDULED)
# What was public once: it keeps its address and number for good.
ONCE_PUBLIC = (Status.PUBLISHED, Status.WITHDRAWN, Status.ARCHIVED)


class DisclosureMode(models.TextChoices):
    """公开方式 (条例 Art. 13)."""

    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    CLOSED = "closed", "不予公开"


class Term(models.TextChoices):
    """公开时限."""

    PERMANENT = "permanent", "长期公开"
    LIMITED = "limited", "限时公开"


class Scope(models.TextChoices):
    """公开范围."""

    SOCIETY = "society", "面向社会"
    APPLICANT = "applicant", "面向申请人"


# 体裁: the words are those of official writing; `genres.Genre` says where they come from.
Genre = models.TextChoices(
    "Genre", [(genre.name, (genre.value, genre.label)) for genre in genres.Genre]
)


class ScanState(models.TextChoices):
    """What the virus scanner says of a file."""

    UNSCANNED = Verdict.UNSCANNED.value, "未查"
    CLEAN = Verdict.CLEAN.value, "未发现病毒"
    INFECTED = Verdict.INFECTED.value, "含病毒"


class FileKind(models.TextChoices):
    """Kinds of attachments as readers ask for them."""

    PDF = "pdf", "PDF"
    OFD = "ofd", "OFD"
    TEXT = "word", "文字文档（DOC、DOCX、ODT、TXT）"
    SHEET = "excel", "电子表格（XLS、XLSX、ODS、CSV）"
    PACKAGE = "zip", "压缩包"

    @property
    def extensions(self):
        """The endings of its files' names, without the dot."""
        return {
            self.PDF: ("pdf",),
            self.OFD: ("ofd",),
            self.TEXT: ("doc", "docx", "odt", "txt"),
            self.SHEET: ("xls", "xlsx", "ods", "csv"),
            self.PACKAGE: ("zip",),
        }[self]

    @classmethod
    def of(cls, extension):
        """The kind of a file by its ending; None for pictures and the like, which stand in bodies."""
        ending = extension.lower().lstrip(".")
        return next((kind for kind in cls if ending in kind.extensions), None)


IN_AN_EMERGENCY = (
    "内容需要核实，暂停公开。"  # the public's reason of an urgent withdrawal: it names nobody
)
SUBJECT = "item"  # what the register calls an item
