"""Tables of items as jobs: looking through ten thousand rows takes minutes, writing them as long.
No request waits for it.
"""

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone

from background.jobs import JobFailedError, enqueue, job, progress
from background.models import Job
from disclosure.models import BulkImport
from imports.bulk.importing import import_rows, look_through
from imports.bulk.staging import forget_marks

MAY = "disclosure.add_item"
_GONE = "这个表格已经不在（之后又上传了新的表格），请重新上传。"
_NOT_ALLOWED = "账号已停用，或者没有新增信息的权限了。"


def _keys(batch):
    return f"import-check:{batch.pk}", f"import:{batch.pk}"


def enqueue_check(batch):
    """Have a table looked through. The label names no file: other people see the list of jobs."""
    key, _ = _keys(batch)
    return enqueue(
        check_table,
        key=key,
        label="检查批量导入的表格",
        by=batch.uploaded_by,
        priority=5,
        table=str(batch.pk),
    )


def enqueue_import(batch, *, address=""):
    """Have a table taken in: once, however often it is asked for."""
    BulkImport.objects.filter(pk=batch.pk, claimed_at=None).update(
        claimed_at=timezone.now()
    )  # `keep_upload` leaves it
    about = {"table": str(batch.pk), "address_of_client": address}
    return enqueue(
        import_table,
        key=_keys(batch)[1],
        label="批量导入",
        by=batch.uploaded_by,
        priority=5,
        **about,
    )


def newest_job(batch):
    """The job that was handed over last for a table, or None."""
    return Job.objects.filter(key__in=_keys(batch)).order_by("-queued_at").first()


@job
def check_table(mine, *, table):
    """What is found stands with the table."""
    batch = _batch(table)
    if batch.applied_at is None:
        look_through(
            batch, user=_person(batch), tell=lambda done, total: progress(mine, done, total)
        )


@job
def import_table(mine, *, table, address_of_client):
    """All rows or none. Of one whose worker died the next takes back what it left, and begins
    again.
    """
    batch = _batch(table)
    if batch.applied_at:  # by a worker that died behind the last step
        forget_marks([batch])
        return
    try:
        outcome = import_rows(
            batch,
            by=_person(batch),
            address=address_of_client,
            tell=lambda done, total: progress(mine, done, total),
        )
    except ValidationError as error:
        raise JobFailedError("；".join(error.messages)) from error
    if not outcome.is_sound:
        raise JobFailedError("表格里有问题，一条也没有导入。")


def _batch(key):
    batch = BulkImport.objects.select_related("uploaded_by").filter(pk=key).first()
    if batch is None:
        raise JobFailedError(_GONE)
    return batch


def _person(batch):
    """Whoever brought the table, as he may do things now."""
    person = get_user_model().objects.get(pk=batch.uploaded_by_id)
    if not person.is_active or not person.has_perm(MAY):
        raise JobFailedError(_NOT_ALLOWED)
    return person
