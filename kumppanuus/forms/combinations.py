"""Combinations of things used together, from a table of combinations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Combination, Combinations, Level, Member
from kumppanuus.forms.rows import rows_of
from kumppanuus.language.say import Say

JOIN = "+"
"""Between the codes of a combination: ``family_work+counselling``."""
OTHER = "other"
MOST_COLUMNS, MOST_MEMBERS = 15, 12
_EVERYBODY: Mapping[str, str] = MappingProxyType({})


def parts_of(code: object) -> tuple[str, ...]:
    """Return the codes a combination is made of; of what the gate pooled none are known."""
    return () if str(code) == OTHER else tuple(str(code).split(JOIN))


def users_of(
    table: ReleasedTable, *, over: str, of: str, group: Mapping[str, str] = _EVERYBODY
) -> dict[str, float]:  # fmt: skip
    """Add up the published combinations to how many use each thing, the most used first (ties by code).

    Those whose combination is in the pool are not in these sums: they are "at least".
    """
    totals: dict[str, float] = {}
    for code, number in _known(rows_of(table, group), over, of):
        for part in parts_of(code):
            totals[part] = totals.get(part, 0.0) + number
    return dict(sorted(totals.items(), key=lambda each: (-each[1], each[0])))


def combinations(
    table: ReleasedTable, say: Say, *, over: str = "combination", of: str = "persons", highlight: str = "",
    colour: Level = "corrective", order: Sequence[str] = (), most: int = MOST_COLUMNS, highlight_text: str = "",
    others_text: str = "", members_title: str = "", columns_title: str = "", group: Mapping[str, str] = _EVERYBODY,
) -> Combinations:  # fmt: skip
    """Return the commonest combinations as columns over a grid, and at last everybody else as one column.

    Parameters
    ----------
    over, of : names of the dimension and of the measure. The dimension's code list names the single things.
    highlight, colour : code of the thing whose combinations stand out, and their colour role.
    order : codes from top to bottom, such as the service levels give them; those it does not name follow, the most
        used first. At most twelve things have a row: combinations of rarer ones are among the others.
    most : how many columns at most, that of the others included.
    group : dimension → code, of a table with several groups.
    """
    rows, codes = rows_of(table, group), table.declaration.columns[over].codes
    totals = users_of(table, over=over, of=of, group=group)
    wanted = [code for code in order if code in totals] + [code for code in totals if code not in order]
    kept = list(totals)[:MOST_MEMBERS]
    kept[-1:] = [highlight] if highlight in totals and highlight not in kept else kept[-1:]
    members = [code for code in wanted if code in kept]
    known = [each for each in _known(rows, over, of) if parts_of(each[0])]
    drawable = [(code, number) for code, number in known if set(parts_of(code)) <= set(members)]
    pool = rows[rows[over].astype(str) == OTHER]
    room = most - 1 if len(pool) or len(drawable) > most or len(drawable) < len(known) else most
    columns = [Combination(parts_of(code), number, say.number(number)) for code, number in drawable[:room]]
    left = sum(number for _, number in known) - sum(number for _, number in drawable[:room])
    rest = _rest(pool, table, of, left, say)
    return Combinations(
        tuple(Member(code, say.label(codes, code), totals[code], say.number(totals[code])) for code in members),
        (*columns, *((rest,) if rest else ())),
        highlight if highlight in members else "",
        colour,
        highlight_text,
        others_text,
        members_title,
        columns_title,
    )


def _known(rows: pd.DataFrame, over: str, of: str) -> list[tuple[str, float]]:
    """Return the published combinations with their numbers, the largest first, ties by code."""
    there = rows.dropna(subset=[of])
    found = [(str(code), float(number)) for code, number in zip(there[over], there[of], strict=True)]
    return sorted(
        (each for each in found if each[0] != OTHER), key=lambda each: (-each[1], each[0])
    )  # fmt: skip


def _rest(pool: pd.DataFrame, table: ReleasedTable, of: str, left: float, say: Say) -> Combination | None:
    """Return the column of all others: what the gate pooled and what does not fit; hidden when the pool is."""
    if pool.empty:
        return Combination((), left, say.number(left), say("word.other")) if left else None
    number = float(pool[of].iloc[0])
    if math.isnan(number):
        shut = bool(table.masked.loc[pool.index[0], of])
        return Combination((), None, say("word.hidden") if shut else "–", say("word.other"))
    return Combination((), number + left, say.number(number + left), say("word.other"))
