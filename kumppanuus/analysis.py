"""How an analysis is declared: one declaration, one pure function, tidy tables whose every column has a role.

The role of a column is what the disclosure gate acts on. A column without a role cannot be declared, a table that
is not declared cannot be released.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from kumppanuus.errors import DeclarationError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import pandas as pd

    from kumppanuus.study_resources import Resources
    from kumppanuus.study_scenarios import Scenario

Role = Literal[
    "dimension",  # a code; `codes` names the list its label comes from
    "persons",  # distinct people behind the row
    "families",  # distinct families behind the row
    "count",  # another count tied to the row's people (spells, at risk, events)
    "public",  # not about the register's people (population); passes as it is
    "external",  # a number that somebody else has published, with its decimals; passes as it is
    "share",  # of = (numerator, denominator): computed by the gate from protected numbers, whole percent
    "sum",  # a total over the row's people; of = (persons, families, concentration)
    "mean",  # a mean over the row's people; of = (persons, families, concentration)
    "behind",  # persons or families behind another number of the row; the gate knows them, nobody else does
    "expected",  # what a null model lets expect, its spread, or a total behind a ratio; only the gate may know it
    "ratio",  # of = (number, expected, count): one over the other, in steps for the published count, 1 decimal (R16)
    "mark",  # of = (families, expected, spread): 1 = more than expected, -1 = fewer, 0 = no difference seen (R16)
    "concentration",  # share of the largest: sum of squared family totals / squared total (0-1); never published
    "lift",  # of an edge: pair x all / (first x second), by the gate from protected families; of = (all table,)
    "from_curve",  # of = (curve table, statistic): read by the gate off the published curve of the same dimensions
    "time",  # whole days on the time axis of a curve
    "survival",  # S(t) of a curve, with its limits
    "incidence",  # F(t) of one cause of a curve, with its limits
    "occupation",  # share in one state at t of a curve, with its limits
    "lower",
    "upper",
    "quantile",  # of = (persons, bin persons, bin families): the lower edge of the bin it falls in; `level` says which
    "hazard_ratio",  # of = (ends, "value" | "lower" | "upper"): in steps; the reference has 1 three times (R16)
    "evidence",  # a p; of = (ends of the smallest group compared,): shown as the upper end of its class (R16)
    "bounded",  # mean over families of a number 0-1; of = (persons, families) or, half its interval, (…, …, mean): R16
    "recurrence",  # mean number so far of an event that can come again, per person, of a curve, with its limits (R16)
    "cumulative",  # of a Lorenz curve: L(p), share of the sum that the lowest p have; of = (sum, concentration)
    "margin",  # half a 95 % interval of a share, an index (0-1) or a log ratio of sums, in steps (R16); of = (sum,) or
    # (sum, persons, families, concentration): those of another sum that it hangs on
    "released",  # of a gathered table: computed from released numbers only; `Analysis.gather` gives it after the gate
]
Form = Literal[
    "counts",  # one row a cell
    "curve",  # one row a group and point of time
    "edges",  # one row a pair of nodes
    "histogram",  # one row a bin with fixed edges; everybody is in one bin
    "combinations",  # one row a set of things used together; everybody is in one set
    "paths",  # one row a sequence of steps; everybody goes one way
    "lorenz",  # one row a group of equal size, lowest first
    "likert",  # one row an item and answer, in order; everybody gives one answer
    "queue",  # one row a period: waiting = waiting before + came - left
]
STEPS = ("merge", "longer", "hide", "drop")
"""How a table may be made coarser when the audit asks for it, see `Table.coarsen`."""
CURVE_STATISTICS = tuple(
    f"{statistic}{end}"
    for statistic in ("median", "quartile_1", "quartile_3", "share_6", "share_12", "share_24", "mean_24")
    for end in ("", "_lower", "_upper")
)
"""What `from_curve` may read, each with its limits: the months when at most a half, three quarters and a quarter are
still open (median, first and third quartile of the time), the share still open at 6, 12 and 24 months, and the mean of
the first 24 months in months."""

MEASURES: frozenset[str] = frozenset(
    {
        "persons",
        "families",
        "count",
        "public",
        "external",
        "share",
        "sum",
        "mean",
        "lift",
        "ratio",
        "mark",
        "from_curve",
        "survival",
        "incidence",
        "occupation",
        "lower",
        "upper",
        "quantile",
        "hazard_ratio",
        "evidence",
        "bounded",
        "recurrence",
        "cumulative",
        "margin",
        "released",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result table.

    role : what it is; decides how the gate protects it.
    of : names of the columns it is computed from or tied to, as the role says. A count may name the persons and the
        families behind it: it is hidden where they are too few. A public number may name numbers that decide whether it
        is told: it is hidden where one of them is, or its being there would tell of them.
    part_of : totals that this column and others add up to: ``column`` of the same row, or ``table.column`` of a
        sibling (over the dimensions it lacks). The gate sees to it that no total gives a hidden part away.
    codes : of a dimension: the code list (``services``, ``levels``, ``years``, ``productions``, ``groups`` …).
    unit : ``EUR``, ``days``, … ; empty for plain counts.
    time_axis : the categories of this dimension are points of time (R2 does not count them).
    sensitive : 0 % or 100 % of it in a group under 100 is not shown (R9).
    adds : of a dimension: nobody is counted under two of its codes, so numbers of its codes may be added up.
    level : of a quantile: 0.5 for a median.
    cell : the name of the number in the base of cells, when it is not the column's own.
    rest_of : of a count of some of another number of the row: that number's column. The others of it are people too, so
        the audit sees to it that few of them are not told by the two.
    rest_seen : another table tells that there are any others.
    times : (``table.column`` of a sibling under the same codes, n, off): n times this number is that one, up to `off`,
        by definition (a tenth of the families). It is no secret of its own, and the audit knows that it is told.
    """

    role: Role
    of: tuple[str, ...] = ()
    codes: str = ""
    unit: str = ""
    time_axis: bool = False
    sensitive: bool = False
    part_of: tuple[str, ...] = ()
    adds: bool = False
    level: float = 0.5
    cell: str = ""
    rest_of: str = ""
    rest_seen: bool = False
    times: tuple[str, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One tidy table of a result: a form, its columns, and the table that holds its base totals.

    within : name of the sibling table with one row per base (R2), sharing this table's remaining dimensions;
        empty when the table is itself a base.
    nodes : of edges: the sibling table of nodes; the two dimensions of an edge are its ends (R10).
    population : whom or what the table counts. Numbers of one population with the same codes and the same name are
        one number, in whatever analysis they stand, and what is counted under more codes is part of what is counted
        under fewer. Empty: the table's own.
    fixed : codes that the whole table is counted under besides, such as ``(("flow", "starts"),)``.
    together : of curves: the dimensions (causes, states) whose curves add up to a whole; they share one grid (R8).
    beside : of curves: a sibling whose curves divide the same people in another way; sums of the one less sums of the
        other must not tell of a group that neither shows (R8).
    coarsen : what may be done, in this order, when the audit finds that a number could be worked out: ``merge`` the
        smallest categories into "other" and ``longer`` steps of time (over a dimension that adds up), ``hide`` the
        smallest published numbers beside it, ``drop`` the breakdown.
    """

    form: Form
    columns: Mapping[str, Column]
    within: str = ""
    nodes: str = ""
    population: str = ""
    fixed: tuple[tuple[str, str], ...] = ()
    together: tuple[str, ...] = ()
    coarsen: tuple[str, ...] = ("hide", "drop")
    beside: str = ""

    def names(self, *roles: str) -> tuple[str, ...]:
        """Return the columns that have one of `roles`, in order."""
        return tuple(name for name, column in self.columns.items() if column.role in roles)

    @property
    def gathered(self) -> bool:
        """Whether its numbers are computed after the gate, from released ones."""
        return bool(self.names("released"))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimension columns (and the time axis of a curve)."""
        return self.names("dimension", "time")


def result_table(
    form: Form, columns: Mapping[str, Column], *, within: str = "", nodes: str = "", population: str = "",
    fixed: tuple[tuple[str, str], ...] = (), together: tuple[str, ...] = (),
    coarsen: tuple[str, ...] = ("hide", "drop"), beside: str = "",
) -> Any:  # fmt: skip
    """Declare a field of a result dataclass as a tidy table (a pandas frame with exactly these columns)."""
    return field(metadata={"table": Table(form, columns, within, nodes, population, fixed, together, coarsen, beside)})


@dataclass(frozen=True, slots=True)
class Result:
    """Base of every result: a frozen dataclass of declared tidy tables, nothing else."""

    @classmethod
    def tables(cls) -> dict[str, Table]:
        """Return the declared tables by name.

        Raises
        ------
        DeclarationError
            KU901 when a field is not a declared table.
        """
        declared: dict[str, Table] = {}
        for entry in dataclasses.fields(cls):
            if "table" not in entry.metadata:
                raise DeclarationError("KU901", result=cls.__name__, field=entry.name)
            declared[entry.name] = entry.metadata["table"]
        return declared


@dataclass(frozen=True, slots=True)
class Params:
    """Base of an analysis' settings: a frozen dataclass with a default for every field."""

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a row-level part proposes.

    tables : counts of it by name of the result's table; they pass the gate like all others.
    listed : one row a proposal, for people to decide about, in their words: written to a private file, never to an
        output. Cells of ``clients`` and ``workers`` columns are pseudonyms as text, several with a space between.
    clients, workers : columns of `listed` that hold numbers of clients and of workers.
    """

    tables: Mapping[str, pd.DataFrame]
    listed: pd.DataFrame
    clients: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowLevel:
    """A part of an analysis that needs single families: in internal runs only, and only when the study asks for it.

    rows : the SQL of what it reads, headed like counts; nothing adds up, pseudonyms are text.
    asked : whether the settings ask for it.
    propose : pure function (rows by name, params, context, say) → `Proposal`.
    charts : charts of its counts; they are in no report of a run without them.
    """

    rows: Traversable
    asked: Callable[[Any], bool]
    propose: Callable[..., Proposal]
    charts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """An analysis, declared.

    key : ``wing.question``.
    needs : canonical tables and the columns it reads (data minimisation a lawyer can read).
    counts : the SQL of its counts: statements headed ``-- table: name(dimensions | measures)`` whose rows add over
        families.
    compute : pure function (counts by name, params, context) → result.
    charts : name → pure function (released result, say) → drawing.Chart.
    optional : tables it can do without; what is then missing the exhibit says in words.
    exhibits : chart → the result tables shown beside it; a chart not named here shows the table of its own name.
    uses : keys of analyses whose results compute finds in ``Context.used`` and gather, released, in
        ``Gathered.used``; they are computed before.
    signals : pure function (released result) → measured values that stand apart from their reference
        (``disclosure.signals.Signal``), for the board of pain points.
    gather : pure function (released result of its own, `Gathered`, params) → frames of those tables of the result
        whose measures are all ``released``: computed after the gate from what has passed it. compute leaves them empty.
        It finds the released results of the analyses that it ``uses``, with their gathered tables, in
        ``Gathered.used``, and what may be known of the study in ``Gathered.context``.
    hears : its gather comes after all others and hears the signals of every room.
    row_level : a part that needs single families (ADR 23).
    """

    key: str
    needs: Mapping[str, tuple[str, ...]]
    counts: Traversable
    params: type[Params]
    result: type[Result]
    compute: Callable[..., Result]
    charts: Mapping[str, Callable[..., Any]]
    messages: Traversable
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exhibits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    signals: Callable[..., Any] | None = None
    gather: Callable[..., Mapping[str, pd.DataFrame]] | None = None
    hears: bool = False
    row_level: RowLevel | None = None

    @property
    def wing(self) -> str:
        """The wing the analysis lives in."""
        return self.key.split(".", 1)[0]

    @property
    def always_drawn(self) -> tuple[str, ...]:
        """Charts of every run: all but those of a row-level part."""
        asked = self.row_level.charts if self.row_level else ()
        return tuple(chart for chart in self.charts if chart not in asked)

    def tables_of(self, chart: str) -> tuple[str, ...]:
        """Return the result tables shown beside a chart."""
        return self.exhibits.get(chart, (chart,))


@dataclass(frozen=True, slots=True)
class Context:
    """What compute may know of the study: no paths, no clock.

    services : service code → level, in catalogue order.
    years : labels of the study years in order, with the number of days observed of each.
    window_days : length of the observation window in days.
    given : canonical tables this study has.
    used : results of the analyses that this one declares in ``uses``, those that could be computed.
    prices : study year → what its euros are multiplied by to be in prices of the study's base year; empty without a
        price index.
    resources : what the study says about the use of resources (segments, benefits, contracts, what a proposal keeps
        to). unit_costs : service → way of production → euros of one unit (``units``: day or visit), of those known.
    scenarios : the study's scenarios.
    last_day : last day of the window, as an ISO date.
    """

    services: Mapping[str, str]
    years: Mapping[str, int]
    window_days: int
    given: frozenset[str]
    used: Mapping[str, Result] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    resources: Resources | None = None
    unit_costs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    last_day: str = ""


def files(package: str) -> Traversable:
    """Return the folder of a package, to name the files that lie beside its code."""
    return package_files(package)
