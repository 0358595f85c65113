"""Where the blocks and streams of a flow stand, and how their names are set. Lengths in points, y downwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.path import Path

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box
from kumppanuus.drawing.spec import Flow, Stop, Stream
from kumppanuus.drawing.text import ELLIPSIS, widest, wrap

BLOCK = 18.0
"""Width of a block."""
AIR = 8.0
"""Between an outer block and its name."""
_GAP = 25.0
"""Between blocks of a step: the names of the inner ones stand there."""
_BESIDE = 190.0
"""Widest name beside an outer block."""
_LEAST = 2.0


@dataclass(frozen=True, slots=True)
class Block:
    """A stop on the page, with its name as lines and where they stand."""

    stop: Stop
    box: Box
    lines: tuple[str, ...]
    side: str
    bold: bool

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.box.top + self.box.bottom) / 2


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A stream on the page: its upper edge at both ends, and its thickness in points."""

    stream: Stream
    left: float
    right: float
    from_top: float
    to_top: float
    thick: float
    highlight: bool

    def middle(self, at: float) -> tuple[float, float]:
        """Point of the middle line at a share 0–1 of the way."""
        x = 1.5 * at * (1 - at) + at**3  # x and y of the curve with both controls half way
        y = 3 * at**2 - 2 * at**3
        down = self.from_top + (self.to_top - self.from_top) * y + self.thick / 2
        return self.left + (self.right - self.left) * x, down

    def path(self) -> Path:
        """Outline: the upper edge to the right, the lower one back."""
        half, a, b, deep = (self.left + self.right) / 2, self.from_top, self.to_top, self.thick
        points = [
            (self.left, a), (half, a), (half, b), (self.right, b), (self.right, b + deep), (half, b + deep),
            (half, a + deep), (self.left, a + deep), (self.left, a),
        ]  # fmt: skip
        four = [Path.CURVE4] * 3
        return Path(points, [Path.MOVETO, *four, Path.LINETO, *four, Path.CLOSEPOLY])


@dataclass(frozen=True, slots=True)
class _Type:
    """How names are set: size, most lines above and beside a block, gap between blocks that leaves room for them."""

    size: float
    most: int
    beside: int
    gap: float


_TYPES = (
    _Type(theme.LABEL, 1, 2, _GAP),
    _Type(theme.SMALLEST, 1, 2, _GAP),
    _Type(theme.SMALLEST, 2, 3, 1.7 * _GAP),
    _Type(theme.SMALLEST, 1, 1, _GAP),
)
"""From the most pleasant to the tightest; the last is taken even where it does not quite fit."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Left edges of the steps, blocks by (step, key), and the ribbons in the order of the streams."""

    columns: tuple[float, ...]
    blocks: dict[tuple[int, str], Block]
    ribbons: tuple[Ribbon, ...]
    size: float


def _words(stop: Stop) -> str:
    return f"{stop.label}\N{NO-BREAK SPACE}{stop.text}" if stop.text.strip() else stop.label


def _side(step: int, steps: int) -> str:
    """Names stand outside in the outer steps, above their blocks in the inner ones."""
    if 0 < step < steps - 1:
        return "above"
    return "left" if step == 0 else "right"


def _bold(form: Flow, stop: Stop) -> bool:
    return bool(form.highlight) and stop.key == form.highlight


def _outside(form: Flow) -> float:
    """Widest name beside an outer block."""
    return _BESIDE if len(form.steps) < 4 else 0.7 * _BESIDE


def _beside(form: Flow, step: int, kind: _Type) -> float:
    """Width of the names beside a step."""
    lines = [
        (wrap(_words(stop), _outside(form), kind.size, _bold(form, stop), kind.beside), _bold(form, stop))
        for stop in form.stops
        if stop.step == step
    ]
    return max((widest(one, kind.size, bold) for one, bold in lines), default=0.0) + AIR


def _columns(form: Flow, box: Box, kind: _Type) -> tuple[float, ...]:
    first = box.left + _beside(form, 0, kind)
    last = box.right - _beside(form, len(form.steps) - 1, kind) - BLOCK
    pitch = (last - first) / (len(form.steps) - 1)
    return tuple(first + step * pitch for step in range(len(form.steps)))


