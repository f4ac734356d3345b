"""What the front door keeps on a machine of what was public: pages in Redis, and nginx's copies for
an outage.

nginx's files belong to nginx. So the portal only sets a mark, which nginx looks for before it shows
a kept copy: at that moment they are out of use. A unit of the system's own
(`deploy/systemd/lantai-purge.*`) then deletes the files and takes the mark away. Where that unit is
missing no kept copy is ever shown again, which `doctor` tells; none is ever shown that should be
gone.
"""

from django.conf import settings

from disclosure.erasing.clearing import clears
from portal.operations.removals import keep_list
from portal.serving import shared_pages


@clears
def put_nginx_copies_out_of_use(*, erased):
    """First of all that is cleared here, for it takes a moment and stops at once what an outage
    would show.
    """
    settings.KEPT_COPIES_MARK.touch(mode=0o644)


@clears
def clear_shared_pages(*, erased):
    """All machines clear the same Redis; the second finds nothing."""
    shared_pages().clear()


@clears
def keep_list_beside_backups(*, erased):
    """What a restore has to take away again. A folder this account cannot write to is `tick`'s to
    report.
    """
    keep_list()
