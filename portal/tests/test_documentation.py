"""What the documents name exists."""

import re

from django.conf import settings


def test_every_variable_of_the_settings_is_in_the_operations_manual():
    source = (settings.BASE_DIR / "portal/settings.py").read_text()
    read = set(re.findall(r'read(?:_not_negative|_networks|\(\s*"\w+",)\(?\s*"(\w+)"', source))
    manual = (settings.BASE_DIR / "docs/operations.md").read_text()
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", manual, re.MULTILINE))
    assert read == listed


def test_every_identifier_of_the_glossary_is_in_the_code():
    glossary = (settings.BASE_DIR / "docs/glossary.md").read_text()
    names = re.findall(r"\| `(\w+)` \|", glossary)
    code = "".join(
        path.read_text()
        for room in ("catalog", "disclosure", "ledger", "portal", "workdays")
        for path in (settings.BASE_DIR / room).rglob("*.py")
    )
    assert len(names) > 20
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []
