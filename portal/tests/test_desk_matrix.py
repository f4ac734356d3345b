"""Every address of the desk, as every role, with a record of one's own department and of a foreign
one, GET and POST.

The addresses come from the URL configuration: a new one is walked at once, and one whose parameters
nobody has filled in here fails the test.
"""

import logging
import re
from itertools import product

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from disclosure.desk.acts import ACTS
from portal.tests.desk_world import SECRET, World, model_of, patterns, today
from portal.tests.said import desk_faults

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WRITE = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"')
# Written by looking and by being refused: that is what these are for.
KEPT_OF_EVERYBODY = {"ledger_auditentry", "django_session", "disclosure_editingsession"}
# One's own session and password; what nginx asks.
NOT_ASKED = {"logout", "password_change", "second-factor", "second-factor-codes", "has-signed-in"}
FILLED_IN = {
    "reason": "示例",
    "note": "示例",
    "change_note": "示例",
    "title": "新增的示例",
    "name": "新增的示例",
}
SCOPED = ("信息员", "审核员")
# What who keeps the accounts, and sets the portal up, may write.
ACCOUNTS = {"auth_user", "auth_user_groups", "catalog_membership", "django_admin_log"}
ACCOUNTS |= {"portal_siteidentity", "catalog_publicstamp"}
EFFECTIVE = {
    *(
        "disclosure_item_add",
        "disclosure_item_change",
        "disclosure_item_delete",
        "disclosure_annualreport_change",
    ),
    *(
        "catalog_category_change",
        "catalog_department_change",
        "auth_user_change",
        "disclosure_theme_change",
    ),
    "workdays_workcalendarday_delete",
}


@pytest.fixture(autouse=True)
def _quiet():
    """Some thousand refusals, each with a traceback in the log, take longer than the refusing."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world():
    return World()


def arguments(name, label, records, world):
    """{parameter: values} for one address."""
    if name in {"disclosure_item_import_batch", "disclosure_item_import_errors"}:
        label = "disclosure.bulkimport"
    assert label is None or label in records, (
        f"{name} belongs to {label}, of which this test has no record"
    )
    record = records.get(label)
    key = record.pk if record else 1
    return {
        "object_id": [key],
        "id": [key],
        "pk": [key],
        "step": ["up"],
        "act_name": [act.name for act in ACTS],
        "content_type_id": [1],
        "app_label": [model._meta.app_label for model in admin.site._registry][:1],
        "url": ["nowhere"],
    }


def addresses(records, world):
    """(name, address) of the whole desk for one department's records."""
    for name, pattern, parameters in patterns():
        if name in NOT_ASKED:
            continue
        filled = re.sub(r"\\Z|[\^$]", "", pattern)
        values = arguments(name, model_of(pattern), records, world)
        wanted = [*parameters, *re.findall(r"\(\?P<(\w+)>", pattern)]
        assert set(wanted) <= set(values), (
            f"{name} has a parameter that this test does not know: {wanted}"
        )
        query = "?export_format=csv" if name.endswith("_export") else ""
        for chosen in product(*(values[parameter] for parameter in wanted)):
            address = filled
            for parameter, value in zip(wanted, chosen, strict=True):
                address = re.sub(
                    rf"<(?:\w+:)?{parameter}>|\(\?P<{parameter}>[^)]*\)", str(value), address
                )
            yield name, f"/admin/{address}{query}"


def signed_in(user):
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def said(response):
    return (response.getvalue() if response.streaming else response.content).decode(
        errors="replace"
    )


def written(client, address, body):
    """(response, tables a POST wrote to); what it did is undone."""
    connection.queries_log.clear()  # it holds 9,000 and forgets the oldest
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            response = client.post(address, body)
            if response.streaming:
                response.getvalue()
        transaction.set_rollback(True)
    tables = {match[2] for query in queries if (match := WRITE.match(query["sql"]))}
    return response, tables - KEPT_OF_EVERYBODY


