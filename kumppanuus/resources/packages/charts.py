"""Pictures of needs and of the services that answer them, today and in a proposal. Released numbers only."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Allocation, AllocationRow, Chart, Dumbbell, DumbbellRow, Level
from kumppanuus.drawing.spec import Form
from kumppanuus.forms.allocation import signed
from kumppanuus.forms.axis import round_marks, whole_marks
from kumppanuus.forms.forest import forest_of
from kumppanuus.forms.heatmap import heatmap
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.register.segments import NOT_A_CLIENT
from kumppanuus.resources.packages.partner_charts import partner_fit, partners
from kumppanuus.resources.packages.shown import with_percents

__all__ = ["needs", "packages", "partner_fit", "partners", "plans", "segments"]
_SAME = 2
"""Shares that differ by no more percentage points than this are called the same."""
_MOST_ROWS = 15
_ROWS = 7
"""Changes drawn: their names take two lines."""
_FEW = 7
"""A change of fewer families than a class of rounding has is none to speak of."""

Row = dict[str, Any]


def needs(released: ReleasedResult, say: Say) -> Chart:
    """Draw of each need the share of its families who are in a service that answers it."""
    known = released["answered"].dropna(subset=["percent"]).merge(released["needs"][["need", "families"]], on="need")
    if known.empty:
        return nothing(say("needs.nothing"), say)
    both = released["needs"].dropna(subset=["families", "met"])
    overall = min(round(100 * both["met"].sum() / both["families"].sum()), 100)
    drawn = known.assign(
        label=[say.label("needs", code) for code in known["need"]], value=known["percent"],
        n_text=[say.about(float(n)) for n in known["families"]],
    ).sort_values(["value", "label"], ascending=[True, True], ignore_index=True)  # fmt: skip
    clear = drawn[drawn["upper"] < overall]
    top = (clear if len(clear) else drawn).iloc[0]
    drawn["bold"] = (drawn["need"] == top["need"]) & bool(len(clear))
    form = forest_of(
        drawn.head(_MOST_ROWS), say, reference=float(overall), log=False, below="special", above="early", digits=0,
        reference_text=say("needs.reference", percent=say.percent(overall / 100)), text_title=say("needs.text"),
        n_title=say("needs.n"), axis_title=say("needs.axis"), below_text=say("needs.below"),
        above_text=say("needs.above"),
    )  # fmt: skip
    words = {"need": top["label"], "percent": say.percent(top["percent"] / 100), "all": say.percent(overall / 100)}
    headline = say(f"needs.headline.{'lowest' if len(clear) else 'alike'}", **words)
    left = len(released["needs"]) - len(known)
    more = len(drawn) - _MOST_ROWS
    notes = [say("left_out.needs", n=left) if left else "", say("left_out.rows", n=more) if more > 0 else ""]
    told = "; ".join(f"{row['label']}: {say.percent(row['percent'] / 100)}" for row in rows_of(drawn))
    return _chart("needs", form, headline, told, released, say, *notes)


def segments(released: ReleasedResult, say: Say) -> Chart:
    """Draw the same share by segment and need."""
    table = with_percents(released)
    told = table.frame[table.frame["share"].notna() & (table.frame["segment"] != NOT_A_CLIENT)]
    if told.empty:
        return nothing(say("segments.nothing"), say)
    order = [str(code) for code in dict.fromkeys(released["segments"]["segment"]) if code in set(told["segment"])]
    least = told.sort_values(["share", "families", "need"], ascending=[True, False, True]).iloc[0]
    form = heatmap(
        table, say, rows="need", columns="segment", of="share", column_order=order,
        row_order=[str(code) for code in dict.fromkeys(released["segment_needs"]["need"])],
        bold=(str(least["need"]), str(least["segment"])), scale_title=say("segments.scale"),
    )  # fmt: skip
    words = {"need": say.label("needs", least["need"]), "segment": say.label("segments", least["segment"])}
    headline = say("segments.headline.least", percent=say.percent(float(least["share"])), **words)
    without = _without(released, say)
    hidden = sum(cell.hidden for row in form.cells for cell in row)
    notes = [without, say("left_out.hidden", n=hidden) if hidden else ""]
    alt = "; ".join(
        f"{say.label('segments', row['segment'])} / {say.label('needs', row['need'])}: {say.percent(row['share'])}"
        for row in rows_of(told)
    )
    return _chart("segments", form, headline, alt, released, say, *notes)


def plans(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share of each segment's needs is answered, today and in a proposal that costs no more."""
    every = _plans(released, say)
    if not every:
        return nothing(say("plans.nothing"), say)
    gains = sorted((row["now_percent"] - row["proposed_percent"], place) for place, row in enumerate(every))
    rows = [every[place] for place in sorted(place for _, place in gains[:_MOST_ROWS])]
    drawn = tuple(
        DumbbellRow(row["label"], row["now_percent"], row["proposed_percent"], *_ends(row, say),
                    "accent" if _gains(row) else "neutral")
        for row in rows
    )  # fmt: skip
    most = max(max(row.start or 0.0, row.end or 0.0) for row in drawn)
    ticks = tuple((mark, say.percent(mark / 100)) for mark in round_marks(0.0, max(most, 1.0), 5))
    form = Dumbbell(drawn, say("plans.now"), say("plans.proposed"), ticks, say("plans.axis"))
    top = max(rows, key=lambda row: (row["proposed_percent"] - row["now_percent"], row["needs"]))
    case = "more" if _gains(top) else "same"
    words = {"now": say.percent(top["now_percent"] / 100), "proposed": say.percent(top["proposed_percent"] / 100)}
    headline = say(f"plans.headline.{case}", segment=top["label"], **words)
    told = "; ".join(f"{row.label}: {row.start_text} → {row.end_text}" for row in drawn)
    more = say("left_out.rows", n=len(every) - len(rows)) if len(every) > len(rows) else ""
    return _chart("plans", form, headline, told, released, say, *_judged(released, say), more)


