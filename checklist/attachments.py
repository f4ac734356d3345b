"""Files that are there, can be read, and hide nothing."""

import re

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.choices import ScanState
from disclosure.models.rules import scanning
from documents.html.parts import BODY
from documents.html.places import Excerpt

_NUMBER = r"\s*(?P<{0}>\d{{1,2}}|[一二三四五六七八九十])(?![\d年月日个份])"
_MENTION = re.compile(
    rf"(?:详见|参见|见)附[件表](?:{_NUMBER.format('seen')})?|附件\s*[:：]|附件{_NUMBER.format('named')}"
)
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}


@check
def files_present(subject):
    """The file of every attachment is in its place and has a content."""
    seen = {}
    for attachment, place, _ in subject.extractions:
        problem = _missing(attachment)
        if problem:
            yield Finding(
                "attachment-missing",
                Level.BLOCKING,
                f"{place.label}{problem}请重新上传，或者删去这个附件。",
                place,
            )
        elif first := seen.get(attachment.sha256):
            message = f"{place.label}与附件“{first}”内容完全相同。请核对是否重复上传。"
            yield Finding("attachment-twice", Level.WARNING, message, place)
        seen.setdefault(attachment.sha256, attachment.name)


def _missing(attachment):
    storage, name = attachment.file.storage, attachment.file.name
    if not name or not storage.exists(name):
        return "的文件不存在。"
    return "" if attachment.size and storage.size(name) else "是空文件。"


@check
def files_scanned(subject):
    """Where there is a virus scanner, nothing it has not found clean goes to the public. No reason
    sets that aside.
    """
    if not scanning.is_on():
        return
    for attachment, place, _ in subject.extractions:
        if attachment.scan_state == ScanState.INFECTED:
            message = f"{place.label}含有病毒或恶意程序（{attachment.found}）。请删去这个附件，换一份干净的文件。"
            yield Finding("attachment-infected", Level.BLOCKING, message, place)
        elif attachment.scan_state == ScanState.UNSCANNED:
            message = f"{place.label}还没有查毒（查毒程序暂时没有应答）。恢复后会自动补查，请过几分钟再提交。"
            yield Finding("attachment-not-scanned", Level.BLOCKING, message, place)


@check
def files_readable(subject):
    """What could not be read was not checked either; a scan cannot be searched, copied or read
    aloud.
    """
    for attachment, place, extraction in subject.extractions:
        if _missing(attachment):
            continue
        if extraction.is_scan:
            only = not subject.text
            message = f"{place.label}是扫描件，没有文字，不能检索、复制，盲人也听不到。请换成由原文件导出的 PDF，或者把文字录入正文。"
            level = Level.BLOCKING if only else Level.WARNING
            yield Finding(
                "attachment-scan",
                level,
                message,
                place,
                settled=Settled.BY_REASON if only else Settled.NEVER,
            )
        elif extraction.pages_without_text:
            message = f"{place.label}共 {extraction.pages} 页，其中 {extraction.pages_without_text} 页没有文字，可能是扫描页。请核对。"
            yield Finding("attachment-scan-pages", Level.WARNING, message, place)
        if extraction.reason:
            message = (
                f"{place.label}没有自动检查：{extraction.reason}请人工核对其中有没有个人信息。"
            )
            yield Finding("attachment-not-checked", Level.WARNING, message, place)
        if extraction.remarks:
            message = f"{place.label}里有{'、'.join(extraction.remarks)}，公众下载后看得到。请删去后重新上传。"
            yield Finding("attachment-unseen-content", Level.WARNING, message, place)


@check
def files_mentioned(subject):
    """A text that speaks of 附件2 has two."""
    text, number = subject.parts[0].text, len(subject.attachments)
    mentions = list(_MENTION.finditer(text))
    if not mentions:
        return
    last = max(mentions, key=_number)
    if number == 0:
        message = "正文提到了附件，但没有上传附件。请上传；附件内容已经写在正文里的，不必理会。"
        yield _finding(message, text, mentions[0])
    elif _number(last) > number:
        message = f"正文提到了“{last.group()}”，但只上传了 {number} 个附件。请核对有没有漏传。"
        yield _finding(message, text, last)


def _finding(message, text, mention):
    return Finding(
        "attachment-mentioned", Level.WARNING, message, BODY, Excerpt.of(text, *mention.span())
    )


def _number(mention):
    written = mention["seen"] or mention["named"]
    return _NUMERALS.get(written) or int(written or 0)
