"""Setting findings of the checklist aside: by a reason, by the reviewer's reason, by a decision of 解密.

Each holds while the words it is about stay the same, and stays on record for the auditor.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosure.acts.checklist import Checklist
from disclosure.acts.guarding import (
    locked,
    present,
    require,
    require_other_eyes,
    require_status,
    require_text,
)
from disclosure.checks.finding import Settled
from disclosure.choices import EDITABLE, Status
from disclosure.models import FindingOverride

BEFORE_APPROVAL = (*EDITABLE, Status.SUBMITTED)


def override_finding(*, item, by, fingerprint, reason):
    """Set one blocking finding aside, with a reason the auditor reads. What only the reviewer may
    settle is refused to whoever wrote the item.
    """
    item = present(item)
    require_status(item, *BEFORE_APPROVAL)
    finding = _finding(item, fingerprint)
    if finding.settled == Settled.DECLASSIFIED:
        raise ValidationError("密级标志只能凭解密决定处理，请由另一位审核员登记解密决定。")
    if finding.settled == Settled.NEVER:
        raise ValidationError("这一项必须改正，不能说明理由后保留。")
    if finding.settled == Settled.BY_REVIEWER:
        _require_second_person(item, by)
    else:
        require(by, "submit_item", item)
        require_status(item, *EDITABLE)
    reason = require_text(reason, "请写明为什么可以保留。")
    with transaction.atomic():
        return _keep(item, fingerprint, finding, by, {"reason": reason})


def declassify_finding(*, item, by, fingerprint, organ, number, decided_on):
    """Enter the decision of 解密 on a mark of 密级 (保守国家秘密法 Art. 24): which organ decided it,
    by which paper, when. By a second person with the right to review; the publication registers it.
    """
    item = present(item)
    require_status(item, *BEFORE_APPROVAL)
    finding = _finding(item, fingerprint)
    if finding.settled != Settled.DECLASSIFIED:
        raise ValidationError("这一处不是密级标志，不需要登记解密决定。")
    _require_second_person(item, by)
    organ = require_text(organ, "请填写作出解密决定的机关。")
    number = require_text(number, "请填写解密决定的文号。")
    if decided_on is None or decided_on > timezone.localdate():
        raise ValidationError("请填写解密日期，不能晚于今天。")
    decision = {"decided_by_organ": organ, "decision_number": number, "decided_on": decided_on}
    reason = f"已解密：{organ}，{number}，{decided_on:%Y-%m-%d}"[:500]
    with transaction.atomic():
        return _keep(item, fingerprint, finding, by, {"reason": reason, **decision})


def declassifications(item):
    """What the register keeps of the decisions that let a marked item become public."""
    rows = FindingOverride.objects.filter(item=item, decided_on__isnull=False).order_by("pk")
    return [
        {
            "organ": row.decided_by_organ,
            "number": row.decision_number,
            "decided_on": row.decided_on.isoformat(),
        }
        for row in rows
    ]


def _finding(item, fingerprint):
    finding = Checklist.of(item).finding(fingerprint)
    if finding is None:
        raise ValidationError("这一处已经改动或者已经处理，请刷新检查结果。")
    return finding


def _require_second_person(item, by):
    require(by, "review_item", item)
    require_other_eyes(by, item, item.reviews.open().first())


def _keep(item, fingerprint, finding, by, words):
    fields = {
        "code": finding.code,
        "place": str(finding.place)[:300],
        "message": finding.message,
        "excerpt": str(finding.excerpt or "")[:500],
        "made_by": by,
        **words,
    }
    require_status(locked(item), *BEFORE_APPROVAL)
    return FindingOverride.objects.get_or_create(
        item=item, fingerprint=fingerprint, defaults=fields
    )[0]
