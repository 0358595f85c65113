"""From counts of ways through the services to declared tables. The gate computes shares: it has protected numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.register import populations, sets
from kumppanuus.register.sets import RANKS
from kumppanuus.register.steps import CHANGES, RELATIONS

NONE, OPEN = "no_service", "continues"
"""Codes of steps that are no services: nothing for `quiet_days`; still open, or closed for less than that."""
EDGES = (0, 1, 3, 6, 12, 18, 24)
"""Edges of the bins of `pace`, in months of a duration (0, 30, 91, 182, 365, 547 and 730 days)."""
_SERVICE, _LEVEL = Column("dimension", codes="services"), Column("dimension", codes="levels")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
_SHARE = MappingProxyType(
    {
        "persons_all": Column("count", of=("persons_all", "families_all")),
        "share": Column("share", of=("persons", "persons_all")),
        "families_all": Column("behind"),
    }
)
_SETTINGS = ("washout_months", "quiet_days", "follow_days")
_CLIENTS_BEGUN = (("whose", "client"), ("seen", "seen"))


@dataclass(frozen=True, slots=True)
class PathwaysParams(Params):
    """Settings of the room.

    washout_months : a way begins only when no service was open in so many first months of the window.
    quiet_days : it ends only when none has been open for so many days.
    follow_days : the time to the second service is told of clients who could be followed for so many days, and within
        them; the edges of `pace` end there.
    """

    washout_months: int = 12
    quiet_days: int = 180
    follow_days: int = 730


@dataclass(frozen=True, slots=True)
class PathwaysResult(Result):
    """Ways from service to service.

    everyone : one row: all who were in some service, and the settings that the charts must know.
    beginnings : clients, and families (``whose``), whose beginning was seen, and those who were there ``before``.
    steps : of those whose beginning was seen: steps, and steps on which several services start on one day.
    ways : families by the levels of their first three steps. What is counted, and protected like people, are families:
        ``homes`` is the same number.
    pairs : clients by their first and second service.
    endings : clients whose last service has been over long enough, and the others.
    began, gone : one row: the clients whose beginning was seen; those whose end was.
    entries, exits : clients by the service they came in by, and by the one they were last in.
    phases, changes : clients by the highest level of their first services; and by what became of those.
    followed : clients who could be followed for two years from their beginning, and those with a second step in them.
    seconds : one row: those with one.
    pace : those with one, by months from the first start to the second.
    relations : those with one, by how the second step lies to the first.
    returned : clients of each service who came back to it after another one.
    """

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(dict(_PEOPLE) | dict.fromkeys(_SETTINGS, Column("public"))),
        population=populations.CLIENTS,
    )
    beginnings: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "whose": Column("dimension", codes="whose"),
                "seen": Column("dimension", codes="beginnings", adds=True),
                **_PEOPLE,
                "persons_all": Column("count", of=("persons_all", "families_all")),
                "families_all": Column("count", of=("persons_all", "families_all")),
                "share": Column("share", of=("persons", "persons_all")),
                "share_of_families": Column("share", of=("families", "families_all")),
            }
        ),
        population=populations.BEGUN,
    )
    steps: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "whose": Column("dimension", codes="whose"),
                "steps": Column("count", of=("persons", "families")),
                "tied_steps": Column("count", of=("tied_persons", "tied_families")),
                "share": Column("share", of=("tied_steps", "steps")),
                **dict.fromkeys(("persons", "families", "tied_persons", "tied_families"), Column("behind")),
            }
        ),
        population=populations.STEPS,
    )
    ways: pd.DataFrame = result_table(
        "paths",
        MappingProxyType(
            {f"step_{number}": Column("dimension", codes="levels", adds=True) for number in (1, 2, 3)}
            | {"families": Column("persons"), "homes": Column("families")}
        ),
        population=populations.LEVEL_WAYS,
    )
    pairs: pd.DataFrame = result_table(
        "paths",
        MappingProxyType(
            {f"step_{number}": Column("dimension", codes="services") for number in (1, 2)} | dict(_PEOPLE)
        ),
        population=populations.SERVICE_WAYS,
    )
    endings: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"seen": Column("dimension", codes="endings", adds=True), **_PEOPLE, **_SHARE}),
        population=populations.GONE,
    )
    began: pd.DataFrame = result_table(
        "counts", _PEOPLE, within="everyone", population=populations.BEGUN, fixed=_CLIENTS_BEGUN
    )
    gone: pd.DataFrame = result_table(
        "counts", _PEOPLE, within="everyone", population=populations.GONE, fixed=(("seen", "seen"),)
    )
    entries: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "level": _LEVEL, **_PEOPLE, **_SHARE}),
        within="began",
        population=populations.BEGUN,
        fixed=_CLIENTS_BEGUN,
    )
    exits: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "level": _LEVEL, **_PEOPLE, **_SHARE}),
        within="gone",
        population=populations.GONE,
        fixed=(("seen", "seen"),),
    )
    phases: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"phase": Column("dimension", codes="levels", adds=True), **_PEOPLE}),
        within="began",
        population=populations.BEGUN,
        fixed=_CLIENTS_BEGUN,
    )
    changes: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "phase": Column("dimension", codes="levels", adds=True),
                "change": Column("dimension", codes="changes", adds=True),
                **_PEOPLE,
                **_SHARE,
            }
        ),
        within="phases",
        population=populations.BEGUN,
        fixed=_CLIENTS_BEGUN,
    )
    followed: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                **_PEOPLE,
                "next_persons": Column("count", of=("next_persons", "next_families")),
                "share": Column("share", of=("next_persons", "persons")),
                "next_families": Column("behind"),
            }
        ),
        within="began",
        population=populations.FOLLOWED,
    )
    seconds: pd.DataFrame = result_table("counts", _PEOPLE, within="began", population=populations.SECOND_STEPS)
    pace: pd.DataFrame = result_table(
        "histogram",
        MappingProxyType(
            {
                "months": Column("dimension", codes="month_bins"),
                "low": Column("public", unit="months"),
                "high": Column("public", unit="months"),
                **_PEOPLE,
                "share": Column("share", of=("persons", "persons")),
            }
        ),
        population=populations.SECOND_STEPS,
    )
    relations: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"relation": Column("dimension", codes="relations", adds=True), **_PEOPLE, **_SHARE}),
        within="seconds",
        population=populations.SECOND_STEPS,
    )
    returned: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "service": _SERVICE,
                "level": _LEVEL,
                **_PEOPLE,
                "back": Column("count", of=("back", "back_families")),
                "share": Column("share", of=("back", "persons")),
                "back_families": Column("behind"),
            }
        ),
        within="everyone",
        population=populations.CLIENTS,
    )


def compute(counts: Mapping[str, pd.DataFrame], params: PathwaysParams, context: Context) -> PathwaysResult:
    """Return the tables of ways.

    Parameters
    ----------
    counts : the statements of ``counts.sql``.

    Returns
    -------
    All tables empty when nobody was in any service inside the window.
    """
    everyone = counts["everyone"][counts["everyone"]["persons"] > 0]
    began = _one(counts["beginnings"], whose="client", seen=True)
    gone = _one(counts["endings"], seen=True)
    followed = counts["followed"][counts["followed"]["persons"] > 0]
    seconds = _seconds(followed)
    doors = counts["doors"]
    tables = {
        "everyone": everyone.assign(**{name: float(getattr(params, name)) for name in _SETTINGS}),
        "beginnings": _seen(_beside(counts["beginnings"], everyone), "before"),
        "steps": counts["steps"],
        "ways": counts["ways"].assign(homes=counts["ways"]["families"]),
        "pairs": _pairs(counts["pairs"], context),
        "endings": _seen(_beside(counts["endings"], everyone), "open"),
        "began": began,
        "gone": gone,
        "entries": _in_catalogue_order(_beside(doors[~doors["is_exit"].astype(bool)], began), context),
        "exits": _in_catalogue_order(_beside(doors[doors["is_exit"].astype(bool)], gone), context),
        "phases": _in_order(counts["phases"], phase=RANKS),
        "changes": _changes(counts["changes"], counts["phases"]),
        "followed": followed,
        "seconds": seconds,
        "pace": _pace(counts["pace"]),
        "relations": _in_order(_beside(counts["relations"], seconds), relation=RELATIONS),
        "returned": _in_catalogue_order(counts["returned"], context),
    }
    declared = PathwaysResult.tables()
    return PathwaysResult(**{name: _declared(frame, list(declared[name].columns)) for name, frame in tables.items()})


def set_codes(low: pd.Series[int], high: pd.Series[int], services: Mapping[str, str]) -> list[str]:
    """Return the codes of sets: services joined by ``+``, in the order of the catalogue."""
    names = sets.codes_of_bits(services)
    places = {service: place for place, service in enumerate(services)}
    order = sorted(range(len(names)), key=lambda bit: (places.get(names[bit], len(places)), names[bit]))
    there = sets.members(low.to_numpy(), high.to_numpy(), services)
    return ["+".join(names[bit] for bit in order if row[bit]) for row in there]


def _declared(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return the declared columns; shares, which the gate computes, are not there yet."""
    return frame.assign(**{each: np.nan for each in columns if each not in frame})[columns].reset_index(drop=True)


