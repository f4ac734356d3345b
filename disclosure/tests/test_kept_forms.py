"""Nothing typed is lost: kept every half minute, offered on return, gone when saved or removed by
law; good files stay.
"""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import html
from PIL import Image

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from desk.models import KEPT_DAYS, KEPT_VERSIONS, KeptForm, StagedFile, forget_old
from desk.tests.forms import versioned
from disclosure import acts
from disclosure.choices import Status
from disclosure.models import Attachment, Item
from disclosure.tests.builders import correct, make_draft, make_item, make_public, make_staff

pytestmark = pytest.mark.django_db
KEEP = "/admin/disclosure/item/keep/"
ADD = "/admin/disclosure/item/add/"


def desk_of(department, role="信息员"):
    client = Client()
    client.user = make_staff(role, department)
    client.force_login(client.user)
    return client


@pytest.fixture
def draft():
    root = make_category("政府信息", section=Section.CONTENT)
    return make_draft("关于防汛工作的通知", category=make_category("通知", parent=root))


@pytest.fixture
def clerk(draft):
    return desk_of(draft.department)


@pytest.fixture
def address(draft):
    return f"/admin/disclosure/item/{draft.pk}/change/"


def fields(item, **more):
    values = {
        "title": item.title,
        "department": item.department_id,
        "category": item.category_id,
        "body": item.body,
    }
    values |= {"created_on": item.created_on.isoformat(), "term": "permanent", "scope": "society"}
    for prefix in ("attachments", "validities"):
        values |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return values | more


def keep(client, item, **values):
    version = client.get(f"/admin/disclosure/item/{item.pk}/change/").context["version"]
    return client.post(
        KEEP, fields(item, **values) | {"_version": version, "_kept_object": item.pk}
    )


class TestKeeping:
    def test_what_is_typed_is_offered_on_return_and_can_be_taken_up_and_saved(
        self, draft, clerk, address
    ):
        assert keep(clerk, draft, title="写到一半的标题").json()["kept_at"]
        draft.refresh_from_db()
        assert draft.title == "关于防汛工作的通知"
        again = Client()
        again.force_login(clerk.user)  # another browser, after the crash of the first
        page = again.get(address)
        [kept] = page.context["kept_offers"]
        assert "写到一半的标题" in page.content.decode()
        restored = again.get(f"{address}?kept={kept.pk}")
        said = restored.content.decode()
        assert 'value="写到一半的标题"' in said
        assert "为您留着的内容，还没有保存" in said
        assert "两边的内容" not in said
        draft.refresh_from_db()
        assert draft.title == "关于防汛工作的通知"
        values = fields(draft, title="写到一半的标题", _version=restored.context["version"])
        assert again.post(address, values).status_code == 302
        assert not KeptForm.objects.exists()
        assert not again.get(address).context["kept_offers"]

    def test_it_is_nobody_elses(self, draft, clerk, address):
        keep(clerk, draft, title="写到一半的标题")
        colleague = desk_of(draft.department)
        page = colleague.get(address)
        assert not page.context["kept_offers"]
        kept = KeptForm.objects.get()
        assert colleague.get(f"{address}?kept={kept.pk}").status_code == 302
        assert (
            "写到一半"
            not in colleague.get(f"{address}?kept={kept.pk}", follow=True).content.decode()
        )

    def test_what_somebody_saved_meanwhile_is_shown_beside_it(self, draft, clerk, address):
        keep(clerk, draft, title="写到一半的标题")
        colleague = desk_of(draft.department)
        colleague.post(address, versioned(colleague, address, fields(draft, title="同事的标题")))
        said = clerk.get(f"{address}?kept={KeptForm.objects.get().pk}").content.decode()
        assert "别人已经保存了新的内容" in said
        assert "同事的标题" in said
        assert 'value="写到一半的标题"' in said

    def test_a_record_that_was_never_saved_is_kept_too(self, draft, clerk):
        key = clerk.get(ADD).context["kept_key"]
        assert clerk.post(KEEP, fields(draft, title="新写的标题", _kept_key=key)).status_code == 200
        page = clerk.get(ADD)
        assert "新写的标题" in page.content.decode()
        restored = clerk.get(f"{ADD}?kept={page.context['kept_offers'][0].pk}")
        assert restored.context["kept_key"] == key
        assert Item.objects.count() == 1
        clerk.post(ADD, fields(draft, title="新写的标题", _kept_key=key))
        assert Item.objects.filter(title="新写的标题").count() == 1
        assert not KeptForm.objects.exists()

    def test_two_new_records_at_once_are_two(self, draft, clerk):
        keys = [clerk.get(ADD).context["kept_key"] for _ in range(2)]
        for number, key in enumerate(keys):
            clerk.post(KEEP, fields(draft, title=f"第{number}条", _kept_key=key))
        assert [kept.values["title"] for kept in clerk.get(ADD).context["kept_offers"]] == [
            ["第1条"],
            ["第0条"],
        ]

    def test_it_can_be_given_up(self, draft, clerk, address):
        keep(clerk, draft, title="写到一半的标题")
        answer = clerk.post(KEEP, {"_kept_object": draft.pk, "_kept_discard": "1"})
        assert (answer.status_code, answer.url) == (302, address)
        assert not KeptForm.objects.exists()

    def test_the_last_few_states_stay_and_the_old_go(self, draft, clerk):
        for number in range(KEPT_VERSIONS + 3):
            keep(clerk, draft, title=f"第{number}稿")
        assert KeptForm.objects.count() == KEPT_VERSIONS
        keep(clerk, draft, title=f"第{KEPT_VERSIONS + 2}稿")
        assert KeptForm.objects.count() == KEPT_VERSIONS
        forget_old(timezone.now() + dt.timedelta(days=KEPT_DAYS + 1))
        assert not KeptForm.objects.exists()

    def test_a_stranger_keeps_nothing_of_anothers_record(self, draft):
        stranger = desk_of(make_department())
        assert stranger.post(KEEP, {"_kept_object": draft.pk, "title": "x"}).status_code == 404
        assert stranger.post(KEEP, {"_kept_key": "x" * 90}).status_code == 404
        assert stranger.get(KEEP).status_code == 405
        assert not KeptForm.objects.exists()

    def test_a_session_that_ended_is_told_and_what_was_kept_before_is_offered_after_the_log_in(
        self, draft, clerk, address
    ):
        keep(clerk, draft, title="写到一半的标题")
        clerk.logout()
        assert clerk.post(KEEP, {"_kept_object": draft.pk}).status_code in (302, 403)
        clerk.force_login(clerk.user)
        assert clerk.get(address).context["kept_offers"]

    def test_removal_by_law_takes_it_along_a_corrections_too(self, draft, clerk):
        public = make_public(draft)
        correction = correct(public, by=clerk.user)
        keep(clerk, correction, title="还没有保存的个人信息")
        assert KeptForm.objects.get().about == f"disclosure.item:{public.pk}"
        office = make_staff("公开办", make_department())
        acts.remove_item(item=public, by=office, reason="涉及个人隐私")
        assert not KeptForm.objects.exists()


