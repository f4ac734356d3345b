"""Two kinds of page: a column of the catalogue, and a document in it."""

from django.db import models
from wagtail.models import Page


class ColumnPage(Page):
    """A column; its children are columns and documents."""


class DocumentPage(Page):
    """A document with the line of facts above it and its text."""

    source = models.CharField(max_length=100)
    document_number = models.CharField(max_length=100, blank=True)
    index_number = models.CharField(max_length=60)
    created_on = models.DateField(null=True)
    body = models.TextField()
    filling = models.TextField(
        blank=True
    )  # as many characters as make the page as long as the portal's

    def get_context(self, request, *args, **kwargs):
        """What the furniture of the page needs: trail, menu, the tree of columns."""
        context = super().get_context(request, *args, **kwargs)
        home = self.get_ancestors().filter(depth=2).first()
        columns = ColumnPage.objects.live().descendant_of(home).order_by("path")
        return context | {"trail": self.get_ancestors().filter(depth__gte=2), "columns": columns}
