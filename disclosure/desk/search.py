"""What 公开办 does for search: words of one meaning, and a look at what nobody found."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from desk.saving import DeskAdmin
from disclosure.models import FailedSearch, SynonymGroup


@admin.register(SynonymGroup)
class SynonymGroupAdmin(DeskAdmin):
    """Groups of words of one meaning."""

    list_display = ("words", "note", "updated_at")
    search_fields = ("words", "note")


@admin.register(FailedSearch)
class FailedSearchAdmin(DeskAdmin):
    """A list to read: by word and day, with a way to look again and a way to mend."""

    list_display = ("query", "count", "day", "ways_on")
    list_filter = (("day", admin.DateFieldListFilter),)
    search_fields = ("query",)
    list_display_links = None
    list_per_page = 50

    @admin.display(description="处理")
    def ways_on(self, obj):
        again = f"{reverse('search')}?{urlencode({'q': obj.query})}"
        add = f"{reverse('admin:disclosure_synonymgroup_add')}?{urlencode({'words': obj.query + '、'})}"
        return format_html('<a href="{}">再搜一次</a>　<a href="{}">添加同义词</a>', again, add)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
