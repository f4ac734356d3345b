import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.tests.builders import make_item
from portal.front.preferences import CONTRASTS, SIZES, VIEWS, Preferences

pytestmark = pytest.mark.any_database

ALL = [".".join(words) for words in product(SIZES, CONTRASTS, VIEWS)]


def choose(client, **fields):
    return client.post("/preferences/", fields)


def stylesheet(client):
    return client.get("/preferences.css").content.decode()


def root_size(css):
    return re.search(r"^:root \{ font-size: ([\d.]+)%; \}", css, re.MULTILINE)[1]


@pytest.mark.parametrize(("size", "share"), [("s", 16), ("m", 18), ("l", 21), ("xl", 25)])
def test_a_size_is_remembered_and_sets_the_root_size(client, size, share):
    response = choose(client, size=size, next="/about/")
    assert (response.status_code, response["Location"]) == (303, "/about/")
    assert float(root_size(stylesheet(client))) * 16 / 100 == share


def test_the_choice_is_kept_for_a_year_out_of_reach_of_scripts(client):
    cookie = choose(client, size="l").cookies["prefs"]
    assert cookie.value == "l.normal.standard"
    assert (cookie["max-age"], cookie["samesite"], cookie["httponly"]) == (31_536_000, "Lax", True)
    assert not cookie["secure"]


def test_the_cookie_is_secure_where_the_site_is(client, settings):
    settings.HTTPS = True
    assert choose(client, size="l").cookies["prefs"]["secure"]


def test_one_choice_leaves_the_others_alone(client):
    for fields in ({"size": "l"}, {"contrast": "high"}, {"view": "elder"}, {"view": "standard"}):
        choose(client, **fields)
    assert client.cookies["prefs"].value == "l.high.standard"


def test_the_chosen_size_holds_on_paper_too(client):
    choose(client, size="xl")
    assert "@media print { :root { font-size: 19pt; } }" in stylesheet(client)


def test_high_contrast_is_for_the_screen(client):
    assert "high-contrast" not in stylesheet(client)
    choose(client, contrast="high")
    assert re.search(r'@import url\("/static/css/high-contrast\.css"\) screen;', stylesheet(client))


def test_the_elders_view_has_the_largest_letters_whatever_size_was_chosen(client):
    choose(client, size="s")
    choose(client, view="elder")
    css = stylesheet(client)
    assert root_size(css) == "156.25"
    assert "/static/css/elder.css" in css


def test_the_chosen_size_is_told_in_words_too(client):
    choose(client, size="l")
    told = re.findall(
        r'\.preference\[name="size"\]\[value="(\w+)"\]::after \{ content: "（已选）"',
        stylesheet(client),
    )
    assert told == ["l"]


@pytest.mark.parametrize(
    ("chosen", "hidden"),
    [
        ({}, {("contrast", "normal"), ("view", "standard")}),
        ({"contrast": "high"}, {("contrast", "high"), ("view", "standard")}),
        ({"view": "elder"}, {("contrast", "normal"), ("view", "elder")}),
    ],
)
def test_of_each_pair_of_switches_the_useful_one_is_shown(client, chosen, hidden):
    choose(client, **chosen)
    pattern = r'\.preference\[name="(\w+)"\]\[value="(\w+)"\] \{ display: none; \}'
    assert set(re.findall(pattern, stylesheet(client))) == hidden


@pytest.mark.django_db
def test_a_page_is_the_same_bytes_for_every_reader(client, shelves):
    item = make_item(category=shelves["personnel"])
    for address in (
        "/",
        "/catalog/personnel/",
        item.get_absolute_url(),
        "/about/",
        "/no-such-page/",
    ):
        answers = set()
        for cookie in ["", "nonsense", *ALL]:
            client.cookies["prefs"] = cookie
            response = client.get(
                address, headers={"user-agent": "Googlebot"}
            )  # a robot, so that no count rises
            assert "Cookie" not in response.get("Vary", "")
            assert not response.cookies
            answers.add(response.content)
        assert len(answers) == 1


def test_the_stylesheet_is_kept_by_the_browser_alone_and_asked_about_each_time(client):
    first = client.get("/preferences.css")
    assert first["Cache-Control"] == "private, no-cache"
    assert first["Vary"] == "Cookie"
    assert first["Content-Type"] == "text/css; charset=utf-8"
    again = client.get("/preferences.css", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (
        304,
        b"",
        "private, no-cache",
    )
    choose(client, size="xl")
    changed = client.get("/preferences.css", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_cookie_is_read_without_complaint(value):
    assert Preferences.from_cookie(value).to_cookie() in ALL


@pytest.mark.parametrize("words", ALL)
def test_what_is_written_is_read_back(words):
    assert Preferences.from_cookie(words).to_cookie() == words


@pytest.mark.parametrize(
    "fields",
    [
        {"size": "xxl"},
        {"size": ""},
        {"contrast": "low"},
        {"view": "child"},
        {"size": "l", "view": "\x00"},
    ],
)
def test_a_value_no_button_sends_is_refused_in_words_and_changes_nothing(client, fields):
    response = choose(client, **fields)
    assert response.status_code == 400
    assert "阅读设置没有改变" in response.content.decode()
    assert "prefs" not in client.cookies


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "javascript:alert(1)",
        "about/",
        "///example.com",
    ],
)
def test_the_way_back_never_leads_to_another_site(client, elsewhere):
    response = choose(client, size="l", next=elsewhere)
    assert response.status_code == 400
    assert "Location" not in response
    assert "prefs" not in client.cookies


def test_the_way_back_keeps_the_readers_filters(client):
    assert (
        choose(client, size="l", next="/search/?q=供热&page=2")["Location"]
        == "/search/?q=%E4%BE%9B%E7%83%AD&page=2"
    )


@pytest.mark.parametrize("way_back", [{}, {"next": ""}, {"next": "/" + "长" * 3000}])
def test_without_a_usable_way_back_it_leads_home(client, way_back):
    assert choose(client, size="l", **way_back)["Location"] == "/"


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["size", "contrast", "view", "next"]), st.text(max_size=50), max_size=4
    )
)
def test_no_form_makes_it_fail(fields):
    from django.test import Client

    assert Client().post("/preferences/", fields).status_code in {303, 400}


def test_it_needs_no_token(client):
    client.handler.enforce_csrf_checks = True
    assert choose(client, size="l").status_code == 303


@pytest.mark.parametrize(
    ("method", "address"), [("get", "/preferences/"), ("post", "/preferences.css")]
)
def test_it_refuses_the_wrong_method(client, method, address):
    assert getattr(client, method)(address).status_code == 405
