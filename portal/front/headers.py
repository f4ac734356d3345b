"""What every answer says to the browser beside its content.

The Content-Security-Policy itself stands in the settings; here is what it leaves open.
"""

from csp.utils import build_policy
from django.conf import settings

DESK = "/admin/"
POLICY = "Content-Security-Policy"
TRUSTED_TYPES = "require-trusted-types-for"
# Of these the portal uses none; who brings a script in gets none either.
_UNUSED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
REPORTS_TO = "/csp-report/"
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "Reporting-Endpoints": f'csp="{REPORTS_TO}"',
}


def headers(get_response):
    """Middleware, outside the static files: the headers above on every answer."""

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def desk_headers(get_response):
    """Middleware, outside the one that writes the policy: no copy of the desk is kept anywhere; and
    Django's own scripts there (SelectBox.js, jQuery) make markup of text, which the policy forbids
    the scripts of public pages.
    """

    def middleware(request):
        response = get_response(request)
        if request.path_info.startswith(DESK):
            if "no-store" not in response.get("Cache-Control", ""):
                response["Cache-Control"] = "private, no-store"
            if policy := response.get(POLICY):
                response[POLICY] = "; ".join(
                    part for part in policy.split("; ") if not part.startswith(TRUSTED_TYPES)
                )
        return response

    return middleware


def of_answers_without_django():
    """What Django's middleware would have said, for an answer given in front of it."""
    told = {
        POLICY: build_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        **HEADERS,
    }
    if settings.SECURE_HSTS_SECONDS:
        told["Strict-Transport-Security"] = (
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        )
    return list(told.items())
