"""Picture of how many services, sectors and workers are around families. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Level
from kumppanuus.forms.histogram import Against, against, bins_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stacked import StackedRow, counted, stacked
from kumppanuus.language.say import Say, footer

KINDS = ("services", "sectors", "workers")
_SEVERAL = 2
_COLOURS: Mapping[float, Level] = {1: "universal", 2: "neutral", 3: "special"}


def breadth(released: ReleasedResult, say: Say) -> Chart:
    """Draw families by how many services, sectors and workers they had in the year."""
    tables = {kind: released.tables[kind] for kind in KINDS if counted(bins_of(released.tables[kind]), "families")}
    if not tables:
        return nothing(say("breadth.nothing"), say)
    found = {kind: several(released, kind) for kind in tables}
    rows = [StackedRow(say(f"breadth.{kind}"), table, end=_end(found[kind], say)) for kind, table in tables.items()]
    form = stacked(rows, say, of="families", colours=_COLOURS, axis_title=say("breadth.axis"))
    year = str(next(iter(tables.values())).frame["year"].iloc[0])
    headline = _headline(found, year, say)
    n = say("note.families", n=say.about(next(iter(found.values())).persons))
    alt = say("breadth.alt", headline=headline)
    return Chart(form, headline, say("breadth.subtitle", year=year), footer(say, n, say("note.breadth")), alt)


def several(released: ReleasedResult, kind: str) -> Against:
    """Return families with two or more of a kind; NaN where the published numbers do not tell."""
    table = released.tables[kind]
    return against(table, _SEVERAL, of="families") if counted(bins_of(table), "families") else Against(*[math.nan] * 4)


def _end(found: Against, say: Say) -> str:
    return "" if math.isnan(found.share) else say("breadth.several", share=say.percent(found.share))


def _headline(found: Mapping[str, Against], year: str, say: Say) -> str:
    known = {kind: say.percent(each.share) for kind, each in found.items() if not math.isnan(each.share)}
    if set(known) == set(KINDS):
        return say("breadth.headline.all", year=year, **known)
    if "services" in known:
        return say("breadth.headline.services", year=year, services=known["services"])
    return say("breadth.headline.unknown", year=year)
