"""Addresses of older portals, as people and programs really ask for them; and what an old page may
tell and take.
"""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from catalog.tests.builders import make_department, make_user
from disclosure.choices import Status
from disclosure.models import OldAddress
from disclosure.models.rules.index_numbers import is_plain_number
from disclosure.models.rules.old_addresses import address_key, asked_keys
from disclosure.tests.builders import make_item
from imports.actions import (
    bring_in_original,
    import_original,
    obstacles_to_import,
    proposed,
    remember_address,
)
from imports.tests import legacy_pages as pages

OLD = "http://old.example.gov.cn"


def kept(address, item=None):
    item = item or make_item()
    remember_address(item=item, address=address)
    return item


def leads_to(client, asked, item, host="testserver"):
    response = client.get(asked, headers={"host": host})
    return response.status_code == 301 and response["Location"] == item.get_absolute_url()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (
            "/art/2021/3/5/art_12_345.html",
            "/art/2021/3/5/art_12_345.html?from=timeline&isappinstalled=0",
        ),
        ("/art/2021/3/5/art_12_345.html", "/art/2021/3/5/art_12_345.html?from=singlemessage"),
        ("/art/1.html?from=office", "/art/1.html?from=office&utm_source=x"),
        (
            "/content.jsp?urltype=news&wbnewsid=7&wbtreeid=1003",
            "/content.jsp?wbtreeid=1003&wbnewsid=7&urltype=news",
        ),
        ("/content.jsp?wbnewsid=7", "/content.jsp?wbnewsid=7&unknown=1"),
        ("/content.jsp?a=1&amp;b=2", "/content.jsp?b=2&a=1"),
        ("/通知/第1号.html", "/%E9%80%9A%E7%9F%A5/%E7%AC%AC1%E5%8F%B7.html"),
        ("/通知/第1号.html", "/%CD%A8%D6%AA/%B5%DA1%BA%C5.html"),
        ("/%CD%A8%D6%AA/%B5%DA1%BA%C5.html", "/%E9%80%9A%E7%9F%A5/%E7%AC%AC1%E5%8F%B7.html"),
        ("/%cd%a8.html", "/%CD%A8.html"),
        ("/list.asp?t=%CD%A8%D6%AA", "/list.asp?t=%E9%80%9A%E7%9F%A5"),
        ("/info/2956/33693.htm;jsessionid=0A1B", "/info/2956/33693.htm"),
        ("/gkmlpt/content/0/508/post_508890.html", "/gkmlpt//content/0/508/post_508890.html"),
        (
            "/info/egovinfo/1007/overt_centent/735-04_A/2024-1121001.htm",
            "/info/egovinfo/1007/overt_centent/735-04_A/2024-1121001.htm",
        ),
        ("/zwgk/2019/通知.pdf", "/zwgk/2019/通知.pdf"),
        ("/zwgk/2019/file.docx", "/zwgk/2019/file.docx"),
        ("/OpennessContent/show/123", "/OpennessContent/show/123"),
        ("/zwgk/tzgg/", "/zwgk/tzgg"),
        ("/zwgk/tzgg", "/zwgk/tzgg/"),
        ("/zwgk/?id=7", "/zwgk/?id=7&from=timeline"),
        ("/news.cgi?id=7", "/news.cgi?id=7"),
        ("/organs/gone-bureau/", "/organs/gone-bureau/"),
    ],
)
def test_it_is_found_however_it_is_written(client, shelves, address, asked):
    item = kept(OLD + address)
    assert leads_to(client, asked, item)


@pytest.mark.django_db
def test_other_pages_are_not_found(client, shelves):
    kept(f"{OLD}/content.jsp?wbnewsid=7")
    kept(f"{OLD}/art/1.html")
    for asked in (
        "/content.jsp",
        "/content.jsp?wbnewsid=8",
        "/art/2.html",
        "/art/1.htm",
        "/content.jsp?wbnewsid=%00",
        "/art/1.html%00",
    ):
        assert client.get(asked).status_code == 404, asked
    draft = kept(f"{OLD}/zwgk/draft/", make_item(status=Status.DRAFT, index_number=None))
    assert client.get("/zwgk/draft/").status_code == 404
    assert draft.old_addresses.exists()
    assert client.post("/zwgk/draft/").status_code == 404


@pytest.mark.django_db
def test_pages_of_ours_stay_ours(client, shelves):
    kept(f"{OLD}/about/")
    kept(f"{OLD}/admin/x/")
    assert client.get("/about/").status_code == 200
    assert client.get("/about").status_code == 301
    assert client.get("/about")["Location"].endswith("/about/")
    assert client.get("/admin/x/").status_code != 301


