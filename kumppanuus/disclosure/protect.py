"""How tables of counts and of pairs are protected. Curves have their own rules, see `curves`.

Whether a share, sum or mean is published follows from published numbers wherever it can, so that its absence tells
nothing that they do not.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.compared import lift, marks_of_pairs, ratio
from kumppanuus.disclosure.placed import code_text
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.disclosure.rules_forms import quantile_in_bin, round_edges, stepped_margin
from kumppanuus.disclosure.tested import bounded_mean, evidence, hazard_ratio

GATE_ONLY = ("concentration", "behind", "expected")
OF_CURVES = ("events", "ending_families", "families_at_risk")
"""Columns of a curve that only the gate may see, by their names."""
ROUNDED_BY, ROUNDING_ERROR = 3, 0.05
"""A published count is at most 3 off; a mean over it may be off by 5 % for that: it needs 60 families."""
LARGE = 100
"""From this many persons on a sum or mean has three significant digits, below it two."""


def protect_counts(
    name: str, table: Table, frame: pd.DataFrame, base: pd.DataFrame | None, base_dimensions: tuple[str, ...],
    rules: Rules, also: pd.DataFrame | None = None,
) -> Guarded:  # fmt: skip
    """Protect a table of counts (R1-R5, R9): rows without enough people are hidden whole, other cells one by one.

    Parameters
    ----------
    also : cells that must be hidden besides, because a total would give others away; bool, by measure.
    """
    hidden = _hidden_rows(table, frame, rules)
    if base is not None:
        hidden |= ~_broken_down(table, frame, base, base_dimensions, rules)
    if also is not None:
        hidden |= also.all(axis=1).to_numpy(dtype=bool)
    published, masked = protected_cells(table, frame, hidden, rules, also)
    return Guarded(protected_table(name, table, published, masked, hidden), frame)


def digits_of(persons: rule.Floats) -> rule.Floats:
    """R5: return how many significant digits a sum or a mean has: three from 100 persons on, else two."""
    return np.where(np.asarray(persons, dtype=float) >= LARGE, 3.0, 2.0)


def measures_of(table: Table) -> tuple[str, ...]:
    """Return the columns that may be published, without the codes."""
    unseen = {*table.names(*GATE_ONLY), *table.dimensions, *(OF_CURVES if table.form == "curve" else ())}
    return tuple(each for each in table.columns if each not in unseen)


def protect_edges(
    name: str, table: Table, frame: pd.DataFrame, nodes: pd.DataFrame, done: Mapping[str, ReleasedTable], rules: Rules
) -> Guarded:
    """Protect pairs (R10): a pair that may not be shown is left out; lift comes from protected families."""
    first, second = table.dimensions
    node, families = done[table.nodes].declaration.dimensions[0], table.names("families")[0]
    exact = nodes.set_index(node)[done[table.nodes].declaration.names("families")[0]]
    shown_nodes = done[table.nodes].frame
    visible = set(shown_nodes.loc[~shown_nodes["hidden"], node])
    allowed = rule.edge_allowed(
        frame[table.names("persons")[0]].to_numpy(),
        frame[families].to_numpy(),
        frame[first].map(exact).to_numpy(dtype=float),
        frame[second].map(exact).to_numpy(dtype=float),
        rules,
    )
    allowed &= frame[first].isin(visible).to_numpy() & frame[second].isin(visible).to_numpy()
    kept = frame[allowed].reset_index(drop=True)
    published, masked = protected_cells(table, kept, np.zeros(len(kept), dtype=bool), rules)
    for column in table.names("lift"):
        published[column] = lift(table, column, published, done)
    for column in table.names("mark"):
        published[column] = marks_of_pairs(table, column, kept, published, len(shown_nodes), rules)
    result = protected_table(name, table, published, masked, np.zeros(len(kept), dtype=bool))
    out = int((~allowed).sum())
    told = ("left_out",) if out else ()
    return Guarded(ReleasedTable(name, table, result.frame, result.masked, result.hidden + out, told), kept)


def _hidden_rows(table: Table, frame: pd.DataFrame, rules: Rules) -> rule.Bools:
    people, homes = table.names("persons"), table.names("families")
    if not people:
        return np.zeros(len(frame), dtype=bool)
    persons, families = frame[people[0]].to_numpy(dtype=float), frame[homes[0]].to_numpy(dtype=float)
    return np.asarray(rule.too_few(persons, families, rules) | np.isnan(persons) | np.isnan(families))


def _broken_down(
    table: Table, frame: pd.DataFrame, base: pd.DataFrame, base_dimensions: tuple[str, ...], rules: Rules
) -> rule.Bools:
    """R2: judge each base by its exact persons and the number of categories it is split into (time is none)."""
    shared = [each for each in base_dimensions if each in table.columns]
    categories = [each for each in table.dimensions if each not in shared and not table.columns[each].time_axis]
    if not categories or frame.empty:
        return np.ones(len(frame), dtype=bool)
    persons = _whose(table)
    if not shared:
        total, parts = float(base["persons"].sum()), float((frame[persons] > 0).sum())
        return np.full(len(frame), rule.breakdown_allowed(np.array([total]), np.array([parts]), rules)[0])
    known = base[["persons"]].assign(**{each: code_text(base[each]) for each in shared})
    codes = pd.DataFrame({each: code_text(frame[each]) for each in shared})
    totals = codes.merge(known, on=shared, how="left")["persons"].fillna(0)
    parts_of = (frame[persons] > 0).groupby([frame[each] for each in shared]).transform("sum")
    return rule.breakdown_allowed(totals.to_numpy(dtype=float), parts_of.to_numpy(dtype=float), rules)


def _whose(table: Table) -> str:
    """Return the column of the persons of a table; where only counts are shown, those behind the first of them."""
    people = table.names("persons")
    return people[0] if people else table.columns[table.names("count")[0]].of[0]


def protected_cells(
    table: Table, frame: pd.DataFrame, hidden: rule.Bools, rules: Rules, also: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Protect column by column in the order of what depends on what; return the numbers and what is hidden of them.

    Columns that the gate fills from other tables (``lift``, ``from_curve``) and curves' shares come out empty.
    """
    shown = frame[list(table.dimensions)].copy()
    masked = pd.DataFrame(index=frame.index)
    for column in table.names("persons", "families", "count"):
        exact = frame[column].to_numpy(dtype=float)
        mask = hidden | rule.few(exact, rules) | _tied(table, column, frame, rules) | _named(also, column, frame)
        mask &= ~np.isnan(exact)
        shown[column], masked[column] = np.where(mask, np.nan, rule.round_counts(exact, rules.base)), mask
    for column in table.names("public", "external"):
        beside = list(table.columns[column].of)
        unseen = masked[beside].any(axis=1).to_numpy() if beside else np.zeros(len(frame), dtype=bool)
        shown[column], masked[column] = np.where(unseen, np.nan, frame[column].astype(float)), unseen
    for column in table.names("survival", "lower", "upper", "lift", "from_curve", "mark"):
        shown[column], masked[column] = np.nan, False
    for column in table.names("share"):
        shown[column], masked[column] = _share(table, column, frame, shown, rules)
    for column in (*table.names("sum"), *table.names("mean")):
        shown[column], masked[column] = _amount(table, column, frame, shown, hidden | _named(also, column, frame))
    for column in table.names("margin"):
        shown[column], masked[column] = _margin(table, column, frame, shown)
    for column in table.names("ratio"):
        shown[column], masked[column] = ratio(table, column, frame, shown, rules)
    for column in table.names("hazard_ratio", "evidence"):
        shown[column] = _of_model(table, column, frame, shown, rules)
        masked[column] = frame[column].notna() & shown[column].isna()
    for column in table.names("bounded"):
        shown[column] = bounded_mean(table, column, frame, shown, rules)
        masked[column] = frame[column].notna() & shown[column].isna()
    for column in table.names("quantile"):
        unseen = hidden | _named(also, column, frame)
        shown[column], masked[column] = _quantile(table, column, frame, shown, unseen, rules)
    for column in table.names("share", "sum", "mean", "margin"):  # in a row hidden whole one word stands for all
        masked[column] = masked[column] | (hidden & shown[column].isna())
    order = [each for each in table.columns if each not in table.names(*GATE_ONLY)]
    return shown[order], masked[[each for each in order if each not in table.dimensions]]


