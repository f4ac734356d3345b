"""The audit log: what goes in, who reads it, that nothing takes it out."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from catalog.tests.builders import make_department, make_user
from desk.tests.forms import versioned
from disclosure.choices import Status
from disclosure.tests.builders import make_item
from ledger import audit, guards
from ledger.models import AuditEntry, AuditEvent, AuditResult

pytestmark = pytest.mark.django_db
PASSWORD = "示例口令 2026"


def make_person(role, **fields):
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def newest():
    return AuditEntry.objects.order_by("-sequence").first()


class TestWhatGoesIn:
    def test_signing_in_and_out_and_failing_to(self, client):
        user = make_person("信息员", username="zhang")
        client.post("/admin/login/", {"username": "zhang\0<b>", "password": "wrong"})
        client.post("/admin/login/", {"username": "zhang", "password": "wrong"})
        client.post(
            "/admin/login/", {"username": "zhang", "password": PASSWORD}, REMOTE_ADDR="10.0.0.7"
        )
        client.post("/admin/logout/")
        kinds = AuditEntry.objects.order_by("sequence").values_list(
            "event", "result", "account", "account_id"
        )
        assert list(kinds) == [
            *([("login_failed", "denied", "zhang", None)]),
            ("login", "done", "zhang", user.pk),
            ("logout", "done", "zhang", user.pk),
        ]
        entry = AuditEntry.objects.get(event="login")
        assert (entry.address, entry.roles) == ("10.0.0.7", "信息员")

    def test_a_new_role_with_what_was_and_what_is(self, client):
        client.force_login(make_person("系统管理员"))
        user = make_user("li")
        groups = [Group.objects.get(name="审核员").pk]
        data = {"username": "li", "is_active": "on", "groups": groups}
        data |= {"date_joined_0": "2026-01-05", "date_joined_1": "09:00"}
        data |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        client.post(
            f"/admin/auth/user/{user.pk}/change/",
            versioned(client, f"/admin/auth/user/{user.pk}/change/", data),
        )
        entry = AuditEntry.objects.get(event=AuditEvent.ACCOUNT)
        assert entry.object_name == "li"
        assert entry.detail["before"]["roles"] == []
        assert entry.detail["after"]["roles"] == ["审核员"]
        assert entry.detail["after"]["is_staff"] is False

    def test_another_password_without_the_password(self, client):
        client.force_login(make_person("系统管理员"))
        user = make_user("li")
        new = {"password1": "另一个口令 2027", "password2": "另一个口令 2027"}
        client.post(f"/admin/auth/user/{user.pk}/password/", new)
        assert User.objects.get(pk=user.pk).check_password("另一个口令 2027")
        entry = AuditEntry.objects.get(event=AuditEvent.ACCOUNT)
        assert "口令 2027" not in str(entry.detail)

    def test_what_a_role_may_do(self, client):
        client.force_login(make_user(is_superuser=True))
        group = Group.objects.get(name="信息员")
        client.post(
            f"/admin/auth/group/{group.pk}/change/",
            versioned(
                client,
                f"/admin/auth/group/{group.pk}/change/",
                {"name": "信息员", "permissions": []},
            ),
        )
        entry = AuditEntry.objects.get(event=AuditEvent.ROLE)
        assert "disclosure.add_item" in entry.detail["before"]["permissions"]
        assert entry.detail["after"]["permissions"] == []

    def test_a_write_and_its_refusal_and_a_denial(self, client):
        bureau = make_department()
        item = make_item(department=bureau, status=Status.DRAFT)
        client.force_login(make_person("公开办", department=bureau))
        client.post(
            f"/admin/disclosure/item/{item.pk}/change/",
            versioned(client, f"/admin/disclosure/item/{item.pk}/change/", {"title": ""}),
        )
        assert (newest().result, newest().object_key) == (AuditResult.REFUSED, str(item.pk))
        client.post(f"/admin/disclosure/item/{item.pk}/delete/", {"post": "yes"})
        assert (newest().result, newest().act, newest().object_name) == (
            AuditResult.DONE,
            "删除",
            "示例信息",
        )
        client.get("/admin/auth/user/")
        assert (newest().result, newest().act) == (AuditResult.DENIED, "列表操作")


class TestWhoReadsIt:
    @pytest.mark.parametrize("role", ["信息员", "审核员", "公开办", "系统管理员"])
    def test_no_other_role(self, client, role):
        client.force_login(make_person(role))
        assert client.get("/admin/ledger/auditentry/").status_code == 403
        assert "审计日志" not in client.get("/admin/").content.decode()

    def test_not_a_superuser(self, client):
        client.force_login(make_user(is_superuser=True))
        assert client.get("/admin/ledger/auditentry/").status_code == 403
        assert client.get("/admin/ledger/auditentry/1/change/").status_code == 403

    def test_the_auditor_who_changes_nothing(self, client):
        client.force_login(make_person("审计员"))
        entry = newest()
        assert "登录" in client.get("/admin/ledger/auditentry/").content.decode()
        page = f"/admin/ledger/auditentry/{entry.pk}"
        assert client.get(f"{page}/change/").status_code == 200
        for address in (f"{page}/change/", f"{page}/delete/", "/admin/ledger/auditentry/add/"):
            assert client.post(address, {"post": "yes", "account": "x"}).status_code == 403
        assert AuditEntry.objects.get(pk=entry.pk).entry_hash == entry.entry_hash


class TestNothingTakesItOut:
    @pytest.mark.parametrize(
        "statement", ["UPDATE ledger_auditentry SET account = 'x'", "DELETE FROM ledger_auditentry"]
    )
    def test_the_database_refuses(self, statement):
        audit.record(event=AuditEvent.LOGIN)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_an_account_that_was_used_stays(self, client):
        client.force_login(make_person("系统管理员"))
        used, unused = make_user("used"), make_user("unused")
        client.post("/admin/login/", {"username": "used", "password": PASSWORD})
        client.force_login(User.objects.exclude(groups=None).get())
        User.objects.filter(pk=used.pk).update(last_login="2026-01-01T00:00Z")
        for user in (used, unused):
            client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})
        assert list(User.objects.filter(pk__in=[used.pk, unused.pk])) == [used]
        assert AuditEntry.objects.filter(
            event=AuditEvent.ACCOUNT, act="删除", object_name="unused"
        ).exists()


def test_any_change_behind_the_portals_back_is_found():
    for name in "abc":
        audit.record(event=AuditEvent.LOGIN, account=name, detail={"path": name, "count": 3})
    assert list(audit.verify_audit()) == []
    entries = list(AuditEntry.objects.order_by("sequence"))
    for field in AuditEntry._meta.concrete_fields:
        broken = AuditEntry.objects.get(pk=entries[1].pk)
        value = getattr(broken, field.attname)
        changed = (
            {"x": 1}
            if isinstance(value, dict)
            else 7
            if not isinstance(value, str)
            else value + "x"
        )
        # That words were erased is no part of the hash: the entry named says so too, and the
        # verifier compares the two.
        if field.name in {"entry_hash", "made_at", "erased_in"}:
            continue
        setattr(broken, field.attname, changed)
        assert broken.compute_hash() != broken.entry_hash, field.name
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_auditentry SET erased_in = 7 WHERE sequence = 2")
    assert list(audit.verify_audit()) != []


class TestRoles:
    def test_who_keeps_the_accounts_takes_no_role(self, client):
        keeper = make_person("系统管理员")
        client.force_login(keeper)
        data = {"username": keeper.username, "is_active": "on", "is_staff": "on"}
        data |= {
            "groups": [Group.objects.get(name="公开办").pk],
            "date_joined_0": "2026-01-05",
            "date_joined_1": "09:00",
        }
        data |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        client.post(
            f"/admin/auth/user/{keeper.pk}/change/",
            versioned(client, f"/admin/auth/user/{keeper.pk}/change/", data),
        )
        assert [group.name for group in keeper.groups.all()] == ["系统管理员"]

    def test_who_keeps_the_accounts_changes_no_role(self, client):
        client.force_login(make_person("系统管理员"))
        group = Group.objects.get(name="系统管理员")
        address = f"/admin/auth/group/{group.pk}/change/"
        assert client.get(address).status_code == 200
        assert (
            client.post(address, {"name": "系统管理员", "permissions": [1, 2, 3]}).status_code
            == 403
        )


def _rewritten(sequence, **fields):
    """Change an entry as somebody does who can reckon hashes."""
    entry = AuditEntry.objects.get(sequence=sequence)
    for name, value in fields.items():
        setattr(entry, name, value)
    rows = QuerySet(AuditEntry).filter(sequence=sequence)
    rows.update(**fields, entry_hash=entry.compute_hash())


def test_an_entry_with_a_right_hash_that_is_not_tied_to_the_one_before_is_found():
    for name in "abc":
        audit.record(event=AuditEvent.LOGIN, account=name)
    guards.remove(connection)
    _rewritten(2, previous_hash="f" * 64)
    said = [str(fault) for fault in audit.verify_audit()]
    assert any("第 2 条没有接在前一条之后" in words for words in said)
    assert any("第 3 条没有接在前一条之后" in words for words in said)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes no such bytes")
def test_an_entry_that_cannot_be_read_hides_no_fault_behind_it():
    for name in "abcd":
        audit.record(event=AuditEvent.LOGIN, account=name)
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_auditentry SET account = CAST(x'ff' AS TEXT) WHERE sequence = 2"
        )
    _rewritten(4, previous_hash="f" * 64)
    said = [str(fault) for fault in audit.verify_audit()]
    assert any("第 2 条读不出来" in words for words in said)
    assert any("第 4 条没有接在前一条之后" in words for words in said)
