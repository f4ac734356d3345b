"""Two people at one item and its correction, at the same moment, with slow forms and every act:
against a model of the states.

Each step lets two acts go at once, on connections of their own, and asks: is there an order of the
two in which the model comes to the same answers, and to the same record? Then item, revisions,
register, search index and public stamp are held against each other.

The suite tries a little; `make drill-saves` and the scoreboard much (MODEL_EXAMPLES, MODEL_STEPS),
on both databases.
"""

import contextlib
import datetime as dt
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from catalog.actions import move_contents  # noqa: F401 – the act below is of the room above
from catalog.models import Category, PublicStamp, Section
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.acts.guarding import locked, require_status
from disclosure.choices import EDITABLE, ONCE_PUBLIC, DisclosureMode, Status, Term
from disclosure.models import Item, Review, Validity
from disclosure.revisions.standing import differences
from disclosure.search.items import ITEMS
from disclosure.tests.builders import make_draft, make_staff
from ledger.models import Entry
from search.models import SearchEntry

S = Status
serial = count(1)
PLANNED = dt.timedelta(days=400)


@dataclass(frozen=True)
class Draft:
    """What the model knows of an item at the desk: a first draft, or a correction."""

    status: str = S.DRAFT
    version: int = 0
    is_planned: bool = False

    def to(self, status, **more):
        return replace(self, status=status, version=self.version + 1, **more)


@dataclass(frozen=True)
class World:
    """All the model knows: the item, its correction (`number`: which one it is), what the register
    says, what the public sees.
    """

    item: Draft = Draft()
    correction: Draft | None = None
    number: int = 0
    is_removed: bool = False
    acts: tuple = ()
    revisions: int = 0
    shelf: int = 0
    hidden: frozenset = frozenset()


@dataclass(frozen=True)
class Try:
    """One act of one person. `of`: "item", or the number of the correction that was there when the
    step began.
    """

    name: str
    of: object = "item"
    version: int | None = None  # of a form, when it was loaded
    values: tuple = ()
    shelf: int = 0


AT_WORK = {  # act → (states it begins in, state it leads to), of an item or a correction
    "submit": (EDITABLE, S.SUBMITTED),
    "recall": ((S.SUBMITTED,), S.DRAFT),
    "return": ((S.SUBMITTED, S.APPROVED, S.SCHEDULED), S.RETURNED),
    "approve": ((S.SUBMITTED,), S.APPROVED),
    "unschedule": ((S.SCHEDULED,), S.APPROVED),
}
OF_THE_PUBLIC = ("withdraw", "restore", "correct", "archive", "validity", "remove")
IN_THE_CATALOGUE = ("move", "hide", "show")


def after(world, act):
    """The world after an act, or None where it is refused."""
    if act.name in OF_THE_PUBLIC:
        return _after_public(world, act)
    if act.name in IN_THE_CATALOGUE:
        return _after_catalogue(world, act)
    thing = world.item if act.of == "item" else world.correction if act.of == world.number else None
    if thing is None:
        return None
    if act.name == "discard":
        return (
            replace(world, correction=None)
            if act.of != "item" and thing.status in EDITABLE
            else None
        )
    if act.name == "post":
        return (
            _put(world, act, thing.to(thing.status))
            if thing.status in EDITABLE and thing.version == act.version
            else None
        )
    if act.name in ("publish", "schedule"):
        return _after_publish(world, act, thing)
    begins, leads = AT_WORK[act.name]
    if thing.status not in begins:
        return None
    return _put(
        world, act, thing.to(leads, **({"is_planned": False} if act.name == "unschedule" else {}))
    )


def _put(world, act, thing):
    return replace(world, **{"item" if act.of == "item" else "correction": thing})


def _after_publish(world, act, thing):
    if thing.status not in (S.APPROVED, S.SCHEDULED):
        return None
    if act.name == "schedule" or (thing.status == S.APPROVED and thing.is_planned):
        return _put(world, act, thing.to(S.SCHEDULED, is_planned=True))
    item = world.item.to(S.PUBLISHED, is_planned=False)
    said = "publish" if act.of == "item" else "amend"
    return replace(
        world, item=item, acts=(*world.acts, said), revisions=world.revisions + 1,
        correction=world.correction if act.of == "item" else None,
    )  # fmt: skip


