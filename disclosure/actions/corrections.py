"""Beginning and giving up the correction of a public item."""

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosure.actions.carrying import hand_over_records, make_correction
from disclosure.actions.guarding import locked, require, require_status
from disclosure.choices import EDITABLE, ONCE_PUBLIC


@transaction.atomic
def start_correction(*, item, by):
    """A draft of the item's next revision; the public goes on reading the present one. Returns the
    draft, or the one begun.

    A withdrawn item may be corrected too: publishing the correction brings it back.
    """
    item = locked(item)
    require(by, "submit_item", item)
    require_status(item, *ONCE_PUBLIC)
    if item.is_removed_by_law:
        raise ValidationError("依法删除的信息内容已经不在，不能更正。")
    return item.pending_correction or make_correction(item, by)


@transaction.atomic
def discard_correction(*, item, by):
    """Give a correction up. What was reviewed of it stays on record with the public item. Returns
    that item.
    """
    item = locked(item)
    require(by, "submit_item", item)
    require_status(item, *EDITABLE)
    if not item.corrects_id:
        raise ValidationError("这不是更正稿。不要的草稿请用“删除”。")
    public = item.corrects
    hand_over_records(item, public)
    item.delete()
    return public
