"""What need alone lets expect: a null model of who used which services within the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.methods.nullmodel import CoUseNull, Floats, co_use_null
from kumppanuus.register.sets import codes_of_bits, members

FEWEST_FAMILIES = 20
"""Families with several services below which nothing could be shown of them (R2), so nothing is expected either."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the margins let expect in the whole register, by service.

    codes : of the services. together, spread : families of two services, mean and standard deviation; (codes, codes).
    others : mean number of other services of a service's families; (codes,). NaN where nothing is expected.
    """

    codes: tuple[str, ...]
    together: Floats
    spread: Floats
    others: Floats

    def of(self, values: Floats, first: pd.Series[str], second: pd.Series[str]) -> Floats:
        """Return a number of each pair; NaN for a service that is not known here."""
        place = {code: number for number, code in enumerate(self.codes)}
        ends = [each.map(place) for each in (first, second)]
        known = ends[0].notna() & ends[1].notna()
        rows, columns = (each.where(known, 0).to_numpy(dtype=np.int64) for each in ends)
        return np.asarray(np.where(known, values[rows, columns], np.nan))


def expected_of(
    masks: pd.DataFrame, families: float, sizes: pd.Series[float], services: Sequence[str], seed: int, samples: int
) -> Expected:
    """Return what the number of services of each family and the size of each service let expect.

    Parameters
    ----------
    masks : ``low``, ``high``, ``families``: sets of services of all families, or of a sample of them.
    families : all families. sizes : service → its families. services : codes of the study.

    Notes
    -----
    Of a sample, only how many times the product of the margins is expected is taken from it, and the spread is left
    as wide as it is there: what a sample cannot tell from chance is not marked in the whole register either.
    """
    codes = codes_of_bits(services)
    nothing = np.full((len(codes), len(codes)), np.nan)
    counts = masks["families"].to_numpy(dtype=float)
    sets = members(masks["low"].to_numpy(), masks["high"].to_numpy(), services)
    if counts[sets.sum(axis=1) > 1].sum() < FEWEST_FAMILIES:
        return Expected(codes, nothing, nothing, nothing[0])
    null = co_use_null(sets, counts, generator=np.random.default_rng(seed), samples=samples)
    return _in_register(null, codes, families, sizes)


def _in_register(null: CoUseNull, codes: tuple[str, ...], families: float, sizes: pd.Series[float]) -> Expected:
    own = null.together.diagonal()
    whole = sizes.reindex(list(codes)).fillna(0.0).to_numpy(dtype=float)
    share = null.families / families
    with np.errstate(divide="ignore", invalid="ignore"):
        together = null.expected * (null.families / np.outer(own, own)) * (np.outer(whole, whole) / families)
        together = null.expected if share == 1 else together
        others = np.nansum(together, axis=1) / whole
    return Expected(codes, together, null.spread / share, np.where(own > 0, others, np.nan))