def _named(also: pd.DataFrame | None, column: str, frame: pd.DataFrame) -> rule.Bools:
    return np.zeros(len(frame), dtype=bool) if also is None else also[column].to_numpy(dtype=bool)


def _tied(table: Table, column: str, frame: pd.DataFrame, rules: Rules) -> rule.Bools:
    """Return where a count is hidden because of the people behind it, or an all-or-nobody is (R9).

    Persons are tied to the families declared at the same place (the second persons to the second families); a count
    to those it names.
    """
    hidden = np.zeros(len(frame), dtype=bool)
    for people, homes in _people_of(table, column):
        hidden |= rule.too_few(frame[people].to_numpy(), frame[homes].to_numpy(), rules)
    for share in table.names("share"):
        if table.columns[share].sensitive and table.columns[share].of[0] == column:
            some, base = (frame[each].to_numpy(dtype=float) for each in table.columns[share].of)
            hidden |= rule.all_or_nobody(some, base)
    return hidden


def _people_of(table: Table, column: str) -> list[tuple[str, str]]:
    if table.columns[column].role == "count":
        return [(table.columns[column].of[0], table.columns[column].of[1])] if table.columns[column].of else []
    pairs = zip(table.names("persons"), table.names("families"), strict=False)
    return [pair for pair in pairs if column in pair]


