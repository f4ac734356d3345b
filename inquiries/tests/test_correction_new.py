"""网页纠错: the form a reader fills in, and what keeps programs out of it."""

import datetime as dt
import logging

import pytest
from django.test import Client
from django.utils import timezone

from inquiries import guard
from inquiries.models import ErrorReport, FormUse
from inquiries.questions import Question
from inquiries.tests.builders import TEXT, WORDS, receipt, sent, stamp

pytestmark = pytest.mark.django_db
ADDRESS = "/corrections/new/"


def post(client, age=60, **words):
    return client.post(ADDRESS, {**WORDS, "stamp": stamp(age), **words})


def said(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class TestAReport:
    def test_it_is_received_with_a_receipt(self, client):
        number, code = receipt(post(client, contact="示例联系方式"))
        report = ErrorReport.objects.get()
        assert (report.number, report.text, report.contact) == (
            number,
            TEXT,
            "示例联系方式",
        )
        assert (report.department, report.office) == (None, "公开办")
        answer = client.post(
            "/corrections/", {"number": number.lower(), "code": f" {code.lower()} "}
        )
        assert "待处理" in said(answer)
        assert "示例联系方式" not in said(answer)

    def test_nobody_keeps_the_form_or_the_receipt(self, client):
        for response in (client.get(ADDRESS), post(client), client.get("/corrections/")):
            assert "no-store" in response["Cache-Control"]

    def test_another_site_cannot_send_it(self):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(ADDRESS, {**WORDS, "stamp": stamp()}).status_code == 403
        form = sent(strict.get(ADDRESS, {"page": "/guide/"}))
        form |= {**WORDS, "stamp": stamp()}
        assert strict.post(ADDRESS, form).status_code == 200
        assert ErrorReport.objects.count() == 1

    def test_it_costs_few_queries(self, client, django_assert_max_num_queries):
        client.get(ADDRESS)
        with django_assert_max_num_queries(4):
            client.get(ADDRESS)


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ({"page": ""}, "请填写出错的网页地址"),
            ({"kind": ""}, "请选择问题类别"),
            ({"kind": "x"}, "请从列表中选择问题类别"),
            ({"text": ""}, "请写明哪一处有错"),
            ({"text": "太短"}, "至少 10 个字，现在有 2 个字"),
            ({"text": "长" * 1001}, "最多 1000 个字，现在有 1001 个字"),
        ],
    )
    def test_it_says_what_to_do_and_keeps_what_was_typed(self, client, words, sentence):
        response = post(client, **{"name": "示例称呼", **words})
        page = said(response)
        assert sentence in page
        assert "有错误：网页纠错" in page
        assert sent(response)["name"] == "示例称呼"
        assert not ErrorReport.objects.exists()

    def test_a_field_names_its_help_and_its_error(self, client):
        page = said(post(client, text="太短"))
        assert 'aria-describedby="id_text_helptext id_text_error"' in page
        assert 'id="id_text_error"' in page
        assert '<a href="#id_text">' in page

    def test_a_thousand_characters_in_lines_are_a_thousand(self, client):
        post(client, text="\r\n".join(["九个字一行要写满"] * 111)[:1099])
        assert len(ErrorReport.objects.get().text) < 1000


class TestStampAndTrap:
    @pytest.mark.parametrize("age", [0, 2])
    def test_what_was_filled_in_before_it_could_be_read_is_not_taken(self, client, age):
        response = post(client, age)
        assert "不到 3 秒" in said(response)
        assert sent(response)["text"] == TEXT
        assert not ErrorReport.objects.exists()

    def test_waiting_is_enough(self, client, monkeypatch):
        again = sent(post(client, 1))
        monkeypatch.setattr(guard, "QUICKEST", 0.5)
        client.post(ADDRESS, again)
        assert ErrorReport.objects.count() == 1

    def test_what_is_older_than_a_day_gets_a_new_stamp(self, client, monkeypatch):
        response = post(client, 86_401)
        assert "超过一天" in said(response)
        assert not ErrorReport.objects.exists()
        monkeypatch.setattr(guard, "QUICKEST", 0)
        client.post(ADDRESS, sent(response))
        assert ErrorReport.objects.count() == 1

    @pytest.mark.parametrize("forged", ["", "x", "\x00", "x" * 20_000, "中文:x:y", "another form"])
    def test_a_stamp_that_is_not_ours_is_none(self, client, forged):
        forged = stamp(form="other") if forged == "another form" else forged
        response = client.post(ADDRESS, {**WORDS, "stamp": forged})
        assert "没有提交" in said(response)
        assert not ErrorReport.objects.exists()

    def test_who_fills_in_the_trap_is_told_and_may_send_again(self, client):
        response = post(client, homepage="https://example.com")
        assert "应当留空" in said(response)
        assert not ErrorReport.objects.exists()
        client.post(ADDRESS, sent(response))
        assert ErrorReport.objects.count() == 1

    def test_the_same_form_twice_is_one_correction_with_one_receipt(self, client):
        form = {**WORDS, "stamp": stamp()}
        first, second = receipt(client.post(ADDRESS, form)), receipt(client.post(ADDRESS, form))
        assert first == second
        assert ErrorReport.objects.count() == FormUse.objects.count() == 1