def bodies(world, records, organ):
    """{address: what a browser would send} from the forms a superuser is shown."""
    client, found = signed_in(world.people["superuser"]), {}
    for name, address in addresses(records, world):
        response = client.get(address)
        is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
        forms = (
            html.fromstring(said(response)).xpath("//div[@id='content']//form[@method='post']")
            if is_page
            else []
        )
        sent = dict(max((form.form_values() for form in forms), key=len, default=[]))
        sent |= {field: value for field, value in FILLED_IN.items() if field in sent or not forms}
        if name in {"disclosure_item_add", "disclosure_annualreport_add"}:
            sent |= {
                "department": organ.pk,
                "category": world.shelf.pk,
                "created_on": today().isoformat(),
            }
            sent |= {"title": "新增的示例", "year": 2024}
        sent |= (
            {"section": ""} if "section" in sent else {}
        )  # lxml says "on" of a radio button without a value
        found[address] = {**sent, "post": "yes"}
    return found


def leaks_to(role, world, *of):
    """Addresses of these records whose page holds words of the foreign draft."""
    client = signed_in(world.people[role])
    asked = {address for records in of for _, address in addresses(records, world)}
    return [(role, address) for address in sorted(asked) if SECRET in said(client.get(address))]


def changes_by(role, world, records, sent, may=frozenset()):
    """Addresses that wrote more than they may, or showed the foreign draft in refusing."""
    client, found = signed_in(world.people[role]), []
    for _, address in addresses(records, world):
        response, tables = written(client, address, sent[address])
        leaks = role in SCOPED and SECRET in said(response)
        if tables - may or leaks:
            found.append((role, address, response.status_code, tables))
    return found


@pytest.mark.long
def test_every_address_as_every_role(world):
    """One world for all of it: building one takes longer than walking it."""
    foreign_bodies = bodies(world, world.foreign, world.foreign_organ)
    found = []
    found += leaks_to("信息员", world, world.own, world.foreign) + leaks_to(
        "审核员", world, world.foreign
    )
    for role in SCOPED:
        found += changes_by(role, world, world.foreign, foreign_bodies)
    # To these two all departments are alike.
    found += changes_by("审计员", world, world.foreign, foreign_bodies)
    found += changes_by("系统管理员", world, world.foreign, foreign_bodies, ACCOUNTS)
    found += changes_by("安全管理员", world, world.foreign, foreign_bodies)
    for role in ("系统管理员", "安全管理员"):
        found += leaks_to(role, world, world.foreign)
    assert found == []
    # What the refusals above are worth: sent by a superuser, the same bodies do change something.
    effective = {
        found[1] for found in changes_by("superuser", world, world.foreign, foreign_bodies)
    }
    assert {
        address for name, address in addresses(world.foreign, world) if name in EFFECTIVE
    } - effective == set()


def test_who_is_not_signed_in_is_sent_to_the_login(world):
    client = Client()
    for name, address in addresses(world.own, world):
        if name == "login":
            continue
        assert client.get(address)["Location"].startswith("/admin/login/"), address
        response, tables = written(client, address, {"post": "yes"})
        assert (response.status_code, tables) == (302, set()), address


def test_who_sees_everything_is_shown_every_page(world):
    """No address answers with an error; the office and the auditor do see the foreign department's
    draft.
    """
    for role in ("审计员", "公开办"):
        client, seen = signed_in(world.people[role]), []
        for name, address in addresses(world.foreign, world):
            response = client.get(address)
            assert response.status_code < 500, address
            assert list(desk_faults(response)) == [], address
            if SECRET in said(response):
                seen.append(name)
        assert {
            "disclosure_item_changelist",
            "disclosure_item_change",
            "disclosure_item_export",
        } <= set(seen)


