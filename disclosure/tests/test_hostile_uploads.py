"""Hostile files and names through the real form of the desk: each is refused in words or tamed,
none is an error of ours.
"""

import io
import os
import re
import stat
import struct
import subprocess
import sys
import unicodedata
import zipfile
from urllib.parse import unquote

import pytest
from django.conf import settings
from lxml import html
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from desk.tests.forms import versioned
from disclosure.choices import Status
from disclosure.models import Attachment
from disclosure.tests.builders import make_item, make_staff
from disclosure.tests.test_uploads import BAD, DOCX, ODT, PDF, packed, with_member
from documents.tests.office_files import changed, jpeg, png

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BOUNDARY = "示例boundary".encode().hex()


def pdf(*, script=False):
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if script:
        writer.add_open_action(JavaScript("app.launchURL('http://evil.example')"))
    writer.write(buffer)
    return buffer.getvalue()


def link_in_a_package():
    member = zipfile.ZipInfo("链接.txt")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed({member: "/etc/passwd"})


def many_names_for_one_member():
    """Fifield's bomb in small: the directory names the same bytes again and again."""
    raw = bytearray(packed({"a.txt": b"\0" * 9_000_000}))
    start, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    entry, tail = bytes(raw[start:end]), bytearray(raw[end:])
    struct.pack_into("<HHII", tail, 8, 150, 150, len(entry) * 150, start)
    return bytes(raw[:start]) + entry * 150 + bytes(tail)


def lying_about_its_size():
    """A member that says it is 10 bytes long and unpacks to nine million."""
    raw = bytearray(packed({"a.txt": b"\0" * 9_000_000}))
    struct.pack_into("<I", raw, 22, 10)
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 24, 10)
    return bytes(raw)


def huge_but_empty_picture():
    """2.5 thousand million pixels in a few kilobytes."""
    return png(50_000, 50_000, rows=0)


def cut_interlaced():
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), (1, 2, 3)).save(buffer, "PNG")
    raw = bytearray(buffer.getvalue())
    raw[28] = (
        1  # Adam7, but its rows are those of a plain picture; the check sum no longer fits either
    )
    return bytes(raw)


ENTITIES = '<!DOCTYPE d [<!ENTITY a "{}"><!ENTITY b SYSTEM "file:///etc/passwd">]>'.format(
    "哈" * 1000
)
MORE_BAD = [
    ("链.zip", link_in_a_package(), "包外"),
    ("叠.zip", many_names_for_one_member(), "展开后过大"),
    ("谎.zip", lying_about_its_size(), "损坏"),
    ("反斜线.zip", packed({"..\\..\\evil.txt": "x"}), "包外"),
    ("盘符.zip", packed({"C:evil.txt": "x"}), "包外"),
    ("快捷方式.zip", packed({"打开.lnk": "x"}), "不是可以公开"),
    ("巨.png", huge_but_empty_picture(), "万像素"),
    ("交错.png", cut_interlaced(), "已损坏"),
    ("动.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)//", "不能上传"),
    ("程序.pdf", b"MZ" + b"\0" * 64, "不符"),
    ("脚本.txt", b"<?php system($_GET[1]); ?>", "不符"),
    ("组件.txt", b"  <svg onload=alert(1)>", "不符"),
    ("页.mht", b"MIME-Version: 1.0", "不能上传"),
    ("网页.shtml", b"<!--#exec cmd=ls-->", "不能上传"),
    ("宏表.xlsm", b"PK\x03\x04", "不能上传"),
    ("模板.dotm", b"PK\x03\x04", "不能上传"),
    ("大写.PHP", b"<?php", "不能上传"),
    ("宏.docx", with_member(DOCX, "word/VbaProject.BIN"), "含有宏"),
]
TAMED = {
    "现场.jpg": jpeg(gps=True),
    "作者.png": png(words="张某某"),
    "尾巴.png": png() + b"<script>alert(1)</script>",
    "实体.docx": changed(DOCX, {"docProps/custom.xml": f"{ENTITIES}<x>&b;</x>".encode()}),
    "动作.pdf": pdf(script=True),
    "双重.pdf": pdf() + packed({"a.txt": "x"}),
    "公式.csv": b'=cmd|"/c calc"!A1,2\n',
    "页面.odt": changed(ODT, {"content.xml": b"<x><script>alert(1)</script></x>"}),
}
NAMES = [
    *(
        "../../etc/passwd.pdf",
        "..\\..\\windows\\x.pdf",
        "/etc/cron.d/x.pdf",
        "C:\\x.pdf",
        "file:///etc/x.pdf",
    ),
    *(
        "a\0.pdf",
        "a.pdf\0.html",
        "a\r\nSet-Cookie: x=1.pdf",
        "a\tb.pdf",
        "\u202efdp.exe.pdf",
        "a\u200b\ufeff.pdf",
    ),
    *(
        "通" * 84 + ".pdf",
        "通" * 196 + ".pdf",
        "x" * 300 + ".pdf",
        "💀.pdf",
        "é.pdf",
        unicodedata.normalize("NFD", "é.pdf"),
    ),
    *(
        ".pdf",
        "..pdf",
        "....pdf",
        "-rf.pdf",
        "CON.pdf",
        "a .pdf",
        " a.pdf ",
        "a.pdf.",
        " a.pdf ",
        "a\\.pdf",
        "a.pdf.html",
        ".htaccess",
        "a.PdF",
    ),
    *(
        "<img src=x onerror=alert(1)>.pdf",
        "&lt;script&gt;.pdf",
        '"; filename="x.html.pdf',
        "a'b;c.pdf",
        "%00%2e%2e%2f.pdf",
    ),
    *(
        "a?b#c&d=e.pdf",
        "{{7*7}}{% debug %}.pdf",
        "a\\.pdf",
        "∕etc∕x.pdf",
        "a%s%n.pdf",
        "𠮷.pdf",
        "$(id)`id`.pdf",
        ".",
    ),
]


