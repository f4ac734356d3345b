"""The faults of `make drill-mutants` still have their place in the code, so that the list does not
rot.
"""

import runpy
from pathlib import Path

import pytest
from django.conf import settings

MUTANTS = runpy.run_path(str(Path(settings.BASE_DIR) / "deploy/drills/mutants.py"))["MUTANTS"]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_each_fault_has_its_place_and_its_tests(mutant):
    assert (Path(settings.BASE_DIR) / mutant.file).read_text().count(mutant.old) == 1
    assert all(
        (Path(settings.BASE_DIR) / name).is_file() for name in mutant.tests if name.endswith(".py")
    )
