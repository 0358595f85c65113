"""What is filled in: columns of the tables, and family numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kumppanuus.baseline.data_quality.shown import n_words, nothing, percent_words, total
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level
from kumppanuus.language.say import Say, footer

Row = Mapping[str, Any]

MOST_BARS, MOST_LINES = 15, 18
"""Bars of a chart, and bars with the names of their tables above them."""
GOOD, POOR = 0.95, 0.80
_COLOURS: Mapping[str, Level] = MappingProxyType(
    {"several": "early", "alone_given": "neutral", "alone_none": "special"}
)


def fields(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of rows that hold a value, column by column."""
    rows = [{**row, "part": _part(row)} for row in rows_of(released["fields"])]
    known = [row for row in rows if row["part"] is not None]
    if not known:
        return nothing("fields", say)
    shown = _shown(known)
    headline = _fields_headline(known, say)
    tables = list(dict.fromkeys(row["table"] for row in shown))
    groups = tuple((say.label("tables", table), sum(row["table"] == table for row in shown)) for table in tables)
    return Chart(
        form=Bars(tuple(_field_bar(row, say) for row in shown), say("fields.axis"), groups),
        headline=headline,
        subtitle=say("fields.subtitle"),
        footer=footer(
            say,
            n_words("n.relationships", total(released, "fields", "rows", table="relationships"), say),
            say("left_out.fields", n=len(rows) - len(shown)) if len(rows) > len(shown) else "",
        ),
        alt=say("fields.alt", headline=headline, n=len(shown)),
    )


def _part(row: Row) -> float | None:
    """Return the share that holds a value: from published numbers, None when they are hidden.

    The gate shows no share that could be told from 100 % by a few rows only; equal published numbers are "nearly all".
    """
    if math.isnan(row["rows"]) or math.isnan(row["filled"]) or row["rows"] < SHARE_BASE:
        return None
    return float(min(row["filled"] / row["rows"], 1.0))


def _shown(known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what fits, in the order of the tables; the fullest columns give way first."""
    most = min(MOST_BARS, MOST_LINES - len({row["table"] for row in known}))
    if len(known) <= most:
        return known
    kept = sorted(range(len(known)), key=lambda place: (known[place]["part"], place))[:most]
    return [known[place] for place in sorted(kept)]


def _field_bar(row: Row, say: Say) -> Bar:
    part = float(row["part"])
    if row["filled"] == 0:
        return Bar(say.label("fields", row["field"]), 0.0, say("fields.not_given"), "neutral")
    text = say("fields.nearly_all") if math.isnan(row["share"]) else percent_words(part, say)
    colour: Level = "special" if part < POOR else "early"
    detail = say("fields.of", n=say.number(row["filled"]), rows=say.number(row["rows"]))
    return Bar(say.label("fields", row["field"]), part, text, colour, detail, bold=part < POOR)


def _fields_headline(known: list[dict[str, Any]], say: Say) -> str:
    """Name the least filled column among those given at all; say how many are not given."""
    given = [row for row in known if row["filled"] > 0]
    absent = len(known) - len(given)
    if not given:
        return say("fields.headline.nothing")
    least = min(given, key=lambda row: row["part"])
    if least["part"] >= GOOD:
        return say("fields.headline.good_absent", n=absent) if absent else say("fields.headline.good")
    words = {"field": say.label("fields", least["field"]), "table": say(f"fields.in_{least['table']}")}
    return say("fields.headline.poor", **words, share=say.percent(round(least["part"], 2)))


def families(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many families have one known member only, with and without a family number."""
    everyone = rows_of(released["everyone"])
    base = everyone[0]["families"] if everyone else math.nan
    rows = rows_of(released["memberships"])
    if math.isnan(base) or base < SHARE_BASE or all(math.isnan(row["families"]) for row in rows):
        return nothing("families", say)
    headline = _families_headline(rows, everyone[0], say)
    return Chart(
        form=Bars(tuple(_family_bar(row, float(base), len(rows) == 1, say) for row in rows), say("families.axis")),
        headline=headline,
        subtitle=say("families.subtitle"),
        footer=footer(say, n_words("n.families", float(base), say)),
        alt=say("families.alt", headline=headline, n=len(rows)),
    )


def _family_bar(row: Row, base: float, only: bool, say: Say) -> Bar:
    label = say.label("memberships", row["membership"])
    if math.isnan(row["families"]):
        return Bar(label, None, say("word.hidden"), "neutral")
    share = min(round(row["families"] / base, 2), 1.0)
    detail = say("families.of", families=say.number(row["families"]), persons=say.number(row["persons"]))
    text = say("word.over", n=say.percent(0.99)) if share == 1 and not only else say.percent(share)
    return Bar(label, share, text, _COLOURS[row["membership"]], detail)


def _families_headline(rows: list[dict[str, Any]], everyone: Row, say: Say) -> str:
    found = {row["membership"]: row["families"] for row in rows}
    alone = found.get("alone_given", 0.0), found.get("alone_none", 0.0)
    if "several" not in found and "alone_given" not in found:
        return say("families.headline.no_numbers")
    if any(math.isnan(each) for each in alone):
        return say("families.headline.hidden")
    share = min(round(sum(alone) / everyone["families"], 2), 1.0)
    if not alone[1]:
        return say("families.headline.all_numbered", share=say.percent(share))
    none = min(round(alone[1] / everyone["persons"], 2), 1.0)
    return say("families.headline.one_member", share=say.percent(share), none=say.percent(none))
