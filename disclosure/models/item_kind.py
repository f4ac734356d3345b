"""What an item is: one that stands for itself, or an annual report's."""

from dataclasses import dataclass

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class ItemKind:
    """Everything that differs between the two: asked of `Item.kind`, nowhere else."""

    item: Model
    report: Model | None

    @property
    def name(self) -> str:
        """`item` or `report`: in files, in the API, in the names of addresses."""
        return "report" if self.report else "item"

    @property
    def record(self) -> Model:
        """What the desk's form writes."""
        return self.report or self.item

    def address(self, page: str, *more: object) -> str:
        """The address of one of its pages or files ("detail", "counts", "file", …)."""
        report = self.report
        key = (report.department.slug, report.year) if report else (self.item.index_number,)
        return reverse(f"{self.name}-{page}", args=[*key, *more])

    def desk_address(self) -> str:
        """Where it is worked on at the desk: a report has its own form."""
        model = type(self.record)._meta.model_name
        return reverse(f"admin:disclosure_{model}_change", args=[quote(self.record.pk)])
