"""The headers every answer carries, for the tests that walk through all of them."""

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Reporting-Endpoints": 'csp="/csp-report/"',
}
# Files of ours whose own style sheet is part of them: shown in a sandbox of their own, without
# scripts.
SANDBOXED = {"item-file", "report-file", "attachment"}


def faults(response, name):
    """What an answer does not say, or says too much."""
    policy = response.get("Content-Security-Policy", "")
    yield from (header for header, value in EVERYWHERE.items() if response.get(header) != value)
    if "camera=()" not in response.get("Permissions-Policy", ""):
        yield "Permissions-Policy"
    if response.get("X-Frame-Options") not in {"DENY", "SAMEORIGIN"}:
        yield "X-Frame-Options"
    if "default-src 'none'" not in policy or ("unsafe" in policy and name not in SANDBOXED):
        yield policy
    if "unsafe" in policy and "sandbox" not in policy:
        yield policy


def desk_faults(response):
    """The same of a page of the desk: kept nowhere, and with a policy that Django's own scripts can
    live with.
    """
    yield from faults(response, "")
    if "no-store" not in response.get("Cache-Control", ""):
        yield response.get("Cache-Control", "Cache-Control")
    if "require-trusted-types-for" in response["Content-Security-Policy"]:
        yield "Django's own scripts would fail"
