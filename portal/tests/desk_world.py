"""Two departments with a record of every kind each, and people of every role: what the matrix of
the desk walks through.
"""

import datetime as dt

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from background.models import Job, Unreachable
from catalog.models import Section
from catalog.tests.builders import make_category, make_department, make_user
from disclosure.choices import Status
from disclosure.models import (
    FailedSearch,
    FindingOverride,
    LegacyOriginal,
    OldAddress,
    Review,
    SynonymGroup,
    Theme,
)
from disclosure.tests.builders import make_attachment, make_item, make_public, make_report
from imports.bulk.importing import keep_upload
from inquiries.tests.builders import make_error_report
from ledger.actions import make_checkpoint, redact
from ledger.models import Checkpoint, Redaction, SigningKey
from ledger.outside import witnesses
from ledger.tests.builders import make_entry, sha256
from portal.accounts.models import Authenticator, LoginFailure
from portal.models import PolicyViolation, SiteIdentity
from workdays.models import WorkCalendarDay

SECRET = "外单位的草稿内容"
# What was published of a department is no secret.
PUBLIC_WORDS = {
    "summary": "已公开",
    "keywords": "",
    "body": "<h2>一、总则</h2><p>已公开的正文。</p>",
}
ROLES = ("信息员", "审核员", "公开办", "审计员", "系统管理员", "安全管理员")


class World:
    """`own` and `foreign`: {model label: record}; where a kind belongs to no department both hold
    the same.
    """

    def __init__(self):
        root = make_category("政府信息", section=Section.CONTENT)
        self.shelf = make_category("人事任免", parent=root)
        make_category("年报", parent=root, section=Section.REPORTS)
        self.organ, self.foreign_organ = make_department("区财政局"), make_department("区教育局")
        self.people = {role: self._person(role, self.organ) for role in ROLES}
        self.people["superuser"] = make_user("root", is_superuser=True)
        self.stranger = self._person("信息员", self.foreign_organ, "stranger")
        shared = self._shared()
        self.own = shared | self._records(self.organ, self.people["信息员"], "本单位的草稿内容")
        self.foreign = shared | self._records(self.foreign_organ, self.stranger, SECRET)

    def _person(self, role, organ, username=None):
        user = make_user(username or role, department=organ, last_name=role)
        user.groups.add(Group.objects.get(name=role))
        return user

    def _records(self, organ, user, words):
        fields = {
            "department": organ,
            "category": self.shelf,
            "summary": words,
            "keywords": words,
            "body": f"<p>{words}</p>",
        }
        draft = make_item(
            f"{words}一",
            status=Status.DRAFT,
            created_by=user,
            document_number=f"{words}号",
            **fields,
        )
        make_attachment(draft, f"{words}.txt", words.encode())
        draft.contributors.add(user)
        draft.validities.create(starts_on=dt.date(2026, 3, 3), state="in_force")
        report = make_report(
            2025,
            department=organ,
            status=Status.DRAFT,
            body=f"<p>{words}</p>",
            sections=[("一、总体情况", words)],
        )
        for record in (draft, report):
            LogEntry.objects.log_actions(
                user.pk, [record], 2, f'[{{"changed": {{"fields": ["{words}"]}}}}]'
            )
        returned = make_item(f"{words}二", status=Status.RETURNED, created_by=user, **fields)
        public = make_public(
            make_item(f"{organ.name}已公开的信息", status=Status.DRAFT, **fields | PUBLIC_WORDS)
        )
        return {
            "disclosure.review": Review.objects.create(
                item=returned,
                outcome=Review.Outcome.RETURNED,
                note=words,
                submission_note=words,
                submitted_by=user,
                content_sha256=sha256(words),
            ),
            "disclosure.findingoverride": FindingOverride.objects.create(
                item=returned,
                fingerprint=sha256(words),
                code="x",
                place="正文",
                message=words,
                reason=words,
                made_by=user,
            ),
            "disclosure.revision": public.current_revision,
            "disclosure.item": draft,
            "disclosure.annualreport": report,
            "catalog.department": organ,
            "catalog.category": make_category(
                f"{organ.name}的栏目", parent=self.shelf.parent, department=organ
            ),
            "auth.user": user,
            "disclosure.legacyoriginal": LegacyOriginal.objects.create(
                sha256=sha256(words),
                name=f"{words}.html",
                content=ContentFile(words.encode(), name="x"),
                size=len(words),
                department=organ,
                recognised={"title": words},
            ),
            "inquiries.errorreport": make_error_report(
                department=organ, page_title=words, text=f"{words}有错误", name=words, contact=words
            ),
            "disclosure.oldaddress": OldAddress.objects.create(path=f"/old/{words}", item=draft),
            "disclosure.bulkimport": keep_upload(
                file=SimpleUploadedFile(f"{words}.csv", words.encode()), by=user
            ),
        }

    def _shared(self):
        entry = make_entry()
        point = make_checkpoint()
        receipt = witnesses.record(checkpoint=point, way="mail", witness="archive@example.gov.cn")
        redact(subject_kind="item", subject_key="x", by=self.stranger, reason="示例")
        return {
            "disclosure.synonymgroup": SynonymGroup.objects.create(words="补贴、补助"),
            "disclosure.failedsearch": FailedSearch.objects.create(
                day=today(), query="示例", count=1
            ),
            "disclosure.theme": Theme.objects.order_by("pk").first(),
            "auth.group": Group.objects.get(name="信息员"),
            "ledger.entry": entry,
            "ledger.checkpoint": Checkpoint.objects.get(),
            "ledger.signingkey": SigningKey.objects.get(),
            "ledger.receipt": receipt,
            "ledger.redaction": Redaction.objects.get(),
            "accounts.loginfailure": LoginFailure.objects.create(
                username="x", ip_address="10.0.0.7", user_agent="x", failures_since_start=5
            ),
            "accounts.authenticator": Authenticator.objects.create(
                user=self.stranger, name="动态口令", confirmed=True
            ),
            "portal.policyviolation": PolicyViolation.objects.create(
                directive="script-src-elem", blocked="inline", document="/", count=1
            ),
            "portal.siteidentity": SiteIdentity.objects.get(),
            "background.unreachable": Unreachable.objects.create(
                user=self.stranger, address="x@example.gov.cn", words="拒收"
            ),
            "background.job": Job.objects.create(key="x", label="示例任务"),
            "ledger.auditentry": None,  # whatever has been written first
            "workdays.workcalendarday": WorkCalendarDay.objects.order_by("pk").first(),
        }


def patterns(found=None, prefix=""):
    """(name, pattern as text, its parameters) of every address of the desk, as the URL
    configuration has it.
    """
    for pattern in admin.site.get_urls() if found is None else found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", prefix + str(pattern.pattern), pattern.pattern.converters


def model_of(address):
    """The label of the model whose admin an address belongs to, or None."""
    labels = [model._meta.label_lower for model in admin.site._registry]
    return next(
        (label for label in labels if address.startswith(label.replace(".", "/") + "/")), None
    )


def today():
    """The local day, for forms."""
    return timezone.localdate()
