"""Shares of units, or ratios to what is expected of them, against the limits of chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import ControlLimit, Funnel, FunnelUnit, Level
from kumppanuus.forms.axis import round_marks, whole_marks
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.limits import binomial_limits
from kumppanuus.methods.standardised import ratio_control_limits

CONFIDENCE = (0.95, 0.998)
MOST_NAMED = 6
_POINTS = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the units lie.

    rows : the rows that may be drawn, with ``share`` (published) and ``outside``: −1 below and 1 above the limits of
        99.8 %, whatever exact numbers the published ones stand for; 0 else.
    centre : share of all of them together; NaN without rows.
    """

    rows: pd.DataFrame
    centre: float


def placed_units(table: ReleasedTable, *, part: str, of: str, share: str) -> Placed:
    """Return the units whose share is published, and which of them chance alone does not explain.

    Parameters
    ----------
    part, of, share : the protected cases that count, all cases, and their share.
    """
    rows = table.frame.dropna(subset=[part, of, share])
    rows = rows[rows[of] > 0]
    total = float(rows[of].sum())
    if total == 0:
        return Placed(rows.assign(outside=0), float("nan"))
    centre = min(float(rows[part].sum()) / total, 1.0)
    some, cases = rows[part].to_numpy(dtype=float), rows[of].to_numpy(dtype=float)
    least, most = ends_of_class(some)
    fewest, largest = ends_of_class(cases)
    low, high = binomial_limits(cases, centre, CONFIDENCE[1])
    # Towards the common share as far as rounding lets it be: what is still outside is outside.
    above, below = least / largest > high, most / fewest < low
    return Placed(rows.assign(outside=np.where(above, 1, np.where(below, -1, 0))), centre)


def funnel(
    table: ReleasedTable, say: Say, *, over: str, part: str, of: str, share: str, x_title: str = "", y_title: str = "",
    centre_text: str = "", below: Level = "special", above: Level = "early", most: int = 60,
) -> Funnel:  # fmt: skip
    """Return the units by their number of cases; units whose share is hidden are left out.

    Parameters
    ----------
    over : name of the dimension. part, of, share : as in `placed_units`.
    centre_text : name of the common share; empty = "all" and the share.
    below, above : colours of units below and above the limits of 99.8 %; at most six are named, by
        turns the farthest below and above.
    most : how many units at most, the largest first.
    """
    found = placed_units(table, part=part, of=of, share=share)
    rows = found.rows.sort_values([of, over], ascending=[False, True]).head(most)
    named = _named(rows, share, over, found.centre)
    rows = rows.loc[[*named, *(place for place in rows.index if place not in named)]]
    codes = table.declaration.columns[over].codes
    units = tuple(
        FunnelUnit(
            label=say.label(codes, row[over]),
            x=float(row[of]),
            y=float(row[share]),
            text=say.percent(float(row[share])),
            colour=("neutral", above, below)[int(row["outside"])],
            outside=row["outside"] != 0,
            named=place in named,
        )
        for place, row in rows.iterrows()
    )
    centre = 0.5 if np.isnan(found.centre) else found.centre
    x_marks = whole_marks(0, float(rows[of].max()) if len(rows) else 100.0)
    limits = _limits(centre, x_marks[-1], say) if len(rows) else ()
    return Funnel(
        units=units,
        centre=centre,
        centre_text=centre_text or f"{say('word.all')} {say.percent(centre)}",
        limits=limits,
        x_ticks=tuple((mark, say.number(mark)) for mark in x_marks),
        y_ticks=tuple((mark, say.percent(mark)) for mark in _share_marks(rows, of, share, centre)),
        x_title=x_title,
        y_title=y_title,
    )


