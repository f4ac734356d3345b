"""The samples of the benchmark are recognised as a person reads them; `make bench-import` prints
the scores of all variants.
"""

import importlib.util
import json
import sys

import pytest
from django.conf import settings as project

FOLDER = project.BASE_DIR / "bench/import"
VARIANTS = ("as it is", "GB 18030", "loose white space", "page in a layout table", "cut short")


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(FOLDER))
    spec = importlib.util.spec_from_file_location("bench_import_score", FOLDER / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(FOLDER))


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_is_wrong_and_only_what_is_cut_off_is_missing(bench, variant):
    expected = json.loads((FOLDER / "expected.json").read_text())
    change, is_whole = next(
        (change, whole) for name, change, whole in bench.VARIANTS if name == variant
    )
    for name, wanted in expected.items():
        verdicts, _ = bench.score(name, wanted, change, is_whole)
        faults = {field: said for field, said in verdicts.items() if said != "right"}
        if variant.startswith("page"):
            faults.pop("cms", None)
        assert "wrong" not in faults.values(), (name, faults)
        assert not (is_whole and faults), (name, faults)