def packages(released: ReleasedResult, say: Say) -> Chart:
    """Draw the services of which the proposal has most more or fewer families, segment by segment."""
    rows = released["packages"]
    rows = rows[rows["fixed"] == 0].assign(change=rows["proposed"] - rows["now"])
    moved = rows[rows["change"].abs() >= _FEW]
    if moved.empty:
        return nothing(say("packages.nothing" if rows.empty else "packages.same"), say)
    largest = moved.assign(size=moved["change"].abs()).sort_values(
        ["size", "segment", "service"], ascending=[False, True, True], kind="stable"
    ).head(_ROWS)  # fmt: skip
    shown = rows_of(largest.sort_values(["change", "segment", "service"], ascending=[False, True, True]))
    marks = whole_marks(0.0, max(max(row["now"], row["proposed"]) for row in shown), 4)
    texts = [say.number(mark) for mark in marks]
    form = Allocation(
        tuple(_plan_row(row, say) for row in shown), say("plans.now"), say("plans.proposed"),
        tuple(zip(marks, texts, strict=True)), say("packages.axis"),
    )  # fmt: skip
    up, down = shown[0], shown[-1]
    words = {"more": _named(up, say), "fewer": _named(down, say), "up": signed(up["change"], say),
             "down": signed(down["change"], say)}  # fmt: skip
    case = "both" if up["change"] > 0 > down["change"] else "more" if up["change"] > 0 else "fewer"
    headline = say(f"packages.headline.{case}", **words)
    left = len(moved) - len(shown)
    notes = [say("left_out.services", n=left) if left else "", *_judged(released, say)]
    told = "; ".join(f"{_named(row, say)}: {say.number(row['now'])} → {say.number(row['proposed'])}" for row in shown)
    return _chart("packages", form, headline, told, released, say, *notes)


def _chart(
    name: str, form: Form, headline: str, told: str, released: ReleasedResult, say: Say, *notes: str
) -> Chart:  # fmt: skip
    frame = released["everyone"]
    number = float(frame["families"].iloc[0]) if len(frame) else math.nan
    n = say("n.families", n=say.about(number, math.isnan(number)))
    return Chart(form, headline, say(f"{name}.subtitle"), footer(say, n, *notes), f"{headline}. {told}.")


def _without(released: ReleasedResult, say: Say) -> str:
    """Say how many families with a need were in no service."""
    rows = released["segments"]
    n = rows.loc[rows["segment"] == NOT_A_CLIENT, "families"].astype(float)
    return say("left_out.without", n=say.about(float(n.iloc[0]))) if len(n) and n.iloc[0] > 0 else ""


def _plans(released: ReleasedResult, say: Say) -> list[Row]:
    known = released["plans"].dropna(subset=["now_percent", "proposed_percent"])
    return [{**row, "label": say.label("segments", row["segment"])} for row in rows_of(known)]


def _gains(row: Row) -> bool:
    """Whether the proposal answers more by more than rounding alone may make."""
    return bool(row["proposed_percent"] - row["now_percent"] > max(_SAME, row["points_off"]))


def _ends(row: Row, say: Say) -> tuple[str, str]:
    now, then = (say.percent(row[f"{each}_percent"] / 100) for each in ("now", "proposed"))
    return ("" if now == then else now), then


def _plan_row(row: Row, say: Say) -> AllocationRow:
    colour: Level = "universal" if row["change"] > 0 else "special"
    label = say("packages.row", **_names(row, say))
    return AllocationRow(label, row["now"], row["proposed"], signed(row["change"], say), colour)


def _named(row: Row, say: Say) -> str:
    return say("packages.both", **_names(row, say))


def _names(row: Row, say: Say) -> dict[str, str]:
    return {each: say.label(f"{each}s", row[each]) for each in ("service", "segment")}


def _judged(released: ReleasedResult, say: Say) -> list[str]:
    """Say whether somebody has judged the benefits; the points of services differ where somebody has."""
    points: pd.Series[float] = released["packages"]["points"].astype(float)
    if points.nunique() < 2:
        return [say("note.unjudged")]
    return [say("note.judged", whose=say.names.get("study", {}).get("benefits_whose", ""))]
