"""What search keeps beside the index: words that mean the same, and what nobody found."""

from django.core.exceptions import ValidationError
from django.db import models

from documents.folding import squash

MOST_WORDS = 8


def split_words(text):
    """The words of a group: apart by commas, blanks, equal signs or lines."""
    for mark in "，、,;；=＝\n\t\u3000":
        text = text.replace(mark, " ")
    return list(dict.fromkeys(text.split()))


class SynonymGroup(models.Model):
    """Words that mean the same: who searches for one finds the others (低保、最低生活保障). Kept by
    公开办.
    """

    words = models.CharField(
        "同义词",
        max_length=300,
        unique=True,
        help_text="意思相同的词，用顿号隔开，例如：低保、最低生活保障。搜索其中一个，也会找到写另一个的信息；"
        "保存后立即生效。每组2至8个词，每个词至少两个字。",
    )
    note = models.CharField("说明", max_length=200, blank=True)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "同义词"
        ordering = ("words",)

    def __str__(self):
        return self.words

    def clean(self):
        """Two to eight words of at least two characters each."""
        words = split_words(self.words or "")
        if not 2 <= len(words) <= MOST_WORDS:
            raise ValidationError({"words": f"一组同义词要有2至{MOST_WORDS}个词，用顿号隔开。"})
        if short := [word for word in words if len(squash(word)) < 2]:
            raise ValidationError({"words": f"“{'、'.join(short)}”太短，同义词至少要有两个字。"})
        self.words = "、".join(words)


class FailedSearch(models.Model):
    """How often a day something was looked for that nothing was found for. Nothing says by whom.

    What looks like personal data is never written (`search.failures`).
    """

    day = models.DateField("日期")
    query = models.CharField("搜索词", max_length=40)
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "没有结果的搜索"
        ordering = ("-day", "-count", "query")
        constraints = [
            models.UniqueConstraint(fields=["day", "query"], name="failed_search_once_a_day")
        ]

    def __str__(self):
        return self.query
