"""All public addresses, as literally as they will stay."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("disclosure.urls")),
]
