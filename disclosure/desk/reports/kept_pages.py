"""Pages about a report that are kept while somebody writes (`desk.pages`)."""

from django.contrib.auth.models import User
from django.urls import reverse

from desk.pages import KeptPage
from disclosure.models import AnnualReport
from disclosure.models.desk.editing import kept_about


def kept_page(user: User, report: AnnualReport, name: str) -> KeptPage:
    """The page of a report at `admin:disclosure_annualreport_<name>`, as this person writes it; it
    is sent to `…_<name>_keep`.
    """
    address = f"admin:disclosure_annualreport_{name}"
    return KeptPage(
        user=user,
        place=f"disclosure.annualreport.{name}",
        key=str(report.pk),
        about=kept_about(report.item),
        address=reverse(address, args=[report.pk]),
        keeping_address=reverse(f"{address}_keep", args=[report.pk]),
    )
