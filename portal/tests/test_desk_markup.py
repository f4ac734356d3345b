"""What Django's own templates leave without a name, and ours give one (found by `make
drill-pa11y`).
"""

import re

import pytest
from django.test import Client

from portal.templatetags.desk_markup import named
from portal.tests.desk_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def markup(world):
    """markup(role, address below /admin/): its markup."""

    def asked(role, address):
        client = Client()
        client.force_login(world.people[role])
        answer = client.get(f"/admin/{address}")
        assert answer.status_code == 200
        return answer.content.decode()

    return asked


def public_item(world):
    return f"disclosure/item/{world.own['disclosure.revision'].item_id}/change/"


def test_the_head_of_a_row_says_so(markup):
    listed = markup("信息员", "disclosure/item/")
    assert '<th scope="row" class="field-' in listed
    assert "<th class" not in listed


def test_groups_of_fields_are_named_by_their_headings(markup):
    form = markup("信息员", "disclosure/item/add/")
    headings = re.findall(r'role="group" aria-labelledby="([^"]+)"', form)
    assert len(headings) >= 3
    assert [heading for heading in headings if f'id="{heading}"' not in form] == []
    assert [tag for tag in re.findall(r"<fieldset[^>]*>", form) if "module" in tag] == []


def test_a_picture_that_is_all_of_a_link_says_what_it_does(markup, world):
    form = markup("公开办", f"catalog/department/{world.own['catalog.department'].pk}/change/")
    pictures = re.findall(r'related-widget-wrapper-link[^>]*>\s*<img [^>]*alt="([^"]*)"', form)
    assert pictures
    assert "" not in pictures


def test_what_may_only_be_read_is_no_form(markup, world):
    assert 'id="item_form"' not in markup("信息员", public_item(world))
    assert 'id="item_form"' in markup("信息员", "disclosure/item/add/")
    assert '<div id="changelist-form">' in markup("审计员", "ledger/entry/")
    assert '<form id="changelist-form"' in markup("公开办", "catalog/category/")


def test_a_fieldset_with_a_legend_inside_a_group_keeps_its_own_end():
    inner = "<fieldset><legend>甲</legend></fieldset>"
    outer = f'<fieldset class="module aligned" aria-labelledby="a-heading">{inner}</fieldset>'
    assert (
        named(outer)
        == f'<div class="module fieldset aligned" role="group" aria-labelledby="a-heading">{inner}</div>'
    )
