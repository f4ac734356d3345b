"""Pages about the open data, and the list of interfaces."""

from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from disclosure.files.facts import absolute
from disclosure.models import AnnualReport, Item
from opendata import bulk
from opendata.api import api
from opendata.dcat import linked


class DataIndex(TemplateView):
    """数据开放: what there is and how it is used."""

    template_name = "disclosure/data.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(package=bulk.newest(), is_dataset=True, **kwargs)


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
        parameters = [
            _field(one) for one in described.get("parameters", []) if one["in"] == "query"
        ]
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
    response = linked(
        links, 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    )
    response["Link"] = f'<{own}>; rel="api-catalog"'
    return response


@require_safe
def data_file(request, name):
    """A file of the newest package; any other name is not there."""
    return bulk.response_for(name)
