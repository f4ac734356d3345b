"""Who keeps the working-day calendar."""

import pytest
from django.contrib.auth.models import Group

from catalog.tests.builders import make_user


@pytest.mark.parametrize(
    ("role", "listing", "notice"),
    [
        ("公开办", 200, 200),
        ("信息员", 200, 403),
        ("审核员", 200, 403),
        ("审计员", 200, 403),
        ("系统管理员", 403, 403),
    ],
)
def test_the_disclosure_office_enters_notices_and_the_desk_reads_them(
    client, db, role, listing, notice
):
    user = make_user()
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert client.get("/admin/workdays/workcalendarday/").status_code == listing
    assert client.get("/admin/workdays/workcalendarday/notice/").status_code == notice
