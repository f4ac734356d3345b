"""/register/verify/: is my copy genuine, and is it current?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ledger import actions
from ledger.tests.builders import make_entry, make_person, sha256

pytestmark = pytest.mark.django_db
ADDRESS = "/register/verify/"


def ask(client, digest):
    return [answer.verdict for answer in client.get(ADDRESS, {"hash": digest}).context["answers"]]


def upload(client, content, name="副本.txt"):
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


# --- works


def test_it_asks(client):
    assert client.get(ADDRESS).status_code == 200


def test_a_published_content_is_current(client):
    make_entry(content_sha256=sha256("正文"))
    assert ask(client, sha256("正文")) == ["current"]
    assert "真实，是现行版本" in client.get(ADDRESS, {"hash": sha256("正文")}).content.decode()


def test_an_amended_content_is_superseded_and_the_new_one_current(client):
    make_entry(subject_key="甲", content_sha256=sha256("旧"))
    make_entry(subject_key="甲", content_sha256=sha256("新"), act="amend")
    assert ask(client, sha256("旧")) == ["superseded"]
    assert ask(client, sha256("新")) == ["current"]


def test_going_back_to_the_old_content_makes_it_current_again(client):
    for content in ("旧", "新", "旧"):
        make_entry(subject_key="甲", content_sha256=sha256(content), act="amend")
    assert ask(client, sha256("旧")) == ["current"]
    assert ask(client, sha256("新")) == ["superseded"]


@pytest.mark.parametrize("act", ["withdraw", "remove"])
def test_what_was_taken_down_is_gone_until_it_is_restored(client, act):
    make_entry(subject_key="甲", content_sha256=sha256("正文"))
    make_entry(subject_key="甲", content_sha256="", act=act)
    assert ask(client, sha256("正文")) == ["gone"]
    make_entry(subject_key="甲", content_sha256="", act="restore")
    assert ask(client, sha256("正文")) == ["current"]


@pytest.mark.parametrize("act", ["validity", "count_correction", "catalog_change"])
def test_an_act_that_leaves_the_content_alone_does_not_supersede_it(client, act):
    make_entry(subject_key="甲", content_sha256=sha256("正文"))
    make_entry(subject_key="甲", content_sha256="", act=act)
    assert ask(client, sha256("正文")) == ["current"]


def test_another_subject_does_not_supersede(client):
    make_entry(subject_key="甲", content_sha256=sha256("正文"))
    make_entry(subject_key="甲", subject_kind="service", content_sha256=sha256("别的"))
    assert ask(client, sha256("正文")) == ["current"]


def test_files_are_known_and_follow_their_own_replacement(client):
    old, new = ({"name": "附件.pdf", "sha256": sha256(text)} for text in ("旧附件", "新附件"))
    make_entry(subject_key="甲", payload={"files": [old]})
    make_entry(subject_key="甲", act="amend")  # the text alone was amended
    assert ask(client, sha256("旧附件")) == ["current"]
    make_entry(subject_key="甲", act="amend", payload={"files": [new]})
    assert ask(client, sha256("旧附件")) == ["superseded"]
    assert ask(client, sha256("新附件")) == ["current"]


def test_the_same_file_of_two_subjects_has_two_answers(client):
    file = {"name": "表.xlsx", "sha256": sha256("表")}
    make_entry(subject_key="甲", payload={"files": [file]})
    make_entry(subject_key="乙", payload={"files": [file]})
    make_entry(subject_key="乙", act="withdraw", content_sha256="")
    assert ask(client, sha256("表")) == ["current", "gone"]


def test_an_unknown_copy_is_unknown(client):
    make_entry()
    assert "登记簿中没有这份内容" in client.get(ADDRESS, {"hash": sha256("假的")}).content.decode()


@pytest.mark.parametrize("written", ["{} ", "SHA256:{}", "sha256: {}", " {}\r\n"])
def test_a_hash_may_be_written_as_it_was_copied(client, written):
    make_entry(content_sha256=sha256("正文"))
    assert ask(client, written.format(sha256("正文").upper())) == ["current"]


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff" * 10, "正文".encode() * 1_000_000], ids=["empty", "small", "large"]
)
def test_an_uploaded_file_is_hashed_and_found(client, content):
    make_entry(content_sha256=sha256(content))
    response = upload(client, content)
    assert response.status_code == 200
    assert [answer.verdict for answer in response.context["answers"]] == ["current"]
    assert response.context["file"].size == len(content)


def test_nothing_of_the_file_is_kept(client, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    response = upload(client, b"x" * 5_000_000)
    assert not hasattr(response.context["file"], "read")
    assert not list(tmp_path.rglob("*.upload*"))


def test_a_reader_needs_no_cookie(client):
    from django.test import Client

    reader = Client(enforce_csrf_checks=True)
    response = reader.post(ADDRESS, {"file": SimpleUploadedFile("a.txt", b"a")})
    assert response.status_code == 200
    assert not response.cookies
    assert not client.get(ADDRESS).cookies


# --- hides


def test_it_hides_the_title_of_what_was_redacted(client):
    make_entry(subject_key="甲", subject_title="某人的处罚", content_sha256=sha256("正文"))
    make_entry(subject_key="甲", subject_title="某人的处罚", act="remove", content_sha256="")
    actions.redact(subject_kind="document", subject_key="甲", by=make_person(), reason="判决")
    page = client.get(ADDRESS, {"hash": sha256("正文")}).content.decode()
    assert "真实，但已撤回或删除" in page
    assert "某人" not in page


# --- missing and malformed


@pytest.mark.parametrize(
    "digest",
    ["", " ", "abc", "g" * 64, "a" * 63, "a" * 65, "\0" * 64, "a" * 500, "校验码", "\u0660" * 64],
)
def test_a_malformed_hash_is_explained_and_kept(client, digest):
    response = client.get(ADDRESS, {"hash": digest})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "answers" not in response.context


def test_a_missing_file_is_explained(client):
    assert "请先选择要核对的文件" in client.post(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"file": "not a file"}).status_code == 200


def test_a_file_that_is_too_large_is_refused_politely(client, settings):
    settings.LARGEST_COPY = 100
    response = upload(client, b"x" * 101)
    assert response.status_code == 413
    assert "没有核对" in response.content.decode()
    assert upload(client, b"x" * 100).status_code == 200


def test_it_names_the_limit(client, settings):
    settings.LARGEST_COPY = 2_000_000
    assert "文件超过 2 MB" in upload(client, b"x" * 2_000_001).content.decode()


def test_a_request_that_announces_too_much_is_not_read(client, settings):
    settings.LARGEST_COPY = 100
    assert upload(client, b"x" * 50_000).status_code == 413


def test_a_file_name_cannot_write_on_the_page(client):
    page = upload(client, b"a", name="<script>alert(1)</script>.txt").content.decode()
    assert "<script>alert" not in page


# --- refuses the wrong method


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_refuses_other_methods(client, method):
    assert getattr(client, method)(ADDRESS).status_code == 405


# --- costs


def test_an_answer_costs_four_queries(client, django_assert_num_queries):
    for number in range(20):
        make_entry(subject_key="甲", act="amend", content_sha256=sha256(str(number)))
    with django_assert_num_queries(
        4
    ):  # the entries, their files, the published state of that hash, and files made here
        ask(client, sha256("3"))
