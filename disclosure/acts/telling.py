"""Who is told of an act between people: that something waits, never what."""

from django.contrib.auth import get_user_model
from django.db.models import Q

from background.channels import channels
from background.models import Notice
from background.notices import notify
from catalog.models import Department

MOST = 50  # reviewers of one department


def tell_reviewers(item, *, by):
    """Those who may review it and did not submit it; not superusers, who may everything."""
    if not channels():
        return
    may = Q(groups__permissions__codename="review_item") | Q(
        user_permissions__codename="review_item"
    )
    people = (
        get_user_model()
        .objects.filter(may, is_active=True, is_staff=True)
        .exclude(pk=by.pk)
        .distinct()[:MOST]
    )
    own = [
        user
        for user in people
        if Department.objects.visible_to(user).filter(pk=item.department_id).exists()
    ]
    notify(own, Notice.Kind.SUBMITTED)


def tell_submitter(review, kind, *, by):
    """Whoever submitted it, unless it was they who acted."""
    if review.submitted_by and review.submitted_by != by and review.submitted_by.is_active:
        notify([review.submitted_by], kind)
