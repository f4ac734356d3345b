"""The register as an Atom feed (RFC 4287): who subscribes and keeps it is a witness from outside,
without asking anybody.

Entries with their hashes, and the signed checkpoints with their signatures, the newest first. Words
that are hidden by law are not in it; who kept the feed before has them, as with every copy.
"""

import json
import re
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from ledger import export
from ledger.models import Checkpoint, Entry

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ENTRIES = 50
CHECKPOINTS = 14
KEPT_CHECKPOINTS = 92


def absolute(address):
    """An address in full, whatever host was asked."""
    domain = settings.SITE["domain"]
    return urljoin(
        settings.SITE_ORIGIN.rstrip("/") or (f"https://{domain}" if domain else ""), address
    )


class ChineseAtom(Atom1Feed):
    """Atom as Django writes it, in Chinese. Characters that XML cannot hold are left out: one title
    must not stop a feed.
    """

    content_type = "application/atom+xml; charset=utf-8"

    def root_attributes(self):
        """The language of what is inside."""
        return super().root_attributes() | {"xml:lang": "zh-CN"}

    def add_item(self, title, link, description, **fields):
        """As Django does, without controls. Django calls a description HTML; ours are text, and an
        escaped one is shown as it is.
        """
        super().add_item(
            _NO_XML.sub("", title), link, escape(_NO_XML.sub("", description or "")), **fields
        )


class RegisterFeed(Feed):
    """公开登记簿: new entries and checkpoints."""

    feed_type = ChineseAtom
    title = "公开登记簿"
    subtitle = "每一次公开、修订、撤回的登记，和每天签名的检查点。请保存下来：以后登记簿若被改动，一对就知道。"

    def __call__(self, request, *args, **kwargs):
        """Django writes the feed; caches may keep it."""
        response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = "public, max-age=300"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def link(self):
        """The register as a page."""
        return absolute(reverse("register"))

    def feed_url(self):
        return absolute(reverse("register-feed"))

    def items(self):
        """The newest of both kinds: two queries."""
        entries = Entry.objects.public().order_by("-sequence")[:ENTRIES]
        checkpoints = Checkpoint.objects.order_by("-number")[:CHECKPOINTS]
        return sorted([*entries, *checkpoints], key=lambda one: one.made_at, reverse=True)

    def item_title(self, one):
        """What was done to what, or the day of the checkpoint."""
        if isinstance(one, Checkpoint):
            return f"检查点：{one.day}，共 {one.count} 条"
        title = "（名称已依法隐去）" if one.is_redacted else one.subject_title
        return f"第 {one.sequence} 条 {one.get_act_display()}：{title}"

    def item_description(self, one):
        """What a witness has to keep."""
        if isinstance(one, Checkpoint):
            return (
                f"最后一条的校验码：{one.entry_hash}；公钥编号：{one.key_id}；签名：{one.signature}"
            )
        content = f"；内容校验码：{one.content_sha256}" if one.content_sha256 else ""
        return f"编号：{one.subject_key}；本条校验码：{one.entry_hash}；上一条的校验码：{one.previous_hash}{content}"

    def item_link(self, one):
        """The entry's page; a checkpoint's is that of its last entry."""
        return absolute(reverse("register-entry", args=[one.sequence]))

    def item_author_name(self, one):
        """The office that keeps the register: Atom wants every entry to have an author."""
        return settings.SITE["organiser"] or settings.SITE["name"]

    def item_guid(self, one):
        """For good: a sequence is never given twice, nor is a checkpoint's number."""
        kind = "checkpoint" if isinstance(one, Checkpoint) else "entry"
        return f"urn:lantai:register:{kind}:{one.pk}"

    def item_pubdate(self, one):
        """When it was made."""
        return one.made_at

    item_updateddate = item_pubdate


class CheckpointFeed(RegisterFeed):
    """Checkpoints alone: a reader's program that keeps them is a witness, and each is whole enough
    to be pasted at /register/verify/ one day.
    """

    title = "公开登记簿的检查点"
    subtitle = "每天签名的检查点。请让阅读器长期保留：以后登记簿若被改写，把其中一条粘贴到核对页，一对就知道。"

    def feed_url(self):
        """The feed itself."""
        return absolute(reverse("register-checkpoint-feed"))

    def items(self):
        """Those of three months, the newest first."""
        return Checkpoint.objects.order_by("-number")[:KEPT_CHECKPOINTS]

    def item_description(self, one):
        """The checkpoint with the public keys, as JSON."""
        return json.dumps(export.checkpoints(one), ensure_ascii=False)

    def item_link(self, one):
        """The bytes that are signed and stamped."""
        return absolute(reverse("register-checkpoint", args=[one.number]))
