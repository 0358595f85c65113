"""Pictures of what need does not explain: the network of services and the table of all their pairs as a heatmap."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Edge, NetworkColumns, Node
from kumppanuus.forms.heatmap import heatmap as heatmap_of
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.network import shown
from kumppanuus.methods.networks import StableCommunities, node_strengths

_DEMANDING = ("special", "corrective")
_MOST_IN_COLUMN, _MOST_IN_HEATMAP = 9, 12
_THINNEST = 0.15


def network(released: ReleasedResult, say: Say) -> Chart:
    """Draw the services in columns by level and the pairs that are more common than need explains."""
    services, links = shown.services_of(released, say), shown.links_of(released, say)
    drawn = services.groupby("level", sort=False).head(_MOST_IN_COLUMN)
    if drawn.empty or not shown.judged(released):
        return shown.nothing("network", released, say)
    hub = _hub(drawn, links)
    lines = _shown(links, drawn, hub, int(shown.setting(released, "max_edges")))
    headline = _network_headline(hub, links, say)
    left_out = say("left_out.services", n=len(services) - len(drawn)) if len(services) > len(drawn) else ""
    return Chart(
        form=_columns(drawn, lines, hub, say),
        headline=headline,
        subtitle=say("network.subtitle"),
        footer=footer(say, shown.n_of(released, say), *shown.of_the_null(released, say), left_out),
        alt=say("network.alt", headline=headline, services=len(drawn), links=len(lines)),
    )


def heatmap(released: ReleasedResult, say: Say) -> Chart:
    """Draw every pair by how it compares with what is expected, services that go together beside each other."""
    known, links = shown.services_of(released, say), shown.links_of(released, say)
    services = known.head(_MOST_IN_HEATMAP)
    if len(services) < 2 or not shown.judged(released):
        return shown.nothing("heatmap", released, say)
    inside = links[links["first"].isin(services["service"]) & links["second"].isin(services["service"])]
    groups = shown.groups_of(inside)
    order = shown.in_order(released, services, groups)
    top = None if inside.empty else inside.iloc[0]
    framed = None if top is None else tuple(sorted((str(top["first"]), str(top["second"])), key=order.index))
    form = heatmap_of(
        released.tables["pairs"], say, rows="first", columns="second", of="ratio", marks="mark", row_order=order,
        column_order=order, most_rows=_MOST_IN_HEATMAP, most_columns=_MOST_IN_HEATMAP, symmetric=True,
        bold=None if framed is None else (framed[0], framed[1]),
        scale_title=say("heatmap.scale"), colour="early", below="special",
    )  # fmt: skip
    named = shown.letters(groups, order)
    letters = {say.label("services", code): letter for code, letter in named.items()}
    labelled = tuple(f"{letters[label]} · {label}" if label in letters else label for label in form.rows)
    headline = _heatmap_headline(top, say)
    told = _told_groups(groups, named, say)
    left_out = say("left_out.services", n=len(known) - len(services)) if len(known) > len(services) else ""
    return Chart(
        form=replace(form, rows=labelled),
        headline=headline,
        subtitle=say("heatmap.subtitle"),
        footer=footer(say, shown.n_of(released, say), *shown.of_the_null(released, say), told, left_out),
        alt=say("heatmap.alt", headline=headline, n=len(form.rows)),
    )


def _hub(drawn: pd.DataFrame, links: pd.DataFrame) -> str | None:
    """Return the service with the most links: a demanding one when any has links (ties by strength, size, label)."""
    tied = drawn.merge(node_strengths(links, "ratio"), left_on="service", right_on="node")
    demanding = tied[tied["level"].isin(_DEMANDING)]
    ranked = (tied if demanding.empty else demanding).sort_values(
        ["degree", "strength", "families", "label"], ascending=[False, False, False, True]
    )
    return None if ranked.empty else str(ranked.iloc[0]["service"])


def _shown(links: pd.DataFrame, drawn: pd.DataFrame, hub: str | None, most: int) -> pd.DataFrame:
    """Return the links to draw: those of the highlighted service first, then the strongest of the others."""
    inside = links[links["first"].isin(drawn["service"]) & links["second"].isin(drawn["service"])]
    of_hub = (inside["first"] == hub) | (inside["second"] == hub)
    return inside.assign(of_hub=of_hub).sort_values("of_hub", ascending=False, kind="stable").head(most)


def _columns(drawn: pd.DataFrame, lines: pd.DataFrame, hub: str | None, say: Say) -> NetworkColumns:
    levels = [level for level in shown.LEVELS if (drawn["level"] == level).any()]
    linked = {*lines["first"], *lines["second"]}
    nodes = tuple(
        Node(
            service,
            say.label("services", service),
            levels.index(level),
            float(families),
            level if service in linked or not linked else "neutral",
            bold=service == hub,
        )
        for service, level, families in zip(drawn["service"], drawn["level"], drawn["families"], strict=True)
    )
    edges = tuple(
        Edge(str(row["first"]), str(row["second"]), width, bool(row["of_hub"]),
             say.number(float(row["ratio"]), 1) if row["of_hub"] else "")
        for row, width in zip(lines.to_dict("records"), _widths(lines["ratio"]), strict=True)
    )  # fmt: skip
    return NetworkColumns(tuple((say.label("levels", level), level) for level in levels), nodes, edges)


def _widths(ratios: pd.Series) -> list[float]:
    """Place ratios between the thinnest line and the thickest on a logarithmic scale: ratios compare as ratios."""
    logs = [math.log(each) for each in ratios]
    low, span = min(logs, default=0.0), max(logs, default=0.0) - min(logs, default=0.0)
    return [_THINNEST + (1 - _THINNEST) * (each - low) / span if span > 0 else 0.5 for each in logs]


def _network_headline(hub: str | None, links: pd.DataFrame, say: Say) -> str:
    if hub is None:
        return say("network.headline.none")
    own = links[(links["first"] == hub) | (links["second"] == hub)]
    service = say.label("services", hub)
    others = [say.label("services", code) for code in own["first"].where(own["first"] != hub, own["second"])]
    if len(others) == 1:
        ratio = say.number(float(own["ratio"].iloc[0]), 1)
        return say("network.headline.pair", service=service, other=others[0], ratio=ratio)
    if len(others) == 2:
        named = say("network.headline.hub_two", service=service, first=others[0], second=others[1])
        if len(named) <= shown.LONGEST_HEADLINE:
            return named
    return say("network.headline.hub", service=service, n=len(others))


def _heatmap_headline(top: pd.Series | None, say: Say) -> str:
    """Name the pair that is farthest above what is expected; a pair of long names stands in the frame alone."""
    if top is None:
        return say("heatmap.headline.none")
    first, second = (say.label("services", top[end]) for end in ("first", "second"))
    ratio = say.number(float(top["ratio"]), 1)
    whole = say("heatmap.headline.pair", first=first, second=second, ratio=ratio)
    return whole if len(whole) <= shown.LONGEST_HEADLINE else say("heatmap.headline.long", ratio=ratio)


def _told_groups(groups: StableCommunities, named: dict[str, str], say: Say) -> str:
    """Tell how firm the groups are: in how many of the runs exactly these came out."""
    if len({*named.values()}) < 2:
        return ""
    last = max(named.values())
    return say("heatmap.groups", last=last, share=say.percent(groups.stability), runs=groups.runs)
