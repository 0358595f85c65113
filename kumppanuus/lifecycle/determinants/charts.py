"""The charts: what goes with a faster end, and with the start of a service on a higher level, as forests."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Estimate, Forest, Level
from kumppanuus.forms.axis import ratio_marks
from kumppanuus.forms.forest import is_clear
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.determinants.compute import CLIMBS, CODES, ENDS
from kumppanuus.register.codes import UNKNOWN

MOST_ROWS = 15
SEEN, CHANGING = 0.05, 0.01
"""Classes of p up to which a factor makes a difference, and from which on its ratio is said to change over time."""
BELOW: Level = "early"
ABOVE: Level = "special"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One published row: its factor, its name and its reference's, the ratio with limits (NaN = not shown)."""

    factor: str
    code: str
    label: str
    reference: str
    value: float
    lower: float
    upper: float
    n: str
    is_reference: bool

    @property
    def clear(self) -> bool:
        """Whether its interval holds no "no difference"."""
        return not self.is_reference and is_clear(self.value, self.lower, self.upper, 1.0)


def ends(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many times as fast relationships end, by what is known of the child at the start."""
    return _chart("ends", released, ENDS, "everyone", "tests", say)


def climbs(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many times as fast a service on a higher level begins."""
    return _chart("climbs", released, CLIMBS, "climbers", "climb_tests", say)


def _chart(
    name: str, released: ReleasedResult, factors: Mapping[str, str], base: str, tests: str, say: Say
) -> Chart:  # fmt: skip
    rows = [row for factor, table in factors.items() for row in _ratios(released, factor, table, say)]
    rows = [row for row in rows if not math.isnan(row.value)]
    if all(row.is_reference for row in rows):
        return nothing(say(f"{name}.nothing"), say)
    proven = _proven(released, tests)
    found = [row for row in rows if row.clear and row.factor in proven]
    bold = max(found, key=lambda row: (abs(math.log(row.value)), row.code)) if found else None
    form = _forest(name, _kept(rows), bold, say)
    headline = _headline(name, bold, say)
    changing = [say.label("factors", factor) for factor in _changing(released, tests) if factor in factors]
    number = float(released[base]["spells"].sum(min_count=1))
    events = float(released[base]["events"].sum(min_count=1))
    note = footer(
        say,
        "" if math.isnan(number + events) else say(f"n.{name}", n=number, events=events),
        say("note.changing", labels=", ".join(changing)) if changing else say("note.steady"),
        say("note.left_out", n=len(rows) - len(form.rows)) if len(rows) > len(form.rows) else "",
    )
    alt = ". ".join([headline, *(f"{row.label}: {row.text}" for row in form.rows)])
    return Chart(form, headline, say(f"{name}.subtitle"), note, f"{alt}.")


def _ratios(released: ReleasedResult, factor: str, table: str, say: Say) -> list[Ratio]:
    """Return the published rows of a factor; nothing is said of what is not known."""
    frame, hidden = released[table], released.tables[table].masked["spells"]
    frame = frame[frame[factor] != UNKNOWN]
    numbers = frame[["ratio", "ratio_lower", "ratio_upper"]].to_numpy(dtype=float)
    is_reference = (numbers == 1.0).all(axis=1)
    labels = [say.label(CODES[factor], code) for code in frame[factor]]
    reference = next((label for label, here in zip(labels, is_reference, strict=True) if here), "")
    shut = hidden.reindex(frame.index).to_numpy(dtype=bool)
    spells = frame["spells"].to_numpy(dtype=float)
    return [
        Ratio(
            factor=factor,
            code=str(frame[factor].iloc[place]),
            label=labels[place],
            reference=reference,
            value=float(numbers[place, 0]),
            lower=float(numbers[place, 1]),
            upper=float(numbers[place, 2]),
            n=say.about(float(spells[place]), bool(shut[place])),
            is_reference=bool(is_reference[place]),
        )
        for place in range(len(frame))
    ]


def _proven(released: ReleasedResult, tests: str) -> set[str]:
    table = released[tests]
    return set(table.loc[table["difference"].astype(float) <= SEEN, "factor"])


def _changing(released: ReleasedResult, tests: str) -> list[str]:
    table = released[tests]
    return [str(factor) for factor in table.loc[table["change"].astype(float) <= CHANGING, "factor"]]


def _kept(rows: Sequence[Ratio]) -> list[Ratio]:
    """Return the rows that are drawn, in their order; of too many references go first, then unclear ones."""
    order = sorted(rows, key=lambda row: (row.is_reference, not row.clear, -abs(math.log(row.value)), row.code))
    kept = order[:MOST_ROWS]
    return [row for row in rows if row in kept]


def _forest(name: str, rows: Sequence[Ratio], bold: Ratio | None, say: Say) -> Forest:
    places = [each for row in rows for each in (row.value, row.lower, row.upper) if not math.isnan(each)]
    marks = ratio_marks(min(places), max(places))
    return Forest(
        rows=tuple(_estimate(row, row is bold, say) for row in rows),
        reference=1.0,
        ticks=tuple((mark, say.number(mark, 0 if mark >= 1 else 1 if mark >= 0.1 else 2)) for mark in marks),
        log=True,
        axis_title=say(f"{name}.axis"),
        below_text=say(f"{name}.below"),
        above_text=say(f"{name}.above"),
        text_title=say(f"{name}.text"),
        n_title=say("forest.n"),
    )


def _estimate(row: Ratio, bold: bool, say: Say) -> Estimate:
    limits = not (row.is_reference or math.isnan(row.lower) or math.isnan(row.upper))
    colour: Level = (ABOVE if row.value > 1 else BELOW) if row.clear else "neutral"
    return Estimate(
        label=row.label[:1].upper() + row.label[1:],
        value=row.value,
        lower=row.lower if limits else None,
        upper=row.upper if limits else None,
        text=say("forest.reference") if row.is_reference else _words(row, say),
        n_text=row.n,
        colour=colour,
        clear=row.clear,
        bold=bold,
    )


def _words(row: Ratio, say: Say) -> str:
    """Write ``1,4 (1,1–1,8)`` with the decimals of two digits of each."""
    value, lower, upper = (say.number(each, 1 if each >= 1 else 2) for each in (row.value, row.lower, row.upper))
    return value if math.isnan(row.lower) or math.isnan(row.upper) else f"{value} ({lower}–{upper})"


def _headline(name: str, bold: Ratio | None, say: Say) -> str:
    if bold is None:
        return say(f"{name}.headline.unclear")
    ratio = say.number(bold.value, 1 if bold.value >= 1 else 2)
    case = "faster" if bold.value > 1 else "slower"
    label = bold.label[:1].upper() + bold.label[1:]
    return say(f"{name}.headline.{case}", label=label, ratio=ratio, reference=bold.reference)
