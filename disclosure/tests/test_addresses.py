"""Addresses composed without Django's search are those Django finds."""

import pytest
from django.urls import NoReverseMatch, reverse
from hypothesis import given
from hypothesis import strategies as st

from disclosure.models.rules.addresses import item_address

NAMES = [(f"item-{name}",) for name in ("detail", "counts", "history", "code", "view")]
NAMES += [("item-file", "pdf"), ("item-revision", 3)]
NUMBERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


@given(
    number=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1),
    name=st.sampled_from(NAMES),
)
def test_it_is_what_django_finds(number, name):
    assert item_address(name[0], number, *name[1:]) == reverse(name[0], args=[number, *name[1:]])


def test_a_draft_without_a_number_has_what_django_gives_it():
    assert item_address("item-detail", None) == reverse("item-detail", args=[None])


@pytest.mark.parametrize("number", ["", "a\x00b"])
def test_what_django_refuses_is_refused(number):
    with pytest.raises(NoReverseMatch):
        item_address("item-detail", number)
