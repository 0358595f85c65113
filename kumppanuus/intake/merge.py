"""Rows of all files of one table → one row per key, and the fate of every other row.

Files of a register that are versions of it tell of the same relationship again and again: the newest file is right.
Files that are parts of one extract may not contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from kumppanuus.intake.account import CHANGES
from kumppanuus.intake.changes import judge_versions
from kumppanuus.intake.copies import (
    CODE,
    FATES,
    FILE,
    PLACE,
    RANK,
    USED,
    FileFacts,
    Merging,
    judge_sources,
    judge_within_versions,
)
from kumppanuus.intake.ordering import in_order
from kumppanuus.study import Window

__all__ = ["FILE", "RANK", "Fates", "FileFacts", "VersionChange", "rank_of", "settle"]

Lines = int | tuple[int, ...] | None
"""Line numbers of the first rows concerned, or of one of them, if any."""

MOST_LISTED = 100
_MOST_ROWS = 1 << 40
_OUTSIDE = {
    "relationships": '"start" >= $after OR "end" <= $first',
    "visits": "date >= $after OR date < $first",
    "costs": "date >= $after OR date < $first",
}


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What changed from one version to the next, of one kind and file.

    file : number of the file that tells it; of ``vanished``, the file that had the row last.
    n : keys concerned.
    rows : line numbers in that file in order, `MOST_LISTED` at most.
    """

    file: int
    kind: str
    n: int
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fates:
    """Rows that are not used as they are.

    by_fate : ``duplicate``, ``snapshot``, ``superseded``, ``moved``, ``removed``, ``outside_window``, ``316``, ``311``
        → (file numbers, line numbers).
    warnings : code of a finding → (file number, rows concerned, line numbers) of each file.
    changes : between the versions of a source, by kind (see `CHANGES`) and file.
    """

    by_fate: Mapping[str, tuple[np.ndarray, np.ndarray]]
    warnings: Mapping[str, Sequence[tuple[int, int, Lines]]]
    changes: tuple[VersionChange, ...] = ()


def rank_of(files: Sequence[FileFacts]) -> list[int]:
    """Return the rank of every file: the later version and the earlier source are believed."""
    ranks, last = [], max((file.source for file in files), default=0)
    for number, file in enumerate(files):
        first = next(n for n, other in enumerate(files) if other.source == file.source)
        step = 0 if file.files_are == "parts" else number - first
        ranks.append((last - file.source) * (len(files) + 1) + step)
    return ranks


def settle(
    engine: duckdb.DuckDBPyConnection,
    name: str,
    rows: pa.Table,
    files: Sequence[FileFacts],
    window: Window,
    births: pa.Table | None,
) -> tuple[pa.Table, Fates]:
    """Give every row of a table its fate.

    Parameters
    ----------
    rows : canonical columns with ``_file``, ``_row`` and ``_rank``.
    files : by the file number that stands in ``_file``; those of one source together, from the oldest to the newest.
    births : ``client``, ``birth_date`` of the clients known; None when the study has no clients table.

    Returns
    -------
    tuple
        The used rows in an order that depends on nothing but them, and the fates of the others.
    """
    merging = Merging(engine, name, rows, files)
    if births is not None:
        engine.register("births", births)
    if name == "relationships" and births is not None:
        _lose(merging, "311", 'FROM given JOIN births USING (client) WHERE "start" < birth_date')
    judge_within_versions(merging)
    judge_versions(merging)
    judge_sources(merging)
    if name in _OUTSIDE:
        days = {"first": window.first, "after": window.end}
        _lose(merging, "outside_window", f"FROM given WHERE {_OUTSIDE[name]}", days)
    fates = Fates(_by_fate(merging), _warnings(merging, window, births is not None), _changes(merging))
    for view in ("given", "chosen", "pairs", "births"):
        engine.unregister(view)
    return in_order(engine, name, merging.rows, merging.fate == USED), fates


def _lose(merging: Merging, fate: str, sql: str, settings: Mapping[str, object] | None = None) -> None:
    merging.fate[_found(merging, sql, settings)] = CODE[fate]


def _by_fate(merging: Merging) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the records of every fate in their order; a record of several answers is used when one of them is."""
    places = np.flatnonzero(merging.fate)
    if merging.name == "answers":
        places = _lost_records(merging)
    files, rows = _lines(merging, places)
    order = np.lexsort((rows, files))
    files, rows, fates = files[order], rows[order], merging.fate[places[order]]
    return {FATES[code]: (files[fates == code], rows[fates == code]) for code in np.unique(fates).tolist()}


def _lost_records(merging: Merging) -> np.ndarray:
    """Return one row of each record of which no row is used: the one with the fate that stands first in `FATES`."""
    record = merging.file * _MOST_ROWS + merging.line
    order = np.lexsort((merging.fate, record))
    starts = np.flatnonzero(np.diff(record[order], prepend=-1))
    firsts = order[starts]
    return np.asarray(firsts[merging.fate[firsts] != USED])


def _lines(merging: Merging, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return merging.file[places], merging.line[places]


def _by_file(merging: Merging, places: np.ndarray) -> dict[int, np.ndarray]:
    """Return the line numbers of some rows in order, by file."""
    files, rows = _lines(merging, places)
    return {int(file): np.sort(rows[files == file]) for file in np.unique(files)}


def _changes(merging: Merging) -> tuple[VersionChange, ...]:
    return tuple(
        VersionChange(file, kind, len(rows), tuple(rows[:MOST_LISTED].tolist()))
        for kind in CHANGES
        for file, rows in _by_file(merging, merging.events.get(kind, np.zeros(0, np.int64))).items()
    )


def _warnings(merging: Merging, window: Window, has_clients: bool) -> dict[str, list[tuple[int, int, Lines]]]:
    """Count per file what a reader should know."""
    none = np.zeros(0, np.int64)
    vanished = merging.events.get("vanished", none)
    removed = merging.fate[vanished] == CODE["removed"]
    told = {
        "KU402": np.flatnonzero(merging.fate == CODE["duplicate"]),
        "KU404": merging.events.get("conflict", none),
        "KU405": vanished[merging.fate[vanished] == USED],
        "KU413": merging.events.get("reopened", none),
        "KU414": merging.events.get("start_moved", none),
        "KU415": vanished[removed],
    }
    if merging.name == "relationships":
        told["KU407"] = _found(merging, 'FROM given WHERE "end" > $after', {"after": window.end})
        if has_clients:
            told["KU406"] = _found(merging, "FROM given ANTI JOIN births USING (client)")
    counted = {code: _by_file(merging, places) for code, places in sorted(told.items())}
    return {
        code: [(file, len(rows), tuple(rows[:MOST_LISTED].tolist())) for file, rows in lines.items()]
        for code, lines in counted.items()
        if lines
    }


def _found(merging: Merging, sql: str, settings: Mapping[str, object] | None = None) -> np.ndarray:
    """Return the places of the rows that a statement finds among those that are still used."""
    found = np.asarray(merging.engine.execute(f"SELECT {PLACE} {sql}", settings or {}).fetchnumpy()[PLACE])
    return np.asarray(found[merging.fate[found] == USED])