def _share(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, rules: Rules
) -> tuple[rule.Floats, rule.Bools]:
    numerator, denominator = table.columns[column].of
    exact_top, exact_bottom = frame[numerator].to_numpy(dtype=float), frame[denominator].to_numpy(dtype=float)
    top, bottom = (shown[each].to_numpy(dtype=float) for each in (numerator, denominator))
    exact_base = table.columns[denominator].role == "public"
    allowed = rule.share_allowed(top, bottom, rules, exact_base=exact_base)
    exists = ~np.isnan(exact_top) & ~np.isnan(exact_bottom) & (exact_bottom > 0)
    published = np.where(allowed & exists, rule.share(top, bottom), np.nan)
    return published, exists & np.isnan(published)


def _of_model(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, rules: Rules
) -> rule.Floats:  # fmt: skip
    if table.columns[column].role == "evidence":
        return evidence(table, column, frame, rules)
    return hazard_ratio(table, column, frame, shown, rules)


def _quantile(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, hidden: rule.Bools, rules: Rules
) -> tuple[rule.Floats, rule.Bools]:
    """Protect a quantile (R6): a round lower edge of a bin of enough people, beside published persons."""
    persons, *inside = table.columns[column].of
    bin_persons, bin_families = (frame[each].to_numpy(dtype=float) for each in inside)
    exact, level = frame[column].to_numpy(dtype=float), table.columns[column].level
    allowed = quantile_in_bin(shown[persons].to_numpy(dtype=float), bin_persons, bin_families, level, rules)
    published = np.where(allowed & ~hidden & round_edges(exact), exact, np.nan)
    return published, ~np.isnan(exact) & np.isnan(published)


def _amount(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame, hidden: rule.Bools
) -> tuple[rule.Floats, rule.Bools]:
    """Protect a sum or a mean (R5): only beside published numbers of its people.

    A mean that stands beside the sum of the same people would give their exact number away (sum / mean); so it is
    the mean of the published number of families, and hidden where the sum is or where rounding could move it by more
    than `ROUNDING_ERROR`: a number is right or absent.
    """
    behind = table.columns[column].of[:3]
    persons, families, concentration = (frame[each].to_numpy(dtype=float) for each in behind)
    shown_persons, shown_families = (shown[each].to_numpy(dtype=float) for each in behind[:2])
    exact = frame[column].to_numpy(dtype=float)
    allowed = rule.mean_allowed(persons, families, concentration) & ~hidden
    allowed &= ~np.isnan(shown_persons) & ~np.isnan(shown_families)
    value, sums = exact, [each for each in table.names("sum") if table.columns[each].of[:3] == behind]
    if table.columns[column].role == "mean" and sums:
        allowed &= shown[sums].notna().all(axis=1).to_numpy()
        allowed &= shown_families * ROUNDING_ERROR >= ROUNDED_BY
        with np.errstate(divide="ignore", invalid="ignore"):
            value = exact * families / shown_families
    rounded = np.where(digits_of(persons) == 3, rule.significant(value, 3), rule.significant(value, 2))
    nothing = (exact == 0) & (shown_persons == 0)
    published = np.where(nothing, 0.0, np.where(allowed, rounded, np.nan))
    return published, ~np.isnan(exact) & np.isnan(published)


def _margin(
    table: Table, column: str, frame: pd.DataFrame, shown: pd.DataFrame
) -> tuple[rule.Floats, rule.Bools]:  # fmt: skip
    """Protect half an interval (R16): in steps, only beside the published sum of the same people.

    Of a change it hangs on an earlier sum as well, whose people have to be enough for a sum (R5), too.
    """
    of, *earlier = table.columns[column].of
    families, exact = (frame[each].to_numpy(dtype=float) for each in (table.columns[of].of[1], column))
    allowed = shown[of].notna().to_numpy()
    if earlier:
        allowed &= rule.mean_allowed(*(frame[each].to_numpy(dtype=float) for each in earlier))
    published = np.where(allowed, stepped_margin(exact, families), np.nan)
    return published, ~np.isnan(exact) & np.isnan(published)


def protected_table(
    name: str, table: Table, shown: pd.DataFrame, masked: pd.DataFrame, hidden: rule.Bools
) -> ReleasedTable:
    """Put protected numbers and what is hidden of them together."""
    frame = shown.assign(hidden=hidden)
    return ReleasedTable(name, table, frame, masked, int(masked.to_numpy().sum()))
