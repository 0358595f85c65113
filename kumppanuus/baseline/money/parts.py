"""Pictures of how costs divide: by sector and way of production, first and last year, and by area."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kumppanuus.baseline.money.shown import families_text, room_chart
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, last_year, rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Dumbbell, DumbbellRow
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.waterfall import euros_like
from kumppanuus.language.say import Say
from kumppanuus.methods.intervals import normal_quantile

_SAME_PERCENT = 2
"""A share that moves by less than two percentage points is called unchanged."""
_PARTS = (("sectors", "sector"), ("productions", "production"))
_MOST_AREAS = 15

Row = Mapping[str, Any]


def changes(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of each sector and way of production in the costs of the first and the last full year."""
    years = full_years(released)
    first, last = years[0], years[-1]
    shares = [
        (table, code, _share(released, table, column, code, first), _share(released, table, column, code, last))
        for table, column in _PARTS
        for code in dict.fromkeys(released[table][column])
    ]
    known = [each for each in shares if not math.isnan(each[3])]
    if not known:
        return nothing(say("changes.nothing"), say)
    rows = tuple(
        _row(say.label(table, code), before, after, first != last, say) for table, code, before, after in known
    )
    marks = round_marks(0.0, max(place for row in rows for place in (row.start, row.end) if place is not None), 5)
    ticks = tuple((mark, say.percent(mark)) for mark in marks)
    form = Dumbbell(rows, first, last, ticks, say("changes.axis"))
    headline = _changes_headline(known, first, last, say)
    hidden = len(shares) - len(known)
    note = say("left_out.parts", n=hidden) if hidden else ""
    return room_chart("changes", form, headline, len(rows), say, families_text(released, last, say), note)


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the costs of each area in the last full year, per inhabitant under 18 where inhabitants are given."""
    year, frame = last_year(released), released["areas"]
    rows = rows_of(frame[frame["cost_eur"].notna()])
    each = all(row["children"] > 0 for row in rows if row["area"] != "unknown") and any(rows)
    placed = [row for row in rows if row["area"] != "unknown" or not each]
    if not placed:
        return nothing(say("areas.nothing"), say)
    values = [row["cost_eur"] / row["children"] if each else row["cost_eur"] for row in placed]
    ranked = sorted(zip(values, placed, strict=True), key=lambda pair: (-pair[0], say.label("areas", pair[1]["area"])))
    shown = ranked[:_MOST_AREAS]
    apart = _surely_apart(ranked)
    told = euros_like(shown[0][0], say)
    bars = tuple(_area_bar(value, row, each, bold=apart and at == 0, told=told, say=say)
                 for at, (value, row) in enumerate(shown))  # fmt: skip
    case = "per_child" if each else "all"
    words = {"high": say.label("areas", ranked[0][1]["area"]), "low": say.label("areas", ranked[-1][1]["area"]),
             "most": told(ranked[0][0]), "least": told(ranked[-1][0]), "year": year}  # fmt: skip
    way = "one" if len(ranked) == 1 else "differ" if apart else "alike"
    hidden = int(frame["cost_eur"].isna().sum())
    notes = (
        say("left_out.areas", n=hidden) if hidden else "",
        say("left_out.unplaced") if len(rows) > len(placed) else "",
    )
    headline, families = say(f"areas.headline.{way}_{case}", **words), families_text(released, year, say)
    return room_chart(
        "areas", Bars(bars, say(f"areas.axis_{case}")), headline, len(bars), say, families, *notes, year=year
    )


def _share(released: ReleasedResult, table: str, column: str, code: str, year: str) -> float:
    frame, years = released[table], released["years"]
    found = frame.loc[(frame[column] == code) & (frame["year"] == year), "cost_eur"]
    total = years.loc[years["year"] == year, "cost_eur"]
    cost, whole = (float(each.iloc[0]) if len(each) else math.nan for each in (found, total))
    return min(round(cost / whole, 2), 1.0) if whole > 0 else math.nan


def _row(label: str, before: float, after: float, both: bool, say: Say) -> DumbbellRow:
    start = None if math.isnan(before) or not both else before
    return DumbbellRow(label, start, after, "" if start is None else say.percent(start), say.percent(after), "accent")


def _changes_headline(known: list[tuple[str, str, float, float]], first: str, last: str, say: Say) -> str:
    """Say what has moved most; of equal moves the first one, and a share that falls only because another one grows."""
    moved = [(after - before, table, code, before, after) for table, code, before, after in known
             if not math.isnan(before)]  # fmt: skip
    if first == last or not moved:
        return say("changes.headline.one_year", year=last)
    far, table, code, before, after = max(moved, key=lambda each: (round(abs(each[0]), 2), each[0]))
    words = {"name": say.label(table, code), "before": say.percent(before), "after": say.percent(after)}
    if round(abs(far) * 100) < _SAME_PERCENT:
        return say("changes.headline.same", first=first, last=last)
    return say(f"changes.headline.{'up' if far > 0 else 'down'}", **words, first=first, last=last)


def _surely_apart(ranked: Sequence[tuple[float, Row]]) -> bool:
    """Say whether the dearest area is surely dearer than the cheapest one, of all pairs that could be looked at."""
    pairs = len(ranked) * (len(ranked) - 1) / 2
    if not pairs or not ranked[-1][0] > 0:
        return False
    half = math.hypot(*(float(row["cost_margin"]) for _, row in (ranked[0], ranked[-1])))
    wider = normal_quantile(1 - 0.05 / pairs) / normal_quantile()
    return math.log(ranked[0][0] / ranked[-1][0]) > half * wider


def _area_bar(value: float, row: Row, each: bool, *, bold: bool, told: Any, say: Say) -> Bar:
    detail = say("areas.cost", cost=say.euros(float(row["cost_eur"]))) if each else ""
    return Bar(say.label("areas", row["area"]), max(value, 0.0), told(value), "accent" if bold else "neutral", detail,
               bold=bold)  # fmt: skip
