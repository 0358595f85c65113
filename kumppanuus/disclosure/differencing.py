"""Differencing between runs (R15): two reports on nearly the same people tell who came or went in between.

A run keeps fingerprints of its base cells, never the cells: keyed digests that say "equal" or "not equal" to whoever
holds the study's key and nothing to anybody else. They are salted with the run, so that two manifests laid side by
side do not even tell which cells stayed the same.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from kumppanuus.analysis import Result, Table

BATCH = 64
"""Fingerprints are filled up to a multiple of this many, so that their number does not tell the number of cells."""
_SIZE = 16
_PERSONS, _FAMILIES, _YEAR = "persons", "families", "year"


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """What is kept of one base cell, each part 32 hexadecimal digits.

    name : of the cell. group : of the table and measure it stands in. value : of the cell with its number.
    """

    name: str
    group: str
    value: str

    def __str__(self) -> str:
        return f"{self.name} {self.group} {self.value}"


@dataclass(frozen=True, slots=True)
class Near:
    """From which difference on two numbers are far enough apart; smaller ones but 0 are too near."""

    persons: int = 5
    families: int = 3

    def of(self, cell: str) -> int:
        """Return the limit of a base cell."""
        return self.persons if cell.startswith(f"{_PERSONS}|") else self.families


class Marker:
    """Makes the digests of one run under a key that is derived from the study's."""

    __slots__ = ("_key", "_run")

    def __init__(self, key: bytes, run: str) -> None:
        self._key = hashlib.blake2b(b"", key=key, person=b"fingerprint key", digest_size=32).digest()
        self._run = run

    def name(self, cell: str) -> str:
        """Return the name of a cell."""
        return self._digest(b"cell", cell)

    def group(self, name: str, group: str) -> str:
        """Return the name of the group of the cell called `name`; different for every cell of the group."""
        return self._digest(b"group", name, group)

    def value(self, name: str, number: int) -> str:
        """Return the digest of the number of the cell called `name`."""
        return self._digest(b"value", name, str(number))

    def filling(self, place: int) -> Fingerprint:
        """Return a fingerprint that stands for nothing."""
        return Fingerprint(*(self._digest(b"filling", str(place), part) for part in ("name", "group", "value")))

    def seal(self, text: str) -> str:
        """Return the digest of what a manifest says about its cells."""
        return self._digest(b"seal", text)

    def _digest(self, purpose: bytes, *parts: str) -> str:
        hasher = hashlib.blake2b(key=self._key, person=purpose, digest_size=_SIZE)
        hasher.update("\0".join((self._run, *parts)).encode())
        return hasher.hexdigest()


def base_cells(results: Mapping[str, Result]) -> dict[str, int]:
    """Return the persons and families of every base: whole populations, and what they are in each study year.

    Parameters
    ----------
    results : exact results of a run, already accepted by the gate.

    Returns
    -------
    ``role|population|measure|dimension=code|…`` (dimensions in alphabetical order, codes percent-written) → number.
    The exact numbers are for comparing in memory; they are never written.
    """
    cells: dict[str, int] = {}
    for key, name, table in _bases(results):
        cells.update(_cells(f"{key}.{name}", table, results[key]))
    return cells


def groups_of(results: Mapping[str, Result]) -> frozenset[str]:
    """Return the groups of base cells a run has counted, also those without any cell."""
    return frozenset(
        _start(f"{key}.{name}", table, measure) + "".join(f"|{each}" for each in sorted(table.dimensions))
        for key, name, table in _bases(results)
        for measure in table.names(_PERSONS, _FAMILIES)
    )


def _bases(results: Mapping[str, Result]) -> list[tuple[str, str, Table]]:
    """Return the tables of counts that are no breakdown: of a whole population, or of it by study year.

    Months and quarters are breakdowns in time, and services are breakdowns of their population wherever the population
    itself is counted: past months nearly always move by one or two, and would call every new extract too near.
    """
    counted = [
        (key, name, table) for key, result in results.items() for name, table in type(result).tables().items()
        if table.form == "counts" and not table.within
    ]  # fmt: skip
    return [each for each in counted if _is_base(each[2], [table for _, _, table in counted])]


def _is_base(table: Table, others: Iterable[Table]) -> bool:
    mine = frozenset(table.dimensions)
    if mine <= {_YEAR}:
        return True
    if any(table.columns[each].time_axis for each in mine - {_YEAR}):
        return False
    same = (each for each in others if table.population and each.population == table.population)
    return not any(frozenset(each.dimensions) < mine for each in same)


