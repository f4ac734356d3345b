"""What schemathesis is told beside the description of the API (`make drill-api`). Runs in
`.venv-drills/`, without Django.
"""

import json
import os

import schemathesis
from hypothesis import strategies

KNOWN = json.loads(os.environ["KNOWN"])  # [values of path parameters that lead to something]


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    """Every other address leads to something: chance alone finds no index number."""
    names = {parameter.name for parameter in context.operation.path_parameters}
    there = [values for values in KNOWN if set(values) == names]
    return strategies.one_of(strategies.sampled_from(there), strategy) if there else strategy


@schemathesis.hook
def filter_query(context, query):
    """Each field once, and filled in: one left empty is one not chosen, as every browser sends the
    form to try the API with, and of one given many times the last counts; the description has no
    words for either. (The tests of hostile addresses ask both.)
    """
    return all(
        isinstance(value, str | int | float) and value != "" for value in (query or {}).values()
    )
