"""Draws of assumed numbers: by name, so that the same assumption is drawn alike wherever it is made.

Two plans that share an assumption then share its luck, and what differs between them is theirs.
"""

from __future__ import annotations

import zlib

import numpy as np
from scipy.special import ndtri

from kumppanuus.methods.intervals import Floats


def uniforms(name: str, n: int, seed: int) -> Floats:
    """Return draws between 0 and 1 that depend on the name and the seed only: one in each of `n` equal parts (n,).

    References
    ----------
    McKay, Beckman & Conover (1979), A comparison of three methods for selecting values of input variables,
    Technometrics 21: Latin hypercube sampling.
    """
    generator = np.random.default_rng([seed, zlib.crc32(name.encode("utf-8"))])
    return (generator.permutation(n) + generator.uniform(size=n)) / n


def normals(name: str, n: int, seed: int) -> Floats:
    """Return standard normal draws that depend on the name and the seed only, as `uniforms` (n,)."""
    return np.asarray(ndtri(uniforms(name, n, seed)), dtype=float)


def triangular(shares: Floats, lower: float, value: float, upper: float) -> Floats:
    """Return the quantiles of a triangle over lower–upper with its top at `value`.

    Parameters
    ----------
    shares : 0–1, of any shape. lower, value, upper : in this order; all equal when the number is certain.

    Raises
    ------
    ValueError
        They are not in this order.
    """
    if not lower <= value <= upper:
        raise ValueError("lower, value and upper must be in this order")
    width = upper - lower
    if width == 0:
        return np.full_like(shares, value)
    top = (value - lower) / width
    rising = lower + np.sqrt(shares * width * (value - lower))
    falling = upper - np.sqrt((1 - shares) * width * (upper - value))
    return np.where(shares < top, rising, falling)
