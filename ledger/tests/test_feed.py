"""/register/feed.atom: what an outside witness subscribes to."""

from xml.etree import ElementTree

import pytest

from ledger import actions
from ledger.tests.atom import problems
from ledger.tests.builders import make_entry, make_person

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client):
    response = client.get("/register/feed.atom", headers={"host": "evil.example"})
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_it_holds_entries_and_checkpoints_newest_first(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    entry = make_entry(subject_title="关于供热的通知")
    checkpoint = actions.make_checkpoint()
    first, second = entries(client)
    assert problems(client.get("/register/feed.atom").content) == []
    assert checkpoint.signature in first.findtext(f"{ATOM}summary")
    assert "关于供热的通知" in second.findtext(f"{ATOM}title")
    assert entry.entry_hash in second.findtext(f"{ATOM}summary")
    assert second.find(f"{ATOM}link").get("href") == "https://www.songbei.gov.cn/register/1/"
    assert second.findtext(f"{ATOM}id") == "urn:lantai:register:entry:1"


def test_it_hides_what_the_register_hides(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_entry(subject_key="甲", subject_title="某人的隐私")
    actions.redact(subject_kind="document", subject_key="甲", by=make_person(), reason="理由")
    assert "某人的隐私" not in client.get("/register/feed.atom").content.decode()
    assert "已依法隐去" in entries(client)[0].findtext(f"{ATOM}title")


def test_a_control_in_a_title_does_not_stop_it(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_entry(subject_title="一个\x0b标题")
    assert "一个标题" in entries(client)[0].findtext(f"{ATOM}title")


def test_an_empty_register_has_a_feed_of_two_queries(client, settings, django_assert_num_queries):
    settings.ALLOWED_HOSTS = ["*"]
    with django_assert_num_queries(2):
        assert entries(client) == []
    assert problems(client.get("/register/feed.atom").content) == []
    assert client.post("/register/feed.atom").status_code == 405


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<id>urn:a:1</id>", ""),
        ("<id>urn:a:1</id>", "<id>a 1</id>"),
        ("<title>a</title>", "<title>a</title><title>b</title>"),
        ("2026-01-02T03:04:05Z", "2026-01-02"),
        ("2026-01-02T03:04:05Z", "2026-13-02T03:04:05Z"),
        ("<author><name>a</name></author>", ""),
        ("<author><name>a</name></author>", "<author/>"),
        ('<link href="https://a/1"/>', ""),
        ('<link href="https://a/1"/>', '<link href="https://a/1"/><link href="https://a/2"/>'),
        ('<link href="https://a/1"/>', '<link href="/1"/>'),
        ('<link rel="self" href="https://a/f"/>', ""),
        ("<summary>a</summary>", "<description>a</description>"),
        ("<summary>a</summary>", "<summary>a <b>b</b></summary>"),
        ("<category term='a'/>", "<category/>"),
    ],
)
def test_what_breaks_the_rules_of_atom_is_noticed(right, wrong):
    entry = (
        '<entry><id>urn:a:1</id><title>a</title><updated>2026-01-02T03:04:05Z</updated><link href="https://a/1"/>'
        "<author><name>a</name></author><summary>a</summary><category term='a'/></entry>"
    )
    head = '<id>urn:a</id><title>f</title><updated>2026-01-02T03:04:05Z</updated><link rel="self" href="https://a/f"/>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entry}</feed>'
    assert problems(feed) == []
    assert right in feed
    assert problems(feed.replace(right, wrong))
