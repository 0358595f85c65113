"""From a CSV extract to the register, against DuckDB's bare scan of the same file.

`python -m benchmarks.intake [rows]` writes an extract of relationships (44 bytes a row), scans it bare in three ways,
reads it to a register in a process of its own, reads it again unchanged, and prints times, ratios and peak memory.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.rooms import peak_memory_mb
from benchmarks.town import bench_study
from kumppanuus import pipeline
from kumppanuus.intake import convert, extracts, resume
from kumppanuus.study import Study

LIMIT = 8.0
MEMORY_MB = 3 * 1024
_HEADERS = {"client": "Asiakasnumero", "service": "Palvelu", "start": "Alkupvm", "end": "Loppupvm"}
_STEPS: tuple[tuple[object, str, str], ...] = (
    (extracts, "_opened", "hash, encoding, header"),
    (extracts, "_read", "read, convert, pseudonyms"),
    (convert.Converter, "convert", "  of it: conversion"),
    (convert, "pseudonyms", "  of it: pseudonyms"),
    (resume.Kept, "restore", "look for what is kept"),
    (resume.Kept, "keep", "keep what was converted"),
    (extracts, "settle_all", "merge"),
    (extracts, "write_quarantine", "quarantine"),
    (pipeline, "_register", "build the register"),
)


def main(rows: int = 10_000_000) -> None:
    """Run the benchmark and print it."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "asiakkuudet.csv"
        _write(file, rows)
        print(f"{rows:,} relationships of {max(rows // 4, 1):,} clients, {file.stat().st_size / 1e6:.0f} MB of CSV")
        scans = {
            "count of the rows": "SELECT count(*) FROM {}",
            "count of all columns": f"SELECT {', '.join(f'count({name})' for name in _HEADERS.values())} FROM {{}}",
            "typed into a table": "CREATE TABLE t AS SELECT * FROM {}",
        }
        seconds = {name: _best(partial(_scan, file, sql, "typed" in name)) for name, sql in scans.items()}
        for name, each in seconds.items():
            print(f"bare scan, {name:<24} {each[0]:7.2f} s ({each[1]:.1f} s of processor)")
        for title in ("first run", "again, unchanged"):
            code = f"from benchmarks.intake import intake; intake({place!r}, {title!r}, {seconds!r})"
            subprocess.run([sys.executable, "-c", code], check=True)


def intake(place: str, title: str, scans: dict[str, tuple[float, float]]) -> None:
    """Read the extract to a register in this process and print every step."""
    study = _study(Path(place))
    spent: dict[str, float] = {}
    with _timed(spent):
        began, cpu = time.perf_counter(), time.process_time()
        read, key = pipeline.read(study, progress=lambda *_: None)
        pipeline._register(study.model_copy(update={"services": read.services}), read, key)
        whole, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"\n{title}: {sum(part.used for part in read.account):,} rows used")
    for name, seconds in spent.items():
        print(f"{name:<35} {seconds:7.2f} s")
    print(f"{'extract -> register':<35} {whole:7.2f} s ({cpu:.1f} s of processor)")
    for name, (scan, processor) in scans.items():
        told = f"{whole / scan:7.1f} x   (limit {LIMIT:.0f} x; of processor {cpu / processor:.1f} x)"
        print(f"  x bare scan, {name:<22} {told}")
    print(f"peak memory                         {peak_memory_mb():7.0f} MB  (limit {MEMORY_MB} MB)", flush=True)


@contextmanager
def _timed(spent: dict[str, float]) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in _STEPS]
    for owner, name, title in _STEPS:
        setattr(owner, name, _watched(getattr(owner, name), title, spent))
    try:
        yield
    finally:
        for owner, name, work in before:
            setattr(owner, name, work)


def _watched(work: Callable[..., Any], title: str, spent: dict[str, float]) -> Callable[..., Any]:
    def watched(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            spent[title] = spent.get(title, 0.0) + time.perf_counter() - began

    return watched


def _study(folder: Path) -> Study:
    services = [service.code for service in bench_study().services]
    source = {"table": "relationships", "files": ["asiakkuudet.csv"], "columns": _HEADERS}
    given = bench_study().model_dump(mode="json", by_alias=True)
    words = {"service": {f"Palvelu {code}": code for code in services}}
    return Study.model_validate(given | {"sources": [source | {"values": words}], "root": folder})


def _write(file: Path, rows: int) -> None:
    """Write an extract whose clients come in no order; every fifth relationship is open."""
    codes = ", ".join(f"'Palvelu {service.code}'" for service in bench_study().services)
    start = "DATE '2019-01-01' + (hash(i * 3) % 2500)::INTEGER"
    end = f"{start} + 1 + (hash(i * 11) % 900)::INTEGER"
    with duckdb.connect() as connection:
        connection.execute(f"""COPY (
            SELECT 100000000 + (hash(i * 7 + 1) % {max(rows // 4, 1)})::BIGINT AS "Asiakasnumero",
                [{codes}][1 + (hash(i) % {len(bench_study().services)})::INTEGER] AS "Palvelu",
                strftime({start}, '%d.%m.%Y') AS "Alkupvm",
                CASE WHEN hash(i * 5) % 5 > 0 THEN strftime({end}, '%d.%m.%Y') END AS "Loppupvm"
            FROM range({rows}) AS t(i)) TO '{file}' (DELIMITER ';', HEADER)""")


def _scan(file: Path, sql: str, typed: bool) -> None:
    dates = ", dateformat = '%d.%m.%Y', types = {'Alkupvm': 'DATE', 'Loppupvm': 'DATE', 'Asiakasnumero': 'BIGINT'}"
    how = dates if typed else ", all_varchar = true"
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(sql.format(f"read_csv('{file}', delim = ';', header = true{how})"))


def _best(work: Callable[[], object], times: int = 3) -> tuple[float, float]:
    """Return seconds, and seconds of processor: on a busy machine only those can be compared."""
    spent = []
    for _ in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - began, time.process_time() - cpu))
    return min(seconds for seconds, _ in spent), min(cpu for _, cpu in spent)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
