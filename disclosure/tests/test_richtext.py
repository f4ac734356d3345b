import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from disclosure.models import Item
from disclosure.richtext import html_to_text, sanitize
from disclosure.tests.builders import make_item

ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="//evil.example/">x</a>',
    '<a href="/\\evil.example">x</a>',
    "<svg><script>alert(1)</script></svg>",
    '<p style="position:fixed">x</p>',
    '<iframe src="/admin/"></iframe>',
    '<img src="https://evil.example/pixel.png" alt="x">',
    "<math><style><img src=x onerror=alert(1)></style></math>",
]
DANGEROUS = ("script", "onerror", "javascript", "style", "iframe", "evil.example", "svg")


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_leaves_nothing_dangerous(attack):
    clean = sanitize(attack).lower()
    assert not any(word in clean for word in DANGEROUS)


def test_it_keeps_what_a_document_is_made_of():
    html = (
        '<h2>一、标题</h2><p>正文<strong>重点</strong></p><table><tbody><tr><th scope="col" colspan="2">项</th></tr>'
        '<tr><td rowspan="2">1</td><td>2</td></tr></tbody></table><ul><li>条</li></ul>'
    )
    assert sanitize(html) == html


@given(st.text(alphabet="<>/abp \"'=h2table\x00\ufeff正文&;", max_size=200))
def test_cleaning_twice_changes_nothing(html):
    once = sanitize(html)
    assert sanitize(once) == once


@pytest.mark.parametrize("html", ["x" * 1_000_001, "<div>" * 300, "<p " + "a=1 " * 60 + ">x</p>"])
def test_what_no_document_is_gets_refused_in_words(html):
    with pytest.raises(ValidationError, match="正文"):
        sanitize(html)


def test_text_keeps_every_digit_of_split_numbers():
    assert html_to_text("<p>受理<b>1</b>23<i>4</i>件</p><p>共 5 件</p>") == "受理1234件\n共 5 件"


@pytest.mark.django_db
def test_every_path_of_the_orm_is_clean():
    evil = "<p>文</p><script>alert(1)</script>"
    item = make_item(body=evil)
    Item.objects.filter(pk=item.pk).update(body=evil)
    item.refresh_from_db()
    assert item.body == "<p>文</p>"
    item.body = evil
    Item.objects.bulk_update([item], ["body"])
    item.refresh_from_db()
    assert item.body == "<p>文</p>"


@pytest.mark.django_db
def test_a_row_written_past_the_orm_is_cleaned_on_the_way_out():
    item = make_item()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disclosure_item SET body = %s", ["<p>文</p><script>alert(1)</script>"])
    item.refresh_from_db()
    assert "script" in item.body
    shown = Template("{% load richtext %}{% body item.body %}").render(Context({"item": item}))
    assert shown == "<p>文</p>"


def test_tables_take_the_keyboard():
    shown = Template("{% load richtext %}{% body html %}").render(
        Context({"html": "<table><tr><td>1</td></tr></table>"})
    )
    assert 'tabindex="0"' in shown
    assert "<td>1</td>" in shown