def ratio_funnel(
    rows: pd.DataFrame, say: Say, *, confidence: tuple[float, float] = CONFIDENCE, dispersion: float = 1.0,
    limit_texts: tuple[str, str] = ("", ""), x_title: str = "", y_title: str = "", centre_text: str = "",
    below: Level = "special", above: Level = "early", most: int = 60,
) -> Funnel:  # fmt: skip
    """Return units by what is expected of them; those that the caller calls clear are named.

    Parameters
    ----------
    rows : columns ``label``, ``expected`` (above 0), ``value`` (observed over expected) and ``clear``.
    confidence : of the two limits, the narrower first. limit_texts : their names; empty = the confidence in percent.
    dispersion : see `ratio_control_limits`.
    below, above, most : as in `funnel`.
    """
    shown = rows.sort_values(["expected", "label"], ascending=[False, True]).head(most)
    sides = np.where(shown["clear"], np.where(shown["value"] < 1, -1, 1), 0)
    named = _named(shown.assign(outside=sides), "value", "label", 1.0)
    units = tuple(
        FunnelUnit(
            label=str(row["label"]), x=float(row["expected"]), y=float(row["value"]),
            text=say.number(float(row["value"]), 2), colour=("neutral", above, below)[int(side)],
            outside=bool(side), named=place in named,
        )
        for (place, row), side in zip(shown.iterrows(), sides, strict=True)
    )  # fmt: skip
    ordered = sorted(zip(units, shown.index, strict=True), key=lambda one: (*named, one[1]).index(one[1]))
    x_marks = whole_marks(0, float(shown["expected"].max()) if len(shown) else 100.0)
    size = np.geomspace(min(10.0, x_marks[-1] / 2), x_marks[-1], _POINTS)
    lines = [ratio_control_limits(size, each, dispersion) for each in confidence]
    texts = [text or say.percent(each, 1) for text, each in zip(limit_texts, confidence, strict=True)]
    limits = [
        ControlLimit(text, *(tuple(map(float, each)) for each in (size, *ends)))
        for text, ends in zip(texts, lines, strict=True)
    ]
    y_marks = _ratio_marks(shown, confidence[1], dispersion)
    return Funnel(
        units=tuple(unit for unit, _ in ordered), centre=1.0, centre_text=centre_text or say.number(1.0),
        limits=tuple(limits) if len(shown) else (), x_ticks=tuple((mark, say.number(mark)) for mark in x_marks),
        y_ticks=tuple((mark, say.number(mark, 2)) for mark in y_marks), x_title=x_title, y_title=y_title,
    )  # fmt: skip


def _ratio_marks(rows: pd.DataFrame, confidence: float, dispersion: float) -> tuple[float, ...]:
    """Marks of the ratio: the stretch of the axis where all units lie, and the limits at the smallest of them."""
    places = [*rows["value"], 1.0]
    if len(rows):
        smallest = np.array([max(float(rows["expected"].min()), 10.0)])
        places += [float(limit[0]) for limit in ratio_control_limits(smallest, confidence, dispersion)]
    return round_marks(max(min(places), 0.0), max(places), 5)


def _named(rows: pd.DataFrame, share: str, over: str, centre: float) -> list[object]:
    """Return which rows are named: by turns the farthest below and the farthest above."""
    far = rows.assign(far=-(rows[share] - centre).abs())[rows["outside"] != 0]
    far = far.sort_values(["far", over]).assign(turn=lambda some: some.groupby("outside").cumcount())
    return list(far.sort_values(["turn", "outside"]).index[:MOST_NAMED])


def _limits(centre: float, last: float, say: Say) -> tuple[ControlLimit, ...]:
    cases = np.geomspace(min(10.0, last / 2), last, _POINTS)
    made = []
    for confidence in CONFIDENCE:
        low, high = binomial_limits(cases, centre, confidence)
        digits = 0 if confidence == CONFIDENCE[0] else 1
        made.append(
            ControlLimit(say.percent(confidence, digits), *(tuple(map(float, each)) for each in (cases, low, high)))
        )
    return tuple(made)


def _share_marks(rows: pd.DataFrame, of: str, share: str, centre: float) -> tuple[float, ...]:
    """Marks of the share: the stretch of the axis where all units lie, and the limits at the smallest of them."""
    places = [*rows[share], centre]
    if len(rows):
        smallest = np.array([max(float(rows[of].min()), 1.0)])
        places += [float(limit[0]) for limit in binomial_limits(smallest, centre, CONFIDENCE[1])]
    return round_marks(max(min(places), 0.0), min(max(places), 1.0), 5)
