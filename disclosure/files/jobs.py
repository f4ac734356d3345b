"""Files and packages as jobs: what a reader wants while all places for heavy work are taken, and
what takes longer than a request.
"""

import hashlib
import time

from django.http import QueryDict

from background.jobs import JobFailedError, TryLaterError, enqueue, job, progress
from disclosure.files.editions import editions, public_items
from disclosure.files.facts import Edition
from disclosure.files.formats import FORMATS
from disclosure.files.forms import ExportForm
from disclosure.files.store import key_of, stored_file
from documents.files.failures import BusyError, ExportError, NothingToExportError, TooLargeError

SLICE = 10  # seconds of work on a package before others have their turn
SOON = 5
_WAITED_FOR = 10  # a reader waits: before packages


def enqueue_file(edition, file_format):
    """Have one file made; the job, which may be somebody else's already. Raises TooManyJobsError."""
    return enqueue(
        make_file,
        key=f"file:{key_of(edition, file_format.extension)}",
        # no title: it may be withdrawn meanwhile
        label=f"生成 {file_format.label} 文件：{edition.item.index_number}",
        is_public=True,
        priority=_WAITED_FOR,
        index_number=edition.item.index_number,
        extension=file_format.extension,
    )


@job
def make_file(mine, *, index_number, extension):
    """One file into the store, where it is found by whoever asked."""
    item = public_items().filter(index_number=index_number).first()
    if item is None:
        raise JobFailedError("这条信息已不再公开，文件没有生成。")
    progress(mine, 0, 1)
    try:
        stored_file(Edition(item), FORMATS[extension])
    except BusyError as error:
        raise TryLaterError(SOON, "正在生成的文件较多，稍后继续。", is_progress=True) from error
    except (TooLargeError, NothingToExportError) as error:
        raise JobFailedError("这份文件不能生成：内容过长，或者没有表格。") from error
    progress(mine, 1, 1)


def package_key(query):
    """What a choice of reports is known by: a QueryDict of nothing else."""
    return f"package:{hashlib.sha256(query.urlencode().encode()).hexdigest()}"


def enqueue_package(form, query, address):
    """Have the files of a package made. Raises TooManyJobsError."""
    return enqueue(
        prepare_package,
        key=package_key(query),
        label=f"准备年度报告数据包（{form.number} 份）",
        is_public=True,
        address=address,
        query=query.urlencode(),
    )


@job
def prepare_package(mine, *, query):
    """The files of all reports of a choice, one slice after the other; what is there already costs
    nothing.
    """
    form = ExportForm(QueryDict(query))
    if not form.is_valid():
        raise JobFailedError("所选的机关、年度或格式已经没有了，请重新选择。")
    formats = [
        FORMATS[extension] for extension in form.order.formats if FORMATS[extension].is_heavy
    ]
    until, done = time.monotonic() + SLICE, mine.done
    for edition in editions(form.order.reports, skip=done) if formats else ():
        for file_format in formats:
            _make_one(edition, file_format)
        done += 1
        progress(mine, done, form.number)
        if time.monotonic() > until and done < form.number:
            raise TryLaterError(0, is_progress=True)
    progress(mine, form.number, form.number)


def _make_one(edition, file_format):
    try:
        stored_file(edition, file_format, is_bulk=True)
    except BusyError as error:
        raise TryLaterError(SOON, "正在生成的文件较多，稍后继续。", is_progress=True) from error
    except ExportError:
        pass  # the package says so in its readme
