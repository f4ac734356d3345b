"""An item, or a report, with another word in everything that can hold one; and looking for the
words wherever words can stand.
"""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from disclosure import acts
from disclosure.files.editions import editions_of
from disclosure.files.formats import FORMATS
from disclosure.files.store import stored_file
from disclosure.models import (
    Attachment,
    BulkImport,
    Commitment,
    FailedSearch,
    FindingOverride,
    Item,
    LegacyOriginal,
    OldAddress,
    Review,
)
from disclosure.tests.builders import correct, make_attachment, make_item, make_report
from inquiries.models import ErrorReport
from ledger import audit
from ledger.models import AuditEvent
from opendata import bulk
from portal.tests.public_routes import FIELD, filled, patterns

MADE = ("txt", "json", "html", "docx")  # files made of the item; the typeset ones take long


class Planted:
    """`words`: {place: word}; `item`: the public item they were planted in."""

    def __init__(self, item):
        self.item, self.words = item, {}

    def word(self, place):
        """Another word for each place: nothing but this item says it."""
        self.words[place] = f"植入{len(self.words):03d}词{place}"
        return self.words[place]


def plant_item(shelves, organ, office):
    """A public item with a past and a correction under way, named in every record that can name it."""
    planted = Planted(None)
    word = planted.word
    first = {
        name: word(f"旧版{name}") for name in ("title", "summary", "keywords", "issuer", "source")
    }
    item = make_item(
        status="draft",
        department=organ,
        category=shelves["personnel"],
        body=f"<p>{word('旧版正文')}</p>",
        **first,
    )
    make_attachment(item, f"{word('旧版附件名')}.txt", word("旧版附件内容").encode())
    item = planted.item = acts.publish_imported(item=item, note=word("首次登记说明"))
    old = Item.objects.get(pk=item.pk)
    _amend(planted, old, office)
    item = planted.item = Item.objects.get(pk=item.pk)
    _surround(planted, office)
    pending = correct(
        item,
        by=office,
        note=word("更正稿说明"),
        title=word("更正稿标题"),
        body=f"<p>{word('更正稿正文')}</p>",
    )
    make_attachment(pending, f"{word('更正稿附件名')}.txt", word("更正稿附件内容").encode())
    return planted


def _amend(planted, item, office):
    """The second state: every field, a picture with its text, validities, a review with all it can
    say.
    """
    word = planted.word
    correction = correct(item, by=office, note=word("更正说明"))
    correction.attachments.all().delete()
    picture = make_attachment(correction, f"{word('图片名')}.png", _png(word("图片里的文字")))
    file = make_attachment(
        correction, f"{word('附件名')}.csv", f"序号,内容\n1,{word('附件内容')}\n".encode()
    )
    file.extraction()
    correction.body = f'<p>{word("正文")}</p><p><img src="/attachments/{picture.pk}/x.png" alt="{word("图片替代文字")}"></p>'
    for name in ("title", "summary", "keywords", "issuer", "source"):
        setattr(correction, name, word(name))
    correction.document_number = f"哈{word('文号')}〔2026〕3号"
    correction.save()
    correction.validities.create(
        state="in_force", starts_on=correction.created_on, note=word("有效性说明")
    )
    FindingOverride.objects.create(
        item=correction,
        fingerprint="f",
        code="x",
        made_by=office,
        **{name: word(f"保留意见{name}") for name in ("place", "message", "excerpt", "reason")},
    )
    acts.force_publish_item(item=correction, by=office, reason=word("直接公开的理由"))
    review = Review.objects.get(item=item)
    Review.objects.filter(pk=review.pk).update(
        submission_note=word("提交说明"), note=word("审查意见")
    )


