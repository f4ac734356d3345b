"""Error reports on pages (网页纠错), and what guards every form a stranger may write into."""

from inquiries.models.correction import Correction
from inquiries.models.guarding import FormUse, SpentQuestion

__all__ = ["Correction", "FormUse", "SpentQuestion"]
