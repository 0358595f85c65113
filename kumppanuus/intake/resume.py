"""What was read stays read: each converted file is kept, under a name that says all it depends on.

An entry holds pseudonymised rows and line numbers only, and is put in place by one rename: a run that is killed leaves
the entry whole or not at all. A changed file, setting, key or program gets another name, so nothing is ever stale.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kumppanuus.intake.chunk import Faults, join_faults
from kumppanuus.intake.file_read import FileRead
from kumppanuus.intake.pseudonym import key_id
from kumppanuus.intake.zeros import profile_of
from kumppanuus.study import Study

_ROWS, _ARRAYS, _FACTS, _STAMP = "rows.parquet", "arrays.npz", "facts.json", "seal"
_COUNTS = ("read", "good", "blank", "garbled")
_NOT_OF_CONTENT = {"files", "folder", "files_are", "order", "database", "query"}
"""Settings of a source that say which files it has, and what they are to each other."""


@dataclass(slots=True)
class Kept:
    """The converted files of a study.

    folder : made with mode 0700; None keeps nothing.
    names : entries that this run has used or made.
    unchanged : how many files were not read again.
    writes : entries on their way to the disk, while other files are read.
    """

    folder: Path | None
    names: set[str] = field(default_factory=set)
    unchanged: int = 0
    writes: list[Future[None]] = field(default_factory=list)
    writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def restore(self, file: FileRead, study: Study, key: bytes) -> bool:
        """Give a file what an earlier run converted; False when there is no whole entry of it."""
        if self.folder is None:
            return False
        name = _name_of(file, study, key)
        self.names.add(name)
        try:
            _restore(self.folder / name, file)
        except Exception:  # whatever is wrong with an entry: it is made anew
            shutil.rmtree(self.folder / name, ignore_errors=True)
            return False
        self.unchanged += 1
        return True

    def keep(self, file: FileRead, study: Study, key: bytes) -> None:
        """Begin to write down what a file was converted to, as it is now."""
        if self.folder is not None:
            now = copy.copy(file)
            now.tables, now.padded = [*file.tables], [*file.padded]
            self.writes.append(self.writer.submit(self._put, self.folder, _name_of(file, study, key), now))

    def finish(self) -> None:
        """Make sure that everything is written down."""
        for write in self.writes:
            write.result()

    def _put(self, folder: Path, name: str, file: FileRead) -> None:
        aside = folder / f"{name}.{os.getpid()}.new"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        try:
            _write(aside, file)
            shutil.rmtree(folder / name, ignore_errors=True)
            aside.rename(folder / name)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def forget_others(self) -> None:
        """Remove what this run did not need: entries of changed files, and what killed runs left."""
        if self.folder is None or not self.folder.is_dir():
            return
        for entry in self.folder.iterdir():
            if entry.name not in self.names:
                shutil.rmtree(entry, ignore_errors=True)


def _name_of(file: FileRead, study: Study, key: bytes) -> str:
    """Return a digest of everything that the conversion of a file depends on."""
    parts = {"window", "services", "areas", "needs", "questionnaires", "sources"}
    asked = study.model_dump(mode="json", by_alias=True, include=parts)
    domains = [[source["table"], source["id_domain"], source["columns"]] for source in asked.pop("sources")]
    source = file.source.model_dump(mode="json", exclude=_NOT_OF_CONTENT)
    place = [file.opened.sha256, file.extract.sheet, file.extract.path.suffix]
    told = [place, source, asked, domains, key_id(key), program()]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


@functools.cache
def program() -> str:
    """Return a digest of the code that reads and converts, and of the libraries it stands on."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *(here.parent / "register" / name for name in ("tables.py", "codes.py"))]
    digest = hashlib.sha256(f"{pa.__version__} {np.__version__}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _write(folder: Path, file: FileRead) -> None:
    table = pa.concat_tables(file.tables) if file.tables else None
    facts: dict[str, Any] = {name: getattr(file, name) for name in _COUNTS}
    facts["spans"] = [[int(row), int(n)] for row, n in file.spans.items()]
    if table is not None:
        given = [name for name in table.column_names if table[name].null_count < len(table)]
        facts["schema"] = table.schema.serialize().to_pybytes().hex()
        texts = [name for name in given if table.schema.field(name).type == pa.string()]
        pq.write_table(
            table.select(given), folder / _ROWS, compression="none", use_dictionary=texts, write_statistics=False
        )
        facts["rows"] = len(table)
    faults = join_faults(file.faults)
    arrays = {"rows": faults.rows, "rules": faults.rules, "identifiers": _joined(file.identifiers, np.uint64)}
    arrays["hidden"] = _joined(file.hidden, np.int64)
    arrays |= {f"unknown:{name}": _joined(parts, np.int64) for name, parts in file.unknown.items()}
    arrays |= {f"flagged:{name}": _joined(parts, np.int64) for name, parts in file.flagged.items()}
    arrays |= {f"profile:{name}": profile_of(parts) for name, parts in file.numbers.items()}
    with (folder / _ARRAYS).open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    (folder / _FACTS).write_text(json.dumps(facts), encoding="ascii")
    (folder / _STAMP).write_text(_seal(folder), encoding="ascii")
    for each in folder.iterdir():
        each.chmod(0o600)
        _sync(each)


def _restore(folder: Path, file: FileRead) -> None:
    """Fill an untouched `FileRead`; whatever fails must fail before the first change."""
    if (folder / _STAMP).read_text(encoding="ascii") != _seal(folder):
        raise ValueError("an entry that is not whole")
    facts = json.loads((folder / _FACTS).read_text(encoding="ascii"))
    tables = [_table(folder / _ROWS, facts)] if "schema" in facts else []
    with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
        arrays = dict(stored.items())
    for name in _COUNTS:
        setattr(file, name, facts[name])
    file.spans = dict(facts["spans"])
    file.tables, file.faults = tables, [Faults(arrays["rows"], arrays["rules"])]
    file.identifiers, file.hidden = [arrays["identifiers"]], [arrays["hidden"]]
    file.unknown = {name: [rows] for name, rows in _of_kind(arrays, "unknown").items()}
    file.flagged = {name: [rows] for name, rows in _of_kind(arrays, "flagged").items()}
    file.profiles = _of_kind(arrays, "profile")


def _table(rows: Path, facts: Mapping[str, Any]) -> pa.Table:
    schema = pa.ipc.read_schema(pa.py_buffer(bytes.fromhex(facts["schema"])))
    stored = pq.read_table(rows, memory_map=False)
    n = int(facts["rows"])
    columns = [stored[f.name].cast(f.type) if f.name in stored.column_names else pa.nulls(n, f.type) for f in schema]
    return pa.table(columns, schema=schema)


def _of_kind(arrays: Mapping[str, np.ndarray], kind: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(f"{kind}:"): array for name, array in arrays.items() if name.startswith(f"{kind}:")}


def _joined(parts: Sequence[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate([np.empty(0, kind), *parts])


def _seal(folder: Path) -> str:
    """Return the digest of everything in an entry but the seal itself."""
    digest = hashlib.sha256()
    for each in sorted(folder.iterdir()):
        if each.name != _STAMP:
            with each.open("rb") as stream:
                digest.update(each.name.encode() + hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
