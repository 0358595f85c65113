"""The picture of what the services of a family cost by area. Protected numbers only."""

from __future__ import annotations

import math

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import last_year, rows_of, year_name
from kumppanuus.drawing import Bar, Bars, Chart
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.intervals import normal_quantile

_MOST = 15


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the cost per family of each area in the last full year, and name a difference only when it is clear."""
    year, frame = last_year(released), released["areas"]
    rows = [
        {**row, "label": say.label("areas", row["area"])}
        for row in rows_of(frame[frame["per_family_eur"].notna()])
        if row["area"] != "unknown"
    ]
    if not rows:
        return nothing(say("areas.nothing"), say)
    ranked = sorted(rows, key=lambda row: (-row["per_family_eur"], row["label"]))
    top, low = ranked[0], ranked[-1]
    clear = len(ranked) > 1 and _apart(top, low, len(ranked))
    bars = tuple(
        Bar(row["label"], row["per_family_eur"], say.euros(row["per_family_eur"]),
            "accent" if clear and not place else "neutral", say("areas.cost", cost=say.euros(row["cost_eur"])),
            bold=clear and not place)
        for place, row in enumerate(ranked[:_MOST])
    )  # fmt: skip
    words = {"high": top["label"], "most": say.euros(top["per_family_eur"]), "low": low["label"],
             "least": say.euros(low["per_family_eur"]), "year": year}  # fmt: skip
    headline = say(f"areas.headline.{'one' if len(ranked) == 1 else 'differ' if clear else 'alike'}", **words)
    hidden = int(frame["cost_eur"].isna().sum())
    told = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return Chart(
        Bars(bars, say("areas.axis")), headline, say("areas.subtitle", year=year_name(released, year, say)),
        footer(say, families_text(released, year, say), say("left_out.areas", n=hidden) if hidden else ""),
        f"{headline}. {told}.",
    )  # fmt: skip


def families_text(released: ReleasedResult, year: str, say: Say) -> str:
    """Return n of a year."""
    years = released["years"]
    found = years.loc[years["year"] == year, "families"]
    number = float(found.iloc[0]) if len(found) else math.nan
    return say("n.families", n=say.about(number, math.isnan(number)), year=year)


def _apart(top: dict[str, float], low: dict[str, float], n: int) -> bool:
    """Say whether the dearest area is surely dearer a family than the cheapest one, of all pairs looked at."""
    if not low["per_family_eur"] > 0:
        return False
    half = math.hypot(float(top["cost_margin"]), float(low["cost_margin"]))
    wider = normal_quantile(1 - 0.05 / (n * (n - 1) / 2)) / normal_quantile()
    return math.log(top["per_family_eur"] / low["per_family_eur"]) > half * wider
