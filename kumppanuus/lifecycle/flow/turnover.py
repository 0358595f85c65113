"""Where the clientele grows and shrinks: starts against ends of the last years, by service, age and area."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow, Level
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.flow.shown import balance, colour_of, n_words, when
from kumppanuus.register.codes import UNKNOWN

MOST_ROWS = 15
YEARS = 3
"""Years at most that are looked at together: in one year a small service cannot be told from chance."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Starts and ends of one code in the years, summed from published numbers; `way` as `balance` says."""

    label: str
    came: float
    left: float
    way: int
    colour: Level

    @property
    def net(self) -> float:
        return self.came - self.left


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw starts against ends of the last full years by service."""
    rows = _rows(released, "services", "service", say)
    n = released["services"]["service"].nunique()
    return _chart("services", sorted(rows, key=lambda row: (-row.net, row.label)), n, released, say)


def groups(released: ReleasedResult, say: Say) -> Chart:
    """Draw starts against ends of the last full years by age on the first day, then by area."""
    rows = [*_rows(released, "ages", "age_group", say), *_rows(released, "areas", "area", say)]
    n = released["ages"]["age_group"].nunique() + released["areas"]["area"].nunique()
    return _chart("groups", rows, n, released, say)


def _rows(released: ReleasedResult, name: str, dimension: str, say: Say) -> list[_Row]:
    """Return a row for every code of which each of the years is published by itself; none when no code is known."""
    frame, codes = released[name], released.tables[name].declaration.columns[dimension].codes
    if set(frame[dimension]) <= {UNKNOWN}:
        return []
    years = _years(released)
    rows = [
        _row(say.label(codes, code), rows, years)
        for code, rows in frame.groupby(dimension, sort=False)
        if rows.loc[rows["year"].astype(str).isin(years), ["came", "left"]].notna().all(axis=1).sum() == len(years)
    ]
    return [row for row in rows if row.came + row.left > 0]


def _row(label: str, rows: pd.DataFrame, years: Sequence[str]) -> _Row:
    by_year = rows.set_index(rows["year"].astype(str))
    seen, place = by_year.loc[list(years)], [*by_year.index].index(years[0])
    before = float(by_year["waiting"].iloc[place - 1]) if place else math.nan
    way = balance(seen["came"], seen["left"], before, float(seen["waiting"].iloc[-1]))
    colour = colour_of(str(rows["level"].iloc[0])) if "level" in rows else "accent"
    return _Row(label[0].upper() + label[1:], float(seen["came"].sum()), float(seen["left"].sum()), way, colour)


def _years(released: ReleasedResult) -> list[str]:
    return full_years(released)[-YEARS:]


def _span(released: ReleasedResult) -> str:
    """Write the years: ``2025``, or the first and the last one."""
    years = _years(released)
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def _chart(name: str, known: Sequence[_Row], n: int, released: ReleasedResult, say: Say) -> Chart:
    if not known:
        return nothing(say(f"{name}.nothing"), say)
    shown = _most(known)
    years = _years(released)
    headline = _headline(name, known, when(years[0], years[-1], say), say)
    left = n - len(shown)
    numbers = [number for row in shown for number in (row.came, row.left)]
    form = Dumbbell(
        tuple(_drawn(row, say) for row in shown), say("turnover.left"), say("turnover.came"),
        ticks=tuple((mark, say.number(mark)) for mark in whole_marks(min(numbers), max(numbers), 5)),
        axis_title=say("turnover.axis"),
    )  # fmt: skip
    return Chart(
        form=form,
        headline=headline,
        subtitle=say(f"{name}.subtitle", years=_span(released)),
        footer=footer(say, _n(released, years, say), say("note.rows", n=left) if left else ""),
        alt=say(f"{name}.alt", headline=headline, n=len(shown)),
    )


def _n(released: ReleasedResult, years: Sequence[str], say: Say) -> str:
    """Return how many relationships started in the years; where a number is not published, how many are open."""
    ages = released["ages"]
    inside = ages[ages["year"].astype(str).isin(years)]["came"]
    if inside.empty or inside.isna().any():
        return n_words(released, say)
    return say("n.starts", n=say.about(float(inside.sum())))


def _most(rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows with the largest differences, in the order they had."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    kept = sorted(rows, key=lambda row: (-abs(row.net), row.label))[:MOST_ROWS]
    return [row for row in rows if row in kept]


def _drawn(row: _Row, say: Say) -> DumbbellRow:
    start, end = say.number(row.left), say.number(row.came)
    same = row.left == row.came
    return DumbbellRow(row.label, row.left, row.came, "" if same else start, end, row.colour if row.way else "neutral")


def _headline(name: str, known: Sequence[_Row], years: str, say: Say) -> str:
    """Say where the clientele surely grows or shrinks most, relatively; or nowhere."""
    sure = [row for row in known if row.way]
    if not sure:
        return say(f"{name}.headline.even", when=years)
    far = max(sure, key=lambda row: (abs(math.log(max(row.came, 1.0) / max(row.left, 1.0))), row.label))
    words = {"label": far.label, "came": say.about(far.came), "left": say.about(far.left), "when": years}
    return say(f"{name}.headline.{'grows' if far.way > 0 else 'shrinks'}", **words)
