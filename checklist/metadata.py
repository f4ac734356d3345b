"""What the metadata block must hold (条例 Art. 12; 国办秘函〔2009〕6号), and the form of the
document number.
"""

import re

from catalog.models import Category
from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.checks.subject import field_place
from disclosure.choices import Genre
from documents.customs.document_numbers import normalise_document_number
from documents.html.parts import BODY
from documents.html.places import Place

SUMMARY_NEEDED_FROM = 1_000  # characters
# Documents that go out under a number; 公告 and 通告 often carry none, 纪要 and 公报 have their
# own.
NUMBERED_GENRES = {
    Genre.DECISION, Genre.OPINION, Genre.NOTICE, Genre.CIRCULAR, Genre.REPORT, Genre.REQUEST, Genre.REPLY, Genre.LETTER,
}  # fmt: skip
_NUMBER = re.compile(
    r"[\u4e00-\u9fffA-Za-z]+〔(?P<year>\d{4})〕[1-9]\d*号(?:之[一二三四五六七八九十\d]+|-\d+)?"
)
# 国务院令第711号, 2026年第3号 and the like.
_OTHER_NUMBER = re.compile(r"[\u4e00-\u9fff]*(?:令|公告|通告)?(?:(?P<year>\d{4})年)?第[1-9]\d*号")
_TITLE_END = re.compile(r"[。，；、,;.]\Z")


def number_year(number):
    """The year in a document number, or None."""
    number = normalise_document_number(number)
    match = _NUMBER.fullmatch(number) or _OTHER_NUMBER.fullmatch(number)
    return int(match["year"]) if match and match["year"] else None


@check
def missing_metadata(subject):
    """What an item cannot be public without."""
    item = subject.item
    required = (
        ("title", item.title.strip(), "没有标题。请填写标题，与文件一致。"),
        ("department", item.department_id, "没有选择发布机构。请选择负责公开的机构。"),
        ("category", item.category_id, "没有选择所属栏目。请选择栏目，公众在栏目里找得到它。"),
        (
            "created_on",
            item.created_on,
            "没有成文日期。请填写文件的签发日期；不是公文的，填公众可以获取的日期。",
        ),
    )
    labels = {"department": "发布机构", "category": "所属栏目", "created_on": "成文日期"}
    for name, value, message in required:
        if not value:
            place = Place(name, labels[name]) if name in labels else field_place(name)
            yield Finding(f"missing-{name.replace('_', '-')}", Level.BLOCKING, message, place)


@check
def missing_change_note(subject):
    """A correction says what it corrects: the public reads it beside the new version
    (`require_change_note` refuses the rest).
    """
    item = subject.item
    if item.corrects_id and not item.change_note.strip():
        message = "请先在“更正说明”中写明更正了什么、为什么，公众会看到这段话。"
        yield Finding(
            "missing-change-note",
            Level.BLOCKING,
            message,
            Place("change_note", "更正说明"),
        )


@check
def missing_content(subject):
    """A text or a file there must be."""
    for part in subject.parts:
        if part.error:
            yield Finding("body-refused", Level.BLOCKING, part.error, part.place)
    has_content = (
        subject.text or subject.attachments or any(part.elements("img") for part in subject.parts)
    )
    if not has_content and not any(part.error for part in subject.parts):
        yield Finding(
            "missing-content",
            Level.BLOCKING,
            "没有正文，也没有附件。请填写正文，或者上传附件。",
            BODY,
        )


@check
def missing_descriptions(subject):
    """What helps people find an item."""
    item = subject.item
    if not item.genre and not subject.report:
        message = "没有选择体裁。请选择文种，例如“通知”“意见”；公众可以按体裁查找。"
        yield Finding("missing-genre", Level.WARNING, message, Place("genre", "体裁"))
    if item.genre in NUMBERED_GENRES and not item.document_number.strip() and not subject.report:
        message = f"体裁是“{item.get_genre_display()}”，但没有发文字号。有发文字号的请填写，例如 哈松政规〔2026〕3号。"
        yield Finding(
            "missing-document-number", Level.WARNING, message, field_place("document_number")
        )
    if len(subject.text) > SUMMARY_NEEDED_FROM and not item.summary.strip():
        message = f"正文有 {len(subject.text)} 字，没有内容概述。请用三百字以内说明主要内容。"
        yield Finding("missing-summary", Level.WARNING, message, field_place("summary"))
    if _TITLE_END.search(item.title.strip()):
        message = "标题以标点结尾。请核对标题是否完整、是否多了标点。"
        yield Finding("title-punctuation", Level.WARNING, message, field_place("title"))


@check
def hidden_category(subject):
    """An item in a hidden category is not public, whoever publishes it."""
    category = subject.item.category_id
    if category and not Category.objects.visible().filter(pk=category).exists():
        message = "所属栏目（或者它的上级栏目）没有对外显示，公开后公众仍看不到这条信息。请另选栏目，或请公开办启用栏目。"
        yield Finding("category-hidden", Level.WARNING, message, Place("category", "所属栏目"))


@check
def document_number_form(subject):
    """机关代字〔YYYY〕N号 (GB/T 9704-2012)."""
    number = normalise_document_number(subject.item.document_number)
    if not number or _NUMBER.fullmatch(number) or _OTHER_NUMBER.fullmatch(number):
        return
    message = f"发文字号“{number}”的形式不对，应为“机关代字〔年份〕顺序号号”，例如 哈松政规〔2026〕3号。请与文件核对。"
    yield Finding(
        "document-number-form",
        Level.BLOCKING,
        message,
        field_place("document_number"),
        settled=Settled.BY_REASON,
    )
