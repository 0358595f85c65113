"""The rooms of the life cycle on 10 million relationships of 2.5 million clients in 40 services.

`python -m benchmarks.large [relationships] [folder]` prints, in one run and for two processors: the scan that every
count is compared with (`SELECT client, count(*) … GROUP BY client` over the Parquet register), the time to build the
register and to derive each relation (once per register; the counts do not include it), each room's counts and their
ratio to the scan, the peak memory, and the seconds of estimates and of the gate with the charts. A folder keeps the
register for the next run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.rooms import peak_memory_mb
from benchmarks.town import bench_study, relationships
from kumppanuus import lifecycle, pipeline
from kumppanuus.analysis import Analysis, Result
from kumppanuus.disclosure.gate import release
from kumppanuus.drawing import svg_text
from kumppanuus.language.say import speaker
from kumppanuus.register.derived import DERIVED
from kumppanuus.register.engine import count, prepare
from kumppanuus.register.store import Register, build_register, derive, register_at
from kumppanuus.report.exhibits import exhibits

SERVICES = 40
LIMIT, MEMORY_MB, SECONDS = 25.0, 4096, 30.0


def main(n: int = 10_000_000, folder: str = "") -> None:
    """Run the benchmark and print it."""
    with tempfile.TemporaryDirectory() as place:
        here = Path(folder or place)
        here.mkdir(parents=True, exist_ok=True)
        print(f"{n:,} relationships of {n // 4:,} clients in {SERVICES} services")
        for step in ("build_it", "derive_it", "count_rooms", "estimate_rooms"):
            work = f"from pathlib import Path; from benchmarks import large; large.{step}(Path({str(here)!r}), {n})"
            subprocess.run([sys.executable, "-c", work], check=True)


def build_it(folder: Path, n: int) -> None:
    """Build the register, unless it stands."""
    if (folder / "register").is_dir():
        return
    tables = relationships(n, clients=max(n // 4, 1), services=SERVICES)
    began = time.perf_counter()
    build_register(tables, bench_study(SERVICES), folder / "register")
    print(f"register built                  {time.perf_counter() - began:7.2f} s")


def derive_it(folder: Path, _: int) -> None:
    """Derive what the rooms count, relation by relation, so that each has its own time."""
    register, study = _register(folder), bench_study(SERVICES)
    began = time.perf_counter()
    prepare(lifecycle.ROOMS, register, study)
    print(f"derived for all rooms, once     {time.perf_counter() - began:7.2f} s, peak {peak_memory_mb():.0f} MB")


def derive_each(folder: Path, _: int) -> None:
    """Derive every relation by itself and say how long it took; what it stands on is there already."""
    register, study = _register(folder), bench_study(SERVICES)
    for name in DERIVED:
        began = time.perf_counter()
        derive(register, study, [name])
        print(f"  {name:<24} {time.perf_counter() - began:7.2f} s", flush=True)


def count_rooms(folder: Path, _: int) -> None:
    """Count every room and compare with the scan."""
    register, study = _register(folder), bench_study(SERVICES)
    scan = min(_scan(register) for _ in range(3))
    print(f"GROUP BY client over Parquet    {scan:7.2f} s    1.0 x")
    total = 0.0
    for room in lifecycle.ROOMS:
        began = time.perf_counter()
        counts = count(room, pipeline.room_params(room, study), register, study)
        spent = time.perf_counter() - began
        total += spent
        rows = sum(len(frame) for frame in counts.values())
        print(f"counts of {room.key:<21} {spent:7.2f} s {spent / scan:6.1f} x  {rows:>9,} rows", flush=True)
    print(f"counts of all rooms             {total:7.2f} s {total / scan:6.1f} x   (limit {LIMIT:.0f} x)")
    print(f"peak memory while counting      {peak_memory_mb():7.0f} MB        (limit {MEMORY_MB} MB)")


def estimate_rooms(folder: Path, _: int) -> None:
    """Estimate, protect and draw what was counted."""
    register, study = _register(folder), bench_study(SERVICES)
    results: dict[str, Result] = {}
    spent = 0.0
    for room in lifecycle.ROOMS:
        seconds, results[room.key] = _computed(room, register)
        spent += seconds
        print(f"estimates of {room.key:<18} {seconds:7.2f} s", flush=True)
    began = time.perf_counter()
    released = release(results, study.disclosure)
    protected = time.perf_counter() - began
    began = time.perf_counter()
    shown = exhibits(released, lifecycle.ROOMS, speaker(study))
    for exhibit in shown:
        svg_text(exhibit.chart, prefix="x", frame="body")
    drawn = time.perf_counter() - began
    total = spent + protected + drawn
    print(f"estimates {spent:.1f} s, gate and audit {protected:.1f} s, {len(shown)} charts {drawn:.1f} s")
    print(f"after the counts                {total:7.2f} s          (limit {SECONDS:.0f} s)")


def _computed(room: Analysis, register: Register) -> tuple[float, Result]:
    study = bench_study(SERVICES)
    params = pipeline.room_params(room, study)
    counts = count(room, params, register, study)
    began = time.perf_counter()
    result = room.compute(counts, params, pipeline.context_of(study, register.given))
    return time.perf_counter() - began, result


def _scan(register: Register) -> float:
    began = time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(
            f"SELECT count(*), max(n) FROM (SELECT client, count(*) AS n FROM read_parquet("
            f"{register.files('relationships')!r}) GROUP BY client)"
        ).fetchall()
    return time.perf_counter() - began


def _register(folder: Path) -> Register:
    return register_at(folder / "register", {"relationships", "clients"})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000, *sys.argv[2:3])
