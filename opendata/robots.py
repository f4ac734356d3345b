"""robots.txt: everything public may be read; what costs much or says nothing is not crawled."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from disclosure.files.facts import absolute

# The desk; a reader's own forms; endless combinations of filters, whose items the site maps name
# anyway.
NOT_CRAWLED = (
    "/admin/",
    "/preferences/",
    "/corrections/",
    "/search/",
    "/search.",
    "/*?",
    "/register/export.jsonl",
    "/reports/export/",  # with what ends them: an organ may be called export-promotion
    "/reports/export.zip",
)
# The page that the feed of everything is the feed of. The longest rule that fits decides (RFC 9309,
# 2.2.2).
CRAWLED = ("/search/?sort=newest$",)


@require_safe
def robots(request):
    """For every crawler alike, with the way to the site map and to the bulk files."""
    rules = [f"Allow: {path}" for path in CRAWLED] + [f"Disallow: {path}" for path in NOT_CRAWLED]
    lines = ["User-agent: *", *rules, f"Sitemap: {absolute('/sitemap.xml')}"]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response
