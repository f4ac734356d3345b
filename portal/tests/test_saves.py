"""Every form of the desk that changes something: it names its version, refuses in words, and writes
what it shows.
"""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from desk.saving import DeskAdmin
from portal.tests.desk_world import World

pytestmark = pytest.mark.django_db
# Records the superuser may change, of every kind that has a form; a kind nobody may change has
# none.
WORDS = {
    "catalog.category": "description", "catalog.department": "address", "auth.user": "last_name", "auth.group": "name",
    "disclosure.item": "keywords", "disclosure.annualreport": "source", "disclosure.synonymgroup": "note",
    "disclosure.theme": "name", "disclosure.oldaddress": "host", "workdays.workcalendarday": "source",
    "inquiries.errorreport": "note", "portal.siteidentity": "contact",
}  # fmt: skip
# Asked for by one person and agreed to by another: a form whose fields change with each step
# (ledger/tests/test_admin.py).
IN_STEPS = {"ledger.redaction"}
CHOSEN = {"inquiries.errorreport": {"status": "handled"}}
# Columns that a form does not show and that are written with it: the time of the change, and what
# follows from what is shown.
FOLLOWS = {
    "updated_at",
    "text",
    "regime",
    "lft",
    "rght",
    "tree_id",
    "level",
    "handled_at",
    "handled_by_id",
    "category_id",
}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(world):
    client = Client()
    client.force_login(world.people["superuser"])
    return client


def address_of(world, label):
    return f"/admin/{label.replace('.', '/')}/{world.own[label].pk}/change/"


def sent(client, address):
    """What a browser sends of the form as it stands."""
    page = html.fromstring(client.get(address).content.decode())
    form = next(
        form
        for form in page.forms
        if form.get("id", "").endswith("_form") and form.get("id") != "logout-form"
    )
    texts = [
        field
        for field in form.xpath(".//input | .//textarea")
        if field.get("type") not in ("radio", "checkbox", "submit", "file")
    ]
    values = {field.name: [""] for field in texts if field.name}  # lxml leaves out what is empty
    for name, value in form.form_values():
        values[name] = [*(values.get(name, []) if values.get(name) != [""] else []), value]
    values.pop("section", None)  # lxml says "on" of a radio button without a value
    return values


def test_every_admin_of_the_site_derives_from_the_one_base():
    assert [
        type(one).__name__
        for one in admin.site._registry.values()
        if not isinstance(one, DeskAdmin)
    ] == []


def test_every_kind_of_record_that_may_be_changed_is_tried_below(world, desk):
    changed = set()
    for model, one in admin.site._registry.items():
        label = model._meta.label_lower
        record = world.own.get(label)
        if record is None:
            continue
        page = desk.get(address_of(world, label))
        if page.status_code == 200 and 'name="_save"' in page.content.decode():
            changed.add(label)
            assert 'name="_version"' in page.content.decode(), one
    assert changed == set(WORDS) | IN_STEPS


@pytest.mark.parametrize("label", WORDS)
def test_without_its_version_it_is_refused_and_what_was_typed_comes_back(world, desk, label):
    address, name = address_of(world, label), WORDS[label]
    values = sent(desk, address) | {name: "没有版本标记时写的字"} | CHOSEN.get(label, {})
    del values["_version"]
    before = _stored(world.own[label])
    answer = desk.post(address, values)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "没有带上版本标记" in page
    assert "没有版本标记时写的字" in page
    assert _stored(world.own[label]) == before


@pytest.mark.parametrize("label", WORDS)
def test_what_somebody_else_saved_meanwhile_is_not_undone(world, desk, label):
    address, name = address_of(world, label), WORDS[label]
    first = sent(desk, address) | {name: "先保存的"} | CHOSEN.get(label, {})
    second = sent(desk, address) | {name: "后保存的"} | CHOSEN.get(label, {})
    assert desk.post(address, first).status_code == 302
    answer = desk.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "别人已经保存了新的内容" in page
    assert "先保存的" in page
    assert "后保存的" in page
    assert desk.post(address, second | {"_version": answer.context["version"]}).status_code == 302


@pytest.mark.parametrize("label", WORDS)
def test_it_writes_the_columns_it_shows_and_no_other(world, desk, label):
    address, name = address_of(world, label), WORDS[label]
    values = sent(desk, address) | {name: "改过的字"} | CHOSEN.get(label, {})
    shown = {key.removesuffix("_0").removesuffix("_1") for key in values}
    table = world.own[label]._meta.db_table
    with CaptureQueriesContext(connection) as queries:
        assert desk.post(address, values).status_code == 302
    columns = set()
    for query in queries:
        if found := re.match(rf'UPDATE "{table}" SET (.*?) WHERE', query["sql"], re.DOTALL):
            columns |= set(re.findall(r'"(\w+)" = ', found[1]))
    # A box that is not ticked is not sent, nor is a choice nobody made.
    boxes = {
        "is_visible",
        "is_workday",
        "is_staff",
        "is_active",
        "is_superuser",
        "section",
        "regulation_items",
    }
    columns = {column for column in columns if column not in boxes | FOLLOWS}
    assert {column.removesuffix("_id") for column in columns} <= {
        key.removesuffix("_id") for key in shown
    }


@pytest.mark.parametrize("label", WORDS)
def test_it_locks_the_record_before_it_loads_it(world, desk, label):
    """On SQLite the transaction that has begun is the lock; on PostgreSQL the row."""
    address, name = address_of(world, label), WORDS[label]
    values = sent(desk, address) | {name: "改过的字"} | CHOSEN.get(label, {})
    table = world.own[label]._meta.db_table
    with CaptureQueriesContext(connection) as queries:
        desk.post(address, values)
    if connection.vendor == "postgresql":
        # Not whoever is signed in, who may be a record of the same kind.
        key = re.compile(
            rf'FROM "{table}" .*"{table}"."\w+" (?:= |IN \(){world.own[label].pk}\b', re.DOTALL
        )
        loading = next(query["sql"] for query in queries if key.search(query["sql"]))
        assert "FOR UPDATE" in loading


def test_a_new_password_does_not_bring_a_disabled_account_back(world, desk):
    """Django writes the whole account; the page was loaded while the account was still active."""
    person = world.people["信息员"]
    address = f"/admin/auth/user/{person.pk}/password/"
    values = sent(desk, address) | {
        "password1": "新的示例口令 2027",
        "password2": "新的示例口令 2027",
        "usable_password": "true",
        "set-password": "x",
    }
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert desk.post(address, values).status_code == 302
    person.refresh_from_db()
    assert person.check_password("新的示例口令 2027")
    assert not person.is_active


def _stored(record):
    return type(record)._base_manager.filter(pk=record.pk).values().get()
