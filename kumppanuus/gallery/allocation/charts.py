"""The chart: posts now and as proposed, and what the limits cost."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.allocation import allocation, planned, signed
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

LONGEST = 110
"""Characters of a headline; what would make it longer is left to the picture."""


def plan(released: ReleasedResult, say: Say) -> Chart:
    """Draw the posts of every service now and as proposed."""
    table, limits = released.tables["services"], released.tables["limits"]
    names = {"over": "service", "now": "posts_now", "proposed": "posts_proposed"}
    rows = planned(table, **names)
    known = rows.dropna(subset=["change"])
    if known.empty:
        return nothing(say("plan.nothing"), say)

    def price(days: float) -> str:
        return say("unit.days", n=days) if days else say("plan.no_limit")

    form = allocation(
        table, say, **names, now_name=say("plan.now"), proposed_name=say("plan.proposed"), unit=say("plan.unit"),
        prices=limits, limit="limit", price="days_saved", price_text=price, prices_title=say("plan.prices"),
    )  # fmt: skip
    headline = _headline(known, limits.frame, say)
    left = len(table.frame) - len(form.rows)
    sums = {name: float(known[of].sum()) for name, of in (("now", "posts_now"), ("then", "posts_proposed"))}
    note = footer(say, say("note.posts", **sums), say("note.left_out", n=left) if left else "")
    rows_said = [f"{row.label}: {row.text}" for row in form.rows]
    alt = ". ".join([headline, *rows_said, *(f"{each.label}: {each.text}" for each in form.prices)])
    return Chart(form, headline, say("plan.subtitle"), note, f"{alt}.")


def _headline(known: pd.DataFrame, limits: pd.DataFrame, say: Say) -> str:
    """Say what grows and what shrinks most, and the tightest limit where there is room for it."""
    ordered = known.sort_values(["change", "service"], ascending=[False, True])
    most, least = ordered.iloc[0], ordered.iloc[-1]
    words = {
        "more": say.label("helps", most["service"]), "plus": signed(float(most["change"]), say),
        "less": say.label("helps", least["service"]), "minus": signed(float(least["change"]), say),
    }  # fmt: skip
    up, down = most["change"] > 0, least["change"] < 0
    case = "shift" if up and down else "more" if up else "less" if down else "none"
    headline = say(f"plan.headline.{case}", **words)
    if case == "shift" and len(headline) > LONGEST:
        headline = say("plan.headline.more", **words)
    binding = limits[limits["days_saved"] > 0].sort_values(["days_saved", "limit"], ascending=[False, True])
    if binding.empty:
        return headline
    longer = say("plan.headline.limited", headline=headline, limit=say.label("limits", binding["limit"].iloc[0]))
    return longer if len(longer) <= LONGEST else headline
