"""What every act begins with: the item locked, the right to act, the state it must be in."""

from django.core.exceptions import PermissionDenied, ValidationError

from catalog.models import Department
from disclosure.acts.transitions import TRANSITIONS
from disclosure.choices import Status
from disclosure.models import Item

GONE = "这条信息（或更正稿）已经不在了：可能刚刚由别人公开或放弃，请刷新页面。"


def locked(item):
    """The item as it stands in the database, locked until the transaction ends; what it corrects is
    locked first.
    """
    if item.corrects_id:
        Item.objects.select_for_update().get(pk=item.corrects_id)
    rows = Item.objects.select_for_update(of=("self",)).select_related("department", "category")
    try:
        return rows.get(pk=item.pk)
    except Item.DoesNotExist as error:
        raise ValidationError(GONE) from error


def lock_all(rows):
    """Lock the items of a queryset until the transaction ends; their keys.

    In the order of their keys: so what is corrected comes before its correction, as in `locked`,
    and nobody waits for each other. What others add while this waits for them is found by looking
    again.
    """
    keys = None
    while (found := sorted(set(rows.order_by().values_list("pk", flat=True)))) != keys:
        keys = found
        listed = Item.objects.filter(pk__in=keys).order_by("pk")
        list(listed.select_for_update(of=("self",)).values_list("pk", flat=True))
    return keys


def present(item):
    """The item as it stands in the database now, not locked: for what takes its time before an act."""
    found = Item.objects.select_related("department", "category").filter(pk=item.pk).first()
    if found is None:
        raise ValidationError(GONE)
    return found


def require(by, permission, item, *, from_the_command_line=False):
    """Refuse whoever lacks the permission, or whose departments the item does not belong to.

    `from_the_command_line`: the act may also be done by nobody (`by=None`), who has the server
    itself in hand.
    """
    if by is None and from_the_command_line:
        return
    if by is None or not by.has_perm(f"disclosure.{permission}") or not in_scope(by, item):
        raise PermissionDenied("您没有办理这一事项的权限，或者这条信息不属于您的机构。")


def require_transition(name, by, item, *, from_the_command_line=False):
    """Refuse an act that the table of transitions does not allow this person, or in this state."""
    require(by, TRANSITIONS[name].permission, item, from_the_command_line=from_the_command_line)
    require_source(name, item)


def require_source(name, item):
    """Refuse an act that does not lead on from the item's state."""
    require_status(item, *TRANSITIONS[name].sources)


def in_scope(user, item):
    """Whether the item belongs to a department of the user, or to one below."""
    return Department.objects.visible_to(user).filter(pk=item.department_id).exists()


def require_status(item, *statuses):
    """Refuse an act that the item's state does not allow, in words that name both."""
    if item.status not in statuses:
        wanted = "、".join(Status(status).label for status in statuses)
        raise ValidationError(
            f"这条信息现在的状态是“{item.get_status_display()}”，只有“{wanted}”的信息可以这样办理。"
            "可能别人刚刚办理过，请刷新页面。",
            code="status",
        )


def require_text(text, message):
    """The text without blanks around it; refuse an empty one."""
    text = (text or "").strip()
    if not text:
        raise ValidationError(message)
    return text


def set_status(item, status, **fields):
    """Change the state and a few fields, and nothing else of the row."""
    item.status = status
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=["status", "updated_at", *fields])
    return item


def require_other_eyes(by, item, review):
    """条例 17 and the four-eyes rule: whoever wrote, changed or submitted this state does not
    decide on it.
    """
    wrote = item.contributors.filter(pk=by.pk).exists() or item.created_by_id == by.pk
    if wrote or (review and review.submitted_by_id == by.pk):
        raise PermissionDenied("您写过、改过或者提交了这一稿，不能自己审核。请由另一位审核员办理。")
