"""Every public address × every role × every state of an item and of a report: nothing hidden ever
shows, whoever asks.

The addresses come from the URL configuration: a new one is walked at once, and one with a parameter
that nobody has filled in here fails the test. What a signed-in person reads is what everybody
reads; the one difference are files of drafts.
"""

import datetime as dt
import ipaddress
import logging

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from catalog.locks import tree_write
from catalog.models import Category
from catalog.tests.builders import make_category, make_department
from disclosure.acts import start_correction
from disclosure.acts.registering import record_revision
from disclosure.choices import ONCE_PUBLIC, DisclosureMode, Status, Term
from disclosure.models import OldAddress
from disclosure.tests.builders import make_attachment, make_item, make_report, make_staff
from disclosure.tests.test_public_gate import readable
from ledger.models import Act
from portal.accounts.sessions import DUTIES
from portal.tests.public_routes import FIELD, filled, patterns

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
SECRET, SHOWN = "绝不外泄的内容", "人人可读的内容"
OF_A_RECORD = {
    "index_number",
    "year",
    "pk",
    "sha256",
    "path",
}  # parameters that name one item, report, file or revision
TAKES_POSTS = {"preferences", "register-verify", "csp-report", "correction-new", "correction-query"}
GIVES_A_TOKEN = {
    "correction-new",
    "correction-query",
}  # against forms sent from other sites, in a cookie
ANY_METHOD = {
    "api:openapi-json"
}  # the library's own view; it reads the description, however it is asked
STATES = {
    "published": {},
    **{
        status.value: {"status": status}
        for status in Status
        if status not in (Status.PUBLISHED, Status.KEPT)
    },
    "kept": {
        "status": Status.KEPT,
        "disclosure_mode": DisclosureMode.CLOSED,
        "next_review_on": dt.date(2030, 1, 1),
    },
    "on request": {
        "status": Status.KEPT,
        "disclosure_mode": DisclosureMode.ON_REQUEST,
        "next_review_on": dt.date(2030, 1, 1),
    },
    "removed by law": {"status": Status.WITHDRAWN, "is_removed_by_law": True},
    "not yet": {"published_at": timezone.make_aware(dt.datetime(2999, 1, 1))},
    "term over": {"term": Term.LIMITED, "disclosed_until": dt.date(2020, 1, 1)},
    "hidden column": {},
    "below a hidden column": {},
}
ROLES = (None, "信息员", "审核员", "公开办", "审计员", "系统管理员", "安全管理员")
# Pages leave staff out of the browse count.
ASK_WHO_READS = {"attachment", "item-detail", "report-detail"}
READ = {
    *(
        "item-detail",
        "item-history",
        "item-revision",
        "item-counts",
        "item-code",
        "item-file",
        "revision-content",
    ),
    *(
        "report-detail",
        "report-history",
        "report-counts",
        "report-figures",
        "report-code",
        "report-file",
        "attachment",
    ),
    *("api:item", "api:item-revisions", "api:report"),
}
READ_DRAFT_FILES = {"信息员", "审核员", "公开办", "审计员"}  # of their own organ, or of all


class World:
    """An item with a file, and a report, in every state; `records` holds {state: what their
    addresses are made of}.
    """

    def __init__(self, shelves, organ):
        self.organ, self.shelves, self.records = organ, shelves, {}
        self.answers, self.ask_who_reads = {}, set()  # what the walks below found
        with tree_write():
            hidden = Category.objects.get(slug="procurement")
            hidden.is_visible = False
            hidden.save()
        self.columns = {
            "hidden column": hidden,
            "below a hidden column": make_category(
                "隐藏栏目之下", slug="below-hidden", parent=hidden
            ),
        }
        for year, (state, fields) in enumerate(STATES.items(), start=2008):
            self.records[state] = self._record(state, year, fields)
        self.records["correction"] = self._correction()
        foreign = make_department("区教育局")
        self.people = {
            (role, "own"): role and make_staff(role, organ, username=role) for role in ROLES
        }
        self.people |= {
            (role, "foreign"): make_staff(role, foreign, username=f"{role}二")
            for role in ROLES[1:3]
        }

    def _record(self, state, year, fields):
        said = SHOWN if state == "published" else SECRET
        was_public = fields.get("status", Status.PUBLISHED) in ONCE_PUBLIC
        # What ended its term is still named by its notice; what was withdrawn or removed by law is
        # not.
        title = "曾经公开的标题" if fields.get("status") == Status.ARCHIVED else said
        words = {
            "title": title,
            "summary": said,
            "keywords": said,
            "document_number": f"{said}号",
            **fields,
        }
        words |= {
            "department": self.organ,
            "category": self.columns.get(state, self.shelves["personnel"]),
        }
        item = make_item(index_number=f"G/{year}-1", body=f"<p>{said}</p>", **words)
        # The register goes on naming the files of what was public.
        file = make_attachment(
            item, "曾经公开的附件.txt" if was_public else f"{said}.txt", said.encode()
        )
        old = OldAddress.objects.create(path=f"/art/{year}/1.html", item=item)
        words |= {
            "category": self.columns.get(state, self.shelves["annual-reports"]),
            "body": f"<p>{said}</p>",
        }
        del words["title"]  # a report has one of its own
        make_report(year, index_number=f"G/{year}-2", sections=[(said, f"<p>{said}</p>")], **words)
        revision = self._remember(item) if was_public else None
        return {
            "index_number": item.index_number,
            "year": str(year),
            "pk": str(file.pk),
            "name": file.name,
            "sha256": revision.content_sha256 if revision else "0" * 64,
            "path": old.path.lstrip("/"),
        }

    def _remember(self, item):
        """The revision of what was once public; the register keeps its title."""
        item.title = "曾经公开的标题"
        with transaction.atomic():
            record_revision(Act.PUBLISH, item, None)
        return item.current_revision

    def _correction(self):
        """Of the public item: at its address nothing of the correction shows."""
        public = self.organ.items.get(index_number=self.records["published"]["index_number"])
        correction = start_correction(item=public, by=make_staff("信息员", self.organ))
        words = {"title": SECRET, "body": SECRET, "summary": SECRET, "change_note": SECRET}
        type(correction).objects.filter(pk=correction.pk).update(**words)
        file = make_attachment(correction, f"{SECRET}.txt", SECRET.encode())
        return self.records["published"] | {"pk": str(file.pk), "name": file.name}

    def addresses(self):
        """(state, or None where an address names no record; its name; the address) of the whole
        public side.
        """
        general = {
            "slug": "songbei",
            "organ": "songbei",
            "number": "1",
            "extension": "json",
            "key": "a",
        }
        general |= {"name": "items.jsonl.gz", "section": "2026", "sequence": "1"}
        for name, route in patterns():
            wanted = {first or second for first, second in FIELD.findall(route)}
            if not wanted & OF_A_RECORD:
                yield None, name, filled(route, general)
                continue
            for state, record in self.records.items():
                yield state, name, filled(route, general | record)


