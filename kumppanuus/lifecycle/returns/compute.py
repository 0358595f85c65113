"""Who comes back after all services have ended: cumulative incidence by kind of return, and how often in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Context, Params, Result, result_table
from kumppanuus.lifecycle.returns.every_return import again_points, return_counts
from kumppanuus.lifecycle.returns.groups import BACK, Left, left, quarter_days
from kumppanuus.methods.causes import cause_counts, period_counts
from kumppanuus.methods.incidence import Incidence, incidence_curves
from kumppanuus.methods.incidence_bands import with_family_band
from kumppanuus.methods.intervals import Floats, family_weights
from kumppanuus.methods.recurrence import MeanCumulative, mean_cumulative
from kumppanuus.register.calendar import month_day
from kumppanuus.register.codes import LEVELS, UNKNOWN
from kumppanuus.register.leavings import FOLLOW_MONTHS, KINDS
from kumppanuus.register.populations import LEAVERS, LEFT_HOMES
from kumppanuus.register.spells import FAMILY_GROUPS

READ = tuple(f"share_{month}{end}" for month in (6, 12, 24) for end in ("", "_lower", "_upper"))


@dataclass(frozen=True, slots=True)
class ReturnParams(Params):
    """Settings of the room.

    replicates, seed : of the bootstrap over groups of families.
    """

    replicates: int = 400
    seed: int = 20260201


def _curve(
    population: str,
    *dimensions: tuple[str, Column],
    whole: str = "",
    together: tuple[str, ...] = (),
    mean: bool = False,
) -> Any:
    unit = "times" if mean else ""
    return result_table(
        "curve",
        MappingProxyType(
            {
                **dict(dimensions),
                "time": Column("time", unit="days"),
                "share": Column("recurrence", unit="times") if mean else Column("incidence"),
                "lower": Column("lower", unit=unit),
                "upper": Column("upper", unit=unit),
                "at_risk": Column("count", of=("at_risk", "families_at_risk"), cell="followed" if mean else ""),
                "events": Column("count", of=("ending_families", "ending_families"),
                                 part_of=(f"{whole}.events",) if whole else ()),
                "persons": Column("persons"),
                "families": Column("families"),
                "ending_families": Column("behind"),
                "families_at_risk": Column("behind"),
            }
        ),
        population=population,
        together=together,
    )  # fmt: skip


def _people(
    population: str, *dimensions: tuple[str, Column], within: str = "", curves: str = "", back: bool = False
) -> Any:
    """Declare people; with what is read off their curve.

    back : of those who left only the ones who are seen to come back; else all, and nobody is in two rows.
    """
    names = {name: f"returned_{name}" if back else "" for name in ("persons", "families")}
    parts = (f"{within}.persons",) if within and not back else ()
    read = {each: Column("from_curve", (curves, each)) for each in READ} if curves else {}
    columns = {
        **dict(dimensions),
        "persons": Column("persons", cell=names["persons"], part_of=parts),
        "families": Column("families", cell=names["families"]),
        **read,
    }
    return result_table("counts", MappingProxyType(columns), within=within, population=population)


def _whole(population: str) -> Any:
    """Declare all who left, and those who are left out because they moved away."""
    columns = {
        "persons": Column("persons"),
        "families": Column("families"),
        "moved": Column("count", of=("moved", "moved_families")),
        "moved_families": Column("behind"),
    }
    return result_table("counts", MappingProxyType(columns), population=population)


_KIND = ("kind", Column("dimension", codes="returns"))
_LEVEL = ("level", Column("dimension", codes="levels"))
_SERVICE = ("service", Column("dimension", codes="services"))


@dataclass(frozen=True, slots=True)
class ReturnResult(Result):
    """Who comes back, since the day on which the last service ended; clients, and families when nobody has any more.

    again : the mean number of returns of a client so far, every one counted. Its ``events`` are those that are not
        somebody's first: what it tells besides the curves of first returns must be enough by itself.
    kind_curves : share whose *first* return was of a kind by then; level_curves, service_curves : of any kind, by what
        was left last. ``at_risk``: not back yet and followed; ``events``: returns since the row before.
    everyone, homes : who left; ``moved``: who is left out, as the last service ended by a move. levels, services : by
        what they left. kinds, family_kinds : who is seen to come back within 24 months, by how. Shares are read off
        the curves.
    """

    everyone: pd.DataFrame = _whole(LEAVERS)
    again: pd.DataFrame = _curve(LEAVERS, mean=True)
    kinds: pd.DataFrame = _people(LEAVERS, _KIND, within="everyone", curves="kind_curves", back=True)
    kind_curves: pd.DataFrame = _curve(LEAVERS, _KIND, together=("kind",))
    levels: pd.DataFrame = _people(LEAVERS, _LEVEL, within="everyone", curves="level_curves")
    level_curves: pd.DataFrame = _curve(LEAVERS, _LEVEL, whole="kind_curves")
    services: pd.DataFrame = _people(LEAVERS, _LEVEL, _SERVICE, within="levels", curves="service_curves")
    service_curves: pd.DataFrame = _curve(LEAVERS, _LEVEL, _SERVICE, whole="level_curves")
    homes: pd.DataFrame = _whole(LEFT_HOMES)
    family_kinds: pd.DataFrame = _people(LEFT_HOMES, _KIND, within="homes", curves="family_curves", back=True)
    family_curves: pd.DataFrame = _curve(LEFT_HOMES, _KIND, together=("kind",))


def compute(counts: Mapping[str, pd.DataFrame], params: ReturnParams, context: Context) -> ReturnResult:
    """Estimate returns of clients and of families."""
    declared = ReturnResult.tables()
    if counts["sizes"].empty:
        return ReturnResult(**{name: pd.DataFrame(columns=[*table.columns]) for name, table in declared.items()})
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    found = {**_clients(counts, weights, context), **_families(counts, weights)}
    made = {name: _told(found[name], [*table.columns]) for name, table in declared.items()}
    return ReturnResult(**made)


def exact(counts: Mapping[str, pd.DataFrame], params: ReturnParams) -> tuple[Incidence, MeanCumulative]:
    """Return the exact estimates of all clients, by kind and every return: for tests, never for a report."""
    weights = family_weights(FAMILY_GROUPS, params.replicates, seed=params.seed)
    whole = counts["behind"][(counts["behind"]["level"] == "") & (counts["behind"]["service"] == "")]
    everybody = left(counts["returns"], counts["steps"], whole, KINDS, weights, FOLLOW_MONTHS)
    return everybody.curves, mean_cumulative(return_counts(counts["again"]))


def _told(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return whole.assign(**{each: np.nan for each in READ if each in columns})[columns]


def _clients(counts: Mapping[str, pd.DataFrame], weights: Floats, context: Context) -> dict[str, list[pd.DataFrame]]:
    sizes = counts["sizes"]
    order = {code: place for place, code in enumerate((*LEVELS, UNKNOWN))}
    places = {code: place for place, code in enumerate(context.services)}
    sizes = sizes.assign(_level=sizes["level"].map(order), _service=sizes["service"].map(places).fillna(len(places)))
    sizes = sizes.sort_values(["_level", "_service", "service"], kind="stable")
    found: dict[str, list[pd.DataFrame]] = {f"{name}_curves": [] for name in ("kind", "level", "service")}
    found |= {"everyone": [_of(sizes, "", "").assign(**_moved(counts, "client"))], "kinds": [counts["kind_sizes"]]}
    found |= {"levels": [sizes[(sizes["level"] != "") & (sizes["service"] == "")]],
              "services": [sizes[sizes["service"] != ""]]}  # fmt: skip
    for row in sizes.to_dict("records"):
        codes = {name: str(row[name]) for name in ("level", "service") if row[name]}
        kinds, name = (KINDS, "kind") if not codes else ((BACK,), "service" if row["service"] else "level")
        group = left(_rows(counts["returns"], codes), _rows(counts["steps"], codes),
                     _of(counts["behind"], row["level"], row["service"]), kinds, weights, FOLLOW_MONTHS)  # fmt: skip
        found[f"{name}_curves"].append(_points(group, kinds).assign(
            **codes, persons=row["persons"], families=row["families"]))  # fmt: skip
    whole = found["everyone"][0].iloc[0]
    found["again"] = [again_points(counts).assign(persons=whole["persons"], families=whole["families"])]
    return found


def _moved(counts: Mapping[str, pd.DataFrame], whose: str) -> dict[str, float]:
    """Return who is left out: clients, or families with the number of their members."""
    rows = counts["moved"][counts["moved"]["whose"] == whose]
    return {"moved": float(rows["persons"].sum()), "moved_families": float(rows["families"].sum())}


def _of(frame: pd.DataFrame, level: str, service: str) -> pd.DataFrame:
    return frame[(frame["level"] == level) & (frame["service"] == service)]


def _rows(frame: pd.DataFrame, codes: Mapping[str, str]) -> pd.DataFrame:
    for name, code in codes.items():
        frame = frame[frame[name] == code]
    return frame


def _points(group: Left, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Read a group at the quarters that anybody was observed at, one row a kind and quarter."""
    days = quarter_days(FOLLOW_MONTHS)
    days = days[days <= group.curves.last_day]
    under = group.counts.any_cause.under_observation[days]
    parts = []
    for kind in kinds:
        share, lower, upper = np.array([group.curves.at(kind, int(day)) for day in days]).T
        gathered = np.cumsum(group.curves.events[group.curves.causes.index(kind)])[days]
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind, "time": days, "share": share, "lower": lower, "upper": upper, "at_risk": under,
                    "events": np.diff(gathered, prepend=0.0),
                    "ending_families": np.diff(group.first[kind][: len(days)], prepend=0.0),
                    "families_at_risk": group.staying[: len(days)],
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _families(counts: Mapping[str, pd.DataFrame], weights: Floats) -> dict[str, list[pd.DataFrame]]:
    rows = counts["family_returns"]
    if rows.empty:
        return {"homes": [], "family_kinds": [], "family_curves": []}
    entry, days = np.zeros(len(rows)), quarter_days(FOLLOW_MONTHS)
    by_day = cause_counts(
        entry, rows["day"], rows["kind"], rows["n"], causes=KINDS, last_day=month_day(FOLLOW_MONTHS) + 1
    )
    by_group = period_counts(
        entry, rows["day"], rows["kind"], rows["n"], edges=days.tolist(), group=rows["family_group"],
        groups=FAMILY_GROUPS, causes=KINDS,
    )  # fmt: skip
    curves = with_family_band(incidence_curves(by_day), by_group, weights)
    under = by_day.any_cause.under_observation[days]
    first = {kind: np.cumsum(each)[days] for kind, each in zip(curves.causes, by_day.ended, strict=True)}
    people = rows[["n", "persons"]].sum()
    size = {"persons": float(people["persons"]), "families": float(people["n"])}
    back = rows[rows["kind"].isin(KINDS)].groupby("kind", as_index=False)[["persons", "n"]].sum()
    points = _points(Left(by_day, curves, under, first), KINDS)
    return {
        "homes": [pd.DataFrame([{**size, **_moved(counts, "family")}])],
        "family_kinds": [back.rename(columns={"n": "families"})],
        "family_curves": [points.assign(**size)],
    }
