"""Departments, categories and people for tests, each with what the test does not care about filled
in.
"""

from itertools import count

from django.contrib.auth.models import Permission, User

from catalog.locks import tree_write
from catalog.models import Category, Department, Membership
from catalog.organ_codes import organisation_check_character

_serial = count(1)


def make_organ_code():
    """A fresh, valid 9-character organ code."""
    first_eight = f"{next(_serial):08d}"
    return first_eight + organisation_check_character(first_eight)


def make_department(name=None, **fields):
    """A department; `name` becomes full and short name."""
    number = next(_serial)
    name = name or f"第{number}局"
    fields = {"short_name": name, "slug": f"organ-{number}", "code": make_organ_code(), **fields}
    return Department.objects.create(name=name, **fields)


def make_category(name=None, *, parent=None, **fields):
    """A category under `parent`, or the root."""
    number = next(_serial)
    fields = {"slug": f"category-{number}", "description": "示例栏目", "keywords": "示例", **fields}
    with tree_write():
        if parent is not None:
            parent = Category.objects.get(pk=parent.pk)
        return Category.objects.create(name=name or f"第{number}栏目", parent=parent, **fields)


def put_under(category, parent):
    """Choose another parent for a category and save, as the desk's form does. Raises
    ValidationError where it may not stand there.
    """
    with tree_write():
        category = Category.objects.get(pk=category.pk)
        category.parent = Category.objects.get(pk=parent.pk)
        category.clean()
        category.validate_constraints()
        category.save()


def make_user(username=None, *, department=None, is_staff=True, permissions=(), **fields):
    """A member of staff who works for `department`."""
    user = User.objects.create_user(
        username or f"user-{next(_serial)}", password="示例口令 2026", is_staff=is_staff, **fields
    )
    if department is not None:
        Membership.objects.create(user=user, department=department)
    for label in permissions:
        app, codename = label.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user
