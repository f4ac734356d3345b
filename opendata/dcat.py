"""The catalogue of data sets in DCAT-AP 3 as JSON-LD (/data/dcat.jsonld): what other catalogues of
open data read.
"""

import re

from django.conf import settings
from django.db.models import Max, Min
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.files.facts import absolute
from disclosure.models import Item
from opendata import bulk

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# What DCAT needs of each: name, address, type.
SERVICES = (
    ("公开数据接口（JSON，只读）", "/api/v1/", "application/json"),
    ("全部信息的订阅源", "/items.atom", "application/atom+xml"),
    ("公开登记簿全文", "/register/export.jsonl", "application/jsonl"),
)
# In JSON-LD an address is a text until the context says that it names something.
_IRI = {"@type": "@id"}
_EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **dict.fromkeys(
        ("dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL", "dcat:endpointDescription"), _IRI
    ),
    **dict.fromkeys(
        ("dcat:mediaType", "dcat:servesDataset", "dcat:landingPage", "foaf:homepage"), _IRI
    ),
    **dict.fromkeys(
        ("dct:license", "dct:language", "dct:accrualPeriodicity", "spdx:algorithm"), _IRI
    ),
    **dict.fromkeys(("dcat:theme", "vcard:hasURL", "vcard:hasTelephone"), _IRI),
    "dct:modified": {"@type": "xsd:dateTime"},
    "dct:issued": {"@type": "xsd:dateTime"},
    "dcat:startDate": {"@type": "xsd:date"},
    "dcat:endDate": {"@type": "xsd:date"},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
    "spdx:checksumValue": {"@type": "xsd:hexBinary"},
}
CHINESE = f"{_EU}/language/ZHO"
DAILY = f"{_EU}/frequency/DAILY"
GOVERNMENT = f"{_EU}/data-theme/GOVE"
KEYWORDS = ("政府信息公开", "主动公开", "规范性文件", "政府信息公开年度报告", "公开目录")
_TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-— ]?)?\d{7,8}(?!\d)|(?<!\d)12345(?!\d)")


@require_safe
def dcat(request: HttpRequest) -> JsonResponse:
    """The whole archive in bulk, and the services. Two look-ups in indexes."""
    package = bulk.newest()
    dataset = _dataset(package)
    catalog = {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "@id": absolute("/data/dcat.jsonld"),
        "dct:title": f"{settings.SITE['name']}{settings.SITE['platform']}数据目录",
        "dct:description": "政府信息公开平台的数据文件和数据接口。",
        "dct:language": CHINESE,
        "dct:license": LICENCE,
        "dct:publisher": _publisher(),
        "foaf:homepage": absolute("/"),
        "dcat:dataset": [dataset],
        "dcat:service": [_service(dataset["@id"])],
    }
    return linked(catalog, "application/ld+json")


def _publisher() -> dict:
    return {"@type": "foaf:Agent", "foaf:name": settings.SITE["organiser"] or settings.SITE["name"]}


def contact_point() -> dict:
    """Whom to ask about the data: the organiser, the guide's page, and the telephone where the foot
    of the page has one.
    """
    contact = {
        "@type": "vcard:Organization",
        "vcard:fn": settings.SITE["organiser"] or settings.SITE["name"],
        "vcard:hasURL": absolute(reverse("guide")),
    }
    if number := _TELEPHONE.search(settings.SITE["contact"]):
        contact["vcard:hasTelephone"] = "tel:" + re.sub(r"\D", "-", number[0])
    return contact


def public_period() -> tuple:
    """(first day, last moment): when the public could first and last read something new; (None,
    None) while nothing is public.
    """
    public = Item.objects.published().order_by()
    first = public.aggregate(first=Min("listed_at"))["first"]
    last = public.aggregate(last=Max("published_at"))["last"]
    return (timezone.localdate(first), timezone.localtime(last)) if first else (None, None)


def _dataset(package: dict | None) -> dict:
    first, last = public_period()
    distributions = [_bulk_file(file) for file in (package["files"] if package else [])]
    distributions += [
        _distribution(name, absolute(address), kind) for name, address, kind in SERVICES
    ]
    dataset = {
        "@type": "dcat:Dataset",
        "@id": absolute("/data/#all"),
        "dct:title": f"{settings.SITE['name']}政府信息公开全部内容",
        "dct:description": "全部主动公开的政府信息、年度报告、附件清单和撤回记录。",
        "dct:language": CHINESE,
        "dct:publisher": _publisher(),
        "dct:accrualPeriodicity": DAILY,
        "dcat:theme": [GOVERNMENT],
        "dcat:keyword": [settings.SITE["name"], *KEYWORDS],
        "dcat:contactPoint": contact_point(),
        "dcat:landingPage": absolute("/data/"),
        "dcat:distribution": distributions,
    }
    if first:
        period = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": first.isoformat(),
            "dcat:endDate": last.date().isoformat(),
        }
        dataset |= {
            "dct:temporal": period,
            "dct:modified": package["made_at"] if package else last.isoformat(),
        }
    return dataset


def _service(dataset: str) -> dict:
    return {
        "@type": "dcat:DataService",
        "@id": absolute("/data/#api"),
        "dct:title": "政府信息公开数据接口",
        "dct:license": LICENCE,
        "dcat:theme": [GOVERNMENT],
        "dcat:contactPoint": contact_point(),
        "dcat:endpointURL": absolute("/api/v1/"),
        "dcat:endpointDescription": absolute("/api/v1/openapi.json"),
        "dcat:servesDataset": dataset,
    }


def _bulk_file(file: dict) -> dict:
    address = absolute(reverse("data-file", args=[file["name"]]))
    return _distribution(file["name"], address, file["type"]) | {
        "dcat:downloadURL": address,
        "dcat:byteSize": file["size"],
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
            "spdx:checksumValue": file["sha256"],
        },
    }


def _distribution(name: str, address: str, kind: str) -> dict:
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": address,
        "dcat:mediaType": f"https://www.iana.org/assignments/media-types/{kind}",
        "dct:license": LICENCE,
    }


def linked(value: dict, content_type: str) -> JsonResponse:
    """An answer for programs that follow links: JSON a person can read, kept for an hour."""
    response = JsonResponse(
        value, json_dumps_params={"ensure_ascii": False, "indent": 1}, content_type=content_type
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response
