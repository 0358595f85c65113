"""Pictures of children per responsible worker against the limit of the law. Protected numbers only."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kumppanuus.baseline.caseload.shown import area_loads, day_name, last_day, limit_in_force, per_worker
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart, Level, Line, Lines
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.forest import forest
from kumppanuus.forms.histogram import against
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stacked import StackedRow, groups_of, stacked
from kumppanuus.language.say import Say, footer

_HALF_YEAR = 6
_COLOURS: Mapping[float, Level] = {1: "universal", 16: "early", 26: "neutral", 31: "special", 36: "corrective"}
"""Of bands by the caseload they begin with."""


def load(released: ReleasedResult, say: Say) -> Chart:
    """Draw children per worker at the ends of half-years and the limit in force on each of these days."""
    days = _half_years(released["days"])
    loads = per_worker(days, "assigned")["value"].round()
    if loads.isna().all():
        return nothing(say("load.nothing"), say)
    values, limits = (tuple(None if math.isnan(each) else float(each) for each in column)
                      for column in (loads, days["in_force"]))  # fmt: skip
    lines = [Line(say("load.line"), "accent", values, _texts(values, say), _key(values, say))]
    if any(each is not None for each in limits):
        lines.append(Line(say("load.limit"), "neutral", limits, _texts(limits, say), _key(limits, say)))
    highest = max(each for line in lines for each in line.values if each is not None)
    form = Lines(
        tuple(lines), _year_labels(days["day"], say), axis_title=say("load.axis"),
        y_ticks=tuple((mark, say.number(mark)) for mark in whole_marks(0, highest, 5)),
    )  # fmt: skip
    headline = _load_headline(rows_of(days.assign(load=loads))[-1], say)
    last = rows_of(released["days"])[-1]
    unassigned = last["unassigned"]
    notes = "" if unassigned == 0 else say("note.unassigned", n=say.about(unassigned, math.isnan(unassigned)))
    n = say("note.children", n=say.about(last["persons"], math.isnan(last["persons"])))
    return Chart(form, headline, say("load.subtitle"), footer(say, n, notes), say("load.alt", headline=headline))


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw children per worker by area in the course of the last year, against the limit."""
    table, loads = area_loads(released)
    known = loads["value"].notna() & (table.frame["area"] != "unknown")
    if not known.any():
        return nothing(say("areas.nothing"), say)
    limit = limit_in_force(released)
    day = day_name(last_day(released), say)
    far = _over(table.frame[known].join(loads[known]), limit)
    here = type(table)(table.name, table.declaration, table.frame[known], table.masked[known])
    form = forest(
        here, say, over="area", n="persons", estimates=loads[known],
        reference=loads["value"].mean() if math.isnan(limit) else limit, log=False, digits=0,
        bold="" if far.empty else str(far["area"].iloc[0]), axis_title=say("areas.axis"),
        reference_text="" if math.isnan(limit) else say("areas.limit", n=limit), text_title=say("areas.text"),
        n_title=say("areas.n"),
    )  # fmt: skip
    headline = _areas_headline(far, loads[known], limit, say)
    left = int((~known).sum())
    number = float(table.frame.loc[known, "persons"].sum())
    n = say("note.in_areas", n=say.about(number)) if number > 0 else ""
    note = footer(say, n, say("note.areas", n=left) if left else "")
    alt = say("areas.alt", headline=headline, n=len(form.rows))
    return Chart(form, headline, say("areas.subtitle", day=day), note, alt)


def bands(released: ReleasedResult, say: Say) -> Chart:
    """Draw children by how many children their worker has, once a year."""
    table = released.tables["bands"]
    days = groups_of(table, "day")
    if not days:
        return nothing(say("bands.nothing"), say)
    rows = [StackedRow(day_name(day, say), table, {"day": day}, _above_text(released, day, say)) for day in days]
    form = stacked(rows, say, of="persons", colours=_COLOURS, axis_title=say("bands.axis"))
    headline = _bands_headline(released, days[-1], say)
    note = footer(say, _n(released, say))
    return Chart(form, headline, say("bands.subtitle"), note, say("bands.alt", headline=headline))


def _n(released: ReleasedResult, say: Say) -> str:
    """Return how many children with a responsible worker there are on the last counted day."""
    last = rows_of(released["days"])[-1]["assigned"]
    return say("note.assigned", n=say.about(last, math.isnan(last)))


def _half_years(days: pd.DataFrame) -> pd.DataFrame:
    """Return the counted days that lie whole half-years before the last one."""
    months = [12 * day.year + day.month for day in map(datetime.date.fromisoformat, days["day"].astype(str))]
    apart = [(months[-1] - month) % _HALF_YEAR == 0 for month in months]
    return days.loc[days.index[apart]].reset_index(drop=True)


def _texts(values: Sequence[float | None], say: Say) -> tuple[str, ...]:
    return tuple("" if value is None else say.number(value) for value in values)


def _key(values: Sequence[float | None], say: Say) -> str:
    known = [value for value in values if value is not None]
    return f"{say.number(known[0])} → {say.number(known[-1])}" if len(known) > 1 else ""


def _year_labels(days: pd.Series, say: Say) -> tuple[str, ...]:
    """Name every other day, backwards from the last one."""
    named = [str(day) for day in days]
    return tuple(day_name(day, say) if (len(named) - 1 - at) % 2 == 0 else "" for at, day in enumerate(named))


def _load_headline(last: dict[str, float], say: Say) -> str:
    words = {"day": day_name(str(last["day"]), say), "limit": last["in_force"]}
    if math.isnan(last["load"]):
        return say("load.headline.hidden", **words)
    words["n"] = say.about(last["load"])
    if math.isnan(last["in_force"]):
        return say("load.headline.no_limit", **words)
    return say(f"load.headline.{'over' if last['load'] > last['in_force'] else 'within'}", **words)


def _over(known: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Return the areas surely above the limit in the year, the largest load first."""
    return known[known["lower"] > limit].sort_values(["value", "area"], ascending=[False, True])


def _areas_headline(far: pd.DataFrame, loads: pd.DataFrame, limit: float, say: Say) -> str:
    if math.isnan(limit):
        return say("areas.headline.no_limit", low=loads["value"].min(), high=loads["value"].max())
    if far.empty:
        return say("areas.headline.unclear" if (loads["upper"] > limit).any() else "areas.headline.within", limit=limit)
    words = {"area": say.label("areas", far["area"].iloc[0]), "n": say.about(float(far["value"].iloc[0]))}
    return say(f"areas.headline.{'one' if len(far) == 1 else 'many'}", limit=limit, count=len(far), **words)


def _above(released: ReleasedResult, day: str) -> tuple[float, float]:
    """Return the limit in force on a counted day, and the share of children whose worker has more; NaN: not known."""
    days = released["days"]
    limit = float(days.loc[days["day"] == day, "in_force"].iloc[0])
    found = against(released.tables["bands"], limit + 1, group={"day": day}) if not math.isnan(limit) else None
    return limit, math.nan if found is None else found.share


def _above_text(released: ReleasedResult, day: str, say: Say) -> str:
    limit, share = _above(released, day)
    return "" if math.isnan(share) else say("bands.above", share=say.percent(share), limit=limit)


def _bands_headline(released: ReleasedResult, day: str, say: Say) -> str:
    limit, share = _above(released, day)
    words = {"day": day_name(day, say), "limit": limit}
    if math.isnan(share):
        return say("bands.headline.unknown", **words)
    return say(f"bands.headline.{'share' if share > 0 else 'none'}", share=say.percent(share), **words)