def picture(number):
    stream = BytesIO()
    Image.new("RGB", (8, 8), (number, 0, 0)).save(stream, "PNG")
    return SimpleUploadedFile(f"图{number}.png", stream.getvalue(), "image/png")


def eleven(bad):
    files = {f"attachments-{number}-file": picture(number) for number in range(11)}
    files[f"attachments-{bad}-file"] = SimpleUploadedFile("坏的.png", b"no picture", "image/png")
    return files


def rows(prefix="attachments", total=11):
    return {f"{prefix}-TOTAL_FORMS": total} | {
        f"{prefix}-{number}-position": number for number in range(total)
    }


def brought_back(response):
    """The hidden fields that stand for staged files."""
    page = html.fromstring(response.content.decode())
    return {field.name: field.value for field in page.xpath("//input[contains(@name, '-staged')]")}


class TestTheTreesForms:
    """Columns of the catalogue and organs are typed into as long forms as well."""

    @pytest.mark.parametrize("kind", ["category", "department"])
    def test_what_is_typed_is_offered_on_return(self, draft, kind):
        office, record = desk_of(None, "公开办"), getattr(draft, kind)
        address, place = (
            f"/admin/catalog/{kind}/{record.pk}/change/",
            f"/admin/catalog/{kind}/keep/",
        )
        opened = office.get(address)
        assert opened.context["keep_url"] == place
        form = max(html.fromstring(opened.content.decode()).forms, key=lambda one: len(one.fields))
        typed = {name: value for name, value in form.form_values() if name != "section"}
        typed |= {"name": "写到一半的名称", "_kept_object": record.pk}
        assert "kept_at" in office.post(place, typed).json()
        [offer] = office.get(address).context["kept_offers"]
        assert "写到一半的名称" in office.get(f"{address}?kept={offer.pk}").content.decode()
        record.refresh_from_db()
        assert record.name != "写到一半的名称"
        assert desk_of(None, "审计员").post(place, typed).status_code == 403


class TestStaging:
    def test_one_bad_file_of_eleven_keeps_the_other_ten(self, draft, clerk, address):
        response = clerk.post(
            address, versioned(clerk, address, fields(draft) | rows() | eleven(bad=4))
        )
        staged = brought_back(response)
        assert (response.status_code, len(staged), StagedFile.objects.count()) == (200, 10, 10)
        assert "已上传：图3.png" in response.content.decode()
        again = fields(draft) | rows() | staged | {"attachments-4-file": picture(99)}
        assert clerk.post(address, versioned(clerk, address, again)).status_code == 302
        assert sorted(draft.attachments.values_list("name", flat=True)) == sorted(
            f"图{number}.png" for number in (0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 99)
        )
        assert len({file.sha256 for file in Attachment.objects.all()}) == 11
        assert not StagedFile.objects.exists()

    def test_a_mistake_in_a_new_item_keeps_its_file(self, draft, clerk):
        data = fields(draft, title="") | rows(total=1) | {"attachments-0-file": picture(1)}
        staged = brought_back(clerk.post(ADD, data))
        assert len(staged) == 1
        assert (
            clerk.post(ADD, fields(draft, title="新的") | rows(total=1) | staged).status_code == 302
        )
        assert Item.objects.get(title="新的").attachments.count() == 1

    def test_a_token_nobody_signed_brings_nothing(self, draft, clerk, address):
        data = fields(draft) | rows(total=1) | {"attachments-0-file-staged": "made-up"}
        clerk.post(address, versioned(clerk, address, data))
        assert not draft.attachments.exists()

    def test_they_go_after_some_days_and_with_the_item(self, draft, clerk, address):
        clerk.post(address, versioned(clerk, address, fields(draft) | rows() | eleven(bad=0)))
        forget_old(timezone.now() + dt.timedelta(days=8))
        assert not StagedFile.objects.exists()

    def test_another_file_takes_the_place_of_the_staged_one(self, draft, clerk, address):
        data = fields(draft, title="") | rows(total=1) | {"attachments-0-file": picture(1)}
        staged = brought_back(clerk.post(address, versioned(clerk, address, data)))
        again = fields(draft) | rows(total=1) | staged | {"attachments-0-file": picture(2)}
        clerk.post(address, versioned(clerk, address, again))
        assert draft.attachments.get().name == "图2.png"
        assert make_item(status=Status.DRAFT).pk
