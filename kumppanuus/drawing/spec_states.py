"""Specification of state distributions: which share is in each state as time goes by."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_STATES = 6
_ROUNDING = 0.01
"""How far from 1 each state's rounding to whole per cents can take the sum."""


@dataclass(frozen=True, slots=True)
class State:
    """One layer of :class:`StateDistribution`.

    Attributes
    ----------
    label : name at the right end.
    colour : colour role.
    shares : one per time, 0–1.
    text : share at the last time, before the name (``"34 %"``).
    inside : text per time, printed in the layer where it is thick enough; empty texts print nothing.
    pattern : True hatches the layer, so that neighbours of like greys differ without colour.
    """

    label: str
    colour: Level
    shares: tuple[float, ...]
    text: str = ""
    inside: tuple[str, ...] = ()
    pattern: bool = False

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("shares", *self.shares)
        demand(all(0 <= share <= 1 for share in self.shares), "shares", f"{self.label}: shares must be 0–1")
        demand(len(self.inside) in (0, len(self.shares)), "inside", "must be empty or one text per time")


@dataclass(frozen=True, slots=True)
class StateDistribution:
    """Layers that fill the height from 0 to 100 %, one per state, named at their right end.

    Attributes
    ----------
    states : from the bottom up, at most six; empty draws nothing.
    times : increasing, at least two where there are states. Shares of one time add up to 1 as far as rounding lets
        them; layers are drawn to exactly 1.
    ticks : at least two increasing places of the x axis, which runs from the first to the last.
    tick_texts : texts of ``ticks``.
    x_label : what x measures, with its unit.
    y_texts : texts of 0, 25, 50, 75 and 100 %.
    axis_title : what the shares are of, above the axis.
    """

    states: tuple[State, ...]
    times: tuple[float, ...]
    ticks: tuple[float, ...]
    tick_texts: tuple[str, ...]
    x_label: str
    y_texts: tuple[str, str, str, str, str]
    axis_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.states) <= MOST_STATES, "states", f"at most {MOST_STATES} are legible")
        demand(len(self.ticks) >= 2, "ticks", "at least two")
        demand(len(self.tick_texts) == len(self.ticks), "tick_texts", "one per tick")
        demand(not self.states or len(self.times) >= 2, "times", "at least two")
        for field, places in (("times", self.times), ("ticks", self.ticks)):
            demand_finite(field, *places)
            demand(all(a < b for a, b in pairwise(places)), field, "must increase")
        for state in self.states:
            demand(len(state.shares) == len(self.times), "shares", f"{state.label}: one per time")
        slack = _ROUNDING * max(len(self.states), 1)
        for place in range(len(self.times) if self.states else 0):
            total = sum(state.shares[place] for state in self.states)
            demand(abs(total - 1) <= slack + 1e-9, "shares", "must add up to 1 at every time")
