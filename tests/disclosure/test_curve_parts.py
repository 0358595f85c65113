"""What is left of a published whole when published parts are subtracted from it."""

from __future__ import annotations

import numpy as np

from kumppanuus.disclosure.curve_parts import Known, Part
from kumppanuus.disclosure.curve_points import Stream
from kumppanuus.disclosure.rules_curves import Point


def test_parts_of_a_whole_on_grids_of_different_length() -> None:
    """A part that is over says nothing of later events, whatever the others look like."""

    def part(last: float, points: int) -> Known:
        days = np.linspace(0.0, last, points)
        events = np.arange(points, dtype=float) * 3
        gathered = np.array([events])
        told = {day: Point(1.0, 30.0) for day in days}
        return Known(told, 30.0, {"": Stream(days, events, gathered, gathered)}, dict.fromkeys(days, 30.0))

    whole = part(100.0, 11)
    left = Part(part(100.0, 11), whole, [part(40.0, 5), part(100.0, 10), part(30.0, 4)], [])._left("", 50.0, 100.0)
    assert left.events == abs(15 - 15 - 15)
    assert left.persons == 0.0  # the two that are over have none after day 50
