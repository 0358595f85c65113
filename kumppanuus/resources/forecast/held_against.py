"""The charts that hold the forecast against something: what came, and the places there are."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.forest import clear_rows, forest_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say
from kumppanuus.resources.forecast.charts import MOST, note
from kumppanuus.resources.forecast.declared import CHECKED

MOST_NAMED = 2


def check(released: ReleasedResult, say: Say) -> Chart:
    """Draw how far a forecast made two years earlier would have been from what came, by service."""
    rows = released["checks"]
    rows = rows[rows["came"] > 0].reset_index(drop=True)
    if rows.empty:
        return nothing(say("check.nothing"), say)
    shown = rows.sort_values(["came", "service"], ascending=[False, True]).head(MOST)
    drawn = _errors(shown).assign(
        label=[say.label("services", code) for code in shown["service"]],
        n_text=[f"{say.number(row['forecast'])} / {say.number(row['came'])}" for row in shown.to_dict("records")],
        bold=False,
    )  # fmt: skip
    inside, total = int(rows["inside"].sum()), released["all_checks"].iloc[0]
    words = {"n": inside, "all": len(rows), "forecast": float(total["forecast"]), "came": float(total["came"])}
    headline = say("check.headline.result", **words)
    form = forest_of(
        drawn.sort_values(["value", "label"], ascending=[False, True]), say, reference=0.0, log=False, below="special",
        above="special", digits=0, reference_text=say("check.same"), below_text=say("check.too_few"),
        above_text=say("check.too_many"), axis_title=say("check.axis"), text_title=say("check.error"),
        n_title=say("check.numbers"),
    )  # fmt: skip
    year = str(rows["year"].iloc[0])
    return Chart(form, headline, say("check.subtitle", year=year), note(released, say, say("check.expected")),
                 say("check.alt", headline=headline, n=len(drawn)))  # fmt: skip


def places(released: ReleasedResult, say: Say) -> Chart:
    """Draw the clients of two years ahead as a share of today's places, with the person-years they take."""
    rows = released["needed"].dropna(subset=["share"]).reset_index(drop=True)
    if rows.empty:
        return nothing(say("places.nothing" if released["places"]["places"].isna().all() else "places.unknown"), say)
    shown = rows.sort_values(["share", "service"], ascending=[False, True]).head(MOST)
    percents = {name: 100 * shown[of] for name, of in (
        ("value", "share"), ("lower", "share_lower"), ("upper", "share_upper"))}  # fmt: skip
    drawn = shown.assign(
        **percents,
        label=[say.label("services", code) for code in shown["service"]],
        n_text=[_staff(row, say) for row in shown.to_dict("records")],
        bold=False,
    ).assign(
        lower=lambda each: each[["lower", "value"]].min(axis=1), upper=lambda each: each[["upper", "value"]].max(axis=1)
    )
    form = forest_of(
        drawn, say, reference=100.0, log=False, below="early", above="special", digits=0,
        reference_text=say("places.full"), below_text=say("places.enough"), above_text=say("places.too_few"),
        axis_title=say("places.axis"), text_title=say("places.share"), n_title=say("places.staff"),
    )  # fmt: skip
    headline = _places_headline(drawn, say)
    return Chart(form, headline, say("places.subtitle"), note(released, say, say("places.as_today")),
                 say("places.alt", headline=headline, n=len(drawn)))  # fmt: skip


def _errors(rows: pd.DataFrame) -> pd.DataFrame:
    """Return forecast minus what came, in per cent of what came, with limits that hold the estimate."""
    parts = pd.DataFrame(
        {name: (100 * (rows[of] / rows["came"] - 1)).round() for name, of in (
            ("value", "forecast"), ("lower", "lower"), ("upper", "upper"))}
    )  # fmt: skip
    return parts.assign(lower=parts[["lower", "value"]].min(axis=1), upper=parts[["upper", "value"]].max(axis=1))


def _staff(row: Mapping[Hashable, float], say: Say) -> str:
    if not row["fte_needed"] > 0:
        return "–"
    return f"{say.number(row['fte'], 1)} → {say.number(row['fte_needed'], 1)}"


def _places_headline(rows: pd.DataFrame, say: Say) -> str:
    over = rows[rows["value"] > 100]
    sure = rows[[clear and value > 100 for clear, value in zip(clear_rows(rows, 100.0), rows["value"], strict=True)]]
    if len(over):
        named = sure if len(sure) else over
        return say(f"places.headline.{'over' if len(sure) else 'perhaps'}", labels=_named(named, say), months=CHECKED)
    if len(rows) == 1:
        return say("places.headline.enough_one", label=rows["label"].iloc[0], months=CHECKED)
    return say("places.headline.enough", n=len(rows), months=CHECKED)


def _named(rows: pd.DataFrame, say: Say) -> str:
    """Return the names of the first two, and how many more there are."""
    more = len(rows) - MOST_NAMED
    return ", ".join([*rows["label"].head(MOST_NAMED), *([say("places.others", n=more)] if more > 0 else [])])
