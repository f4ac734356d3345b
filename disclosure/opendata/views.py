"""Pages about the open data, and what other catalogues read of it."""

from django.conf import settings
from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from disclosure.exports.facts import absolute
from disclosure.models import AnnualReport, Item
from disclosure.opendata import bulk
from disclosure.opendata.api import api

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# What DCAT needs of each: name, address, type.
SERVICES = (
    ("公开数据接口（JSON，只读）", "/api/v1/", "application/json"),
    ("全部信息的订阅源", "/items.atom", "application/atom+xml"),
    ("公开登记簿全文", "/register/export.jsonl", "application/jsonl"),
)


class DataIndex(TemplateView):
    """数据开放: what there is and how it is used."""

    template_name = "disclosure/data.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(package=bulk.newest(), **kwargs)


class TryApi(TemplateView):
    """Every operation of the API with a form that asks it: the answer is the address itself."""

    template_name = "disclosure/data_api.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(operations=list(_operations()), **kwargs)


def _operations():
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    for path, methods in schema["paths"].items():
        described = methods["get"]
        parameters = [_field(one) for one in described.get("parameters", []) if one["in"] == "query"]
        in_path = "{" in path
        yield {
            "path": path,
            "summary": described["summary"],
            "fields": parameters,
            "example": _example(path) if in_path else path,
            "is_form": not in_path,
        }


def _field(parameter):
    schema = parameter["schema"]
    variants = schema.get("anyOf", [schema])
    choices = next((one["enum"] for one in variants if "enum" in one), [])
    return {
        "name": parameter["name"],
        "label": parameter.get("description") or schema.get("description", ""),
        "choices": choices,
        "default": schema.get("default"),
    }


def _example(path):
    """The path with a public item or report put in; empty where there is none yet."""
    report = AnnualReport.objects.published().select_related("department").first()
    item = Item.objects.published().filter(annual_report=None).only("index_number").first()
    values = {"{organ}": report and report.department.slug, "{year}": report and report.year}
    values["{index_number}"] = item and item.index_number
    for name, value in values.items():
        if name in path and not value:
            return ""
        path = path.replace(name, str(value))
    return path


# In JSON-LD an address is a text until the context says that it names something.
_IRI = {"@type": "@id"}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **dict.fromkeys(("dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL", "dcat:endpointDescription"), _IRI),
    **dict.fromkeys(("dcat:mediaType", "dcat:servesDataset", "dcat:landingPage", "foaf:homepage"), _IRI),
    **dict.fromkeys(("dct:license", "dct:language", "dct:accrualPeriodicity", "spdx:algorithm"), _IRI),
    "dct:modified": {"@type": "xsd:dateTime"},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
    "spdx:checksumValue": {"@type": "xsd:hexBinary"},
}
CHINESE = "http://publications.europa.eu/resource/authority/language/ZHO"
DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"


@require_safe
def dcat(request):
    """The catalogue of data sets in DCAT-AP 3 as JSON-LD: the whole archive in bulk, and the services."""
    package = bulk.newest()
    distributions = [_bulk_file(file) for file in (package["files"] if package else [])]
    distributions += [_distribution(name, absolute(address), kind) for name, address, kind in SERVICES]
    publisher = {"@type": "foaf:Agent", "foaf:name": settings.SITE["organiser"]}
    dataset = {
        "@type": "dcat:Dataset",
        "@id": absolute("/data/#all"),
        "dct:title": f"{settings.SITE['name']}政府信息公开全部内容",
        "dct:description": "全部主动公开的政府信息、年度报告、附件清单和撤回记录。",
        "dct:language": CHINESE,
        "dct:publisher": publisher,
        "dct:accrualPeriodicity": DAILY,
        "dct:modified": package["made_at"] if package else timezone.now().isoformat(),
        "dcat:landingPage": absolute("/data/"),
        "dcat:distribution": distributions,
    }
    service = {
        "@type": "dcat:DataService",
        "@id": absolute("/data/#api"),
        "dct:title": "政府信息公开数据接口",
        "dct:license": LICENCE,
        "dcat:endpointURL": absolute("/api/v1/"),
        "dcat:endpointDescription": absolute("/api/v1/openapi.json"),
        "dcat:servesDataset": dataset["@id"],
    }
    catalog = {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "@id": absolute("/data/dcat.jsonld"),
        "dct:title": f"{settings.SITE['name']}{settings.SITE['platform']}数据目录",
        "dct:description": "政府信息公开平台的数据文件和数据接口。",
        "dct:language": CHINESE,
        "dct:license": LICENCE,
        "dct:publisher": publisher,
        "foaf:homepage": absolute("/"),
        "dcat:dataset": [dataset],
        "dcat:service": [service],
    }
    return _linked(catalog, "application/ld+json")


def _bulk_file(file):
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


def _distribution(name, address, kind):
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": address,
        "dcat:mediaType": f"https://www.iana.org/assignments/media-types/{kind}",
        "dct:license": LICENCE,
    }


@require_safe
def api_catalog(request):
    """Which APIs this host has and where they are described (RFC 9727), as a link set (RFC 9264)."""
    own, address = absolute("/.well-known/api-catalog"), absolute("/api/v1/")
    described = {
        "anchor": address,
        "service-desc": [{"href": absolute("/api/v1/openapi.json"), "type": "application/json"}],
        "service-doc": [{"href": absolute("/data/api/"), "type": "text/html"}],
        "service-meta": [{"href": absolute("/data/dcat.jsonld"), "type": "application/ld+json"}],
    }
    links = {"linkset": [{"anchor": own, "item": [{"href": address}]}, described]}
    response = _linked(links, 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"')
    response["Link"] = f'<{own}>; rel="api-catalog"'
    return response


def _linked(value, content_type):
    response = JsonResponse(value, json_dumps_params={"ensure_ascii": False, "indent": 1}, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def data_file(request, name):
    """A file of the newest package; any other name is not there."""
    return bulk.response_for(name)
