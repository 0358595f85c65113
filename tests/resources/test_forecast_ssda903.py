"""A register that nobody here wrote: care by own (PR1-PR3) and external (PR4, PR5) providers, forecast and then seen.

The caseload of the sample falls by half every one and a half years. What is forecast at the end of March 2020 with what
was known then is held against March 2022, and against plain projections with average rates.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.methods.arrivals import fit_arrivals
from kumppanuus.methods.daygrid import day_counts
from kumppanuus.methods.forecast import forecast, pooled, with_limits
from kumppanuus.methods.staying import staying
from kumppanuus.methods.survival import survival_curve
from kumppanuus.study import Study, load_study

FIRST, CUT, THEN = datetime.date(2017, 4, 1), datetime.date(2020, 4, 1), datetime.date(2022, 4, 1)
GRID = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)
MONTH = 365.25 / 12
WAYS = ("own", "purchased")
Care = tuple[pd.DataFrame, Study]


@pytest.fixture(scope="module")
def care(ssda903: Path) -> Care:
    study = load_study(ssda903)
    intake, _ = pipeline.read(study, progress=lambda *_: None)
    rows = intake.tables["relationships"].select(["client", "service", "production", "start", "end"]).to_pandas()
    rows = rows[rows["production"].isin(WAYS)]
    days = {name: (pd.to_datetime(rows[name]) - pd.Timestamp(CUT)).dt.days for name in ("start", "end")}
    return rows.assign(**days).drop_duplicates(["client", "service", "production", "start"]), study


@dataclass(frozen=True)
class Seen:
    """What is known at the cut of one way of production; days from the cut."""

    made: pd.DataFrame
    average: float
    last_year: float
    year_eur: float


def _open(rows: pd.DataFrame, day: int) -> pd.DataFrame:
    return rows[(rows["start"] < day) & ~(rows["end"] <= day)]


def _prices(rows: pd.DataFrame, study: Study) -> pd.Series:
    known = {(one.code, way): one.cost_of_unit(way) for one in study.services for way in WAYS}
    return pd.Series([known[pair] for pair in zip(rows["service"], rows["production"], strict=True)], dtype=float)


def _seen(care: Care, way: str, late_entry: bool = True) -> Seen:
    rows, study = care
    mine = rows[rows["production"] == way]
    window = (FIRST - CUT).days
    known = mine[(mine["start"] < 0) & ~(mine["end"] <= window) & ~(mine["end"] <= mine["start"])]
    entry = np.maximum(window - known["start"], 0)
    leaves, ended = np.fmin(known["end"], 0) - known["start"], (known["end"] <= 0).to_numpy()
    days = day_counts(entry if late_entry else 0 * entry, leaves, ended)
    curve = survival_curve(days)
    at = [min(int(month * MONTH), curve.last_day) for month in GRID]
    ages = leaves[~ended].to_numpy() / MONTH
    stock = np.bincount(np.searchsorted(GRID, ages, side="right") - 1, minlength=len(GRID)).astype(float)
    quarters = np.arange(-36.0, 0, 3)
    starts = mine["start"].to_numpy() / MONTH
    coming = fit_arrivals([[((starts >= q) & (starts < q + 3)).sum() for q in quarters]], quarters, quarters + 3)
    made = forecast(pd.DataFrame({"way": [way]}), staying(GRID, curve.survival[at], np.sqrt(curve.variance[at])),
                    stock[None], coming, [24])  # fmt: skip
    seen_months = (leaves - entry).sum() / MONTH
    lately = known[~(known["end"] <= -365)]
    last_months = (np.fmin(lately["end"], 0) - np.fmax(lately["start"], -365)).sum() / MONTH
    plain = (
        _plain(stock.sum(), ended.sum() / seen_months, (starts[starts >= -36] < 0).sum() / 36),
        _plain(stock.sum(), (lately["end"] <= 0).sum() / last_months, ((starts >= -12) & (starts < 0)).sum() / 12),
    )
    return Seen(made, *plain, 365 * float(_prices(_open(mine, 0), study).mean()))


def _plain(stock: float, leave: float, come: float) -> float:
    """Project with one rate of leaving and one of coming: dN/dt = come - leave N."""
    return float(stock * math.exp(-24 * leave) + come / leave * (1 - math.exp(-24 * leave)))


def test_what_was_forecast_and_what_came(care: Care) -> None:
    """Clients and cost of both ways lie in their intervals; average rates are two to four times too high."""
    rows, study = care
    seen = {way: _seen(care, way) for way in WAYS}
    for way, wanted in (("own", 40), ("purchased", 43)):
        then = _open(rows[rows["production"] == way], (THEN - CUT).days)
        assert len(then) == wanted
        limits = with_limits(seen[way].made).iloc[0]
        assert limits["lower"] <= wanted <= limits["upper"]
        assert limits["clients"] == pytest.approx(wanted, rel=0.1)
        spent = 365 * float(_prices(then, study).sum())
        cost = {name: limits[name] * seen[way].year_eur for name in ("clients", "lower", "upper")}
        assert cost["lower"] <= spent <= cost["upper"]
        assert cost["clients"] == pytest.approx(spent, rel=0.1)
        assert seen[way].average > 3.5 * wanted
        assert seen[way].last_year > 1.3 * wanted
    both = with_limits(pooled(pd.concat([one.made for one in seen.values()]), [])).iloc[0]
    assert both["clients"] == pytest.approx(83, rel=0.05)
    assert both["today"] < 0.1 * both["new"]  # hardly anybody of today is still there in two years


def test_late_entry_matters_here_too(care: Care) -> None:
    """Taken for seen from their beginning, long stays make 35-40 % more clients than with late entry."""
    for way in WAYS:
        right, wrong = (float(_seen(care, way, late).made["clients"].iloc[0]) for late in (True, False))
        assert 1.25 < wrong / right < 1.5
