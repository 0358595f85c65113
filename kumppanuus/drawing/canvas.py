"""The page: a figure measured in points from its top left corner, and the few strokes every form is made of.

Every artist has a group id (``gid``) telling what it is. The id survives into the SVG and is what the lint and the
tests read: ``bar-3``, ``curve-0``, ``node-2``, ``edge-2-5``, ``inside-1-0`` and so on; ``box`` is the white ground
of a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from kumppanuus.drawing import theme
from kumppanuus.drawing.fonts import properties
from kumppanuus.drawing.text import printable, width

Z_GRID, Z_BAND, Z_LINE, Z_MARK, Z_BOX, Z_TEXT, Z_OVER = 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0
_SIDES = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the page, in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.bottom - self.top


def baseline(middle: float, size: float) -> float:
    """Baseline of a line whose capitals are centred on ``middle`` (capitals of Source Sans are 0.66 em)."""
    return middle + 0.33 * size


class Canvas:
    """A figure and its strokes.

    Parameters
    ----------
    width, height : size of the page in points.
    """

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=theme.DPI, facecolor=theme.PAPER)
        flip = Affine2D().scale(1 / 72, -1 / 72).translate(0, height / 72)
        self._points = flip + self.figure.dpi_scale_trans

    def _add(self, artist: Artist, gid: str, z: float) -> None:
        artist.set_transform(self._points)
        artist.set_gid(gid)
        artist.set_zorder(z)
        self.figure.add_artist(artist)

    def text(
        self,
        x: float,
        y: float,
        string: str,
        gid: str,
        *,
        size: float = theme.LABEL,
        bold: bool = False,
        colour: str = theme.INK,
        align: str = "left",
        box: bool = False,
    ) -> None:
        """One line of text with its baseline at y; nothing for an empty string. ``box`` grounds it in white."""
        string = printable(string)
        if not string:
            return
        if box:
            long = width(string, size, bold)
            left = x - _SIDES[align] * long
            self.rectangle(left - 2, y - 0.82 * size, long + 4, 1.1 * size, theme.PAPER, "box", alpha=0.88, z=Z_BOX)
        font = properties(size, bold)
        artist = Text(x, y, string, color=colour, ha=align, va="baseline", fontproperties=font, parse_math=False)
        self._add(artist, gid, Z_TEXT)

    def upright(self, x: float, bottom: float, string: str, gid: str, *, size: float, colour: str = theme.INK) -> None:
        """One line of text that reads upwards from ``bottom``, centred on x."""
        artist = Text(x, bottom, printable(string), color=colour, fontproperties=properties(size), parse_math=False)
        artist.set(ha="center", va="bottom", rotation=90)
        self._add(artist, gid, Z_TEXT)

    def slanted(
        self, x: float, y: float, string: str, gid: str, *, size: float, colour: str, angle: float, alpha: float
    ) -> None:
        """Bold words around (x, y), turned upwards by ``angle`` degrees, over everything else."""
        font = properties(size, True)
        artist = Text(x, y, printable(string), color=colour, alpha=alpha, fontproperties=font, parse_math=False)
        artist.set(ha="center", va="center", rotation=angle)
        self._add(artist, gid, Z_OVER)

    def block(
        self,
        x: float,
        middle: float,
        lines: Sequence[str],
        gid: str,
        *,
        size: float = theme.LABEL,
        bold: bool = False,
        colour: str = theme.INK,
        align: str = "left",
        box: bool = False,
    ) -> None:
        """Lines of text centred on ``middle``, one artist each (``gid-0``, ``gid-1``, …)."""
        pitch = theme.LEADING * size
        first = baseline(middle, size) - pitch * (len(lines) - 1) / 2
        for row, line in enumerate(lines):
            self.text(
                x, first + row * pitch, line, f"{gid}-{row}", size=size, bold=bold, colour=colour, align=align, box=box
            )

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        gid: str,
        *,
        colour: str = theme.AXIS,
        thick: float = 1.0,
        dash: Sequence[float] = (),
        step: bool = False,
        z: float = Z_LINE,
    ) -> None:
        """A line through points; ``dash`` in widths of the line; NaN leaves a gap."""
        artist = Line2D(list(x), list(y), color=colour, linewidth=thick, solid_capstyle="butt", dash_capstyle="butt")
        artist.set_linestyle((0, tuple(dash)) if dash else "-")
        artist.set_solid_joinstyle("round")
        if step:
            artist.set_drawstyle("steps-post")
        self._add(artist, gid, z)

    def rectangle(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        colour: str,
        gid: str,
        *,
        alpha: float | None = None,
        hatch: bool = False,
        z: float = Z_BAND,
    ) -> None:
        """A filled rectangle; ``hatch`` strikes it with white slanting lines."""
        artist = Rectangle((left, top), width, height, facecolor=colour, linewidth=0, alpha=alpha)
        if hatch:
            artist.set_hatch("//")
            artist.set_edgecolor(theme.PAPER)
            artist.set_hatch_linewidth(1.4)
        self._add(artist, gid, z)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        gid: str,
        *,
        fill: str,
        rim: str = theme.PAPER,
        thick: float = 2.0,
    ) -> None:
        """A circle with a rim drawn half outside its radius."""
        artist = Circle((x, y), radius, facecolor=fill, edgecolor=rim, linewidth=thick)
        self._add(artist, gid, Z_MARK)

    def band(self, x: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str, gid: str) -> None:
        """A pale area between two lines at the same x."""
        points = np.column_stack([np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])])
        artist = PathPatch(Path(points, closed=False), facecolor=colour, linewidth=0, alpha=0.18)
        self._add(artist, gid, Z_BAND)

    def area(
        self,
        x: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
        colour: str,
        gid: str,
        *,
        hatch: bool = False,
        z: float = Z_BAND,
    ) -> None:
        """An opaque area between two lines at the same x; ``hatch`` strikes it with white slanting lines."""
        points = np.column_stack([np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])])
        artist = PathPatch(Path(points, closed=False), facecolor=colour, linewidth=0)
        if hatch:
            artist.set_hatch("//")
            artist.set_edgecolor(theme.PAPER)
            artist.set_hatch_linewidth(1.4)
        self._add(artist, gid, z)

    def shape(self, path: Path, colour: str, gid: str, *, alpha: float = 1.0, z: float = Z_BAND) -> None:
        """A filled path."""
        self._add(PathPatch(path, facecolor=colour, linewidth=0, alpha=alpha), gid, z)

    def curve(self, path: Path, gid: str, *, colour: str, thick: float, alpha: float, z: float = Z_LINE) -> None:
        """A stroked path of Bézier curves."""
        artist = PathPatch(path, facecolor="none", edgecolor=colour, linewidth=thick, alpha=alpha, capstyle="butt")
        self._add(artist, gid, z)
