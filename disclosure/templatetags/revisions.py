"""Links from other pages to revisions: of an item, and of what the register found."""

from django import template
from django.utils import timezone

from disclosure.choices import Status
from disclosure.files.citation import citation
from disclosure.files.facts import absolute
from disclosure.models import Revision

register = template.Library()


@register.inclusion_tag("partials/history_link.html")
def history_link(item):
    """版次 and the way to 沿革 and to checking a copy (nothing for an item no revision was ever
    recorded of); below them the permanent address and the citation of what is public.
    """
    revision = item.current_revision if item.pk and not item.corrects_id else None
    context = {"item": item, "revision": revision}
    if item.status == Status.PUBLISHED and not item.corrects_id:
        context["permanent_address"] = absolute(item.get_absolute_url())
        context["citation"] = citation(item, revision, read_on=timezone.localdate())
    return context


@register.inclusion_tag("partials/answer_link.html")
def answer_links(answer):
    """The page of the revision an entry recorded, and of the newest one, where the public may read
    them.
    """
    sequences = {answer.registered.sequence, answer.latest.sequence}
    found = (
        Revision.objects.published()
        .filter(pk__in=sequences)
        .select_related("item__annual_report__department")
    )
    rows = {revision.pk: revision for revision in found}
    registered = rows.get(answer.registered.sequence)
    newest = registered.item.current_revision if registered else rows.get(answer.latest.sequence)
    return {"registered": registered, "newest": newest if newest != registered else None}
