"""Addresses of the archive."""

urlpatterns = []
