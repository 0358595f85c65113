"""Charts from plain values: say what to draw (:mod:`.spec`), get a figure, an SVG text or a PNG.

A thin layer over matplotlib's ``Figure`` with fixed geometry and measured text. It knows nothing of registers,
studies or languages: numbers only place marks, texts arrive ready.
"""

from __future__ import annotations

from kumppanuus.drawing.fonts import font_face_css
from kumppanuus.drawing.frame import Frame, figure
from kumppanuus.drawing.lint import lint_figure
from kumppanuus.drawing.output import png_bytes, svg_text
from kumppanuus.drawing.spec import (
    Bar,
    Bars,
    Chart,
    Curves,
    Dumbbell,
    DumbbellRow,
    Edge,
    Form,
    Level,
    Line,
    Lines,
    NetworkColumns,
    Node,
    Notice,
    Segment,
    Series,
    StackedBars,
)

__all__ = [
    "Bar",
    "Bars",
    "Chart",
    "Curves",
    "Dumbbell",
    "DumbbellRow",
    "Edge",
    "Form",
    "Frame",
    "Level",
    "Line",
    "Lines",
    "NetworkColumns",
    "Node",
    "Notice",
    "Segment",
    "Series",
    "StackedBars",
    "figure",
    "font_face_css",
    "lint_figure",
    "png_bytes",
    "svg_text",
]
