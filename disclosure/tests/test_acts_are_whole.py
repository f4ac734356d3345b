"""An act happens in one transaction or not at all."""

import ast
from pathlib import Path

import pytest

from disclosure import acts

pytestmark = pytest.mark.any_database
# It does nothing of its own: each of its cases is an act with a transaction.
LEFT_TO_OTHERS = {"pull_item"}
MODULES = [
    path for path in sorted(Path(acts.__file__).parent.glob("*.py")) if path.stem != "telling"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_each_function_that_says_who_acts_opens_a_transaction(module):
    tree = ast.parse(module.read_text())
    without = [
        function.name
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and "by" in {argument.arg for argument in function.args.kwonlyargs}
        and "transaction.atomic" not in ast.unparse(function)
    ]
    assert set(without) <= LEFT_TO_OTHERS
