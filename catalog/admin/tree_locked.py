"""Admin views that take the tree lock before they load anything."""

from contextlib import contextmanager

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect

from catalog.locks import TreeBusyError, tree_write
from desk.keeping import KeepingAdmin


@contextmanager
def reading_only():
    """Within it `atomic()` opens no transaction: on SQLite that would mean waiting for the same
    lock once more. Nothing that is written within it stays.
    """
    if not transaction.get_autocommit():  # in a transaction already
        yield
        return
    transaction.set_autocommit(False)
    try:
        yield
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


class TreeLockedAdmin(KeepingAdmin):
    """Every POST of an inherited view runs inside `tree_write()`: Django's admin loads its object
    first, and an object loaded before the lock corrupts the tree as if there were no lock.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Add and change. Where the lock is not to be had, the form comes back with all that was
        typed.
        """
        request.tree_is_busy = False
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with tree_write():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except TreeBusyError as busy:
            request.tree_is_busy = str(busy)  # by this mark the form refuses itself (`get_form`)
            with reading_only():
                return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The form class of one request, told whether the tree is busy."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.tree_is_busy = getattr(request, "tree_is_busy", False)
        return form

    def delete_view(self, request, object_id, extra_context=None):
        return self.locked(request, super().delete_view, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        """List, and whatever actions there are."""
        return self.locked(request, super().changelist_view, extra_context)

    def locked(self, request, view, *args):
        """Run a view of this admin, a POST inside the lock; a busy tree sends the clerk back with a
        sentence.
        """
        if request.method != "POST":
            return view(request, *args)
        try:
            with tree_write():
                return view(request, *args)
        except TreeBusyError as busy:
            self.message_user(request, str(busy), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
