"""The slug of an organ or a column is never an address of ours."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import resolve, reverse

from catalog.locks import tree_write
from catalog.models import Category, Department
from catalog.slugs import is_reserved, reserved_words
from catalog.tests.builders import make_category, make_department, make_organ_code
from portal.tests.public_routes import FIELD, patterns

pytestmark = pytest.mark.django_db
BY_SLUG = (
    "organ-detail",
    "category-detail",
    "organ-report-list",
    "organ-catalogue",
    "category-catalogue",
)


def organ(slug):
    return Department(name="某某局", short_name="某某局", slug=slug, code=make_organ_code())


def refused(record):
    try:
        record.full_clean()
    except ValidationError as error:
        return "".join(error.message_dict.get("slug", ()))
    return ""


def literal_parts():
    for _, route in patterns():
        for part in FIELD.sub("/", route.replace(r"\Z", "")).replace(".", "/").split("/"):
            if (part := part.strip("-")).replace("-", "").replace("_", "").isalnum():
                yield part


def test_every_part_of_an_address_is_refused():
    parts = set(literal_parts())
    assert {"tables", "export", "sitemap"} <= parts
    assert {word for word in parts if not refused(organ(word))} == set()


@pytest.mark.parametrize(
    "word",
    [
        "new",
        "export",
        "feed",
        "tables",
        "EXPORT",
        "pdf",
        "atom",
        "csv",
        "html",
        "shtml",
        "jsp",
        "php",
        "do",
        "con",
        "Com1",
    ],
)
def test_addresses_endings_and_devices_are_refused(word):
    assert is_reserved(word)
    assert "不能作地址名" in refused(organ(word))
    root = make_category("政务公开")
    assert "不能作地址名" in refused(
        Category(name="某栏目", slug=word, parent=root, description="x", keywords="x")
    )


@pytest.mark.parametrize("word", ["2026", "1", "00012"])
def test_years_and_numbers_are_refused(word):
    assert "不能只有数字" in refused(organ(word))


def test_names_that_differ_only_in_case_are_one_folder():
    make_department("甲局", slug="songbei")
    assert "只差大小写" in refused(organ("Songbei"))


@pytest.mark.parametrize(
    "word", ["songbei", "finance-bureau", "statistics", "office2", "tables-office", "a"]
)
def test_other_names_are_taken_and_lead_to_their_own_page(word):
    assert refused(organ(word)) == ""
    for name in BY_SLUG:
        assert resolve(reverse(name, args=[word])).url_name == name


def test_no_word_that_is_taken_is_answered_by_another_page():
    """Every word of the addresses that would be accepted as a slug leads to the organ's page and no
    other.
    """
    for word in {*reserved_words(), *literal_parts(), "2026"}:
        if not refused(organ(word)):
            assert [resolve(reverse(name, args=[word])).url_name for name in BY_SLUG] == list(
                BY_SLUG
            ), word


def test_what_is_stored_already_may_be_saved_again():
    stored = make_department("乙局", slug="export")
    assert refused(stored) == ""
    column = make_category("政务公开", slug="guide")
    with tree_write():
        column = Category.objects.get(pk=column.pk)
        column.full_clean()


def test_the_desk_says_it_beside_the_field(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root", password="x"))
    data = {
        "name": "某某局",
        "short_name": "某局",
        "slug": "new",
        "code": make_organ_code(),
        "kind": "bureau",
        "position": 1,
    }
    page = client.post("/admin/catalog/department/add/", data)
    assert "“new”是本站网址" in page.content.decode()
    assert not Department.objects.filter(slug="new").exists()
