"""docs/operations.md and its Chinese twin say the same: same commands to type, same variables, same
sections.
"""

import importlib.util
import re

import pytest
from django.conf import settings

pytestmark = pytest.mark.any_database

ENGLISH, CHINESE = (
    (settings.BASE_DIR / "docs" / name).read_text()
    for name in ("operations.md", "operations.zh.md")
)
COMMENT = re.compile(r"\s{2,}# .*$")


def typed(text):
    """The lines of indented blocks without their comments: what somebody types."""
    lines = [line for line in text.splitlines() if re.match(r" {4,}\S", line)]
    return [COMMENT.sub("", line).strip() for line in lines]


def headings(text):
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


def rows(text):
    """The first cell of every row of a table; words of other languages left out."""
    cells = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return [" ".join(re.findall(r"`[^`]+`|^[A-Z_]+$", cell)) for cell in cells]


# What is named in running text. Lengths and words of prose differ, these may not.
NAMED = {
    "commands": r"manage\.py [a-z_]+|deploy/lantai-manage [a-z_]+",
    "options": r"(?<![\w-])--[a-z][a-z-]+",
    "variables": r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b",
    "files": r"(?:deploy|decisions|portal)/[\w./@-]*\w",
    "addresses": r"`(/[\w/-]+/?)`",
    "units": r"lantai(?:-\w+)?(?:@\d*)?\.(?:service|timer|target)",
}


def named(kind, text):
    return set(re.findall(NAMED[kind], text))


def test_what_is_typed_is_the_same_line_by_line():
    assert typed(CHINESE) == typed(ENGLISH)
    assert len(typed(ENGLISH)) > 40


def test_the_sections_are_the_same():
    assert headings(CHINESE) == headings(ENGLISH)


def test_the_tables_have_the_same_rows():
    assert rows(CHINESE) == rows(ENGLISH)


def test_the_variables_have_the_same_examples_and_as_many_columns():
    row = re.compile(r"^\| `?([A-Z_]+)`? \| [^|]+ \| [^|]+ \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
    english, chinese = dict(row.findall(ENGLISH)), dict(row.findall(CHINESE))
    assert len(english) > 60
    assert english.keys() == chinese.keys()
    assert [
        name
        for name in english
        if "`" in english[name] + chinese[name] and english[name] != chinese[name]
    ] == []


@pytest.mark.parametrize("kind", NAMED)
def test_the_text_names_the_same(kind):
    assert named(kind, CHINESE) == named(kind, ENGLISH)
    assert named(kind, ENGLISH)


def test_every_comment_of_a_command_is_chinese():
    lines = [line for line in CHINESE.splitlines() if re.match(r" {4,}\S", line)]
    comments = [found[0] for line in lines if (found := COMMENT.search(line))]
    assert len(comments) > 8
    assert [comment for comment in comments if not re.search(r"[一-鿿]", comment)] == []


def test_every_link_within_the_chinese_manual_leads_to_a_heading():
    made = {re.sub(r"[^\w一-鿿 -]", "", title).strip().replace(" ", "-").lower()
            for title in re.findall(r"^#+ (.+)$", CHINESE, re.MULTILINE)}  # fmt: skip
    assert set(re.findall(r"\]\(#([^)]+)\)", CHINESE)) <= made


def test_the_drill_that_types_the_chinese_manual_finds_what_it_types():
    """`make drill-bare` needs root and minutes; that its lines are there is seen here."""
    spec = importlib.util.spec_from_file_location(
        "bare_lines", settings.BASE_DIR / "deploy/drills/bare_lines.py"
    )
    drill = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drill)
    install = drill.section("在一台 Debian 服务器上")
    for beginning in (
        drill.DATABASE,
        drill.KEYS,
        drill.CHECK,
        "apt-get",
        "nginx -t",
        "deploy/lantai-manage doctor",
    ):
        assert sum(line.startswith(beginning) for line in install) >= 1, beginning
    assert sum("DOMAIN" in line for line in install) == 1
    assert [line.split()[2] for line in drill.section("设置门户")[1:]] == [
        "--template",
        "--check",
        "--yes",
    ]
    backup, check = drill.section("备份")[:2]
    assert (backup.split()[1], check.split()[1:]) == ("backup", ["verify", "--backup", "FILE"])
    passphrase, keys, _, restore = drill.section("恢复")[:4]
    assert (
        "/dev/stdin" in passphrase,
        "/media/safe" in keys,
        restore.endswith("restore FILE"),
    ) == (True, True, True)
    assert drill.section("升级")[1].endswith("deploy/upgrade")
    assert [line.split()[-2:] for line in drill.section("退回")] == [
        ["--back", "/opt/lantai-before"]
    ]
