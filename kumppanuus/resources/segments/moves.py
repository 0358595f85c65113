"""The picture of flows: in which segment families were a year before. Released numbers only."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart, Flow, Stop, Stream
from kumppanuus.forms.family_shares import difference_of, published_share
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.register.segments import NOT_A_CLIENT, OTHER

_MOST_STOPS = 9


def moves(released: ReleasedResult, say: Say) -> Chart:
    """Draw families from their segment of a year before to their segment now; hidden flows are not drawn."""
    flows = _flows(released)
    if flows.empty:
        return nothing(say("moves.nothing"), say)
    order = [*(str(each) for each in released["segments"]["segment"]), NOT_A_CLIENT]
    target, headline = _finding(released, say)
    there = bool((flows["segment"] == target).any())
    form = Flow(
        (say("moves.before"), say("moves.now")), _stops(flows, order, target, say), _streams(flows, say),
        target if there else "",
    )  # fmt: skip
    hidden = int(released["moves"]["families"].isna().sum() + released["left"]["families"].isna().sum())
    left_out = say("moves.hidden", n=hidden) if hidden else ""
    n = say("n.drawn", n=say.number(float(flows["families"].sum())))
    told = "; ".join(
        f"{say.label('segments', row['earlier'])} → {say.label('segments', row['segment'])}: {row['families']:.0f}"
        for row in rows_of(flows)
    )
    return Chart(form, headline, say("moves.subtitle"), footer(say, n, left_out), f"{headline}. {told}.")


def _flows(released: ReleasedResult) -> pd.DataFrame:
    """Return the published flows above 0, those of families that have left included; at most nine codes an end."""
    kept = ["earlier", "segment", "families"]
    left = released["left"].assign(segment=NOT_A_CLIENT)
    both = pd.concat([released["moves"][kept], left[kept]], ignore_index=True)
    known = both[both["families"] > 0].astype({"earlier": str, "segment": str})
    sizes = released["segments"].set_index("segment")["families"].sort_values(ascending=False, kind="stable")
    rare = dict.fromkeys(map(str, sizes.index[_MOST_STOPS - 2 :]), OTHER) if len(sizes) > _MOST_STOPS - 2 else {}
    merged = known.replace({"earlier": rare, "segment": rare})
    return merged.groupby(["earlier", "segment"], sort=True)["families"].sum().reset_index()


def _stops(flows: pd.DataFrame, order: list[str], target: str, say: Say) -> tuple[Stop, ...]:
    """Return the blocks; their numbers are sums of the flows drawn."""
    places = {code: place for place, code in enumerate(order)}
    found = []
    for step, end in enumerate(("earlier", "segment")):
        sums = flows.groupby(end)["families"].sum()
        codes = sorted(map(str, sums.index), key=lambda code: (places.get(code, len(places)), code))
        found += [
            Stop(step, code, say.label("segments", code), say.number(float(sums[code])),
                 "accent" if code == target else "hidden" if code == NOT_A_CLIENT else "neutral")
            for code in codes
        ]  # fmt: skip
    return tuple(found)


def _streams(flows: pd.DataFrame, say: Say) -> tuple[Stream, ...]:
    return tuple(
        Stream(0, row["earlier"], row["segment"], float(row["families"]), say.number(float(row["families"])))
        for row in rows_of(flows)
    )


def _finding(released: ReleasedResult, say: Say) -> tuple[str, str]:
    """Name the segment whose families have stayed in it most, with its share; return its code and the headline.

    It is called the most lasting one only when its share is surely above that of the next one.
    """
    rows = [row for row in rows_of(released["shares"]) if row["stayed_percent"] > 0]
    if not rows:
        return "", say("moves.headline.hidden")
    ranked = sorted(rows, key=lambda row: (-row["stayed_percent"], str(row["segment"])))
    top = str(ranked[0]["segment"])
    words = {"name": say.label("segments", top), "share": say.percent(ranked[0]["stayed_percent"] / 100)}
    case = "stayed" if len(ranked) == 1 or _apart(released, [str(row["segment"]) for row in ranked]) else "alike"
    return top, say(f"moves.headline.{case}", **words)


def _apart(released: ReleasedResult, ranked: list[str]) -> bool:
    """Say whether more of the first segment's families have surely stayed than of the second one's."""
    moves, sizes = released["moves"], released["segments"].set_index("segment")["families"]
    same = moves[moves["earlier"] == moves["segment"]].set_index("segment")["families"]
    first, second = (published_share(float(same[code]), float(sizes[code])) for code in ranked[:2])
    lower, _ = difference_of(first, second, confidence=1 - 0.05 / (len(ranked) - 1))
    return lower > 0
