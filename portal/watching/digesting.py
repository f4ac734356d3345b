"""The digest of the day: what the public reads, signed. A step of tick hands it to the queue, since
it reads every public row.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone

from background.jobs import JobFailedError, enqueue, job
from background.models import Job
from ledger.digests.making import make_digest
from ledger.models import Entry, PublicDigest
from ledger.signing import KeyRefusedError


def digest_if_due():
    """Once a day for all machines; a step of tick."""
    day = timezone.localdate()
    key = f"public-digest:{day}"
    if (
        not Entry.objects.exists()
        or PublicDigest.objects.filter(day=day).exists()
        or Job.objects.filter(key=key).exists()
    ):
        return 0, 0
    enqueue(sign_digest, key=key, label=f"公开内容的摘要 {day}")
    return 1, 0


@job
def sign_digest(mine):
    """Sign it; what nobody explained is told to whoever looks at the jobs, and by the doctor."""
    try:
        digest = make_digest()
    except KeyRefusedError as error:
        raise JobFailedError(str(error)) from error
    except ValidationError as error:
        raise JobFailedError("".join(error.messages)[:300]) from error
    if digest.unexplained:
        raise JobFailedError(
            f"有 {digest.unexplained} 处公开内容的改动没有登记解释，请运行 manage.py verify_ledger。"
        )
