"""Names of rows on the left of bars and marks: as wide as they need, whole where that is possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.text import ELLIPSIS, printable, widest, width, wrap

_SHARES = (0.28, 0.33, 0.38, 0.45)
"""Widths of the column tried in turn, as shares of the box: wider names leave less room for the marks."""
_AIR = 4.0
"""Least space between two names of two lines each."""
_ROWS = ((theme.LARGE, 54.0), (theme.LABEL, 1.25 * theme.LABEL), (theme.SMALLEST, 0.0))
"""Sizes of type, each with the least height of a row it is used in."""


@dataclass(frozen=True, slots=True)
class RowNames:
    """Names as lines, one tuple per row, with their size of type and the width of their column (0 without names)."""

    lines: tuple[tuple[str, ...], ...]
    size: float
    column: float


def row_names(labels: Sequence[str], bold: Sequence[bool], row: float, wide: float) -> RowNames:
    """Set names of rows as lines.

    Parameters
    ----------
    labels, bold : one per row. A line feed marks where a name would best be broken.
    row : height of a row; two lines of a name are used only where they fit.
    wide : width of the box; the column takes at most 45 % of it.

    Returns
    -------
    The largest type and the narrowest column in which no name is cut and none is broken elsewhere than at its mark;
    where there is none, the one with the fewest faults.
    """
    choices: list[tuple[int, int, RowNames]] = []
    for size in [size for size, least in _ROWS if row >= least]:
        for share in _SHARES:
            lines = tuple(_lines(labels, bold, row, share * wide, size))
            column = max((widest(one, size, strong) for one, strong in zip(lines, bold, strict=True)), default=0.0)
            cuts = sum(one[-1].endswith(ELLIPSIS) for one in lines)
            astray = sum(not _at_mark(label, one) for label, one in zip(labels, lines, strict=True))
            choices.append((cuts, astray, RowNames(lines, size, column)))
            if cuts + astray == 0:
                return choices[-1][2]
    best = min(choice[:2] for choice in choices)
    equal = [choice[2] for choice in choices if choice[:2] == best]
    # Where names are cut anyway, the widest column of the smallest type leaves most of them.
    return equal[-1] if best[0] else equal[0]


def _lines(
    labels: Sequence[str], bold: Sequence[bool], row: float, room: float, size: float
) -> Iterator[tuple[str, ...]]:
    most = 2 if row >= 2 * theme.LEADING * size + _AIR else 1
    for label, strong in zip(labels, bold, strict=True):
        halves = _halves(label)
        whole = width(" ".join(halves), size, strong) <= room
        if not whole and len(halves) == most == 2 and widest(halves, size, strong) <= room:
            yield halves
        else:
            yield wrap(label, room, size, strong, most)


def _halves(label: str) -> tuple[str, ...]:
    return tuple(printable(half) for half in label.split("\n") if half.strip())


def _at_mark(label: str, lines: tuple[str, ...]) -> bool:
    return len(lines) == 1 or len(_halves(label)) != 2 or lines == _halves(label)
