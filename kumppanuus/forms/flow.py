"""Ways from step to step, from a table of paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.paths import flows_of
from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Flow, Level, Stop, Stream
from kumppanuus.language.say import Say

OTHER = "other"
MOST_STOPS = 9
_EVERYBODY: Mapping[str, str] = MappingProxyType({})
_NO_COLOURS: Mapping[str, Level] = MappingProxyType({})


def flows_of_group(
    table: ReleasedTable, group: Mapping[str, str] = _EVERYBODY, keep: str = ""
) -> pd.DataFrame:  # fmt: skip
    """Return the published flows of one group, nobody's left out.

    Parameters
    ----------
    group : dimension → code, of a table with several groups. keep : a code that does not join the others.

    Returns
    -------
    ``step`` (1: from the first to the second), ``from``, ``to``, ``persons``; at most nine codes a step: the
    smallest join what is other already.
    """
    flows = flows_of(table)
    for dimension, code in group.items():
        flows = flows[flows[dimension].astype(str) == code]
    flows = flows[flows["persons"] > 0].astype({"from": str, "to": str})
    sizes = pd.concat([flows.groupby("from")["persons"].sum(), flows.groupby("to")["persons"].sum()])
    ranked = (
        sizes.groupby(level=0).max().sort_values(ascending=False, kind="stable").drop([OTHER, keep], errors="ignore")
    )
    most = MOST_STOPS - 2 if keep in sizes.index else MOST_STOPS - 1
    rare = dict.fromkeys(ranked.index[most:], OTHER) if len(ranked) > most else {}
    merged = flows.assign(**{end: flows[end].replace(rare) for end in ("from", "to")})
    return merged.groupby(["step", "from", "to"], sort=True)["persons"].sum().reset_index()


def flow(
    table: ReleasedTable, say: Say, *, steps: Sequence[str], order: Sequence[str] = (), target: str = "",
    colours: Mapping[str, Level] = _NO_COLOURS, group: Mapping[str, str] = _EVERYBODY,
) -> Flow:  # fmt: skip
    """Return the published paths as blocks and streams; numbers of blocks are sums of published flows.

    Parameters
    ----------
    steps : titles of the steps, one per ``step_…`` dimension, two to four.
    order : codes from top to bottom, the same at every step; those it does not name follow by code, other ones last.
    target : code whose incoming streams stand out. colours : code → role; grey for the others.
    group : dimension → code, of a table with several groups.
    """
    flows = flows_of_group(table, group, target)
    codes = table.declaration.columns["step_1"].codes
    seen = sorted({*flows["from"], *flows["to"]} - {OTHER, *order})
    places = {code: place for place, code in enumerate([*(each for each in order if each != OTHER), *seen, OTHER])}
    volumes = _volumes(flows)
    stops = tuple(
        Stop(step, code, say.label(codes, code), say.number(volumes[step, code]), colours.get(code, "neutral"))
        for step, code in sorted(volumes, key=lambda each: (each[0], places[each[1]]))
    )
    streams = tuple(
        Stream(int(row["step"]) - 1, row["from"], row["to"], float(row["persons"]), say.number(float(row["persons"])))
        for row in flows.to_dict("records")
    )
    there = any(stop.key == target and stop.step for stop in stops)
    return Flow(tuple(steps), stops, streams, target if there else "")


def _volumes(flows: pd.DataFrame) -> dict[tuple[int, str], float]:
    """Return how many come to, or leave, a code at a step (from 0), whichever is more."""
    volumes: dict[tuple[int, str], float] = {}
    for end, after in (("from", -1), ("to", 0)):
        sums = flows.groupby(["step", end])["persons"].sum().reset_index()
        for step, code, number in zip(sums["step"], sums[end], sums["persons"], strict=True):
            place = (int(step) + after, str(code))
            volumes[place] = max(volumes.get(place, 0.0), float(number))
    return volumes
