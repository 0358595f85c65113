"""Answers on a scale around a common middle, from a table of answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.disclosure.rules_forms import mean_answer
from kumppanuus.drawing import AnswerPart, Item, Likert
from kumppanuus.forms.rows import rows_of
from kumppanuus.language.say import Say

MOST_ITEMS, MOST_LONG = 12, 8
ONE_LINE = 46
"""Letters of a name that fit on one line; longer ones take two, and so many rows of two lines."""
_EVERYBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sides:
    """Shares of the answers on each side of the middle, sums of the published ones (0–1), the mean, the answers in all.

    NaN where an answer of that side is merged with the middle; the mean where any answer is merged.
    """

    low: float
    high: float
    mean: float
    answers: float


def sides_of(
    table: ReleasedTable, scale: Sequence[str], *, over: str = "item", answer: str = "answer", of: str = "share",
    group: Mapping[str, str] = _EVERYBODY,
) -> dict[str, Sides]:  # fmt: skip
    """Return what each published item's answers add up to: those with the most agreement first (ties by code).

    Agreement is the positive answers less the negative ones; items where that is not known are last.

    Parameters
    ----------
    scale : codes of the answers from the most negative to the most positive.
    """
    rows = rows_of(table, group)
    found = {str(code): _sides(part, scale, answer, of, table) for code, part in rows.groupby(over, sort=True)}
    return dict(sorted(found.items(), key=lambda each: (-_or_low(each[1].high - each[1].low), each[0])))


def known_items(sides: Mapping[str, Sides]) -> tuple[str, ...]:
    """Return the items whose agreement is known, the most agreed with first."""
    return tuple(code for code, each in sides.items() if not math.isnan(each.high - each.low))


def shown_items(sides: Mapping[str, Sides], most: int = MOST_ITEMS) -> tuple[str, ...]:
    """Return the items to draw: all that fit, else those most and least agreed with; unknown ones as there is room."""
    known = known_items(sides)
    ends = known if len(known) <= most else (*known[: most // 2], *known[len(known) - (most - most // 2) :])
    rest = [code for code in sides if code not in known]
    return (*ends, *rest[: most - len(ends)])


def likert(
    table: ReleasedTable, say: Say, *, scale: Sequence[str], over: str = "item", answer: str = "answer",
    of: str = "share", items: Sequence[str] = (), bold: str = "", mean: bool = True, merged_text: str = "",
    low_title: str = "", high_title: str = "", note_title: str = "", group: Mapping[str, str] = _EVERYBODY,
) -> Likert:  # fmt: skip
    """Return the items as rows of answers, the negative ones to the left of a common middle.

    Parameters
    ----------
    scale : codes of the answers from the most negative to the most positive, two to seven.
    over, answer, of : names of the dimensions and of the measure (a share).
    items : codes of the items from top to bottom; one the gate left out says so. Empty: the published ones, the most
        agreed with first; of more than twelve (eight when names are long) those most and least agreed with.
    bold : code of the item the headline speaks of. mean : whether each row ends in its mean answer.
    merged_text : what the hatch of merged answers means. group : dimension → code, of a table with several groups.
    """
    rows, sides = rows_of(table, group), sides_of(table, scale, over=over, answer=answer, of=of, group=group)
    names, answers = table.declaration.columns[over].codes, table.declaration.columns[answer].codes
    labels = {code: say.label(names, code) for code in items or sides}
    most = MOST_ITEMS if all(len(label) <= ONE_LINE for label in labels.values()) else MOST_LONG
    drawn = tuple(
        _item(rows[rows[over].astype(str) == code], labels[code], sides.get(code), say, scale, answer, of,
              bold=code == bold, mean=mean)
        for code in tuple(items or shown_items(sides, most))[:MOST_ITEMS]
    )  # fmt: skip
    words = tuple(say.label(answers, code) for code in scale)
    return Likert(drawn, words, merged_text, low_title, high_title, note_title if mean else "")


def _item(
    rows: pd.DataFrame, label: str, sides: Sides | None, say: Say, scale: Sequence[str], answer: str, of: str, *,
    bold: bool, mean: bool,
) -> Item:  # fmt: skip
    if sides is None:
        return Item(label, (), note=say("word.hidden"), bold=bold)
    parts = [_part(str(code), float(share), say, scale) for code, share in zip(rows[answer], rows[of], strict=True)]
    shown = tuple(sorted((part for part in parts if part is not None), key=lambda part: part.first))
    note = say.number(sides.mean, 1) if mean else ""
    return Item(label, shown, _percent(sides.low, say), _percent(sides.high, say), note, bold)


def _part(code: str, share: float, say: Say, scale: Sequence[str]) -> AnswerPart | None:
    if math.isnan(share):
        return None
    return AnswerPart(*_ends(code, scale), share, say.percent(share))


def _ends(code: str, scale: Sequence[str]) -> tuple[int, int]:
    """Return the places on the scale of an answer, or of the first and the last of merged ones."""
    first, _, last = code.partition("..")
    return scale.index(first), scale.index(last or first)


def _sides(rows: pd.DataFrame, scale: Sequence[str], answer: str, of: str, table: ReleasedTable) -> Sides:
    low = high = 0.0
    middle = (len(scale) - 1) / 2
    for code, share in zip(rows[answer], rows[of], strict=True):
        first, last = _ends(str(code), scale)
        if first != last and first <= middle <= last:
            low, high = (math.nan if first < middle else low), (math.nan if last > middle else high)
        low += float(share) if last < middle else 0.0
        high += float(share) if first > middle else 0.0
    persons = rows[table.declaration.names("persons")[0]].to_numpy(dtype=float)
    mean = mean_answer([str(code) for code in rows[answer]], persons)
    return Sides(low, high, mean, float(persons.sum()))


def _percent(share: float, say: Say) -> str:
    return "" if math.isnan(share) else say.percent(share)


def _or_low(share: float) -> float:
    return -2.0 if math.isnan(share) else share
