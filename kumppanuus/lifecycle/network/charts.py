"""Pictures of co-use: the network, the commonest pairs, how many services at once. Protected numbers only."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart, Edge, Level, NetworkColumns, Node, Notice
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.networks import node_strengths

_LEVELS: tuple[Level, ...] = ("universal", "early", "special", "corrective")
_DEMANDING = ("special", "corrective")
_MOST_IN_COLUMN = 9
_MOST_PAIRS = 7
_THINNEST = 0.15
_LONGEST_HEADLINE = 120


def network(released: ReleasedResult, say: Say) -> Chart:
    """Draw the services in columns by level and the pairs that go together oftener than expected."""
    services, links = _services(released, say), _links(released, say)
    drawn = services.groupby("level", sort=False).head(_MOST_IN_COLUMN)
    if drawn.empty or not released["pairs"]["lift"].notna().any():
        return _nothing("network", released, say)
    hub = _hub(drawn, links)
    shown = _shown(links, drawn, hub, int(_setting(released, "max_edges")))
    threshold = say.number(_setting(released, "min_lift_percent") / 100, 1)
    headline = _network_headline(hub, links, released, say)
    left_out = say("left_out.services", n=len(services) - len(drawn)) if len(services) > len(drawn) else ""
    return Chart(
        form=_columns(drawn, shown, hub, say),
        headline=headline,
        subtitle=say("network.subtitle", when=_when(released, say)),
        footer=footer(say, _n(released, say), say("left_out.lift", lift=threshold), left_out),
        alt=say("network.alt", headline=headline, services=len(drawn), links=len(shown)),
    )


def pairs(released: ReleasedResult, say: Say) -> Chart:
    """Draw the commonest pairs of services, with their lift and the share of the smaller service's families."""
    frame = released["pairs"]
    named = frame.assign(label=_pair_labels(frame, say)).dropna(subset="families")
    ranked = named.sort_values(["families", "label"], ascending=[False, True]).head(_MOST_PAIRS)
    if ranked.empty:
        return _nothing("pairs", released, say)
    top = ranked.iloc[0]
    headline = _pairs_headline(top, bool((ranked["families"] == top["families"]).sum() > 1), released, say)
    rows = ranked.to_dict("records")
    least = -math.inf if _setting(released, "ever") else 1.0
    # Where every child is a family of her own, the clients of a pair are its families: once is enough.
    alone = bool((ranked["same_child"].isna() | (ranked["same_child"] == ranked["families"])).all())
    bars = tuple(_pair_bar({str(name): cell for name, cell in row.items()}, least, alone, say) for row in rows)
    left_out = say("left_out.pairs", n=len(named) - len(ranked)) if len(named) > len(ranked) else ""
    return Chart(
        form=Bars((_emphasised(bars[0]), *bars[1:]), say("pairs.axis")),
        headline=headline,
        subtitle=say("pairs.subtitle", when=_when(released, say)),
        footer=footer(say, _n(released, say), left_out),
        alt=say("pairs.alt", headline=headline, n=len(bars)),
    )


def breadth(released: ReleasedResult, say: Say) -> Chart:
    """Draw families by the number of services, with their share of all families."""
    frame = released["breadth"]
    several = _share_with_several(frame)
    if frame["families"].notna().sum() == 0:
        return _nothing("breadth", released, say)
    headline = _breadth_headline(frame, several, released, say)
    bars = tuple(
        Bar(
            label=_breadth_label(str(row["n_services"]), say),
            value=None if row["hidden"] or math.isnan(row["families"]) else float(row["families"]),
            text=say("word.hidden") if math.isnan(row["families"]) else say.number(row["families"]),
            colour="neutral" if row["n_services"] == "1" else "accent",
            detail="" if math.isnan(row["share"]) else say.percent(row["share"]),
            bold=row["n_services"] != "1",
        )
        for row in frame.to_dict("records")
    )
    return Chart(
        form=Bars(bars, say("breadth.axis")),
        headline=headline,
        subtitle=say("breadth.subtitle", when=_when(released, say)),
        footer=footer(say, _n(released, say)),
        alt=say("breadth.alt", headline=headline, n=len(bars)),
    )


