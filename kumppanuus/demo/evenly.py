"""Chance without lumps: draws whose shares come out even along a list, so that what is neutral looks neutral."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 40


def uniforms(size: int, rng: np.random.Generator, block: int = BLOCK) -> NDArray[np.float64]:
    """Draw numbers of 0–1 such that every run of `block` of them has one in each of `block` equal parts."""
    shape = (-(-size // block), block)
    places = rng.random(shape).argsort(axis=1)
    return np.asarray(((places + rng.random(shape)) / block).reshape(-1)[:size])


def uniforms_within(group: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw numbers of 0–1 that are even along the members of each group."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    drawn = np.empty(len(group))
    for members in np.split(order, starts[1:]):
        drawn[members] = uniforms(len(members), rng)
    return drawn


def normals(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw standard normal numbers that are even along the list."""
    ranks = uniforms(size, rng).argsort().argsort()
    return np.asarray(np.sort(rng.standard_normal(size))[ranks])