def reach(columns: tuple[float, ...]) -> float:
    """How far a name above a block may reach to either side of its middle: no farther than the names beside it."""
    pitch = columns[1] - columns[0]
    return pitch - BLOCK - 4 if len(columns) == 3 else 0.49 * pitch


def _volume(form: Flow, stop: Stop) -> float:
    """What comes in or goes out, whichever is more."""
    came = sum(each.value for each in form.streams if (each.step + 1, each.target) == (stop.step, stop.key))
    left = sum(each.value for each in form.streams if (each.step, each.source) == (stop.step, stop.key))
    return max(came, left)


def _lines(form: Flow, stop: Stop, columns: tuple[float, ...], kind: _Type) -> tuple[str, ...]:
    """The name of a block and its number as lines."""
    if _side(stop.step, len(form.steps)) == "above":
        return wrap(_words(stop), 1.2 * reach(columns), kind.size, _bold(form, stop), kind.most)
    return wrap(_words(stop), _outside(form), kind.size, _bold(form, stop), kind.beside)


def _chosen(form: Flow, box: Box) -> _Type:
    """The most pleasant type in which no name above a block is cut, and the blocks keep part of the height."""
    for kind in _TYPES[:-1]:
        columns = _columns(form, box, kind)
        fits = True
        for step in range(len(form.steps)):
            lines = [_lines(form, stop, columns, kind) for stop in form.stops if stop.step == step]
            tall = sum(theme.LEADING * kind.size * len(one) + 2 for one in lines)
            cuts = any(one[-1].endswith(ELLIPSIS) for one in lines)
            if _side(step, len(form.steps)) == "above":
                fits &= not cuts and len(lines) * kind.gap < 0.75 * box.height
            else:
                fits &= tall <= box.height
        if fits:
            return kind
    return _TYPES[-1]


def placed(form: Flow, box: Box) -> Plan:
    """Place blocks and ribbons in the box, titles of the steps left out."""
    kind = _chosen(form, box)
    columns = _columns(form, box, kind)
    crowds = [[stop for stop in form.stops if stop.step == step] for step in range(len(form.steps))]
    volumes = {(stop.step, stop.key): _volume(form, stop) for stop in form.stops}
    scales = [
        (box.height - kind.gap * len(crowd)) / total
        for crowd in crowds
        if (total := sum(volumes[stop.step, stop.key] for stop in crowd)) > 0
    ]
    scale = max(min(scales, default=0.0), 0.0)
    blocks: dict[tuple[int, str], Block] = {}
    for x, crowd in zip(columns, crowds, strict=True):
        tall = [max(volumes[stop.step, stop.key] * scale, _LEAST) for stop in crowd]
        free = box.height - sum(tall) - kind.gap * len(crowd)
        y = box.top + max(free, 0.0) / 2 + kind.gap
        for stop, deep in zip(crowd, tall, strict=True):
            side, bold = _side(stop.step, len(form.steps)), _bold(form, stop)
            lines = _lines(form, stop, columns, kind)
            blocks[stop.step, stop.key] = Block(stop, Box(x, y, x + BLOCK, y + deep), lines, side, bold)
            y += deep + kind.gap
    return Plan(columns, blocks, tuple(_ribbons(form, blocks, scale)), kind.size)


def _ribbons(form: Flow, blocks: dict[tuple[int, str], Block], scale: float) -> Iterator[Ribbon]:
    """Ribbons stacked on both sides of the blocks in the order of the blocks at their other ends."""
    order = {(stop.step, stop.key): place for place, stop in enumerate(form.stops)}
    for stream in form.streams:
        source, target = (stream.step, stream.source), (stream.step + 1, stream.target)
        above_source = sum(
            each.value
            for each in form.streams
            if (each.step, each.source) == source and order[each.step + 1, each.target] < order[target]
        )
        above_target = sum(
            each.value
            for each in form.streams
            if (each.step + 1, each.target) == target and order[each.step, each.source] < order[source]
        )
        a, b = blocks[source].box, blocks[target].box
        thick = max(stream.value * scale, 0.8)
        shines = bool(form.highlight) and stream.target == form.highlight
        yield Ribbon(stream, a.right, b.left, a.top + above_source * scale, b.top + above_target * scale, thick, shines)
