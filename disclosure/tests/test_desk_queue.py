"""The front page of the desk: what waits for whom."""

import datetime as dt

import pytest
from django.utils import timezone

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.choices import Status
from disclosure.desk import queue as queue_module
from disclosure.desk.queue import queues_of
from disclosure.tests.builders import make_draft, make_item, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_department("区财政局")


def titles(user, today=None):
    return {queue.key: [row.item.title for row in queue.rows] for queue in queues_of(user, today)}


def draft(bureau, writer, title, **fields):
    item = make_item(title, department=bureau, status=fields.pop("status", Status.DRAFT), **fields)
    item.contributors.add(writer)
    return item


def test_each_sees_what_waits_for_them_and_nobody_elses(bureau):
    clerk, other = make_staff("信息员", bureau), make_staff("信息员", bureau)
    reviewer, stranger = make_staff("审核员", bureau), make_staff("审核员", make_department())
    draft(bureau, clerk, "写了一半")
    draft(bureau, other, "别人的草稿")
    draft(bureau, clerk, "等着审的", status=Status.SUBMITTED)
    draft(bureau, reviewer, "审核员自己写的", status=Status.SUBMITTED)
    draft(bureau, clerk, "退回来的", status=Status.RETURNED)
    draft(bureau, clerk, "审过的", status=Status.APPROVED)
    assert (titles(clerk)["drafts"], titles(clerk)["returned"]) == (["写了一半"], ["退回来的"])
    assert "review" not in titles(clerk)
    assert (titles(reviewer)["review"], titles(reviewer)["approved"]) == (["等着审的"], ["审过的"])
    assert not any(titles(stranger).values())


def test_the_twenty_working_days_are_counted_by_the_calendar(bureau):
    clerk = make_staff("信息员", bureau)
    draft(bureau, clerk, "三月二日的", created_on=dt.date(2026, 3, 2))
    queue = next(queue for queue in queues_of(clerk, dt.date(2026, 3, 26)) if queue.key == "due")
    assert (queue.rows[0].note, queue.rows[0].is_urgent) == (
        "还有 2 个工作日，2026-03-30 到期",
        True,
    )
    queue = next(queue for queue in queues_of(clerk, dt.date(2026, 4, 1)) if queue.key == "due")
    assert queue.rows[0].note == "已超期 2 个工作日"
    assert titles(clerk, dt.date(2026, 3, 12))["due"] == []


def test_what_is_forced_or_overdue_is_an_alarm(bureau):
    office, reviewer = make_staff("公开办"), make_staff("审核员", bureau)
    item = make_draft("急件", by=make_staff("信息员", bureau), department=bureau)
    acts.force_publish_item(item=item, by=office, reason="示例：情况紧急")
    late = timezone.now() - dt.timedelta(hours=1)
    draft(bureau, office, "该公开了", status=Status.SCHEDULED, published_at=late)
    alarms = {queue.key: queue for queue in queues_of(reviewer) if queue.is_alarm}
    assert [row.item.title for row in alarms["forced"].rows] == ["急件"]
    assert "示例：情况紧急" in alarms["forced"].rows[0].note
    assert [row.item.title for row in alarms["overdue"].rows] == ["该公开了"]


def test_the_page_counts_links_and_says_when_there_is_nothing(
    client, bureau, django_assert_max_num_queries
):
    clerk = make_staff("信息员", bureau)
    items = [
        draft(bureau, clerk, f"第{number}份草稿", created_on=timezone.localdate())
        for number in range(10)
    ]
    client.force_login(clerk)
    client.get("/admin/")
    with django_assert_max_num_queries(30):
        page = client.get("/admin/").content.decode()
    assert f'<a href="/admin/disclosure/item/{items[0].pk}/change/">第0份草稿</a>' in page
    assert '<a href="/admin/?queue=drafts">全部 10 条</a>' in page
    client.force_login(make_staff("信息员", bureau))
    assert "现在没有待办的事项" in client.get("/admin/").content.decode()
    client.force_login(make_staff("系统管理员"))
    assert "我的草稿" not in client.get("/admin/").content.decode()


def test_a_whole_queue_is_those_items_and_no_others(client, bureau, monkeypatch):
    monkeypatch.setattr(queue_module, "ON_A_PAGE", 6)
    clerk = make_staff("信息员", bureau)
    for number in range(10):
        draft(bureau, clerk, f"第{number}份草稿")
    draft(bureau, make_staff("信息员", bureau), "别人的草稿")
    client.force_login(clerk)
    first, second = (
        client.get(f"/admin/?queue=drafts&p={page}").content.decode() for page in (1, 2)
    )
    assert [title in first for title in ("第0份草稿", "第5份草稿", "第6份草稿", "别人的草稿")] == [
        True,
        True,
        False,
        False,
    ]
    assert [title in second for title in ("第5份草稿", "第9份草稿", "别人的草稿")] == [
        False,
        True,
        False,
    ]
    assert ("共 10 条，第 1 页" in first, "下一页" in first, "下一页" in second) == (
        True,
        True,
        False,
    )
    for page in ("0", "-1", "x", "%00", "99999"):
        assert client.get(f"/admin/?queue=drafts&p={page}").status_code == 200
    assert client.get("/admin/?queue=review").status_code == 404  # a clerk reviews nothing
    assert client.get("/admin/?queue=none").status_code == 404


def test_the_most_urgent_of_many_are_shown_first(bureau):
    clerk = make_staff("信息员", bureau)
    for day in range(12, 0, -1):
        draft(bureau, clerk, f"{day}日的", created_on=dt.date(2026, 3, day))
    shown = titles(clerk, dt.date(2026, 4, 20))["due"]
    assert shown == [f"{day}日的" for day in range(1, 9)]
