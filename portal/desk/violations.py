"""What browsers report of violations of the Content-Security-Policy: a list to read."""

from django.contrib import admin

from ledger.admin import ReadOnlyAdmin
from portal.models import PolicyViolation


@admin.register(PolicyViolation)
class PolicyViolationAdmin(ReadOnlyAdmin):
    """Nobody writes it but browsers."""

    list_display = ("directive", "blocked", "document", "count", "first_at", "last_at")
    list_filter = ("directive",)
    search_fields = ("blocked", "document")
    list_display_links = None
    list_per_page = 50
