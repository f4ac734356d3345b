"""What changed from one sequence of lines to another, in a time that the texts cannot choose.

`difflib` takes minutes for a thousand lines of 是 and 否. The longest common subsequence, found by
rapidfuzz 64 places at a time, is the smallest number of changed lines there is, and takes 3 ms for
4,000 lines whatever they say.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from rapidfuzz.distance import Indel

EQUAL, REPLACED, REMOVED, ADDED = "equal", "replace", "delete", "insert"
# Places of the table of both, a bit each: 50 MB. Beyond it, what lies between the common beginning
# and end counts as replaced.
LARGEST_TABLE = 400_000_000


class Step(NamedTuple):
    """`old[a:b]` became `new[c:d]`; `kind` as in difflib."""

    kind: str
    a: int
    b: int
    c: int
    d: int


def steps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Step]:
    """The steps from old to new that change the fewest lines, in order and without gaps; equal ones
    between changed ones.
    """
    head = _alike(zip(old, new, strict=False))
    most = min(len(old), len(new)) - head
    tail = min(most, _alike(zip(reversed(old), reversed(new), strict=False)))
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    found = [Step(EQUAL, 0, head, 0, head)]
    found += [Step(kind, a + head, b + head, c + head, d + head) for kind, a, b, c, d in middle]
    found.append(Step(EQUAL, len(old) - tail, len(old), len(new) - tail, len(new)))
    return _joined(found)


def _alike(pairs: Iterable[tuple[Hashable, Hashable]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _middle(
    old: Sequence[Hashable], new: Sequence[Hashable]
) -> list[tuple[str, int, int, int, int]]:
    if len(old) * len(new) > LARGEST_TABLE:
        return [(REPLACED, 0, len(old), 0, len(new))]
    numbers: dict[Hashable, int] = {}
    # Numbers instead of lines: two lines of one hash stay apart.
    first, second = (
        [numbers.setdefault(line, len(numbers)) for line in lines] for lines in (old, new)
    )
    return [
        (step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end)
        for step in Indel.opcodes(first, second)
    ]


def _joined(found: Iterable[Step]) -> list[Step]:
    """Neighbours of one kind become one step; what is removed and what is added at one place is
    replaced.
    """
    joined: list[Step] = []
    for step in found:
        if step.a == step.b and step.c == step.d:
            continue
        last = joined[-1] if joined else None
        if last is not None and (last.kind == EQUAL) == (step.kind == EQUAL):
            joined[-1] = _named(last.a, step.b, last.c, step.d, is_equal=step.kind == EQUAL)
        else:
            joined.append(_named(*step[1:], is_equal=step.kind == EQUAL))
    return joined


def _named(a: int, b: int, c: int, d: int, *, is_equal: bool) -> Step:
    changed = REPLACED if a < b and c < d else REMOVED if a < b else ADDED
    return Step(EQUAL if is_equal else changed, a, b, c, d)
