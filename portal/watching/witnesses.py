"""Checkpoints leave the house by themselves: by mail to WITNESSES, over HTTP to the time-stamping
authority TSA_URL. A step of tick hands them to the queue, which tries again where the other side is
away; the feed is for whoever comes (docs/decisions/0096).
"""

import json
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from background.channels import AwayError, RefusedError, post
from background.jobs import JobFailedError, enqueue, job
from background.models import Job
from background.notices import later
from ledger import export
from ledger.models import Checkpoint, PublicDigest, Receipt
from ledger.outside import timestamps, witnesses
from portal.operations.witnessing import configured


def hand_out():
    """Hand the newest checkpoint to every witness that has not got it; a step of tick."""
    handed = 0
    for way, witness in configured():
        checkpoint = witnesses.newest_untaken(way, witness)
        if checkpoint is None:
            continue
        key = f"checkpoint:{checkpoint.number}:{way}:{witness}"[:200]
        if not Job.objects.filter(
            key=key
        ).exists():  # nor one that was given up: the next day has its own
            enqueue(
                hand_over,
                key=key,
                label=f"检查点 {checkpoint.number} 交给见证：{witness}",
                number=checkpoint.number,
                way=str(way),
                witness=witness,
            )
            handed += 1
    return handed, 0


@job
def hand_over(mine, *, number, way, witness):
    """One checkpoint to one witness; twice is no harm."""
    checkpoint = Checkpoint.objects.select_related("key").get(number=number)
    answer = b""
    try:
        if way == Receipt.Way.MAIL:
            post(message_for(checkpoint, witness))
        else:
            answer = _stamped(checkpoint, witness)
    except RefusedError as error:
        raise JobFailedError(str(error)) from error
    except AwayError as error:
        later(mine, error)
    witnesses.record(checkpoint=checkpoint, way=way, witness=witness, answer=answer)


def _stamped(checkpoint, address):
    try:
        path = settings.TSA_CERTIFICATES
        roots = timestamps.certificates(Path(path)) if path else []
        data = witnesses.stamped_bytes(checkpoint)
        return timestamps.stamp(data, address=address, roots=roots)
    except timestamps.NoTimestampError as error:
        raise AwayError(str(error)) from error
    except (OSError, ValueError) as error:
        raise AwayError(f"TSA_CERTIFICATES 指的证书读不出来（{error}）。") from error


def message_for(checkpoint, address):
    """The mail a witness keeps: the same in words and as a file."""
    site, origin = settings.SITE["name"], settings.SITE_ORIGIN
    context = {
        "site": site,
        "address": origin + reverse("register-verify") if origin else "",
        "point": checkpoint,
        "public_key": checkpoint.key.public_key,
    }
    mail = EmailMessage(
        f"【{site}】公开登记簿检查点 {checkpoint.number}（{checkpoint.day}）",
        render_to_string("mail/checkpoint.txt", context),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
    file = json.dumps(export.checkpoints(checkpoint), ensure_ascii=False, indent=1)
    if digest := PublicDigest.objects.order_by("-number").first():
        digests = json.dumps(export.digests(digest), ensure_ascii=False, indent=1)
        mail.attach(f"digest-{digest.number}.json", digests, "application/json")
    mail.attach(f"checkpoint-{checkpoint.number}.json", file, "application/json")
    return mail
