"""The charts: ends of all relationships over time, ends by level after a year, planned ends by service."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Chart, Level, Segment, StackedBars
from kumppanuus.forms.forest import forest
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.states import published_at, shares_over_time, states
from kumppanuus.language.say import Say, footer
from kumppanuus.register.calendar import month_day

OPEN, PLANNED = "open", "planned"
ORDER = (PLANNED, "moved", "adult", "other", "dropped", "escalated", OPEN)
"""Layers from the bottom up."""
COLOURS: Mapping[str, Level] = MappingProxyType(
    {PLANNED: "universal", "moved": "accent", "adult": "neutral", "other": "neutral", "dropped": "special",
     "escalated": "corrective", OPEN: "hidden"}
)  # fmt: skip
MOST_LAYERS = 6
"""So many, the one still open among them, are legible."""
UNREASONED = frozenset({"other", "adult"})
"""Causes that are known without anybody having given a reason."""
TOLD = 12
"""Month that headlines and the charts by level and service speak of."""


def everybody(released: ReleasedResult, say: Say) -> Chart:
    """Draw how all relationships have ended as time goes by, and which share is still open."""
    table = _with_open(released.tables["everybody"])
    shares = shares_over_time(table, "share", "cause", "time")
    if shares.empty:
        return nothing(say("everybody.nothing"), say)
    form = states(
        table, say, of="share", over="cause", time="time", order=ORDER, colours=COLOURS,
        x_label=say("everybody.axis"), axis_title=say("everybody.height"),
    )  # fmt: skip
    month = published_at(shares, TOLD)
    month = month if month > 0 else float(shares.index.max())
    headline = _everybody_headline(shares[shares.index == month].iloc[0], month, say)
    alt = ". ".join([headline, *(f"{state.label}: {state.text}" for state in form.states)])
    note = footer(say, _n(table.frame, say), say("note.late"))
    return Chart(form, headline, say("everybody.subtitle"), note, f"{alt}.")


def levels(released: ReleasedResult, say: Say) -> Chart:
    """Draw how the relationships of each level have ended after a year."""
    table = released.tables["levels"]
    found = _at(table, TOLD)
    if found.empty:
        return nothing(say("levels.nothing"), say)
    shown = [code for code in ORDER if code in set(found["cause"]) | {OPEN}]
    rows = tuple(
        (say.label("levels", level), _segments(part, shown, say), "")
        for level, part in found.groupby("level", sort=False)
    )
    key = tuple((say.label("end_causes", code), COLOURS[code], code == "other") for code in shown)
    reasons = not set(found["cause"].astype(str)) <= UNREASONED
    planned = _planned(found, "level", "levels", say)
    headline = _contrast("levels", planned, say) if reasons else say("levels.headline.no_reasons")
    said = [f"{label}: {', '.join(f'{part.label} {part.text}' for part in parts)}" for label, parts, _ in rows]
    missing = _not_shown(table, found, "level", "levels", say)
    note = footer(say, _n(released["everybody"], say), missing)
    return Chart(
        StackedBars(rows, key, axis_title=say("levels.axis")), headline, say("levels.subtitle"), note,
        ". ".join([headline, *said]) + ".",
    )  # fmt: skip


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share has ended as planned after a year in each service, against that of all relationships."""
    table = released.tables["services"]
    found = _at(table, TOLD)
    planned = found[found["cause"] == PLANNED].dropna(subset=["lower", "upper"])
    all_of = _at(released.tables["everybody"], TOLD)
    reference = all_of.loc[all_of["cause"] == PLANNED, "share"]
    if planned.empty or reference.empty:
        known = set(released["everybody"]["cause"].astype(str)) - UNREASONED
        return nothing(say("services.nothing" if known or found.empty else "services.no_reasons"), say)
    rows = replace(
        table, frame=planned.drop(columns=["share", "lower", "upper"]), masked=table.masked.loc[planned.index]
    )
    estimates = (planned[["share", "lower", "upper"]].astype(float) * 100).round()
    form = forest(
        rows, say, over="service", n="persons", estimates=estimates.rename(columns={"share": "value"}),
        reference=float(round(100 * reference.iloc[0])), log=False, below="special", above="universal",
        axis_title=say("services.axis"), below_text=say("services.below"), above_text=say("services.above"),
        text_title=say("services.text"), n_title=say("services.n"),
        reference_text=say("services.reference", share=say.percent(float(reference.iloc[0]))),
    )  # fmt: skip
    headline = _contrast("services", _planned(found, "service", "services", say), say)
    said = [f"{row.label}: {row.text}" for row in form.rows]
    left = len(planned) - len(form.rows)
    notes = (_not_shown(table, found, "service", "services", say), say("note.left_out", n=left) if left else "")
    note = footer(say, _n(released["everybody"], say), *notes)
    return Chart(form, headline, say("services.subtitle"), note, ". ".join([headline, *said]) + ".")


