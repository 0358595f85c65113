"""Names at the right end of lines, spread so that none overlap, each tied to its line where it had to move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Canvas, baseline
from kumppanuus.drawing.roles import Level
from kumppanuus.drawing.text import spread, widest, wrap

NAME_WIDTH, NAME_GAP = 250.0, 18.0
_AIR = 4.0


@dataclass(frozen=True, slots=True)
class EndName:
    """The name of a line.

    bold, plain : its lines of text, the bold ones first.
    colour : colour role.
    end : (x, y) of the end of the line; None when nothing of it is drawn.
    """

    bold: tuple[str, ...]
    plain: tuple[str, ...]
    colour: Level
    end: tuple[float, float] | None


def end_name(label: str, key: str, colour: Level, end: tuple[float, float] | None, size: float, most: int) -> EndName:
    """Set a name and its second line as lines of text, the name on at most ``most``."""
    plain = wrap(key, NAME_WIDTH, size) if key.strip() else ()
    return EndName(wrap(label, NAME_WIDTH, size, True, most), plain, colour, end)


def names_width(names: Sequence[EndName], size: float) -> float:
    """Width of the widest line of text; 0 without names."""
    return max((max(widest(one.bold, size, True), widest(one.plain, size)) for one in names), default=0.0)


def draw_end_names(canvas: Canvas, names: Sequence[EndName], size: float, right: float, top: float, bottom: float,
                   nowhere: float) -> None:  # fmt: skip
    """Draw the names.

    Parameters
    ----------
    right : right edge of the plot. top, bottom : between which the names lie.
    nowhere : y of the names of lines that are not drawn.
    """
    pitch = theme.LEADING * size
    heights = [nowhere if one.end is None else one.end[1] for one in names]
    lengths = [pitch * (len(one.bold) + len(one.plain)) + _AIR for one in names]
    # The first line of a name stands level with the end of its line where nothing is in the way.
    wanted = [height + (length - _AIR - pitch) / 2 for height, length in zip(heights, lengths, strict=True)]
    centres = spread(wanted, lengths, top, bottom, heights)
    for place, (one, centre) in enumerate(zip(names, centres, strict=True)):
        y = centre - pitch * (len(one.bold) + len(one.plain)) / 2
        for row, text in enumerate([*one.bold, *one.plain]):
            at, strong = baseline(y + (row + 0.5) * pitch, size), row < len(one.bold)
            colour = theme.WORDS[one.colour]
            canvas.text(right + NAME_GAP, at, text, f"name-{place}-{row}", size=size, bold=strong, colour=colour)
        if one.end is not None:
            _draw_leader(canvas, one.end, one.colour, right, y + pitch / 2, place)


def _draw_leader(
    canvas: Canvas, end: tuple[float, float], colour: Level, right: float, level: float, place: int
) -> None:  # fmt: skip
    """A thin line from the end of the line to its name, where the two do not meet."""
    if abs(level - end[1]) <= 2 and end[0] >= right - 1:
        return
    across = [end[0] + 6, max(right + 6, end[0] + 6), right + NAME_GAP - 3]
    canvas.line(across, [end[1], end[1], level], f"leader-{place}", colour=theme.FILL[colour], thick=0.9, z=1.5)
