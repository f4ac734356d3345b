"""Scores of the importer: fields right, wrong and missing, for each kind of document and variant of
it.
"""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DEMO", "1")

import django  # noqa: E402

django.setup()

from variants import VARIANTS  # noqa: E402

from documents.old_pages.folding import compact  # noqa: E402
from imports.recognition import recognise  # noqa: E402

FIELDS = (
    "kind", "regime", "cms", "trail", "title", "organ", "year", "created_on", "published_on", "document_number",
    "index_number", "validity", "sections", "table a", "table b", "table c", "characters",
)  # fmt: skip
# A page built around a text tells another system than the one the text came from, and another
# length.
NOT_OF_PAGES = {"cms"}


def values(found):
    """The fields of a line of `--json`, or of an expectation, as they are compared."""
    sections = [part["title"] if isinstance(part, dict) else part for part in found["sections"]]
    tables = {f"table {key}": found["tables"][key] for key in "abc"}
    return {
        **{name: found.get(name) for name in FIELDS if name in found},
        "sections": sections,
        **tables,
    }


def verdict(name, got, wanted):
    """right, missing (nothing or less was said), or wrong."""
    if name == "characters":
        return "right" if abs(got - wanted) <= max(wanted * 0.03, 3) else "wrong"
    if _same(got, wanted):
        return "right"
    if not got or (name.startswith("table") and wanted and _less(got, wanted)):
        return "missing"
    return "wrong"


def _same(got, wanted):
    if isinstance(wanted, str) and isinstance(got, str):
        return compact(got) == compact(wanted)
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], str):
        return list(map(compact, got or [])) == list(map(compact, wanted))
    return got == wanted or (not got and not wanted)


def _less(got, wanted):
    """Whether every number that is there is the right one."""
    rows = zip(got, wanted, strict=False)
    if not isinstance(wanted[0], list):
        return all(value is None or value == right for value, right in rows)
    return all(
        value is None or value == right
        for row, rights in rows
        for value, right in zip(row, rights, strict=False)
    )


def score(name, wanted, change, is_whole):
    """{field: verdict} of a sample in a variant."""
    found = recognise(change((HERE / "samples" / name).read_bytes()), name)
    if found.error:
        return dict.fromkeys(FIELDS, "missing"), found.error
    got, wanted = values(found.as_json()), values(wanted)
    fields = (
        FIELDS
        if is_whole
        else [field for field in FIELDS if field not in {"characters", "sections"}]
    )
    return {field: verdict(field, got[field], wanted[field]) for field in fields}, got


def main():
    """Print the scores; the exit code is 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="name every field that is not right")
    options = parser.parse_args()
    expected = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
    by_field, by_variant, shown = {}, {}, []
    for variant, change, is_whole in VARIANTS:
        for name, wanted in expected.items():
            verdicts, got = score(name, wanted, change, is_whole)
            for field, said in verdicts.items():
                if field in NOT_OF_PAGES and variant.startswith("page"):
                    continue
                by_variant.setdefault(variant, Counter())[said] += 1
                if variant == "as it is":
                    by_field.setdefault((wanted["kind"], field), Counter())[said] += 1
                if said != "right":
                    shown.append(f"{said:8}{variant:24}{name:40}{field}: {_value(got, field)}")
    if options.json:
        rows = [
            {"kind": kind, "field": field, **counts} for (kind, field), counts in by_field.items()
        ]
        print(json.dumps({"fields": rows, "variants": by_variant}, ensure_ascii=False))
    else:
        _print(by_field, by_variant)
        print("\n".join(shown) if options.show else "")
    return int(any(counts["wrong"] for counts in by_variant.values()))


def _value(got, field):
    return got if isinstance(got, str) else str(got[field])[:100]


def _print(by_field, by_variant):
    print(f"{'kind':8}{'field':18}{'right':>6}{'wrong':>7}{'missing':>9}")
    for (kind, field), counts in by_field.items():
        print(f"{kind:8}{field:18}{counts['right']:>6}{counts['wrong']:>7}{counts['missing']:>9}")
    print(f"\n{'variant':26}{'right':>6}{'wrong':>7}{'missing':>9}")
    for variant, counts in by_variant.items():
        print(f"{variant:26}{counts['right']:>6}{counts['wrong']:>7}{counts['missing']:>9}")


if __name__ == "__main__":
    sys.exit(main())
