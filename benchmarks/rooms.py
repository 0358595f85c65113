"""Counts of all rooms on 1 million relationships against one typed scan of the same data as CSV.

`python -m benchmarks.rooms [relationships]` prints, in one run: the time to build the register and to derive what all
rooms count (once; the counts do not include it), the scan, each room's counts and their ratio to the scan, the peak
memory of a process that only counts, and the time of `kumppanuus --help`.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
from pyarrow import csv as arrow_csv

from benchmarks.town import bench_study, relationships
from kumppanuus import pipeline
from kumppanuus.register.engine import count, prepare
from kumppanuus.register.store import build_register, register_at
from kumppanuus.wings import ROOMS

LIMIT = 12.0
MEMORY_MB = 1024


def main(n: int = 1_000_000) -> None:
    """Run the benchmark and print it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        tables = relationships(n, clients=max(n // 4, 1))
        csv = folder / "relationships.csv"
        arrow_csv.write_csv(tables["relationships"], csv)
        scan = _best(lambda: _scan(csv))
        began = time.perf_counter()
        register = build_register(tables, bench_study(), folder / "register")
        built = time.perf_counter() - began
        print(f"{n:,} relationships of {max(n // 4, 1):,} clients")
        print(f"register built                 {built:6.2f} s {built / scan:5.1f} x")
        began = time.perf_counter()
        prepare(ROOMS, register, bench_study())
        derived = time.perf_counter() - began
        print(f"derived for all rooms, once    {derived:6.2f} s {derived / scan:5.1f} x")
        print(f"typed scan of the CSV          {scan:6.2f} s   1.0 x")
        _count_in_a_process(folder, scan)
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "kumppanuus", "--help"], check=True, stdout=subprocess.DEVNULL)
    print(f"kumppanuus --help              {time.perf_counter() - began:6.2f} s   (limit 0.5 s)")


def count_rooms(folder: Path, scan: float) -> None:
    """Count every room in this process and print times, ratios and the peak memory."""
    study = bench_study()
    register = register_at(folder / "register", {"relationships", "clients"})
    total = 0.0
    for room in ROOMS:
        params = pipeline.room_params(room, study)
        seconds = _best(lambda room=room, params=params: count(room, params, register, study), times=2)  # type: ignore[misc]
        total += seconds
        print(f"counts of {room.key:<20} {seconds:6.2f} s {seconds / scan:5.1f} x")
    peak = peak_memory_mb()
    print(f"counts of all rooms            {total:6.2f} s {total / scan:5.1f} x   (limit {LIMIT:.0f} x)")
    print(f"peak memory while counting     {peak:6.0f} MB          (limit {MEMORY_MB} MB)")


def peak_memory_mb() -> float:
    """Return the peak memory of this process alone; ``ru_maxrss`` can begin at the parent's peak on Linux."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _count_in_a_process(folder: Path, scan: float) -> None:
    work = f"count_rooms(Path({str(folder)!r}), {scan})"
    code = f"from pathlib import Path; from benchmarks.rooms import count_rooms; {work}"
    subprocess.run([sys.executable, "-c", code], check=True)


def _scan(csv: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            'SELECT count(*), min(start), max("end") FROM read_csv($1, columns = {'
            "'client': 'UBIGINT', 'service': 'VARCHAR', 'start': 'DATE', 'end': 'DATE', 'end_reason': 'VARCHAR', "
            "'production': 'VARCHAR', 'area': 'VARCHAR'})",
            [str(csv)],
        ).fetchall()


def _best(work: Callable[[], object], times: int = 3) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return float(np.min(spent))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
