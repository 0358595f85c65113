"""What a change of a sum is made of, from a table with one row a period."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Stage, Waterfall
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say
from kumppanuus.methods.decomposition import Decomposition, one_at_a_time

_SMALL = 0.08
"""Share of the larger total below which effects are hardly seen on an axis from zero."""


def decomposed(
    table: ReleasedTable, *, over: str, before: str, after: str, chain: Sequence[str]
) -> Decomposition | None:
    """Take the change of a sum apart; None where a number it needs is not published, or is zero before.

    Parameters
    ----------
    over : dimension of the periods. before, after : their codes.
    chain : measures, the sum last: ``("persons", "days", "cost")`` makes persons × days per person × cost per day.
    """
    if not {before, after} <= set(table.frame[over].astype(str)):
        return None
    factors = [_factors([_number(table, over, code, name) for name in chain]) for code in (before, after)]
    if any(not math.isfinite(each) for some in factors for each in some) or 0.0 in factors[0]:
        return None
    return one_at_a_time(*factors)


def rounding_of(value: float) -> float:
    """Return how far a published sum (R5: two or three significant digits) may be from the exact one."""
    if not value:
        return 0.0
    magnitude = math.floor(math.log10(abs(value)))
    third = 10.0 ** (magnitude - 2)
    return third / 2 if abs(value / (10 * third) - round(value / (10 * third))) > 1e-6 else 10 * third / 2


def clear(found: Decomposition) -> bool:
    """Say whether the change is more than the rounding of the two sums can make."""
    return abs(found.change) > rounding_of(found.before) + rounding_of(found.after)


def margins_of(
    table: ReleasedTable, found: Decomposition, *, over: str, before: str, after: str, chain: Sequence[str]
) -> tuple[float, ...]:  # fmt: skip
    """Return how far the rounding of the published numbers may move each effect, at the most."""
    parts: list[float] = []
    for name in chain:
        numbers = [_number(table, over, code, name) for code in (before, after)]
        parts.append(sum(_part(number, table.declaration.columns[name].role) for number in numbers))
    ratios = [effect / found.before + 1 for effect in found.effects]
    of_ratios = [parts[0], *(one + other for one, other in itertools.pairwise(parts))]
    return tuple(abs(found.before * ratio * part) for ratio, part in zip(ratios, of_ratios, strict=True))


def _part(value: float, role: str) -> float:
    """Return the rounding of a published number as a part of it."""
    if not value:
        return 0.0
    low, high = ends_of_class(np.array([value]))
    half = rounding_of(value) if role == "sum" else float(max(value - low[0], high[0] - value))
    return half / abs(value)


def leading(effects: Sequence[float], margins: Sequence[float]) -> tuple[int, ...]:
    """Return the places of the largest effect and of those that rounding cannot tell from it, largest first.

    Effects of 0 or less are none of them; empty when all are.
    """
    order = sorted(range(len(effects)), key=lambda place: (-effects[place], place))
    first = order[0]
    return tuple(
        place
        for place in order
        if effects[place] > 0 and effects[place] + margins[place] >= effects[first] - margins[first]
    )


def waterfall(
    table: ReleasedTable, say: Say, *, over: str, before: str, after: str, chain: Sequence[str],
    effects: Sequence[str], interaction: str, axis_title: str = "", break_text: Callable[[str], str] | None = None,
    write: Callable[[float], str] | None = None,
) -> Waterfall:  # fmt: skip
    """Return a sum before, what each factor alone adds, what only all together add, and the sum after.

    Parameters
    ----------
    over, before, after, chain : see `decomposed`.
    effects : labels of the factors, one per measure of the chain. interaction : label of the rest.
    break_text : how the axis says that it begins at a number; then it does where effects are small beside the sums.
    write : how a number is written, without its sign; whole numbers when not given.
    """
    told = write or say.number
    totals = [Stage(say.label(table.declaration.columns[over].codes, code), "total", *_published(table, over, code,
                    chain[-1], say, told)) for code in (before, after)]  # fmt: skip
    found = decomposed(table, over=over, before=before, after=after, chain=chain)
    if found is None:
        hidden = [Stage(label, "effect", None, say("word.hidden")) for label in effects]
        return Waterfall((totals[0], *hidden, totals[1]), axis_title)
    middle = [Stage(label, "effect", number, signed(number, told)) for label, number in zip(effects, found.effects,
              strict=True)]  # fmt: skip
    rest = Stage(interaction, "interaction", found.interaction, signed(found.interaction, told))
    stages = (totals[0], *middle, rest, totals[1])
    start = start_of(stages) if break_text is not None else 0.0
    return Waterfall(stages, axis_title, start, break_text(told(start)) if break_text is not None and start else "")


def euros_like(largest: float, say: Say) -> Callable[[float], str]:
    """Return how euros are written beside sums of this size: one unit for all, as many digits as the sums have."""
    if not math.isfinite(largest) or largest >= 1e6:
        return lambda value: say("unit.million_euros", n=say.number(value / 1e6, 0 if abs(value) >= 1e8 else 1))
    step = 10 ** max(math.floor(math.log10(max(largest, 1.0))) - 2, 0)
    return lambda value: say.euros(round(value / step) * step)


def signed(number: float, told: Callable[[float], str]) -> str:
    """Write a change with its sign."""
    text = told(abs(number))
    return f"{'−' if number < 0 else '+'}{text}" if any(each in "123456789" for each in text) else text


def _number(table: ReleasedTable, over: str, code: str, of: str) -> float:
    """Return a published number of a period; NaN where there is none."""
    rows = table.frame[table.frame[over].astype(str) == code]
    return float(rows[of].iloc[0]) if len(rows) else math.nan


def _factors(chain: Sequence[float]) -> list[float]:
    """Return the first measure, and each next one per the one before it; NaN where that is 0."""
    ratios = [new / old if old else math.nan for old, new in itertools.pairwise(chain)]
    return [chain[0], *ratios]


def _published(
    table: ReleasedTable, over: str, code: str, of: str, say: Say, told: Callable[[float], str]
) -> tuple[float | None, str]:
    rows = table.frame[table.frame[over].astype(str) == code]
    value = _number(table, over, code, of)
    if not math.isnan(value):
        return value, told(value)
    shut = len(rows) and bool(table.masked.loc[rows.index[0], of])
    return None, say("word.hidden") if shut else "–"


def start_of(stages: Sequence[Stage]) -> float:
    """Return a round number below everything that is drawn, where effects are small beside the totals; else 0."""
    ends = [end for span in Waterfall(tuple(stages)).spans() if span is not None for end in span if end]
    least, most = min(ends, default=0.0), max(ends, default=0.0)
    effects = [abs(stage.value or 0.0) for stage in stages if stage.kind != "total"]
    if least <= 0 or max(effects, default=0.0) >= _SMALL * most or not any(effects):
        return 0.0
    room = most - 3.0 * (most - least)  # the drawn part is three times what moves
    power = 10.0 ** math.floor(math.log10(most - least))
    step = next(each for each in (1, 2, 5, 10) if each * power >= most - least) * power
    return max(math.floor(room / step) * step, 0.0)
