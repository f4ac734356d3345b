"""A file made here, uploaded at /register/verify/, is known again; a changed one is told apart."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from disclosure import acts
from disclosure.models import MadeFile
from disclosure.tests.builders import correct, make_draft, make_item, make_public, make_staff
from ledger.tests.builders import sql
from ledger.verification import verify_chain

pytestmark = pytest.mark.django_db
VERIFY = "/register/verify/"
TABLE = "<table><tr><th>项目</th><th>数</th></tr><tr><th>收费</th><td>5</td></tr></table>"
LABELS = {
    "pdf": "PDF",
    "docx": "Word",
    "odt": "ODT",
    "xlsx": "Excel 表格",
    "csv": "CSV 表格",
    "html": None,
    "md": "Markdown",
    "txt": None,
    "json": "JSON",
}
NAMES = {"html": "单个网页", "txt": "纯文本"}


@pytest.fixture
def item(db):
    return make_public(
        make_draft("甲通知", body=f"<p>请遵照执行，现将有关事项通知如下。</p>{TABLE}")
    )


def download(client, item, extension):
    response = client.get(f"/items/{item.index_number}.{extension}", follow=True)
    assert response.status_code == 200, response
    return b"".join(response.streaming_content)


def upload(client, content, name="副本"):
    response = client.post(VERIFY, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    words = [one.words for one in response.context["recognised"]]
    return words, response.content.decode()


def said(extension):
    label = LABELS[extension] or NAMES[extension]
    return f"第 1 版的{' ' if label[0].isascii() else ''}{label}"


@pytest.mark.parametrize("extension", LABELS)
def test_each_kind_of_file_is_known_by_its_bytes_and_later_superseded(client, item, extension):
    content = download(client, item, extension)
    words, page = upload(client, content)
    assert words == [f"{said(extension)}，现行有效"]
    assert "登记簿中没有" not in page
    assert "甲通知" in page
    make_public(correct(item, title="甲通知（更正）"))
    assert upload(client, content)[0] == [f"{said(extension)}，已被第 2 版取代"]


def code_of(item):
    return item.current_revision.content_sha256


def rezipped(content, change):
    """A package as another program saves it: everything compressed anew."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return target.getvalue()


@pytest.mark.parametrize("extension", ["pdf", "docx", "odt", "html", "md", "txt", "json"])
def test_a_changed_file_that_carries_the_code_is_told_apart(client, item, extension):
    content = download(client, item, extension)
    if extension in {"docx", "odt"}:
        changed = rezipped(content, lambda part: part.replace("遵照".encode(), "不必".encode()))
    else:
        changed = content + b"\n"
    words, page = upload(client, changed)
    assert words == ["写着第 1 版的校验码，但文件内容已被改动，不是本网站生成的原样"]
    assert "现行有效" not in "".join(words)
    assert "请从信息页重新下载原件" in page
    code = re.compile(f"sha256:{code_of(item)}".encode())
    if extension == "html":
        assert code.search(content)


def test_the_code_printed_in_a_file_is_known(client, item):
    text = download(client, item, "txt").decode("utf-8-sig")
    code = re.search("校验码（SHA-256）：([0-9a-f]{64})", text)[1]
    assert code == code_of(item)
    assert "真实，是现行版本" in client.get(VERIFY, {"hash": code}).content.decode()
    facts = json.loads(download(client, item, "json"))
    assert facts["revision"]["content_sha256"] == code
    page = client.get(VERIFY, {"hash": facts["content_sha256"]}).content.decode()
    assert "第 1 版的数据，现行有效" in page


def test_a_file_of_what_was_withdrawn_or_removed_tells_no_name(client, item):
    content = download(client, item, "txt")
    changed = content.replace("遵照".encode(), "不必".encode())
    acts.withdraw_item(item=item, by=make_staff("公开办"), reason="核实")
    for copy in (content, changed):
        words, page = upload(client, copy)
        assert "甲通知" not in page
        assert "第 1 版的" in words[0]
    assert upload(client, content)[0] == ["第 1 版的纯文本，这条信息已撤回或删除"]
    acts.remove_item(item=item, by=make_staff("公开办"), reason="法院判决")
    words, page = upload(client, content)
    assert words == ["第 1 版的纯文本，这条信息已撤回或删除"]
    assert "甲通知" not in page


def test_a_file_made_before_any_revision_was_recorded_is_known_too(client):
    words, _ = upload(client, download(client, make_item("早先的"), "txt"))
    assert words == ["本网站生成的纯文本，生成时还没有登记版本，现行有效"]


def test_a_record_forged_in_the_database_is_neither_believed_nor_overlooked(client, item):
    download(client, item, "txt")
    assert verify_chain() == []
    sql("UPDATE disclosure_madefile SET sha256 = %s", "a" * 64)
    assert client.get(VERIFY, {"hash": "a" * 64}).context["recognised"] == []
    assert any("生成文件的记录" in fault.message for fault in verify_chain())


def test_the_same_file_is_recorded_once_and_a_foreign_one_is_not_ours(client, item):
    download(client, item, "txt")
    download(client, item, "txt")
    assert MadeFile.objects.count() == 1
    foreign = f"某处引用 sha256:{'b' * 64}".encode()
    words, page = upload(client, foreign)
    assert words == []
    assert "登记簿中没有这份内容" in page


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500_000, b"", b"sha256:"]
)
def test_a_broken_package_is_answered(client, content):
    assert upload(client, content)[0] == []
