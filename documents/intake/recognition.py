"""Head and signature of an official document, found among its paragraphs.

What is taken out of the text is taken whole and stands in a field afterwards, letter for letter;
whatever would change on the way stays where it was, with a word to the clerk.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from documents import customs
from documents.customs.document_numbers import normalise_document_number
from documents.doubts import Doubt
from documents.intake.wordxml import Look, compact
from documents.intake.writing import Piece

MAX_TITLE = 120  # characters of a title that no style or centring marks as one
MAX_TITLE_LINES = 6
_HEAD = 16  # paragraphs among which the head is looked for
_SENTENCE = re.compile(r"[。；！？]")
_SALUTATION = re.compile(r".{2,200}[:：]\Z")
_SECRECY = re.compile(r"(?:绝密|机密|秘密)(?:[★☆].*)?\Z")
_REMARK = re.compile(r"[（(].*[）)]\Z")
_LETTERHEAD = re.compile(r".{2,60}文件\Z")
_PRINTED = re.compile(r"(?:抄送|抄报|主送)[:：]|.*印发\Z")


@dataclass
class Head:
    """What was found at the top; `taken` are positions of pieces whose text now stands in a field."""

    title: str = ""
    document_number: str = ""
    letterhead: str = ""
    remark: str = ""
    taken: set[int] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)


def recognise_head(pieces: list[Piece], looks: dict[str, Look]) -> Head:
    """The `Head` of a document. `looks`: how paragraphs are printed, by their compact text."""
    head = Head()
    lines = _head_lines(pieces)
    _note_secrecy(lines, head)
    number_at = _take_number(lines, head)
    before = [line for line in lines if line[0] < number_at]
    after = [line for line in lines if line[0] > number_at]
    run = _title_run(after, looks) if number_at >= 0 else []
    if run:
        _take_letterhead(before, head)
    else:
        letterhead = _take_letterhead(lines[:-1], head)
        run = _title_run([line for line in lines if line[0] not in {number_at, letterhead}], looks)
    if run:
        head.title = join_lines([text for _, text in run])
        head.taken |= {position for position, _ in run}
        _note_remark(lines, run[-1][0], head)
    return head


def _head_lines(pieces: list[Piece]) -> list[tuple[int, str]]:
    """(position, text) of the first paragraphs, up to the salutation or the first that is plainly
    text.
    """
    lines = []
    for position, piece in enumerate(pieces[:_HEAD]):
        text = piece.text.strip()
        if piece.kind not in {"p", "h"} or "<img" in piece.inner:
            break
        if _SALUTATION.fullmatch(text) or _SENTENCE.search(text) or len(text) > 200:
            break
        lines.append((position, text))
    return lines


def _note_secrecy(lines: list[tuple[int, str]], head: Head) -> None:
    found = next((text for _, text in lines if _SECRECY.match(customs.squeeze(text))), None)
    if found:
        head.doubts.append(
            Doubt(
                "secrecy-mark", f"文件标有密级“{found}”。涉密文件不得公开，请先确认密级已经解除。"
            )
        )


def _take_number(lines: list[tuple[int, str]], head: Head) -> int:
    """Position of the line of the document number, or -1."""
    for index, (position, text) in enumerate(lines):
        if customs.is_document_number(text):
            return _settle_number(position, text, normalise_document_number(text), head)
        if number := customs.number_within(text):
            head.document_number = number
            head.doubts.append(
                Doubt(
                    "number-in-a-line", f"发文字号所在的一行还有其他文字，已留在正文中：“{text}”。"
                )
            )
            return position
        above = lines[index - 1] if index else None
        if (
            above
            and customs.is_order_number(text)
            and customs.squeeze(above[1]).endswith(("令", "公告", "通告"))
        ):
            head.taken.add(above[0])
            head.letterhead = above[1]
            return _settle_number(position, text, customs.squeeze(above[1] + text), head)
    return -1


def _settle_number(position: int, text: str, number: str, head: Head) -> int:
    """Take the line out where the field says the same; leave it where putting it in order changed a
    character.
    """
    head.document_number = number
    if compact(number).endswith(compact(text)):
        head.taken.add(position)
    else:
        head.doubts.append(
            Doubt(
                "number-normalised",
                f"发文字号在文件中写作“{text}”，已规范为“{number}”；原来的一行留在正文中，核对后可以删去。",
            )
        )
    return position


def _take_letterhead(lines: list[tuple[int, str]], head: Head) -> int:
    """Position of the line of the letterhead (发文机关标志), or -1."""
    for position, text in lines:
        if _LETTERHEAD.fullmatch(customs.squeeze(text)) and position not in head.taken:
            head.letterhead = text
            head.taken.add(position)
            return position
    return -1


def _title_run(lines: list[tuple[int, str]], looks: dict[str, Look]) -> list[tuple[int, str]]:
    """The lines of the title: those printed as one; failing that, short lines that end in a genre's
    word.
    """
    marked = [line for line in lines if _is_marked(looks.get(compact(line[1])))]
    sizes = [looks[compact(text)].size for _, text in marked]
    run = _adjacent(
        [line for line, size in zip(marked, sizes, strict=True) if size >= max(sizes) - 1]
    )
    run = _cut_after_genre(run)
    if run and (len(run) > 1 or not _is_aside(run[0][1])):
        return run
    plain = _adjacent([line for line in lines if not _is_aside(line[1])])
    ends = [
        end
        for end in range(1, len(plain) + 1)
        if customs.genre_of(join_lines([t for _, t in plain[:end]]))
    ]
    candidate = plain[: ends[0]] if ends else plain[:1]
    return (
        candidate
        if candidate and len(join_lines([text for _, text in candidate])) <= MAX_TITLE
        else []
    )


def _is_marked(look: Look | None) -> bool:
    return look is not None and (look.is_title or look.is_centred or look.size >= 20)


def _is_aside(text: str) -> bool:
    """A line of the head that no title is: remark in brackets, date, numbered heading."""
    squeezed = customs.squeeze(text)
    is_numbered = re.match(
        r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章条]|[（(][一二三四五六七八九十]",
        squeezed,
    )
    return bool(
        _REMARK.fullmatch(squeezed)
        or customs.signature_date(text)[0]
        or is_numbered
        or _SECRECY.match(squeezed)
    )


def _adjacent(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The first lines that follow each other without a gap."""
    run = lines[:1]
    for line in lines[1:MAX_TITLE_LINES]:
        if line[0] != run[-1][0] + 1 or _is_aside(line[1]):
            break
        run.append(line)
    return run