def group_of(cell: str) -> str:
    """Return the group of a cell: its role, population, measure and dimensions without their codes."""
    return "|".join(part.split("=")[0] for part in cell.split("|"))


def fingerprints(cells: Mapping[str, int], groups: Collection[str], marker: Marker) -> tuple[Fingerprint, ...]:
    """Return the fingerprints of base cells and of the groups that were counted.

    Their order tells nothing, and they are filled up to a multiple of `BATCH`.
    """
    made = [_fingerprint(cell, number, marker) for cell, number in cells.items()]
    made += [_fingerprint(_head(group), 0, marker) for group in groups]
    filled = math.ceil(len(made) / BATCH) * BATCH
    return tuple(sorted([*made, *(marker.filling(place) for place in range(len(made), filled))]))


def too_near(
    cells: Mapping[str, int], earlier: Iterable[Fingerprint], marker: Marker, near: Near,
    counted: Collection[str] = (),
) -> int:  # fmt: skip
    """Return how many base cells of a run differ from those of an earlier one, but by too little.

    Parameters
    ----------
    cells : exact base cells of the new run.
    earlier : fingerprints of the earlier run. marker : of the earlier run.
    counted : groups counted over the same time as in the earlier run, if it has them: a cell that only one of the two
        has was 0 in the other. Cells of other groups are compared only when both runs have them.
    """
    known = {each.name: each for each in earlier}
    names = {cell: marker.name(cell) for cell in cells}
    both = [(number, known[names[cell]], near.of(cell)) for cell, number in cells.items() if names[cell] in known]
    groups = [group for group in sorted(counted) if marker.name(_head(group)) in known]
    gone = [known[name] for name in known.keys() - set(names.values())]
    came = {cell: number for cell, number in cells.items() if names[cell] not in known}
    return (
        sum(_moved(number, each, marker, limit) for number, each, limit in both)
        + sum(_vanished(each, marker, near, groups) for each in gone)
        + sum(group_of(cell) in groups and 0 < number < near.of(cell) for cell, number in came.items())
    )


def same_cells(one: Iterable[Fingerprint], cells: Mapping[str, int], marker: Marker) -> bool:
    """Tell whether the cells that two runs share are all equal, and there are any."""
    known = {each.name: each.value for each in one}
    shared = [(name, number) for cell, number in cells.items() if (name := marker.name(cell)) in known]
    return bool(shared) and all(known[name] == marker.value(name, number) for name, number in shared)


def _cells(own_name: str, table: Table, result: Result) -> Iterator[tuple[str, int]]:
    frame = getattr(result, own_name.rpartition(".")[2])
    codes = np.full(len(frame), "", dtype=object)
    for dimension in sorted(table.dimensions):
        written = frame[dimension].astype(str).map(lambda code: quote(code, safe=""))
        codes = codes + f"|{dimension}=" + written.to_numpy(dtype=object)
    for measure in table.names(_PERSONS, _FAMILIES):
        there = frame[measure].notna().to_numpy()
        start = _start(own_name, table, measure)
        numbers = frame[measure].to_numpy()[there].astype(np.int64).tolist()
        yield from zip((start + each for each in codes[there]), numbers, strict=True)


def _start(own_name: str, table: Table, measure: str) -> str:
    counted = table.columns[measure]
    return f"{counted.role}|{table.population or own_name}|{counted.cell or measure}"


def _fingerprint(cell: str, number: int, marker: Marker) -> Fingerprint:
    name = marker.name(cell)
    return Fingerprint(name, marker.group(name, group_of(cell)), marker.value(name, number))


def _moved(number: int, earlier: Fingerprint, marker: Marker, near: int) -> bool:
    """Tell whether the earlier number was another one, less than `near` away."""
    others = (number + away for step in range(1, near) for away in (-step, step))
    return any(hmac.compare_digest(earlier.value, marker.value(earlier.name, other)) for other in others if other >= 0)


def _vanished(gone: Fingerprint, marker: Marker, near: Near, groups: Iterable[str]) -> bool:
    """Tell whether an earlier cell of a group that was counted again was small; there is none any more."""
    group = next((each for each in groups if gone.group == marker.group(gone.name, each)), None)
    return group is not None and _moved(0, gone, marker, near.of(group))


def _head(group: str) -> str:
    """Return the cell that says that a group was counted."""
    return f"{group}|"
