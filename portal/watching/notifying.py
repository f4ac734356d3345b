"""Who is told what once a day: people how much waits for them, administrators that the machine
needs somebody. Steps of tick.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from background.channels import channels
from background.jobs import enqueue, job
from background.models import Job, Notice
from background.notices import alarm, notify
from disclosure.desk.queue import queues_of
from portal.desk.corrections_waiting import waiting_for
from portal.operations.diagnosis import SLOW, examine

# its symptoms are told though they are not grave: a missing backup is found out too late otherwise
WITH_BACKUPS = "定时工作"


def send_digests():
    """The digest of the day, and the alarm, from MAIL_DIGEST_HOUR on: once a day for all machines."""
    now = timezone.localtime()
    key = f"digest:{now.date()}"
    if (
        not channels()
        or now.hour < settings.MAIL_DIGEST_HOUR
        or Job.objects.filter(key=key).exists()
    ):
        return 0, 0
    enqueue(digest, key=key, label=f"每日提醒 {now.date()}")
    return 1, 0


@job
def digest(mine):
    """Whoever has something waiting is told how much; whoever keeps the machine, what is wrong with
    it.
    """
    for user in get_user_model().objects.filter(is_active=True, is_staff=True).iterator():
        if number := number_waiting(user):
            notify([user], Notice.Kind.DIGEST, number)
    troubles = [
        name
        for name, symptoms in examine(without=SLOW)
        if any(symptom.is_grave or name == WITH_BACKUPS for symptom in symptoms)
    ]
    if troubles:
        said = ["平台的自动检查发现需要处理的问题：", *(f"{name}。" for name in troubles)]
        alarm(
            str(timezone.localdate()), said, settings.SITE_ORIGIN + reverse("admin:system-status")
        )


def number_waiting(user):
    """How many things wait for somebody at the desk, readers' reports of errors among them."""
    corrections = waiting_for(user)
    return sum(queue.count for queue in queues_of(user)) + (corrections.count if corrections else 0)
