"""One among others: many measures on one relative axis, or one measure with a row for each of the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from kumppanuus.drawing import Estimate, Forest, Level
from kumppanuus.forms.axis import ratio_marks, round_marks
from kumppanuus.language.say import Say

Write = Callable[[float, str], str]
"""Writes a value of a measure, with its unit."""


def among(
    standing: pd.DataFrame, others: Mapping[str, tuple[float, ...]], say: Say, *, over: str, codes: str, write: Write,
    place: Callable[[float, float], str], colour: Mapping[str, Level], texts: Mapping[str, str], bold: str = "",
) -> Forest:  # fmt: skip
    """Return a row a measure: the own value, those of the others and their middle half, all over the others' median.

    Parameters
    ----------
    standing : columns ``value``, ``median``, ``low``, ``high``, ``place``, ``among``, and the dimension `over`; rows
        without a median above 0 are left out.
    others : code of the measure → values of the others.
    write : how values are printed. place : how a place among so many is printed.
    colour : code of the measure → colour of a mark outside the middle half (grey when not told); all others are
        grey and hollow.
    texts : ``axis``, ``below``, ``above``, ``reference``, ``text``, ``n`` of the form.
    """
    shown = standing[(standing["median"] > 0) & (standing["value"] > 0)]
    rows = []
    for row in shown.to_dict("records"):
        code, median = str(row[over]), float(row["median"])
        known = not math.isnan(row["low"])
        outside = known and not row["low"] <= row["value"] <= row["high"]
        rows.append(
            Estimate(
                label=say.label(codes, code),
                value=row["value"] / median,
                lower=None,
                upper=None,
                text=f"{write(row['value'], code)} / {write(median, code)}",
                n_text=place(row["place"], row["among"]),
                colour=colour.get(code, "neutral") if outside else "neutral",
                clear=outside,
                bold=code == bold,
                others=tuple(value / median for value in others.get(code, ()) if value > 0),
                middle=(row["low"] / median, row["high"] / median) if known and row["low"] > 0 else None,
            )
        )
    places = [spot for one in rows for spot in one.places]
    marks = _near_one(min(places, default=1.0), max(places, default=1.0))
    return Forest(
        rows=tuple(rows), reference=1.0, reference_text=texts["reference"],
        ticks=tuple((mark, say.percent(mark)) for mark in marks), log=True, axis_title=texts["axis"],
        below_text=texts["below"], above_text=texts["above"], text_title=texts["text"], n_title=texts["n"],
    )  # fmt: skip


def ranked(
    values: pd.DataFrame, say: Say, *, over: str, codes: str, median: float, write: Callable[[float], str],
    marks: Callable[[Sequence[float]], Sequence[str]], count: Callable[[float], str], colour: Mapping[str, Level],
    bold: str, texts: Mapping[str, str],
) -> Forest:  # fmt: skip
    """Return a row for each of those compared, the highest value first, with the limits of chance where known.

    Parameters
    ----------
    values : columns ``value``, ``cases``, ``lower``, ``upper`` and the dimension `over`.
    median : place of the line that they are read against. marks : writes the marks of the axis.
    colour : code → colour of its mark; the others are grey. bold : code of the own row.
    """
    rows = []
    for row in values.sort_values(["value", over], ascending=[False, True]).to_dict("records"):
        code, limits = str(row[over]), not math.isnan(row["lower"])
        rows.append(
            Estimate(
                label=say.label(codes, code),
                value=row["value"],
                lower=min(row["lower"], row["value"]) if limits else None,
                upper=max(row["upper"], row["value"]) if limits else None,
                text=write(row["value"]),
                n_text="" if math.isnan(row["cases"]) else count(row["cases"]),
                colour=colour.get(code, "neutral"),
                clear=True,
                bold=code == bold,
            )
        )
    places = [*(spot for one in rows for spot in one.places), median]
    ticks = round_marks(min(places), max(places), 5)
    return Forest(
        rows=tuple(rows), reference=median, reference_text=texts["reference"],
        ticks=tuple(zip(ticks, marks(ticks), strict=True)), axis_title=texts["axis"], text_title=texts["text"],
        n_title=texts["n"],
    )  # fmt: skip


def _near_one(low: float, high: float) -> tuple[float, ...]:
    """Return marks of ratios; finer ones where all lie near 1."""
    for marks in ((0.8, 0.9, 1.0, 1.1, 1.25), (0.6, 0.8, 1.0, 1.25, 1.6)):
        if marks[0] <= low and high <= marks[-1]:
            return marks
    return ratio_marks(low, high)
