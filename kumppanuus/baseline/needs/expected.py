"""What the number of needs of each family and the size of each need let expect of two needs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.methods.nullmodel import Floats, co_use_null
from kumppanuus.register.needs import MASKED

FEWEST_FAMILIES = 20
"""Families with several needs below which nothing could be shown of them (R2), so nothing is expected either."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected families of two needs in the whole register, and their spread.

    codes : of the needs. together, spread : (codes, codes); NaN where nothing is expected.
    sampled : they are taken from a sample of the families.
    """

    codes: tuple[str, ...]
    together: Floats
    spread: Floats
    sampled: bool

    def beside(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Return pairs (``first``, ``second``) with ``expected`` and ``spread``."""
        place = {code: number for number, code in enumerate(self.codes)}
        ends = [pairs[end].map(place) for end in ("first", "second")]
        known = ends[0].notna() & ends[1].notna()
        rows, columns = (each.where(known, 0).to_numpy(dtype=np.int64) for each in ends)
        found = [values[rows, columns] if len(self.codes) else np.full(len(pairs), np.nan)
                 for values in (self.together, self.spread)]  # fmt: skip
        return pairs.assign(expected=np.where(known, found[0], np.nan), spread=np.where(known, found[1], np.nan))


def expected_of(
    sets: pd.DataFrame, places: pd.DataFrame, reasons: pd.DataFrame, seed: int, samples: int
) -> Expected:  # fmt: skip
    """Return what the margins let expect.

    Parameters
    ----------
    sets : ``low``, ``families``: sets of needs of all families, or of a sample of them. places : ``need``, ``place``
        of its bit. reasons : ``need``, ``families`` of all.

    Notes
    -----
    Of a sample, only how many times the product of the margins is expected is taken from it, and the spread is left
    as wide as it is there: what a sample cannot tell from chance is not marked in the whole register either.
    """
    known = places[places["place"] < MASKED].sort_values("place")
    codes, bits = tuple(known["need"].astype(str)), known["place"].to_numpy(dtype=np.int64)
    counts = sets["families"].to_numpy(dtype=float)
    members = ((sets["low"].to_numpy(dtype=np.int64)[:, None] >> bits) & 1).astype(bool)
    nothing = np.full((len(codes), len(codes)), np.nan)
    whole = reasons.set_index("need")["families"].reindex(list(codes)).fillna(0.0).to_numpy(dtype=float)
    own = members.T.astype(float) @ counts
    sampled = bool((own < whole).any())
    if counts[members.sum(axis=1) > 1].sum() < FEWEST_FAMILIES:
        return Expected(codes, nothing, nothing, sampled)
    null = co_use_null(members, counts, generator=np.random.default_rng(seed), samples=samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = np.outer(whole / own, whole / own) if sampled else 1.0
        share = own.sum() / whole.sum()
    return Expected(codes, null.expected * grown * (share if sampled else 1.0), null.spread / share, sampled)
