"""What every district may begin with: the statutory sections (国办公开办函〔2019〕61号) and the
fifteen categories with their children.
"""

import json

from django.conf import settings

from catalog.models import Section
from portal.setting_up.sheets import Cell, Row

NEUTRAL = settings.BASE_DIR / "fixtures" / "set_up" / "categories.json"


def neutral_columns() -> list[dict[str, str]]:
    """The neutral catalogue, each column as {attribute: text of its cell}."""
    labels = dict(Section.choices)
    return [
        {
            **{
                name: str(record[name] or "")
                for name in ("name", "parent", "slug", "column_type", "description", "keywords")
            },
            "section": str(labels.get(record["section"], "")),
            "regulation_items": ";".join(record["regulation_items"]),
            "update_within_days": str(record["update_within_days"] or ""),
            "position": str(record["position"]),
        }
        for record in json.loads(NEUTRAL.read_text(encoding="utf-8"))
    ]


def neutral_rows() -> list[Row]:
    """The same as rows that nobody has filled in."""
    return [
        Row("公开目录", number, {name: Cell("", text) for name, text in record.items() if text})
        for number, record in enumerate(neutral_columns(), start=2)
    ]
