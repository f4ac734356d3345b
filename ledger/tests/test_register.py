"""/register/ and its entries."""

import json

import pytest

from ledger import actions
from ledger.canonical import GENESIS
from ledger.models import Act
from ledger.tests.builders import make_entry, make_person, sha256

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def hide(key="甲"):
    actions.redact(subject_kind="document", subject_key=key, by=make_person(), reason="内部理由")


# --- works


def test_it_lists_entries_newest_first(client):
    make_entry(subject_title="较早的通知")
    make_entry(subject_title="较晚的通知")
    page = text(client.get("/register/"))
    assert page.index("较晚的通知") < page.index("较早的通知")


def test_an_empty_register_has_a_page(client):
    assert "没有符合条件的登记" in text(client.get("/register/"))


def test_it_pages_by_number(client, monkeypatch):
    monkeypatch.setattr("ledger.pages.views.PAGE_SIZE", 2)
    for number in range(1, 6):
        make_entry(subject_title=f"通知{number}号", department_name="区财政局")
    first = text(client.get("/register/?department=区财政局"))
    assert "通知5号" in first
    assert "通知3号" not in first
    assert "department=%E5%8C%BA%E8%B4%A2%E6%94%BF%E5%B1%80&amp;before=4" in first
    second = text(client.get("/register/?before=4"))
    assert "通知3号" in second
    assert "通知2号" in second
    assert "before=2" in second
    assert "更早的登记" not in text(client.get("/register/?before=2"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("act=amend", {"乙"}),
        ("act=publish", {"甲", "丙"}),
        ("department=区财政局", {"甲"}),
        ("q=关于甲", {"甲"}),
        ("q=000002", {"乙"}),
        ("q=100%25", set()),
        ("since=2026-01-01&until=2100-01-01", {"甲", "乙", "丙"}),
        ("until=2009-12-31", set()),
        ("since=2999-12-31", set()),
        ("q=" + sha256("甲"), {"甲"}),
        ("q=" + sha256("无"), set()),
    ],
)
def test_it_narrows(client, query, found):
    make_entry(
        subject_key="000001",
        subject_title="关于甲的通知",
        department_name="区财政局",
        content_sha256=sha256("甲"),
    )
    make_entry(
        subject_key="000002", subject_title="关于乙的通知", act="amend", department_name="区教育局"
    )
    make_entry(subject_key="000003", subject_title="关于丙的通知")
    page = text(client.get("/register/?" + query))
    assert {name for name in "甲乙丙" if f"关于{name}的通知" in page} == found


def test_until_takes_in_the_whole_day_here(client, monkeypatch):
    import datetime

    moment = datetime.datetime(
        2026, 3, 31, 15, 59, 59, 999999, tzinfo=datetime.UTC
    )  # 23:59:59 in Shanghai
    monkeypatch.setattr("ledger.actions.timezone.now", lambda: moment)
    make_entry(subject_title="月末的通知")
    monkeypatch.undo()
    assert "月末的通知" in text(client.get("/register/?since=2026-03-31&until=2026-03-31"))
    assert "月末的通知" not in text(client.get("/register/?since=2026-04-01"))
    assert "月末的通知" not in text(client.get("/register/?until=2026-03-30"))


def test_an_entry_shows_its_hash_and_how_to_recompute_it(client):
    make_entry(subject_title="第一件", subject_key="甲")
    entry = make_entry(
        subject_title="“第二件”<b>",
        subject_key="甲",
        act="amend",
        note="更正数字",
        payload={"a": 1},
    )
    make_entry()
    response = client.get("/register/2/")
    page = text(response)
    assert entry.entry_hash in page
    assert entry.previous_hash in page
    assert "更正数字" in page
    assert "<b>" not in page
    assert 'href="/register/1/"' in page
    assert 'href="/register/3/"' in page
    assert sha256(response.context["canonical_text"]) == entry.entry_hash
    hashed = json.loads(response.context["canonical_text"])
    for word in response.context["words"]:
        assert sha256(word["canonical"]) == hashed[word["field"] + "_digest"]


def test_the_first_entry_has_no_earlier_neighbour(client):
    make_entry()
    page = text(client.get("/register/1/"))
    assert GENESIS in page
    assert 'rel="prev"' not in page


def test_an_entry_of_each_act_has_a_page(client):
    for number, act in enumerate(Act, 1):
        make_entry(act=act, content_sha256="")
        assert client.get(f"/register/{number}/").status_code == 200


