"""Relationships that start and that end, month by month, and the months that hold surely too few or too many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.baseline.data_quality.shown import Floats, n_words, nothing, read_counts, total
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Level, Line, Lines
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import Ints, odd_months, surely_none

ALL = "all"
YEAR = 12
"""Months of a year: the first and the last ones of the window are compared."""
_MOST_NAMED = 4
_MOST_COLOURS = 4


@dataclass(frozen=True, slots=True)
class _Row:
    """The months of one level, or of all.

    values : published numbers, None = hidden. middle, low, high : the same as classes. odd, usual : see `odd_months`.
    """

    code: str
    values: tuple[float | None, ...]
    middle: Floats
    low: Floats
    high: Floats
    odd: Ints
    usual: Floats


@dataclass(frozen=True, slots=True)
class _Odd:
    """One odd month: its row, its place, which way, and how many times less (more) than usual."""

    row: _Row
    place: int
    way: int
    times: float


def starts(released: ReleasedResult, say: Say) -> Chart:
    """Draw the relationships that start each month by level, with the months that look wrong."""
    return _chart("starts", released, say)


def ends(released: ReleasedResult, say: Say) -> Chart:
    """Draw the relationships that end each month by level, with the months that look wrong."""
    return _chart("ends", released, say)


def _chart(flow: str, released: ReleasedResult, say: Say) -> Chart:
    every, levels = (_of_flow(released[name], flow) for name in ("all_months", "level_months"))
    if every.empty or every["relationships"].isna().all():
        return nothing(flow, say, "none" if every.empty else "nothing")
    months = [str(month) for month in every["month"]]
    rows = _rows(every, levels)
    if every["relationships"].isna().mean() > 0.5 and _evenness(rows[0]) == "weak":
        return nothing(flow, say, headline="weak")
    odd = sorted((each for row in rows for each in _odd_of(row)), key=lambda each: -each.times)
    few, many = ([each for each in odd if each.way == way] for way in (-1, 1))
    headline = _headline(flow, few, many, months, say) if odd else _even_headline(flow, rows[0], say)
    return Chart(
        form=_form(rows, few, many, months, say),
        headline=headline,
        subtitle=say(f"{flow}.subtitle"),
        footer=footer(
            say,
            n_words(f"n.{flow}", total(released, "all_turns", "relationships", flow=flow), say),
            *_left(rows, levels, say),
        ),
        alt=say(f"{flow}.alt", headline=headline, n=len(months)),
    )


def _of_flow(frame: pd.DataFrame, flow: str) -> pd.DataFrame:
    return frame[frame["flow"] == flow]


def _rows(every: pd.DataFrame, levels: pd.DataFrame) -> list[_Row]:
    """Return the rows to draw: all, and every known level that has a number in at least half of the months.

    Where a level's months are hidden one and all, nothing is known of that month: it may not be broken down.
    """
    days = every["days_seen"].to_numpy(dtype=float)
    found = [code for code in LEVELS if code in set(levels["level"])]
    told = ~levels.groupby("month")["relationships"].transform(lambda month: month.isna().all())
    parts = []
    for code in found:
        own = levels["level"] == code
        if levels.loc[own, "relationships"].notna().mean() >= 0.5:
            parts.append(_row(code, levels[own], told[own], days))
    whole = _row(ALL, every, every["relationships"].notna() | True, days)
    return parts if len(parts) == 1 and len(set(levels["level"])) == 1 else [whole, *parts]


def _row(code: str, frame: pd.DataFrame, told: pd.Series, days: Floats) -> _Row:
    middle, low, high = read_counts(frame["relationships"], told.to_numpy(dtype=bool))
    values = tuple(None if np.isnan(value) else float(value) for value in frame["relationships"])
    return _Row(code, values, middle, low, high, *odd_months(middle, low, high, days))


def _odd_of(row: _Row) -> list[_Odd]:
    found = []
    for place in np.flatnonzero(row.odd):
        way, usual = int(row.odd[place]), float(row.usual[place])
        here = float(row.middle[place])
        found.append(_Odd(row, int(place), way, usual / max(here, 0.5) if way < 0 else here / usual))
    return found


def _form(rows: list[_Row], few: list[_Odd], many: list[_Odd], months: list[str], say: Say) -> Lines:
    lines = [Line(_name(row.code, say), _colour(row.code), row.values) for row in rows]
    # Four levels use up the colours a chart may have; marks without a line are told apart by being alone.
    marked: Level = "accent" if len({line.colour for line in lines} - {"neutral"}) < _MOST_COLOURS else "neutral"
    for name, found in (("few", few), ("many", many)):
        if found:
            runs = _runs(sorted({each.place for each in found}))
            listed = ", ".join(_span(run, months) for run in runs[:_MOST_NAMED])
            key = say("odd.more", months=listed, n=len(runs) - _MOST_NAMED) if len(runs) > _MOST_NAMED else listed
            lines.append(Line(say(f"odd.{name}"), marked, _marks(found, runs, len(months)), key=key))
    highest = max(value for line in lines for value in line.values if value is not None)
    ticks = tuple((tick, say.number(tick)) for tick in _ticks(highest))
    return Lines(tuple(lines), _labels(months), y_ticks=ticks, axis_title=say("odd.axis"))


def _runs(places: list[int]) -> list[list[int]]:
    """Return the places in stretches that follow each other without a gap."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _span(run: list[int], months: list[str]) -> str:
    first, last = _month(months[run[0]]), _month(months[run[-1]])
    return first if first == last else f"{first}–{last}"


