"""From counts to tables: families by segment, what they use and cost, and what they were a year before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.register.segments import NOT_A_CLIENT, OTHER, segments_of
from kumppanuus.resources.segments.declared import SegmentsParams, SegmentsResult

_ROUNDED_AWAY = 4
"""A hidden sum may be a quarter more or less when it is at most so many times what rounding leaves open."""
_LEAST_PERSONS, _LEAST_FAMILIES = 10, 5
"""So many have to have costs before their sum may be told (R5); the gate knows all of the segment only."""


def compute(counts: Mapping[str, pd.DataFrame], params: SegmentsParams, context: Context) -> SegmentsResult:
    """Return the tables of the room; the gathered ones are empty before the gate."""
    sums = counts["sums"]
    order = [*(each.code for each in segments_of(context.resources)), OTHER, NOT_A_CLIENT]
    people = _people(sums, counts["costs"])
    untold = {"cost_eur": math.nan} if _tell_of_others(counts["costs"]) else {}
    moves = counts["moves"]
    gone = moves["segment"] == NOT_A_CLIENT
    known = _of(sums, "service").rename(columns={"code": "service"})
    frames = {
        "everyone": _told(people.groupby("breakdown", as_index=False).sum(numeric_only=True)).assign(**untold),
        "segments": _sorted(_told(people).assign(**untold), {"segment": order}),
        "services": _sorted(
            _homes(known[known["service"].isin(context.services)]), {"service": [*context.services], "segment": order}
        ),
        "areas": _sorted(_homes(_of(sums, "area")).rename(columns={"code": "area"}), {"segment": order}, "area"),
        "moves": _sorted(_homes(moves[~gone]), {"earlier": order, "segment": order}),
        "gone": moves[gone].groupby("segment", as_index=False)[["persons", "families"]].sum(),
        "left": _sorted(_homes(moves[gone]), {"earlier": order}),
        "shares": pd.DataFrame(),
    }
    declared = SegmentsResult.tables()
    return SegmentsResult(
        **{name: frame.reindex(columns=list(declared[name].columns)) for name, frame in frames.items()}
    )


def _people(sums: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return families by segment beside those of them with costs (``…_costed``)."""
    everyone = sums[sums["breakdown"] == "everyone"]
    return everyone.merge(costs, on="segment", how="left", suffixes=("", "_costed")).fillna(0.0)


def _tell_of_others(costs: pd.DataFrame) -> bool:
    """Say whether costs by segment, beside all costs of the year, would tell what a few families in no service cost.

    That is when they are too few for a sum (R5) and cost more than four times what the rounding of the sum hides.
    """
    there = costs["segment"] == NOT_A_CLIENT
    outside, total = costs[there], float(costs.loc[~there, "cents"].sum())
    few = (outside["persons"] < _LEAST_PERSONS) | (outside["families"] < _LEAST_FAMILIES)
    half_a_digit = 0.5 * 10.0 ** (math.floor(math.log10(total)) - 2) if total > 0 else 0.0
    return bool((few & (outside["cents"] > _ROUNDED_AWAY * half_a_digit)).any())


def _of(sums: pd.DataFrame, breakdown: str) -> pd.DataFrame:
    return sums[sums["breakdown"] == breakdown].drop(columns="breakdown")


def _told(people: pd.DataFrame) -> pd.DataFrame:
    """Return euros and how much of them few families have; the most where too few have any."""
    euros = people["cents"] / 100
    few = (people["persons_costed"] < _LEAST_PERSONS) | (people["families_costed"] < _LEAST_FAMILIES)
    largest = (people["squared"] / (euros**2).where(euros > 0)).clip(0, 1).fillna(1.0)
    return people.assign(cost_eur=euros, concentration=largest.mask(few, 1.0))


def _homes(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(members=rows["persons"], homes=rows["families"])


def _sorted(rows: pd.DataFrame, orders: Mapping[str, Sequence[str]], *by_code: str) -> pd.DataFrame:
    """Return rows in the order of the codes of each column; those of `by_code` by their codes."""
    places = {name: {code: place for place, code in enumerate(order)} for name, order in orders.items()}

    def place(column: pd.Series[str]) -> pd.Series[float] | pd.Series[str]:
        known = places.get(str(column.name))
        return column if known is None else column.map(known).astype(float)

    return rows.sort_values([*orders, *by_code], key=place, kind="stable", ignore_index=True)
