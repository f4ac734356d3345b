"""All public addresses, as literally as they will stay."""

from django.contrib import admin
from django.urls import include, path

from portal.front import csp_reports, views, wellknown
from portal.watching import health, metrics

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("sitemap/", views.Sitemap.as_view(), name="sitemap"),
    path("about/", views.About.as_view(), name="about"),
    path("about/counts/", views.AboutCounts.as_view(), name="about-counts"),
    path("about/accessibility/", views.AboutAccessibility.as_view(), name="about-accessibility"),
    path("about/privacy/", views.AboutPrivacy.as_view(), name="about-privacy"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences.css", views.preferences_css, name="preferences-css"),
    path(".well-known/security.txt", wellknown.security_txt, name="security-txt"),
    path("favicon.ico", wellknown.favicon, name="favicon"),
    path("healthz/live", health.live, name="healthz-live"),
    path("healthz/ready", health.ready, name="healthz-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("csp-report/", csp_reports.csp_report, name="csp-report"),
    path("admin/", admin.site.urls),
    path("register/", include("ledger.urls")),
    path("corrections/", include("inquiries.urls")),
    path("", include("opendata.urls")),
    path("", include("disclosure.urls")),
]

handler400 = "portal.front.errors.bad_request"
handler403 = "portal.front.errors.forbidden"
handler404 = "portal.front.errors.not_found"
handler500 = "portal.front.errors.server_error"