@pytest.fixture
def draft():
    root = make_category(section=Section.CONTENT)
    return make_item(
        department=make_department(), category=make_category(parent=root), status=Status.DRAFT
    )


@pytest.fixture
def clerk(client, draft):
    client.force_login(make_staff("信息员", draft.department))
    client.raise_request_exception = False
    return client


def send(clerk, draft, files):
    """The form of an item with all of these files in it at once, as a browser sends them."""
    fields = {
        "title": "示例",
        "department": draft.department_id,
        "category": draft.category_id,
        "_continue": "1",
    }
    fields |= {
        "disclosure_mode": "proactive",
        "term": "permanent",
        "scope": "society",
        "created_on": "2026-03-02",
    }
    fields |= {"validities-TOTAL_FORMS": 0, "validities-INITIAL_FORMS": 0}
    fields |= {"attachments-TOTAL_FORMS": len(files), "attachments-INITIAL_FORMS": 0}
    fields |= {f"attachments-{number}-position": number for number in range(len(files))}
    address = f"/admin/disclosure/item/{draft.pk}/change/"
    fields = versioned(clerk, address, fields)
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    for number, (name, data) in enumerate(files):
        quoted = (
            name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        )  # as the HTML standard has it
        head = (
            f'Content-Disposition: form-data; name="attachments-{number}-file"; filename="{quoted}"'
        )
        parts.append(f"{head}\r\nContent-Type: application/pdf\r\n\r\n".encode() + data)
    body = (
        b"".join(b"--%s\r\n%s\r\n" % (BOUNDARY.encode(), part) for part in parts)
        + f"--{BOUNDARY}--\r\n".encode()
    )
    return clerk.post(address, body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


def said_beside(response, number):
    """The errors shown beside one file."""
    page = html.fromstring(response.content.decode())
    return " ".join(
        page.xpath(f"//*[@id='attachments-{number}']//*[contains(@class,'errorlist')]//text()")
    )


def test_hostile_files_are_refused_in_words_beside_each(clerk, draft):
    hostile = [*BAD, *MORE_BAD]
    response = send(clerk, draft, [(name, data) for name, data, _ in hostile])
    assert response.status_code == 200
    for number, (name, _, words) in enumerate(hostile):
        said = said_beside(response, number)
        # Of an empty file, and of a very long name, Django's own form speaks first.
        assert re.search(f"{words}|所提交的是空文件|确保该文件名长度", said), (name, said)
    assert not Attachment.objects.exists()


def test_what_may_come_in_is_tamed(clerk, draft):
    response = send(clerk, draft, list(TAMED.items()))
    assert response.status_code == 302
    kept = {file.name: file for file in draft.attachments.all()}
    assert set(kept) == set(TAMED)
    assert b"GPS" not in kept["现场.jpg"].file.read()
    assert kept["作者.png"].file.read() == kept["尾巴.png"].file.read() == png()
    assert kept["动作.pdf"].extraction().remarks[0] == "打开或点击时自动执行的动作"
    assert "/etc/passwd" not in kept["实体.docx"].text
    assert "root:" not in kept["实体.docx"].extraction().text
    for file in kept.values():
        answer = clerk.get(file.get_absolute_url())
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
        is_shown = file.extension in {"pdf", "png", "jpg"}
        assert answer["Content-Disposition"].startswith("inline" if is_shown else "attachment")


def test_hostile_names_are_tamed_or_refused_in_words(clerk, draft):
    """All at once, and then once more without those that were refused."""
    together = send(clerk, draft, [(name, PDF) for name in NAMES])
    refused = [name for number, name in enumerate(NAMES) if said_beside(together, number)]
    assert together.status_code == 200
    assert set(refused) <= {
        "x" * 300 + ".pdf",
        "a.pdf.",
        " a.pdf ",
        "a\\.pdf",
        "CON.pdf",
        "a.pdf.html",
        ".htaccess",
        ".",
        ".pdf",
        "..pdf",
        "....pdf",
        "a.pdf\0.html",
    }
    taken = [name for name in NAMES if name not in refused]
    assert send(clerk, draft, [(name, PDF) for name in taken]).status_code == 302
    assert all(said_beside(together, NAMES.index(name)) for name in refused)
    stored = list(draft.attachments.order_by("position"))
    for file in stored:
        assert re.fullmatch(r"attachments/[0-9a-f-]{36}\.pdf", file.file.name)
        assert not set(file.name) & set("\0\r\n/\\\u202e"), file.name
        answer = clerk.get(file.get_absolute_url(), follow=True)
        assert answer.status_code == 200, file.name
        assert answer["Content-Disposition"].isascii()
        assert unquote(answer["Content-Disposition"].split("UTF-8''")[1]) == file.name
        assert "Set-Cookie" not in answer
    page = clerk.get(f"/admin/disclosure/item/{draft.pk}/change/").content.decode()
    assert "<img src=x" not in page
    assert "49{%" not in page


def large_picture(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (8000, 4900), (168, 39, 27)).save(buffer, kind, compress_level=1, quality=5)
    return buffer.getvalue()


MEASURE = """
import re, sys
from pathlib import Path
import django
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from documents.cleaning import clean_upload
from documents.uploads.gate import check_upload

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    file = TemporaryUploadedFile(path.name, "", path.stat().st_size, None)
    file.write(path.read_bytes())
    try:
        check_upload(file)
        clean_upload(file)
    except ValidationError:
        pass
print(peak() - before)
"""


@pytest.mark.skipif(
    not os.path.exists("/proc/self/status"),
    reason="the peak of a process is read as Linux gives it",
)
def test_no_file_costs_much_memory(tmp_path):
    """In a process of its own, whose peak nobody else has set (the peak of getrusage is inherited
    from the parent).
    """
    files = [(name, data) for name, data, _ in [*BAD, *MORE_BAD] if data]
    files += [("图.png", large_picture("PNG")), ("图.jpg", large_picture("JPEG"))]
    files += [("大部件.docx", changed(DOCX, {"word/media/x.bin": bytes(range(256)) * 200_000}))]
    for number, (name, data) in enumerate(files):
        (tmp_path / f"{number}.{name.rpartition('.')[2]}").write_bytes(data)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "示例",
        "DEMO": "1",
    }
    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=settings.BASE_DIR, env=environment, check=True
    )
    assert int(ran.stdout) < 50_000  # kilobytes
