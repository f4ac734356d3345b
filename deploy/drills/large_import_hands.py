"""Inside an installation: hand over a large table, confirm it, and meanwhile save something small
again and again. Prints JSON.

large_import_hands.py ROWS
"""

import json
import sys
import time

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from load import percentile  # noqa: E402

from background.models import Job  # noqa: E402
from disclosure.models import BulkImport, FailedSearch, Item, StagedItem  # noqa: E402
from imports.bulk.columns import ItemTable  # noqa: E402
from imports.bulk.importing import keep_upload  # noqa: E402
from imports.bulk.jobs import enqueue_check, enqueue_import  # noqa: E402

ROWS = int(sys.argv[1])
BODY = "各科室：现将有关事项通知如下，请认真贯彻执行。" * 20
TITLE = "示例导入的信息"


def table(user):
    """A CSV as large as they come."""
    choices = ItemTable(user=user).choices()
    organ, shelf = choices["发布机构"][0], choices["所属栏目"][0]
    rows = (f"{TITLE}{number},{organ},{shelf},2026-03-02,{BODY}" for number in range(ROWS))
    return "标题,发布机构,所属栏目,成文日期,正文\n" + "\n".join(rows)


def wait_for(job, user, waits, halves):
    """Write and look until the job is over; how many seconds that took."""
    began = time.monotonic()
    while Job.objects.open().filter(pk=job.pk).exists():
        before = time.monotonic()
        FailedSearch.objects.update_or_create(
            day="2026-11-30", query="示例", defaults={"count": len(waits)}
        )
        waits.append(time.monotonic() - before)
        if len(waits) % 20 == 0:
            halves.add(Item.objects.visible_to(user).filter(title__startswith=TITLE).count())
        time.sleep(0.01)
    return time.monotonic() - began


def main():
    """Check, confirm, tell."""
    user = User.objects.get(username="office")
    data = table(user).encode()
    batch = keep_upload(file=SimpleUploadedFile("示例.csv", data), by=user)
    waits, halves = [], set()
    check = wait_for(enqueue_check(batch), user, waits, halves)
    writing = wait_for(enqueue_import(batch), user, waits, halves)
    told = {
        "rows": ROWS,
        "made": BulkImport.objects.get(pk=batch.pk).made,
        "marks": StagedItem.objects.count(),
        "check": check,
        "import": writing,
        "writes": len(waits),
        "p50": percentile(waits, 0.5),
        "p99": percentile(waits, 0.99),
        "longest": max(waits),
        "halves": len(halves - {0, ROWS}),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
