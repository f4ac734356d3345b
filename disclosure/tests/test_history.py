"""沿革: revisions as the public reads them."""

import json

import pytest

from catalog.models import Section
from catalog.tests.builders import make_category, make_department
from disclosure import acts
from disclosure.revisions.history import changes
from disclosure.tests.builders import (
    correct,
    make_attachment,
    make_draft,
    make_item,
    make_public,
    make_report,
    make_staff,
)

pytestmark = pytest.mark.django_db
OLD = "<p>第一条　为规范管理，制定本办法。</p><p>第二条　补贴标准为一百元。</p><p>第三条　由区财政局负责解释。</p>"


@pytest.fixture
def amended():
    draft = make_draft("专项资金管理办法", body=OLD, department=make_department("区财政局"))
    make_attachment(draft, "旧附件.txt", b"old")
    public = make_public(draft)
    correction = correct(
        public,
        title="专项资金管理办法（修订）",
        body=OLD.replace("一百元", "二百元"),
        note="标准调整",
    )
    correction.attachments.all().delete()
    return make_public(correction)


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_item_leads_to_its_history_and_to_checking_a_copy(client, amended):
    html = page(client, amended.get_absolute_url())
    assert amended.get_history_url() in html
    assert f"?hash={amended.current_revision.content_sha256}" in html


def test_it_lists_revisions_with_what_changed_and_why(client, amended):
    html = page(client, amended.get_history_url())
    assert "标准调整" in html
    assert "标题、正文、附件" in html
    for revision in amended.revisions.all():
        assert revision.content_sha256 in html
        assert f'href="{revision.get_absolute_url()}"' in html


def test_changes_are_shown_side_by_side(client, amended):
    html = page(client, amended.current_revision.get_absolute_url() + "changes/")
    assert "<del>第二条 补贴标准为一百元。</del><ins>第二条 补贴标准为二百元。</ins>" in html
    assert '<li class="comparison__same">第一条 为规范管理，制定本办法。</li>' in html


def test_the_old_state_is_readable_under_a_banner_with_its_files(client, amended):
    first = amended.revisions.get(number=1)
    html = page(client, first.get_absolute_url())
    assert "这是旧版：第 1 版" in html
    assert "一百元" in html
    file = first.state["attachments"][0]
    assert f"/attachments/{file['id']}/" in html
    response = client.get(f"/attachments/{file['id']}/{file['name']}")
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")


def test_a_citation_is_named_by_the_hash(client, amended):
    first = amended.revisions.get(number=1)
    assert client.get(first.get_citation_url()).url == first.get_absolute_url()
    assert (
        json.loads(client.get(f"/revisions/{first.content_sha256}.json").content)["revision"] == 1
    )


def test_checking_a_copy_leads_to_its_revision_and_to_the_present_one(client, amended):
    first, second = amended.revisions.order_by("number")
    html = page(client, f"/register/verify/?hash={first.content_sha256}")
    assert "已被后来的版本取代" in html
    assert first.get_absolute_url() in html
    assert second.get_absolute_url() in html


@pytest.mark.parametrize(
    "rest", ["revisions/3/", "revisions/0/", "revisions/999999/", "revisions/1/changes/"]
)
def test_what_was_never_there_is_not_found(client, amended, rest):
    assert client.get(f"{amended.get_absolute_url()}{rest}").status_code == 404


def test_what_was_withdrawn_shows_its_notice_at_every_address(client, amended):
    first = amended.revisions.get(number=1)
    acts.withdraw_item(item=amended, by=make_staff("公开办"), reason="标准有争议")
    for address in (
        amended.get_history_url(),
        first.get_absolute_url(),
        first.get_absolute_url() + "changes/",
    ):
        html = page(client, address)
        assert "标准有争议" in html
        assert "一百元" not in html
    assert client.get(f"/revisions/{first.content_sha256}.json").status_code == 404


def test_what_was_removed_by_law_is_gone_at_every_address(client, amended):
    first = amended.revisions.get(number=1)
    acts.remove_item(item=amended, by=make_staff("公开办"), reason="法院判决")
    assert client.get(amended.get_history_url()).status_code == 410
    assert client.get(first.get_absolute_url()).status_code == 410


def test_a_report_has_its_history_at_its_own_address(client):
    bureau = make_department("区财政局", slug="finance")
    shelf = make_category(
        "年报", parent=make_category("松北区政府信息公开"), section=Section.REPORTS
    )
    report = make_report(
        2025, department=bureau, category=shelf, sections=[("一、总体情况", "<p>甲</p>")]
    )
    correction = acts.start_correction(item=report.item, by=make_staff("信息员", bureau))
    correction.annual_report.sections.update(body="<p>乙</p>")
    correction.change_note = "数字有误"
    correction.save()
    acts.force_publish_item(item=correction, by=make_staff("公开办"), reason="演示")
    assert "一、总体情况" in page(client, "/reports/finance/2025/history/")
    assert "<del>甲</del><ins>乙</ins>" in page(
        client, "/reports/finance/2025/revisions/2/changes/"
    )
    assert "<p>甲</p>" in page(client, "/reports/finance/2025/revisions/1/")
    number = report.item.index_number
    assert client.get(f"/items/{number}/revisions/1/").url == "/reports/finance/2025/revisions/1/"
    assert (
        client.get(f"/items/{number}/revisions/2/changes/").url
        == "/reports/finance/2025/revisions/2/changes/"
    )
    assert client.get(f"/items/{number}/history/").url == "/reports/finance/2025/history/"


def test_an_item_nobody_recorded_has_an_empty_history(client):
    assert "没有版本记录" in page(client, make_item().get_history_url())


def test_long_stretches_without_a_change_are_left_out():
    def state(lines):
        fields = {"title": "题", "body": "".join(f"<p>{line}</p>" for line in lines)}
        return {"item": fields, "report": None, "attachments": [], "validities": []}

    lines = [f"第{n}行" for n in range(30)]
    (change,) = changes(state(lines), state([*lines[:15], "新的一行", *lines[15:]]))
    assert [row for row in change.rows if row[2] == "added"] == [("", "新的一行", "added")]
    assert len(change.rows) == 7


def test_a_history_costs_the_same_however_long_it_is(
    client, amended, django_assert_max_num_queries
):
    address = amended.get_history_url()
    client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    most = len(few)  # read now: the next request begins a new log
    for number in range(3):
        make_public(correct(amended, title=f"标题{number}"))
    client.get(address)  # what all pages share is made anew once after a publication
    with django_assert_max_num_queries(most):
        client.get(address)


@pytest.mark.parametrize("method", ["post", "delete"])
def test_it_refuses_the_wrong_method(client, amended, method):
    assert getattr(client, method)(amended.get_history_url()).status_code == 405
