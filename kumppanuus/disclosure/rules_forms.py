"""Rules of tables whose rows are neighbours (bins, answers, tenths, periods), and of derived numbers (R6, R7, R16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules import Bools, Floats, quantile_allowed, too_few
from kumppanuus.methods.nullmodel import decide
from kumppanuus.register.calendar import MONTH_DAYS

WEEKS, MONTHS_OF_YEARS, THIRTIES, YEARS = (7, 364), (12, 240), (30, 720), (365, 9125)
"""Round in time: a step, and up to where it is used (days, months, days, days)."""
CALENDAR_MONTHS = 300
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
ITEM = 20
"""Answers from which on the mean of an item is shown."""
Run = tuple[int, int]
"""First row and first row after of rows that are one piece."""


def range_code(codes: Sequence[str]) -> str:
    """Return the code of neighbours that became one: ``first..last``, or the only one."""
    return codes[0] if len(codes) == 1 else f"{codes[0]}..{codes[-1]}"


def round_edges(edges: Floats) -> Bools:
    """R7: whether edges of bins are round, so that none was chosen by looking at the people.

    Round are whole numbers below 100, above it multiples of 5 in the third digit (125, 1450, 37500), and in time
    whole weeks up to a year, thirty-day months up to two years, calendar months of a duration (`month_day`), years.
    """
    values = np.asarray(edges, dtype=float)
    digits = np.floor(np.log10(np.maximum(values, 1.0)))
    tens = values % np.maximum(5 * 10.0 ** (digits - 2), 1.0) == 0
    time = [(values % step == 0) & (values <= most) for step, most in (WEEKS, MONTHS_OF_YEARS, THIRTIES, YEARS)]
    months = np.ceil(values / MONTH_DAYS - 1e-9)
    calendar = (np.floor(months * MONTH_DAYS) == values) & (months <= CALENDAR_MONTHS)
    return np.asarray((values >= 0) & (tens | np.logical_or.reduce(time) | calendar))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows `first` to `after` as one. families : how many they are, or are at least."""

    first: int
    after: int
    persons: float
    families: float

    def small(self, rules: Rules, *, zeros: bool) -> bool:
        few = bool(too_few(np.array([self.persons]), np.array([self.families]), rules)[0])
        return few or (self.persons == 0 and not zeros)


def merged_neighbours(
    persons: Floats, families: Floats, rules: Rules, tighten: int = 0, *, zeros: bool = True, adds: bool = False
) -> list[Run]:
    """R7: merge neighbours until none is hidden; no piece at all when they end as one or as a hidden one.

    The smallest hidden piece goes first, with the smaller of its neighbours that hold anybody; the earlier of equals.

    Parameters
    ----------
    persons, families : of the rows, in order; nobody is in two rows.
    tighten : how many further times the smallest piece is merged.
    zeros : whether rows without anybody may stay by themselves.
    adds : whether no family is in two rows; else a piece has at least as many as the largest of its rows.
    """
    pieces = [
        _Piece(row, row + 1, float(p), float(f)) for row, (p, f) in enumerate(zip(persons, families, strict=True))
    ]
    while small := [place for place, each in enumerate(pieces) if each.small(rules, zeros=zeros)]:
        if len(pieces) == 1:
            return []
        pieces = _joined(pieces, min(small, key=lambda place: pieces[place].persons), adds=adds)
    for _ in range(tighten):
        held = [place for place, each in enumerate(pieces) if each.persons > 0]
        if len(pieces) < 2 or not held:
            return []
        pieces = _joined(pieces, min(held, key=lambda place: pieces[place].persons), adds=adds)
    return [(each.first, each.after) for each in pieces] if len(pieces) > 1 else []


def _joined(pieces: list[_Piece], place: int, *, adds: bool) -> list[_Piece]:
    """Return the pieces with the one at `place` and a neighbour as one."""
    beside = [each for each in (place - 1, place + 1) if 0 <= each < len(pieces)]
    other = min(beside, key=lambda each: (pieces[each].persons == 0, pieces[each].persons))
    left, right = pieces[min(place, other)], pieces[max(place, other)]
    families = left.families + right.families if adds else max(left.families, right.families)
    one = _Piece(left.first, right.after, left.persons + right.persons, families)
    return [*pieces[: min(place, other)], one, *pieces[max(place, other) + 1 :]]


