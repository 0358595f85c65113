"""What is counted before the gate: who is in, the capacity, and what a forecast made two years earlier expected."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.methods.forecast import remaining
from kumppanuus.methods.intervals import Floats
from kumppanuus.methods.order import in_order
from kumppanuus.methods.staying import Staying
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.resources.forecast.declared import CHECKED, GRID, ForecastParams, ForecastResult

_YEARS_BEFORE = 2
BANDS: Floats = np.array(GRID, dtype=float)
"""Months in service between which the rate of leaving is one."""


def compute(counts: Mapping[str, pd.DataFrame], params: ForecastParams, context: Context) -> ForecastResult:
    """Return the tables of the gate; the forecast is made after it, and its tables are empty here."""
    declared = ForecastResult.tables()
    gathered = {name: pd.DataFrame(columns=list(each.columns)) for name, each in declared.items() if each.gathered}
    places = counts["places"].assign(
        places=lambda rows: rows["places_hundredths"] / 100, fte=lambda rows: rows["fte_hundredths"] / 100
    )
    now = counts["now"][counts["now"]["persons"] > 0]
    frames = {
        "now": now,
        "checked": _checked(
            counts["at_cut"][counts["at_cut"]["service"].isin([*context.services])],
            counts["years_before"],
            params,
            context,
        ),
        "places": in_order(places, ("service",), context).head(len(places) if len(now) else 0),
    }
    return ForecastResult(
        **{name: frame[list(declared[name].columns)].reset_index(drop=True) for name, frame in frames.items()},
        **gathered,
    )


def _checked(at_cut: pd.DataFrame, before: pd.DataFrame, params: ForecastParams, context: Context) -> pd.DataFrame:
    """Return what was expected of each service with what was known then; services without a curve have no row."""
    people = before.groupby("service", observed=True).agg(
        came=("came", "sum"), open_families=("open_families", "max"), came_families=("came_families", "max")
    )
    people.index = people.index.astype(str)
    keys = ["service", "level", "year"]
    found = [
        (*map(str, codes), *expected)
        for codes, rows in at_cut.groupby(keys, sort=True, observed=True)
        if str(codes[0]) in people.index and (expected := _expected(rows, float(people["came"][str(codes[0])]), params))
    ]
    rows = pd.DataFrame(found, columns=[*keys, "remaining", "newcomers"])
    joined = rows.join(people, on="service")
    return in_order(joined, ("service",), context)


def _expected(rows: pd.DataFrame, came: float, params: ForecastParams) -> tuple[float, float] | None:
    """Return how many of those open then and of those who come are expected, in whole numbers.

    None without a rate. Newcomers: as many a month as in the years before.
    """
    seen = rows.groupby("day", observed=True)[["entering", "ended", "censored"]].sum()
    day = seen.index.to_numpy(dtype=float) / MONTH_DAYS
    entering, ended, still = (seen[name].to_numpy(dtype=float) for name in ("entering", "ended", "censored"))
    exposure = months_within(BANDS, day, ended + still) - months_within(BANDS, day, entering)
    ahead = months_within(BANDS, day + CHECKED, still) - months_within(BANDS, day, still)
    place = np.clip(
        np.searchsorted(BANDS, day, side="left") - 1, 0, len(BANDS) - 1
    )  # an end belongs to the days before it
    curve = rates_of_bands(
        BANDS, exposure, np.bincount(place, weights=ended, minlength=len(BANDS)).astype(float), ahead
    )
    if curve is None or exposure.sum() < params.least_months:
        return None
    stay, _ = remaining(day, curve, CHECKED, n=still)
    arriving = came / (12 * _YEARS_BEFORE) * float(curve.area(CHECKED)[0, 0])
    return float(np.round(stay)), float(np.round(arriving))


def months_within(bands: Floats, months: Floats, n: Floats) -> Floats:
    """Return the months that `n` each spend in every band of time in service up to `months`; the last band is open."""
    ends = np.append(bands[1:], np.inf)
    spent = np.clip(np.minimum(months[:, None], ends) - bands, 0.0, None)
    return np.asarray(n @ spent)


def rates_of_bands(bands: Floats, exposure: Floats, ended: Floats, ahead: Floats) -> Staying | None:
    """Return the curve of one rate of leaving a band; None when nothing was seen.

    Parameters
    ----------
    exposure, ended : months seen and ends, by band. ahead : months that those open now would spend there from now on.

    Notes
    -----
    Where fewer months were seen than lie ahead, as many as are lacking are added with the rate of all bands together:
    one end more then moves what is expected of those open by about one at most. That is why it may be told (R16).
    """
    if not exposure.sum() > 0:
        return None
    lacking = np.maximum(ahead - exposure, 0.0)
    seen = exposure + lacking
    left = ended + lacking * ended.sum() / exposure.sum()
    rate = np.divide(left, seen, out=np.zeros_like(seen), where=seen > 0)
    hazard = np.append(0.0, np.cumsum(rate[:-1] * np.diff(bands)))
    return Staying(bands, hazard[None], rate[-1:], np.zeros((1, len(bands))))
