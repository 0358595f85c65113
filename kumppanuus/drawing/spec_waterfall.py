"""Specification of a waterfall: what a change from one total to another is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from kumppanuus.drawing.roles import demand, demand_finite

MOST_STAGES = 12
StageKind: TypeAlias = Literal["total", "effect", "interaction"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of :class:`Waterfall`.

    Attributes
    ----------
    label : name on the left; a line feed marks where it is best broken.
    kind : ``total`` begins at zero; ``effect`` begins where the row above ended; ``interaction`` does so too and is
        hatched: what only happens when several things change at once.
    value : length; of effects with its sign; None = hidden, no bar, only ``text``.
    text : printed at the end of the bar, effects with their sign (``"+1,2 milj. €"``).
    detail : smaller grey text after ``text``.
    """

    label: str
    kind: StageKind
    value: float | None
    text: str
    detail: str = ""

    def __post_init__(self) -> None:
        demand_finite("value", self.value)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Rows from top to bottom: a total, the effects one after another, the total they lead to.

    Attributes
    ----------
    stages : at most twelve; the first is a total. Below a hidden effect the next one begins at the last known end.
    axis_title : what the lengths measure.
    start : where the axis begins, so that small effects are seen beside large totals; 0 = at zero. Above zero (no row
        may end below it) every total is drawn with a break near its beginning.
    break_text : words under the axis that tell of the break; printed when there is one.
    """

    stages: tuple[Stage, ...]
    axis_title: str = ""
    start: float = 0.0
    break_text: str = ""

    def __post_init__(self) -> None:
        demand(len(self.stages) <= MOST_STAGES, "stages", f"at most {MOST_STAGES} rows are legible")
        demand(not self.stages or self.stages[0].kind == "total", "stages", "the first must be a total")
        demand_finite("start", self.start)
        demand(self.start >= 0, "start", "must be at least 0")
        ends = [end for span in self.spans() if span is not None for end in span]
        broken = self.start > 0
        demand(not broken or all(end == 0 or end > self.start for end in ends), "start", "a row ends below it")
        demand(not broken or bool(self.break_text.strip()), "break_text", "a broken axis must be told of")

    def spans(self) -> tuple[tuple[float, float] | None, ...]:
        """Where each row begins and ends, in the unit of the values; None for a hidden one."""
        spans: list[tuple[float, float] | None] = []
        at = 0.0
        for stage in self.stages:
            if stage.value is None:
                spans.append(None)
                continue
            begin = 0.0 if stage.kind == "total" else at
            at = begin + stage.value
            spans.append((begin, at))
        return tuple(spans)
