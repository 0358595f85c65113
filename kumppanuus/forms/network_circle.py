"""A network on a circle, or by a force layout, from a table of pairs and the table of their ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, TypeAlias

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Edge, Level, NetworkCircle, Node
from kumppanuus.language.say import Say
from kumppanuus.methods.networks import force_places

Layout: TypeAlias = Literal["circle", "force"]
MOST_NODES = 32
_THINNEST = 0.15
_LEVELS: Mapping[str, Level] = MappingProxyType(
    {"universal": "universal", "early": "early", "special": "special", "corrective": "corrective"}
)


def pairs_from(table: ReleasedTable, least: float, *, by: str = "lift") -> pd.DataFrame:
    """Return the published pairs that go together at least so strongly, the strongest first (ties by code)."""
    first, second = table.declaration.names("dimension")[-2:]
    rows = table.frame[table.frame[by] >= least - 1e-9]
    named = rows.assign(first=rows[first].astype(str), second=rows[second].astype(str))
    return named.sort_values([by, "first", "second"], ascending=[False, True, True])


def hub_of(pairs: pd.DataFrame, nodes: ReleasedTable, *, of: str = "families") -> str:
    """Return the node with the most pairs: ties go to the one with more people, then by code; empty without pairs."""
    name = nodes.declaration.names("dimension")[0]
    sizes = dict(zip(nodes.frame[name].astype(str), nodes.frame[of].fillna(0.0), strict=True))
    count = pd.concat([pairs["first"], pairs["second"]]).value_counts()
    return min(count.index, key=lambda code: (-count[code], -sizes.get(code, 0.0), code), default="")


def network_circle(
    table: ReleasedTable, say: Say, *, nodes: ReleasedTable, of: str = "families", by: str = "lift",
    least: float = 1.3, most: int = 30, bold: str = "", layout: Layout = "circle", level: str = "level",
    colours: Mapping[str, Level] = _LEVELS, order: Sequence[str] = (),
) -> NetworkCircle:  # fmt: skip
    """Return the nodes as circles and the pairs that go together strongly as ties.

    Parameters
    ----------
    table : pairs; its last two dimensions are the ends. nodes : the table of the ends: its first dimension is their
        name, its ``level`` their group, ``of`` their size. Hidden ones and those beyond 32 are not drawn.
    by, least, most : measure of the ties, the least that is drawn, how many ties at most (those of ``bold`` first).
    bold : code of the node whose ties stand out.
    layout : ``circle`` keeps every node in its place from town to town; ``force`` puts near what is tied.
    colours : code of a group → role, in the order of the groups. order : codes of the nodes inside the groups; those
        it does not name follow, the largest first.
    """
    name = nodes.declaration.names("dimension")[0]
    drawn = _drawn(nodes, name, of, level, colours, order)
    groups = [code for code in colours if (drawn[level] == code).any()]
    pairs = pairs_from(table, least, by=by)
    inside = pairs[pairs["first"].isin(drawn[name]) & pairs["second"].isin(drawn[name])]
    own = (inside["first"] == bold) | (inside["second"] == bold)
    shown = inside.assign(own=own).sort_values("own", ascending=False, kind="stable").head(most)
    codes = nodes.declaration.columns[name].codes
    spots = tuple(
        Node(str(code), say.label(codes, code), groups.index(group), float(size), colours[group], str(code) == bold)
        for code, group, size in zip(drawn[name], drawn[level], drawn[of], strict=True)
    )
    ties = tuple(
        Edge(first, second, width, bool(mine), say.number(float(strength), 1) if mine else "")
        for first, second, strength, mine, width in zip(
            shown["first"], shown["second"], shown[by], shown["own"], _widths(shown[by]), strict=True
        )
    )
    places = force_places([spot.key for spot in spots], shown) if layout == "force" else ()
    titles = tuple((say.label(nodes.declaration.columns[level].codes, code), colours[code]) for code in groups)
    at = tuple((float(x), float(y)) for x, y in places)
    return NetworkCircle(titles or (("", "neutral"),), spots, ties, at)


def _drawn(
    nodes: ReleasedTable, name: str, of: str, level: str, colours: Mapping[str, Level], order: Sequence[str]
) -> pd.DataFrame:
    """Return the nodes to draw in the order of their groups, inside a group as asked."""
    rows = nodes.frame.dropna(subset=[of])
    rows = rows[rows[level].isin(list(colours)) & (rows[of] > 0)]
    largest = rows.sort_values([of, name], ascending=[False, True]).head(MOST_NODES).reset_index(drop=True)
    ranks = {code: place for place, code in enumerate(order)}
    groups = {code: place for place, code in enumerate(colours)}
    largest = largest.assign(
        _group=[groups[code] for code in largest[level]],
        _rank=[ranks.get(str(code), len(ranks) + place) for place, code in enumerate(largest[name])],
    )
    return largest.sort_values(["_group", "_rank"]).reset_index(drop=True)


def _widths(strengths: pd.Series) -> list[float]:
    """Place strengths between the thinnest line and the thickest on a logarithmic scale: ratios compare as ratios."""
    logs = [math.log(each) for each in strengths]
    low, span = min(logs, default=0.0), max(logs, default=0.0) - min(logs, default=0.0)
    return [_THINNEST + (1 - _THINNEST) * (each - low) / span if span > 0 else 0.5 for each in logs]
