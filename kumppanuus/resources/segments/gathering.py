"""What is computed of the published numbers of segments, after the gate: shares, cost per family and per child."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.forms.rounding import LEAST_FOR_A_MEAN, cost_each
from kumppanuus.register.segments import OTHER, segments_of
from kumppanuus.resources.segments.declared import SegmentsParams, SegmentsResult

HIDDEN = 3
LEAST_OF_SHARE = 20


def gather(released: ReleasedResult, gathered: Gathered, params: SegmentsParams) -> Mapping[str, pd.DataFrame]:
    """Return every segment of the study in its order, with shares and means of published numbers."""
    shown = released["segments"].set_index("segment")
    rows = _rules(gathered.context, OTHER in shown.index).set_index("segment").join(shown)
    found = rows.assign(
        families_percent=_percents(shown["families"]),
        cost_percent=_percents(shown["cost_eur"]),
        family_eur=cost_each(shown["cost_eur"], shown["families"]),
        child_eur=cost_each(shown["cost_eur"], shown["children"]),
        stayed_percent=_stayed(released["moves"], shown),
        services_each=_services_each(released["services"], shown),
    ).reset_index()
    return {"shares": found[list(SegmentsResult.tables()["shares"].columns)]}


def _rules(context: Context, others: bool) -> pd.DataFrame:
    """Return place and ``known`` of each segment; `others`: whether anybody is in none of them."""
    segments = segments_of(context.resources)
    asked = {each.code: bool(each.needs or each.needs_at_least) for each in segments}
    codes = [*asked, *([OTHER] if others else [])]
    known = [0.0 if asked.get(code) and "needs" not in context.given else 1.0 for code in codes]
    return pd.DataFrame({"segment": codes, "place": [*map(float, range(1, len(codes) + 1))], "known": known})


def _percents(values: pd.Series[float]) -> pd.Series[float]:
    """Return parts of the sum of what is published, in whole per cents; NaN when any of it is hidden."""
    total = float(values.sum(skipna=False))
    return (100 * values.astype(float) / total).round() if total > 0 else values.astype(float) * math.nan


def _stayed(moves: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[float]:
    """Return the share of a segment's families now that were in it a year before as well; of 20 or more (R4)."""
    same = moves[moves["earlier"] == moves["segment"]].set_index("segment")["families"].astype(float)
    number = rows["families"].astype(float)
    return (100 * same / number.where(number >= LEAST_OF_SHARE)).round().clip(upper=100).reindex(rows.index)


def _services_each(used: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[float]:
    """Return the mean number of different services of a family; a hidden number of families counts as 3 (R16)."""
    families = used["families"].astype(float).fillna(HIDDEN).groupby(used["segment"]).sum()
    number = rows["families"].astype(float)
    return (families / number.where(number >= LEAST_FOR_A_MEAN)).round(1)
