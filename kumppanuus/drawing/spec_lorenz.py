"""Specification of concentration: a Lorenz curve, and bars of what the top few per cent have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import demand, demand_finite
from kumppanuus.drawing.spec_bars import Bar

MOST_BARS = 7


@dataclass(frozen=True, slots=True)
class Lorenz:
    """How a sum piles up from the smallest to the largest, and what the largest have of it.

    Attributes
    ----------
    points : (share of the people, share of the sum), both 0–1, from (0, 0) to (1, 1), neither decreasing.
    bars : what the top 1, 5, 10 % have, as shares 0–1; at most seven.
    x_label, y_label : what the shares are of.
    tick_texts : texts of 0, 25, 50, 75 and 100 %.
    bars_title : heading of the bars.
    equal : name of the line on which all have the same.
    marked : share of the people where the part that the headline speaks of begins (0.9); None = none.
    """

    points: tuple[tuple[float, float], ...]
    bars: tuple[Bar, ...]
    x_label: str
    y_label: str
    tick_texts: tuple[str, str, str, str, str]
    bars_title: str = ""
    equal: str = ""
    marked: float | None = None

    def __post_init__(self) -> None:
        demand_finite("points", *(number for point in self.points for number in point))
        ends = self.points[:1] + self.points[-1:]
        demand(len(self.points) >= 2 and ends == ((0, 0), (1, 1)), "points", "must run from (0, 0) to (1, 1)")
        demand(all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(self.points)), "points", "must rise")
        demand(all(y <= x + 1e-9 for x, y in self.points), "points", "must not lie above the diagonal")
        demand(len(self.bars) <= MOST_BARS, "bars", f"at most {MOST_BARS}")
        demand(all(bar.value is None or bar.value <= 1 for bar in self.bars), "bars", "shares must be 0–1")
        demand_finite("marked", self.marked)
        demand(self.marked is None or 0 < self.marked < 1, "marked", "must be between 0 and 1")
