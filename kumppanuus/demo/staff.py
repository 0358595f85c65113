"""Who works with families in Esimerkkilä when the window closes, and which languages families and workers speak."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.demo.catalogue import AREAS, service_number
from kumppanuus.demo.durations import Days
from kumppanuus.demo.town import WINDOW_END, Town
from kumppanuus.demo.workers import POOL

LANGUAGES = ("fi", "sv", "other")
# Shares of Finnish, Swedish and other languages among families, by area; where a number is missing, the first row's.
FAMILY_SHARES = (0.91, 0.03, 0.06)
FAMILY_SHARES_OF: Mapping[str, tuple[float, float, float]] = MappingProxyType({
    "itainen": (0.85, 0.03, 0.12), "lantinen": (0.79, 0.15, 0.06),
})  # fmt: skip
# Shares of workers who work in Swedish, or in another language, besides Finnish.
IN_SWEDISH, IN_OTHER = 0.2, 0.1
FTE, FTE_SHARES = (1.0, 0.8, 0.5), (0.7, 0.2, 0.1)
CHILD_WELFARE_POOL = 100


def family_languages(town: Town, rng: np.random.Generator) -> Days:
    """Return the language of every family, as its place in `LANGUAGES`."""
    shares = np.array([FAMILY_SHARES_OF.get(area.code, FAMILY_SHARES) for area in AREAS]).cumsum(axis=1)
    area = town.people.area
    return np.asarray((rng.random(len(area))[:, None] > shares[area][:, :-1]).sum(axis=1))


def working(town: Town, worker: Days, rng: np.random.Generator) -> pd.DataFrame:
    """Return who is responsible for a relationship on the last day, a row for each language she works in.

    Child-welfare workers work full time, so that the planted number of children is a number of children of a
    person-year.

    Returns
    -------
    ``worker`` (number), ``service`` (place; of child welfare that of open care), ``area`` (place), ``language``,
    ``fte``.

    Parameters
    ----------
    worker : number of the responsible worker of each relationship.
    """
    there = np.unique(worker[(town.relationships["end"] >= WINDOW_END).to_numpy()])
    pool = there // POOL
    of_children = pool >= CHILD_WELFARE_POOL
    usual = rng.choice(FTE, len(there), p=FTE_SHARES)
    rows = pd.DataFrame({
        "worker": there,
        "service": np.where(of_children, service_number("avohuolto"), (pool - 1) // len(AREAS)),
        "area": np.where(of_children, pool - CHILD_WELFARE_POOL, (pool - 1) % len(AREAS)),
        "fte": np.where(of_children, 1.0, usual),
    })  # fmt: skip
    spoken = {"fi": np.ones(len(there), bool), "sv": rng.random(len(there)) < IN_SWEDISH,
              "other": rng.random(len(there)) < IN_OTHER}  # fmt: skip
    parts = [rows[speaks].assign(language=language) for language, speaks in spoken.items()]
    return pd.concat(parts).sort_values(["worker", "language"], ignore_index=True)
