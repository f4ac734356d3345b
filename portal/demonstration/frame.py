"""What everything hangs on: the organs and the category tree."""

from catalog.locks import tree_write
from catalog.models import Category, Department
from portal.demonstration.data import read


def seed_departments():
    """Make the organs that are missing; return how many."""
    departments = {department.slug: department for department in Department.objects.all()}
    made = 0
    for record in read("departments"):
        if record["slug"] in departments:
            continue
        department = Department(
            **{**record, "parent": departments[record["parent"]] if record["parent"] else None}
        )
        department.full_clean()
        department.save()
        departments[department.slug] = department
        made += 1
    return made


def seed_categories():
    """Make the categories that are missing and rebuild the tree; return how many. A category that
    stands is left alone.

    The lock is taken before anything is loaded: see `catalog.locks`.
    """
    departments = {department.slug: department for department in Department.objects.all()}
    made = 0
    with tree_write():
        categories = {category.slug: category for category in Category.objects.all()}
        for record in read("categories"):
            if record["slug"] in categories:
                continue
            parent = Category.objects.get(slug=record["parent"]) if record["parent"] else None
            values = {**record, "parent": parent, "department": departments[record["department"]]}
            categories[record["slug"]] = Category.objects.create(**values)
            made += 1
        Category.objects.rebuild()
    return made