def _marks(found: list[_Odd], runs: list[list[int]], n: int) -> tuple[float | None, ...]:
    """Mark the clearest month of each stretch, on the row of the widest base that is odd there (all before levels)."""
    marks: list[float | None] = [None] * n
    for run in runs:
        here = [each for each in found if each.place in run]
        one = min(here, key=lambda each: (each.row.code != ALL, -each.times, each.place))
        marks[one.place] = float(one.row.middle[one.place])
    return tuple(marks)


def _name(code: str, say: Say) -> str:
    return say("word.all") if code == ALL else say.label("levels", code)


def _colour(code: str) -> Level:
    return next((known for known in LEVELS if known == code), "neutral")


def _month(code: str) -> str:
    year, month = code.split("-")
    return f"{int(month)}/{year}"


def _labels(months: list[str]) -> tuple[str, ...]:
    """Name each January by its year, and the first month when no January is near."""
    labels = [code[:4] if code.endswith("-01") else "" for code in months]
    if not any(labels[:6]):
        labels[0] = _month(months[0]) if len(months) > 24 or not any(labels) else labels[0]
    return tuple(labels)


def _evenness(row: _Row) -> str:
    """Tell whether a month with nothing would have been noticed at all."""
    usual = row.usual[~np.isnan(row.usual)]
    return "even" if len(usual) and surely_none(1.0, float(np.median(usual))) else "weak"


def _even_headline(flow: str, row: _Row, say: Say) -> str:
    """Say that no month stands out: too few to tell, a drift over the whole window, or nothing odd."""
    ends = _drift(row)
    if ends is None:
        return say(f"{flow}.headline.{_evenness(row)}")
    first, last = ends
    case = "down" if last < first else "up"
    return say(f"{flow}.headline.{case}", first=say.about(first), last=say.number(last))


def _drift(row: _Row) -> tuple[float, float] | None:
    """Return the published numbers of the first and the last twelve months when one is surely twice the other."""
    if len(row.middle) < 2 * YEAR:
        return None
    first, last = slice(0, YEAR), slice(len(row.middle) - YEAR, None)
    low, high = (np.stack([each[first], each[last]]).sum(axis=1) for each in (row.low, row.high))
    if min(high) * 2 >= max(low):
        return None
    return float(row.middle[first].sum()), float(row.middle[last].sum())


def _headline(flow: str, few: list[_Odd], many: list[_Odd], months: list[str], say: Say) -> str:
    """Say the clearest odd month and how many there are."""
    found, way = (few, "few") if few else (many, "many")
    first = next((each for each in found if each.row.code == ALL), found[0])
    places = {each.place for each in found if each.row.code == first.row.code}
    words = {
        "month": _month(months[first.place]),
        "n": say.about(float(first.row.middle[first.place]), hidden=first.row.values[first.place] is None),
        "usual": say.number(round(float(first.row.usual[first.place]))),
    }
    part = "" if first.row.code == ALL else "level_"
    more = "one" if len(places) == 1 else "several"
    level = {"level": _name(first.row.code, say)} if part else {}
    count = {"count": len(places)} if more == "several" else {}
    return say(f"{flow}.headline.{part}{way}_{more}", **words, **level, **count)


def _left(rows: list[_Row], levels: pd.DataFrame, say: Say) -> list[str]:
    absent = len(set(levels["level"]) - {row.code for row in rows})
    return [say("left_out.levels", n=absent)] if absent else []


def _ticks(highest: float) -> tuple[float, ...]:
    """Return three to six round numbers from zero up to the highest value or just above it."""
    magnitude = 10 ** int(np.floor(np.log10(max(highest, 10) / 4)))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor * 5 >= highest)
    step = max(step, 1.0)
    return tuple(float(step * place) for place in range(int(np.ceil(highest / step)) + 1))
