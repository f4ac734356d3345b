"""The register in the desk: for reading only, and people for auditors alone."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from ledger import actions
from ledger.models import Act, Entry, Redaction
from ledger.tests.builders import make_entry, make_person

pytestmark = pytest.mark.django_db
PAGES = [
    "/admin/ledger/entry/",
    "/admin/ledger/entry/1/change/",
    "/admin/ledger/checkpoint/",
    "/admin/ledger/checkpoint/1/change/",
    "/admin/ledger/signingkey/",
    "/admin/ledger/signingkey/1/change/",
]


@pytest.fixture
def reader(client):
    """A member of staff who may look at the register."""
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="ledger", codename__startswith="view_"
        ).exclude(codename="view_person")
    )
    client.force_login(user)
    return user


@pytest.fixture
def entry():
    made = make_entry(by=make_person("欧阳震华"), subject_title="一件通知")
    actions.make_checkpoint()
    return made


@pytest.mark.parametrize("address", PAGES)
def test_it_shows_the_register_without_people(client, reader, entry, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "欧阳震华" not in response.content.decode()
    assert "person-" not in response.content.decode()
    assert entry.secret not in response.content.decode()


@pytest.mark.parametrize("address", PAGES[:2])
def test_an_auditor_sees_who_acted(client, reader, entry, address):
    reader.user_permissions.add(Permission.objects.get(codename="view_person"))
    page = client.get(address).content.decode()
    assert "欧阳震华" in page
    assert entry.secret not in page


@pytest.mark.parametrize(
    "query",
    [
        "person=欧阳震华",
        "person__startswith=欧",
        "by=1",
        "by__last_name=欧阳震华",
        "by__username__startswith=p",
        "secret__startswith=a",
    ],
)
def test_people_cannot_be_guessed_through_the_address(client, reader, entry, query):
    assert client.get("/admin/ledger/entry/?" + query).status_code != 200


def test_people_cannot_be_searched_for(client, reader, entry):
    assert "一件通知" not in client.get("/admin/ledger/entry/?q=欧阳震华").content.decode()
    assert "一件通知" in client.get("/admin/ledger/entry/?q=一件").content.decode()


def test_kinds_and_facts_are_told_so_that_they_can_be_read(client, reader):
    made = make_entry(
        subject_kind="item",
        payload={
            "published_at": "2026-01-05",
            "files": [{"name": "附件<1>.pdf", "sha256": "a" * 64}],
        },
    )
    page = client.get(f"/admin/ledger/entry/{made.pk}/change/").content.decode()
    assert "政府信息（item）" in page
    assert "  &quot;published_at&quot;: &quot;2026-01-05&quot;\n" in page
    assert "附件&lt;1&gt;.pdf" in page


@pytest.mark.parametrize("model", ["entry", "checkpoint", "signingkey"])
def test_not_even_the_superuser_changes_anything(admin_client, entry, model):
    for page in ("add/", "1/delete/"):
        assert admin_client.get(f"/admin/ledger/{model}/{page}").status_code == 403
        assert (
            admin_client.post(f"/admin/ledger/{model}/{page}", {"post": "yes"}).status_code == 403
        )
    assert admin_client.post(f"/admin/ledger/{model}/1/change/", {"note": "改"}).status_code == 403
    admin_client.post(
        f"/admin/ledger/{model}/",
        {"action": "delete_selected", "_selected_action": "1", "post": "yes"},
    )
    assert Entry.objects.get() == entry


def test_words_are_hidden_in_the_name_of_who_did_it(admin_client, admin_user, entry):
    words = {
        "subject_kind": "document",
        "subject_key": entry.subject_key,
        "reason": "（2026）黑01行终1号判决",
    }
    admin_client.post("/admin/ledger/redaction/add/", words)
    redaction = Redaction.objects.get()
    assert (redaction.redacted_by, redaction.reason) == (admin_user, words["reason"])
    told = Entry.objects.public().order_by("sequence")
    assert [(one.act, one.is_redacted) for one in told] == [(Act.PUBLISH, True), (Act.REDACT, True)]
    assert (
        admin_client.post(
            f"/admin/ledger/redaction/{redaction.pk}/delete/", {"post": "yes"}
        ).status_code
        == 403
    )
    assert Redaction.objects.in_force().exists()


def versioned(client, page):
    """The mark of the version that a form carries."""
    return {"_version": client.get(page).context["version"]}


def test_two_people_show_hidden_words_again_and_the_register_says_so(admin_client, entry):
    redaction = actions.redact(
        subject_kind="document",
        subject_key=entry.subject_key,
        by=None,
        reason="（2026）黑01行终1号判决",
    )
    page = f"/admin/ledger/redaction/{redaction.pk}/change/"
    assert (
        admin_client.post(page, {"lift_reason": "没有版本标记"}).status_code == 200
    )  # a form that is not ours
    assert (
        admin_client.post(page, versioned(admin_client, page) | {"lift_reason": ""}).status_code
        == 200
    )  # says why not
    assert (
        admin_client.post(
            page, versioned(admin_client, page) | {"lift_reason": "判决已改判"}
        ).status_code
        == 302
    )
    assert Entry.objects.public().get().is_redacted
    shown = admin_client.post(page, versioned(admin_client, page) | {"agreed": "on"})
    assert "恢复显示须由申请人以外的另一个人同意" in shown.content.decode()
    assert Entry.objects.public().get().is_redacted
    second = Client()
    second.force_login(make_person("第二人", is_superuser=True))
    assert "判决已改判" in second.get(page).content.decode()
    assert second.post(page, versioned(second, page) | {"agreed": "on"}).status_code == 302
    first, lifted = Entry.objects.public().order_by("sequence")
    assert (first.is_redacted, lifted.act, lifted.note) == (False, Act.UNREDACT, "判决已改判")
    assert second.post(page, {"agreed": "on"}).status_code == 403
    actions.redact(subject_kind="document", subject_key=entry.subject_key, by=None, reason="再审")
    assert Entry.objects.public().first().is_redacted
