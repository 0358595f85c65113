"""What the charts have in common: which scenario is shown, how money is written, what is said when there is nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Notice
from kumppanuus.forms.axis import round_marks
from kumppanuus.language.say import Say, footer
from kumppanuus.study_scenarios import TODAY

_MILLION = 1e6
LONGEST = 115
"""Characters of a headline; what would make it longer is said shorter."""


def fitting(say: Say, *texts: tuple[str, dict[str, object]]) -> str:
    """Return the first text that is short enough for a headline, else the last one."""
    made = [say(key, **words) for key, words in texts]
    return next((each for each in made if len(each) <= LONGEST), made[-1])


def scenarios_of(released: ReleasedResult) -> list[str]:
    """Return the scenarios in order, without today's course."""
    return [str(code) for code in released["paths"]["scenario"].unique() if code != TODAY]


def shown_scenario(released: ReleasedResult) -> str:
    """Return the scenario that charts of one scenario show: the one that the room chose, marked by its order."""
    parts = released["parts"]
    return str(parts["scenario"].iloc[0]) if len(parts) else ""


def of_scenario(released: ReleasedResult, table: str, code: str) -> pd.DataFrame:
    """Return the rows of a scenario."""
    frame = released[table]
    return frame[frame["scenario"].astype(str) == code]


def quoted(code: str, say: Say) -> str:
    """Return the name of a scenario in quotation marks; today's course without."""
    name = say.label("scenarios", code)
    return name.lower() if code == TODAY else say("word.quoted", name=name)


@dataclass(frozen=True, slots=True)
class Money:
    """How the euros of one chart are written: all in one unit, with as many digits as the largest of them needs.

    finer : digits more, where small parts stand beside large totals.
    """

    say: Say
    largest: float
    finer: int = 0

    @property
    def unit(self) -> str:
        """The unit in words, for headings of columns of bare numbers."""
        return self.say("word.in_millions" if self.largest >= _MILLION else "word.in_euros")

    def bare(self, value: float) -> str:
        """Write a number without its unit."""
        if self.largest >= _MILLION:
            return self.say.number(value / _MILLION, (2 if self.largest < 10 * _MILLION else 1) + self.finer)
        step = 10 ** max(math.floor(math.log10(max(self.largest, 1.0))) - 2 - self.finer, 0)
        return self.say.number(round(value / step) * step)

    def whole(self, value: float) -> str:
        """Write a number with its unit."""
        return ("−" if value < 0 else "") + self._with_unit(self.bare(abs(value)))

    def span(self, low: float, high: float) -> str:
        """Write a range with its unit once: ``4,2–8,7 milj. €``; with a negative end the dash would be misread."""
        texts = self.bare(low), self.bare(high)
        if low < 0 or high < 0:
            return f"{self.whole(low)} … {self.whole(high)}"
        return self._with_unit(texts[0] if texts[0] == texts[1] else "–".join(texts))

    def range(self, low: float, high: float) -> str:
        """Write a range of bare numbers."""
        return (" … " if low < 0 or high < 0 else "–").join((self.bare(low), self.bare(high)))

    def ticks(self, low: float, high: float, most: int = 5) -> tuple[tuple[float, str], ...]:
        """Return round marks of an axis with bare numbers, as few digits as they need."""
        marks = round_marks(low, high, most)
        if self.largest < _MILLION:
            return tuple((mark, self.say.number(mark)) for mark in marks)
        sizes = [mark / _MILLION for mark in marks]
        digits = next((n for n in (0, 1) if all(abs(size - round(size, n)) < 1e-9 for size in sizes)), 2)
        return tuple((mark, self.say.number(size, digits)) for mark, size in zip(marks, sizes, strict=True))

    def _with_unit(self, text: str) -> str:
        return self.say("unit.million_euros" if self.largest >= _MILLION else "unit.euros", n=text)


def money(values: Iterable[float], say: Say, finer: int = 0) -> Money:
    """Return how euros of these sizes are written; numbers that are missing are passed over."""
    return Money(say, max((abs(value) for value in values if math.isfinite(value)), default=0.0), finer)


def month_names(months: Iterable[int], say: Say) -> tuple[str, ...]:
    """Name now and every full year ahead; the months between have no mark."""
    named = {0: say("paths.now")}
    return tuple(named.get(month, say("unit.months", n=month) if month % 12 == 0 else "") for month in months)


def around_zero(values: Sequence[float]) -> tuple[float, float]:
    """Return ends of an axis that holds the values, with room for words on both sides of nothing."""
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.4 * (high - low)
    return min(low, -room), max(high, room)


def nothing_to_show(name: str, released: ReleasedResult, say: Say) -> Chart:
    """Return a chart of words: no scenario was written, nothing was forecast, or this chart has nothing to show."""
    if not say.names.get("scenarios"):
        headline, words = say("word.no_scenarios"), say("word.how_to_make")
    elif released["paths"].empty:
        headline, words = say("word.no_forecast"), say("word.why_no_forecast")
    else:
        headline, words = say(f"{name}.headline.nothing"), say(f"{name}.nothing")
    return Chart(Notice((headline, words)), headline, "", footer(say, ""), f"{headline}. {words}")


def note(released: ReleasedResult, say: Say, *more: str) -> str:
    """Return the footer: who is in services, in which year's prices, which services are left out, and what is given."""
    years = released["years"]
    full = years[years["days_seen"] >= 365].tail(1)
    n_text = ""
    if len(full):
        families = float(full["families"].iloc[0])
        hidden = families != families
        n_text = say("note.n", n=say.about(families, hidden), year=str(full["year"].iloc[0]))
    left, base = len(released["lacking"]), say.names.get("study", {}).get("price_base", "")
    prices = say("note.prices", year=base) if base else ""
    return footer(say, n_text, prices, *more, say("note.left_out", n=left) if left else "")
