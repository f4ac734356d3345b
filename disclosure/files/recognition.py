"""Our own files are ours: what is recorded of a file when it is made, and how a reader's copy is
known again by its bytes or by the 校验码 written in it (/register/verify/).
"""

import hashlib

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils import timezone

from disclosure.files.formats import FORMATS
from disclosure.models import Item, MadeFile, Revision
from ledger import keys
from ledger.models import Entry
from ledger.outside import copies, seals
from ledger.outside.copies import Recognised, Verdict, recognises
from ledger.reading import Unreadable, in_order
from ledger.verification import Fault, also_verify

MOST_SAID = 3  # states named of one file


def record_file(edition, extension, content):
    """Put a file that was just made on record. The same bytes are recorded once; a machine that may
    not sign records nothing.
    """
    row = MadeFile(
        sha256=hashlib.sha256(content).hexdigest(),
        item=edition.item,
        revision=edition.revision,
        extension=extension,
        facts_sha256=edition.content_sha256,
        made_at=timezone.now(),
    )
    if MadeFile.objects.filter(sha256=row.sha256).exists():
        return
    try:
        private_key = seals.sealing_key()
    except ImproperlyConfigured:
        return
    row.key_id = keys.key_id(keys.public_hex(private_key))
    row.signature = keys.sign(private_key, row.signed())
    MadeFile.objects.bulk_create([row], ignore_conflicts=True)  # another process may be quicker


@recognises
def recognise(sha256, codes):
    """What the portal knows of a copy: by its bytes, by the hash of its data, or by the codes
    written in it, which say where it claims to come from.
    """
    made = _genuine(MadeFile.objects.filter(Q(sha256=sha256) | Q(facts_sha256=sha256)))
    if made:
        row = made[0]
        return [_ours(row, FORMATS[row.extension].label if row.sha256 == sha256 else "数据")]
    if not codes or Entry.objects.holding(sha256).exists():  # an attachment, a canonical text
        return []
    claimed = Revision.objects.filter(content_sha256__in=codes).order_by("pk")[:MOST_SAID]
    return [_altered(revision) for revision in claimed]


def _genuine(rows):
    found = rows.filter(extension__in=FORMATS).select_related("revision").order_by("pk")
    return [row for row in found[:MOST_SAID] if row.is_genuine()]


def _ours(row, kind):
    if row.revision is None:
        is_public = Item.objects.published().filter(pk=row.item_id).exists()
        standing = "现行有效" if is_public else "这条信息已撤回或删除"
        return Recognised(f"本网站生成的{_spaced(kind)}，生成时还没有登记版本，{standing}", None)
    answer = copies.answer_about(row.revision.content_sha256, row.revision_id)
    standing = {
        Verdict.CURRENT: "现行有效",
        Verdict.GONE: "这条信息已撤回或删除",
        Verdict.SUPERSEDED: f"已被第 {_newest(row.revision)} 版取代",
    }[answer.verdict]
    return Recognised(f"{row.revision}的{_spaced(kind)}，{standing}", answer)


def _altered(revision):
    answer = copies.answer_about(revision.content_sha256, revision.pk)
    words = f"写着{revision}的校验码，但文件内容已被改动，不是本网站生成的原样"
    return Recognised(words, answer, is_altered=True)


def _newest(revision):
    return Revision.objects.filter(item=revision.item_id).order_by("-number").first().number


def _spaced(kind):
    """A blank before letters, none before characters."""
    return f" {kind}" if kind[0].isascii() else kind


@also_verify
def made_file_faults():
    """Records of made files that no key of the register signed as they are."""
    for row in in_order(MadeFile.objects.all()):
        if isinstance(row, Unreadable):
            yield Fault(f"第 {row.pk} 条生成文件的记录读不出来：{row.reason}")
        elif not row.is_genuine():
            yield Fault(
                f"第 {row.pk} 条生成文件的记录（{row}）签名不成立，被改动过，或者是伪造的。"
            )
