"""`check --deploy` and `doctor` name what an upgrade or a slip has done to the district's templates
and colours.
"""

import io
import json
import os
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from portal.checking.checks import own_look_is_sound
from portal.customising import colours, folder, overrides
from portal.operations import customising, diagnosis

TOKENS = (project.BASE_DIR / "static/css/tokens.css").read_text()
FOOT = "partials/footer.html"


def run(*words):
    said = io.StringIO()
    call_command("customise", *words, stdout=said)
    return said.getvalue()


def said():
    return [one.what for one in customising.symptoms()]


@pytest.fixture
def copied(custom):
    """The foot, copied and changed."""
    run(FOOT)
    text = overrides.path_of(FOOT).read_text()
    return custom(f"templates/{FOOT}", text.replace("主办：", "示例主办："))


def test_a_copy_says_what_it_was_made_from_and_is_that(custom):
    run(FOOT)
    text = overrides.path_of(FOOT).read_text()
    assert text.startswith("{# 原件 partials/footer.html sha256:")
    assert text.split("\n", 1)[1] == (project.BASE_DIR / "templates" / FOOT).read_text()


@pytest.mark.parametrize(
    "name",
    [
        "mail/notice.txt",
        "disclosure/sitemap_index.xml",
        "admin/base.html",
        "django/forms/label.html",
    ],
)
def test_copies_of_any_kind_can_be_made_and_compile(custom, name):
    """Also of templates that come with packages. Before `<?xml` nothing stands, not even a line."""
    run(name)
    custom("templates/a/b.html", f"{{% include '{name}' %}}{{% include 'a/b.html' %}}")
    assert [what for what in said() if "没有用到" not in what] == []
    assert not overrides.path_of(name).read_text().partition("#}")[2].startswith(
        "\n"
    ) or name.endswith(".html")


def test_a_current_override_is_no_symptom(copied):
    assert said() == []
    assert own_look_is_sound(None) == []
    assert "与现在的原件对应" in run()


def test_an_override_whose_original_has_changed_since_is_named_and_stops_no_upgrade(
    copied, monkeypatch
):
    now = overrides.original(FOOT) + "<!-- 新版 -->"
    monkeypatch.setattr(overrides, "original", lambda name: now)
    [found] = own_look_is_sound(None)
    assert f"{FOOT} 原件在复制之后改过" in found.msg
    assert f"customise {FOOT} --compare" in found.hint
    assert found.level < 30  # `check --fail-level WARNING` of deploy/upgrade goes on
    [symptom] = customising.symptoms()
    assert not symptom.is_grave
    assert "原件在复制之后改过" in run()


def test_what_both_sides_changed_is_shown_and_the_mark_renewed(copied, monkeypatch):
    now = overrides.original(FOOT) + "<!-- 新版 -->"
    monkeypatch.setattr(overrides, "original", lambda name: now)
    shown = run(FOOT, "--compare")
    assert "-<!-- 新版 -->" in shown
    assert "示例主办：" in shown
    run(FOOT, "--confirm")
    assert said() == []
    assert "示例主办：" in copied.read_text()
    assert copied.read_text().count("sha256:") == 1


def test_an_override_without_a_mark_and_one_without_an_original_are_named(custom):
    custom(f"templates/{FOOT}", "自己写的")
    custom("templates/partials/gone.html", overrides.marked("partials/gone.html", "x", "x"))
    custom("templates/partial/footer.html", "放错了文件夹")
    assert [what.rpartition("templates/")[2] for what in said()] == [
        "partial/footer.html 没有用到：没有这个名字的原件，别的模板也没有引用它。",
        "partials/footer.html 没有写明从哪一版的原件复制。",
        "partials/gone.html 这一版已经没有这个原件。",
    ]


def test_a_template_that_would_fail_pages_is_a_warning_which_stops_an_upgrade(custom):
    custom(
        f"templates/{FOOT}",
        overrides.marked(FOOT, overrides.original(FOOT), "{% if site.name %}没有结束"),
    )
    custom("templates/partials/item_row.html", "示例".encode("gb18030"))
    found = [one for one in own_look_is_sound(None) if one.level >= 30]
    assert len(found) == 2
    assert any("写得不对" in one.msg for one in found)
    assert any("UTF-8" in one.hint for one in found)


def test_what_is_there_already_is_not_written_over(copied):
    before = copied.read_text()
    with pytest.raises(CommandError, match="已经有了"):
        run(FOOT)
    assert copied.read_text() == before


@pytest.mark.parametrize("name", ["nothing.html", "../settings.py", "/etc/passwd"])
def test_only_templates_are_copied(custom, name):
    with pytest.raises(CommandError, match="没有叫"):
        run(name)


def test_a_variable_that_names_no_folder_is_named(settings, tmp_path):
    settings.CUSTOM_DIR = tmp_path / "nowhere"
    assert ["CUSTOM_DIR" in what for what in said()] == [True]


def test_nothing_is_said_where_there_is_no_folder(settings):
    assert said() == []


def test_what_is_not_collected_yet_is_said_by_doctor(custom, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    custom("static/custom.css", ":root { --song: KaiTi; }")
    [symptom] = diagnosis.customised()
    assert "custom.css" in symptom.what
    assert "collectstatic" in symptom.remedy
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "custom.css").write_bytes(
        (folder.static_files() / "custom.css").read_bytes()
    )
    assert list(diagnosis.customised()) == []


def test_an_upgrade_does_not_begin_where_a_template_would_fail_pages(custom):
    custom(f"templates/{FOOT}", "{% if %}")
    assert [one.is_grave for one in customising.against_upgrading()] == [True]


