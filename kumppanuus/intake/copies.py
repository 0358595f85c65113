"""Rows of one table that say the same key again: within a version of a file set, and across sources.

Ten million rows pass here, and few of them share a key: hashes find the rows that may, and only those are compared
column by column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa

from kumppanuus.intake.canonical import ROW, SCHEMAS
from kumppanuus.intake.ordering import AT_ONCE, CodedColumns
from kumppanuus.register.tables import TABLES

FILE, RANK = "_file", "_rank"
"""Columns beside the canonical ones: number of the file in the account; the higher rank is believed."""

PLACE, SOURCE, TORN = "_place", "_source", "_torn"
USED = 0
FATES = ("used", "311", "316", "duplicate", "snapshot", "superseded", "moved", "removed", "outside_window")
CODE = {fate: code for code, fate in enumerate(FATES)}

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What merging has to know of a file.

    source : number of its source; the sources of one table that stand first in the study are believed.
    files_are : what the files of its source are to each other; the later ones stand later among the files.
    """

    source: int
    files_are: Literal["parts", "snapshots", "full", "corrections"] = "parts"


@dataclass(slots=True)
class Merging:
    """The rows of one table on their way to their fates.

    rows : canonical columns with ``_file``, ``_row``, ``_rank``.
    columns : the canonical ones as numbers, for what is reckoned over all rows.
    file : of every row, the number of its file.
    fate : of every row, a place in `FATES`.
    events : kind of change between versions → places of the rows that tell it (of vanished rows: their last word).
    """

    engine: duckdb.DuckDBPyConnection
    name: str
    rows: pa.Table
    files: Sequence[FileFacts]
    columns: CodedColumns = field(init=False)
    file: np.ndarray = field(init=False)
    fate: np.ndarray = field(init=False)
    events: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Use all rows until something is said against them."""
        self.columns = CodedColumns(self.rows)
        one = np.broadcast_to(np.int32(0), len(self.rows))
        self.file = one if len(self.files) == 1 else self.rows[FILE].to_numpy()
        self.fate = np.zeros(len(self.rows), np.int8)

    def lines(self, places: np.ndarray) -> np.ndarray:
        """Return the line numbers of some rows."""
        return np.asarray(self.rows[ROW].take(pa.array(places)).to_numpy())

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that name a row; all of them when the table has no key."""
        return TABLES[self.name].key or tuple(SCHEMAS[self.name].names)

    def of_file(self, facts: Sequence[int]) -> np.ndarray:
        """Deal a fact of every file out to its rows."""
        return np.asarray(facts)[self.file] if len(facts) else np.zeros(0, np.int64)

    def are(self, *kinds: str) -> np.ndarray:
        """Tell which rows stand in files of these kinds."""
        return self.of_file([file.files_are in kinds for file in self.files]).astype(bool)

    def hashes(self, columns: Sequence[str], beside: np.ndarray | int = 0) -> np.ndarray:
        """Return 64 bits of every row for some columns and a small number beside them; equal rows have equal bits."""
        bits = self.columns.hashes(columns)
        return bits ^ (np.asarray(beside).astype(np.uint64) * _GOLDEN) if np.any(beside) else bits

    def choose(self, which: np.ndarray) -> bool:
        """Make the table ``chosen`` of some rows.

        Beside their columns it has ``_place``, the number of the row among all, ``_source`` and ``_torn``. Returns
        False when no rows are chosen.
        """
        places = np.flatnonzero(which)
        if not len(places):
            return False
        rows = self.rows if len(places) == len(which) else self.rows.take(pa.array(places))
        beside = {PLACE: places, SOURCE: self.of_file([file.source for file in self.files])[places]}
        for name, told in (beside | {TORN: self.fate[places] == CODE["316"]}).items():
            rows = rows.append_column(name, pa.array(told))
        self.engine.register("chosen", rows)
        return True


def listed(columns: Sequence[str], of: str = "") -> str:
    """Write columns as SQL lists them."""
    return ", ".join(f'{of}"{column}"' for column in columns)


