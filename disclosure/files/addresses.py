"""Where an item's files stand."""

from django.urls import reverse


def file_address(item, extension):
    """The address of an item's file in a format."""
    if report := getattr(item, "annual_report", None):
        return reverse("report-file", args=[report.department.slug, report.year, extension])
    return reverse("item-file", args=[item.index_number, extension])


def code_address(item):
    """The address of the picture of an item's permanent address, to be scanned from paper."""
    if report := getattr(item, "annual_report", None):
        return reverse("report-code", args=[report.department.slug, report.year])
    return reverse("item-code", args=[item.index_number])