def _after_public(world, act):
    status = world.item.status
    if act.name == "correct":
        if status not in ONCE_PUBLIC or world.is_removed:
            return None
        return (
            world
            if world.correction
            else replace(world, correction=Draft(), number=world.number + 1)
        )
    if act.name == "remove":
        if status not in ONCE_PUBLIC or world.is_removed:
            return None
        return replace(
            world,
            item=world.item.to(S.WITHDRAWN),
            correction=None,
            is_removed=True,
            acts=(*world.acts, "remove"),
        )
    begins, leads, said = {
        "withdraw": (S.PUBLISHED, S.WITHDRAWN, "withdraw"),
        "archive": (S.PUBLISHED, S.ARCHIVED, "withdraw"),
        "restore": (S.WITHDRAWN, S.PUBLISHED, "restore"),
        "validity": (S.PUBLISHED, S.PUBLISHED, "validity"),
    }[act.name]
    if status != begins or (act.name == "restore" and world.is_removed):
        return None
    return replace(world, item=world.item.to(leads), acts=(*world.acts, said))


def _after_catalogue(world, act):
    if act.name == "move":
        if world.shelf == act.shelf:
            return world
        moved = {"item": world.item.to(world.item.status), "shelf": act.shelf}
        if world.correction:
            moved["correction"] = world.correction.to(world.correction.status)
        return replace(world, **moved)
    return replace(
        world,
        hidden=world.hidden | {act.shelf} if act.name == "hide" else world.hidden - {act.shelf},
    )


REFUSALS = (ValidationError, PermissionDenied)
POOL = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
TOLD_EVERY = 10  # examples, where many are tried


class Town:
    """Organ, shelves and people of all examples. Made anew each time, a thousand shelves would slow
    every form down.
    """

    def __init__(self):
        self.organ = make_department()
        root = Category.objects.filter(parent=None).first() or make_category(
            "根", section=Section.CONTENT
        )
        *self.shelves, self.attic = [make_category(parent=root) for _ in range(3)]
        self.clerks = [make_staff("信息员", self.organ) for _ in range(2)]
        self.reviewer = make_staff("审核员", self.organ)
        self.office = make_staff(
            "公开办", self.organ, permissions=("disclosure.remove_item", "catalog.manage_catalog")
        )
        self.clients = [Client(raise_request_exception=True) for _ in self.clerks]
        for client, clerk in zip(self.clients, self.clerks, strict=True):
            client.force_login(clerk)
        self.examples, self.steps, self.saved, self.began = 0, 0, 0, time.monotonic()

    def clear(self):
        """Show both shelves, and empty them: `move` would take along what earlier examples left
        there.
        """
        Item.objects.filter(category__in=self.shelves).update(category=self.attic)
        Category.objects.filter(pk__in=[shelf.pk for shelf in self.shelves]).update(is_visible=True)
        PublicStamp.objects.bump()

    def tell(self):
        """Say how far `make drill-saves` is."""
        self.examples += 1
        if "MODEL_EXAMPLES" in os.environ and self.examples % TOLD_EVERY == 0:
            seconds = time.monotonic() - self.began
            told = f"{self.examples} examples, {self.steps} steps at once, {self.saved} forms saved, {seconds:.0f} s\n"
            sys.__stdout__.write(told)  # past pytest's capture (--capture=sys)
            sys.__stdout__.flush()


