"""What follows what: DuckDB over the register against pandas' sort, groupby and shift, in one run.

`python -m benchmarks.pathways [relationships]` builds a register of 40 services and prints, for the table of directly
following services, seconds and processor seconds of a window by client, of rows sorted once and shifted, and of pandas:
the same numbers from all three. Then what the steps and ways of `kumppanuus.register.steps` take to derive, once, and
the room's counts beside a `SELECT client, count(*) … GROUP BY client` over the same Parquet. The limit is 5 times
faster than pandas.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb
import pandas as pd

from benchmarks.rooms import peak_memory_mb
from benchmarks.town import bench_study, relationships
from kumppanuus.lifecycle.pathways import ANALYSIS
from kumppanuus.register.engine import count, prepare
from kumppanuus.register.store import Register, build_register, derive
from kumppanuus.study import Study

SERVICES = 40
LIMIT = 5.0
_ROWS = "SELECT client, start, service::service_code AS service FROM read_parquet($1)"
BY_WINDOW = f"SELECT service, lead(service) OVER (PARTITION BY client ORDER BY start, service) AS next FROM ({_ROWS})"
SORTED = f"""
    SELECT service, CASE WHEN next_client = client THEN next END AS next FROM (
        SELECT client, service, lead(client) OVER () AS next_client, lead(service) OVER () AS next
        FROM (FROM ({_ROWS}) ORDER BY client, start, service)
    )"""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock and of the processor."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:7.2f} s {self.processor:7.2f} s of processor"


def main(n: int = 1_000_000) -> None:
    """Run the benchmark and print it."""
    study = bench_study(SERVICES)
    with tempfile.TemporaryDirectory() as place:
        tables = relationships(n, clients=max(n // 4, 1), services=SERVICES)
        register = build_register(tables, study, Path(place) / "register")
        del tables
        print(f"{n:,} relationships of {max(n // 4, 1):,} clients, {SERVICES} services")
        files = register.files("relationships")
        theirs, slow = _best(lambda: in_pandas(files), times=2)
        print(f"directly following, pandas   {slow}")
        for name, rows in (("window", BY_WINDOW), ("sorted", SORTED)):
            ours, spent = _best(lambda rows=rows: in_database(files, study, rows))  # type: ignore[misc]
            pd.testing.assert_series_equal(ours, theirs, check_dtype=False)
            faster = slow.clock / spent.clock, slow.processor / spent.processor
            print(f"directly following, {name}   {spent} {faster[0]:5.1f} x {faster[1]:5.1f} x of processor")
        print(f"limit                        {LIMIT:.0f} x")
        _the_room(register, study)
    print(f"peak memory                  {peak_memory_mb():7.0f} MB")


def in_database(files: list[str], study: Study, rows: str) -> pd.Series[int]:
    """Count which service starts after which, of the same client; ties by code, as in `in_pandas`.

    Parameters
    ----------
    rows : SQL of ``service`` and ``next``, NULL where none follows: `BY_WINDOW` or `SORTED`.
    """
    codes = ", ".join(f"'{code}'" for code in sorted({service.code for service in study.services} | {"unknown"}))
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TYPE service_code AS ENUM ({codes})")
        counted = connection.execute(
            "SELECT service::VARCHAR AS service, next::VARCHAR AS next, n FROM ("
            f"SELECT service, next, count(*) AS n FROM ({rows}) WHERE next IS NOT NULL GROUP BY ALL) ORDER BY ALL",
            [files],
        ).df()
    return counted.set_index(["service", "next"])["n"]


def in_pandas(files: list[str]) -> pd.Series[int]:
    """Count the same the usual way: sort, group by client, shift."""
    frame = pd.read_parquet(files, columns=["client", "start", "service"])  # type: ignore[arg-type]
    frame = frame.sort_values(["client", "start", "service"])
    frame["next"] = frame.groupby("client")["service"].shift(-1)
    counted = frame.dropna(subset=["next"]).groupby(["service", "next"], observed=True).size().reset_index(name="n")
    return counted.astype({"service": object, "next": object}).set_index(["service", "next"])["n"].sort_index()


def _the_room(register: Register, study: Study) -> None:
    """Print what is derived for the room, each by itself and all, and its counts against a scan by client."""
    for name in ("spells", "client_steps", "client_ways", "family_ways", "client_doors", "client_changes"):
        _, spent = _best(lambda name=name: derive(register, study, [name]), times=1)  # type: ignore[misc]
        print(f"derived: {name:<20}{spent}")
    _, spent = _best(lambda: prepare([ANALYSIS], register, study), times=1)
    print(f"derived: the rest           {spent}")
    _, scan = _best(lambda: _by_client(register.files("relationships")))
    _, counted = _best(lambda: count(ANALYSIS, ANALYSIS.params(), register, study))
    print(f"GROUP BY client              {scan}")
    print(f"the room's counts            {counted} {counted.clock / scan.clock:5.1f} x")


def _by_client(files: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "SELECT count(*) FROM (SELECT client, count(*) FROM read_parquet($1) GROUP BY client)", [files]
        ).fetchall()


def _best(work: Callable[[], _T], times: int = 3) -> tuple[_T, Spent]:
    """Return what the work gives, and the quickest of several times."""
    spent = []
    for _ in range(times):
        began, used = time.perf_counter(), _processor()
        result = work()
        spent.append(Spent(time.perf_counter() - began, _processor() - used))
    return result, min(spent, key=lambda each: each.clock)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