def _surround(planted, office):
    """Records of others that name it: what it was made from, the desk's history, readers' reports,
    searches.
    """
    item, word = planted.item, planted.word
    recognised = {"title": word("识别标题"), "address": "/x", "doubts": [word("识别疑问")]}
    original = LegacyOriginal(
        name=word("原件名"),
        item=item,
        state="imported",
        reason=word("原件原因"),
        recognised=recognised,
    )
    original.identity = f"title {word('原件标识')}"
    original.keep(word("原件字节").encode())
    original.save()
    OldAddress.objects.create(path=f"/art/{word('旧地址')}.html", item=item)
    for applied in (timezone.now(), None):
        said = f"标题,正文\n{item.title},{word('导入表' + ('已导入' if applied else '未导入'))}\n".encode(
            "gb18030"
        )
        batch = BulkImport(
            name=f"{item.title}.csv", extension="csv", uploaded_by=office, applied_at=applied
        )
        batch.file.save("x.csv", ContentFile(said), save=False)
        batch.save()
    told = {
        "user": office,
        "content_type": ContentType.objects.get_for_model(Item),
        "action_flag": CHANGE,
    }
    LogEntry.objects.create(
        object_id=item.pk, object_repr=item.title, change_message=word("历史说明"), **told
    )
    elsewhere = [{"changed": {"name": "附件", "object": item.title, "fields": []}}]
    LogEntry.objects.create(
        object_id=10**9, object_repr="别的信息", change_message=json.dumps(elsewhere), **told
    )
    about = {
        "event": AuditEvent.DESK,
        "by": office,
        "act": "修改",
        "object_kind": "disclosure_item",
    }
    audit.record(
        object_key=item.pk, object_name=item.title, detail={"log": [word("审计详情")]}, **about
    )
    audit.record(
        object_key="", object_name=f"别的、{item.title}", detail={"log": [item.title]}, **about
    )
    session = SessionStore()
    session["_messages"] = f"“{item.title}”已公开"
    session.create()
    FailedSearch.objects.create(day=timezone.localdate(), query=item.title[:40], count=1)
    for number, page in enumerate((item.get_absolute_url(), f"/search/?q={item.title}"), start=1):
        ErrorReport.objects.create(
            number=f"JC{number}",
            token=f"t{number}",
            code_sha256="0" * 64,
            page=page,
            page_title=item.title,
            kind="personal",
            text=f"{item.title}这一页写了{word(f'纠错说明{number}') if number == 1 else '不该写的内容'}",
            **(
                {name: word(f"纠错{name}") for name in ("name", "contact", "note")}
                if number == 1
                else {}
            ),
            **(
                {"status": "handled", "handled_by": office, "handled_at": timezone.now()}
                if number == 1
                else {}
            ),
        )
    acts.withdraw_item(item=item, by=office, reason=word("撤回原因"))
    acts.restore_item(item=item, by=office, note=word("恢复原因"))
    item.refresh_from_db()


def plant_report(government, office):
    """An annual report with problems and promises, and the next year's, which repeats and answers
    them.
    """
    planted = Planted(None)
    word = planted.word
    sections = [
        (word("章节标题"), f"<p>{word('章节正文')}</p>"),
        (
            "五、存在的主要问题及改进情况",
            f"<p>存在问题：一是{word('存在的问题')}还不够。下一步，一是加强{word('承诺的措施')}工作。</p>",
        ),
    ]
    report = make_report(2024, department=government, sections=sections, summary=word("报告概述"))
    report.explanations.create(code="b1", text=word("勾稽说明"), places=[word("勾稽位置")])
    Commitment.objects.get_or_create(report=report, position=90, kind="measure", text=word("承诺"))
    planted.item = report.item
    acts.record_first_revision(item=report.item)
    after = make_report(
        2025, department=government, sections=[("一、总体情况", "<p>总体情况良好。</p>")]
    )
    for one in report.commitments.all():
        one.answers.create(report=after, status="done", note=word(f"落实情况{one.position}"))
    acts.record_first_revision(item=after.item)
    return planted, after


