"""The package of open data as a job: what `manage.py bulk_data` does at night."""

from background.jobs import enqueue, job, progress
from opendata import bulk


def enqueue_bulk_data(*, by):
    """Have it written; of two who ask at once it is written once."""
    return enqueue(
        write_bulk_data,
        key="bulk-data",
        label="生成全站数据包",
        by=by,
        address="/data/",
        priority=-10,
    )


@job
def write_bulk_data(mine):
    """It appears whole or not at all, so one that was interrupted is simply written again."""
    bulk.write_package(progress=lambda done, total: progress(mine, done, total))
