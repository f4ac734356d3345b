"""Page tags of government sites (国办发〔2017〕47号, 网站标签规范), canonical link, Open Graph and
JSON-LD.

What a page is follows from its context: `item` (a public Item: an article), `node` (a
catalog.tree.Node: a column), the home page by its address. Pages of neither kind are columns of
type 概况信息. `trail` becomes the breadcrumb list. Faults met on real sites are kept out here,
whatever the record says: an empty value, the word null, a scheme before the domain, two column
types.
"""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join, json_script
from django.utils.safestring import SafeString

from disclosure.lists.rendering import rendering
from disclosure.lists.shelves import shelves
from disclosure.models import Validity
from opendata.dcat import KEYWORDS, LICENCE
from portal.identity import UNNAMED
from portal.templatetags.navigation import category_address

register = template.Library()
_PICTURE = re.compile(r'<img[^>]*\ssrc="([^"]+)"')
_FURTHER_PAGE = re.compile(r"(?!1$)[1-9][0-9]{0,4}")
LONGEST_DESCRIPTION = 120
_DOWNLOADS = (
    ("/api/v1/", "application/json"),
    ("/items.atom", "application/atom+xml"),
    ("/register/export.jsonl", "application/jsonl"),
    ("/data/dcat.jsonld", "application/ld+json"),
)
_NO_VALUE = {"", "null", "none", "undefined"}


def _said(text):
    """The text in one line; empty where it only says that something has no value."""
    text = " ".join(str(text or "").split())
    return "" if text.lower() in _NO_VALUE else text


def _site_tags():
    site = settings.SITE
    domain = re.sub(r"^\w+://", "", site["domain"]).rstrip("/")
    tags = [("SiteName", site["name"]), ("SiteDomain", domain), ("SiteIDCode", site["id_code"])]
    return [(name, value) for name, value in tags if value not in ("", UNNAMED)]


def _column_tags(node):
    platform = f"{settings.SITE['name']}{settings.SITE['platform']}"
    if node is None:
        return [
            ("ColumnName", settings.SITE["platform"]),
            ("ColumnDescription", f"{platform}平台"),
            ("ColumnKeywords", f"{settings.SITE['platform']};{settings.SITE['name']}"),
            ("ColumnType", "概况信息"),
        ]
    return [
        ("ColumnName", node.name),
        (
            "ColumnDescription",
            _said(node.description) or f"{platform}“{node.name}”栏目公开的政府信息",
        ),
        ("ColumnKeywords", _said(node.keywords) or f"{node.name};{settings.SITE['platform']}"),
        ("ColumnType", node.column_type),
    ]


def description_of(item):
    """The summary, else the beginning of the text."""
    return (_said(item.summary) or _said(item.text) or item.title)[:LONGEST_DESCRIPTION]


def _article_tags(item, url, origin):
    picture = _first_picture(item)
    tags = [
        ("ArticleTitle", item.title),
        ("PubDate", timezone.localtime(item.listed_at).strftime("%Y-%m-%d %H:%M")),
        ("ContentSource", _said(item.source) or item.department.name),
        ("Keywords", _said(item.keywords)),
        ("Description", description_of(item)),
        ("Image", picture and origin + picture),
        ("Url", url),
    ]
    return [(name, value) for name, value in tags if value]


def _first_picture(item):
    match = _PICTURE.search(item.body or "")
    return match[1] if match else ""


def _organisation():
    return {"@type": "GovernmentOrganization", "name": settings.SITE["name"]}


# What a document's validity means in schema.org's words (LegalForceStatus); what the record does
# not say is not said.
_LEGAL_FORCE = {
    Validity.State.IN_FORCE: "InForce",
    Validity.State.AMENDED: "PartiallyInForce",
    Validity.State.LAPSED: "NotInForce",
    Validity.State.REPEALED: "NotInForce",
}


def _is_legislation(item, node):
    """Rules and normative documents: what has a number and stands in a column that answers 条例
    Art. 20 (1).
    """
    return bool(
        item.document_number
        and node
        and any("20-1" in (one.regulation_items or ()) for one in node.trail)
    )


def _legislation(item):
    """What schema.org says of a document of law beside what it says of every article."""
    told = {
        "@type": ["Legislation", "Article"],
        "name": item.title,
        "legislationIdentifier": item.document_number,
        "legislationType": item.get_genre_display() if item.genre else "",
        "legislationDate": item.created_on.isoformat(),
        "legislationPassedBy": {
            "@type": "GovernmentOrganization",
            "name": item.issuer or item.department.name,
        },
        "legislationJurisdiction": settings.SITE["name"].removesuffix("人民政府"),
    }
    if (row := item.validity_on()) and (force := _LEGAL_FORCE.get(row.state)):
        told["legislationLegalForce"] = f"https://schema.org/{force}"
    return {name: value for name, value in told.items() if value}


