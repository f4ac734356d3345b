"""Whose a recognised document is and where it belongs, in this portal's own departments, categories
and themes.
"""

from catalog.models import Category, Department, Section
from disclosure.models import Theme
from documents.old_pages.folding import compact
from documents.old_pages.result import REPORT

MIN_TAIL = 6  # characters two names must share where one is the other with the place before it


def department_for(organ):
    """The department of this name, or the only one whose name is the same without the place before
    it; else None.
    """
    wanted = compact(organ or "")
    if not wanted:
        return None
    names = {compact(department.name): department for department in Department.objects.all()}
    if wanted in names:
        return names[wanted]
    alike = [found for name, found in names.items() if _same_but_for_place(name, wanted)]
    return alike[0] if len(alike) == 1 else None


def _same_but_for_place(name, wanted):
    shorter, longer = sorted((name, wanted), key=len)
    return (
        len(shorter) >= MIN_TAIL
        and longer.endswith(shorter)
        and longer[: -len(shorter)].endswith(tuple("省市州盟"))
    )


def category_for(recognised):
    """The shelf: that of annual reports, or the one a trail names; None where the page does not
    tell.
    """
    if recognised["kind"] == REPORT:
        return Category.objects.filter(section=Section.REPORTS).first()
    shelves = {
        category.name: category for category in Category.objects.visible().filter(children=None)
    }
    return next((shelves[name] for name in reversed(recognised["trail"]) if name in shelves), None)


def theme_for(text):
    """The theme a page names (综合政务\\政务公开, 综合政务、政务公开), or None."""
    wanted = compact(text or "")
    if not wanted:
        return None
    themes = {compact(str(theme)): theme for theme in Theme.objects.select_related("parent")}
    return themes.get(wanted)
