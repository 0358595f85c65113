"""Results of analyses that do not exist yet, in every form of table the gate knows, with seeded numbers.

Groups are skewed: a few are large, many are small, so that there is much to hide. Families are of one to three people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.register.calendar import month_day

_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_SERVICE = Column("dimension", codes="services")
_YEAR = Column("dimension", codes="years", time_axis=True)
_MONTH = Column("dimension", codes="numbers", time_axis=True)
EDGES = (0, 30, 91, 182, 365, 730, 1461)
CAUSES = ("planned", "escalated", "dropped", "moved", "adult")
MONTHS = 36


@dataclass(frozen=True, slots=True)
class Combinations(Result):
    """Services used together, by year; everybody is in one combination."""

    everyone: pd.DataFrame = result_table("counts", MappingProxyType({"year": _YEAR, **_PEOPLE}))
    sets: pd.DataFrame = result_table(
        "combinations",
        MappingProxyType(
            {"year": _YEAR, "combination": Column("dimension", codes="combinations", adds=True), **_PEOPLE}
        ),
        within="everyone",
    )


@dataclass(frozen=True, slots=True)
class Paths(Result):
    """Ways through services: three steps."""

    everyone: pd.DataFrame = result_table("counts", _PEOPLE)
    ways: pd.DataFrame = result_table(
        "paths",
        MappingProxyType(
            {f"step_{n}": Column("dimension", codes="services", adds=True) for n in (1, 2, 3)} | {**_PEOPLE}
        ),
        within="everyone",
    )


@dataclass(frozen=True, slots=True)
class Histogram(Result):
    """Lengths of stays by service."""

    stays: pd.DataFrame = result_table(
        "histogram",
        MappingProxyType(
            {
                "service": _SERVICE,
                "bin": Column("dimension", codes="bins", adds=True),
                "low": Column("public", unit="days"),
                "high": Column("public", unit="days"),
                **_PEOPLE,
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class Likert(Result):
    """Answers from 1 to 5 to a number of items."""

    answers: pd.DataFrame = result_table(
        "likert",
        MappingProxyType(
            {
                "item": Column("dimension", codes="items"),
                "answer": Column("dimension", codes="answers", adds=True),
                **_PEOPLE,
                "share": Column("share", of=("persons", "answered")),
                "answered": Column("behind"),
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class Lorenz(Result):
    """Share of the costs that the cheapest families take, by tenths."""

    costs: pd.DataFrame = result_table(
        "lorenz",
        MappingProxyType(
            {
                "year": _YEAR,
                "tenth": Column("dimension", codes="tenths"),
                **_PEOPLE,
                "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
                "concentration": Column("concentration"),
                "share": Column("cumulative", of=("cost_eur", "concentration")),
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class Queue(Result):
    """Who waits, comes and leaves, month by month."""

    months: pd.DataFrame = result_table(
        "queue",
        MappingProxyType(
            {
                "service": _SERVICE,
                "month": _MONTH,
                **{name: Column("count", of=(name, f"{name}_families")) for name in ("waiting", "came", "left")},
                **{f"{name}_families": Column("behind") for name in ("waiting", "came", "left")},
            }
        ),
    )


@dataclass(frozen=True, slots=True)
class Incidence(Result):
    """Ends by cause."""

    causes: pd.DataFrame = result_table(
        "curve",
        MappingProxyType(
            {
                "service": _SERVICE,
                "cause": Column("dimension", codes="causes"),
                "time": Column("time", unit="days"),
                "share": Column("incidence"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count"),
                "events": Column("count"),
                "ending_families": Column("behind"),
                **_PEOPLE,
            }
        ),
        together=("cause",),
    )


@dataclass(frozen=True, slots=True)
class Occupation(Result):
    """Share of people on each level over time."""

    states: pd.DataFrame = result_table(
        "curve",
        MappingProxyType(
            {
                "group": Column("dimension", codes="groups"),
                "state": Column("dimension", codes="levels"),
                "time": Column("time", unit="days"),
                "share": Column("occupation"),
                "at_risk": Column("count"),
                "events": Column("count"),
                "ending_families": Column("behind"),
                **_PEOPLE,
            }
        ),
        together=("state",),
    )


def synthetic_results(seed: int, people: int = 2000) -> dict[str, Result]:
    """Return twenty results, one exhibit each, of about so many people."""
    random = np.random.default_rng(seed)
    made = [*_combinations(random, people), *_paths(random, people), *_histograms(random, people),
            *_likert(random, people), *_lorenz(random, people), *_queues(random, people),
            *_incidence(random, people), *_occupation(random, people)]  # fmt: skip
    return {f"synthetic.{type(result).__name__.lower()}_{number}": result for number, result in enumerate(made)}


def _families(persons: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.where(persons > 0, np.maximum(1, np.ceil(persons / random.uniform(1, 2, persons.shape))), 0).astype(int)


def _skewed(random: np.random.Generator, total: int, parts: int) -> np.ndarray:
    weights = random.pareto(0.8, parts) + 0.01
    return random.multinomial(total, weights / weights.sum())


def _combinations(random: np.random.Generator, people: int) -> Iterator[Result]:
    names = ["+".join(each) for size in (1, 2, 3) for each in combinations("abcdefgh", size)]
    for _ in range(3):
        sets = []
        for year in ("2022", "2023", "2024"):
            persons = _skewed(random, people, len(names))
            rows = pd.DataFrame({"year": year, "combination": names, "persons": persons})
            sets.append(rows[rows["persons"] > 0].assign(families=lambda r: _families(r["persons"].to_numpy(), random)))
        table = pd.concat(sets, ignore_index=True)
        yield Combinations(table.groupby("year", as_index=False)[list(_PEOPLE)].sum(), table)


def _paths(random: np.random.Generator, people: int) -> Iterator[Result]:
    for _ in range(3):
        ways = pd.MultiIndex.from_product([list("abcdef"), list("abcdefx"), list("abcdefx")]).to_frame(index=False)
        ways.columns = pd.Index(["step_1", "step_2", "step_3"])
        ways["persons"] = _skewed(random, people, len(ways))
        ways = ways[ways["persons"] > 0].reset_index(drop=True)
        ways["families"] = _families(ways["persons"].to_numpy(), random)
        yield Paths(ways[list(_PEOPLE)].sum().to_frame().T, ways)


def _histograms(random: np.random.Generator, people: int) -> Iterator[Result]:
    for _ in range(3):
        rows = []
        for service, n in zip("abcdefghij", _skewed(random, people, 10), strict=True):
            persons = _skewed(random, int(n), len(EDGES) - 1)
            bins = {"bin": [str(e) for e in EDGES[:-1]], "low": EDGES[:-1], "high": EDGES[1:], "persons": persons}
            rows.append(pd.DataFrame({"service": service, **bins, "families": _families(persons, random)}))
        yield Histogram(pd.concat(rows, ignore_index=True))


def _likert(random: np.random.Generator, people: int) -> Iterator[Result]:
    for _ in range(3):
        rows = []
        for item in range(12):
            persons = _skewed(random, people // 10, 5)
            answers = {"answer": list("12345"), "persons": persons, "families": _families(persons, random)}
            rows.append(pd.DataFrame({"item": f"q{item:02d}", **answers, "share": np.nan, "answered": persons.sum()}))
        yield Likert(pd.concat(rows, ignore_index=True))


def _lorenz(random: np.random.Generator, people: int) -> Iterator[Result]:
    for _ in range(2):
        rows = []
        for year in ("2022", "2023", "2024"):
            costs = np.sort(random.lognormal(8, 1.2, people // 2 // 10 * 10)).reshape(10, -1)
            rows += [
                (
                    year,
                    str(place),
                    2 * costs.shape[1],
                    costs.shape[1],
                    part.sum(),
                    (part**2).sum() / part.sum() ** 2,
                    np.nan,
                )
                for place, part in enumerate(costs, start=1)
            ]
        yield Lorenz(pd.DataFrame(rows, columns=list(Lorenz.tables()["costs"].columns)))


def _queues(random: np.random.Generator, people: int) -> Iterator[Result]:
    months = [f"{2022 + n // 12}-{n % 12 + 1:02d}" for n in range(MONTHS)]
    for _ in range(3):
        rows = []
        for service, size in zip("abcdef", _skewed(random, people, 6), strict=True):
            waiting = int(size) // 4
            for month in months:
                came = int(random.poisson(size / MONTHS))
                left = int(min(waiting + came, random.poisson(size / MONTHS)))
                waiting += came - left
                rows.append((service, month, waiting, came, left, waiting, came, left))
        yield Queue(pd.DataFrame(rows, columns=list(Queue.tables()["months"].columns)))


def _incidence(random: np.random.Generator, people: int) -> Iterator[Result]:
    for _ in range(2):
        rows = []
        for service, n in zip("abcdef", _skewed(random, people, 6), strict=True):
            if n:
                rows.append(_causes(random, service, int(n)))
        yield Incidence(pd.concat(rows, ignore_index=True)[list(Incidence.tables()["causes"].columns)])


def _causes(random: np.random.Generator, service: str, n: int) -> pd.DataFrame:
    weights = random.dirichlet(np.ones(len(CAUSES)) * 0.6)
    month = np.minimum(np.ceil(random.exponential(14, n)), MONTHS + 1).astype(int)
    cause = random.choice(len(CAUSES), n, p=weights)
    gone = np.cumsum(np.bincount(month, minlength=MONTHS + 2)[: MONTHS + 1])
    parts = []
    for place, name in enumerate(CAUSES):
        events = np.bincount(month[cause == place], minlength=MONTHS + 2)[: MONTHS + 1]
        share = np.cumsum(events) / n
        parts.append(
            pd.DataFrame(
                {
                    "service": service, "cause": name, "time": [month_day(m) for m in range(MONTHS + 1)],
                    "share": share, "lower": np.maximum(share - 0.05, 0), "upper": np.minimum(share + 0.05, 1),
                    "at_risk": n - gone, "events": events, "ending_families": (events + 1) // 2, "persons": n,
                    "families": max(1, n // 2),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _occupation(random: np.random.Generator, people: int) -> Iterator[Result]:
    states = np.array(["universal", "early", "special", "corrective"])
    rows = []
    for group, n in zip("ab", (people // 2, people // 10), strict=True):
        place = random.choice(4, n, p=[0.6, 0.25, 0.1, 0.05])
        history = [place]
        for _ in range(MONTHS):
            moves = random.random(n) < 0.03
            place = np.where(moves, random.choice(4, n, p=[0.5, 0.25, 0.15, 0.1]), place)
            history.append(place)
        for number, state in enumerate(states):
            inside = np.array([(each == number).sum() for each in history])
            moved = [0] + [int(((a == number) != (b == number)).sum()) for a, b in pairwise(history)]
            rows.append(
                pd.DataFrame(
                    {
                        "group": group, "state": state, "time": [month_day(m) for m in range(MONTHS + 1)],
                        "share": inside / n, "at_risk": n, "events": moved,
                        "ending_families": [(m + 1) // 2 for m in moved], "persons": n, "families": n // 2,
                    }
                )
            )  # fmt: skip
    table = pd.concat(rows, ignore_index=True)[list(Occupation.tables()["states"].columns)]
    yield Occupation(table)
    yield Occupation(table[table["group"] == "a"].reset_index(drop=True))
