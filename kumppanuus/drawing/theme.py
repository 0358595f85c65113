"""Colours, sizes, dashes and the fixed geometry, all lengths in points (1/72 inch).

A point of the chart is a point of the slide: the page is 960 × 540 points = 13.333 × 7.5 inches.
"""

from __future__ import annotations

from kumppanuus.drawing.roles import Level

PAGE_WIDTH, PAGE_HEIGHT = 960.0, 540.0
MARGIN = 40.0
BODY_MARGIN = 8.0
BODY_HEIGHT = 396.0
DPI = 144

HEADLINE, LARGE, SUBTITLE, LABEL, FOOTER, SMALLEST = 26.0, 18.0, 17.0, 16.0, 15.0, 14.0
LEADING = 1.2
"""Distance of baselines, in sizes of the type."""

PAPER = "#ffffff"
INK = "#1a1a1a"
QUIET = "#525252"
AXIS = "#4d4d4d"
GRID = "#d9d9d9"
SHADE = "#f2f2f2"
EDGE = "#c3c9cd"
SECRET = "#A30F2D"
"""The mark of confidential pictures: no level has this red."""

FILL: dict[Level, str] = {
    "universal": "#28A197",
    "early": "#12436D",
    "special": "#F46A25",
    "corrective": "#801650",
    "accent": "#A285D1",
    "neutral": "#8C8C8C",
    "hidden": "#DADADA",
}
"""Surfaces and thick strokes. Blue and plum, teal and orange are alike in greys: never the only difference."""

WORDS: dict[Level, str] = {
    "universal": "#1b766e",
    "early": "#12436D",
    "special": "#b3440f",
    "corrective": "#801650",
    "accent": "#6a4a9c",
    "neutral": "#3D3D3D",
    "hidden": "#525252",
}
"""The same roles for text: contrast with white at least 4.5 (WCAG 1.4.3)."""

INSIDE: dict[Level, str] = {
    "universal": INK,
    "early": PAPER,
    "special": INK,
    "corrective": PAPER,
    "accent": INK,
    "neutral": INK,
    "hidden": INK,
}
"""Text printed on a surface of the role, contrast at least 4.5."""

Dash = tuple[float, ...]
DASHES: tuple[Dash, ...] = (
    (),
    (4.0, 1.1),
    (1.2, 1.0),
    (4.2, 1.1, 1.2, 1.1),
    (2.4, 1.1),
    (7.0, 1.4),
    (4.2, 1.0, 1.2, 1.0, 1.2, 1.0),
    (2.4, 1.0, 1.2, 1.0),
)
"""Dash patterns in widths of the line; the empty one is a whole line."""

_OWN_DASH: dict[Level, int] = {
    "corrective": 0,
    "early": 1,
    "special": 4,
    "universal": 3,
    "accent": 2,
    "neutral": 5,
    "hidden": 6,
}


def dashes(colours: tuple[Level, ...]) -> tuple[Dash, ...]:
    """A different dash for each curve; a role keeps its own dash from chart to chart where it can.

    Parameters
    ----------
    colours : roles of the curves in order, at most eight.
    """
    free = list(range(len(DASHES)))
    chosen: list[int | None] = []
    for colour in colours:
        own = _OWN_DASH[colour]
        chosen.append(own if own in free else None)
        if own in free:
            free.remove(own)
    return tuple(DASHES[free.pop(0) if index is None else index] for index in chosen)
