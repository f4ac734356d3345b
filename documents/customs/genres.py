"""The genres (体裁) of official documents."""

from enum import StrEnum


class Genre(StrEnum):
    """The 15 statutory types of 《党政机关公文处理工作条例》(2012), then the usual local ones."""

    RESOLUTION = "决议"
    DECISION = "决定"
    ORDER = "命令"
    COMMUNIQUE = "公报"
    ANNOUNCEMENT = "公告"
    PUBLIC_NOTICE = "通告"
    OPINION = "意见"
    NOTICE = "通知"
    CIRCULAR = "通报"
    REPORT = "报告"
    REQUEST = "请示"
    REPLY = "批复"
    MOTION = "议案"
    LETTER = "函"
    MINUTES = "纪要"
    MEASURES = "办法"
    PLAN = "规划"
    CONTINGENCY_PLAN = "预案"
    SCHEME = "方案"
    STATISTICS = "数据"
    INTERPRETATION = "解读"
    OTHER = "其他"

    @property
    def label(self) -> str:
        """As forms and pages print it."""
        return _LONGER.get(self, self.value)


_LONGER = {
    Genre.ORDER: "命令（令）",
    Genre.MEASURES: "办法、规定、细则",
    Genre.PLAN: "规划、计划",
    Genre.STATISTICS: "统计数据",
}
