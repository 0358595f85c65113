"""Pictures of a proposal of partners, in internal runs that were asked for it."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow, Level, Segment, StackedBars
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.partners import FATES

_STYLES: dict[str, tuple[Level, bool]] = {
    "kept": ("neutral", False), "moved": ("accent", False), "new": ("early", False), "without": ("corrective", False)
}  # fmt: skip
_MOST = 15
_OVER = "over_limit"
_LEAST = 5
_FALL = 5.0
"""A share that falls by so many percentage points is told before any that rises."""


def partners(released: ReleasedResult, say: Say) -> Chart:
    """Draw what becomes of the families of each area, and say how full the workers are before and after."""
    plan, rows = released["partner_plan"], released["partner_areas"]
    if plan.empty or rows.empty:
        return nothing(say("partners.nothing"), say)
    totals = rows.groupby("area")["families"].sum().sort_values(ascending=False, kind="stable").head(_MOST)
    cells = rows.set_index(["area", "fate"])["families"].astype(float)
    bars = tuple(
        (
            say.label("areas", area),
            tuple(_part(cells, str(area), fate, say) for fate in FATES if (area, fate) in cells.index),
            say.number(float(total)),
        )
        for area, total in totals.items()
    )
    found = set(rows["fate"])
    key = tuple((say.label("partner_fates", fate), *_STYLES[fate]) for fate in FATES if fate in found)
    one = rows_of(plan)[0]
    without = float(rows.loc[rows["fate"] == "without", "families"].sum())
    now, then = (_over(released, when) for when in ("now", "proposed"))
    case = "without" if without else "all"
    headline = say(f"partners.headline.{case}", moves=one["moves"], families=one["families"], without=without)
    notes = [
        say("partners.loads", limit=say.number(one["in_force"]), now=say.number(now), then=say.number(then)),
        say("partners.gap", percent=say.percent(one["gap_thousandths"] / 1000, 1)),
    ]
    told = "; ".join(
        f"{label}: " + ", ".join(f"{part.label} {part.text}" for part in parts) for label, parts, _ in bars
    )
    form = StackedBars(bars, key, axis_title=say("partners.axis"))
    n = say("n.families", n=say.number(one["families"]))
    return Chart(form, headline, say("partners.subtitle"), footer(say, n, *notes), f"{headline}. {told}.")


def partner_fit(released: ReleasedResult, say: Say) -> Chart:
    """Draw by language and area which share of the families has a partner of its language and area, now and then."""
    rows = [*_fits(released, "partner_languages", "language", "languages", say),
            *_fits(released, "partner_areas", "area", "areas", say)][:12]  # fmt: skip
    if not rows:
        return nothing(say("partner_fit.nothing"), say)
    ticks = tuple((float(mark), say.percent(mark / 100)) for mark in (0, 25, 50, 75, 100))
    form = Dumbbell(tuple(rows), say("plans.now"), say("plans.proposed"), ticks, say("partner_fit.axis"))
    most, least = (how(rows, key=lambda row: (_gain(row), row.label)) for how in (max, min))
    case, top = ("less", least) if _gain(least) <= -_FALL else ("more", most) if _gain(most) >= 1 else ("same", most)
    words = {
        "name": top.label,
        "now": say.percent((top.start or 0.0) / 100),
        "then": say.percent((top.end or 0.0) / 100),
    }
    headline = say(f"partner_fit.headline.{case}", **words)
    told = "; ".join(f"{row.label}: {row.start_text} → {row.end_text}" for row in rows)
    n = say("n.families", n=say.number(rows_of(released["partner_plan"])[0]["families"]))
    return Chart(form, headline, say("partner_fit.subtitle"), footer(say, n), f"{headline}. {told}.")


def _gain(row: DumbbellRow) -> float:
    return (row.end or 0.0) - (row.start or 0.0)


def _part(cells: pd.Series[float], area: str, fate: str, say: Say) -> Segment:
    value = float(cells[area, fate])
    colour, pattern = _STYLES[fate]
    return Segment(say.label("partner_fates", fate), value, say.number(value) if value else "", colour, pattern)


def _over(released: ReleasedResult, when: str) -> float:
    rows = released["partner_loads"]
    return float(rows.loc[(rows["when"] == when) & (rows["fullness"] == _OVER), "persons"].sum())


def _fits(released: ReleasedResult, table: str, column: str, codes: str, say: Say) -> list[DumbbellRow]:
    sums = released[table].groupby(column)[["families", "fitted", "fitting"]].sum().astype(float)
    told = sums[sums["families"] >= _LEAST].reset_index()
    return [
        DumbbellRow(
            say(f"partner_fit.{column}", name=say.label(codes, row[column])), 100 * row["fitted"] / row["families"],
            100 * row["fitting"] / row["families"],
            "" if row["fitted"] == row["fitting"] else say.percent(row["fitted"] / row["families"]),
            say.percent(row["fitting"] / row["families"]), "accent" if row["fitting"] > row["fitted"] else "neutral",
        )
        for row in rows_of(told) if row[column] != "unknown"
    ]  # fmt: skip