def repeated(bits: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Tell which of some rows have bits that another of them has, too; a few others are told with them.

    Sorted bits tell which are there twice, but not where: a table of their last bits finds the rows. Others whose last
    bits are the same do no harm, as the rows told are compared column by column.
    """
    ordered = np.sort(bits if among.all() else bits[among])
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return np.zeros(len(bits), bool)
    last = np.uint64((1 << min(max((64 * len(twice)).bit_length(), 22), 27)) - 1)
    there = np.zeros(int(last) + 1, bool)
    there[twice & last] = True
    found = among.copy()
    for start in range(0, len(bits), AT_ONCE):
        found[start : start + AT_ONCE] &= there[bits[start : start + AT_ONCE] & last]
    return found


def judge_within_versions(merging: Merging) -> None:
    """Keep one of equal rows, and put aside all rows of a key that one version tells in different ways.

    A version is one file, or all files that are parts of one extract. Rows of tables without a key may be equal.
    """
    if not TABLES[merging.name].key:
        return
    alive, key = merging.fate == USED, listed(merging.key)
    version = merging.rows[RANK].to_numpy() if len(merging.files) > 1 else 0
    if not merging.choose(repeated(merging.hashes(merging.key, version), alive)):
        return
    told = merging.engine.execute(f"""
        SELECT {PLACE}, row_number() OVER told > 1 AS again,
            min(content) OVER version <> max(content) OVER version AS torn
        FROM (SELECT *, hash({listed(SCHEMAS[merging.name].names)}) AS content FROM chosen)
        WINDOW version AS (PARTITION BY {key}, {RANK}),
            told AS (PARTITION BY {key}, {RANK} ORDER BY {FILE}, _row)
    """).to_arrow_table()
    place = told[PLACE].to_numpy()
    merging.fate[place[told["again"].to_numpy()]] = CODE["duplicate"]
    merging.fate[place[told["torn"].to_numpy()]] = CODE["316"]


def judge_sources(merging: Merging) -> None:
    """Believe the source that stands first in the study when several know a key; note where they contradict it."""
    if not TABLES[merging.name].key or len({file.source for file in merging.files}) < 2:
        return
    if not merging.choose(repeated(merging.hashes(merging.key), merging.fate == USED)):
        return
    told = merging.engine.execute(f"""
        SELECT {PLACE} AS place, lead({PLACE}) OVER key AS better FROM chosen
        WINDOW key AS (PARTITION BY {listed(merging.key)} ORDER BY {RANK}) QUALIFY better IS NOT NULL
    """).to_arrow_table()
    merging.fate[told["place"].to_numpy()] = CODE["duplicate"]
    other_end = 'b."end" IS NOT NULL AND a."end" IS DISTINCT FROM b."end"'
    note_conflicts(merging, told["place"].to_numpy(), told["better"].to_numpy(), other_end)


_OPEN_TO_CHANGE = {"clients": ("area",), "relationships": ("end_reason", "worker", "recorded")}
"""Columns that may well be told anew without a contradiction: people move, workers change, a reason has its end."""


def note_conflicts(merging: Merging, before: np.ndarray, after: np.ndarray, other_end: str) -> None:
    """Note the rows that contradict what was told before: another end (see `note` for `other_end`) or another value.

    An end for what was open, or a value where none was, is no contradiction.
    """
    open_to_change = (*TABLES[merging.name].key, *_OPEN_TO_CHANGE.get(merging.name, ()))
    told = [name for name in SCHEMAS[merging.name].names if name not in (*open_to_change, "end")]
    conflict = [f'coalesce(b."{name}" <> a."{name}", false)' for name in told]
    conflict += [other_end] if "end" in SCHEMAS[merging.name].names else []
    note(merging, {"conflict": " OR ".join(conflict) or "false"}, before, after)


def note(merging: Merging, kinds: dict[str, str], before: np.ndarray, after: np.ndarray) -> None:
    """Note the rows for which a condition holds between what the key said before, ``b``, and says now, ``a``."""
    if not len(after):
        return
    merging.engine.register("pairs", pa.table({"b": before, "a": after}))
    asked = ", ".join(f"{condition} AS {kind}" for kind, condition in kinds.items())
    told = merging.engine.execute(f"""
        SELECT a.{PLACE} AS place, {asked} FROM pairs
        JOIN chosen AS a ON a.{PLACE} = pairs.a JOIN chosen AS b ON b.{PLACE} = pairs.b
    """).to_arrow_table()
    for kind in kinds:
        places = told["place"].to_numpy()[told[kind].to_numpy()]
        merging.events[kind] = np.concatenate([merging.events.get(kind, np.zeros(0, np.int64)), places])
