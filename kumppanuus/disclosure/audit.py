"""The audit: every published number of a run is a constraint, and every small hidden cell keeps enough candidates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kumppanuus.disclosure.base import Base
from kumppanuus.disclosure.rules import Bools
from kumppanuus.disclosure.silence import silent
from kumppanuus.methods.integer import Solved, few_candidates

CANDIDATES = 3
"""A small hidden number must keep at least so many possible values."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the audit found.

    told : cells that could be worked out; shape (cells,). asked : how many small hidden cells there were.
    """

    told: Bools
    asked: int

    @property
    def clean(self) -> bool:
        """Whether no cell can be worked out."""
        return not self.told.any()


def audit(base: Base, solved: Solved | None = None) -> Finding:
    """Look for small hidden cells that the published numbers of the run pin to fewer than three values.

    Parameters
    ----------
    solved : blocks that were solved before, so that a second audit after coarsening solves what changed only.

    Notes
    -----
    Of the number he asks about the observer is granted the right guess that it is small; the others are open above
    for him. What keeps enough values even when all small ones are guessed at once need not be asked again: that
    system falls into smaller blocks and is looked at first. What would have too few values even if no number but the
    zeros were published is left alone: five services that somebody is in are five people or more on their level, and
    5 or 6 if the level is guessed to be small. No coarser table helps there, and nobody is told the guess is right.

    References
    ----------
    Disclosure audit by optimisation: Fischetti & Salazar-González (2001), Management Science 47(7): 1008-1027.
    """
    with silent():
        told = _told(base, solved)
    return Finding(told, int(np.count_nonzero(base.small)))


def _told(base: Base, solved: Solved | None) -> Bools:
    capped = np.where(base.small, base.most, np.inf)
    guessed = replace(base.system, high=np.minimum(base.system.high, capped))
    told = few_candidates(guessed, base.small, base.exact, enough=CANDIDATES, solved=solved)
    if told.any():
        told = few_candidates(base.system, told, base.exact, most=capped, enough=CANDIDATES, solved=solved)
    if told.any():
        there = replace(base.system, low=np.minimum(base.exact, 1), high=np.where(base.exact > 0, np.inf, 0.0))
        told &= ~few_candidates(there, told, base.exact, most=capped, enough=CANDIDATES, solved=solved)
    return told