def _services(released: ReleasedResult, say: Say) -> pd.DataFrame:
    """Return the services that may be drawn with their ``label``, the largest first (ties by label, R13)."""
    frame = released["services"]
    known = frame[~frame["hidden"] & frame["level"].isin(_LEVELS) & (frame["families"] > 0)]
    named = known.assign(label=[say.label("services", code) for code in known["service"]])
    return named.sort_values(["families", "label"], ascending=[False, True]).reset_index(drop=True)


def _links(released: ReleasedResult, say: Say) -> pd.DataFrame:
    """Return the published pairs whose lift reaches the limit, the strongest first (ties by labels)."""
    frame, services = released["pairs"], _services(released, say)["service"]
    strong = frame["lift"] >= _setting(released, "min_lift_percent") / 100 - 1e-9
    kept = frame[strong & frame["first"].isin(services) & frame["second"].isin(services)]
    first, second = ([say.label("services", code) for code in kept[end]] for end in ("first", "second"))
    named = kept.assign(label=[f"{a} {b}" for a, b in zip(first, second, strict=True)])
    return named.sort_values(["lift", "families", "label"], ascending=[False, False, True])


def _hub(drawn: pd.DataFrame, links: pd.DataFrame) -> str | None:
    """Return the service with the most links: a demanding one when any has links (ties by strength, size, label)."""
    tied = drawn.merge(node_strengths(links, "lift"), left_on="service", right_on="node")
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


def _columns(drawn: pd.DataFrame, shown: pd.DataFrame, hub: str | None, say: Say) -> NetworkColumns:
    levels = [level for level in _LEVELS if (drawn["level"] == level).any()]
    linked = {*shown["first"], *shown["second"]}
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
    widths = _widths(shown["lift"])
    edges = tuple(
        Edge(str(row["first"]), str(row["second"]), width, bool(row["of_hub"]),
             say.number(float(row["lift"]), 1) if row["of_hub"] else "")
        for row, width in zip(shown.to_dict("records"), widths, strict=True)
    )  # fmt: skip
    return NetworkColumns(tuple((say.label("levels", level), level) for level in levels), nodes, edges)


def _widths(lift: pd.Series) -> list[float]:
    """Place lifts between the thinnest line and the thickest on a logarithmic scale: ratios compare as ratios."""
    logs = [math.log(each) for each in lift]
    low, span = min(logs, default=0.0), max(logs, default=0.0) - min(logs, default=0.0)
    return [_THINNEST + (1 - _THINNEST) * (each - low) / span if span > 0 else 0.5 for each in logs]


def _network_headline(hub: str | None, links: pd.DataFrame, released: ReleasedResult, say: Say) -> str:
    when = _when(released, say)
    if hub is None:
        threshold = say.number(_setting(released, "min_lift_percent") / 100, 1)
        return say("network.headline.none", lift=threshold, when=when)
    own = links[(links["first"] == hub) | (links["second"] == hub)]
    service = say.label("services", hub)
    others = [say.label("services", code) for code in own["first"].where(own["first"] != hub, own["second"])]
    if len(others) == 1:
        lift = say.number(float(own["lift"].iloc[0]), 1)
        return say("network.headline.pair", service=service, other=others[0], lift=lift, when=when)
    if len(others) == 2:
        named = say("network.headline.hub_two", service=service, first=others[0], second=others[1], when=when)
        if len(named) <= _LONGEST_HEADLINE:
            return named
    return say("network.headline.hub", service=service, n=len(others), when=when)