def _with_open(table: ReleasedTable) -> ReleasedTable:
    """Return the table with one more row a published time: what is left of 100 % is still open."""
    points = table.frame.dropna(subset=["share"])
    if points["cause"].nunique() >= MOST_LAYERS:  # coming of age, the rarest, is shown among other reasons
        named = points.assign(cause=points["cause"].astype(str).replace("adult", "other"))
        summed = named.groupby(["time", "cause"], sort=False)["share"].sum().reset_index()
        points = named.drop(columns=["share"]).drop_duplicates(["time", "cause"]).merge(summed, on=["time", "cause"])
    rest = points.groupby("time", sort=False)["share"].sum().rsub(1.0).clip(lower=0.0).round(6).reset_index()
    first = points.drop_duplicates("time").drop(columns=["share"])
    return replace(table, frame=pd.concat([points, first.merge(rest, on="time").assign(cause=OPEN)]))


def _at(table: ReleasedTable, month: int) -> pd.DataFrame:
    """Return the rows published for a month."""
    frame = table.frame
    return frame[frame["time"] == month_day(month)].dropna(subset=["share"])


def _everybody_headline(shares: pd.Series, month: float, say: Say) -> str:
    """Say how many have ended as planned, dropped out and are still open; what is not published is not said."""
    words = {code: say.percent(float(shares[code])) for code in (PLANNED, "dropped", "escalated") if code in shares}
    still = say.percent(float(shares[OPEN]))
    if PLANNED not in words:
        case = "no_reasons" if set(shares.index) <= {*UNREASONED, OPEN} else "open"
        return say(f"everybody.headline.{case}", months=round(month), open=still)
    case = "three" if len(words) == 3 else "planned"
    return say(f"everybody.headline.{case}", months=round(month), open=still, **words)


def _planned(found: pd.DataFrame, over: str, codes: str, say: Say) -> pd.DataFrame:
    """Return the shares of planned ends with their limits, the largest first."""
    rows = found[found["cause"] == PLANNED].dropna(subset=["lower", "upper"])
    labels = [say.label(codes, code) for code in rows[over]]
    return rows.assign(label=labels, size=-rows["share"]).sort_values(["size", over], ignore_index=True)


def _contrast(chart: str, planned: pd.DataFrame, say: Say) -> str:
    """Say the largest and the smallest share of planned ends, unless their intervals overlap."""
    if planned.empty:
        return say(f"{chart}.headline.none", months=TOLD)
    most, least = planned.iloc[0], planned.iloc[-1]
    words = {"months": TOLD, "most": most["label"], "high": say.percent(float(most["share"]))}
    if len(planned) == 1:
        return say(f"{chart}.headline.one", **words)
    words |= {"least": least["label"], "low": say.percent(float(least["share"]))}
    clear = float(most["lower"]) > float(least["upper"])
    return say(f"{chart}.headline.{'contrast' if clear else 'unclear'}", **words)


def _segments(part: pd.DataFrame, shown: list[str], say: Say) -> tuple[Segment, ...]:
    shares = {str(code): float(share) for code, share in zip(part["cause"], part["share"], strict=True)}
    shares[OPEN] = max(round(1.0 - sum(shares.values()), 6), 0.0)
    return tuple(
        Segment(say.label("end_causes", code), shares[code], say.percent(shares[code]), COLOURS[code], code == "other")
        for code in shown
        if code in shares
    )


def _not_shown(table: ReleasedTable, found: pd.DataFrame, over: str, codes: str, say: Say) -> str:
    """Return the note on levels or services that have no published share at the month."""
    hidden = [code for code in table.frame[over].unique() if code not in set(found[over])]
    return say("note.hidden", labels=", ".join(say.label(codes, code) for code in hidden)) if hidden else ""


def _n(frame: pd.DataFrame, say: Say) -> str:
    """Return how many clients all relationships together have; one client can be in several groups."""
    sizes = frame["persons"].astype(float)
    return say("note.n", n=float(sizes.max())) if len(sizes) and not math.isnan(sizes.max()) else ""
