"""Writing acts on items into the register, and published states into revisions."""

import hashlib

from django.utils import timezone

from catalog.models import PublicStamp
from disclosure.choices import SUBJECT, Status
from disclosure.models import Revision, RevisionContent
from disclosure.reports.findings.stored import refresh_findings
from disclosure.revisions.state import revision_content
from disclosure.search.indexing import index_item
from ledger.actions import append
from ledger.canonical import timestamp

ROLES = (
    "公开办",
    "审核员",
    "信息员",
    "审计员",
    "系统管理员",
)  # the weightiest of a person's roles is the public one
SYSTEM = "系统按计划办理"


def capacity(by):
    """(role, department) in which somebody acts, as the public may know it."""
    if by is None:
        return SYSTEM, ""
    names = set(by.groups.values_list("name", flat=True))
    membership = by.memberships.select_related("department").order_by("pk").first()
    return next(
        (role for role in ROLES if role in names), ""
    ), membership.department.name if membership else ""


def register(act, item, by, *, note="", payload=None, content_sha256="", title=""):
    """One entry about an item, called by its title or by `title`. The last write of an act;
    `public_face_changed` comes before it.
    """
    role, department_name = capacity(by)
    return append(
        act=act,
        subject_kind=SUBJECT,
        subject_key=item.index_number,
        subject_title=title or item.title,
        by=by,
        content_sha256=content_sha256,
        note=note,
        payload=payload,
        role=role,
        department_name=department_name or item.department.name,
    )


def record_revision(act, item, by, *, note="", facts=None, published_at=None):
    """Record the item's present state as its next revision, and the act in the register. Returns
    the revision.
    """
    newest = item.revisions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    published_at = published_at or timezone.now()
    content = revision_content(item, number=number, published_at=published_at, change_note=note)
    digest = hashlib.sha256(content.encode()).hexdigest()
    files = [{"name": file.name, "sha256": file.sha256} for file in item.attachments.all()]
    public_face_changed(item)
    payload = {
        "revision": number,
        "published_at": timestamp(published_at),
        "files": files,
        **(facts or {}),
    }
    entry = register(act, item, by, note=note, payload=payload, content_sha256=digest)
    revision = Revision.objects.create(
        entry=entry, item=item, number=number, published_at=published_at, content_sha256=digest
    )
    revision.stored = RevisionContent.objects.create(revision=revision, content=content)
    return revision


def public_face_changed(item):
    """Called by every act of publication as its last step before the register; `item` as it now
    stands.

    Here hang, in this room's order, whatever is derived from the public face of an item: the search
    index, what is found in annual reports, the version stamp that tells page caches what is stale.
    """
    index_item(item)
    refresh_findings(item)
    PublicStamp.objects.bump(takes_away=item.status != Status.PUBLISHED)
