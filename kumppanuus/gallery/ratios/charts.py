"""The chart: observed over expected by district, as a forest."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.forest import clear_rows, forest, ratios_to_expected
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many children are in open care for every one expected."""
    table = released.tables["areas"]
    estimates = ratios_to_expected(table, of="persons", expected="expected")
    known = table.frame.join(estimates).dropna(subset=["value"])
    if known.empty:
        return nothing(say("areas.nothing"), say)
    farthest = _farthest(known)
    form = forest(
        table, say, over="district", n="persons", estimates=estimates,
        bold="" if farthest is None else str(farthest["district"]), axis_title=say("areas.axis"),
        below_text=say("areas.below"), above_text=say("areas.above"), reference_text=say("areas.reference"),
        text_title=say("areas.text"), n_title=say("areas.n"),
    )  # fmt: skip
    headline = _headline(farthest, say)
    left, hidden = len(table.frame) - len(form.rows), sum(row.value is None for row in form.rows)
    notes = (
        say("note.hidden", n=hidden) if hidden else "",
        say("note.left_out", n=left) if left else "",
    )
    total = float(known["persons"].sum())
    alt = ". ".join([headline, *(f"{row.label}: {row.text}" for row in form.rows)])
    return Chart(form, headline, say("areas.subtitle"), footer(say, say("note.n", n=total), *notes), f"{alt}.")


def _farthest(known: pd.DataFrame) -> pd.Series | None:
    """Return the row farthest from "as expected", of those whose interval does not hold it."""
    clear = known[clear_rows(known)]
    if clear.empty:
        return None
    order = clear.assign(far=clear["value"].map(lambda ratio: -abs(math.log(ratio))))
    return order.sort_values(["far", "district"]).iloc[0]


def _headline(row: pd.Series | None, say: Say) -> str:
    if row is None:
        return say("areas.headline.unclear")
    label, ratio = say.label("districts", row["district"]), float(row["value"])
    if ratio > 1:
        return say("areas.headline.above", label=label, ratio=say.number(ratio, 0 if ratio >= 10 else 1))
    return say("areas.headline.below", label=label, share=say.percent(ratio))
