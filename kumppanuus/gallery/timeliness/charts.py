"""The chart: share of assessments in time by team, as a funnel."""

from __future__ import annotations

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.funnel import Placed, funnel, placed_units
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

LONGEST = 120
"""Characters of a headline; a longer one says less."""


def teams(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share in time of every team against the limits of chance."""
    table = released.tables["teams"]
    found = placed_units(table, part="in_time", of="persons", share="share")
    if found.rows.empty:
        return nothing(say("teams.nothing"), say)
    form = funnel(
        table, say, over="team", part="in_time", of="persons", share="share", x_title=say("teams.x"),
        y_title=say("teams.y"), centre_text=say("teams.all", share=say.percent(found.centre)),
    )  # fmt: skip
    headline = _headline(found, say)
    left = len(table.frame) - len(form.units)
    note = say("note.left_out", n=left) if left else ""
    total = say("note.n", n=float(found.rows["persons"].sum()), teams=len(found.rows))
    named = [f"{unit.label}: {unit.text}" for unit in form.units if unit.named]
    alt = ". ".join([headline, say("teams.alt", n=len(form.units), share=say.percent(found.centre)), *named])
    return Chart(form, headline, say("teams.subtitle"), footer(say, total, note), f"{alt}.")


def _headline(found: Placed, say: Say) -> str:
    """Say the team farthest out, those that are late first; or that chance explains the differences."""
    everyone = say.percent(found.centre)
    for side, direction in ((-1, "below"), (1, "above")):
        rows = found.rows[found.rows["outside"] == side]
        if rows.empty:
            continue
        first = rows.assign(far=-(rows["share"] - found.centre).abs()).sort_values(["far", "team"]).iloc[0]
        words = {"label": say.label("teams", first["team"]), "share": say.percent(float(first["share"]))}
        case = f"{direction}_one" if len(rows) == 1 else f"{direction}_many"
        headline = say(f"teams.headline.{case}", **words, all=everyone, n=len(rows))
        return headline if len(headline) <= LONGEST else say("teams.headline.short", **words, all=everyone)
    return say("teams.headline.unclear" if len(found.rows) > 1 else "teams.headline.alone", all=everyone)
