"""Specification of heatmaps: a table whose cells are shaded by their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_ROWS, MOST_COLUMNS = 14, 16


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of :class:`Heatmap`.

    Attributes
    ----------
    value : place on the scale: from 0 (none) to 1 (most), on a two-sided scale from −1 to 1; None = nothing to shade.
    text : printed inside where it fits.
    hidden : True = a number that may not be shown (hatched grey), False with ``value=None`` = there is none (white).
    bold : True frames the cell the headline speaks of.
    """

    value: float | None
    text: str
    hidden: bool = False
    bold: bool = False

    def __post_init__(self) -> None:
        demand_finite("value", self.value)
        demand(self.value is None or -1 <= self.value <= 1, "value", "must be from −1 to 1")
        demand(not (self.hidden and self.value is not None), "hidden", "a hidden cell has no value")


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Rows and columns of cells shaded in five steps (a side) of one colour; the number stands in the cell.

    Attributes
    ----------
    rows, columns : names, at most 14 and 16.
    cells : one tuple a row, one cell a column.
    colour : role whose shades rise from white.
    below : role of the shades under 0; None = a one-sided scale.
    scale : (place on the scale, text) of the key, increasing; empty = no key.
    scale_title : what the shades measure, before the key.
    row_title, column_title : what the names are, may be empty.
    hidden : word of the key for hidden cells; empty = not in the key.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[HeatCell, ...], ...]
    colour: Level = "early"
    below: Level | None = None
    scale: tuple[tuple[float, str], ...] = ()
    scale_title: str = ""
    row_title: str = ""
    column_title: str = ""
    hidden: str = ""

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_colour(self.below or self.colour, "below")
        demand(len(self.rows) <= MOST_ROWS, "rows", f"at most {MOST_ROWS} are legible")
        demand(len(self.columns) <= MOST_COLUMNS, "columns", f"at most {MOST_COLUMNS} are legible")
        demand(len(self.cells) == len(self.rows), "cells", "one tuple a row")
        demand(all(len(row) == len(self.columns) for row in self.cells), "cells", "one cell a column")
        values = [cell.value for row in self.cells for cell in row if cell.value is not None]
        demand(self.below is not None or all(value >= 0 for value in values), "cells", "a one-sided scale begins at 0")
        places = [place for place, _ in self.scale]
        demand_finite("scale", *places)
        demand(all(a < b for a, b in pairwise(places)), "scale", "must increase")
        demand(all(-1 <= place <= 1 for place in places), "scale", "must be from −1 to 1")
