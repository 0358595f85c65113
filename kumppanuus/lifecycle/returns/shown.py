"""Published returns as charts need them: layers of a whole, curves by months, shares with their limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Level, Series, State, StateDistribution
from kumppanuus.language.say import Say
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.register.leavings import KINDS

OTHER = "other"
YEAR = 12.0
TICKS = (0.0, 6.0, 12.0, 18.0, 24.0)
COLOURS: Mapping[str, Level] = MappingProxyType(
    {"higher": "corrective", "same_service": "early", "another": "universal", OTHER: "neutral"}
)


def layers(released: ReleasedResult, curves: str, say: Say, x_label: str) -> StateDistribution | None:
    """Return the kinds of return as layers, the rest on top; None where fewer than two points are published."""
    shares = shares_by_month(released, curves)
    if len(shares) < 2:
        return None
    order = [kind for kind in (*reversed(KINDS), OTHER) if kind in shares]
    rest = (1.0 - shares[order].sum(axis=1)).clip(lower=0.0)
    drawn = [_layer(kind, say.label("returns", kind), shares[kind], say) for kind in order]
    drawn.append(_layer("hidden", say("layers.rest"), rest, say))
    ticks = tuple(tick for tick in TICKS if tick <= shares.index[-1])
    ends = ticks if len(ticks) > 1 and ticks[-1] >= shares.index[-1] else (*ticks, float(shares.index[-1]))
    quarters = [say.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    month, last = told_month(shares), float(shares.index[-1])
    height = say(
        "layers.height", back=say.percent(back_at(shares, month)), months=month,
        end=say.percent(back_at(shares, last)), last=last,
    )  # fmt: skip
    return StateDistribution(
        tuple(drawn), tuple(map(float, shares.index)), ends, tuple(say.number(tick) for tick in ends), x_label,
        (*quarters,), height,  # type: ignore[arg-type]
    )  # fmt: skip


def _layer(kind: str, label: str, shares: pd.Series[float], say: Say) -> State:
    middle = len(shares) // 2
    inside = tuple(say.percent(float(share)) if place == middle else "" for place, share in enumerate(shares))
    values = tuple(float(share) for share in shares)
    colour: Level = "hidden" if kind == "hidden" else COLOURS.get(kind, "neutral")
    return State(label, colour, values, say.percent(values[-1]), inside, kind == OTHER)


def shares_by_month(released: ReleasedResult, curves: str) -> pd.DataFrame:
    """Return published shares: one row a month, one column a kind."""
    rows = released[curves].dropna(subset=["share"])
    if rows.empty:
        return pd.DataFrame()
    months = (rows["time"].astype(float) / MONTH_DAYS).round()
    return rows.assign(month=months).pivot(index="month", columns="kind", values="share").astype(float).dropna()


def told_month(shares: pd.DataFrame) -> float:
    """Return the month a headline speaks of: the twelfth where it is published, else the last."""
    return YEAR if YEAR in shares.index else float(shares.index[-1])


def back_at(shares: pd.DataFrame, month: float) -> float:
    """Return who is back by a month, of any kind; NaN where nothing is published for that month."""
    return round(float(shares.loc[month].sum()), 2) if month in shares.index else math.nan


def curves_of(released: ReleasedResult, curves: str, codes: str, say: Say, top: float = 1.0) -> dict[str, Series]:
    """Return the curves with two published points or more, by code, in the order of the table.

    Parameters
    ----------
    codes : the dimension; empty for a table with one curve. top : what the height of the plot stands for.
    """
    table = released[curves]
    parts = table.groupby(codes, sort=False) if codes else [("", table)]
    found = {}
    for code, rows in parts:
        points = rows.dropna(subset=["share"])
        if len(points) >= 2:
            found[str(code)] = _series(str(code), rows, points, codes, say, top)
    return found


def _series(code: str, rows: pd.DataFrame, points: pd.DataFrame, codes: str, say: Say, top: float) -> Series:
    marks = (rows["time"].astype(float) / MONTH_DAYS).round()
    at_risk = dict(zip(marks, rows["at_risk"].astype(float), strict=True))
    last = float((points["time"].astype(float) / MONTH_DAYS).round().iloc[-1])
    values = {name: np.clip(points[name].to_numpy(dtype=float) / top, 0.0, 1.0) for name in ("share", "lower", "upper")}
    band = not np.isnan([values["lower"], values["upper"]]).any()
    return Series(
        label=say.label("levels", code) if codes else say("again.curve"),
        key="" if codes else say("again.key"),
        colour=COLOUR_OF.get(code, "special"),
        x=tuple((points["time"].astype(float) / MONTH_DAYS).round()),
        y=tuple(values["share"]),
        lower=tuple(values["lower"]) if band else (),
        upper=tuple(values["upper"]) if band else (),
        table=tuple(_number(at_risk, tick, last, say) for tick in TICKS),
    )


COLOUR_OF: Mapping[str, Level] = MappingProxyType(
    {"universal": "universal", "early": "early", "special": "special", "corrective": "corrective", "unknown": "neutral"}
)


def _number(at_risk: Mapping[float, float], tick: float, last: float, say: Say) -> str:
    if tick in at_risk and tick <= last:
        return say("word.hidden") if math.isnan(at_risk[tick]) else say.number(at_risk[tick])
    return "–" if tick <= last else ""


def at_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return the shares at 12 months with limits, as ``value``, ``lower``, ``upper`` in per cents."""
    names = {"share_12": "value", "share_12_lower": "lower", "share_12_upper": "upper"}
    found = table[[*names]].astype(float).rename(columns=names) * 100
    both = found[["lower", "upper"]].notna().all(axis=1)
    return found.where(both.to_numpy()[:, None] | (found.columns == "value"))


def interval(row: pd.Series[float], say: Say) -> str:
    """Write ``31 % (28–34 %)`` of shares 0–1; without limits the share alone."""
    value, lower, upper = (float(row[each]) for each in ("value", "lower", "upper"))
    if math.isnan(lower) or math.isnan(upper):
        return say.percent(value)
    return f"{say.percent(value)} ({say.number(lower * 100)}–{say.percent(upper)})"


def clearly_apart(rows: Sequence[pd.Series]) -> tuple[pd.Series, pd.Series] | None:
    """Return the lowest and the highest of some shares when their intervals do not overlap."""
    known = [row for row in rows if not any(math.isnan(float(row[each])) for each in ("value", "lower", "upper"))]
    if len(known) < 2:
        return None
    ordered = sorted(known, key=lambda row: (float(row["value"]), str(row.name)))
    low, high = ordered[0], ordered[-1]
    return (low, high) if float(low["upper"]) < float(high["lower"]) else None
