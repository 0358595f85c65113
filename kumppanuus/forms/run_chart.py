"""A measure over time as a run chart: its median, and the shifts and trends that chance does not explain."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Level, RunChart, Signal
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.rows import rows_of
from kumppanuus.language.say import Say
from kumppanuus.methods.runs import SHIFT, Run, signals

MOST_SIGNALS = 4
_EVERYBODY: Mapping[str, str] = MappingProxyType({})
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Course:
    """What the published numbers of a measure say over time.

    periods : codes in order (``2024-05``, ``2024-04..2024-06``). values : one each, NaN where not published.
    median : of the values before the change where there are six or more, else of all; NaN without values.
    before : whether it is of those before the change. change : place of the change; None when there is none.
    runs : shifts and trends, in order.
    """

    periods: tuple[str, ...]
    values: tuple[float, ...]
    median: float
    before: bool
    change: int | None
    runs: tuple[Run, ...]

    @property
    def last(self) -> float:
        """Return the last published value; NaN when there is none."""
        return next((value for value in reversed(self.values) if not math.isnan(value)), math.nan)

    @property
    def now(self) -> Run | None:
        """Return the run that goes on at the last place; None when the last points are nothing unusual."""
        final = self.runs[-1] if self.runs else None
        return final if final and all(value == self.median for value in self.values[final.last + 1 :]) else None


def course_of(
    table: ReleasedTable, *, over: str, of: str, change: str = "", group: Mapping[str, str] = _EVERYBODY
) -> Course:  # fmt: skip
    """Return the published numbers of a measure in the order of time, with their median and signals.

    Parameters
    ----------
    over : the dimension of time; its codes sort in time. of : the measure.
    change : code of the period in which something was changed; empty = nothing was.
    """
    rows = rows_of(table, group)
    rows = rows.assign(_start=[str(code).partition("..")[0] for code in rows[over]]).sort_values(
        "_start", kind="stable"
    )
    periods = tuple(str(code) for code in rows[over])
    values = tuple(float(value) for value in rows[of])
    place = next((at for at, code in enumerate(periods) if change and code.rpartition("..")[2] >= change), None)
    earlier = [value for value in values[: place or 0] if not math.isnan(value)]
    known = earlier if len(earlier) >= SHIFT else [value for value in values if not math.isnan(value)]
    median = float(np.median(known)) if known else math.nan
    return Course(periods, values, median, len(earlier) >= SHIFT, place, signals(values, median))


def run_chart(
    table: ReleasedTable, say: Say, *, over: str, of: str, axis_title: str = "", change: tuple[str, str] | None = None,
    goal: tuple[float, str] | None = None, group: Mapping[str, str] = _EVERYBODY, colour: Level = "early",
    striking: Level = "special",
) -> RunChart:  # fmt: skip
    """Return the points of a measure with the median and the signals of :func:`course_of`.

    Parameters
    ----------
    over, of, group : see :func:`course_of`.
    change : (code of the period, words) of a change. goal : (value, words) of what is to be reached.
    colour, striking : roles of the points, and of those in a signal.
    """
    course = course_of(table, over=over, of=of, change=change[0] if change else "", group=group)
    codes = table.declaration.columns[over].codes
    heights = [*(value for value in course.values if not math.isnan(value)), goal[0] if goal else 0.0]
    most = max(heights, default=0.0)
    drawn = tuple(
        Signal(run.first, run.last, say(f"run.{run.kind}", n=run.points), striking) for run in _longest(course)
    )
    key = "run.median_before" if course.before else "run.median"
    line = (0, len(course.values) - 1, course.median, say(key, n=course.median))
    return RunChart(
        values=tuple(None if math.isnan(value) else value for value in course.values),
        texts=tuple("" if math.isnan(value) else say("run.last", n=say.about(value)) for value in course.values),
        x_labels=_labels(course.periods, codes, say),
        median=() if math.isnan(course.median) or len(course.values) < 2 else (line,),
        goal=goal,
        change=(course.change, change[1]) if change and course.change is not None else None,
        signals=drawn,
        y_ticks=tuple((mark, say.number(mark)) for mark in whole_marks(0.0, most, 5)),
        axis_title=axis_title,
        colour=colour,
    )


def _longest(course: Course) -> Sequence[Run]:
    """Return the signals that are marked: at most four, the one that goes on and the longest, in order."""
    ranked = sorted(course.runs, key=lambda run: (run is not course.now, -run.points, run.first))
    chosen: list[Run] = []
    for run in ranked:
        if len(chosen) < MOST_SIGNALS and all(run.last < each.first or run.first > each.last for each in chosen):
            chosen.append(run)
    return sorted(chosen, key=lambda run: run.first)


def _labels(periods: Sequence[str], codes: str, say: Say) -> tuple[str, ...]:
    """Name months by the year at its first place; other periods by their name."""
    found = [_MONTH.match(code) for code in periods]
    if not all(found):
        return tuple(say.label(codes, code) for code in periods)
    years = [each[1] for each in found if each]
    starts = [at for at, year in enumerate(years) if not at or year != years[at - 1]]
    if len(starts) > 1 and starts[1] <= 3:  # so near to the next year its name would stand in the way
        starts = starts[1:]
    return tuple(year if at in starts else "" for at, year in enumerate(years))
