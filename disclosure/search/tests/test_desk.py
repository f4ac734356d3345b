"""What 公开办 has at the desk for search."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group

from catalog.tests.builders import make_user
from disclosure.models import FailedSearch, SynonymGroup

pytestmark = pytest.mark.django_db
ADD = "/admin/disclosure/synonymgroup/add/"


def test_the_office_adds_synonyms(office_desk):
    assert office_desk.post(ADD, {"words": "低保，最低生活保障", "note": ""}).status_code == 302
    assert SynonymGroup.objects.get().words == "低保、最低生活保障"


@pytest.mark.parametrize(
    "words", ["低保", "低保、保", "、", " ".join(f"词语{n}" for n in range(9))]
)
def test_a_group_that_is_none_is_refused_with_what_to_do(office_desk, words):
    response = office_desk.post(ADD, {"words": words, "note": ""})
    assert response.status_code == 200
    assert "同义词" in response.content.decode()
    assert not SynonymGroup.objects.exists()


def test_the_office_reads_what_nobody_found_and_changes_nothing(office_desk):
    failed = FailedSearch.objects.create(day=dt.date(2026, 1, 1), query="河长<制", count=3)
    page = office_desk.get("/admin/disclosure/failedsearch/").content.decode()
    assert "河长&lt;制" in page
    assert "/search/?q=%E6%B2%B3%E9%95%BF%3C%E5%88%B6" in page
    assert f"{ADD}?words=" in page
    assert (
        office_desk.post(f"/admin/disclosure/failedsearch/{failed.pk}/delete/").status_code == 403
    )


def test_a_clerk_has_neither(client):
    user = make_user()
    user.is_staff = True
    user.save()
    user.groups.add(Group.objects.get(name="信息员"))
    client.force_login(user)
    assert client.get(ADD).status_code == 403
    assert client.get("/admin/disclosure/failedsearch/").status_code == 403
