"""What the documents name exists."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve

pytestmark = pytest.mark.any_database


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
        for room in (
            "catalog",
            "confidential",
            "desk",
            "disclosure",
            "documents",
            "inquiries",
            "ledger",
            "portal",
            "statutory",
            "workdays",
        )
        for path in (settings.BASE_DIR / room).rglob("*.py")
    )
    assert len(names) > 20
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []


# --- What a reader types exists -----------------------------------------------------------

PAGES = [
    "README.md",
    "SECURITY.md",
    *(
        f"docs/{name}.md"
        for name in (
            "operations",
            "operations.zh",
            "reliability",
            "exports",
            "scaling",
            "register-format",
        )
    ),
]
# Up to what ends a command in a line of a shell or of prose.
COMMAND = re.compile(
    r"(?:manage\.py|deploy/lantai-manage|deploy/container/start) +([a-z_]+)([^`#&|;\n]*)"
)


def text_of(page):
    return (settings.BASE_DIR / page).read_text()


def commands_named(text):
    """(command, options) of `manage.py …`, and of spans like `reindex --missing` that leave the
    program out.
    """
    known = get_commands()
    for command, rest in COMMAND.findall(text):
        yield command, rest
    for span in re.findall(r"`([a-z_]+ --[^`]+)`", text):
        command, _, rest = span.partition(" ")
        if command in known:
            yield command, rest


def options_of(command):
    room = get_commands()[command]
    parser = load_command_class(room, command).create_parser("manage.py", command)
    return {option for action in parser._actions for option in action.option_strings}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_named_exists(page):
    unknown = [
        (command, rest)
        for command, rest in commands_named(text_of(page))
        if command not in get_commands()
        or set(re.findall(r"(?<!\S)--[a-z][a-z-]*", rest)) - options_of(command)
    ]
    assert unknown == []


def test_commands_are_found_in_the_operations_manual():
    named = dict(commands_named(text_of("docs/operations.md")))
    assert len(named) > 20
    assert "restore" in named
    assert "verify_ledger" in named


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_and_variable_named_exists(page):
    makefile = text_of("Makefile")
    calls = re.findall(
        r"(?:`|^    +|&& )make((?: [A-Z_]+=\S+)*) ([a-z][a-z-]*)((?: [A-Z_]+=[^\s`]+)*)",
        text_of(page),
        re.MULTILINE,
    )
    targets = {target for _, target, _ in calls}
    assert [
        target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)
    ] == []
    drills = "".join(
        path.read_text()
        for folder in ("deploy", "bench")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
    )
    variables = {
        name for before, _, after in calls for name in re.findall(r"([A-Z_]+)=", before + after)
    }
    assert [name for name in variables if not re.search(rf"\b{name}\b", makefile + drills)] == []


def test_every_variable_named_in_the_operations_manual_is_read_somewhere():
    manual = text_of("docs/operations.md")
    named = set(re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`", manual)) | set(
        re.findall(r"^\| ([A-Z_]+) \|", manual, re.MULTILINE)
    )
    sources = [
        text_of(name) for name in ("portal/settings.py", "deploy/gunicorn.conf.py", "Makefile")
    ]
    assert len(named) > 30
    assert [
        name for name in named if not any(re.search(rf"\b{name}\b", source) for source in sources)
    ] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_file_of_the_project_named_exists(page):
    text = text_of(page)
    named = set(
        re.findall(
            r"(?<![\w/.])((?:deploy|portal|disclosure|catalog|ledger|docs|bench|templates)/[\w./*-]*\w)",
            text,
        )
    )
    named |= (
        {f"docs/{link}" for link in re.findall(r"\]\(([\w/-]+\.md)", text)}
        if page.startswith("docs/")
        else set()
    )
    made_on_the_way = {"deploy/container/portal.env"}
    missing = [name for name in named - made_on_the_way if not list(settings.BASE_DIR.glob(name))]
    assert missing == []


def test_every_unit_of_systemd_named_exists():
    named = set(
        re.findall(
            r"\blantai(?:-\w+)?(?:@\d*)?\.(?:service|timer|target)\b", text_of("docs/operations.md")
        )
    )
    assert len(named) > 3
    units = {path.name for path in (settings.BASE_DIR / "deploy/systemd").iterdir()}
    assert {re.sub(r"@\d+", "@", name) for name in named} - units == set()


def test_every_address_of_the_desk_named_leads_somewhere():
    named = re.findall(
        r"`(/(?:admin|healthz|data|metrics|csp-report|register)[\w/-]*)`",
        text_of("docs/operations.md"),
    )
    assert len(set(named)) > 4
    for address in named:
        assert resolve(address.replace("live|ready", "live")).url_name, (
            address
        )  # the desk's last pattern takes anything and has no name