def make_files(planted):
    """What is made of the public state: files of the item, the night's package."""
    [edition] = editions_of([planted.item.pk])
    for extension in MADE:
        stored_file(edition, FORMATS[extension])
    bulk.write_package()


def _png(text):
    """A picture with words in its description, where a camera or a program leaves them."""
    from PIL import Image, PngImagePlugin

    told = PngImagePlugin.PngInfo()
    told.add_itxt("Comment", text)
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "png", pnginfo=told)
    return content.getvalue()


# --- looking ---------------------------------------------------------------------------


def in_tables(words):
    """{word: tables that hold it}, of every table there is, those of the index among them."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            said = "\n".join(legible(value) for row in cursor.fetchall() for value in row)
            _note(found, words, said, table)
    for key in sessions_said():
        _note(found, words, key, "sessions")
    return found


def sessions_said():
    """What sessions hold, behind their signature and compression."""
    from django.contrib.sessions.models import Session

    return [
        json.dumps(one.get_decoded(), ensure_ascii=False, default=str)
        for one in Session.objects.all()
    ]


def in_files(words, *folders):
    """The same of every file below these folders, packed ones unpacked."""
    found = {}
    for path in (path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
        _note(found, words, f"{path.name}\n{legible(path.read_bytes())}", str(path))
    return found


def legible(value):
    """Everything in a value that a person might read, however it was packed or escaped."""
    if isinstance(value, memoryview):
        value = bytes(value)
    if isinstance(value, bytes):
        return "\n".join(_unpacked(value))
    text = str(value)
    return text + (_unescaped(text) if "\\u" in text else "")


def _unescaped(text):
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")


def _unpacked(content):
    if content[:2] == b"\x1f\x8b":
        yield from _unpacked(gzip.decompress(content))
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from _unpacked(archive.read(name))
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                yield member.name
                if file := archive.extractfile(member):
                    yield from _unpacked(file.read())
    else:
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            text = content.decode(encoding, "replace")
            yield legible(text) if encoding == "utf-8" else text


def addresses(item, organ, sha256s):
    """Every public address that a route gives, for the item, its files and its revisions; and
    searches for its words.
    """
    values = {
        "slug": organ.slug,
        "organ": organ.slug,
        "key": "a",
        "section": "2026",
        "path": "art/x.html",
        "extension": "json",
    }
    values |= {
        "index_number": item.index_number,
        "year": "2024",
        "pk": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
    }
    files = Attachment.everything.filter(item=item).values_list("pk", "name")
    yield from (f"/attachments/{pk}/{name}" for pk, name in files)
    names = [file["name"] for file in (bulk.newest() or {"files": []})["files"]] or [
        "items.jsonl.gz"
    ]
    for name, route in patterns():
        wanted = {first or second for first, second in FIELD.findall(route)}
        for number in range(1, 9) if wanted & {"number", "sequence"} else [1]:
            for file in names if "data" in name and "name" in wanted else ["x"]:
                for sha256 in sha256s if "sha256" in wanted else ["0" * 64]:
                    changed = {
                        "number": str(number),
                        "sequence": str(number),
                        "name": file,
                        "sha256": sha256,
                    }
                    yield filled(route, values | changed)


def in_answers(words, paths, *, user=None):
    """{word: addresses whose answer holds it}, for whoever asks."""
    found, client = {}, Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    for path in dict.fromkeys(paths):
        response = client.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        said = f"{legible(body)}\n{dict(response.items())}"
        if response.status_code < 500:
            _note(found, words, said, f"{path} {response.status_code}")
        else:
            found.setdefault("broken", []).append(f"{path} {response.status_code}")
    return found


def _note(found, words, said, place):
    for word in words:
        if word in said:
            found.setdefault(word, []).append(place)


def merged(*found):
    """All places of each word."""
    return {
        word: [place for one in found for place in one.get(word, ())]
        for one in found
        for word in one
    }
