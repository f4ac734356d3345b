"""What a sound installation can show of itself; taken down in a backup's manifest and asked again
after a restore.
"""

import hashlib
import json
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import reverse

from catalog.integrity import tree_faults
from disclosure.lists.rendering import KEY, Rendering
from disclosure.models import AnnualReport, Attachment, Item
from ledger.verification import verify_chain
from portal.customising import folder as own

PAGES = 20
PIECE = 1 << 20


def sha256_of(path):
    """SHA-256 of a file, read piece by piece."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _reader():
    """Asks for pages as a program that is no person: nothing is counted by looking."""
    host = (
        next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
        or "localhost"
    )
    return Client(
        raise_request_exception=False,
        SERVER_NAME=host,
        HTTP_USER_AGENT="lantai-verify-bot",
        REMOTE_ADDR="127.0.0.1",
    )


def _page(reader, address):
    """(status, SHA-256 of the body) of a page as the records alone make it.

    To a reader it would also print the views that wait in the journals and the sizes of files that
    were asked for before, and a backup holds neither.
    """
    records_alone = {KEY: Rendering(for_everybody=True, of_records_alone=True)}
    answer = reader.get(address, secure=settings.HTTPS, **records_alone)
    return answer.status_code, hashlib.sha256(answer.content).hexdigest()


def public_pages():
    """Addresses of up to `PAGES` items and reports, spread over the whole archive. Only pages that
    show one record.
    """
    reports = [
        report.get_absolute_url()
        for report in AnnualReport.objects.published().select_related("department")[:5]
    ]
    keys = list(
        Item.objects.published()
        .filter(annual_report=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    step = max(len(keys) // (PAGES - len(reports)), 1)
    items = Item.objects.filter(pk__in=keys[::step][: PAGES - len(reports)]).order_by("pk")
    return reports + [item.get_absolute_url() for item in items]


def frame():
    """A digest of what pages show beside the records: the site's settings, templates and static
    files, ours and the district's.

    Pages of two installations can only be the same bytes where this is the same.
    """
    digest = hashlib.sha256(
        json.dumps(
            [dict(settings.SITE), settings.SITE_ORIGIN, settings.DEMO], sort_keys=True
        ).encode()
    )
    folder = settings.BASE_DIR / "templates"
    for path in [*sorted(folder.rglob("*.*")), Path(settings.STATIC_ROOT) / "staticfiles.json"]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    for part in own.content():
        digest.update(part)
    return digest.hexdigest()


def page_digests():
    """{address: SHA-256} of pages that answer 200 and read the same twice."""
    reader, found = _reader(), {}
    for address in public_pages():
        first, second = _page(reader, address), _page(reader, address)
        if first == second and first[0] == 200:
            found[address] = first[1]
    return found


def page_faults(digests):
    """Pages that no longer read as they did."""
    reader = _reader()
    return [
        f"页面 {address} 与备份时不一致（状态 {status}）。"
        for address, expected in digests.items()
        for status, digest in [_page(reader, address)]
        if (status, digest) != (200, expected)
    ]


def login_faults():
    """Whether somebody can sign in: tried with an account that exists only until the transaction is
    rolled back.
    """
    with transaction.atomic():
        user = get_user_model()(username="restore-proof", is_staff=True)
        password = secrets.token_urlsafe(24)
        user.set_password(password)
        user.save()
        answer = _reader().post(
            reverse("admin:login"),
            {"username": user.username, "password": password},
            secure=settings.HTTPS,
        )
        transaction.set_rollback(True)
    return [] if answer.status_code == 302 else [f"登录没有成功（状态 {answer.status_code}）。"]


def media_faults():
    """Attachments without a file, or whose file is not the one that was published."""
    faults = []
    for attachment in Attachment.objects.only("file", "sha256", "name").order_by("pk").iterator():
        path = Path(attachment.file.path)
        if not path.is_file():
            faults.append(f"附件 {attachment.name}（{attachment.pk}）的文件不在 {path.name}。")
        elif sha256_of(path) != attachment.sha256:
            faults.append(
                f"附件 {attachment.name}（{attachment.pk}）的文件内容与登记的校验码不符。"
            )
    return faults


def register_faults():
    """What `verify_ledger` would say, warnings left out."""
    return [fault.message for fault in verify_chain() if not fault.is_warning]


CHECKS = {
    "目录树": tree_faults,
    "公开登记簿": register_faults,
    "附件": media_faults,
    "登录": login_faults,
}