def _article_data(item, url, node):
    further = _legislation(item) if _is_legislation(item, node) else {}
    return {
        "@context": "https://schema.org",
        "@type": "Report" if item.report else "Article",
        "headline": item.title,
        "identifier": item.index_number,
        "datePublished": timezone.localtime(item.listed_at).isoformat(),
        "dateCreated": item.created_on.isoformat(),
        "inLanguage": "zh-CN",
        "url": url,
        "publisher": {"@type": "GovernmentOrganization", "name": item.department.name},
        **further,
    }


def _site_data(origin):
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": f"{settings.SITE['name']}{settings.SITE['platform']}",
        "url": f"{origin}/",
        "publisher": _organisation(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{origin}/search/?q={{search_term_string}}",
            "query-input": "required name=search_term_string",
        },
    }


def _dataset_data(origin):
    """The whole archive as a data set, for search engines of data; `/data/dcat.jsonld` says the
    same to other catalogues.
    """
    whole = f"{settings.SITE['name']}政府信息公开全部内容"
    files = [
        {"@type": "DataDownload", "contentUrl": f"{origin}{path}", "encodingFormat": kind}
        for path, kind in _DOWNLOADS
    ]
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": whole,
        "description": f"{whole}：主动公开的政府信息、年度报告和统计表、附件清单、撤回记录和公开登记簿，每夜更新。",
        "url": f"{origin}/data/",
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": "zh-CN",
        "keywords": list(KEYWORDS),
        "creator": _organisation(),
        "distribution": files,
    }


@lru_cache(maxsize=2_048)
def _trail_block(trail, origin):
    """The way from the home page to the column, as the breadcrumb shows it. `trail`: (slug, name)
    of each column.
    """
    steps = [
        ("首页", reverse("home")),
        *((name, category_address(None, slug)) for slug, name in trail),
    ]
    data = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": origin + path}
            for place, (name, path) in enumerate(steps, start=1)
        ],
    }
    return data_block(data)


def _canonical(request, url):
    """One address a page of a list; how a reader sorted or narrowed it makes no page of its own."""
    page = request.GET.get("page", "")
    return f"{url}?page={page}" if _FURTHER_PAGE.fullmatch(page) else url


def data_block(data):
    """A JSON-LD data block. `json_script` escapes every `<`, so that no text can end the block."""
    return SafeString(json_script(data).replace("application/json", "application/ld+json", 1))


@register.inclusion_tag("partials/head_tags.html", takes_context=True)
def page_tags(context):
    """The head of a page; nothing on a page that stands for no public content (an error, a
    withdrawal notice).
    """
    request = context.get("request")
    if request is None or request.resolver_match is None:
        return {}
    origin, url = context.get("origin", ""), _canonical(request, context.get("page_url", ""))
    item, node = context.get("item"), context.get("node")
    is_home = request.resolver_match.url_name == "home"
    data = [_site_data(origin)] if is_home else []
    if context.get("is_dataset"):
        data = [_dataset_data(origin)]
    if item is not None:
        if item.status != "published":
            return {}
        tags = _column_tags(node) + _article_tags(item, url, origin)
        data = [_article_data(item, url, node)]
        title, description = item.title, description_of(item)
    else:
        tags = [("ColumnType", "首页")] if is_home else _column_tags(node)
        title = node.name if node else settings.SITE["platform"]
        description = dict(_column_tags(node))["ColumnDescription"]
    further = ""
    if trail := context.get("trail"):
        further = _trail_block(tuple((node.slug, node.name) for node in trail), origin)
    return {
        "tags": format_html_join("\n  ", '<meta name="{}" content="{}">', _site_tags() + tags),
        "url": url,
        "title": title,
        "description": description,
        "kind": "article" if item is not None else "website",
        "site": settings.SITE,
        "data": [*(data_block(part) for part in data), further],
    }


@register.inclusion_tag("partials/register_head.html", takes_context=True)
def register_head(context):
    """How far the register went when the page was made. Only on pages made for everybody, which the
    page cache keeps: for a single reader it would be a query a page (docs/decisions/0055).
    """
    request = context.get("request")
    is_for_everybody = request is not None and rendering(request).version
    return {"head": shelves.register_head(request) if is_for_everybody else None}
