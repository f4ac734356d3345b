"""What drills found, as a table for people (Markdown) and as JSON for `make scoreboard`."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line. `met`: None where the drill could not be done here; `result` then says why."""

    key: str
    database: str
    drill: str
    target: str
    result: str
    met: bool | None


class Report:
    """Rows as they come, printed at once."""

    def __init__(self):
        self.rows = []

    def add(self, key, database, drill, target, result, met):
        """Note what was found."""
        result = re.sub(r" +(?=[;,]|$)", "", result)  # where nothing was to be told
        row = Row(key, database, drill, target, result, met)
        self.rows.append(row)
        print(
            f"{ {True: 'ok  ', False: 'FAIL', None: 'skip'}[met] } [{database}] {drill}: {result}",
            flush=True,
        )

    def skip(self, key, database, drill, target, why):
        """Say why a drill was not done."""
        self.add(key, database, drill, target, f"not done: {why}", None)

    def markdown(self):
        """The table."""
        marks = {True: "met", False: "**missed**", None: "–"}
        lines = ["| drill | database | target | result | |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {row.drill} | {row.database} | {row.target} | {row.result} | {marks[row.met]} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def finish(self, file=None):
        """Print the table, write the JSON; the exit code."""
        print("\n" + self.markdown())
        if file:
            Path(file).write_text(
                json.dumps([asdict(row) for row in self.rows], ensure_ascii=False, indent=1)
            )
        return int(any(row.met is False for row in self.rows))
