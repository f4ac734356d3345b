"""The Content-Security-Policy in a real browser: no page of ours violates it, and what does is
stopped.
"""

import pytest

from portal.tests.browser.test_citizen import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.any_database]
LISTEN = """window.violations = [];
document.addEventListener('securitypolicyviolation', e => violations.push(e.effectiveDirective + ' ' + e.blockedURI));"""
# One of each kind of page that has scripts or markup of its own; axe walks the others
# (test_accessibility.py).
PUBLIC = (
    *(
        "/",
        "/catalog/procurement/",
        "/reports/songbei/2009/",
        "/reports/suqian/tables/b/",
        "/reports/export/",
    ),
    *("/search/?q=供热", "/data/api/", "/register/verify/", "/no-such-page/"),
)
DESK = (
    *(
        "",
        "disclosure/item/",
        "disclosure/item/add/",
        "disclosure/item/intake/",
        "disclosure/annualreport/add/",
    ),
    *("catalog/category/", "auth/user/", "portal/policyviolation/"),
)


def walk(page, urls):
    """[(url, violation)] of pages opened one after the other, errors of scripts among them."""
    found = []
    page.add_init_script(LISTEN)
    page.on("pageerror", lambda error: found.append((page.url, str(error))))
    for url in urls:
        page.goto(url)
        found += [(url, violation) for violation in page.evaluate("violations")]
    return found


def test_no_page_violates_the_policy(demonstration, browser):
    context = browser.new_context()
    assert walk(context.new_page(), [demonstration + address for address in PUBLIC]) == []
    context.close()
    page = sign_in(browser, demonstration, "office")
    change, preview = demonstration.ask(
        "[f'/admin/disclosure/item/{Item.objects.filter(status=\"draft\").first().pk}/' + end for end in ('change/', 'preview/')]"
    )
    urls = [f"{demonstration}/admin/{address}" for address in DESK] + [
        demonstration + change,
        demonstration + preview,
    ]
    assert walk(page, urls) == []
    page.context.close()


def test_what_is_not_ours_is_stopped(demonstration, browser):
    page = browser.new_page()
    page.add_init_script(LISTEN)
    page.goto(f"{demonstration}/about/")
    page.evaluate(
        """() => { const script = document.createElement('script'); window.ran = false;
        try { script.textContent = 'window.ran = true'; document.body.append(script) } catch (e) {}
        const picture = new Image(); picture.src = 'https://elsewhere.example/x?secret'; document.body.append(picture) }"""
    )
    page.wait_for_function("violations.length >= 2")
    assert page.evaluate("ran") is False
    page.close()