class TestWindow:
    def accept(self, client, number, **headers):
        for _ in range(number):
            client.post(ADDRESS, {**WORDS, "stamp": stamp()}, **headers)

    def answer_to(self, response, *, right=True):
        form = sent(response)
        question = Question.read(form["question"])
        return form | {"answer": str(question.first + question.second if right else 1)}

    def test_the_fourth_of_a_network_is_asked_a_question_in_words(self, client):
        self.accept(client, 3)
        response = post(client)
        assert "请写出：" in said(response)
        assert "等于几？" in said(response)
        assert ErrorReport.objects.count() == 3
        client.post(ADDRESS, self.answer_to(response))
        assert ErrorReport.objects.count() == 4

    def test_the_question_stands_in_a_new_form_from_the_beginning(self, client):
        self.accept(client, 3)
        form = self.answer_to(client.get(ADDRESS))
        client.post(ADDRESS, form | WORDS | {"stamp": stamp()})
        assert ErrorReport.objects.count() == 4

    def test_a_wrong_answer_gets_another_question(self, client):
        self.accept(client, 3)
        first = post(client)
        second = client.post(ADDRESS, self.answer_to(first, right=False))
        assert "答案不对" in said(second)
        assert sent(second)["question"] != sent(first)["question"]
        assert sent(second)["text"] == TEXT
        assert ErrorReport.objects.count() == 3

    def test_an_answer_is_good_once(self, client):
        self.accept(client, 3)
        form = self.answer_to(post(client))
        client.post(ADDRESS, form)
        client.post(ADDRESS, form | {"stamp": stamp()})
        assert ErrorReport.objects.count() == 4

    def test_no_answer_of_ones_own_making_is_taken(self, client):
        self.accept(client, 3)
        post(client, question="x", answer="8")
        assert ErrorReport.objects.count() == 3

    def test_above_ten_nothing_is_taken_and_nothing_typed_is_lost(self, client):
        FormUse.objects.bulk_create(
            FormUse(form="correction", source=self.source(), is_accepted=False) for _ in range(10)
        )
        response = post(client)
        assert (response.status_code, response["Retry-After"]) == (429, "600")
        assert "请过十分钟" in said(response)
        assert sent(response)["text"] == TEXT
        assert not ErrorReport.objects.exists()

    def source(self, address="127.0.0.1", day=None):
        day = day or timezone.localdate()
        return guard.salted_hmac(
            f"inquiries.guard.{day}", guard.network_of(address), algorithm="sha256"
        ).hexdigest()

    def test_what_came_before_midnight_counts_after_it(self, client):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        source = self.source(day=yesterday)
        FormUse.objects.bulk_create(
            FormUse(form="correction", source=source, is_accepted=True) for _ in range(3)
        )
        assert "请写出：" in said(client.get(ADDRESS))

    def test_ten_minutes_later_all_is_forgotten(self, client):
        self.accept(client, 3)
        FormUse.objects.update(at=timezone.now() - dt.timedelta(minutes=11))
        post(client)
        assert ErrorReport.objects.count() == 4

    def test_another_network_is_another_matter_until_there_are_thirty_in_an_hour(self, client):
        self.accept(client, 3)
        self.accept(client, 1, REMOTE_ADDR="203.0.113.9")
        assert ErrorReport.objects.count() == 4
        FormUse.objects.bulk_create(
            FormUse(form="correction", source=f"{number}", is_accepted=True) for number in range(26)
        )
        assert "请写出：" in said(
            client.post(ADDRESS, {**WORDS, "stamp": stamp()}, REMOTE_ADDR="198.51.100.7")
        )

    def test_an_address_somebody_claims_is_not_believed(self, client, settings):
        for number in range(4):
            self.accept(client, 1, HTTP_X_FORWARDED_FOR=f"203.0.{number}.9")
        assert ErrorReport.objects.count() == 3
        settings.TRUSTED_PROXY_COUNT = 1
        self.accept(client, 1, HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.9")
        assert ErrorReport.objects.count() == 4

    def test_no_address_is_stored(self, client):
        self.accept(client, 1, REMOTE_ADDR="203.0.113.9")
        assert "203.0.113" not in str(FormUse.objects.values().get())
        assert "203.0.113" not in str(ErrorReport.objects.values().get())

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.9", "203.0.113.0/24"),
            ("::ffff:203.0.113.9", "203.0.113.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("", ""),
            ("unix:", ""),
        ],
    )
    def test_a_network_is_what_one_reader_can_hardly_leave(self, address, network):
        assert guard.network_of(address) == network


