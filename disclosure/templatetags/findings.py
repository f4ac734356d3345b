"""What was found in an annual report: marks in its text, the account at its foot, what became of
its promises.
"""

from django import template

from disclosure.reports.findings.promises import promises_of
from disclosure.reports.findings.shown import ShownFindings
from disclosure.reports.findings.stored import findings_for

register = template.Library()


@register.simple_tag
def report_findings(report):
    """The findings of a report (`ShownFindings`)."""
    return ShownFindings(
        findings_for(report), [section.position for section in report.sections.all()]
    )


@register.simple_tag
def section_marks(findings, position):
    """Marks of one section, for `{% body %}`."""
    return findings.section_marks(position)


@register.inclusion_tag("disclosure/findings/promises.html")
def report_promises(report):
    """What the report before promised and this one answers, and how the next one answers this."""
    return {"report": report, "promises": promises_of(report)}
