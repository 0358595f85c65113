"""Observed over expected children of areas, from published numbers only (R16: P)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.forms.forest import SMALLEST, clear_rows, ratios_of_classes
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.methods.standardised import expected_counts
from kumppanuus.register.codes import UNKNOWN

SMALL_AREAS = "small_areas"
"""Code of what areas too small to be judged by themselves have together."""
HIDDEN = 3.0
"""What a hidden number of clients of an age and sex is taken to be when rates are computed."""
_STRATUM = ["age_in_year", "sex"]


@dataclass(frozen=True, slots=True)
class Ratios:
    """Ratios of areas.

    rows : one row an area, and one for small areas together: ``area``, published ``persons`` and ``families`` (of small
        areas between the ends ``least`` and ``most``), ``expected``, ``value``, ``lower``, ``upper`` (NaN = not shown)
        and ``clear``: the interval leaves 1 out.
    confidence : of each interval, so that all of them together hold with 95 %.
    """

    rows: pd.DataFrame
    confidence: float


def area_ratios(released: ReleasedResult, support: str = "", comparisons: int = 0) -> Ratios:
    """Return observed over expected children by area; expected by the organiser's own rates by age and sex.

    Parameters
    ----------
    support : of children in lighter or heavier support; empty = all clients under 18.
    comparisons : how many intervals hold together; 0 = those of this answer.

    Notes
    -----
    The rates are published clients over inhabitants by age and sex (a hidden number is `HIDDEN`). What is expected is
    scaled so that all areas that are compared have together what was observed in them.
    """
    seen, strata, whole = _tables(released, support)
    wanted = _expected(seen, strata, released["inhabitants"])
    rows = seen.assign(expected=wanted).dropna(subset=["expected"])
    counted = rows.dropna(subset=["persons"])
    if counted.empty or not (counted["expected"] > 0).any():
        return Ratios(_judged(rows.iloc[:0], 0.95), 0.95)
    rows = rows.assign(expected=rows["expected"] * counted["persons"].sum() / counted["expected"].sum())
    least, most = ends_of_class(rows["persons"].to_numpy(dtype=float))
    shown = _with_small_areas(rows.assign(least=least, most=most), seen, whole)
    confidence = confidence_of_each(0.95, comparisons or len(shown))
    return Ratios(_judged(shown, confidence), confidence)


def _tables(released: ReleasedResult, support: str) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    """Return the areas, the strata, and the published number of all children of both."""
    if not support:
        whole = released["children"]["persons"]
        return released["areas"], released["strata"], float(whole.iloc[0]) if len(whole) else np.nan
    areas, strata, total = (released[name] for name in ("support_areas", "support_strata", "supports"))
    found = total.loc[total["support"] == support, "persons"]
    return (
        areas[areas["support"] == support],
        strata[strata["support"] == support],
        float(found.iloc[0]) if len(found) else np.nan,
    )


def _expected(areas: pd.DataFrame, strata: pd.DataFrame, inhabitants: pd.DataFrame) -> pd.Series:
    """Return the expected children of each area, by the strata that inhabitants are given in; else NaN."""
    if inhabitants.empty:
        return pd.Series(np.nan, index=areas.index)
    by = [name for name in _STRATUM if (inhabitants[name] != UNKNOWN).all()]
    codes = inhabitants.assign(stratum=_joined(inhabitants, by))
    base = codes.pivot_table(index="area", columns="stratum", values="population", aggfunc="sum", fill_value=0.0)
    seen = strata.assign(stratum=_joined(strata, by), persons=strata["persons"].fillna(HIDDEN))
    events = seen.groupby("stratum")["persons"].sum().reindex(base.columns, fill_value=0.0)
    found = pd.Series(expected_counts(base.to_numpy(), events.to_numpy(), base.sum().to_numpy()), index=base.index)
    known = areas["area"].where(areas["area"] != UNKNOWN)
    return known.map(found).astype(float)


def _joined(frame: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return one code of several columns; of none the same one for all."""
    joined = pd.Series("", index=frame.index, dtype=object)
    for name in by:
        joined = joined + frame[name].astype(str) + " "
    return joined


def _with_small_areas(rows: pd.DataFrame, seen: pd.DataFrame, whole: float) -> pd.DataFrame:
    """Put areas that are too small to be judged, or hidden, together; one such area alone stays as it is.

    All of them have what the published total leaves beside the others: numbers that the report holds anyway.
    """
    small = (rows["expected"] < SMALLEST) | ~(rows["persons"] >= SMALLEST)
    if small.sum() < 2:
        return rows
    together, others = rows[small], seen.drop(index=rows.index[small])
    low, high = (float(each[0]) for each in ends_of_class(np.array([whole])))
    fewest, largest = ends_of_class(others["persons"].to_numpy(dtype=float))
    # A hidden number among the others is 0 at least and anything at most.
    least = np.nanmax([together["least"].sum(), low - largest.sum()])
    most = np.nanmin([np.inf, together["most"].sum(skipna=False), high - np.nansum(fewest)])
    known = not together["persons"].isna().any()
    persons = together["persons"].sum() if known else np.floor((least + most) / 2)
    if not np.isfinite(persons):
        return rows
    row = {
        "area": SMALL_AREAS, "persons": persons, "families": together["families"].sum(skipna=False),
        "expected": together["expected"].sum(), "least": min(least, persons), "most": max(most, persons),
    }  # fmt: skip
    return pd.concat([rows[~small], pd.DataFrame([row])], ignore_index=True)


def _judged(rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    columns = ("persons", "least", "most", "families", "expected")
    count, least, most, homes, wanted = (
        rows.get(name, pd.Series(dtype=float)).to_numpy(dtype=float) for name in columns
    )
    found = ratios_of_classes(count, least, most, homes, wanted, confidence)
    judged = rows.reset_index(drop=True).join(found.reindex(columns=["value", "lower", "upper"]))
    return judged.assign(clear=clear_rows(judged))