class TestHostileInput:
    @pytest.mark.parametrize(
        "address",
        [
            *(
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example/",
                "\\\\evil.example",
                "javascript:alert(1)",
            ),
            *(
                "/%2Fevil.example/",
                "data:text/html,x",
                "guide/",
                "/admin/",
                "/admin",
                "http://[",
                "/a%0d%0ab",
            ),
            *(
                "/a%00b",
                "/" + "x" * 400,
                "ftp://localhost/x",
                "/%5cevil.example/",
                "https://localhost.evil.example/",
            ),
        ],
    )
    def test_only_pages_of_ours_are_taken(self, client, address):
        response = post(client, page=address)
        assert response.status_code == 200
        assert "有错误：" in said(response)
        assert not ErrorReport.objects.exists()
        assert sent(client.get(ADDRESS, {"page": address}))["page"] == ""

    @pytest.mark.parametrize(
        ("address", "path"),
        [
            ("http://localhost/guide/?x=1#y", "/guide/"),
            (" /guide/ ", "/guide/"),
            ("/catalog/%E6%8B%9B%E6%A0%87/", "/catalog/招标/"),
        ],
    )
    def test_an_address_may_be_copied_as_it_stands(self, client, address, path):
        post(client, page=address)
        assert ErrorReport.objects.get().page == path

    @pytest.mark.parametrize(
        "field", ["page", "kind", "text", "name", "contact", "answer", "homepage", "question"]
    )
    @pytest.mark.parametrize(
        "value", ["\x00", "a\x00b" * 9, "\ud800".encode("utf-8", "surrogatepass"), "x" * 200_000]
    )
    def test_nothing_breaks_the_form(self, client, field, value):
        assert post(client, **{field: value}).status_code == 200

    def test_markup_is_shown_as_what_was_typed(self, client):
        text = "<script>alert(1)</script><b>文字</b>"
        assert "<script>alert" not in said(post(client, text=text, name=""))
        response = post(client, text=text, kind="")
        assert "<script>alert" not in said(response)
        assert sent(response)["text"] == text
        assert ErrorReport.objects.get().text == text

    def test_what_disguises_text_is_taken_out(self, client):
        post(client, text=f"\u202e{TEXT}\x07\ufeff")
        assert ErrorReport.objects.get().text == TEXT


@pytest.fixture
def _heard(caplog):
    logging.disable(logging.NOTSET)
    caplog.set_level(logging.DEBUG)


@pytest.mark.usefixtures("_heard")
def test_no_log_knows_who_wrote(client, caplog):
    post(client, contact="示例联系方式", name="示例称呼")
    for _ in range(6):
        client.post(
            "/corrections/",
            {"number": "JC20260301-0001", "code": "示例查询码"},
            REMOTE_ADDR="203.0.113.9",
        )
    assert not any(
        words in caplog.text for words in ("示例联系方式", "示例称呼", "示例查询码", "203.0.113")
    )
