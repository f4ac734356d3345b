"""沿革: the published states of an item, each at its own address, and what changed from one to the
next.
"""

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from disclosure.acts.registering import SUBJECT
from disclosure.lists.shelves import shelves
from disclosure.models import Attachment, Item, Revision
from disclosure.pages.browsing import withdrawal_notice
from disclosure.revisions import history
from ledger.models import Entry

SHOWN = 100


def _find(**lookup):
    """(item, None), or (None, item) where it was taken away; 404 where there never was one."""
    rows = Item.objects.select_related("department", "category", "annual_report__department")
    if item := rows.filter(pk__in=Item.objects.published().filter(**lookup).values("pk")).first():
        return item, None
    return None, get_object_or_404(
        rows.filter(pk__in=Item.objects.withdrawn().values("pk")), **lookup
    )


def _of_item(page):
    """A view by index number; what belongs to a report leads to the report's address."""

    @require_safe
    def view(request, index_number, **kwargs):
        item, gone = _find(index_number=index_number)
        if gone:
            return withdrawal_notice(request, gone)
        if item.report:
            return redirect(_report_address(request, item.annual_report), permanent=True)
        return page(request, item, **kwargs)

    return view


def _report_address(request, report):
    rest = request.path.rstrip("/").rsplit("/revisions/", 1)
    return report.get_absolute_url() + (f"revisions/{rest[1]}/" if len(rest) == 2 else "history/")


def _of_report(page):
    """A view by organ and year."""

    @require_safe
    def view(request, slug, year, **kwargs):
        item, gone = _find(annual_report__department__slug=slug, annual_report__year=year)
        return withdrawal_notice(request, gone) if gone else page(request, item, **kwargs)

    return view


def _trail(item):
    node = shelves.plain().nodes.get(item.category_id)
    return node.trail if node else []


def _history(request, item):
    """All revisions, newest first, with what changed and why; and the register's entries about the
    item.
    """
    revisions = list(item.revisions.with_content().order_by("-number")[: SHOWN + 1])
    for revision in revisions:
        revision.item = item
    context = {
        "item": item,
        "trail": _trail(item),
        "revisions": history.with_changes(revisions)[:SHOWN],
        "entries": Entry.objects.public()
        .about(SUBJECT, item.index_number)
        .order_by("-sequence")[:SHOWN],
    }
    return render(request, "disclosure/item_history.html", context)


def _revision(item, number):
    revision = item.revisions.with_content().filter(number=number).first()
    if revision is None:
        raise Http404("没有这一版")
    revision.item = item
    return revision


def _withheld(request, revision):
    """The notice in the place of a state that the public reads no more (隐去旧版)."""
    context = {"item": revision.item, "trail": _trail(revision.item), "revision": revision}
    return render(request, "disclosure/revision_withheld.html", context, status=410)


def _state(request, item, number):
    """An earlier (or the present) state, with a banner that says which it is."""
    revision = _revision(item, number)
    if (state := revision.state) is None:
        return _withheld(request, revision)
    ids = [file["id"] for file in state["attachments"]]
    files = {str(file.pk): file for file in Attachment.everything.filter(pk__in=ids)}
    context = {
        "item": item,
        "trail": _trail(item),
        "revision": revision,
        "newest": item.current_revision,
        "state": state,
        "fields": [
            (history.label(n), words)
            for n in history.FIELDS[1:]
            if (words := history.in_words(state, n))
        ],
        "files": [(file, files.get(file["id"])) for file in state["attachments"]],
        "tables": history.tables(state),
    }
    return render(request, "disclosure/item_revision.html", context)


def _changes(request, item, number):
    """What changed with this revision, side by side."""
    revision = _revision(item, number)
    earlier = _revision(item, number - 1)
    for one in (revision, earlier):
        if not one.content:
            return _withheld(request, one)
    changes = history.changes(earlier.state, revision.state)
    context = {
        "item": item,
        "trail": _trail(item),
        "revision": revision,
        "earlier": earlier,
        "changes": changes,
    }
    return render(request, "disclosure/item_changes.html", context)


item_history, report_history = _of_item(_history), _of_report(_history)
item_revision, report_revision = _of_item(_state), _of_report(_state)
item_changes, report_changes = _of_item(_changes), _of_report(_changes)


@require_safe
def by_hash(request, sha256):
    """The address a citation prints: named by the hash, it leads to the revision."""
    # Of the one item: a list of all that are known would be read from end to end.
    is_public, is_gone = (
        Exists(items.filter(pk=OuterRef("item_id")))
        for items in (Item.objects.published(), Item.objects.withdrawn())
    )
    revisions = Revision.objects.filter(is_public | is_gone)
    revision = get_object_or_404(
        revisions.select_related("item__annual_report__department"), content_sha256=sha256
    )
    return redirect(revision.get_absolute_url())


@require_safe
def content(request, sha256):
    """The canonical text whose SHA-256 is in its address: to keep, to hash, to compare with the
    register.
    """
    revisions = Revision.objects.published().select_related("stored")
    revision = get_object_or_404(revisions, content_sha256=sha256)
    if not revision.content:
        return HttpResponse(
            "这一版已隐去，不再提供。\n", content_type="text/plain; charset=utf-8", status=410
        )
    return HttpResponse(revision.content, content_type="application/json; charset=utf-8")
