"""Tables that are made after the gate, of released numbers only: the board of pain points, forecasts, proposals.

What makes them is given released results and nothing else, so they hold nothing that those do not. The gate asks for
them, checks that they are what was declared, and stamps them with the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kumppanuus.analysis import Analysis, Context, Params, Result, Table
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.disclosure.signals import Gathered, Signal
from kumppanuus.errors import DisclosureError, places_of

Gather = Callable[[Mapping[str, ReleasedResult]], Mapping[str, pd.DataFrame]]
"""Released results by analysis → frames of the gathered tables by name."""


def without_gathered(key: str, declared: Mapping[str, Table], result: Result) -> dict[str, Table]:
    """Return the tables that go through the gate; the gathered ones have to be empty before it.

    Raises
    ------
    DisclosureError
        KU502 a gathered table that mixes released numbers with others, or is filled before the gate.
    """
    for name, table in declared.items():
        if not table.gathered:
            continue
        others = set(table.columns) - {*table.names("released", "dimension")}
        if others or table.form != "counts" or len(getattr(result, name)):
            raise DisclosureError("KU502", analysis=key, table=name, found=", ".join(sorted(others)) or "rows")
    return {name: table for name, table in declared.items() if not table.gathered}


def with_gathered(
    result: ReleasedResult, declared: Mapping[str, Table], made: Mapping[str, pd.DataFrame]
) -> ReleasedResult:
    """Return a released result with its gathered tables, in the order of the declaration.

    Raises
    ------
    DisclosureError
        KU502 a table or a column that was not declared, or is lacking; KU503 two rows of one code; KU504 a measure
        that is no number.
    """
    wanted = {name: table for name, table in declared.items() if table.gathered}
    if set(made) != set(wanted):
        raise DisclosureError("KU502", analysis=result.key, table=", ".join(sorted(set(made) ^ set(wanted))), found="-")
    gathered = {name: _released(result.key, name, table, made[name]) for name, table in wanted.items()}
    return replace(result, tables={name: {**result.tables, **gathered}[name] for name in declared})


def nothing_gathered(declared: Mapping[str, Table]) -> Gather:
    """Return what makes the gathered tables without rows, where nobody gathers anything."""
    empty = {name: pd.DataFrame(columns=list(each.columns)) for name, each in declared.items() if each.gathered}
    return lambda _released: empty


def gatherer(
    analysis: Analysis, params: Params, rooms: Sequence[Analysis], given: Collection[str],
    failed: dict[str, tuple[str, ...]] | None = None, *, context: Context | None = None,
) -> Gather:  # fmt: skip
    """Return what makes the gathered tables of an analysis of what the rooms that were computed have released.

    Parameters
    ----------
    given : canonical tables that the study has.
    context : what may be known of the study; results before protection that it may hold are taken out.
    failed : a room whose signals or gathering a fault of the program stops is named here with its places, and the
        others go on; None lets the fault through.
    """
    assert analysis.gather is not None
    gather = analysis.gather

    def make(released: Mapping[str, ReleasedResult]) -> Mapping[str, pd.DataFrame]:
        speaking = [room for room in rooms if analysis.hears and room.signals is not None and room.key in released]
        told = {room.key: _told(room, released[room.key], failed) for room in speaking}
        found = tuple((key, signal) for key, signals in told.items() for signal in signals)
        missing = {key: each.missing for key, each in released.items() if each.status == "missing"}
        silent = {
            room.key: tuple(table for table in room.optional if table not in given)
            for room in speaking
            if not told[room.key] and room.key not in missing
        }
        used = {key: released[key] for key in analysis.uses if key in released}
        known = replace(context or Context({}, {}, 0, frozenset(given)), used={})
        try:
            return gather(released[analysis.key], Gathered(found, missing, silent, used, known), params)
        except Exception as error:
            if failed is None:
                raise
            failed[analysis.key] = places_of(error)
            return nothing_gathered(analysis.result.tables())(released)

    return make


def _told(
    room: Analysis, result: ReleasedResult, failed: dict[str, tuple[str, ...]] | None
) -> tuple[Signal, ...]:  # fmt: skip
    if room.signals is None or result.status != "ok":
        return ()
    try:
        return tuple(room.signals(result))
    except Exception as error:
        if failed is None:
            raise
        failed[room.key] = places_of(error)
        return ()


def _released(key: str, name: str, table: Table, frame: pd.DataFrame) -> ReleasedTable:
    dimensions, measures = list(table.dimensions), list(table.names("released"))
    if list(frame.columns) != list(table.columns):
        raise DisclosureError("KU502", analysis=key, table=name, found=", ".join(map(str, frame.columns)))
    if frame[dimensions].duplicated().any() or frame[dimensions].isna().any(axis=None):
        raise DisclosureError("KU503", analysis=key, table=name)
    for column in measures:
        if len(frame) and not pd.api.types.is_numeric_dtype(frame[column]):
            raise DisclosureError("KU504", analysis=key, table=name, column=column)
    kinds = {each: object if each in dimensions else float for each in table.columns}
    shown = frame.reset_index(drop=True).astype(kinds)
    masked = pd.DataFrame(False, columns=measures, index=shown.index)
    return ReleasedTable(name, table, shown.assign(hidden=False), masked)