class TwoPeople(RuleBasedStateMachine):
    """`world` is the model; `forms` what each of the two has open: {person: {of: (version, address,
    values)}}.
    """

    @initialize()
    def found(self):
        self.organ, self.shelves, self.clerks = self.town.organ, self.town.shelves, self.town.clerks
        self.reviewer, self.office, self.clients = (
            self.town.reviewer,
            self.town.office,
            self.town.clients,
        )
        self.town.clear()
        number = next(serial)
        words = chr(0x4E00 + 97 * (number % 200)) + chr(0x5000 + number // 200)
        body = f"<p>为做好第{number}项工作，现将有关事项通知如下，请遵照执行。</p>"
        draft = make_draft(
            f"{words}通知", department=self.organ, category=self.shelves[0], body=body
        )
        self.pk, self.world, self.forms, self.history = draft.pk, World(), {0: {}, 1: {}}, []

    def key(self, act):
        """The item an act is about, as it stood when the step began."""
        return self.pk if act.of == "item" else self.corrections

    # --- One person alone -------------------------------------------------------------

    def is_editable(self):
        """A page without a form teaches the model nothing, and takes as long as a form.

        No precondition of a rule: what comes of two acts at once is chance, and Hypothesis has to
        draw the same for the same.
        """
        return any(
            one and one.status in EDITABLE for one in (self.world.item, self.world.correction)
        )

    @rule(person=st.sampled_from((0, 1)), of=st.sampled_from(("item", "correction")))
    def open_a_form(self, person, of):
        """To be sent now, or much later."""
        if not self.is_editable():
            return
        if of == "item" and self.world.item.status not in EDITABLE:
            of = "correction"
        of, pk = self._named(of)
        thing = self.world.item if of == "item" else self.world.correction
        for known in (
            self.forms.values()
        ):  # clerks of one organ see the same form, until it is saved or acted on
            if of in known and known[of][0] == thing.version:
                self.forms[person][of] = known[of]
                return
        address = f"/admin/disclosure/item/{pk}/change/"
        page = self._page(person, address)
        if page is None or "version" not in page:
            return
        self.forms[person][of] = (thing.version, address, self._values(page))

    @staticmethod
    def _values(page):
        """What the form would send as it stands."""
        form = page["adminform"].form
        values = {"_version": page["version"], "created_on": form.instance.created_on.isoformat()}
        for name, field in form.fields.items():
            value = form[name].value()
            if name.endswith("published_at"):
                local = timezone.localtime(value) if value else None
                values |= {
                    f"{name}_0": f"{local:%Y-%m-%d}" if local else "",
                    f"{name}_1": f"{local:%H:%M:%S}" if local else "",
                }
            elif name not in values and not field.disabled:
                values[name] = "" if value is None else value
        for formset in page["inline_admin_formsets"]:
            prefix = formset.formset.prefix
            rows = formset.formset.initial_forms
            values |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
            for row in rows:
                for name in row.fields:
                    value = row[name].value()
                    if name != "file" and name != "DELETE":
                        values[row.add_prefix(name)] = (
                            "" if value is None else getattr(value, "pk", value)
                        )
        return values

    def _page(self, person, address):
        """What the page of a form is made of, as the view hands it over; nobody reads the page
        itself. None where there is none.
        """
        request, match = RequestFactory().get(address), resolve(address)
        request.user, request.session = self.clerks[person], self.clients[person].session
        request.resolver_match, request._messages = match, FallbackStorage(request)
        answer = match.func(request, *match.args, **match.kwargs)
        return answer.context_data if answer.status_code == 200 else None

    # --- Two people at once -------------------------------------------------------------

    acts = st.tuples(
        st.sampled_from(
            [
                *AT_WORK,
                *["post"] * 4,
                *["post with a file"] * 2,
                "publish",
                "schedule",
                "discard",
                *OF_THE_PUBLIC,
                *IN_THE_CATALOGUE,
            ]
        ),
        st.sampled_from(("item", "correction", "correction")),
        st.sampled_from((0, 1)),
    )

    @rule(first=acts, second=acts)
    def at_once(self, first, second):
        self._together([self._try(0, *first), self._try(1, *second)])

    @rule(of=st.sampled_from(("item", "correction")), other=acts)
    def a_form_arrives_meanwhile(self, of, other):
        """Left to chance, few forms are sent that anybody has opened."""
        self.open_a_form(0, of)
        if other[0].startswith("post"):
            self.open_a_form(1, of)
        self._together([self._try(0, "post", of, 0), self._try(1, *other)])

    @rule(act=acts)
    def alone(self, act):
        self._together([self._try(0, *act)])

    @rule(number=st.integers(1, 4))
    def on_its_way(self, number):
        """Without this few examples come as far as the public."""
        for name in ("submit", "approve", "publish", "correct")[:number]:
            self._together([self._try(0, name, "correction", 0)])

    def _named(self, of):
        if of == "item" or self.world.correction is None:
            return "item", self.pk
        return self.world.number, Item.objects.values_list("pk", flat=True).get(corrects=self.pk)

    def _try(self, person, name, of, shelf):
        of, pk = self._named(of)
        if name.startswith("post"):
            held = self.forms[person].get(of)
            if held is None:
                return None
            version, address, values = held
            with_file = {} if name == "post" else self._file(values)
            values = values | {"keywords": f"第{next(serial)}次"} | with_file
            return Try("post", of, version), lambda: self._post(person, address, values)
        return Try(name, of, shelf=shelf), lambda: self._do(name, pk, shelf, self.clerks[person])

    @staticmethod
    def _file(values):
        """One more file below those that the form shows."""
        number, rows = next(serial), values["attachments-TOTAL_FORMS"]
        content = SimpleUploadedFile(f"附件{number}.txt", f"第{number}个附件".encode())
        row = {"file": content, "name": "", "position": rows, "id": ""}
        return {
            "attachments-TOTAL_FORMS": rows + 1,
            **{f"attachments-{rows}-{name}": value for name, value in row.items()},
        }

    def _post(self, person, address, values):
        answer = self.clients[person].post(address, values)
        assert answer.status_code in (200, 302, 409), (answer.status_code, address)
        self.town.saved += answer.status_code == 302
        return answer.status_code == 302

    def _do(self, name, pk, shelf, clerk):
        if name in IN_THE_CATALOGUE:
            return self._change_the_catalogue(name, shelf)
        item = Item.objects.filter(pk=pk).first() or Item(pk=pk)
        match name:
            case "submit":
                acts.submit_item(item=item, by=clerk)
            case "recall":
                acts.recall_item(item=item, by=clerk)
            case "return":
                acts.return_item(item=item, by=self.reviewer, note="请修改")
            case "approve":
                acts.approve_item(
                    item=item, by=self.reviewer, mode=DisclosureMode.PROACTIVE, basis="20-1"
                )
            case "publish":
                acts.publish_item(item=item, by=self.reviewer)
            case "schedule":
                acts.publish_item(item=item, by=self.reviewer, at=timezone.now() + PLANNED)
            case "unschedule":
                acts.unschedule_item(item=item, by=self.reviewer)
            case _:
                self._do_in_public(
                    name, item if name == "discard" else Item.objects.get(pk=self.pk), clerk
                )
        return True

    def _do_in_public(self, name, item, clerk):
        match name:
            case "discard":
                acts.discard_correction(item=item, by=clerk)
            case "withdraw":
                acts.withdraw_item(item=item, by=self.office, reason="核实")
            case "restore":
                acts.restore_item(item=item, by=self.office, note="核实完毕")
            case "remove":
                acts.remove_item(item=item, by=self.office, reason="依法")
            case "correct":
                with transaction.atomic():
                    made = acts.start_correction(item=item, by=clerk)
                    Item.objects.filter(pk=made.pk, change_note="").update(change_note="更正笔误")
            case "archive":
                with transaction.atomic():
                    item = locked(item)
                    require_status(item, S.PUBLISHED)
                    past = timezone.localdate() - dt.timedelta(days=1)
                    Item.objects.filter(pk=item.pk).update(term=Term.LIMITED, disclosed_until=past)
                    assert acts.end_term(item=item)
                    Item.objects.filter(pk=item.pk).update(
                        term=Term.PERMANENT, disclosed_until=None
                    )
            case "validity":
                with transaction.atomic():
                    item = locked(item)
                    require_status(item, S.PUBLISHED)
                    day = dt.date(2020, 1, 1) + dt.timedelta(days=next(serial) % 2000)
                    Validity.objects.filter(item=item, starts_on=day).delete()
                    row = Validity.objects.create(
                        item=item, state=Validity.State.LAPSED, starts_on=day
                    )
                    assert acts.register_validity(validity=row)
                    item.save(update_fields=["updated_at"])

    def _change_the_catalogue(self, name, shelf):
        there, here = self.shelves[shelf], self.shelves[1 - shelf]
        if name == "move":
            acts.move_category_contents(category=here, target=there, by=self.office)
        elif name == "hide":
            acts.hide_category_and_contents(category=there, by=self.office)
        else:
            self._show(there)
        return True

    @staticmethod
    def _show(category):
        from_now = Category.objects.filter(pk=category.pk)
        with transaction.atomic():
            from_now.update(is_visible=True)
            PublicStamp.objects.bump()

    def _together(self, tries):
        tries = [one for one in tries if one]
        if not tries:
            return
        self.town.steps += 1
        self.history.append([act for act, _ in tries])
        with self.saying_what_went_before():
            self._go_together(tries)

    @contextlib.contextmanager
    def saying_what_went_before(self):
        """What hangs on a moment does not come again: the fault itself says what led to it."""
        try:
            yield
        except Exception as fault:
            fault.add_note("\n".join(map(str, [*self.history, self.world])))
            raise

    def _go_together(self, tries):
        before, start = PublicStamp.objects.reading(), threading.Barrier(len(tries))
        running = [POOL[place].submit(_done, start, do) for place, (_, do) in enumerate(tries)]
        answers = [one.result(120) for one in running]
        pairs = [(act, answer) for (act, _), answer in zip(tries, answers, strict=True)]
        known = [
            found
            for order in (pairs, pairs[::-1])
            if (found := _follow(self.world, order, pairs)) is not None
        ]
        assert known, (self.world, pairs)
        self.world = next((world for world in known if self._is_stored(world)), known[0])
        is_public = (
            self.world.acts != self.acts_before
            if hasattr(self, "acts_before")
            else bool(self.world.acts)
        )
        if is_public:
            assert PublicStamp.objects.reading() != before
        self.acts_before = self.world.acts

    def _is_stored(self, world):
        correction = Item.objects.filter(corrects=self.pk).first()
        item = Item.objects.get(pk=self.pk)
        said = tuple(
            Entry.objects.filter(subject_key=item.index_number or "")
            .order_by("sequence")
            .values_list("act", flat=True)
        )
        statuses = (item.status, correction.status if correction else None)
        in_model = (world.item.status, world.correction.status if world.correction else None)
        keys = [shelf.pk for shelf in self.shelves]
        hidden = {
            keys.index(key)
            for key in Category.objects.filter(pk__in=keys, is_visible=False).values_list(
                "pk", flat=True
            )
        }
        there = (item.category_id, hidden)
        return (statuses, said, there) == (in_model, world.acts, (keys[world.shelf], world.hidden))

    def teardown(self):
        self.town.tell()

    # --- What must hold after every step --------------------------------------------------

    @invariant()
    def item_revisions_register_index_and_stamp_agree(self):
        if hasattr(self, "world"):
            with self.saying_what_went_before():
                self._compare()

    def _compare(self):
        world, item = self.world, Item.objects.get(pk=self.pk)
        assert self._is_stored(world), (world, item.status, item.corrects_id)
        assert item.revisions.count() == world.revisions
        assert bool(item.index_number) == bool(world.acts)
        assert SearchEntry.objects.of(ITEMS, [item.pk]).exists() == (item.status == S.PUBLISHED)
        drafts = Item.objects.filter(corrects=item).values_list("pk", flat=True)
        assert not SearchEntry.objects.of(ITEMS, drafts).exists()
        is_seen = item.status == S.PUBLISHED and world.shelf not in world.hidden
        assert Item.objects.published().filter(pk=item.pk).exists() == is_seen
        if item.status == S.PUBLISHED:
            assert not differences(item, item.current_revision)
        assert item.category_id == self.shelves[world.shelf].pk
        for one in Item.objects.filter(pk=self.pk) | Item.objects.filter(corrects=self.pk):
            assert Review.objects.open().filter(item=one).count() == (one.status == S.SUBMITTED)


def _done(start, do):
    """True, or False where it was refused in words; whatever else comes out is a fault."""
    try:
        start.wait(60)
        return do()
    except REFUSALS:
        return False


def _follow(world, order, pairs):
    """The world after two acts in this order, if the model gives the answers that came."""
    for act, was_done in order:
        then = after(world, act)
        others = [other for other, done in pairs if other is not act and done]
        # The checklist is gone through before the lock is taken: who changes the content meanwhile
        # makes the submission begin anew.
        may_be_refused = act.name == "submit" and any(
            other.name in ("post", "move") for other in others
        )
        if not was_done and then is not None and may_be_refused:
            continue
        if was_done != (then is not None):
            return None
        world = then or world
    return world


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_leave_what_one_after_the_other_would():
    TwoPeople.town = Town()
    try:
        run_state_machine_as_test(
            TwoPeople,
            settings=settings(
                max_examples=int(os.environ.get("MODEL_EXAMPLES", 3)),
                stateful_step_count=int(os.environ.get("MODEL_STEPS", 12)),
                deadline=None,
                database=None,
                phases=(
                    Phase.generate,
                ),  # what hangs on a moment does not come again, so it cannot be made smaller
                derandomize="MODEL_EXAMPLES" not in os.environ,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        for one in POOL:
            one.submit(lambda: connection.close()).result()