class TestWaysAround:
    """What the addresses alone do not show: filters, sorting, choosers, other people's keys in
    one's own form.
    """

    @pytest.fixture
    def clerk(self, world):
        return signed_in(world.people["信息员"])

    @pytest.mark.parametrize(
        "question",
        [
            "q=外单位",
            "title__startswith=外",
            "keywords__contains=外单位",
            "body__contains=外单位",
            "created_on__gte=1900-01-01&q=外单位",
        ],
    )
    def test_no_question_finds_a_foreign_draft(self, clerk, question):
        response = clerk.get(f"/admin/disclosure/item/?{question}")
        count = response.context["cl"].result_count if response.status_code == 200 else 0
        assert count == 0

    @pytest.mark.parametrize(
        "question",
        [
            "created_by__password__startswith=p",
            "department__items__title__startswith=外",
            "interprets__title=x",
        ],
    )
    def test_no_question_asks_about_other_records(self, clerk, question):
        assert clerk.get(f"/admin/disclosure/item/?{question}").status_code == 400

    def test_no_filter_offers_or_opens_another_department(self, clerk, world):
        page = clerk.get(f"/admin/disclosure/item/?department__id__exact={world.foreign_organ.pk}")
        assert SECRET not in said(page)
        assert f"department__id__exact={world.foreign_organ.pk}" not in said(
            clerk.get("/admin/disclosure/item/")
        )

    def test_no_chooser_tells_of_a_foreign_draft(self, clerk):
        for model, model_admin in admin.site._registry.items():
            inlines = [inline(model, admin.site) for inline in model_admin.inlines]
            for owner in (model_admin, *inlines):
                for field in (*owner.autocomplete_fields, *owner.raw_id_fields):
                    source = owner.model._meta
                    query = f"app_label={source.app_label}&model_name={source.model_name}&field_name={field}&term=外单位"
                    response = clerk.get(f"/admin/autocomplete/?{query}")
                    assert SECRET not in said(response), field

    def test_a_popup_shows_no_more(self, clerk):
        for query in (
            "_popup=1",
            "_popup=1&_to_field=id",
            "_to_field=created_by",
            "_popup=1&_to_field=index_number",
        ):
            response = clerk.get(f"/admin/disclosure/item/?{query}")
            assert SECRET not in said(response)

    def test_keys_of_a_foreign_draft_in_ones_own_form_are_refused_unread(self, clerk, world):
        item, foreign = world.own["disclosure.item"], world.foreign["disclosure.item"]
        address = f"/admin/disclosure/item/{item.pk}/change/"
        form = max(
            html.fromstring(said(clerk.get(address))).xpath("//form[@method='post']"),
            key=lambda one: len(one.fields),
        )
        own = dict(form.form_values())
        attachment, validity = foreign.attachments.get(), foreign.validities.get()
        for change in (
            {"department": world.foreign_organ.pk},
            {"interprets": [foreign.pk]},
            {"validities-0-because_of": foreign.pk},
            {"attachments-0-id": str(attachment.pk), "attachments-0-name": "改名"},
            {"attachments-0-id": str(attachment.pk), "attachments-0-DELETE": "on"},
            {"validities-0-id": validity.pk, "validities-0-state": "repealed"},
        ):
            with transaction.atomic():
                assert SECRET not in said(clerk.post(address, own | change)), change
                item.refresh_from_db()
                assert not item.interprets.filter(pk=foreign.pk).exists(), change
                assert not item.validities.filter(because_of=foreign).exists(), change
                attachment.refresh_from_db()
                validity.refresh_from_db()
                transaction.set_rollback(True)
            assert (item.department, attachment.name, validity.state) == (
                world.organ,
                f"{SECRET}.txt",
                "in_force",
            ), change

    @pytest.mark.parametrize("role", [*SCOPED, "系统管理员"])
    def test_no_foreign_file_is_served(self, world, role):
        file = world.foreign["disclosure.item"].attachments.get()
        assert signed_in(world.people[role]).get(file.get_absolute_url()).status_code == 404

    def test_the_front_of_the_desk_names_no_foreign_record(self, world):
        for role in SCOPED:
            assert SECRET not in said(signed_in(world.people[role]).get("/admin/"))
