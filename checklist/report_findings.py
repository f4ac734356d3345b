"""The examination as points of the checklist before submission: what does not agree, and promises
without an answer.
"""

from disclosure.checks.finding import Finding, Level
from disclosure.checks.registry import check
from disclosure.reports.findings.promises import to_answer
from disclosure.reports.findings.stored import findings_for
from documents.html.places import Excerpt, Place


@check
def text_that_does_not_agree(subject):
    """Sums, shares and statements of the text that cannot be right. Contents are the statutory
    check's affair.
    """
    if subject.report is None:
        return
    parts = _parts(subject)
    for found in findings_for(subject.report):
        if found["verdict"] != "broken" or found["code"] == "contents":
            continue
        part, spot = parts[found["sentence"]["place"]], found["sentence"]
        sum_text = f"（{found['arithmetic']}）" if found["arithmetic"] else ""
        message = f"{found['explanation'].rstrip('。')}{sum_text}。请核对。"
        excerpt = Excerpt.of(part.text, spot["start"], spot["end"])
        yield Finding(f"prose-{found['code']}", Level.WARNING, message, part.place, excerpt)


def _parts(subject):
    """The texts by the names the examination gives their places."""
    names = ["body", *(f"section-{number}" for number in range(1, len(subject.parts)))]
    return dict(zip(names, subject.parts, strict=True))


@check
def unanswered_promises(subject):
    """What last year's report promised and this one passes over."""
    if subject.report is None or subject.item.imported_at:
        return
    open_ones = [one.commitment.text for one in to_answer(subject.report) if one.answer is None]
    if open_ones:
        first = "；".join(text[:30] for text in open_ones[:3])
        message = f"上年报告列出的问题和措施还有 {len(open_ones)} 条没有回应（{first}……）。请在“回应上年承诺”中逐条填写。"
        yield Finding(
            "promises-unanswered", Level.WARNING, message, Place("promises", "上年问题和承诺")
        )
