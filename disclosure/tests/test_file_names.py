"""Names of attachments: refused where they come in, served safely where they are there already."""

import io
import re
import unicodedata
import zipfile
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import Resolver404, resolve
from hypothesis import given
from hypothesis import strategies as st

from disclosure.desk.attachments import AttachmentForm
from disclosure.files.facts import clean_file_name
from disclosure.models import Attachment
from disclosure.models.attachment import TYPES
from disclosure.tests.builders import make_attachment, make_draft, make_item
from documents.uploads.gate import check_upload
from documents.uploads.names import check_name, served_name, with_ending

HOSTILE = [
    "附表1/2.txt", "a\\b.txt", ".", "..", "../../etc/passwd.txt", "/", "\\", " ", "...", "附表.", "附表 .txt ", ".htaccess",
    "年报\u202etxt.exe", "\u200f附表.txt", "附\u200b表.txt", "附表\n.txt", "附表\r\nSet-Cookie: a=b.txt", "附\x00表.txt", "附\x1b[2J表.txt",
    "CON.txt", "nul", "Com1.txt", "lpt9", "附表\u2028.txt", "\ufeff附表.txt", "%2e%2e.txt", "附表?q=1.txt", "附表#1.txt",
    "a;b\".txt", "附表",
    "長" * 200,
]  # fmt: skip
REFUSED = HOSTILE[:25]


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_is_no_plain_name_is_refused(name):
    with pytest.raises(ValidationError):
        check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "附表一.xlsx",
        "2026年预算（定稿）.pdf",
        "a b.txt",
        "v1.2 说明.docx",
        "conference.pdf",
        "长" * 196 + ".pdf",
    ],
)
def test_plain_names_are_taken_as_they_are(name):
    check_name(name)
    assert served_name(name, name.rpartition(".")[2]) == name


@pytest.mark.parametrize(
    ("typed", "extension", "kept"),
    [
        ("附表一", "xlsx", "附表一.xlsx"),
        ("附表一.xlsx", "xlsx", "附表一.xlsx"),
        ("附表一.XLSX", "xlsx", "附表一.XLSX"),
        ("附表一.pdf", "xlsx", "附表一.xlsx"),
        ("v1.2 说明", "docx", "v1.2 说明.docx"),
        ("第1.2条", "pdf", "第1.2条.pdf"),
        ("pdf", "pdf", "pdf.pdf"),
        ("长" * 200, "pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_renamed_file_keeps_its_ending(typed, extension, kept):
    assert with_ending(typed, extension, TYPES) == kept


@given(st.text(max_size=220), st.sampled_from(["pdf", "txt", "xlsx"]))
def test_any_name_is_served_as_one_visible_part_of_a_path(name, extension):
    served = served_name(name, extension)
    assert served.lower().endswith(f".{extension}")
    assert len(served) <= 200
    assert served.strip(" .") == served
    assert not {"/", "\\", "\r", "\n", "\x00"} & set(served)
    assert all(
        unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        for character in served
    )
    assert served_name(served, extension) == served


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.django_db
def test_the_form_refuses_a_new_name_in_words_and_keeps_the_old_one(name):
    file = make_attachment(make_draft(), "附表.txt")
    form = AttachmentForm(
        {"name": name, "position": 0}, instance=Attachment.objects.get(pk=file.pk)
    )
    if form.is_valid():  # the form's field strips blanks, and an empty name is the file's own
        form.save()
    file.refresh_from_db()
    assert file.name == served_name(file.name, "txt")


@pytest.mark.django_db
def test_the_form_gives_an_ending_back():
    file = make_attachment(make_draft(), "附表.txt")
    form = AttachmentForm({"name": "预算表", "position": 0}, instance=file)
    assert form.is_valid(), form.errors
    assert form.save().name == "预算表.txt"


@pytest.mark.parametrize("name", ["年报\u202etxt.txt", "附\x1b表.txt", "CON.txt", ".txt"])
def test_an_upload_with_such_a_name_is_refused(name):
    file = SimpleUploadedFile("x.txt", b"words")
    file._name = name  # as a client sends it
    with pytest.raises(ValidationError):
        check_upload(file)


def test_a_package_with_such_a_name_inside_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("年报\u202etxt.txt", "words")
    with pytest.raises(ValidationError, match="看不见"):
        check_upload(SimpleUploadedFile("包.zip", buffer.getvalue()))


@pytest.fixture
def old(shelves, government):
    """A public item whose files were named before anybody looked."""
    item = make_item(
        "有附件的", department=government, body="<p>正文</p>", category=shelves["personnel"]
    )
    for number, name in enumerate(HOSTILE):
        file = make_attachment(item, "x.txt", f"words {number}".encode())
        stored = name.replace("\x00", "\x01")  # PostgreSQL never held a NUL
        Attachment.objects.filter(pk=file.pk).update(name=stored, position=number)
    return item


@pytest.mark.django_db
def test_the_page_its_files_the_api_and_feeds_are_served(client, old):
    page = client.get(old.get_absolute_url())
    assert page.status_code == 200
    for extension in ("html", "txt", "json", "csv", "xlsx"):
        response = client.get(f"{old.get_absolute_url().rstrip('/')}.{extension}")
        assert response.status_code in {200, 404}, extension  # no table in it
    assert client.get("/items.atom").status_code == 200
    facts = client.get(f"/api/v1/items/{old.index_number}").json()
    assert len(facts["attachments"]) == len(HOSTILE)
    for file in facts["attachments"]:
        assert not re.search(r"[\x00-\x1f\u202a-\u202e/\\]", file["name"])
        path = re.sub(r"https?://[^/]+", "", file["address"])
        response = client.get(path)
        assert response.status_code == 200, path
        assert response["Content-Disposition"].isascii()
        assert unquote(response["Content-Disposition"].rpartition("''")[2]) == file["name"]
        assert "/./" not in path
        assert not path.endswith(("/.", "/.."))
    assert "\u202e" not in page.content.decode()


@pytest.mark.django_db
def test_every_package_is_written(client, old, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("bulk_data", verbosity=0)
    assert client.get("/data/files/attachments.jsonl.gz").status_code == 200
    call_command(
        "deposit_package", tmp_path / "包.zip", "--format", "json", "--year", "2026", verbosity=0
    )
    with zipfile.ZipFile(tmp_path / "包.zip") as package:
        names = [name for name in package.namelist() if "/attachments/" in name]
        assert len(names) == len(set(names)) == len(HOSTILE)
        for name in names:
            last = name.rpartition("/attachments/")[2]
            assert "/" not in last
            assert "\\" not in last
            assert last.isprintable()
        package.extractall(tmp_path / "unpacked")


@pytest.mark.parametrize("name", ["con", "NUL.txt", "aux", "..", "/", "a/b", "a\u202eb", ""])
def test_files_we_name_are_taken_by_every_system(name):
    cleaned = clean_file_name(name)
    assert cleaned
    check_name(cleaned)


def test_the_address_of_a_plain_name_stays():
    with pytest.raises(Resolver404):
        resolve("/attachments/00000000-0000-4000-8000-000000000000/a/b.txt")
    assert served_name("附表 一.txt", "txt") == "附表 一.txt"
