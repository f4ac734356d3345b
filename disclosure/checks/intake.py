"""What the reader of a Word file doubted when it made the draft: it lives on the draft until somebody
has looked, and the reviewer reads who did.
"""

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from documents.html.places import Excerpt, Place

PLACE = Place("intake", "从 Word 文件读入")
MARGIN = "secrecy-mark-in-margin"
# What may have been lost, or may not be for everybody: somebody looks and says so. The rest is worth
# a look.
TO_BE_CONFIRMED = {
    "hidden-text",
    "tracked-changes",
    "comments-left-out",
    "text-left-out",
    "pictures-left-out",
    "objects-left-out",
    "charts-left-out",
    "document-left-out",
    "days-of-several-signatures",
    "day-impossible",
}


@check
def doubts_of_intake(subject):
    """Each doubt is a point of the checklist. A mark in the head or foot of the paper is settled by a
    reviewer, the others by whoever has compared the draft with the original.
    """
    for doubt in subject.item.intake_doubts:
        code, sentence = doubt["code"], doubt["sentence"]
        words = Excerpt("", sentence, "", None, None)
        if code == MARGIN:
            message = "原文件的页眉或页脚有不公开的标志。请核对原件：是密级的，不得公开；可以公开的，由审核员写明理由。"
            settled = Settled.BY_REVIEWER
        elif code in TO_BE_CONFIRMED:
            message = "读入时有疑问。请对照原件，补上或者改好；核对无误的，写明“已核对”。"
            settled = Settled.BY_REASON
        else:
            message, settled = "读入时的说明，请对照原件核对。", Settled.NEVER
        level = Level.WARNING if settled == Settled.NEVER else Level.BLOCKING
        yield Finding(f"intake-{code}", level, message, PLACE, words, settled=settled)