@pytest.mark.django_db
def test_the_host_counts(client, shelves, settings):
    settings.ALLOWED_HOSTS = ["*"]
    one, other = kept("http://a.gov.cn/art/1.html"), kept("http://B.gov.cn:8080/art/1.html")
    assert leads_to(client, "/art/1.html", one, "a.gov.cn")
    assert leads_to(client, "/art/1.html", other, "b.gov.cn")
    assert (
        client.get("/art/1.html", headers={"host": "new.gov.cn"}).status_code == 404
    )  # nobody can tell which
    alone = kept("http://a.gov.cn/art/2.html")
    assert leads_to(client, "/art/2.html", alone, "new.gov.cn")
    assert (
        client.get("/art/2.html", headers={"host": "b.gov.cn"}).status_code == 404
    )  # another portal's
    anywhere = make_item()
    OldAddress.objects.create(path="/art/3.html", item=anywhere)
    assert leads_to(client, "/art/3.html", anywhere, "b.gov.cn")


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "标题"]), st.text(alphabet="1通 +", max_size=3)),
        max_size=5,
    ),
    st.randoms(),
)
def test_the_order_of_a_query_means_nothing(parameters, order):
    def written(pairs):
        return "&".join(
            f"{name}={value.replace('+', '%2B').replace(' ', '+')}" for name, value in pairs
        )

    shuffled = list(parameters)
    order.shuffle(shuffled)
    assert address_key("/a.jsp", written(parameters)) == address_key("/a.jsp", written(shuffled))
    assert asked_keys("/a.jsp", written(shuffled) + "&utm_source=x")[0] == address_key(
        "/a.jsp", written(parameters)
    )


@pytest.mark.django_db
def test_an_address_that_is_none_is_passed_over(shelves):
    for address in (
        "http://[::1/a.html",
        "javascript:alert(1)",
        "mailto:a@b.cn",
        "",
        None,
        "a.html",
    ):
        remember_address(item=make_item(), address=address)
    assert OldAddress.objects.count() == 0


@pytest.fixture
def organ(shelves):
    return make_department("示例县人民政府办公室", slug="office")


def read(organ, shelf, **mended):
    original = bring_in_original(data=pages.jcms().encode(), name="page.html", by=None)[0]
    return original, {**proposed(original), "department": organ, "category": shelf, **mended}


@pytest.mark.django_db
def test_an_old_page_tells_nothing_of_another_organs_draft(organ, shelves):
    clerk, stranger = make_user(department=organ), make_department("别的局")
    secret = make_item(
        "别的局的秘密草稿",
        status=Status.DRAFT,
        department=stranger,
        index_number="000000000/2021-00012",
    )
    original, fields = read(organ, shelves["personnel"])
    said = "".join(obstacles_to_import(original, fields, by=clerk))
    assert "索引号已经被" in said
    assert secret.title not in said
    assert "草稿" not in said
    with pytest.raises(ValidationError) as caught:
        import_original(original=original, fields=fields, by=clerk)
    assert secret.title not in str(caught.value)
    assert secret.title in "".join(obstacles_to_import(original, fields))  # the command is nobody's
    own = {**fields, "index_number": ""}
    assert obstacles_to_import(original, own, by=clerk) == []


@pytest.mark.django_db
def test_an_old_page_takes_no_other_organs_number(organ, shelves):
    other = make_department("别的局")
    original, fields = read(organ, shelves["personnel"], index_number=f"{other.code}/2021-00012")
    assert "是它的编号" in "".join(obstacles_to_import(original, fields))
    other.active_until = dt.date(2020, 1, 1)  # merged: its numbers never change
    other.save()
    assert obstacles_to_import(original, fields) == []
    assert (
        obstacles_to_import(original, {**fields, "index_number": f"{organ.code}/2021-00012"}) == []
    )


@pytest.mark.parametrize(
    "number",
    [
        "..",
        "A/../B",
        "A//B",
        "/A",
        "A/",
        "A/2021-1/history",
        "A/2021-1.pdf",
        "A?b",
        "A#b",
        "A\u202eB",
        "A\nB",
        " A",
        "%2e",
    ],
)
def test_numbers_that_are_no_address_are_refused(number):
    assert not is_plain_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "000014349/2014-00114",
        "01527918X-2020-153077",
        "GSD0122-00-001-2020-1",
        "null02D/01A/D3C20190807",
        "11370900004341590P/2017-00150",
        "索 1/2",
    ],
)
def test_numbers_of_real_pages_are_taken(number):
    assert is_plain_number(number)
