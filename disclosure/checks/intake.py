"""What the reader of a Word file doubted when it made the draft: it lives on the draft until somebody
has looked, and the reviewer reads who did.
"""

from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.checks.secrecy import CODES, MESSAGES, STATE
from documents.customs.secrecy import Secrecy
from documents.html.places import Excerpt, Place

PLACE = Place("intake", "从 Word 文件读入")
# Marks in the head or foot of the paper: {code of the doubt: (code, how it is settled, message)}.
MARGINS = {
    "secrecy-mark-in-margin": (STATE, Settled.DECLASSIFIED, MESSAGES[Secrecy.STATE]),
    "internal-mark-in-margin": (
        CODES[Secrecy.INTERNAL],
        Settled.BY_REVIEWER,
        MESSAGES[Secrecy.INTERNAL],
    ),
}
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
    """Each doubt is a point of the checklist. A mark in the head or foot of the paper is a mark as any
    other; the rest is settled by whoever has compared the draft with the original.
    """
    for doubt in subject.item.intake_doubts:
        code, words = doubt["code"], Excerpt("", doubt["sentence"], "", None, None)
        if code in MARGINS:
            name, settled, message = MARGINS[code]
            yield Finding(
                name,
                Level.BLOCKING,
                f"页眉或页脚{message.format('…')}",
                PLACE,
                words,
                settled=settled,
            )
        elif code in TO_BE_CONFIRMED:
            message = "读入时有疑问。请对照原件，补上或者改好；核对无误的，写明“已核对”。"
            yield Finding(
                f"intake-{code}", Level.BLOCKING, message, PLACE, words, settled=Settled.BY_REASON
            )
        else:
            message = "读入时的说明，请对照原件核对。"
            yield Finding(f"intake-{code}", Level.WARNING, message, PLACE, words)