def quantile_in_bin(
    shown_persons: Floats, bin_persons: Floats, bin_families: Floats, level: float, rules: Rules
) -> Bools:
    """R6: whether a quantile is shown: enough persons on each side for every number the published one stands for.

    Parameters
    ----------
    shown_persons : published number of persons, NaN where hidden.
    bin_persons, bin_families : of the bin the quantile falls in.
    """
    least = np.nan_to_num(np.asarray(shown_persons, dtype=float) - rules.base // 2 + 1, nan=0.0)
    sides = np.array([quantile_allowed(persons, level) for persons in least], dtype=bool)
    held = np.asarray(bin_persons, dtype=float) > 0
    return np.asarray(sides & held & ~too_few(bin_persons, bin_families, rules))


def merged_concentration(sums: Floats, concentrations: Floats, *, adds: bool = False) -> float:
    """R5: the concentration of a merged group, or the most it can be when families have people in several groups.

    The root of Σ x² over families is a length. Lengths of families that are in one group only add as squares; in any
    case the length of a sum is at most the sum of the lengths.

    Parameters
    ----------
    adds : whether no family is in two groups.
    """
    total, lengths = float(np.sum(sums)), np.sqrt(concentrations) * sums
    squared = float((lengths**2).sum()) if adds else float(lengths.sum()) ** 2
    return squared / total**2 if total > 0 else 0.0


def gini(cumulative: Floats) -> float:
    """R16: the Gini index of a published Lorenz curve with equal steps, by trapezoids; two decimals.

    Parameters
    ----------
    cumulative : L at 1/n, 2/n … 1; NaN comes out when there are fewer than two points or it does not end at 1.
    """
    values = np.concatenate([[0.0], np.asarray(cumulative, dtype=float)])
    if len(values) < 3 or values[-1] != 1 or np.isnan(values).any():
        return float("nan")
    return round(float(1 - (values[1:] + values[:-1]).sum() / (len(values) - 1)), 2)


def mean_answer(answers: Sequence[str], persons: Floats) -> float:
    """R16: the mean of a Likert item from published counts, one decimal.

    NaN when answers were merged, a count is not published, or fewer than 20 answered.
    """
    counts = np.asarray(persons, dtype=float)
    merged = any(".." in answer for answer in answers)
    if merged or np.isnan(counts).any() or counts.sum() < ITEM:
        return float("nan")
    return round(float((np.array([float(answer) for answer in answers]) * counts).sum() / counts.sum()), 1)


def stepped_ratio(ratio: float, events: float) -> float:
    """R16: a ratio on steps of −ln(1 − 3/events) on the log scale, then in two significant digits.

    Any step then holds three neighbouring numbers of events, whatever they are divided by.

    Parameters
    ----------
    events : the least number of events on the smaller side (the lower end of a published class).
    """
    if not (ratio > 0 and events > 3):
        return float("nan")
    step = -np.log1p(-3 / events)
    stepped = float(np.exp(np.round(np.log(ratio) / step) * step))
    return float(f"{stepped:.2g}")


def marks(shown: Floats, expected: Floats, spread: Floats, tests: int, rules: Rules | None) -> Floats:
    """R16: 1 where a published count is surely more than expected, -1 where fewer, 0 where no difference is seen.

    Decided at the end of the published class that is nearer to the expectation, so the mark says nothing of the exact
    count and rounding marks nothing. NaN where nothing is published or expected.

    Parameters
    ----------
    tests : how many pairs there are in all; those that are not published count as no difference.
    rules : None: the counts are exact.
    """
    below, above = (rules.base // 2 - 1, rules.base // 2) if rules else (0, 0)
    least, most = shown - below, shown + above
    nearer = np.where(least > expected, least, np.where(most < expected, most, expected))
    nearer = np.where(np.isnan(shown) | (shown == 0), np.nan, nearer)
    decided = decide(nearer, expected, spread, tests=tests)
    found = decided.more.astype(float) - decided.fewer.astype(float)
    return np.asarray(np.where(np.isnan(decided.p), np.nan, found))


def stepped_margin(half: Floats, families: Floats) -> Floats:
    """R16: half an interval, up to the next whole step of at least 1/families; NaN below five families.

    Parameters
    ----------
    half : of shares, indices between 0 and 1, or logarithms of ratios.
    """
    exact, homes = np.asarray(half, dtype=float), np.asarray(families, dtype=float)
    wide = np.array([next((step for step in STEPS if step * each >= 1 - 1e-9), np.nan) for each in homes.tolist()])
    return np.asarray(np.round(np.maximum(np.ceil(np.round(exact / wide, 6)), 1) * wide, 2), dtype=np.float64)


def stepped_mean(mean: float, families: float) -> float:
    """R16: a mean over families of numbers between 0 and 1, on steps of at least 1/families.

    Who knows all families but one then learns of that one at most on which side of one limit it lies. NaN below five
    families.
    """
    wide = [step for step in STEPS if step * families >= 1 - 1e-9]
    return round(round(mean / wide[0]) * wide[0], 2) if wide else float("nan")
