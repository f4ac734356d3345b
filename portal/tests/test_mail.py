"""Mail, through a real SMTP server on loopback: who is told, what never is, what happens where a
server is away or refuses.
"""

import datetime as dt
import email
import email.policy
import itertools
import socket
import subprocess
import sys

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from background.channels import AwayError, Channel
from background.models import Job, Notice, Unreachable
from background.notices import PAUSES, notify
from background.tests.working import do_all
from catalog.tests.builders import make_user
from disclosure import acts
from disclosure.tests.builders import make_draft, make_staff
from portal.operations.diagnosis import mail as mail_symptoms
from portal.watching import notifying

pytestmark = pytest.mark.django_db
SECRET = "绝不外泄的标题"


class Inbox:
    """What came in. `answer`: what every receiver is answered with."""

    def __init__(self):
        self.mails, self.answer = [], "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 – the library's name
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def inbox(settings):
    inbox = Inbox()
    host, port = "127.0.0.1", free_port()
    server = Controller(inbox, hostname=host, port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp://", host, port
    settings.DEFAULT_FROM_EMAIL, settings.SITE_ORIGIN = (
        "portal@example.gov.cn",
        "https://portal.example.gov.cn",
    )
    yield inbox
    server.stop()


def now_do_all():
    """A minute later, or a day: whatever waits is due."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    do_all()


def staff(role, item, address):
    user = make_staff(role, item.department)
    user.email = address
    user.save()
    return user


@pytest.fixture
def submitted():
    item = make_draft(SECRET, body=f"<p>{SECRET}</p>", summary=SECRET)
    writer = staff("信息员", item, "writer@example.gov.cn")
    reviewer = staff("审核员", item, "reviewer@example.gov.cn")

    def submit():
        acts.submit_item(item=item, by=writer)
        return item, writer, reviewer

    return submit


def test_reviewers_are_told_of_a_submission_and_nothing_of_what_it_says(inbox, submitted):
    submitted()
    assert inbox.mails == []  # not before it is committed, and several together
    now_do_all()
    [[receivers, mail]] = inbox.mails
    assert receivers == ["reviewer@example.gov.cn"]
    assert "您有待办事项" in mail["Subject"]
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        said = mail.get_body((kind,)).get_content()
        assert "有 1 件信息提交给您审核。" in said
        assert "https://portal.example.gov.cn/admin/" in said
    whole = "".join(part.get_content() for part in mail.walk() if not part.is_multipart())
    assert SECRET not in whole + mail["Subject"]
    assert SECRET not in "".join(Job.objects.values_list("label", flat=True))


def test_who_submitted_is_told_of_return_and_approval(inbox, submitted):
    item, _, reviewer = submitted()
    acts.return_item(item=item, by=reviewer, note=SECRET)
    now_do_all()
    [mail] = [mail for receivers, mail in inbox.mails if receivers == ["writer@example.gov.cn"]]
    said = mail.get_body(("plain",)).get_content()
    assert "您提交的 1 件信息被退回，请修改。" in said
    assert SECRET not in said


def test_what_comes_within_a_minute_goes_in_one_mail(inbox):
    user = make_user("zhang", email="zhang@example.gov.cn")
    for _ in range(3):
        notify([user], Notice.Kind.SUBMITTED)
    now_do_all()
    now_do_all()
    [[_, mail]] = inbox.mails
    assert "有 3 件信息提交给您审核。" in mail.get_body(("plain",)).get_content()


@pytest.mark.usefixtures("other_worker")
def test_without_a_mail_server_everything_works_and_nothing_is_kept(submitted):
    item, _, reviewer = submitted()
    acts.return_item(item=item, by=reviewer, note="请修改")
    assert not Notice.objects.exists()
    assert not Job.objects.exists()
    call_command("tick", verbosity=0)


def test_an_address_that_is_refused_for_good_is_said_at_the_desk_and_not_tried_again(inbox, client):
    user = make_user("zhang", email="gone@example.gov.cn")
    inbox.answer = "550 no such user"
    notify([user], Notice.Kind.SUBMITTED)
    now_do_all()
    assert Unreachable.objects.get().address == "gone@example.gov.cn"
    assert Job.objects.get().words == "邮件服务器拒收这个地址（550）。"
    assert "1 个账号的邮箱" in next(mail_symptoms()).what
    inbox.answer = "250 OK"
    notify([user], Notice.Kind.SUBMITTED)
    now_do_all()
    assert inbox.mails == []
    keeper = make_user("keeper")
    keeper.groups.add(Group.objects.get(name="系统管理员"))
    client.force_login(keeper)
    assert "gone@example.gov.cn" in client.get("/admin/background/unreachable/").content.decode()
    chosen = {"action": "try_again", "_selected_action": Unreachable.objects.get().pk}
    client.post("/admin/background/unreachable/", chosen)
    notify([user], Notice.Kind.SUBMITTED)
    now_do_all()
    assert len(inbox.mails) == 1


def test_another_address_of_the_same_account_is_tried(inbox):
    user = make_user("zhang", email="new@example.gov.cn")
    Unreachable.objects.create(user=user, address="old@example.gov.cn", words="x")
    notify([user], Notice.Kind.SUBMITTED)
    now_do_all()
    assert len(inbox.mails) == 1


def test_a_server_that_is_away_is_asked_again_after_growing_pauses_and_given_up_the_next_day(inbox):
    user = make_user("zhang", email="zhang@example.gov.cn")
    inbox.answer = "451 try again later"
    notify([user], Notice.Kind.SUBMITTED)
    pauses = []
    for _ in PAUSES:
        now_do_all()
        job = Job.objects.get()
        assert job.state == Job.State.WAITING
        assert job.words == "邮件服务器暂时不收（451）。稍后再试。"
        pauses.append(
            (
                DBTaskResult.objects.get(pk=job.task_result).run_after - timezone.now()
            ).total_seconds()
        )
    assert all(later > before * 2 or later > 40_000 for before, later in itertools.pairwise(pauses))
    assert sum(pauses) > 70_000
    now_do_all()
    assert Job.objects.get().state == Job.State.FAILED
    assert not Unreachable.objects.exists()


def test_and_when_it_is_back_the_mail_goes_once(inbox):
    user = make_user("zhang", email="zhang@example.gov.cn")
    inbox.answer = "451 try again later"
    notify([user], Notice.Kind.SUBMITTED)
    now_do_all()
    inbox.answer = "250 OK"
    for _ in range(2):
        now_do_all()
    assert len(inbox.mails) == 1
    assert Notice.objects.get().sent_at


def test_no_server_at_all_is_a_server_that_is_away(inbox, settings):
    settings.EMAIL_PORT = 1
    notify([make_user("zhang", email="zhang@example.gov.cn")], Notice.Kind.SUBMITTED)
    now_do_all()
    assert Job.objects.get().words == "邮件服务器没有应答。稍后再试。"


def test_the_digest_says_once_a_day_how_much_waits(inbox, submitted, settings, monkeypatch):
    submitted()
    Notice.objects.all().delete()
    Job.objects.all().delete()
    DBTaskResult.objects.all().delete()
    settings.MAIL_DIGEST_HOUR, settings.MAIL_ADMINS = 0, ["keeper@example.gov.cn"]
    monkeypatch.setattr(notifying, "examine", lambda without: [])
    assert notifying.send_digests() == (1, 0)
    now_do_all()
    now_do_all()
    assert notifying.send_digests() == (0, 0)
    said = {
        receivers[0]: mail.get_body(("plain",)).get_content() for receivers, mail in inbox.mails
    }
    assert "工作台中共有 1 件事项等待您办理。" in said["reviewer@example.gov.cn"]
    assert SECRET not in "".join(said.values())


def test_administrators_are_told_that_the_backup_is_missing(inbox, settings, tmp_path):
    settings.MAIL_DIGEST_HOUR, settings.MAIL_ADMINS = 0, ["keeper@example.gov.cn"]
    settings.DEMO, settings.BACKUP_DIR = False, tmp_path
    notifying.send_digests()
    now_do_all()
    now_do_all()
    [mail] = [mail for receivers, mail in inbox.mails if receivers == ["keeper@example.gov.cn"]]
    said = mail.get_body(("plain",)).get_content()
    assert "定时工作。" in said
    assert "https://portal.example.gov.cn/admin/status/" in said


class Gateway(Channel):
    """What a district would write."""

    sent: list = []

    def sends_to(self, user):
        return True

    def send(self, user, message):
        if not self.sent:
            self.sent.append(None)
            raise AwayError("短信网关没有应答。")
        self.sent.append((user.username, message.sentences))


def test_a_gateway_of_the_district_is_a_class_named_in_the_settings(settings):
    settings.NOTICE_GATEWAYS = [f"{__name__}.Gateway"]
    notify([make_user("zhang")], Notice.Kind.RETURNED)
    now_do_all()
    assert Job.objects.get().words == "短信网关没有应答。稍后再试。"
    now_do_all()
    assert Gateway.sent[1:] == [("zhang", ("您提交的 1 件信息被退回，请修改。",))]


def test_old_notices_are_forgotten(inbox):
    notify([make_user("zhang", email="zhang@example.gov.cn")], Notice.Kind.SUBMITTED)
    now_do_all()
    Notice.objects.update(sent_at=timezone.now() - dt.timedelta(days=8))
    Job.objects.prune()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"EMAIL_URL": "smtp+tls://user:pass@mail.example.gov.cn:587", "MAIL_FROM": "a@b.cn"},
            "mail.example.gov.cn 587 True",
        ),
        ({"EMAIL_URL": "smtp+tls://mail.example.gov.cn:587"}, "还需要 MAIL_FROM"),
        ({"EMAIL_URL": "mail.example.gov.cn", "MAIL_FROM": "a@b.cn"}, "EMAIL_URL 请写成"),
        ({}, "dummy"),
    ],
    ids=["whole", "no sender", "no address", "none"],
)
def test_the_settings_say_what_they_want(variables, said):
    ask = "from django.conf import settings as s; print(s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_BACKEND)"
    environment = {
        "DEMO": "1",
        "SECRET_KEY": "示例" * 30,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PATH": "/usr/bin",
        **variables,
    }
    command = [sys.executable, "-c", ask]
    done = subprocess.run(
        command,
        env=environment,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in done.stdout + done.stderr
