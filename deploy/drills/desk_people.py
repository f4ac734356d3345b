"""Inside an installation. `prepare`: eight clerks, eight reviewers and their drafts. `outcome`:
what stands in the database afterwards. Prints JSON.
"""

import json
import sys

import django

django.setup()

from catalog.models import Department  # noqa: E402
from disclosure.models import Item, Revision  # noqa: E402
from disclosure.tests.builders import make_draft, make_staff  # noqa: E402
from ledger.models import Entry  # noqa: E402
from ledger.verification import verify_chain  # noqa: E402

TITLE = "演练通知"
PASSWORD = "示例口令 2026"  # of the builders' accounts
BODY = "<p>为做好第{}项示例工作，现将有关事项通知如下，请遵照执行。</p>"


def prepare(pairs, each):
    """Accounts two by two, and the keys of each pair's drafts."""
    bureau = Department.objects.get(slug="finance-bureau")
    found = []
    for pair in range(pairs):
        clerk, reviewer = (make_staff(role, bureau).username for role in ("信息员", "审核员"))
        numbers = range(pair * each, (pair + 1) * each)
        drafts = [
            make_draft(f"{TITLE}{chr(0x4E00 + 97 * n)}", department=bureau, body=BODY.format(n))
            for n in numbers
        ]
        found.append(
            {"clerk": clerk, "reviewer": reviewer, "items": [draft.pk for draft in drafts]}
        )
    return {"password": PASSWORD, "pairs": found}


def outcome():
    """Numbers, revisions and entries of the drafts, and the faults of the whole register."""
    items = Item.objects.filter(title__startswith=TITLE).exclude(index_number=None)
    serials = sorted(
        int(number.rpartition("-")[2]) for number in items.values_list("index_number", flat=True)
    )
    return {
        "published": items.count(),
        "has_gap": serials != list(range(serials[0], serials[0] + len(serials)))
        if serials
        else False,
        "revisions": Revision.objects.filter(item__in=items).count(),
        "entries": Entry.objects.filter(
            act="publish", subject_key__in=items.values("index_number")
        ).count(),
        "faults": [fault.message for fault in verify_chain() if not fault.is_warning],
    }


print(
    json.dumps(
        prepare(int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1] == "prepare" else outcome()
    )
)
