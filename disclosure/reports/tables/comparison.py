"""The same table across the years of one organ, and across the organs of one year."""

from collections import Counter
from dataclasses import dataclass, field

from disclosure.reports.tables.account import figures_of
from disclosure.reports.tables.plots import Panel
from statutory import statistics
from statutory.identities import short
from statutory.layouts import APPLICANTS, GROUPS, LAYOUTS
from statutory.lookup import RESULT_LABELS, add_up
from statutory.values import shown

TOTAL = "total"
NEWEST, OLDER = LAYOUTS["format_2021"], LAYOUTS["format_2019"]
# Rows of B in a comparison, in order: the flow, then every outcome as its sum over its lines.
FLOW = (("new", "本年新收"), ("carried_in", "上年结转"))
ENDS = (("results_total", "办理结果总计"), ("carried_out", "结转下年度"))
PLOTTED_A = (
    ("documents", "in_force", "现行有效的行政规范性文件"),
    ("licences", "decisions", "行政许可处理决定"),
    ("penalties", "decisions", "行政处罚处理决定"),
    ("coercion", "decisions", "行政强制处理决定"),
)
PLOTTED_C = (
    ("review_total", "行政复议"),
    ("review_corrected", "行政复议结果纠正"),
    ("direct_total", "未经复议直接起诉"),
    ("after_total", "复议后起诉"),
)


@dataclass
class Row:
    """One row of a comparison. `is_sum`: added up here from several lines of the form."""

    label: str
    numbers: list
    depth: int = 0
    is_sum: bool = False
    group: str = ""
    is_heading: bool = False

    @property
    def cells(self):
        """The numbers as printed; a blank as an empty text."""
        return ["" if number is None else shown(number) for number in self.numbers]


@dataclass
class Comparison:
    """Rows under headings, and plots of the most telling of them."""

    heads: list
    rows: list = field(default_factory=list)
    panels: list = field(default_factory=list)


def across_years(key, reports, applicant=TOTAL):
    """One organ's tables `key`, oldest year first. `applicant`: the column of table B that is
    compared.
    """
    reports = sorted(reports, key=lambda report: report.year)
    figures = [figures_of(report) for report in reports]
    years = [report.year for report in reports]
    if key == "b":
        rows, panels = _rows_b(figures, applicant), _panels_b(figures, years, applicant)
    elif key == "c":
        rows = [
            Row(
                column.label,
                [one.value("c", "disputes", column.key) for one in figures],
                group="·".join(column.above),
            )
            for column in NEWEST["c"].lines[0].columns
        ]
        panels = _panels(
            figures, years, "件", [("c", "disputes", column, label) for column, label in PLOTTED_C]
        )
    else:
        rows = _rows_a(figures)
        panels = _panels(
            figures,
            years,
            "件",
            [("a", line, column, label) for line, column, label in PLOTTED_A],
            own=True,
        )
    return Comparison(years, rows, panels)


def statistics_across_years(reports):
    """One organ's statistics lists, by indicator in the order in which they first appear.

    Some indicators come twice in a list (被依法纠错数 of reviews and of suits): the second is
    another one.
    """
    reports = sorted(reports, key=lambda report: report.year)
    rows, numbers = {}, {}
    for report in reports:
        times = Counter()
        for label, unit, value in figures_of(report).tables.get(statistics.KEY, ()):
            bare = label.lstrip("　 ")
            times[bare] += 1
            key = (bare, times[bare])
            heading = statistics.is_heading([label, unit, value])
            rows.setdefault(
                key,
                (f"{bare}（{unit}）" if unit else bare, min(len(label) - len(bare), 2), heading),
            )
            numbers[key, report.year] = value
    years = [report.year for report in reports]
    return Comparison(
        years,
        [
            Row(name, [numbers.get((key, year)) for year in years], depth, is_heading=heading)
            for key, (name, depth, heading) in rows.items()
        ],
    )


def _rows_b(figures, applicant):
    rows = [Row(label, [one.value("b", key, applicant) for one in figures]) for key, label in FLOW]
    for group in GROUPS:
        sums = [one.applications(group, applicant).value for one in figures]
        lines = [
            line
            for line in NEWEST["b"].lines
            if line.above and short(line.above[-1]) == RESULT_LABELS[group]
        ]
        rows.append(Row(short(RESULT_LABELS[group]), sums, is_sum=bool(lines)))
        rows += [
            Row(line.label, [one.value("b", line.key, applicant) for one in figures], 1)
            for line in lines
        ]
    return rows + [
        Row(label, [one.value("b", key, applicant) for one in figures]) for key, label in ENDS
    ]


