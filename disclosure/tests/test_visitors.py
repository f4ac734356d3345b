"""Who a request comes from, and whether it is a person reading."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from disclosure.counting.visitors import is_crawler, is_page_view, is_speculative
from ledger.pages.addresses import client_address

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0 Safari/537.36"

CRAWLERS = [
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "Mozilla/5.0 (compatible; 360Spider/1.0)",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/69.0 Safari/537.36; YisouSpider",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 Mobile Safari/537.36 (compatible; Bytespider; x@y.z)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "FreshRSS/1.20 (Linux; https://freshrss.org)",
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 3 subscribers)",
    "LinkChecker/10.2 (+https://linkchecker.github.io/linkchecker/)",
    "W3C_Validator/1.3",
]
PERSONS = [
    CHROME,
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/149.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/80.0 Safari/537.36 SE 2.X MetaSr 1.0",  # 搜狗浏览器
    "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/86.0 Safari/537.36 360SE",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36 baiduboxapp/13.60",
    "Mozilla/5.0 (Linux; Android 9; CUBOT X18 Plus) AppleWebKit/537.36 Chrome/100.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 MicroMessenger/8.0.50",
    "Lynx/2.9",
    "兰台",
    "",
]


def request_with(method="get", **headers):
    request = getattr(RequestFactory(), method)(
        "/", headers={name.replace("_", "-"): v for name, v in headers.items()}
    )
    request.user = AnonymousUser()
    return request


@pytest.mark.parametrize("user_agent", CRAWLERS)
def test_it_knows_a_crawler_by_its_name(user_agent):
    assert is_crawler(user_agent)


@pytest.mark.parametrize("user_agent", PERSONS)
def test_it_takes_browsers_and_unknown_programs_for_a_person(user_agent):
    assert is_page_view(request_with(User_Agent=user_agent))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Purpose": "prefetch"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Sec_Purpose": "prefetch;anonymous-client-ip"},
        {"Purpose": "prefetch"},
        {"X_Purpose": "preview"},
        {"X_Moz": "prefetch"},
    ],
)
def test_a_page_fetched_in_advance_is_not_read(headers):
    assert is_speculative(request_with(**headers))
    assert not is_page_view(request_with(**headers))


def test_a_head_request_is_not_a_page_view():
    assert not is_page_view(request_with("head"))


class UntouchableRequest:
    """A request whose user and session must not be looked at."""

    META, COOKIES = {"REQUEST_METHOD": "GET"}, {}

    @property
    def user(self):
        raise AssertionError("the user was looked at")

    session = user


def test_it_does_not_look_at_the_user_where_there_is_no_session_cookie():
    assert is_page_view(UntouchableRequest())


def test_without_a_trusted_proxy_the_forwarded_address_is_anybodys_word(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    assert client_address(request_with(X_Forwarded_For="203.0.113.9")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),  # came past the outer proxy
        (1, "2001:DB8::0:1", "2001:db8::1"),
        (1, "unknown", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_it_believes_only_what_our_own_proxies_wrote(settings, count, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = count
    assert client_address(request_with(X_Forwarded_For=forwarded)) == address


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_nothing_a_client_puts_on_the_left_changes_its_address(spoofed):
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=f"{spoofed}, 203.0.113.9")
    with override_settings(TRUSTED_PROXY_COUNT=1):
        assert client_address(request) == "203.0.113.9"
