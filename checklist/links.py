"""Links that lead somewhere the public can go. No other machine is asked."""

import ipaddress
import re
from collections import defaultdict
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from catalog.models import Category, Department
from disclosure.checks.finding import Finding, Level, Settled
from disclosure.checks.registry import check
from disclosure.models import AnnualReport, Attachment, Item
from documents.html.parts import text_of

_SAYS_NOTHING = re.compile(r"(?:请?点击)?(?:这里|此处|链接|查看|下载|详情|更多|点击)?\Z")
_ANCHOR = re.compile(r"s\d{1,4}(?:-\d{1,4})?\Z")  # the ids that `{% body %}` gives to headings


@check
def links(subject):
    """Every link has words and an address that works for the public."""
    inside = []
    for part in subject.parts:
        for element in part.elements("a", "img"):
            if element.tag == "a":
                yield from _link_faults(part, element)
            address = element.get("href" if element.tag == "a" else "src") or ""
            if path := _own_path(address):
                inside.append((path, part, element))
    yield from _inside_faults(subject, inside)


def _link_faults(part, element):
    address, words = element.get("href") or "", text_of(element)
    label = words or element.get("title") or address
    if not words and not any((picture.get("alt") or "").strip() for picture in element.iter("img")):
        message = f"有一个链接没有文字（地址是“{address[:60]}”），读者看不到也点不到。请写上文字，或者删去链接。"
        yield Finding(
            "link-without-text", Level.BLOCKING, message, part.place, settled=Settled.BY_REASON
        )
    elif words and _SAYS_NOTHING.match(words):
        message = (
            f"链接的文字“{words}”没有说明去向。请改为目标的名称，读屏软件的用户只听链接也能明白。"
        )
        yield Finding("link-says-nothing", Level.WARNING, message, part.place, part.locate(words))
    if not address:
        message = f"链接“{label[:30]}”没有地址（或者地址的形式不允许，已被去掉）。请重新填写地址，或者删去链接。"
        yield Finding(
            "link-without-address",
            Level.BLOCKING,
            message,
            part.place,
            part.locate(words),
            settled=Settled.BY_REASON,
        )
    elif address.startswith("#") and not _ANCHOR.match(address[1:]):
        message = f"链接“{label[:30]}”指向本页的“{address[:30]}”，这个位置不存在。请删去链接。"
        yield Finding("link-to-nowhere", Level.WARNING, message, part.place, part.locate(words))
    elif host := _unreachable_host(address):
        message = f"链接“{label[:30]}”指向内部地址 {host}，公众打不开。请改为公开的地址。"
        yield Finding(
            "link-internal-network",
            Level.BLOCKING,
            message,
            part.place,
            part.locate(words),
            settled=Settled.BY_REASON,
        )


def _host(address):
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _unreachable_host(address):
    """A host of an inner network or of one's own machine, or an empty string."""
    host = _host(address)
    if not host or _is_own(host):
        return ""
    try:
        return "" if ipaddress.ip_address(host).is_global else host
    except ValueError:
        return (
            host
            if host == "localhost"
            or "." not in host
            or host.endswith((".local", ".lan", ".internal"))
            else ""
        )


def _is_own(host):
    own = {settings.SITE["domain"].lower(), _host(settings.SITE_ORIGIN)}
    return bool(host) and host in own


def _own_path(address):
    """The path of an address of this portal, or an empty string."""
    try:
        pieces = urlsplit(address)
    except ValueError:
        return ""
    is_own = not pieces.netloc or _is_own(_host(address))
    return unquote(pieces.path) if is_own and pieces.path.startswith("/") else ""


def _inside_faults(subject, inside):
    routes = {path: _route(path) for path, *_ in inside}
    public = _public_targets(subject, [route for route in routes.values() if route])
    for path, part, element in inside:
        if fault := _inside_fault(path, routes[path], public):
            words = text_of(element)
            message = f"“{(words or element.get('alt') or path)[:30]}”：{fault}"
            excerpt = part.locate(words)
            yield Finding(
                "link-not-public",
                Level.BLOCKING,
                message,
                part.place,
                excerpt,
                settled=Settled.BY_REASON,
            )


def _route(path):
    try:
        return resolve(path)
    except Resolver404:
        return None


def _inside_fault(path, route, public):
    if route is None:
        return f"本站没有 {path[:80]} 这个地址。请核对链接。"
    if "admin" in route.app_names:
        return "链接指向工作台，公众打不开。请改为公众页面的地址。"
    if route.url_name in public and _key(route) not in public[route.url_name]:
        return f"{path[:80]} 指向的内容不存在，或者没有公开。请先公开它，或者改正链接。"
    return ""


def _key(route):
    values = route.kwargs
    if "year" in values:
        return values["slug"], values["year"]
    return next(
        (str(values[name]) for name in ("index_number", "slug", "pk") if name in values), ""
    )


def _public_targets(subject, routes):
    """For each kind of address met, the keys whose pages the public can open: one query a kind."""
    wanted = defaultdict(set)
    for route in routes:
        wanted[route.url_name].add(_key(route))
    found = {}
    for name, keys in wanted.items():
        if name in _TARGETS:
            found[name] = {_written(key) for key in _TARGETS[name](keys)}
    if "attachment" in found:
        found["attachment"] |= {str(attachment.pk) for attachment in subject.attachments}
    return found


def _written(key):
    return key if isinstance(key, tuple) else str(key)


def _items(numbers):
    return (
        Item.objects.published()
        .filter(index_number__in=numbers)
        .values_list("index_number", flat=True)
    )


def _categories(slugs):
    return Category.objects.visible().filter(slug__in=slugs).values_list("slug", flat=True)


def _organs(slugs):
    return Department.objects.filter(slug__in=slugs).values_list("slug", flat=True)


def _reports(keys):
    reports = AnnualReport.objects.published().filter(
        department__slug__in={slug for slug, _ in keys}
    )
    return reports.values_list("department__slug", "year")


def _attachments(keys):
    return Attachment.objects.published().filter(pk__in=keys).values_list("pk", flat=True)


_TARGETS = {
    "item-detail": _items,
    "item-counts": _items,
    "category-detail": _categories,
    "organ-report-list": _organs,
    "report-detail": _reports,
    "report-counts": _reports,
    "report-figures": _reports,
    "attachment": _attachments,
}
