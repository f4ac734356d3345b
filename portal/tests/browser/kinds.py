"""Every kind of page, once: what axe, pa11y, the keyboard and narrow screens look at."""

from disclosure import acts
from disclosure.tests.builders import make_draft


def public_kinds(ask):
    """Addresses of the demonstration. `ask(expression)`: a fact of its database."""
    with_table, withdrawn, removed, corrected = ask(
        "[items.first().index_number for items in ("
        "Item.objects.published().filter(body__contains='<table', annual_report=None),"
        "Item.objects.withdrawn().filter(is_removed_by_law=False),"
        "Item.objects.withdrawn().filter(is_removed_by_law=True),"
        "Item.objects.published().filter(revisions__number=2))]"
    )
    return [
        "/",
        "/catalog/",
        "/catalog/procurement/?sort=oldest&year=x",
        f"/items/{with_table}/",
        f"/items/{with_table}/counts/",
        *(
            f"/items/{corrected}/{page}/"
            for page in ("history", "revisions/1", "revisions/2/changes")
        ),
        f"/items/{withdrawn}/",
        f"/items/{removed}/",
        "/reports/",
        "/reports/songbei/",
        *(f"/reports/songbei/2009/{page}" for page in ("", "counts/", "history/", "revisions/1/")),
        "/reports/songbei/2009/figures/",
        "/reports/findings/",
        "/reports/finance-bureau/2022/",
        "/reports/export/",
        "/reports/suqian/tables/b/",
        "/reports/tables/b/2023/",
        "/search/?q=供热",
        "/search/?q=政府信息公开&on=2025-06-30&year=x",
        "/search/?q=没有这样的信息",
        "/guide/",
        "/rules/",
        "/organs/songbei/",
        "/organs/songbei/table/",
        "/catalog/procurement/table/",
        "/register/",
        "/register/1/",
        "/register/verify/",
        "/register/about/",
        "/data/",
        "/data/api/",
        "/sitemap/",
        "/about/",
        "/about/counts/",
        "/about/accessibility/",
        "/about/privacy/",
        f"/corrections/new/?page=/items/{with_table}/",
        "/corrections/",
        "/no-such-page/",
    ]


def desk_kinds(world):
    """{role: addresses below /admin/}, each as somebody who works with it, in an installation that
    holds `world` (desk_world.py).
    """
    clerk, key = (
        world.people["信息员"],
        {label: record.pk for label, record in world.own.items() if record},
    )
    submitted = make_draft("待审核的信息", by=clerk, department=world.organ, category=world.shelf)
    acts.submit_item(item=submitted, by=clerk)
    forced = make_draft("直接公开的信息", by=clerk, department=world.organ, category=world.shelf)
    acts.force_publish_item(item=forced, by=world.people["公开办"], reason="示例")
    item, report = "disclosure/item", f"disclosure/annualreport/{key['disclosure.annualreport']}"
    draft, public = (
        f"{item}/{key['disclosure.item']}",
        f"{item}/{world.own['disclosure.revision'].item_id}",
    )
    listed = (
        "ledger.entry",
        "ledger.auditentry",
        "disclosure.revision",
        "disclosure.review",
        "disclosure.findingoverride",
    )
    return {
        "信息员": [
            *(
                "",
                "?queue=drafts",
                f"{item}/",
                f"{item}/add/",
                f"{item}/intake/",
                f"{item}/import/",
                "password_change/",
            ),
            *(
                f"{draft}/{page}/"
                for page in ("change", "checks", "preview", "history", "acts/submit")
            ),
            *(f"{public}/change/", f"{public}/history/"),
            *(f"{report}/{page}/" for page in ("change", "tables", "findings", "promises")),
            f"disclosure/legacyoriginal/{key['disclosure.legacyoriginal']}/change/",
            *(
                "inquiries/errorreport/",
                f"inquiries/errorreport/{key['inquiries.errorreport']}/change/",
            ),
        ],
        "审核员": [
            *(
                "",
                f"{item}/{submitted.pk}/change/",
                f"{item}/{submitted.pk}/acts/review/",
                "second-factor/",
            ),
            f"{item}/{forced.pk}/acts/forced-review/",
        ],
        "公开办": [
            *(
                f"{item}/?status__exact=draft",
                f"{draft}/delete/",
                f"{draft}/acts/force/",
                f"{public}/acts/withdraw/",
            ),
            *(
                "catalog/category/",
                "catalog/category/add/",
                f"catalog/category/{key['catalog.category']}/change/",
            ),
            *(
                f"catalog/department/{key['catalog.department']}/change/",
                "disclosure/synonymgroup/add/",
            ),
            *(
                "disclosure/failedsearch/",
                "disclosure/oldaddress/add/",
                "workdays/workcalendarday/notice/",
            ),
        ],
        "审计员": [
            *(f"{label.replace('.', '/')}/" for label in listed),
            f"ledger/entry/{key['ledger.entry']}/change/",
        ],
        "系统管理员": [
            f"auth/user/{key['auth.user']}/change/",
            "auth/user/add/",
            "status/",
            "set-up/",
            "portal/siteidentity/1/change/",
        ],
        "安全管理员": ["portal/policyviolation/", "accounts/loginfailure/"],
    }
