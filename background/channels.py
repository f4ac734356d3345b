"""Ways to tell somebody that something waits: mail, and what a district adds (SMS, 政务微信) by
naming its class in NOTICE_GATEWAYS.

    class GovernmentWeChat(Channel):
        def sends_to(self, user):
            return bool(number_of(user))
        def send(self, user, message):
            try:
                post_to_the_gateway(number_of(user), message.subject, message.link)
            except TimeoutError as error:
                raise AwayError("政务微信没有应答") from error

What goes through a channel says that something waits and where to sign in; never what.
"""

import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from background.models import Unreachable


@dataclass(frozen=True)
class Message:
    """What is told: a subject, sentences without any content, and a link to the desk."""

    subject: str
    sentences: tuple
    link: str


class AwayError(Exception):
    """The other side does not answer, or refuses for now: it is tried again. The text is a
    sentence.
    """


class RefusedError(Exception):
    """The other side refuses this receiver for good. The text is a sentence."""


class Channel:
    """One way."""

    def sends_to(self, user):
        """Whether this person can be reached in this way."""
        raise NotImplementedError

    def send(self, user, message):
        """Send it, within a few seconds. Raises AwayError or RefusedError."""
        raise NotImplementedError


class Mail(Channel):
    """By Django's mail backend. An address that a server has refused for good is not tried again
    until somebody looks.
    """

    def sends_to(self, user):
        """Whoever has an address that is not known to be refused."""
        return (
            bool(user.email)
            and not Unreachable.objects.filter(user=user, address=user.email).exists()
        )

    def send(self, user, message):
        """One mail, as text and as HTML."""
        try:
            send_mail(user.email, message, name=user.get_full_name())
        except RefusedError as error:
            Unreachable.objects.update_or_create(
                user=user, defaults={"address": user.email, "words": str(error)[:300]}
            )
            raise


def send_mail(address, message, name=""):
    """One mail to one address. Raises AwayError or RefusedError."""
    context = {"message": message, "name": name}
    mail = EmailMultiAlternatives(
        message.subject, render_to_string("mail/notice.txt", context), to=[address]
    )
    mail.attach_alternative(render_to_string("mail/notice.html", context), "text/html")
    mail.extra_headers = {
        "Auto-Submitted": "auto-generated"
    }  # no absence notice answers it (RFC 3834)
    post(mail)


def post(mail):
    """Send one mail to its one address. Raises AwayError or RefusedError."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        if code >= 500:
            raise RefusedError(f"邮件服务器拒收这个地址（{code}）。") from error
        raise AwayError(f"邮件服务器暂时不收（{code}）。") from error
    except (
        smtplib.SMTPResponseException
    ) as error:  # of the sender, the password, the content: ours to mend
        raise AwayError(
            f"邮件服务器没有接受（{error.smtp_code}），请检查 EMAIL_URL 和 MAIL_FROM。"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise AwayError("邮件服务器没有应答。") from error


def channels():
    """All that are set up; none without a mail server and a gateway."""
    own = [Mail()] if settings.EMAIL_URL else []
    return own + [import_string(path)() for path in settings.NOTICE_GATEWAYS]
