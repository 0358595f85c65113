"""From counts of families to the tables of co-use. Shares, ratios and marks are left to the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.lifecycle.network.expected import Expected, expected_of
from kumppanuus.register.populations import CLIENTS, TOGETHER

MOST_COUNTED = 5
"""Families with this many services or more are counted together (``5+``)."""


@dataclass(frozen=True, slots=True)
class NetworkParams(Params):
    """Settings of the room.

    window : what "together" means in the pairs and in how many services at once: ``concurrent``: open at the same
        time; ``ever``: used within the observation window. The null model is always about the whole window.
    min_overlap_days : days in all that two services must share to be concurrent.
    within_days : days that may lie between two services that follow each other closely.
    max_edges : lines drawn at most.
    samples, seed : random tables of the null model, and of their generator.
    """

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"window": ("concurrent", "ever")})

    window: str = "concurrent"
    min_overlap_days: int = 1
    within_days: int = 90
    max_edges: int = 25
    samples: int = 300
    seed: int = 20260301


_SERVICE = MappingProxyType(
    {
        "service": Column("dimension", codes="services"),
        "level": Column("dimension", codes="levels"),
        "persons": Column("persons"),
        "families": Column("families"),
    }
)


@dataclass(frozen=True, slots=True)
class NetworkResult(Result):
    """Co-use of services in families.

    everyone : one row: all who were in some service, and the settings the charts must know (``ever`` 1 or 0;
        ``sampled`` 1 when the null model is made of a sample of the families).
    services : one row a service in catalogue order: its persons and families.
    hubs : the same with its families that have other services too (``several_families`` of ``several_all``), their
        share of all families with several services, and the mean number of other services of its families, beside
        what the null model lets expect.
    pairs : one row a pair of services that some family used. ``persons`` = members of those families who were in
        either; ``within`` = families with at most so many days between the two; ``at_once`` = with both open at the
        same time; ``same_child`` = clients who were in both themselves (in mode ``ever`` at any time); ``ratio`` =
        families / what the null model lets expect, ``mark`` = whether that is a difference.
    breadth : families by the largest number of services open on one day (mode ``ever``: by the number used).
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "persons": Column("persons"),
                "families": Column("families"),
                "ever": Column("public"),
                "min_overlap_days": Column("public"),
                "within_days": Column("public"),
                "max_edges": Column("public"),
                "sampled": Column("public"),
            }
        ),
        population=CLIENTS,
    )
    services: pd.DataFrame = result_table("counts", _SERVICE, within="everyone", population=CLIENTS)
    hubs: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                **_SERVICE,
                "several_families": Column("count", of=("several_persons", "several_families")),
                "several_all": Column("count", of=("several_all_persons", "several_all")),
                "share": Column("share", of=("several_families", "several_all")),
                "others": Column("ratio", of=("others_total", "size", "several_families")),
                "expected_others": Column("ratio", of=("expected_total", "size", "several_families")),
                **dict.fromkeys(("others_total", "expected_total", "size"), Column("expected")),
                **dict.fromkeys(("several_persons", "several_all_persons"), Column("behind")),
            }
        ),
        within="everyone",
        population=CLIENTS,
    )
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType(
            {
                "first": Column("dimension", codes="services"),
                "second": Column("dimension", codes="services"),
                "persons": Column("persons"),
                "families": Column("families"),
                "within": Column("count", of=("within_persons", "within")),
                "at_once": Column("count", of=("at_once_persons", "at_once")),
                "same_child": Column("count", of=("same_child", "same_child_families")),
                "families_first": Column("count", of=("persons_first", "families_first")),
                "families_second": Column("count", of=("persons_second", "families_second")),
                "share_first": Column("share", of=("families", "families_first")),
                "share_second": Column("share", of=("families", "families_second")),
                "ratio": Column("ratio", of=("families", "expected", "families")),
                "mark": Column("mark", of=("families", "expected", "spread")),
                **dict.fromkeys(("expected", "spread"), Column("expected")),
                **dict.fromkeys(
                    ("within_persons", "at_once_persons", "same_child_families", "persons_first", "persons_second"),
                    Column("behind"),
                ),
            }
        ),
        nodes="services",
        population=TOGETHER,
    )
    breadth: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "n_services": Column("dimension", codes="numbers", adds=True),
                "persons": Column("persons", part_of=("everyone.persons",)),
                "families": Column("families", part_of=("everyone.families",)),
                "families_all": Column("count", of=("persons_all", "families_all")),
                "share": Column("share", of=("families", "families_all")),
                "persons_all": Column("behind"),
            }
        ),
        within="everyone",
        population=CLIENTS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: NetworkParams, context: Context) -> NetworkResult:
    """Return the tables of co-use.

    Parameters
    ----------
    counts : ``services``, ``pairs``, ``together``, ``number_of_services`` and ``masks`` of ``counts.sql``.

    Returns
    -------
    All tables empty when nobody was in any service inside the window.
    """
    place = {service: number for number, service in enumerate(context.services)}
    everybody, masks = counts["together"].iloc[0], counts["masks"]
    services = _in_catalogue_order(counts["services"], ("service",), place)
    sizes = services.groupby("service")["families"].sum().astype(float)
    expected = expected_of(masks, everybody["families"], sizes, [*context.services], params.seed, params.samples)
    turned = _turned(counts["pairs"], place)
    pairs = _in_catalogue_order(_pairs(turned, services, expected), ("first", "second"), place)
    everyone = _everyone(counts["together"], params, sampled=masks["families"].sum() < everybody["families"])
    tables = {
        "everyone": everyone, "services": services, "hubs": _hubs(services, turned, everybody, expected),
        "pairs": pairs, "breadth": _breadth(counts["number_of_services"], everyone),
    }  # fmt: skip
    declared = NetworkResult.tables()
    return NetworkResult(**{name: frame[list(declared[name].columns)] for name, frame in tables.items()})


