"""Free places for names beside marks: tried in a fixed order, the first without overlap is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from kumppanuus.drawing.canvas import Box

_STEP = 6.0
"""Points between the spots that stand for a line."""
_AWAY = (5.0, 16.0, 30.0, 46.0, 64.0, 84.0)
"""Distances of a name from its mark, tried from near to far."""
_GRID = 12.0
"""Points between the places tried all over the room."""
_DIRECTIONS = tuple(math.radians(angle) for angle in (0, 180, -30, 30, 210, 150, -60, 60, 240, 120, -90, 90))
"""Right and left first: a name beside its mark is read as its name."""


def overlap(box: Box, others: Sequence[Box], air: float = 0.0) -> bool:
    """Whether a box comes nearer than ``air`` points to one of the others."""
    return any(
        box.left - air < other.right
        and other.left < box.right + air
        and box.top - air < other.bottom
        and other.top < box.bottom + air
        for other in others
    )


class Obstacles:
    """What names must keep clear of.

    Parameters
    ----------
    room : names stay inside it.
    """

    def __init__(self, room: Box) -> None:
        self.room = room
        self.marks: list[Box] = []
        self.lines: list[Box] = []

    def add_mark(self, x: float, y: float, radius: float) -> None:
        """A circle no name may touch."""
        self.marks.append(Box(x - radius, y - radius, x + radius, y + radius))

    def add_line(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """A line names should not cross, as spots along it."""
        for (x, y), (next_x, next_y) in pairwise(zip(xs, ys, strict=True)):
            steps = max(1, math.ceil(math.hypot(next_x - x, next_y - y) / _STEP))
            for step in range(steps + 1):
                share = step / steps
                spot = (x + share * (next_x - x), y + share * (next_y - y))
                self.lines.append(Box(spot[0], spot[1], spot[0], spot[1]))

    def place(self, spot: tuple[float, float], radius: float, wide: float, tall: float) -> Box | None:
        """A place for a name of a mark, which then is an obstacle itself.

        Parameters
        ----------
        spot, radius : the mark. wide, tall : size of the name.

        Returns
        -------
        The first place near the mark that is clear of marks, names and lines, else of marks and names; else the
        nearest such place anywhere in the room; None where there is no room left.
        """
        near = [_beside(spot, radius + away, direction, wide, tall) for away in _AWAY for direction in _DIRECTIONS]
        chosen = self._first(near) or self._first(self._anywhere(spot, wide, tall))
        self.marks += [chosen] if chosen else []
        return chosen

    def _first(self, tried: Sequence[Box]) -> Box | None:
        free = [box for box in tried if self._fits(box) and not overlap(box, self.marks, 2.0)]
        clear = (box for box in free if not overlap(box, self.lines, 1.0))
        return next(clear, free[0] if free else None)

    def _anywhere(self, spot: tuple[float, float], wide: float, tall: float) -> list[Box]:
        """Places all over the room, the nearest to the spot first."""
        across = [self.room.left + _GRID * at for at in range(int((self.room.width - wide) / _GRID) + 1)]
        along = [self.room.top + _GRID * at for at in range(int((self.room.height - tall) / _GRID) + 1)]
        boxes = [Box(left, top, left + wide, top + tall) for top in along for left in across]
        return sorted(boxes, key=lambda box: _distance(spot, box))

    def _fits(self, box: Box) -> bool:
        room = self.room
        return room.left <= box.left and box.right <= room.right and room.top <= box.top and box.bottom <= room.bottom


def _beside(spot: tuple[float, float], away: float, direction: float, wide: float, tall: float) -> Box:
    """The name's box whose nearest side or corner lies ``away`` points from the spot."""
    across, along = math.cos(direction), math.sin(direction)
    x, y = spot[0] + away * across, spot[1] + away * along
    left = x - wide / 2 + wide / 2 * (1 if across > 0.2 else -1 if across < -0.2 else 0)
    top = y - tall / 2 + tall / 2 * along
    return Box(left, top, left + wide, top + tall)


def _distance(spot: tuple[float, float], box: Box) -> float:
    across = max(box.left - spot[0], 0.0, spot[0] - box.right)
    along = max(box.top - spot[1], 0.0, spot[1] - box.bottom)
    return math.hypot(across, along)