def _cut_after_genre(run: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """A title ends with the word of its genre; what is centred below it is an author or an agenda."""
    for end in range(1, len(run) + 1):
        following = run[end][1] if end < len(run) else ""
        if customs.genre_of(join_lines([text for _, text in run[:end]])) and not _REMARK.fullmatch(
            following
        ):
            return run[:end]
    return run


def join_lines(lines: list[str]) -> str:
    """Lines of a title as one line; a blank stays only between two words of Latin letters."""
    text = " ".join(re.sub(r"\s+", " ", line.strip()) for line in lines)
    return re.sub(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])", "", text)


def _note_remark(lines: list[tuple[int, str]], title_at: int, head: Head) -> None:
    """题注: （2026年3月2日区政府第5次常务会议通过）under the title. It stays in the text; its date
    may be needed.
    """
    head.remark = next(
        (text for position, text in lines if position > title_at and _REMARK.match(text)), ""
    )


@dataclass
class Signature:
    """成文日期 and the organs above it."""

    created_on: dt.date | None = None
    organ_names: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def recognise_signature(lines: list[str], head: Head) -> Signature:
    """The `Signature` among the lines below the head; an attachment after it may have one of its
    own.
    """
    found = [
        (index, *customs.signature_date(line)[1:])
        for index, line in enumerate(lines)
        if _is_dated(line)
    ]
    signed = [(day, _organs_above(lines, index, before)) for index, day, before in found]
    with_organ = [entry for entry in signed if entry[1]]
    result = Signature()
    if with_organ or signed:
        result.created_on, result.organ_names = (with_organ or signed[-1:])[0]
    if len({day for day, _ in signed}) > 1 and result.created_on:
        result.doubts.append(
            Doubt(
                "days-of-several-signatures",
                f"文中有几处落款日期，成文日期暂取 {result.created_on:%Y-%m-%d}，请核对。",
            )
        )
    if any(day is None for day, _ in signed):
        result.doubts.append(Doubt("day-impossible", "落款中有一个不存在的日期，请核对原件。"))
    _fall_back(result, lines, head)
    return result


def _is_dated(line: str) -> bool:
    return len(line) < 80 and customs.signature_date(line)[0]


def _organs_above(lines: list[str], index: int, before: str) -> list[str]:
    if before:
        return customs.organs_in(before)
    names: list[Any] = []
    for line in reversed(lines[max(index - 8, 0) : index]):
        if not customs.is_organ(line):
            break
        names = customs.organs_in(line) + names
    return names


def _fall_back(result: Signature, lines: list[str], head: Head) -> None:
    """Without a signature: the day of adoption under the title, the day of printing at the end, the
    letterhead's organ.
    """
    if result.created_on is None:
        printed = next(
            (line for line in reversed(lines) if _PRINTED.match(line) and "印发" in line), ""
        )
        for place, text in (("标题下的题注", head.remark), ("文末的印发日期", printed)):
            days = [day for day, *_ in customs.find_dates(customs.squeeze(text)) if day]
            if days:
                result.created_on = days[-1]
                result.doubts.append(
                    Doubt(
                        "day-not-of-a-signature",
                        f"没有找到落款日期，成文日期暂取自{place}，请核对。",
                    )
                )
                break
    organ = customs.squeeze(head.letterhead).removesuffix("文件")
    if not result.organ_names and customs.is_organ(organ):
        result.organ_names = [organ]
    if any(_PRINTED.match(line) for line in lines[-6:]):
        result.doubts.append(
            Doubt("colophon", "文末有抄送、印发等版记内容，已留在正文中；不需要公开的请删去。")
        )