@pytest.fixture
def world(shelves, government):
    logging.disable(logging.CRITICAL)  # some thousand refusals
    yield World(shelves, government)
    logging.disable(logging.NOTSET)


def signed_in(user):
    client = Client()
    if user:
        client.force_login(user)
    return client


def faults(world, role, whose, addresses):
    """(who, state, name, status) of answers that show what is hidden, or hide what this reader may
    have.
    """
    client = signed_in(world.people[role, whose])
    for state, name, address in addresses:
        response = client.get(address)
        text = readable(response.getvalue() if response.streaming else response.content)
        if name == "attachment" and state != "published":
            may = whose == "own" and role in READ_DRAFT_FILES
            is_right = (response.status_code, SECRET in text) == (
                (200, True) if may else (404, False)
            )
            is_right &= not may or "no-store" in response["Cache-Control"]
        else:
            is_right = SECRET not in text and not (response.cookies and name not in GIVES_A_TOKEN)
        if (name, state) in {("item-detail", "published"), ("attachment", "published")}:
            is_right &= SHOWN in text
        world.answers.setdefault((state, name), set()).add(response.status_code)
        if response.wsgi_request.session.accessed:
            world.ask_who_reads.add((state, name))
        if not is_right:
            yield role, whose, state, name, response.status_code


def test_nothing_hidden_shows_to_anybody(world):
    """Whoever sees most walks all of it. What never asks who reads gives everybody this same
    answer; what does ask is walked once more by everybody else.
    """
    addresses, found = list(world.addresses()), []
    found += faults(world, "公开办", "own", addresses)
    assert {name for _, name in world.ask_who_reads} == ASK_WHO_READS
    rest = [one for one in addresses if one[:2] in world.ask_who_reads]
    for role, whose in world.people:
        if role != "公开办":
            found += faults(world, role, whose, rest)
    assert found == []
    # Nobody but for files of drafts is given another answer than the next; and what may be read,
    # is.
    assert [
        key for key, given in world.answers.items() if len(given) > 1 and key[1] != "attachment"
    ] == []
    assert {
        name
        for (state, name), given in world.answers.items()
        if state == "published" and given == {200}
    } >= READ


def test_the_public_side_takes_nothing_but_its_forms(world):
    """Nobody, signed in or not, writes through a public address."""
    for user in (None, world.people["公开办", "own"]):
        client = signed_in(user)
        for state, name, address in world.addresses():
            if state not in (None, "published", "draft") or name in TAKES_POSTS | ANY_METHOD:
                continue
            for method in (client.post, client.put, client.patch, client.delete):
                assert method(address).status_code in (404, 405), (name, address)


def test_every_address_is_one_of_the_configuration(world):
    """What is filled in here leads to the view it is meant for."""
    for _, name, address in world.addresses():
        match = resolve(address)
        assert match.view_name in (name, "") or match.url_name is None, (
            name,
            address,
            match.view_name,
        )


@pytest.mark.parametrize("obstacle", ["a duty", "another network"])
def test_who_is_kept_from_the_desk_gets_no_draft_elsewhere(client, settings, government, obstacle):
    file = make_attachment(
        make_item(status=Status.DRAFT, department=government), "示例.txt", SECRET.encode()
    )
    client.force_login(make_staff("信息员", government))
    assert client.get(file.get_absolute_url()).status_code == 200
    if obstacle == "a duty":
        session = client.session
        session[DUTIES] = ["second-factor"]
        session.save()
    else:
        settings.ADMIN_ALLOWED_NETWORKS = [ipaddress.ip_network("10.1.0.0/16")]
    assert client.get(file.get_absolute_url()).status_code == 404
