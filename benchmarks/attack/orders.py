"""Rank order: whether the order of rows tells which of two equal published numbers is the larger.

The exact counts are dealt anew inside their classes of six, so that nothing published changes by rounding; the order
of rows must not change either.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.errors import InvalidIndexError

from benchmarks.attack.finds import Find
from benchmarks.attack.publish import Case, computed

CLASS = 6


def order_finds(case: Case, given: frozenset[str], seed: int = 0) -> Iterator[Find]:
    """Attack the order of rows of a case."""
    random = np.random.default_rng(seed)
    for room in case.rooms:
        counts = {room.key: {name: dealt_anew(frame, random) for name, frame in case.counts[room.key].items()}}
        try:
            other = computed(case.town, (room,), counts, given)[room.key]
        except (ValueError, LookupError, ArithmeticError, InvalidIndexError):
            continue  # counts that contradict each other are not computed
        for name, table in type(other).tables().items():
            keys = list(table.dimensions)
            one, two = (_rows(getattr(each, name), keys) for each in (case.exact[room.key], other))
            both = set(one) & set(two)
            if [each for each in one if each in both] != [each for each in two if each in both]:
                yield Find("rank order", f"{room.key}.{name}", "the order of rows follows exact numbers")


def dealt_anew(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Return counts with every number dealt anew inside its class of six; 0 stays 0."""
    changed = frame.copy()
    for name in frame.select_dtypes("number"):
        values = frame[name].to_numpy(dtype=float)
        place = random.integers(1, CLASS + 1, len(values))
        changed[name] = np.where(values > 0, (np.ceil(values / CLASS) - 1) * CLASS + place, values)
    return changed


def _rows(frame: pd.DataFrame, keys: list[str]) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame[keys].itertuples(index=False)] if keys else []
