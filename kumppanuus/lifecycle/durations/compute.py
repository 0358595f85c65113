"""How long client relationships last: Kaplan–Meier per service and per level, beside what the ended ones alone say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.analysis import CURVE_STATISTICS, Column, Context, Params, Result, result_table
from kumppanuus.lifecycle.durations.groups import Group, groups_of_levels, groups_of_services
from kumppanuus.lifecycle.durations.people import Distinct, Months, month_of
from kumppanuus.methods.daygrid import DayCounts
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.survival import Survival, survival_curve
from kumppanuus.register.calendar import MONTH_DAYS, month_day
from kumppanuus.register.populations import CLIENTS

YEAR, TWO_YEARS = month_day(12), month_day(24)
_BEHIND_LENGTHS = ("late_persons", "late_families", "open_persons", "open_families")
_BEHIND_POINTS = ("persons_at_risk", "families_at_risk", "ending_persons", "ending_families", "persons_later",
                  "families_later")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DurationParams(Params):
    """Settings of the analysis.

    months : last month of the published grid. Medians look further, but readers do not.
    at_least : under late entry a curve begins on the first day with so many under observation.
    replicates, seed : of the bootstrap over groups of families.
    """

    months: int = 60
    at_least: int = 10
    replicates: int = 400
    seed: int = 20260201


def _curve(*dimensions: tuple[str, Column], whole: str = "") -> Any:
    return result_table(
        "curve",
        MappingProxyType(
            {
                **dict(dimensions),
                "time": Column("time", unit="days"),
                "survival": Column("survival"),
                "lower": Column("lower"),
                "upper": Column("upper"),
                "at_risk": Column("count", of=("persons_at_risk", "families_at_risk")),
                "events": Column("count", of=("ending_persons", "ending_families"),
                                 part_of=_parts_of(whole, "events")),
                "later": Column("count", of=("persons_later", "families_later")),
                "persons": Column("persons"),
                "families": Column("families"),
                **dict.fromkeys(_BEHIND_POINTS, Column("behind")),
            }
        ),
        population=CLIENTS,
    )  # fmt: skip


def _parts_of(table: str, column: str) -> tuple[str, ...]:
    return (f"{table}.{column}",) if table else ()


def _lengths(curves: str, *dimensions: tuple[str, Column], within: str = "") -> Any:
    behind = ("ended_persons", "ended_families")
    still_open = "open_persons" if within else ""  # nobody has two open relationships in one service
    return result_table(
        "counts",
        MappingProxyType(
            {
                **dict(dimensions),
                "spells": Column("count", of=("persons", "families"), part_of=_parts_of(within, "spells")),
                "persons": Column("persons"),
                "families": Column("families"),
                "late": Column("count", of=("late_persons", "late_families"), part_of=_parts_of(within, "late")),
                "still_open": Column("count", of=("open_persons", "open_families"),
                                     part_of=("spells", *_parts_of(within, "still_open")), cell=still_open),
                "ended": Column("count", of=behind, part_of=("spells", *_parts_of(within, "ended"))),
                "ended_persons": Column("persons"),
                "ended_families": Column("families"),
                **{statistic: Column("from_curve", (curves, statistic)) for statistic in CURVE_STATISTICS},
                "ended_mean_24": Column("mean", (*behind, "ended_24_concentration"), unit="months",
                                        part_of=_parts_of(within, "ended_mean_24")),
                "ended_24_concentration": Column("concentration"),
                "ended_mean_months": Column("mean", (*behind, "ended_concentration"), unit="months",
                                            part_of=_parts_of(within, "ended_mean_months")),
                "ended_concentration": Column("concentration"),
                **dict.fromkeys(_BEHIND_LENGTHS, Column("behind")),
            }
        ),
        within=within,
        population=CLIENTS,
    )  # fmt: skip


_LEVEL = ("level", Column("dimension", codes="levels"))
_SERVICE = ("service", Column("dimension", codes="services"))


@dataclass(frozen=True, slots=True)
class DurationResult(Result):
    """How long client relationships last.

    service_curves, level_curves : one row per service or level and month (day ``month_day(m)``): the share still open
        with limits; ``at_risk``: under observation just after that day; ``events``: ended since the point before;
        ``later``: come under observation after that day, so that at_risk + later + all who left make up the group;
        and the distinct people behind each of these numbers, at least (``ending_…``: whose first end it is).
        A curve that begins late (too few under observation before) has share 1 and at_risk 0 on day 0.
        A level pools the spells of its services.
    services, levels : one row each: spells, how many of them began before the window, are open at its end, ended;
        what the curve says (median, shares, mean of the first 24 months); the average of the ended ones alone.
    """

    levels: pd.DataFrame = _lengths("level_curves", _LEVEL)
    level_curves: pd.DataFrame = _curve(_LEVEL)
    services: pd.DataFrame = _lengths("service_curves", _LEVEL, _SERVICE, within="levels")
    service_curves: pd.DataFrame = _curve(_LEVEL, _SERVICE, whole="level_curves")


def compute(counts: Mapping[str, pd.DataFrame], params: DurationParams, context: Context) -> DurationResult:
    """Estimate the curves of services and levels and gather what stands beside them."""
    services = groups_of_services(counts, context, params.at_least, params.replicates, params.seed)
    levels = groups_of_levels(counts, context, params.at_least, params.replicates, params.seed)
    declared = DurationResult.tables()
    return DurationResult(
        levels=_sizes(counts["level_sizes"], counts["level_lengths"], levels, [*declared["levels"].columns]),
        level_curves=_points(counts["level_sizes"], levels, params.months, [*declared["level_curves"].columns]),
        services=_sizes(counts["service_sizes"], counts["service_lengths"], services, [*declared["services"].columns]),
        service_curves=_points(counts["service_sizes"], services, params.months, [*declared["service_curves"].columns]),
    )


def estimates(counts: Mapping[str, pd.DataFrame], params: DurationParams, context: Context) -> pd.DataFrame:
    """Return the exact estimates before protection: for tests and for the organiser's own staff, never for a report.

    Returns
    -------
    One row per service and per level with the columns ``kind`` (service, level), ``code``, ``from_day``,
    ``median_days`` with ``median_lower`` and ``median_upper``, ``share_12`` and ``share_24`` (S after 365 and 730
    days) with ``_lower``/``_upper`` (bootstrap over families), ``_greenwood_lower``/``_greenwood_upper``, and
    ``at_risk_12``, ``at_risk_24``; ``mean_24_days`` (mean of the first 730 days). Days; NaN where not reached or
    not observed.
    """
    settings = (counts, context, params.at_least, params.replicates, params.seed)
    rows = [
        {"kind": kind, "code": code, **_estimate(group.counts, group.curve)}
        for kind, groups in (("service", groups_of_services(*settings)), ("level", groups_of_levels(*settings)))
        for code, group in groups.items()
        if group.curve is not None
    ]
    return pd.DataFrame(rows, columns=["kind", "code", *_ESTIMATES])


_SHARES = ("", "_lower", "_upper", "_greenwood_lower", "_greenwood_upper")
_ESTIMATES = (
    "from_day", "median_days", "median_lower", "median_upper",
    *(f"share_{m}{end}" for m in (12, 24) for end in _SHARES), "at_risk_12", "at_risk_24", "mean_24_days",
)  # fmt: skip


def _estimate(counts: DayCounts, curve: Survival) -> dict[str, float]:
    plain, at_risk = survival_curve(counts, from_day=curve.from_day), counts.pooled().at_risk
    found: dict[str, float] = {
        "from_day": curve.from_day,
        "median_days": curve.median.value,
        "median_lower": curve.median.lower,
        "median_upper": curve.median.upper,
        "mean_24_days": curve.from_day + curve.restricted_mean(TWO_YEARS).value,
    }
    for months, day in ((12, YEAR), (24, TWO_YEARS)):
        values = (*curve.at(day), *plain.at(day)[1:])
        found |= {f"share_{months}{end}": value for end, value in zip(_SHARES, values, strict=True)}
        found[f"at_risk_{months}"] = float(at_risk[day]) if day < len(at_risk) else 0.0
    return found


def _points(sizes: pd.DataFrame, groups: Mapping[str, Group], months: int, columns: list[str]) -> pd.DataFrame:
    """Read every curve at the grid of months; at_risk and later are those of the conditional curve."""
    dimensions = [name for name in columns if name in ("level", "service")]
    parts = [_grid(group, months).assign(**{dimensions[-1]: code}) for code, group in groups.items()]
    points = pd.concat([part for part in parts if len(part)] or [_nothing(columns)], ignore_index=True)
    points = points.drop(columns=[name for name in dimensions[:-1] if name in points])
    known = sizes[[*dimensions, "persons", "families"]]
    points = points.drop(columns=["persons", "families"], errors="ignore")
    return points.merge(known, on=dimensions[-1], how="left")[columns]


def _grid(group: Group, months: int) -> pd.DataFrame:
    curve = group.curve
    if curve is None:
        return pd.DataFrame()
    full = np.array([month_day(month) for month in range(1, months + 1)], dtype=np.int64)
    shown = np.flatnonzero((full > curve.from_day) & (full <= curve.last_day))
    days = full[shown]
    place = days - curve.from_day
    counts = group.counts.pooled().lasting(curve.from_day)
    gathered = np.append(0.0, np.cumsum(counts.ended)[days])
    survival, lower, upper = curve.survival[place], curve.lower[place], curve.upper[place]
    times = np.append(0, days)
    return pd.DataFrame(
        {
            "time": times,
            "survival": np.append(1.0, survival),
            "lower": np.append(1.0, np.where(survival == 0.0, 0.0, lower)),
            "upper": _last_known(np.append(1.0, upper)),
            "at_risk": counts.under_observation[times],
            "events": np.diff(gathered, prepend=0.0),
            "later": counts.later[times],
            **_people(group.people, np.append(0, shown + 1), curve.from_day),
        }
    )


def _people(people: Mapping[str, Distinct], months: Months, from_day: int) -> dict[str, Floats]:
    begins, found = month_of(from_day), {}
    for who, distinct in people.items():
        found[f"{who}_at_risk"] = distinct.at_risk(months, begins)
        found[f"ending_{who}"] = distinct.ending(months, begins)
        found[f"{who}_later"] = distinct.later(months, begins)
    return found


def _last_known(upper: Floats) -> Floats:
    """When all have ended there is no limit: keep the last one there was, which is on the safe side."""
    return np.asarray(pd.Series(upper).ffill(), dtype=np.float64)


def _sizes(sizes: pd.DataFrame, lengths: pd.DataFrame, groups: Mapping[str, Group], columns: list[str]) -> pd.DataFrame:
    keys = [name for name in columns if name in ("level", "service")]
    table = sizes.merge(lengths, on=keys, how="left")
    place = {code: number for number, code in enumerate(groups)}
    table = table.sort_values(keys[-1], key=lambda codes: codes.map(place), kind="stable", ignore_index=True)
    for measure, concentration, end in (
        ("ended_mean_months", "ended_concentration", ""),
        ("ended_mean_24", "ended_24_concentration", "_24"),
    ):
        days, ended = table[f"total_days{end}"].astype(float), table["ended"].astype(float)
        table[measure] = days / ended.where(ended > 0) / MONTH_DAYS
        table[concentration] = table[f"squared_days{end}"].astype(float) / days.where(days > 0) ** 2
    return table.assign(**dict.fromkeys(CURVE_STATISTICS, np.nan))[columns]


def _nothing(columns: list[str]) -> pd.DataFrame:
    """Return no rows with the columns and kinds of a full table."""
    kinds = {name: "object" if name in ("level", "service") else "float64" for name in columns}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
