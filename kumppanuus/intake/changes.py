"""Files that tell of the same register again: the later one is believed, and what changed between them is counted.

``snapshots`` : yearly pictures. A row that is ended may drop out of later ones and stays; an open one may not.
``full`` : the whole register again. What the newest file lacks was removed from the register.
``corrections`` : changed rows only. What no later file tells anew stays; a corrected start looks like a new row.

Rows of tables without a key are their own key: the second of two equal rows meets the second of the file before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.canonical import SCHEMAS
from kumppanuus.intake.copies import (
    CODE,
    FILE,
    PLACE,
    RANK,
    SOURCE,
    TORN,
    USED,
    Merging,
    listed,
    note,
    note_conflicts,
    repeated,
)
from kumppanuus.register.tables import TABLES

_RECORDED = "recorded"
_END = {
    "closed": 'b."end" IS NULL AND a."end" IS NOT NULL',
    "reopened": 'b."end" IS NOT NULL AND a."end" IS NULL',
    "end_moved": 'coalesce(b."end" <> a."end", false)',
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Of every row of a file set with versions: the first and last file that has its key, and if it told it first."""

    first_file: np.ndarray
    last_file: np.ndarray
    is_first: np.ndarray


def judge_versions(merging: Merging) -> None:
    """Let the later version of a key win, find moved starts and removed rows, and note every change.

    A start has moved when of the same client and service, with the same end or both open, exactly one relationship
    stands last in one version and exactly one other stands first in the next. The older one is then merged into it.
    """
    if not len(merging.rows) or all(file.files_are == "parts" for file in merging.files):
        return
    seen = _believe_the_later(merging)
    newest = {file.source: number for number, file in enumerate(merging.files)}
    last = merging.of_file([newest[file.source] for file in merging.files])
    absent = (merging.fate == USED) & merging.are("snapshots", "full") & (seen.last_file < last)
    if merging.name == "relationships" and absent.any():
        absent &= ~_moved(merging, seen, absent)
    removed = absent & merging.are("full")
    merging.fate[removed] = CODE["removed"]
    vanished = removed
    if merging.name == "relationships":
        vanished = removed | (absent & pc.is_null(merging.rows["end"]).to_numpy())
    merging.events["vanished"] = np.flatnonzero(vanished)


def _believe_the_later(merging: Merging) -> Seen:
    """Keep the last word about a key that is not torn; a torn one still tells that the key was there."""
    kept = (merging.fate == USED) | (merging.fate == CODE["316"])
    seen = Seen(merging.file.copy(), merging.file.copy(), merging.fate == USED)
    sources = merging.of_file([file.source for file in merging.files])
    versioned = kept & ~merging.are("parts")
    if not merging.choose(repeated(merging.hashes(merging.key, sources), versioned)):
        return seen
    told = merging.engine.execute(_versions_sql(merging)).to_arrow_table()
    place, first = told["place"].to_numpy(), pc.is_null(told["before"]).to_numpy()
    seen.first_file[place], seen.last_file[place] = told["first_file"].to_numpy(), told["last_file"].to_numpy()
    alive = ~told["torn"].to_numpy()
    seen.is_first[place] = first & alive
    older = place[alive & ~told["last"].to_numpy()]
    merging.fate[older] = np.where(merging.are("snapshots")[older], CODE["snapshot"], CODE["superseded"])
    _note_changes(merging, told.filter(pa.array(alive & told["anew"].to_numpy())))
    return seen


def _versions_sql(merging: Merging) -> str:
    """Order the versions of each key: torn ones first, then from the oldest to the newest."""
    key, copy = listed(merging.key), "0"
    if not TABLES[merging.name].key:
        copy = f"row_number() OVER (PARTITION BY {key}, {FILE} ORDER BY _row)"
    content = listed([name for name in SCHEMAS[merging.name].names if name != _RECORDED])
    return f"""
        SELECT {PLACE} AS place, {TORN} AS torn, lead({PLACE}) OVER key IS NULL AS last,
            CASE WHEN NOT lag({TORN}) OVER key THEN lag({PLACE}) OVER key END AS before,
            coalesce(lag(content) OVER key <> content AND NOT lag({TORN}) OVER key, false) AS anew,
            min({FILE}) OVER versions AS first_file, max({FILE}) OVER versions AS last_file
        FROM (SELECT *, {copy} AS copy, hash({content}) AS content FROM chosen)
        WINDOW key AS (PARTITION BY {key}, copy, {SOURCE} ORDER BY {TORN} DESC, {RANK}),
            versions AS (PARTITION BY {key}, copy, {SOURCE} ORDER BY {TORN} DESC, {RANK}
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    """


def _note_changes(merging: Merging, told: pa.Table) -> None:
    """Note what changed of the keys that a version tells anew; a value where none was is no change."""
    names = SCHEMAS[merging.name].names
    others = [name for name in names if name not in (*TABLES[merging.name].key, "end", "end_reason", _RECORDED)]
    changed = [f'(b."{name}" IS NOT NULL AND a."{name}" IS DISTINCT FROM b."{name}")' for name in others]
    if "end_reason" in names:  # a reason comes and goes with its end
        changed.append('(a."end" IS NOT DISTINCT FROM b."end" AND coalesce(a.end_reason <> b.end_reason, false))')
    kinds = (_END if "end" in names else {}) | {"changed": " OR ".join(changed) or "false"}
    before, after = told["before"].to_numpy(), told["place"].to_numpy()
    note(merging, kinds, before, after)
    note_conflicts(merging, before, after, _END["end_moved"])


def _moved(merging: Merging, seen: Seen, absent: np.ndarray) -> np.ndarray:
    """Find the relationships whose start has moved, see `judge_versions`, and merge them into what they became."""
    first = merging.of_file([_first_of(merging, file.source) for file in merging.files])
    told = np.isin(merging.fate, [USED, CODE["snapshot"], CODE["superseded"]]) & merging.are("snapshots", "full")
    came = told & seen.is_first & (seen.first_file == merging.file) & (merging.file > first)
    bits = merging.hashes(("client", "service", "end"))
    left, right = _pairs(_in_version(bits, seen.last_file + 1, absent), _in_version(bits, merging.file, came))
    merging.fate[left] = CODE["moved"]
    merging.events["start_moved"] = right
    moved = np.zeros(len(absent), bool)
    moved[left] = True
    return moved


def _first_of(merging: Merging, source: int) -> int:
    return next(number for number, file in enumerate(merging.files) if file.source == source)


def _in_version(bits: np.ndarray, version: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return places and bits of some rows, the number of a version mixed into the bits."""
    places = np.flatnonzero(which)
    return places, bits[places] + version[places].astype(np.uint64) * np.uint64(0xD1B54A32D192ED03)


def _pairs(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the places whose bits stand exactly once on each side."""
    sides = []
    for places, bits in (one, other):
        alone, at, n = np.unique(bits, return_index=True, return_counts=True)
        sides.append((alone[n == 1], places[at[n == 1]]))
    _, left, right = np.intersect1d(sides[0][0], sides[1][0], assume_unique=True, return_indices=True)
    return sides[0][1][left], sides[1][1][right]