def _everyone(together: pd.DataFrame, params: NetworkParams, *, sampled: bool) -> pd.DataFrame:
    known = together[together["persons"] > 0]
    return known.assign(
        ever=float(params.window == "ever"),
        min_overlap_days=float(params.min_overlap_days),
        within_days=float(params.within_days),
        max_edges=float(params.max_edges),
        sampled=float(sampled),
    ).reset_index(drop=True)


def _turned(pairs: pd.DataFrame, place: Mapping[str, int]) -> pd.DataFrame:
    """Name the service that comes first in the catalogue first."""
    first, second = (pairs[end].map(place).fillna(len(place)) for end in ("first", "second"))
    turn = (first > second).to_numpy()
    one, other = pairs["first"], pairs["second"]
    return pairs.assign(first=other.where(turn, one), second=one.where(turn, other))


def _pairs(pairs: pd.DataFrame, services: pd.DataFrame, expected: Expected) -> pd.DataFrame:
    people = services.set_index("service")[["persons", "families"]].astype(float)
    of_ends = {f"{who}_{end}": pairs[end].map(people[who]) for end in ("first", "second") for who in people}
    return pairs.assign(
        **of_ends,
        expected=expected.of(expected.together, pairs["first"], pairs["second"]),
        spread=expected.of(expected.spread, pairs["first"], pairs["second"]),
        **dict.fromkeys(("share_first", "share_second", "ratio", "mark"), np.nan),
    )


def _hubs(services: pd.DataFrame, pairs: pd.DataFrame, everybody: pd.Series[float], expected: Expected) -> pd.DataFrame:
    """Return what families of each service have besides; each pair is one other service for each of its families."""
    ends = pd.concat([pairs.set_index(end)["families"] for end in ("first", "second")])
    others = services["service"].map(ends.groupby(level=0).sum()).fillna(0.0).astype(float)
    wanted = services["service"].map(dict(zip(expected.codes, expected.others, strict=True))).astype(float)
    known = wanted.notna()
    return services.assign(
        several_all_persons=everybody["several_persons"],
        several_all=everybody["several_families"],
        others_total=others.where(known),
        expected_total=wanted * services["families"],
        size=services["families"].astype(float),
        **dict.fromkeys(("share", "others", "expected_others"), np.nan),
    )


def _breadth(number_of_services: pd.DataFrame, everyone: pd.DataFrame) -> pd.DataFrame:
    number = number_of_services["n_services"].clip(upper=MOST_COUNTED).astype(int)
    counted = number_of_services.assign(n_services=number).groupby("n_services", as_index=False)
    pooled = counted[["persons", "families"]].sum()
    code = pooled["n_services"].astype(str).where(pooled["n_services"] < MOST_COUNTED, f"{MOST_COUNTED}+")
    everybody = {f"{who}_all": float(everyone[who].sum()) for who in ("persons", "families")}
    return pooled.assign(n_services=code.astype(object), **everybody, share=np.nan)


def _in_catalogue_order(frame: pd.DataFrame, columns: tuple[str, ...], place: Mapping[str, int]) -> pd.DataFrame:
    """Sort rows by the place of their services in the catalogue, unknown ones last; never by a count (R13)."""
    places = {f"place_{name}": frame[name].map(place).fillna(len(place)).astype(int) for name in columns}
    ordered = frame.assign(**places).sort_values([*places, *columns], kind="stable")
    return ordered.drop(columns=list(places)).reset_index(drop=True)
