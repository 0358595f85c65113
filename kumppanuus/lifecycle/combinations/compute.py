"""Exact sets of services, and sets of three that are more, or less, common than their pairs let expect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.methods.order import in_order
from kumppanuus.methods.triples import Triples, triples
from kumppanuus.register.populations import CLIENT_SETS, CLIENTS, EVER_SETS, PEAK_SETS, SAMPLED_SETS
from kumppanuus.register.sets import codes_of_bits, members

JOIN, OTHER = "+", "other"
FEWEST = 13
"""Families who used all three, below which the gate shows no class of q (R16: ten or more for sure)."""
THREES = 3
"""What is expected goes to the gate in multiples of this, so that three numbers of families of a pair give the same."""
MOST_SETS = 200
"""So many of the commonest sets go to the gate one by one, the rarer ones as one row."""


@dataclass(frozen=True, slots=True)
class CombinationParams(Params):
    """Settings of the room.

    most_triples : sets of three that are published at most, those farthest from what is expected.
    min_ratio_percent : how many times as common as expected they must be (150 = 1.5 times, or the inverse).
    fdr_percent : of the sets of three that are called more or less common so many in a hundred may be so by chance.
    """

    most_triples: int = 10
    min_ratio_percent: int = 140
    fdr_percent: int = 5


def _sets(population: str, *, adds: bool) -> Any:
    """Declare exact sets; families of clients do not add up, for two members may have two sets."""
    once = {} if adds else {"families_once": Column("behind")}
    families = Column("families") if adds else Column("families", of=("families_once",))
    return result_table(
        "combinations",
        MappingProxyType(
            {
                "combination": Column("dimension", codes="services", adds=adds),
                "persons": Column("persons"),
                "families": families,
                **once,
            }
        ),
        population=population,
    )


@dataclass(frozen=True, slots=True)
class CombinationResult(Result):
    """Which services are used together.

    everyone : one row: all who were in some service. services : one row a service.
    at_once : families by the services they had open when they had the most at once (the longest such period).
    clients : clients by the services of their own, likewise.
    ever : families by all services they used in the window.
    sample : one row: the families of the sample that sets of three are judged by (all in a small register).
    triples : sets of three services (``a+b+c``): families who used all three (and others besides), how many times what
        their pairs let expect, and the q of the difference as a class.
    """

    everyone: pd.DataFrame = result_table(
        "counts", MappingProxyType({"persons": Column("persons"), "families": Column("families")}), population=CLIENTS
    )
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": Column("dimension", codes="services"),
                "level": Column("dimension", codes="levels"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        within="everyone",
        population=CLIENTS,
    )
    at_once: pd.DataFrame = _sets(PEAK_SETS, adds=True)
    clients: pd.DataFrame = _sets(CLIENT_SETS, adds=False)
    ever: pd.DataFrame = _sets(EVER_SETS, adds=True)
    sample: pd.DataFrame = result_table(
        "counts", MappingProxyType({"persons": Column("persons"), "families": Column("families")}),
        population=SAMPLED_SETS,
    )  # fmt: skip
    triples: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "triple": Column("dimension", codes="services"),
                "persons": Column("persons"),
                "families": Column("families"),
                "expected": Column("expected"),
                "ratio": Column("ratio", of=("families", "expected", "families")),
                "q": Column("evidence", of=("families",)),
            }
        ),
        within="sample",
        population=SAMPLED_SETS,
    )


def compute(
    counts: Mapping[str, pd.DataFrame], params: CombinationParams, context: Context
) -> CombinationResult:  # fmt: skip
    """Return the tables of the room; all empty when nobody was in a service."""
    services = tuple(context.services)
    sample = counts["sample"]
    people = sample[["persons", "families"]].sum()
    tables = {
        "everyone": counts["everyone"][counts["everyone"]["families"] > 0],
        "services": in_order(counts["services"], ("service",), context),
        **{name: _coded(counts[name], services) for name in ("at_once", "clients", "ever")},
        "sample": pd.DataFrame([people]) if people["families"] > 0 else pd.DataFrame(),
        "triples": _triples(sample, services, params),
    }
    declared = CombinationResult.tables()
    return CombinationResult(**{name: _declared(frame, [*declared[name].columns]) for name, frame in tables.items()})


def _declared(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=columns) if frame.empty else frame[columns].reset_index(drop=True)


def names_of(sets: np.ndarray, services: Sequence[str]) -> list[str]:
    """Return the code of each set: its services in the order of the catalogue, joined by ``+``; none: ``other``.

    Parameters
    ----------
    sets : shape (sets, bits), see `register.sets.members`.
    """
    codes = codes_of_bits(services)
    place = {code: number for number, code in enumerate(services)}
    order = sorted(range(len(codes)), key=lambda bit: (place.get(codes[bit], len(place)), codes[bit]))
    names = np.array([codes[bit] for bit in order], dtype=object)
    return [JOIN.join(names[has]) or OTHER for has in sets[:, order]]


def _coded(counted: pd.DataFrame, services: Sequence[str]) -> pd.DataFrame:
    """Name the commonest sets, and add up the others: none of them could be shown by itself."""
    if counted.empty:
        return counted
    ordered = counted.sort_values(["families", "low", "high"], ascending=[False, True, True], kind="stable")
    first = ordered.head(MOST_SETS)
    names = names_of(members(first["low"].to_numpy(), first["high"].to_numpy(), services), services)
    named = ordered.assign(combination=np.array([*names, *[OTHER] * (len(ordered) - len(first))], dtype=object))
    of = dict.fromkeys([each for each in counted if each not in ("low", "high")], "sum")
    if "families_once" not in counted:
        return named.groupby("combination", as_index=False).agg(of)
    one = named.groupby("combination", as_index=False).agg(of | {"families": "max"})  # members can have several sets
    return one.assign(families=one[["families", "families_once"]].max(axis=1))


def _triples(sample: pd.DataFrame, services: Sequence[str], params: CombinationParams) -> pd.DataFrame:
    """Return the sets of three that are clearly more or less common than their pairs let expect."""
    if sample.empty:
        return pd.DataFrame()
    sets = members(sample["low"].to_numpy(), sample["high"].to_numpy(), services)
    found = triples(sets, sample["families"].to_numpy())
    apart = np.abs(np.log(np.maximum(found.ratio, 1e-9)))
    clear = (found.q <= params.fdr_percent / 100) & (apart >= np.log(params.min_ratio_percent / 100))
    chosen = np.flatnonzero(clear & (found.observed >= FEWEST))
    chosen = chosen[np.lexsort((chosen, -apart[chosen]))][: params.most_triples]
    return _rows(found, chosen, sets, sample, services)


def _rows(
    found: Triples, chosen: np.ndarray, sets: np.ndarray, sample: pd.DataFrame, services: Sequence[str]
) -> pd.DataFrame:
    persons = sample["persons"].to_numpy(dtype=float)
    three = np.zeros((len(chosen), sets.shape[1]), dtype=bool)
    np.put_along_axis(three, found.places[chosen], True, axis=1)
    all_three = [sets[:, places].all(axis=1) for places in found.places[chosen]]
    rows = pd.DataFrame(
        {
            "triple": pd.Series(names_of(three, services), dtype=object),
            "persons": [float(persons[has].sum()) for has in all_three],
            "families": found.observed[chosen],
            "expected": np.maximum(np.round(found.expected[chosen] / THREES), 1) * THREES,
            "ratio": np.nan,
            "q": found.q[chosen],
        }
    )
    return rows.sort_values("triple", ignore_index=True)  # never by a count (R13)
