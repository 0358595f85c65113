"""Estimates with intervals against no difference."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Estimate, Forest, Level
from kumppanuus.forms.axis import ratio_marks, round_marks
from kumppanuus.forms.rounding import clusters_in, ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.rates import Floats, count_limits

SMALLEST = 15.0
"""Published number below which a ratio to what is expected is not shown."""


def ratios_to_expected(
    table: ReleasedTable, *, of: str, expected: str | pd.Series, families: str = "", confidence: float = 0.95
) -> pd.DataFrame:  # fmt: skip
    """Return observed / expected of every row, from published numbers only (R16: P).

    Parameters
    ----------
    of : the protected count. expected : what is expected from public or published rates: a column, or numbers on the
        index of the table's rows.
    families : the protected number of families behind the count, who come together; empty = everybody comes alone.
    confidence : of the interval.

    Returns
    -------
    Columns ``value``, ``lower``, ``upper`` in the order of the table's rows, two significant digits, limits rounded
    outwards; they hold the exact interval of every count that the published one may stand for. NaN where the count is
    hidden or below 15, or nothing is expected.
    """
    frame = table.frame
    count = frame[of].to_numpy(dtype=float)
    base = (frame[expected] if isinstance(expected, str) else expected).to_numpy(dtype=float)
    homes = frame[families].to_numpy(dtype=float) if families else np.full_like(count, np.nan)
    found = ratios_of_classes(count, *ends_of_class(count), homes, base, confidence)
    return found.set_index(frame.index)


def ratios_of_classes(
    count: Floats, least: Floats, most: Floats, homes: Floats, expected: Floats, confidence: float = 0.95
) -> pd.DataFrame:  # fmt: skip
    """Return ratios to what is expected as `ratios_to_expected` does, of counts known to lie between two ends.

    Parameters
    ----------
    count, least, most : the count as told, and the least and the most that it may be. homes : families behind it as
        published, NaN when they are not known: everybody comes alone then.
    """
    shown = (count >= SMALLEST) & (expected > 0)
    ends = (np.where(shown, each, np.nan) for each in (least, most))
    lower, upper = (
        count_limits(each, *clusters_in(each, count, homes), confidence)[end] for end, each in enumerate(ends)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [np.where(shown, each / expected, np.nan) for each in (count, lower, upper)]
    found = pd.DataFrame(dict(zip(("value", "lower", "upper"), ratios, strict=True)))
    return found.apply(lambda row: pd.Series(_two_digits(row)), axis=1) if len(found) else found


def _two_digits(row: pd.Series) -> dict[str, float]:
    """Round the estimate to two significant digits and its limits outwards to the same place."""
    value = float(row["value"])
    if math.isnan(value) or value <= 0:
        return dict.fromkeys(("value", "lower", "upper"), math.nan)
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return {
        "value": round(round(value / unit) * unit, 9),
        "lower": round(max(math.floor(row["lower"] / unit + 1e-9), 1) * unit, 9),
        "upper": round(math.ceil(row["upper"] / unit - 1e-9) * unit, 9),
    }


def is_clear(value: float, lower: float, upper: float, reference: float) -> bool:
    """Whether an interval that is known holds no "no difference"."""
    return not math.isnan(value) and (lower > reference or upper < reference)


def clear_rows(estimates: pd.DataFrame, reference: float = 1.0) -> list[bool]:
    """Return `is_clear` of every row of the columns ``value``, ``lower`` and ``upper``."""
    columns = (estimates[name].astype(float) for name in ("value", "lower", "upper"))
    return [is_clear(value, lower, upper, reference) for value, lower, upper in zip(*columns, strict=True)]


def forest(
    table: ReleasedTable, say: Say, *, over: str, n: str, estimates: pd.DataFrame, reference: float = 1.0,
    log: bool = True, most: int = 15, bold: str = "", below: Level = "early", above: Level = "special",
    axis_title: str = "", below_text: str = "", above_text: str = "", text_title: str = "", n_title: str = "",
    reference_text: str = "", ticks: Sequence[float] = (), digits: int | None = None,
) -> Forest:  # fmt: skip
    """Return a row for every row of the table, the largest estimate first and hidden ones last.

    Parameters
    ----------
    over, n : names of the dimension, and of the protected number printed at the right.
    estimates : columns ``value``, ``lower``, ``upper`` on the index of ``table.frame``; NaN = not shown.
    reference : place of "no difference". log : True for ratios.
    most : how many rows at most, clear and large differences first. bold : code of the row the headline speaks of.
    below, above : colours of intervals wholly below and above the reference; others are grey and hollow.
    ticks : marks of the axis; empty = round ones around the estimates.
    digits : decimals of the texts; None = what two digits of the estimate need.
    """
    codes = table.declaration.columns[over].codes
    joined = table.frame.join(estimates)
    hidden = table.masked[n].reindex(joined.index)
    named = joined.assign(
        label=[say.label(codes, code) for code in joined[over]],
        n_text=[say.about(float(number), bool(shut)) for number, shut in zip(joined[n], hidden, strict=True)],
        bold=[str(code) == bold for code in joined[over]],
    )
    kept = named.loc[_chosen(named, reference, log, most)]
    rows = kept.sort_values(["value", over], ascending=[False, True], na_position="last")
    return forest_of(
        rows, say, reference=reference, log=log, below=below, above=above, axis_title=axis_title,
        below_text=below_text, above_text=above_text, text_title=text_title, n_title=n_title,
        reference_text=reference_text, ticks=ticks, digits=digits,
    )  # fmt: skip


def forest_of(
    rows: pd.DataFrame, say: Say, *, reference: float = 1.0, log: bool = True, below: Level = "early",
    above: Level = "special", axis_title: str = "", below_text: str = "", above_text: str = "", text_title: str = "",
    n_title: str = "", reference_text: str = "", ticks: Sequence[float] = (), digits: int | None = None,
) -> Forest:  # fmt: skip
    """Return a row for every row of a frame, in its order; the words as in `forest`.

    Parameters
    ----------
    rows : columns ``label``, ``value``, ``lower``, ``upper`` (NaN = not shown), ``n_text``, ``bold``; at most 15.
    """
    made = []
    for row in rows.to_dict("records"):
        value, lower, upper = (float(row[each]) for each in ("value", "lower", "upper"))
        known, clear = not math.isnan(value), is_clear(value, lower, upper, reference)
        limits = known and not (math.isnan(lower) or math.isnan(upper))
        made.append(
            Estimate(
                label=str(row["label"]),
                value=value if known else None,
                lower=lower if limits else None,
                upper=upper if limits else None,
                text=_words(value, lower, upper, say, digits) if known else say("word.hidden"),
                n_text=str(row["n_text"]),
                colour=(above if lower > reference else below) if clear else "neutral",
                clear=clear,
                bold=bool(row["bold"]),
            )
        )
    marks = tuple(ticks) or _marks(rows, reference, log)
    of_marks = max((_digits(mark) for mark in marks), default=0)
    return Forest(
        rows=tuple(made),
        reference=reference,
        reference_text=reference_text,
        ticks=tuple((mark, say.number(mark, _digits(mark) if log else of_marks)) for mark in marks),
        log=log,
        axis_title=axis_title,
        below_text=below_text,
        above_text=above_text,
        text_title=text_title,
        n_title=n_title,
    )


def _chosen(joined: pd.DataFrame, reference: float, log: bool, most: int) -> pd.Index:
    """Return which rows are drawn: clear differences first, then the farthest from the reference, hidden ones last."""
    measure = np.log if log else np.asarray
    far = np.abs(measure(joined["value"].to_numpy(dtype=float)) - measure(reference))
    clear = clear_rows(joined, reference)
    order = pd.DataFrame({"clear": clear, "far": far}, index=joined.index)
    order = order.sort_values(["clear", "far"], ascending=[False, False], na_position="last", kind="stable")
    return order.index[:most]


def _marks(rows: pd.DataFrame, reference: float, log: bool) -> tuple[float, ...]:
    places = rows[["value", "lower", "upper"]].to_numpy(dtype=float)
    known = [*places[~np.isnan(places)], reference]
    return ratio_marks(min(known), max(known)) if log else round_marks(min(known), max(known), 5)


def _digits(mark: float) -> int:
    """Return how many decimals a mark needs, at most two."""
    return next((digits for digits in (0, 1) if abs(mark - round(mark, digits)) < 1e-9), 2)


def _words(value: float, lower: float, upper: float, say: Say, digits: int | None = None) -> str:
    """Write ``1,4 (1,1–1,8)`` or ``−2 (−5 … 1)``.

    All three have the decimals that the estimate has on two digits, or as many as asked.
    """
    if digits is None:
        digits = max(0, 1 - math.floor(math.log10(abs(value)))) if value else 1
    shown = [say.number(each, min(digits, 2)) for each in (value, lower, upper)]
    if math.isnan(lower) or math.isnan(upper):
        return shown[0]
    return f"{shown[0]} ({(' … ' if lower < 0 else '–').join(shown[1:])})"
