"""A small catalogue with its fixed sections, for the page tests."""

import pytest

from catalog.models import Department, Section
from catalog.tests.builders import make_category, make_department


@pytest.fixture
def shelves(db):
    """The path of the seed, two categories with a child each, and the fixed sections; by slug."""
    root = make_category("政务公开", slug="affairs")
    base = make_category("松北区政府信息公开", slug="songbei", parent=root, section=Section.CONTENT)
    named = {"affairs": root, "songbei": base}
    for slug, name, section in (
        ("personnel", "人事任免", None),
        ("procurement", "招标采购", None),
        ("annual-reports", "政府信息公开年报", Section.REPORTS),
        ("guide", "政府信息公开指南", Section.GUIDE),
        ("rules", "政府信息公开制度", Section.RULES),
    ):
        named[slug] = make_category(name, slug=slug, parent=base, section=section)
    named["appointments"] = make_category(
        "任免通知", slug="appointments", parent=named["personnel"]
    )
    return named


@pytest.fixture
def government(db):
    """The district government."""
    return make_department("松北区人民政府", slug="songbei", kind=Department.Kind.GOVERNMENT)