def test_an_upgrade_does_not_begin_where_new_code_has_replaced_the_folder(
    custom, settings, tmp_path
):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text(
        json.dumps({"paths": {"custom.css": "custom.0.css", "css/base.css": "b"}})
    )
    [symptom] = customising.against_upgrading()
    assert "custom.css" in symptom.what
    assert "CUSTOM_DIR" in symptom.remedy
    custom("static/custom.css", "")
    assert list(customising.against_upgrading()) == []


@pytest.mark.parametrize(
    ("name", "mode"), [("", 0o700), ("templates", 0o700), ("templates/partials/x.html", 0o600)]
)
def test_what_the_services_account_cannot_read_is_grave(custom, settings, monkeypatch, name, mode):
    """The tests may run as root, of whom nothing is hidden: so the bits for others are looked at,
    as the system does for an account.
    """
    for one in ("templates/partials/x.html", "static/custom.css"):
        custom(one, "").chmod(0o644)
    top = settings.CUSTOM_DIR
    for place in (top, *(path for path in top.rglob("*") if path.is_dir())):
        place.chmod(0o755)
    (top / name).chmod(mode)

    def others_may(path, wanted):
        above = [place for place in Path(path).parents if top in (place, *place.parents)]
        return (
            all(place.stat().st_mode & os.X_OK for place in above)
            and Path(path).stat().st_mode & wanted == wanted
        )

    monkeypatch.setattr(os, "access", others_may)
    first = next(customising.symptoms())
    assert first.is_grave
    assert str(top / name) in first.what
    assert "chmod" in first.remedy


@pytest.mark.parametrize(
    ("address", "is_grave"),
    [
        ("url(img/none.png)", True),
        ("url('./img/none.png?v=1')", True),
        ("url( 'https://fonts.example.com/a.woff2' )", False),
        ("url(//cdn.example.com/a.png)", False),
    ],
)
def test_an_address_that_leads_nowhere_or_elsewhere_is_named(custom, address, is_grave):
    custom("static/custom.css", f".masthead {{ background: {address} }}")
    assert [one.is_grave for one in customising.symptoms()] == [is_grave]


@pytest.mark.parametrize(
    "address",
    [
        "url(img/mark.svg)",
        "url(./own/a.png#x)",
        "url(data:image/png;base64,AAAA)",
        "/* url(a.png) */ none",
    ],
)
def test_an_address_that_is_right_is_no_symptom(custom, address):
    custom("static/own/a.png", b"picture")
    custom("static/custom.css", f".masthead {{ background: {address} }}")
    assert said() == []


# --- Colours ------------------------------------------------------------------------------


def test_the_shipped_colours_hold_in_both_modes():
    ours = colours.read(TOKENS)
    assert ours.light["ink"] == "#1d2126"
    assert ours.dark["ink"] == "#ece7dd"
    assert ours.dark["focus"] == ours.light["focus"]
    assert list(colours.faint(ours, ours)) == []


def test_a_colour_that_cannot_be_read_on_paper_is_named(custom):
    custom(
        "static/custom.css",
        ":root { --muted: #999999; }\n@media (prefers-color-scheme: dark) { :root { --muted: #b0b3b7 } }",
    )
    found = said()
    assert len(found) == 2
    assert found[0].startswith(
        "custom.css 中的颜色看不清：--muted 与 --paper 的对比度是 2.84，不到 4.5"
    )
    [first, _] = own_look_is_sound(None)
    assert "明暗拉开" in first.hint


def test_a_colour_for_daylight_alone_holds_in_dark_mode_too_and_is_named_there(custom):
    """What a district sets stands above ours, also above ours for dark mode."""
    custom("static/custom.css", "/* 本区的蓝 */ :root { --link: #003366; }")
    assert {"深色模式下" in what for what in said()} == {True}


@pytest.mark.parametrize(
    "css",
    [
        "@media print { :root { --ink: #eee } }",
        "@media (prefers-contrast: more) { :root { --ink: #eee } }",
        "/* :root { --ink: #eee } */",
        ".footer { --ink: #eee }",
        ":root { --song: Kai }",
        "@media (prefers-color-scheme: light) { :root { --link: #003366 } }",
        ":root { --link: #003366 } @media (prefers-color-scheme:dark) { :root { --link: #8fc3f2 } }",
        "} :root { --vermilion",
    ],
)
def test_what_changes_no_colour_of_the_page_is_no_symptom(custom, css):
    custom("static/custom.css", css)
    assert said() == []


@pytest.mark.parametrize(
    "css",
    [
        ":root{--ink:oklch(50% 0 0)}",
        "@layer x { html { --ink : tomato; } }",
        "body{--ink:var(--x)}",
    ],
)
def test_a_colour_in_words_that_are_not_understood_is_said_to_be_unchecked(custom, css):
    custom("static/custom.css", css)
    assert ["没有检查对比度" in what for what in said()] == [True]


@pytest.mark.parametrize(
    "value",
    ["#EEE", "#eeeeee", "#eeeeeeff", "rgb(238, 238, 238)", "rgb(238 238 238)", "#eee !important"],
)
def test_colours_are_read_as_browsers_read_them(custom, value):
    custom("static/custom.css", f"@media screen {{ :root,\nhtml {{ --ink: {value} }} }}")
    assert any("--ink 与 --paper 的对比度是 1.16" in what for what in said())


def test_contrast_is_that_of_the_guidelines():
    assert colours.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colours.contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.005)


@given(st.text(alphabet="{}:;@#-/* abc()\n", max_size=80))
def test_no_stylesheet_breaks_the_check(css):
    colours.read(css)