def test_the_downloads_verify(client):
    make_entry()
    actions.make_checkpoint()
    export = client.get("/register/export.jsonl")
    lines = b"".join(export.streaming_content).decode().splitlines()
    assert (export["Content-Type"], len(lines)) == ("application/jsonl; charset=utf-8", 2)
    checkpoints = client.get("/register/checkpoints.json").json()
    assert checkpoints["checkpoints"][0]["entry_hash"] == json.loads(lines[1])["entry_hash"]
    script = client.get("/register/verify_register.py")
    assert script.content.startswith(b"#!/usr/bin/env python3")
    assert "attachment" in script["Content-Disposition"]


def test_an_unchanged_register_is_not_sent_again(client):
    make_entry(subject_key="甲")
    tag = client.get("/register/export.jsonl")["ETag"]
    assert client.get("/register/export.jsonl", headers={"if-none-match": tag}).status_code == 304
    hide("甲")
    assert client.get("/register/export.jsonl", headers={"if-none-match": tag}).status_code == 200


def test_the_explanation_names_the_keys(client):
    assert client.get("/register/about/").status_code == 200
    key = actions.register_key()
    assert key.key_id in text(client.get("/register/about/"))


# --- hides


@pytest.mark.parametrize(
    "address", ["/register/", "/register/1/", "/register/2/", "/register/export.jsonl"]
)
def test_it_hides_who_acted(client, address):
    person = make_person("欧阳震华")
    make_entry(by=person, role="审核员")
    make_entry(by=person)
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    assert "欧阳震华" not in content.decode()
    assert person.username not in content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/register/",
        "/register/1/",
        "/register/2/",
        "/register/verify/?hash=" + sha256("某人的"),
        "/register/export.jsonl",
    ],
)
def test_it_hides_words_that_were_redacted(client, address):
    words = {
        "subject_title": "某人的处罚",
        "note": "某人",
        "payload": {"files": [{"name": "某人.pdf", "sha256": sha256("f")}]},
    }
    make_entry(subject_key="甲", content_sha256=sha256("某人的"), **words)
    make_entry(subject_key="甲", act="remove", content_sha256="", **words)
    hide("甲")
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    assert "某人" not in content.decode()
    assert "内部理由" not in content.decode()


def test_hidden_words_cannot_be_searched_for(client):
    make_entry(subject_key="甲", subject_title="某人的处罚")
    hide("甲")
    assert "没有符合条件的登记" in text(client.get("/register/?q=某人"))


# --- missing and malformed


@pytest.mark.parametrize("number", ["0", "2", "99999999999", "9" * 400])
def test_an_entry_that_does_not_exist_is_not_found(client, number):
    make_entry()
    assert client.get(f"/register/{number}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ED%A0%80",
        "q=" + "长" * 300,
        "act=burn",
        "act=%00",
        "department=%00",
        "department=没有这个局",
        "since=%00",
        "since=0001-01-01",
        "until=9999-12-31",
        "since=2026-02-30",
        "since=昨天",
        "before=%00",
        "before=0",
        "before=-1",
        "before=1.5",
        "before=1e9999",
        "before=NaN",
        "before=Infinity",
        "before=" + "9" * 400,
        "before=99999999999",
    ],
)
def test_a_malformed_question_is_answered_and_not_an_error(client, query):
    make_entry()
    assert client.get("/register/?" + query).status_code == 200


# --- refuses the wrong method


@pytest.mark.parametrize(
    "address",
    ["", "1/", "about/", "export.jsonl", "checkpoints.json", "verify_register.py"],
)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_refuses_to_be_written_to(client, address, method):
    make_entry()
    assert getattr(client, method)("/register/" + address).status_code == 405


# --- costs


def test_the_list_costs_the_same_for_one_entry_and_for_many(client, django_assert_num_queries):
    for number in range(30):
        make_entry(department_name=f"第{number % 3}局")
    client.get("/register/")
    with django_assert_num_queries(3):  # entries, checkpoint, departments
        client.get("/register/")


def test_an_entry_costs_four_queries(client, django_assert_num_queries):
    for _ in range(20):
        make_entry(subject_key="甲")
    with django_assert_num_queries(4):  # entry, history, neighbours, checkpoint
        client.get("/register/10/")


@pytest.mark.parametrize("number", [1, 31, 1000, 2**31 - 1])
def test_it_can_be_asked_from_any_number_on(client, number):
    assert client.get(f"/register/?before={number}").context["filter"].form.is_valid()


def test_an_entry_links_to_the_one_before_and_the_one_after(client):
    for key in "甲乙丙丁":
        make_entry(subject_key=key)
    neighbours = [client.get(f"/register/{one}/").context["neighbours"] for one in (1, 2, 3, 4)]
    assert neighbours == [[2], [1, 3], [2, 4], [3]]
