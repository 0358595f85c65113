"""The chart: how the cost of services piles up from family to family."""

from __future__ import annotations

import math

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Chart
from kumppanuus.forms.lorenz import gini_of, headline_top, lorenz, points_of, top_share
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

UNEVEN, EVEN = 3.0, 1.5
"""How many times its share of the families the top has of the cost: from which on cost is concentrated, up to which it
is spread."""


def costs(released: ReleasedResult, say: Say) -> Chart:
    """Draw the Lorenz curve of cost with bars of what the top families cost."""
    table = released.tables["costs"]
    if not points_of(table, "share"):
        return nothing(say("costs.nothing"), say)
    form = lorenz(
        table, say, of="share", top=lambda share: say("costs.top", share=share),
        bottom=lambda share: say("costs.bottom", share=share),
        x_label=say("costs.x"), y_label=say("costs.y"), equal=say("costs.equal"), bars_title=say("costs.bars"),
    )  # fmt: skip
    headline = costs_headline(table, say)
    note = footer(
        say, _n(table, say), say("note.gini", gini=say.number(gini_of(table, "share"), 2), n=len(table.frame))
    )
    alt = ". ".join([headline, *(f"{bar.label}: {bar.text}" for bar in form.bars)])
    return Chart(form, headline, say("costs.subtitle"), note, f"{alt}.")


def costs_headline(table: ReleasedTable, say: Say) -> str:
    """Say what the top families cost, and whether that is much more than their share of the families."""
    top = headline_top(table, "share")
    share = top_share(table, top, "share")
    if math.isnan(share):
        return say("costs.headline.unclear")
    times = round(share / top, 6)
    case = "uneven" if times >= UNEVEN else "even" if times <= EVEN else "some"
    return say(f"costs.headline.{case}", top=say.percent(top), share=say.percent(share))


def _n(table: ReleasedTable, say: Say) -> str:
    families = table.frame["families"]
    return "" if families.isna().any() else say("note.n", n=float(families.sum()))
