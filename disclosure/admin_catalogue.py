"""The category tree at the desk, with every change of it in the register."""

from django.contrib import admin

from catalog.admin.category import CategoryAdmin
from catalog.models import Category
from disclosure.actions import register_catalogue

admin.site.unregister(Category)


@admin.register(Category)
class RegisteredCategoryAdmin(CategoryAdmin):
    """The catalogue's own desk; the register is not the catalogue's to know."""

    def log_addition(self, request, obj, message):
        register_catalogue(by=request.user)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        register_catalogue(by=request.user)
        return super().log_change(request, obj, message)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        register_catalogue(by=request.user)