def _panels_b(figures, years, applicant):
    named = [*FLOW, *((group, short(RESULT_LABELS[group])) for group in GROUPS), ENDS[1]]
    series = [
        (label, [one.applications(key, applicant).value for one in figures]) for key, label in named
    ]
    top = max((number for _, numbers in series for number in numbers if number), default=0)
    return [Panel(label, years, numbers, top, "件") for label, numbers in series]


def _panels(figures, years, unit, named, *, own=False):
    """`own`: every panel on its own scale, for quantities that are not of one kind."""
    series = [
        (label, [one.value(key, line, column) for one in figures])
        for key, line, column, label in named
    ]
    top = max((number for _, numbers in series for number in numbers if number), default=0)
    panels = []
    for label, numbers in series:
        highest = max((number for number in numbers if number), default=0) if own else top
        panels.append(Panel(label, years, numbers, highest, unit))
    return panels


def _rows_a(figures):
    rows = []
    for line, column, _ in _cells_a():
        numbers = [one.value("a", line.key, column.key) for one in figures]
        if any(number is not None for number in numbers):
            unit = "" if "单位" in column.label else f"（{column.unit}）"
            rows.append(
                Row(f"{column.label}{unit}", numbers, group=f"{column.above[0]}·{line.label}")
            )
    return rows


def _cells_a():
    """(line, column, regimes that ask for it) of both forms: a line of the new form, then what only
    the old form asked.
    """
    order, forms = {}, {}
    for line in (*NEWEST["a"].lines, *OLDER["a"].lines):
        for regime in ("format_2021", "format_2019"):
            layout = LAYOUTS[regime]["a"]
            same = layout.lines[layout.index[line.key]] if line.key in layout.index else None
            for column in same.columns if same else ():
                order.setdefault((line.key, column.key), (line, column))
                forms.setdefault((line.key, column.key), set()).add(regime)
    return [(line, column, forms[key]) for key, (line, column) in order.items()]


@dataclass
class OrganRow:
    """One organ's numbers of a year."""

    report: object
    numbers: list
    heads: list = field(default_factory=list)

    @property
    def cells(self):
        """(heading, number as printed)."""
        texts = ["" if number is None else shown(number) for number in self.numbers]
        return list(zip(self.heads, texts, strict=True))


class YearComparison:
    """One year's tables `key` of all organs. `own` stand in one district, `outside` are kept here
    beside them.

    Organs have been seen to use the form of another year, so the columns are those of all forms in
    use.
    """

    def __init__(self, key, reports, is_outside):
        self.key = key
        self.columns = self._columns({report.regime for report in reports})
        self.heads = [head for head, _ in self.columns]
        rows = [
            OrganRow(report, self._numbers(figures_of(report)), self.heads) for report in reports
        ]
        self.own = [row for row in rows if not is_outside(row.report.department)]
        self.outside = [row for row in rows if is_outside(row.report.department)]

    def _columns(self, regimes):
        """[(heading, how a report's figures answer it)]."""
        if self.key == "b":
            named = [*FLOW, *((group, short(RESULT_LABELS[group])) for group in GROUPS), *ENDS]
            return [(label, ("applications", key)) for key, label in named]
        if self.key == "c":
            columns = NEWEST["c"].lines[0].columns
            return [
                ("·".join(column.path), ("value", "c", "disputes", column.key))
                for column in columns
            ]
        return [
            (f"{line.label}·{column.label}", ("value", "a", line.key, column.key))
            for line, column, forms in _cells_a()
            if forms & regimes
        ]

    def _numbers(self, figures):
        return [
            figures.applications(*where).value if how == "applications" else figures.value(*where)
            for _, (how, *where) in self.columns
        ]

    def sum_of(self, is_part):
        """What the reports of `is_part` organs add up to, for comparing with a report that compiles
        them (I8).
        """
        parts = [row.numbers for row in self.own if is_part(row.report.department)]
        return (
            OrganRow(
                None, [add_up(column).value for column in zip(*parts, strict=True)], self.heads
            )
            if parts
            else None
        )

    def panel(self):
        """Applications received, by organ; None where the table is another."""
        if self.key != "b" or len(self.own) < 2:
            return None
        names = [row.report.department.short_name for row in self.own]
        numbers = [row.numbers[0] for row in self.own]
        return Panel(
            "本年新收政府信息公开申请",
            names,
            numbers,
            max((n for n in numbers if n), default=0),
            "件",
        )


APPLICANT_CHOICES = [
    (column.key, "·".join(column.path) if column.above else column.label)
    for column in reversed(APPLICANTS)
]
