"""Pictures of how many workers children and families have in a year. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level
from kumppanuus.forms.histogram import Against, against, bins_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.shares import published_shares
from kumppanuus.forms.stacked import StackedRow, counted, groups_of, stacked
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import difference_limits

MANY = 3
"""So many workers of a family in a year are many to tell the same things to."""
_MOST_BARS = 12
_COLOURS: Mapping[float, Level] = {1: "universal", 2: "neutral", 3: "special"}


def changes(released: ReleasedResult, say: Say) -> Chart:
    """Draw by service the share of children who had two workers or more in it in the last full year."""
    table = released.tables["services"]
    compared = int(table.frame["share"].notna().sum())
    rows = table.frame.join(published_shares(table, part="changed", of="persons", homes="families", compared=compared))
    rows = rows.drop(columns="share")
    known = rows[rows["value"].notna()]
    if known.empty:
        return nothing(say("changes.nothing"), say)
    named = known.assign(label=[say.label("services", code) for code in known["service"]])
    ranked = rows_of(named.sort_values(["value", "label"], ascending=[False, True]))
    bars = [
        Bar(
            row["label"],
            row["value"],
            say.percent(row["value"]),
            "accent" if place == 0 else "neutral",
            say("changes.detail", n=row["changed"], of=row["persons"]),
            bold=place == 0,
        )
        for place, row in enumerate(ranked[:_MOST_BARS])
    ]
    year, headline = str(table.frame["year"].iloc[0]), _changes_headline(ranked, released, say)
    left = len(table.frame) - len(bars)
    note = footer(say, _n(released, year, say), say("note.services", n=left) if left else "")
    alt = say("changes.alt", headline=headline, n=len(bars))
    return Chart(Bars(tuple(bars), say("changes.axis")), headline, say("changes.subtitle", year=year), note, alt)


def families(released: ReleasedResult, say: Say) -> Chart:
    """Draw families by their number of workers, year by year."""
    table = released.tables["family_workers"]
    years = groups_of(table, "year")
    known = [year for year in years if counted(bins_of(table, {"year": year}), "families")]
    if not known:
        return nothing(say("families.nothing"), say)
    rows = [StackedRow(year, table, {"year": year}) for year in known]
    form = stacked(rows, say, of="families", colours=_COLOURS, axis_title=say("families.axis"))
    headline = _families_headline(released, known, say)
    number = float(bins_of(table, {"year": known[-1]})["families"].sum())
    note = footer(say, say("note.families", n=say.about(number), year=known[-1]))
    return Chart(form, headline, say("families.subtitle"), note, say("families.alt", headline=headline))


def _n(released: ReleasedResult, year: str, say: Say) -> str:
    everyone = released["everyone"]
    rows = everyone[everyone["year"] == year]
    return say("note.clients", n=say.about(float(rows["persons"].iloc[0]), bool(rows["hidden"].iloc[0])), year=year)


def _changes_headline(ranked: list[dict[str, float]], released: ReleasedResult, say: Say) -> str:
    """Name the service with the most changes when it surely differs from the one with the fewest."""
    first, last = ranked[0], ranked[-1]
    year = str(released["services"]["year"].iloc[0])
    if len(ranked) > 1 and first["lower"] > last["upper"]:
        words = {"most": first["label"], "share": say.percent(first["value"]), "low": say.percent(last["value"])}
        return say("changes.headline.differ", year=year, **words)
    everyone = released["everyone"]
    shares = everyone.loc[everyone["year"] == year, "share"]
    if shares.empty or math.isnan(shares.iloc[0]):
        return say("changes.headline.hidden", year=year)
    return say("changes.headline.alike", share=say.percent(float(shares.iloc[0])), year=year)


def _many(released: ReleasedResult, year: str) -> Against:
    """Return families with `MANY` workers or more and all; NaN where the published numbers do not tell."""
    table = released.tables["family_workers"]
    known = counted(bins_of(table, {"year": year}), "families")
    return against(table, MANY, of="families", group={"year": year}) if known else Against(*[math.nan] * 4)


def _families_headline(released: ReleasedResult, years: list[str], say: Say) -> str:
    """Say the share of the last year, and that of the first one when they surely differ."""
    first, last = (_many(released, years[place]) for place in (0, -1))
    if math.isnan(last.share):
        return say("families.headline.unknown", year=years[-1])
    words = {"share": say.percent(last.share), "year": years[-1]}
    if len(years) < 2 or math.isnan(first.share):
        return say("families.headline.share", **words)
    lower, upper = difference_limits((last.beyond, last.persons), (first.beyond, first.persons))
    if lower <= 0 <= upper:
        return say("families.headline.same", first=years[0], **words)
    return say("families.headline.changed", before=say.percent(first.share), first=years[0], **words)