def _pairs_headline(top: pd.Series, tie: bool, released: ReleasedResult, say: Say) -> str:
    """Name the commonest pair; names too long for a headline stand beside their bar alone."""
    words = {"families": say.about(float(top["families"])), "when": _when(released, say)}
    first, second = (say.label("services", top[end]) for end in ("first", "second"))
    headline = say(f"pairs.headline.{'tie' if tie else 'one'}", first=first, second=second, **words)
    if len(headline) <= _LONGEST_HEADLINE:
        return headline
    return say(f"pairs.headline.{'long_tie' if tie else 'long'}", **words)


def _pair_labels(frame: pd.DataFrame, say: Say) -> list[str]:
    ends = zip(frame["first"], frame["second"], strict=True)
    return [f"{say.label('services', first)} +\n{say.label('services', second)}" for first, second in ends]


def _pair_bar(row: dict[str, object], least_lift: float, alone: bool, say: Say) -> Bar:
    """Return the bar of a pair; a concurrent lift of at most 1 says nothing (see the caveat) and is not printed."""
    number = {name: float(cell) for name, cell in row.items() if isinstance(cell, int | float)}
    first_is_smaller = number["families_first"] <= number["families_second"]
    share = number["share_first" if first_is_smaller else "share_second"]
    same = number["same_child"]
    parts = (
        "" if math.isnan(share) else say.percent(share),
        say("pairs.lift", lift=say.number(number["lift"], 1)) if number["lift"] > least_lift else "",
        "" if alone or math.isnan(same) else say("pairs.same_child", n=say.number(same)),
    )
    detail = " · ".join(part for part in parts if part)
    return Bar(str(row["label"]), number["families"], say.number(number["families"]), "neutral", detail)


def _emphasised(bar: Bar) -> Bar:
    return Bar(bar.label, bar.value, bar.text, "accent", bar.detail, bold=True)


def _share_with_several(frame: pd.DataFrame) -> float:
    """Return the share of families with at least two services, from the published shares; NaN when they do not tell."""
    one = frame.loc[frame["n_services"] == "1", "share"]
    if len(one) and not math.isnan(one.iloc[0]):
        return 1 - float(one.iloc[0])
    return _tail(frame, "2")


def _tail(frame: pd.DataFrame, least: str) -> float:
    shares = frame.loc[frame["n_services"] >= least, "share"]
    return min(float(shares.sum()), 1.0) if len(shares) and shares.notna().all() else float("nan")


def _breadth_headline(frame: pd.DataFrame, several: float, released: ReleasedResult, say: Say) -> str:
    when, more = _when(released, say), _tail(frame, "3")
    if math.isnan(several):
        return say("breadth.headline.unknown", when=when)
    if round(several * 100) <= 1:
        return say("breadth.headline.few", when=when)
    if math.isnan(more) or not 1 <= round(more * 100) <= round(several * 100):
        return say("breadth.headline.several", share=_about(several, say), when=when)
    return say("breadth.headline.more", share=_about(several, say), more=_about(more, say), when=when)


def _about(share: float, say: Say) -> str:
    return say("word.about", n=say.percent(share))


def _breadth_label(code: str, say: Say) -> str:
    if code == "1":
        return say("breadth.label.one")
    return say("breadth.label.at_least" if code.endswith("+") else "breadth.label.many", n=code.rstrip("+"))


def _setting(released: ReleasedResult, name: str) -> float:
    return float(released["everyone"][name].iloc[0])


def _when(released: ReleasedResult, say: Say) -> str:
    return say("when.ever" if _setting(released, "ever") else "when.concurrent")


def _n(released: ReleasedResult, say: Say) -> str:
    row = released["everyone"].iloc[0]
    if row["hidden"]:
        return say("footer.n", n=say("word.hidden"))
    return say("n.families", n=say.about(float(row["families"])))


def _nothing(name: str, released: ReleasedResult, say: Say) -> Chart:
    headline = say(f"{name}.headline.nothing")
    why = say(f"{name}.nothing")
    return Chart(
        form=Notice((why,)),
        headline=headline,
        subtitle=say(f"{name}.subtitle", when=_when(released, say)),
        footer=footer(say, _n(released, say)),
        alt=f"{headline}. {why}",
    )
