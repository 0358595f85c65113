"""A table as a heatmap: a dimension down, another across, the cells shaded by a measure and printed with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import HeatCell, Heatmap, Level
from kumppanuus.forms.axis import round_marks
from kumppanuus.language.say import Say

STEPS = 5
"""Shades of the drawing."""
_PERCENT = frozenset({"share", "survival", "incidence", "occupation", "cumulative"})
_TWO_SIDED = frozenset({"lift", "ratio"})
_RATIOS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Ratios in the key of a two-sided scale; the ends of the scale are 2 ** 2.5 and its inverse."""
_ENDS = 2.5
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Scale:
    """What a shade stands for: steps of `step` from 0 up, or of a half power of two on both sides of 1.

    percent : values are shares 0–1. step : width of a shade, in whole per cents or people.
    """

    percent: bool
    two_sided: bool
    step: float

    def place(self, value: float) -> float:
        """Return the place on the scale of the drawing: the middle of the value's shade; 0 for nothing."""
        if self.two_sided:
            return max(min(math.log2(value) / _ENDS, 1.0), -1.0) if value > 0 else -1.0
        number = round(value * 100) if self.percent else value
        return (min(int(number / self.step), STEPS - 1) + 0.5) / STEPS if number > 0 else 0.0

    def text(self, value: float, say: Say) -> str:
        """Return a value as it stands in its cell."""
        if self.two_sided:
            return say.number(value, 1)
        return say.percent(value) if self.percent else say.number(value)

    def key(self, say: Say) -> tuple[tuple[float, str], ...]:
        """Return the shades with the values they stand for."""
        if self.two_sided:
            return tuple(
                (math.log2(ratio) / _ENDS, f"{say.number(ratio, 0 if ratio >= 1 else 2)} ×") for ratio in _RATIOS
            )
        return tuple(((place + 0.5) / STEPS, self._range(place, say)) for place in range(STEPS))

    def _range(self, place: int, say: Say) -> str:
        """Return the whole numbers of a shade; the last one holds its upper end as well."""
        low, high = max(place * self.step, 1.0), (place + 1) * self.step - (place < STEPS - 1)
        end = say.percent(high / 100) if self.percent else say.number(high)
        return end if low >= high else f"{say.number(low)}–{end}"


def heatmap(
    table: ReleasedTable, say: Say, *, rows: str, columns: str, of: str, row_order: Sequence[str] = (),
    column_order: Sequence[str] = (), most_rows: int = 12, most_columns: int = 12, bold: Place | None = None,
    scale_title: str = "", row_title: str = "", column_title: str = "", symmetric: bool = False, marks: str = "",
    colour: Level = "early", below: Level = "special",
) -> Heatmap:  # fmt: skip
    """Return a row for each code of one dimension and a column for each of another.

    Parameters
    ----------
    rows, columns : the dimensions. of : the measure; the roles ``lift`` and ``ratio`` are shown on a two-sided scale
        around 1.
    row_order, column_order : codes in order; those not named are left out. Empty: rows by their largest published
        number, columns as their codes sort.
    most_rows, most_columns : how many at most.
    bold : (row code, column code) of the cell the headline speaks of.
    symmetric : a pair (a, b) is the pair (b, a) as well; a pair that is not there may not be shown.
    marks : a measure of the role ``mark``; cells that differ from nothing are printed without a shade.
    colour, below : roles of the shades, below 1 on a two-sided scale.
    """
    cells = _cells(table, rows, columns, of, symmetric=symmetric)
    plain = _plain(table, rows, columns, marks)
    downs = _order([row for row, _ in cells], row_order, cells, by_size=True)[:most_rows]
    acrosses = _order([column for _, column in cells], column_order, cells, by_size=False)[:most_columns]
    if symmetric:
        acrosses = downs = [code for code in downs if code in {column for _, column in cells}][:most_columns]
    scale = _scale_of(table, of, [cells.get((row, column)) for row in downs for column in acrosses])
    drawn = tuple(
        tuple(
            _unshaded(cell) if (row, column) in plain else cell
            for column in acrosses
            for cell in [_cell(cells, (row, column), scale, say, bold, symmetric=symmetric)]
        )
        for row in downs
    )
    shut = any(cell.hidden for row in drawn for cell in row)
    dimensions = table.declaration.columns
    return Heatmap(
        tuple(say.label(dimensions[rows].codes, code) for code in downs),
        tuple(say.label(dimensions[columns].codes, code) for code in acrosses),
        drawn,
        colour,
        below if scale.two_sided else None,
        scale.key(say) if drawn else (),
        scale_title,
        row_title,
        column_title,
        say("word.hidden") if shut else "",
    )


Cells = Mapping[Place, float | None]


def _cells(table: ReleasedTable, rows: str, columns: str, of: str, *, symmetric: bool) -> Cells:
    """Return the published number of each cell that exists; None where it is hidden."""
    found: dict[Place, float | None] = {}
    frame = table.frame
    for row, column, value, shut in zip(frame[rows], frame[columns], frame[of], table.masked[of], strict=True):
        if not (math.isnan(value) and not shut):
            number = None if shut else float(value)
            found[str(row), str(column)] = number
            if symmetric:
                found[str(column), str(row)] = number
    return found


def _plain(table: ReleasedTable, rows: str, columns: str, marks: str) -> frozenset[Place]:
    """Return the cells that no mark says differ, in both directions."""
    if not marks:
        return frozenset()
    alike = table.frame[~(table.frame[marks].abs() > 0)]
    ends = list(zip(alike[rows].astype(str), alike[columns].astype(str), strict=True))
    return frozenset([*ends, *((column, row) for row, column in ends)])


def _unshaded(cell: HeatCell) -> HeatCell:
    return cell if cell.hidden else replace(cell, value=None)


def _order(codes: Sequence[str], given: Sequence[str], cells: Cells, *, by_size: bool) -> list[str]:
    """Return the codes in their order (R13: by published numbers only, ties by code)."""
    known = sorted(set(codes), key=_natural)
    if given:
        return [code for code in given if code in known]
    if not by_size:
        return known
    largest = {code: max((cells[key] or 0.0 for key in cells if key[0] == code), default=0.0) for code in known}
    return sorted(known, key=lambda code: (-largest[code], _natural(code)))


def _natural(code: str) -> tuple[bool, list[tuple[float, str]]]:
    """Sort numbers within codes as numbers (``p2`` before ``p10``), and what the gate pooled last."""
    parts = re.findall(r"\d+|\D+", code.partition("..")[0])
    return code == "other", [(float(part), "") if part.isdigit() else (math.inf, part) for part in parts]


def _scale_of(table: ReleasedTable, of: str, values: Sequence[float | None]) -> _Scale:
    role = table.declaration.columns[of].role
    highest = max((value for value in values if value is not None), default=0.0)
    percent = role in _PERCENT
    marks = round_marks(0.0, max(highest * 100 if percent else highest, 1.0), STEPS)
    return _Scale(percent, role in _TWO_SIDED, float(math.ceil(marks[1])))


def _cell(cells: Cells, key: Place, scale: _Scale, say: Say, bold: Place | None, *, symmetric: bool) -> HeatCell:
    if key not in cells:
        return HeatCell(None, "", hidden=symmetric and key[0] != key[1])
    value = cells[key]
    if value is None:
        return HeatCell(None, say("word.hidden"), hidden=True)
    return HeatCell(scale.place(value), scale.text(value, say), bold=key == bold)
