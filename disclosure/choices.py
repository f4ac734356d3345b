"""The closed lists of the metadata block, in the words official metadata uses."""

from django.db import models


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


class Genre(models.TextChoices):
    """体裁: the 15 statutory types of 《党政机关公文处理工作条例》(2012), then the usual local ones."""

    RESOLUTION = "决议", "决议"
    DECISION = "决定", "决定"
    ORDER = "命令", "命令（令）"
    COMMUNIQUE = "公报", "公报"
    ANNOUNCEMENT = "公告", "公告"
    PUBLIC_NOTICE = "通告", "通告"
    OPINION = "意见", "意见"
    NOTICE = "通知", "通知"
    CIRCULAR = "通报", "通报"
    REPORT = "报告", "报告"
    REQUEST = "请示", "请示"
    REPLY = "批复", "批复"
    MOTION = "议案", "议案"
    LETTER = "函", "函"
    MINUTES = "纪要", "纪要"
    MEASURES = "办法", "办法、规定、细则"
    PLAN = "规划", "规划、计划"
    CONTINGENCY_PLAN = "预案", "预案"
    SCHEME = "方案", "方案"
    STATISTICS = "数据", "统计数据"
    INTERPRETATION = "解读", "解读"
    OTHER = "其他", "其他"


class ScanState(models.TextChoices):
    """What the virus scanner says of a file."""

    UNSCANNED = "", "未查"
    CLEAN = "clean", "未发现病毒"
    INFECTED = "infected", "含病毒"


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


IN_AN_EMERGENCY = "内容需要核实，暂停公开。"  # the public's reason of an urgent withdrawal: it names nobody
SUBJECT = "item"  # what the register calls an item
