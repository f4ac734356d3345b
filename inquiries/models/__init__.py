"""Error reports on pages (网页纠错), and what guards every form a stranger may write into."""

from inquiries.models.error_report import ErrorReport
from inquiries.models.guarding import FormUse, SpentQuestion

__all__ = ["ErrorReport", "FormUse", "SpentQuestion"]