def _one(rows: pd.DataFrame, **codes: object) -> pd.DataFrame:
    for name, code in codes.items():
        rows = rows[rows[name] == code]
    return rows[["persons", "families"]]


def _seen(rows: pd.DataFrame, otherwise: str) -> pd.DataFrame:
    return rows.assign(seen=np.where(rows["seen"].astype(bool), "seen", otherwise).astype(object))


def _beside(rows: pd.DataFrame, total: pd.DataFrame) -> pd.DataFrame:
    """Put the people of one row, the whole, beside every row."""
    return rows.assign(**{f"{who}_all": float(total[who].sum()) for who in ("persons", "families")})


def _pairs(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    first, second = (set_codes(rows[f"low_{k}"], rows[f"high_{k}"], context.services) for k in (1, 2))
    after = rows["after"].where(rows["after"] != "", pd.Series(second, index=rows.index, dtype=object))
    # several sets can have the same name where more services than bits share the last one
    named = rows.assign(step_1=first, step_2=after)
    return named.groupby(["step_1", "step_2"], sort=True)[["persons", "families"]].sum().reset_index()


def _changes(rows: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """Put the people of the whole phase beside each row."""
    whole = phases.set_index("phase")[["persons", "families"]]
    persons, families = (rows["phase"].map(whole[who]).astype(float) for who in ("persons", "families"))
    return _in_order(rows.assign(persons_all=persons, families_all=families), phase=RANKS, change=CHANGES)


def _in_order(rows: pd.DataFrame, **orders: tuple[str, ...]) -> pd.DataFrame:
    """Sort rows by the places of their codes; never by a count (R13)."""
    return rows.sort_values([*orders], key=lambda codes: codes.map(orders[str(codes.name)].index), kind="stable")


def _seconds(followed: pd.DataFrame) -> pd.DataFrame:
    rows = followed[followed["next_persons"] > 0]
    return rows[["next_persons", "next_families"]].set_axis(["persons", "families"], axis=1)


def _pace(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every bin of `EDGES`, also those that hold nobody."""
    if rows.empty:
        return rows
    low = pd.Series(EDGES[:-1], dtype=float)
    known = rows.set_index(rows["months"].astype(int))[["persons", "families"]].reindex(EDGES[:-1], fill_value=0.0)
    return pd.DataFrame(
        {
            "months": low.astype(int).astype(str),
            "low": low,
            "high": pd.Series(EDGES[1:], dtype=float),
            **{who: known[who].to_numpy() for who in known},
        }
    )


def _in_catalogue_order(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Sort rows by the place of their service in the catalogue, unknown ones last; never by a count (R13)."""
    places = {service: place for place, service in enumerate(context.services)}
    place = rows["service"].map(places).fillna(len(places))
    return rows.assign(_place=place).sort_values(["_place", "service"], kind="stable").drop(columns="_place")
