"""Specification of a flow: how many go from which step to which next one."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

LEAST_STEPS, MOST_STEPS = 2, 4
MOST_STOPS = 9


@dataclass(frozen=True, slots=True)
class Stop:
    """A block of :class:`Flow`: one state at one step.

    Attributes
    ----------
    step : index of the step, from 0.
    key : name that the streams refer to, unique within its step; the same state has the same key at every step.
    label : name beside or above the block.
    text : number printed after the name.
    colour : colour role.
    """

    step: int
    key: str
    label: str
    text: str
    colour: Level

    def __post_init__(self) -> None:
        demand_colour(self.colour)


@dataclass(frozen=True, slots=True)
class Stream:
    """Those who go from a state at one step to a state at the next.

    Attributes
    ----------
    step : index of the step where the stream begins.
    source, target : keys of the stops at that step and at the next.
    value : thickness, above 0.
    text : number printed on a highlighted stream where it fits; not printed on others.
    """

    step: int
    source: str
    target: str
    value: float
    text: str = ""

    def __post_init__(self) -> None:
        demand_finite("value", self.value)
        demand(self.value > 0, "value", f"{self.source}–{self.target}: a stream must be above 0")


@dataclass(frozen=True, slots=True)
class Flow:
    """Blocks at two to four steps from left to right, and the streams between them.

    Attributes
    ----------
    steps : titles of the steps.
    stops : blocks; at each step they stand from top to bottom in the order given here. A block is as high as what
        comes in or goes out, whichever is more; "no further service" is a block like any other.
    streams : at most one between two blocks.
    highlight : key of the state whose incoming streams stand out; empty = none.
    """

    steps: tuple[str, ...]
    stops: tuple[Stop, ...]
    streams: tuple[Stream, ...]
    highlight: str = ""

    def __post_init__(self) -> None:
        demand(LEAST_STEPS <= len(self.steps) <= MOST_STEPS, "steps", f"{LEAST_STEPS} to {MOST_STEPS}")
        places = [(stop.step, stop.key) for stop in self.stops]
        demand(len(set(places)) == len(places), "stops", "a key stands once at a step")
        for step, key in places:
            demand(0 <= step < len(self.steps), "stops", f"{key}: no such step")
        for step in range(len(self.steps)):
            count = sum(place == step for place, _ in places)
            demand(count <= MOST_STOPS, "stops", f"at most {MOST_STOPS} at a step")
        ways = [(stream.step, stream.source, stream.target) for stream in self.streams]
        demand(len(set(ways)) == len(ways), "streams", "one between two stops")
        for step, source, target in ways:
            known = (step, source) in places and (step + 1, target) in places
            demand(known, "streams", f"{source}–{target}: no such stop")
        demand(not self.highlight or any(key == self.highlight for _, key in places), "highlight", "no such stop")
