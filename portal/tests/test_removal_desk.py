"""The desk after a withdrawal and after a removal by law, as every role: lists, histories,
searches, choosers, exports, the queue, jobs.
"""

import logging
from urllib.parse import quote

import pytest

from desk.models import keep_form
from disclosure import acts
from disclosure.erasing import clearing
from disclosure.files.editions import editions_of
from disclosure.files.formats import FORMATS
from disclosure.files.jobs import enqueue_file
from disclosure.models import BulkImport, FindingOverride, LegacyOriginal, OldAddress, Review
from disclosure.models.desk.editing import kept_about
from inquiries.models import ErrorReport
from portal.tests import planted as looking
from portal.tests.desk_world import ROLES, World
from portal.tests.test_desk_matrix import addresses

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.any_database]
WHY = "人民法院（2026）黑01行终1号判决"
# Of these nobody reads another department's items; the others have the right to what is withdrawn,
# and to nothing of what is removed.
WITHOUT_RIGHT = ("信息员", "审核员", "系统管理员", "安全管理员")


@pytest.fixture(autouse=True)
def _quiet(settings, tmp_path):
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def item(world):
    """Of the department that only its own people, the office and the auditor may look into."""
    found = looking.plant_item(
        {"personnel": world.shelf}, world.foreign_organ, world.people["公开办"]
    )
    enqueue_file(next(editions_of([found.item.pk])), FORMATS["pdf"])
    values = {"title": [found.word("没有保存的填写")]}
    about = kept_about(found.item)
    keep_form(
        user=world.stranger,
        place="disclosure.item",
        key=str(found.item.pk),
        values=values,
        about=about,
    )
    return found


def records_of(found, world):
    """{model label: record} of everything that is about the item, for the addresses of the desk."""
    item = found.item
    return world.foreign | {
        "disclosure.item": item,
        "disclosure.revision": item.revisions.first(),
        "disclosure.review": Review.objects.filter(item=item).first(),
        "disclosure.findingoverride": FindingOverride.objects.filter(item=item).first(),
        "disclosure.legacyoriginal": LegacyOriginal.objects.get(item=item),
        "disclosure.oldaddress": OldAddress.objects.get(item=item),
        "disclosure.bulkimport": BulkImport.objects.filter(
            uploaded_by=world.people["公开办"]
        ).first(),
        "inquiries.errorreport": ErrorReport.objects.get(number="JC1"),
    }


def questions(found, world):
    """Every address of the desk for the item; and whatever finds by words."""
    yield from (address for _, address in addresses(records_of(found, world), world))
    if pending := found.item.pending_correction:
        yield f"/admin/disclosure/item/{pending.pk}/change/"
    for name in ("title", "旧版title", "文号"):
        word = quote(found.words[name])
        for model in (
            "disclosure/item",
            "disclosure/review",
            "disclosure/revision",
            "disclosure/legacyoriginal",
        ):
            yield f"/admin/{model}/?q={word}"
        yield f"/admin/disclosure/item/export/?export_format=csv&q={word}"
        for field in ("interprets", "because_of"):
            model = "item" if field == "interprets" else "validity"
            yield f"/admin/autocomplete/?app_label=disclosure&model_name={model}&field_name={field}&term={word}"


def seen(found, asked, user):
    """{word: pages}, but for what a page repeats of its own question."""
    told = looking.in_answers(found.words.values(), asked, user=user)
    named = {
        word: [page for page in pages if quote(word) not in page] for word, pages in told.items()
    }
    return {word: pages for word, pages in named.items() if pages}


def test_what_is_pulled_is_read_at_the_desk_by_nobody_without_a_right_to_it(item, world):
    before = list(questions(item, world))
    told = (
        seen(item, before, user).values() for user in (world.people["superuser"], world.stranger)
    )
    where_it_stood = {
        place.rpartition(" ")[0] for one in told for places in one for place in places
    }
    acts.pull_item(item=item.item, by=world.people["公开办"])
    item.words.pop("撤回原因")  # of an earlier withdrawal: the register told it
    asked = [
        page for page in questions(item, world) if page in where_it_stood or page not in before
    ]
    assert {role: seen(item, asked, world.people[role]) for role in WITHOUT_RIGHT} == {
        role: {} for role in WITHOUT_RIGHT
    }
    assert item.words["正文"] in seen(item, asked, world.stranger)  # its own department reads on


def test_what_is_removed_is_read_at_the_desk_by_nobody(item, world):
    """A superuser and the item's own clerk ask every address; every role, those that told something
    before.
    """
    before = list(questions(item, world))
    told, told_own = (
        seen(item, before, user) for user in (world.people["superuser"], world.stranger)
    )
    assert len(told) > 25  # the walk meets the words while they are there
    where_it_stood = sorted(
        {
            place.rpartition(" ")[0]
            for pages in [*told.values(), *told_own.values()]
            for place in pages
        }
    )
    acts.remove_item(item=item.item, by=world.people["公开办"], reason=WHY)
    clearing.finish()
    everything = list(dict.fromkeys([*before, *questions(item, world)]))
    people = {
        "superuser": (world.people["superuser"], everything),
        "its own clerk": (world.stranger, everything),
    }
    people |= {role: (world.people[role], where_it_stood) for role in ROLES}
    assert {name: seen(item, asked, user) for name, (user, asked) in people.items()} == {
        name: {} for name in people
    }
