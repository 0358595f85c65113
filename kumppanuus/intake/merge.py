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
import pyarrow.compute as pc

from kumppanuus.intake.account import CHANGES
from kumppanuus.intake.canonical import ROW
from kumppanuus.intake.changes import judge_versions
from kumppanuus.intake.copies import (
    CODE,
    FATES,
    FILE,
    RANK,
    USED,
    FileFacts,
    Merging,
    judge_sources,
    judge_within_versions,
)
from kumppanuus.intake.ordering import in_order
from kumppanuus.study import WIDE, Window

__all__ = ["FILE", "RANK", "Fates", "FileFacts", "VersionChange", "rank_of", "settle"]

Lines = int | tuple[int, ...] | None
"""Line numbers of the first rows concerned, or of one of them, if any."""

MOST_LISTED = 100
_MOST_ROWS = 1 << 40
_DATED = ("visits", "costs")
"""Tables whose rows lie in the window by their ``date``; relationships do by their start and end."""


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
    client = None
    if births is not None and name == "relationships":
        client = pc.index_in(rows["client"], births["client"].combine_chunks())
        merging.fate[_holds(pc.less(rows["start"], births["birth_date"].take(client)))] = CODE["311"]
    judge_within_versions(merging)
    judge_versions(merging)
    judge_sources(merging)
    merging.fate[_outside(merging, window) & (merging.fate == USED)] = CODE["outside_window"]
    fates = Fates(_by_fate(merging), _warnings(merging, window, client), _changes(merging))
    for view in ("chosen", "pairs"):
        engine.unregister(view)
    return in_order(name, merging.columns, merging.fate == USED), fates


def _outside(merging: Merging, window: Window) -> np.ndarray:
    """Tell which rows lie outside the window."""
    rows = merging.rows
    if merging.name == "relationships":
        late, early = pc.greater_equal(rows["start"], window.end), pc.less_equal(rows["end"], window.first)
    elif merging.name in _DATED:
        late, early = pc.greater_equal(rows["date"], window.end), pc.less(rows["date"], window.first)
    else:
        return np.zeros(len(rows), bool)
    return np.asarray(_holds(late) | _holds(early))


def _holds(condition: pa.ChunkedArray) -> np.ndarray:
    """Tell where a condition holds; of what is null it does not."""
    return np.asarray(pc.fill_null(condition, False).to_numpy())


def _by_fate(merging: Merging) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the records of every fate in their order; a record of several answers is used when one of them is."""
    places = np.flatnonzero(merging.fate)
    if merging.name in WIDE:
        places = _lost_records(merging)
    files, rows = _lines(merging, places)
    order = np.lexsort((rows, files))
    files, rows, fates = files[order], rows[order], merging.fate[places[order]]
    return {FATES[code]: (files[fates == code], rows[fates == code]) for code in np.unique(fates).tolist()}


def _lost_records(merging: Merging) -> np.ndarray:
    """Return one row of each record of which no row is used: the one with the fate that stands first in `FATES`."""
    record = merging.file.astype(np.int64) * _MOST_ROWS + merging.rows[ROW].to_numpy()
    order = np.lexsort((merging.fate, record))
    starts = np.flatnonzero(np.diff(record[order], prepend=-1))
    firsts = order[starts]
    return np.asarray(firsts[merging.fate[firsts] != USED])


def _lines(merging: Merging, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return merging.file[places], merging.lines(places)


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


def _warnings(
    merging: Merging, window: Window, client: pa.ChunkedArray | None
) -> dict[str, list[tuple[int, int, Lines]]]:
    """Count per file what a reader should know; `client` is null where the client of a row is not known."""
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
        used = merging.fate == USED
        told["KU407"] = np.flatnonzero(_holds(pc.greater(merging.rows["end"], window.end)) & used)
        if client is not None:
            told["KU406"] = np.flatnonzero(client.is_null().to_numpy() & used)
    counted = {code: _by_file(merging, places) for code, places in sorted(told.items())}
    return {
        code: [(file, len(rows), tuple(rows[:MOST_LISTED].tolist())) for file, rows in lines.items()]
        for code, lines in counted.items()
        if lines
    }
