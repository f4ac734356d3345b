"""Notices: something waits for somebody. Written in the transaction of what waits, sent a minute
later, several in one.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from background.channels import AwayError, Message, RefusedError, channels, send_mail
from background.jobs import JobFailedError, TryLaterError, enqueue, job
from background.models import Notice

TOGETHER = 60  # seconds: what comes within them goes in one message
PAUSES = (
    60,
    300,
    1_800,
    7_200,
    21_600,
    43_200,
)  # seconds before it is tried again; twenty hours altogether
SUBJECT = "【{site}】您有待办事项"


def desk_link():
    """Where one signs in; only the path where the portal does not know its own address."""
    return settings.SITE_ORIGIN + reverse("admin:index")


def notify(users, kind, number=1):
    """Have people told. `kind`: a `Notice.Kind`; no word of what it is about goes along."""
    if not channels():
        return
    for user in users:
        Notice.objects.create(user=user, kind=kind, number=number)
        name = user.get_full_name() or user.get_username()
        enqueue(
            send_notices,
            key=f"notices:{user.pk}",
            label=f"发送提醒：{name}",
            after=TOGETHER,
            user=user.pk,
        )


@job
def send_notices(mine, *, user):
    """All notices of one person that wait, in one message by each channel."""
    person = get_user_model().objects.filter(pk=user, is_active=True).first()
    waiting = list(Notice.objects.filter(user_id=user, sent_at=None).order_by("made_at"))
    if person is None or not waiting:
        return
    ways = [way for way in channels() if way.sends_to(person)]
    refused = [
        words for words in (_sent(mine, way, person, message_of(waiting)) for way in ways) if words
    ]
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(sent_at=timezone.now())
    if refused:
        raise JobFailedError("".join(refused))


def _sent(mine, way, person, message):
    """Empty, or why this person cannot be reached."""
    try:
        way.send(person, message)
    except RefusedError as error:
        return str(error)
    except AwayError as error:
        later(mine, error)
    return ""


def later(mine, error):
    """Raise what has the job tried again after a growing pause, or says that it was given up."""
    if mine.attempts > len(PAUSES):
        raise JobFailedError(f"{error}试了 {mine.attempts} 次，不再发送。") from error
    raise TryLaterError(PAUSES[mine.attempts - 1], f"{error}稍后再试。") from error


def message_of(notices):
    """What is said of them: how many of each kind."""
    numbers = {}
    for notice in notices:
        numbers[notice.kind] = numbers.get(notice.kind, 0) + notice.number
    sentences = tuple(
        Notice.SENTENCES[kind].format(number=number) for kind, number in numbers.items()
    )
    return Message(SUBJECT.format(site=settings.SITE["name"]), sentences, desk_link())


def alarm(key, sentences, link):
    """Tell MAIL_ADMINS of trouble with the machine, each by a job of its own."""
    if settings.EMAIL_URL:
        for address in settings.MAIL_ADMINS:
            enqueue(
                send_alarm,
                key=f"alarm:{key}:{address}"[:200],
                label="发送告警",
                to=address,
                said=sentences,
                link=link,
            )


@job
def send_alarm(mine, *, to, said, link):
    """One mail to one administrator."""
    message = Message(f"【{settings.SITE['name']}】平台需要运维人员处理", tuple(said), link)
    try:
        send_mail(to, message)
    except RefusedError as error:
        raise JobFailedError(str(error)) from error
    except AwayError as error:
        later(mine, error)
