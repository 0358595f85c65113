"""A flow from step to step: blocks, and the streams between them; those into one state stand out."""

from __future__ import annotations

import numpy as np

from kumppanuus.drawing import theme
from kumppanuus.drawing.canvas import Box, Canvas, baseline
from kumppanuus.drawing.flow_layout import AIR, BLOCK, Block, Plan, Ribbon, placed, reach
from kumppanuus.drawing.spec import Flow
from kumppanuus.drawing.text import cut, spread, widest, width

_TITLE = 22.0
_SHIFTS = (0.0, 1.0, -1.0, 0.5, -0.5, 0.75, -0.75, 0.25, -0.25)
"""Where a name may stand above its block, from centred on it to beginning or ending at it."""
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.82, 0.18)
"""Where the number of a stream may stand on it."""
_T = np.linspace(0.0, 1.0, 41)


def _draw_titles(canvas: Canvas, box: Box, form: Flow, columns: tuple[float, ...]) -> None:
    pitch = columns[1] - columns[0]
    for place, (title, x) in enumerate(zip(form.steps, columns, strict=True)):
        string = cut(title, 0.94 * pitch, theme.LABEL)
        half = width(string, theme.LABEL) / 2
        centre = min(max(x + BLOCK / 2, box.left + half), box.right - half)
        canvas.text(centre, box.top + 15, string, f"step-{place}", colour=theme.QUIET, align="center")


def _room(block: Block, size: float, shift: float) -> Box:
    """Room of a name above its block; ``shift`` −1 ends it at the block, 0 centres it, 1 begins it there."""
    wide = widest(block.lines, size, block.bold)
    tall = theme.LEADING * size * len(block.lines)
    middle = (block.box.left + block.box.right) / 2 + shift * (wide - BLOCK) / 2
    bottom = block.box.top - 2
    return Box(middle - wide / 2, bottom - tall, middle + wide / 2, bottom)


def _covered(room: Box, ribbon: Ribbon) -> float:
    """How much of a ribbon's length lies behind a room, in points of its middle line."""
    hits = 0
    for at in _T:
        x, y = ribbon.middle(float(at))
        across = room.left - 2 <= x <= room.right + 2
        hits += across and room.top < y + ribbon.thick / 2 and y - ribbon.thick / 2 < room.bottom
    return float(hits)


def _draw_names_above(canvas: Canvas, plan: Plan) -> list[Box]:
    """Names above the blocks, each on the side where it hides least of the highlighted streams."""
    taken: list[Box] = []
    shining = [ribbon for ribbon in plan.ribbons if ribbon.highlight]
    blocks = [block for block in plan.blocks.values() if block.side == "above"]
    for place, block in enumerate(blocks):
        rooms = [_room(block, plan.size, shift) for shift in _SHIFTS]
        middle, most = (block.box.left + block.box.right) / 2, reach(plan.columns) + 1
        rooms = [room for room in rooms if middle - most <= room.left and room.right <= middle + most] or rooms[:1]
        room = min(rooms, key=lambda each: sum(_covered(each, ribbon) for ribbon in shining))
        taken.append(room)
        colour = theme.WORDS[block.stop.colour] if block.bold else theme.INK
        middle = (room.top + room.bottom) / 2
        canvas.block((room.left + room.right) / 2, middle, block.lines, f"name-{place}", size=plan.size,
                     bold=block.bold, colour=colour, align="center", box=True)  # fmt: skip
    return taken


def _draw_names_beside(canvas: Canvas, box: Box, plan: Plan, side: str) -> None:
    blocks = [block for block in plan.blocks.values() if block.side == side]
    tall = [theme.LEADING * plan.size * len(block.lines) + 2 for block in blocks]
    middles = spread([block.middle for block in blocks], tall, box.top, box.bottom)
    for place, (block, middle) in enumerate(zip(blocks, middles, strict=True)):
        x = block.box.left - AIR if side == "left" else block.box.right + AIR
        colour = theme.WORDS[block.stop.colour] if block.bold else theme.INK
        align = "right" if side == "left" else "left"
        canvas.block(x, middle, block.lines, f"{side}-{place}", size=plan.size, bold=block.bold, colour=colour,
                     align=align)  # fmt: skip


def _apart(one: Box, other: Box) -> bool:
    return (
        one.right + 2 <= other.left or other.right + 2 <= one.left
        or one.bottom + 2 <= other.top or other.bottom + 2 <= one.top
    )  # fmt: skip


def _draw_numbers(canvas: Canvas, plan: Plan, taken: list[Box]) -> None:
    """Numbers on the highlighted streams, where they touch no name and no other number."""
    size = theme.LABEL
    for place, ribbon in enumerate(plan.ribbons):
        text = ribbon.stream.text.strip() if ribbon.highlight else ""
        if not text:
            continue
        half = width(text, size, True) / 2 + 3
        others = [one for one in plan.ribbons if one.highlight and one is not ribbon]
        spots = [ribbon.middle(at) for at in _SHARES]
        rooms = [Box(x - half, y - 0.6 * size, x + half, y + 0.6 * size) for x, y in spots]
        free = [
            room
            for room in rooms
            if all(_apart(room, other) for other in taken) and ribbon.left < room.left and room.right < ribbon.right
        ]
        if not free:
            continue
        room = min(free, key=lambda each: sum(_covered(each, other) for other in others))
        taken.append(room)
        x, y = (room.left + room.right) / 2, (room.top + room.bottom) / 2
        canvas.text(x, baseline(y, size), text, f"inside-{place}", size=size, bold=True, align="center",
                    box=True)  # fmt: skip


def draw(canvas: Canvas, box: Box, form: Flow) -> None:
    """Draw the flow in the box, titles of the steps above."""
    room = Box(box.left, box.top + _TITLE, box.right, box.bottom)
    plan = placed(form, room)
    _draw_titles(canvas, box, form, plan.columns)
    colours = {(stop.step, stop.key): stop.colour for stop in form.stops}
    for place, ribbon in enumerate(plan.ribbons):
        if ribbon.highlight:
            fill = theme.FILL[colours[ribbon.stream.step + 1, ribbon.stream.target]]
            canvas.shape(ribbon.path(), fill, f"stream-{place}", alpha=0.8, z=2.4)
        else:
            canvas.shape(ribbon.path(), theme.EDGE, f"flow-{place}", alpha=0.5, z=2.0)
    for place, block in enumerate(plan.blocks.values()):
        fill = theme.FILL[block.stop.colour]
        canvas.rectangle(block.box.left, block.box.top, BLOCK, block.box.height, fill, f"stop-{place}", z=4.0)
    taken = _draw_names_above(canvas, plan)
    _draw_names_beside(canvas, room, plan, "left")
    _draw_names_beside(canvas, room, plan, "right")
    _draw_numbers(canvas, plan, taken)
