"""The category tree at the desk, with every change of it in the register."""

from django.contrib import admin, messages
from django.utils.html import format_html

from catalog.admin.category import CategoryAdmin
from catalog.admin.category_forms import CategoryForm
from catalog.models import Category
from disclosure.acts import (
    effect_on,
    hide_category_and_contents,
    move_category_contents,
    register_catalogue,
)

CONFIRM = "_confirm"


class RegisteredCategoryForm(CategoryForm):
    """Taking a column out of sight asks once more, and says how much goes with it."""

    def clean(self):
        """By unticking it, or by hanging it below one that is hidden."""
        data = super().clean()
        if not self.instance.pk or not self._leaves_the_public(data):
            return data
        effect = str(effect_on(_below(self.instance)))
        if self.data.get(CONFIRM) != effect:
            self.add_error("is_visible" if "is_visible" in self.fields else None, _question(effect))
        return data

    def _leaves_the_public(self, data):
        visible = Category.objects.visible()
        if not visible.filter(pk=self.instance.pk).exists():
            return False
        parent = data.get("parent")
        return not data.get("is_visible", True) or (
            parent and not visible.filter(pk=parent.pk).exists()
        )


def _below(category):
    return Category.objects.get(pk=category.pk).get_descendants(include_self=True).values("pk")


def _question(effect):
    return format_html(
        "保存后，本栏目和它下面的栏目不再对外显示，其中{}，公众都看不到；已审核和定时公开的，到时也不会显示。"
        '<label><input type="checkbox" name="{}" value="{}"> 我知道，仍然停用</label>',
        effect,
        CONFIRM,
        effect,
    )


admin.site.unregister(Category)


@admin.register(Category)
class RegisteredCategoryAdmin(CategoryAdmin):
    """The catalogue's own desk; the register is not the catalogue's to know."""

    form = RegisteredCategoryForm

    def effect_on(self, category):
        return effect_on(_below(category))

    def move_contents(self, request, category, target, parts):
        effect = move_category_contents(
            category=category, target=target, by=request.user, parts=parts
        )
        if effect.waits:
            words = f"其中 {effect.waits} 条审核中、已审核或定时公开：审核继续有效，公开时列在“{target}”。"
            self.message_user(request, words, messages.WARNING)

    def hide(self, request, category):
        hide_category_and_contents(category=category, by=request.user)

    def log_addition(self, request, obj, message):
        register_catalogue(by=request.user, of=[obj])
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        register_catalogue(by=request.user, of=[obj])
        return super().log_change(request, obj, message)

    def delete_model(self, request, obj):
        gone = Category(pk=obj.pk)
        super().delete_model(request, obj)
        register_catalogue(by=request.user, of=[gone])
