"""Which items want somebody's attention at the desk."""

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog.models import Department
from disclosure.choices import AT_THE_DESK, DisclosureMode, Status
from workdays.calendar import WorkCalendar

PUBLISH_WITHIN = 20  # working days from 形成或者变更, 条例 26


class DeskQuerySet(models.QuerySet):
    """The words of the desk; those of the public stand in `disclosure.models.item`."""

    def complete(self):
        """All but the items of an import that is still under way. The marks of one that is applied
        say nothing any more.
        """
        staged = self.model._meta.get_field("staged").related_model.objects
        return self.filter(~Exists(staged.filter(item=OuterRef("pk"), batch__applied_at=None)))

    def visible_to(self, user):
        """Items a member of staff may see in the admin: those of their departments and of the ones
        below, once they are complete.
        """
        return self.complete().filter(department__in=Department.objects.visible_to(user))

    def waiting_for_review_by(self, user):
        """Submitted items this reviewer may decide on: in their scope, and written by others."""
        if not user.has_perm("disclosure.review_item"):
            return self.none()
        others = self.visible_to(user).filter(status=Status.SUBMITTED).exclude(contributors=user)
        return others.exclude(created_by=user)

    def returned_to(self, user):
        """Items a reviewer gave back to those who wrote them."""
        return self.filter(status=Status.RETURNED, contributors=user)

    def drafts_of(self, user):
        """What this member of staff has begun and not submitted."""
        return self.filter(status=Status.DRAFT, contributors=user)

    def at_the_desk(self):
        """Whatever is on its way to the public: not yet published, or a correction of what is."""
        return self.filter(status__in=AT_THE_DESK)

    def due_within(self, days, today=None):
        """Items on their way to a first publication whose twenty working days (条例 26) end in
        `days` days or have ended.

        Judged by the State Council's calendar; what an older site published long ago has no such
        term.
        """
        today = today or timezone.localdate()
        on_their_way = self.at_the_desk().filter(
            corrects=None, originally_published_at=None, disclosure_mode=DisclosureMode.PROACTIVE
        )
        return on_their_way.filter(created_on__lte=latest_day_due_by(today + dt.timedelta(days)))

    def overdue(self, moment=None):
        """Scheduled items whose moment passed ten minutes ago and more: `manage.py tick` does not
        run.
        """
        moment = (moment or timezone.now()) - dt.timedelta(minutes=10)
        return self.filter(status=Status.SCHEDULED, published_at__lt=moment)

    def due_for_publication(self, moment=None):
        """Scheduled items whose moment has come."""
        return self.filter(status=Status.SCHEDULED, published_at__lte=moment or timezone.now())

    def past_their_term(self, day=None):
        """Public items whose last day (公开至) is over."""
        return self.filter(status=Status.PUBLISHED, disclosed_until__lt=day or timezone.localdate())

    def due_for_reassessment(self, day=None):
        """Items kept from the public whose date of reassessment has come (条例 18)."""
        return self.filter(status=Status.KEPT, next_review_on__lte=day or timezone.localdate())


def latest_day_due_by(day):
    """The latest day of making whose twentieth working day is not after `day`."""
    first = day - dt.timedelta(days=90)
    calendar = WorkCalendar.load(first.year, day.year + 1)
    days = (first + dt.timedelta(n) for n in range(90, -1, -1))
    return next(
        (made_on for made_on in days if calendar.add_workdays(made_on, PUBLISH_WITHIN).date <= day),
        first,
    )
