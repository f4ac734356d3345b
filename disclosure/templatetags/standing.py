"""Whether a document is in force, and what a page shows of a past day (`?on=2015-06-30`)."""

from django import forms, template
from django.utils import timezone

from disclosure.lists.filters import validate_day
from disclosure.models import Item, Validity

register = template.Library()
FARTHEST = 10  # documents from one that was replaced to the one in force


class DayForm(forms.Form):
    """The day a page is asked for."""

    on = forms.DateField(required=False, validators=[validate_day])

    @property
    def day(self):
        """The day, or None where none is asked for or it makes no sense."""
        return self.cleaned_data.get("on") if self.is_valid() else None


@register.inclusion_tag("partials/standing.html", takes_context=True)
def standing(context, item):
    """Above a document: that it is not in force (any more), what is in force in its place, and what
    it was on the day asked for.
    """
    request = context.get("request")
    form = DayForm({"on": request.GET["on"]}) if request and "on" in request.GET else None
    day = form.day if form else None
    row = item.validity_on()
    is_pending = row is None and bool(item.validity_rows)
    return {
        "item": item,
        "row": row if row and row.state != Validity.State.IN_FORCE else None,
        "is_pending": is_pending,
        "begins_on": item.validity_rows[0].starts_on if is_pending else None,
        "in_force": _in_force_now(row),
        "is_day_wrong": form is not None and not form.is_valid(),
        "day": day,
        "was_public": day and timezone.localdate(item.listed_at) <= day,
        **_revisions(item, day),
        "label_then": item.validity_label(day) if day else "",
        "today": request.path if request else "",
    }


def _revisions(item, day):
    """The revision that was public at the end of the day, and whether it is the one shown now. One
    query.
    """
    if day is None:
        return {}
    revisions = list(item.revisions.order_by("-number"))
    then = next((one for one in revisions if timezone.localdate(one.published_at) <= day), None)
    return {"then": then, "is_same": then is not None and then == revisions[0]}


def _in_force_now(row):
    """The public document that is in force in the place of one that ended: along what replaced it."""
    for _ in range(FARTHEST):
        if row is None or row.state in Validity.IN_FORCE_STATES or row.because_of_id is None:
            return None
        item = (
            Item.objects.published()
            .with_row()
            .prefetch_related("validities")
            .filter(pk=row.because_of_id)
            .first()
        )
        if item is None:
            return None
        row = item.validity_on()
        if row is None or row.state in Validity.IN_FORCE_STATES:
            return item if row else None
    return None
