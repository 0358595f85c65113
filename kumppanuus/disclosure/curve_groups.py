"""The curves of a table, group by group: a group of people has one curve, or one for each of its causes or states."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure.curve_points import Group, Stream, reach, together
from kumppanuus.disclosure.curve_pools import BETWEEN as _BETWEEN
from kumppanuus.disclosure.curve_pools import OTHER, Total
from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules import Floats
from kumppanuus.disclosure.rules_curves import Ends, sure_events

Key = tuple[Hashable, ...]
SHARES = ("survival", "incidence", "occupation", "recurrence")
SELDOM = 0.5
"""A state that holds 1 to 6 people at more than so many of the points is pooled."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of one group, by code of the cause or state; code "" when the table has none.

    table : as declared. by_code : the rows of each curve in the order of time, as declared.
    """

    table: Table
    by_code: Mapping[str, pd.DataFrame]

    @property
    def first(self) -> pd.DataFrame:
        """The curve that tells what all have in common: days, at risk."""
        return next(iter(self.by_code.values()))

    @property
    def in_states(self) -> bool:
        """Whether these are shares of people in states."""
        return bool(self.table.names("occupation"))

    @property
    def days(self) -> Floats:
        """Days of the grid."""
        return self.first[self.table.names("time")[0]].to_numpy(dtype=float)

    @property
    def on_one_grid(self) -> bool:
        """Whether all curves have the same days: only then their events add up day by day."""
        time = self.table.names("time")[0]
        return all(np.array_equal(each[time].to_numpy(dtype=float), self.days) for each in self.by_code.values())

    @property
    def at_risk(self) -> Floats:
        """Under observation on each day."""
        return self.first["at_risk"].to_numpy(dtype=float)

    @property
    def families_at_risk(self) -> Floats | None:
        """The fewest families under observation on each day; None when not known."""
        known = "families_at_risk" in self.table.columns
        return self.first["families_at_risk"].to_numpy(dtype=float) if known else None

    @property
    def size(self) -> tuple[float, float]:
        """Persons and, at least, families of the group.

        The rows of a state tell who was ever in it, so persons of states are those under observation at first.
        """
        persons, families = (self.table.names(role)[0] for role in ("persons", "families"))
        homes = max(float(curve[families].max()) for curve in self.by_code.values())
        return (float(self.at_risk[0]) if self.in_states else float(self.first[persons].max())), homes

    @property
    def events(self) -> float:
        """Events of all curves together."""
        return sum(float(curve["events"].sum()) for curve in self.by_code.values())

    def streams(self) -> dict[str, Stream]:
        """Return the events of each curve as they gather."""
        return {code: self._stream(curve) for code, curve in self.by_code.items()}

    def group(self, pool: Iterable[str], step: int) -> Group:
        """Return what the choice of points needs, with some codes pooled."""
        return Group(self.days, self.at_risk, pooled_streams(self.streams(), pool), step)

    def totals(self, rules: Rules) -> dict[str, Total]:
        """Return how much there is of each code as far as curves reach."""
        until = reach(self.at_risk)
        return {code: self._total(curve.iloc[:until], rules) for code, curve in self.by_code.items()}

    def _stream(self, curve: pd.DataFrame) -> Stream:
        time = self.table.names("time")[0]
        return Stream(
            curve[time].to_numpy(dtype=float),
            np.cumsum(curve["events"].to_numpy(dtype=float)),
            self._gathered(curve, "ending_persons"),
            self._gathered(curve, "ending_families"),
            self._inside(curve) if self.in_states else None,
        )

    def _gathered(self, curve: pd.DataFrame, column: str) -> Floats | None:
        known = column in self.table.columns
        return np.cumsum(curve[column].to_numpy(dtype=float))[None, :] if known else None

    def _inside(self, curve: pd.DataFrame) -> Floats:
        share = curve[self.table.names("occupation")[0]].to_numpy(dtype=float)
        return np.asarray(np.round(share * curve["at_risk"].to_numpy(dtype=float)))

    def _total(self, curve: pd.DataFrame, rules: Rules) -> Total:
        behind = [float(curve[each].sum()) if each in self.table.columns else float("nan")
                  for each in ("ending_persons", "ending_families")]  # fmt: skip
        ends = Ends(float(curve["events"].sum()), *behind)
        if not self.in_states:
            return Total(ends)
        people, homes = (float(curve[self.table.names(role)[0]].max()) for role in ("persons", "families"))
        inside = self._inside(curve)
        seldom = np.mean((inside > 0) & (inside < sure_events(rules))) > SELDOM
        return Total(ends, people, homes, float(inside[0]), bool(seldom))


def curves_of(table: Table, frame: pd.DataFrame) -> dict[Key, Curves]:
    """Return the curves of a table by their group."""
    groups, time = group_dimensions(table), table.names("time")[0]
    found = {}
    for key, rows in _by(frame, groups):
        codes = dict(_by(rows, list(table.together)))
        found[key] = Curves(table, {code_of(code): codes[code].sort_values(time) for code in codes})
    return found


def group_dimensions(table: Table) -> list[str]:
    """Return the dimensions of groups of people: neither time nor causes nor states."""
    return [each for each in table.names("dimension") if each not in table.together]


def code_of(codes: Key) -> str:
    """Return one code for the codes of all dimensions whose curves add up."""
    return _BETWEEN.join(map(str, codes))


def pooled_code(table: Table) -> str:
    """Return the code of the pool."""
    return code_of((OTHER,) * len(table.together))


def pooled_streams(streams: Mapping[str, Stream], pool: Iterable[str]) -> dict[str, Stream]:
    """Return streams with those of a pool added up, under the code of the pool."""
    members = [streams[code] for code in sorted(pool) if code in streams]
    shown = {code: stream for code, stream in streams.items() if code not in pool}
    if not members:
        return shown
    code = _BETWEEN.join([OTHER] * (1 + next(iter(streams)).count(_BETWEEN)))
    return {**shown, code: together([*members, *([shown.pop(code)] if code in shown else [])])}


def pooled_rows(curves: Curves, pool: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the rows of each curve and of the pool: shares and events added up, no limits.

    Limits of a sum do not follow from those of its parts. Who was ever in a pool of states is not known.
    """
    table, pool = curves.table, set(pool)
    code = pooled_code(table)
    members = [curve for each, curve in curves.by_code.items() if each in pool or (pool and each == code)]
    shown = {each: curve for each, curve in curves.by_code.items() if each not in pool and not (pool and each == code)}
    if not members:
        return shown
    rows = members[0].reset_index(drop=True).copy()
    for column in ("events", *table.names("incidence", "occupation")):
        rows[column] = np.sum([each[column].to_numpy(dtype=float) for each in members], axis=0)
    unknown = [*table.names("lower", "upper"), *(table.names("persons", "families") if curves.in_states else ())]
    rows[unknown] = np.nan
    rows[list(table.together)] = OTHER
    return {**shown, code: rows}


def _by(frame: pd.DataFrame, dimensions: list[str]) -> list[tuple[Key, pd.DataFrame]]:
    if not dimensions:
        return [((), frame)] if len(frame) else []
    return [(key if isinstance(key, tuple) else (key,), part) for key, part in frame.groupby(dimensions, sort=False)]
