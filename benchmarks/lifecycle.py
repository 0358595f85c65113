"""Estimators of the life cycle side by side with what an analyst would take instead.

`python -m benchmarks.lifecycle [relationships] [competing]` prints, in one run:

* durations of all services with Greenwood's intervals, from a register (counts by day, Kaplan–Meier with late entry),
  against pandas + lifelines on the rows of its spells, and R's `survfit` where `Rscript` is found;
* the same with intervals that keep families whole (counts by month and group of families), against lifelines fitted to
  resampled families: two replications are timed and 400 of them told;
* competing ends, all four causes at once from rows to incidences with variances, against lifelines' Aalen–Johansen for
  **one** cause on the same rows, on a size where that ends in about a minute. Both without late entry: theirs moves
  tied days by chance and then refuses some late entries.

The register and what is derived from it are made once, before.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from benchmarks.town import bench_study, relationships
from kumppanuus.analysis import Analysis
from kumppanuus.lifecycle.durations import ANALYSIS
from kumppanuus.lifecycle.durations.declared import DurationParams
from kumppanuus.lifecycle.durations.groups import grid_of
from kumppanuus.methods.family_bands import with_family_band
from kumppanuus.methods.incidence import cumulative_incidence
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.monthgrid import month_ends
from kumppanuus.methods.survival import Survival, survival_curve
from kumppanuus.register.engine import count, prepare, read_statements
from kumppanuus.register.spells import FAMILY_GROUPS
from kumppanuus.register.store import Register, build_register, derive

SERVICES, CAUSES = 40, ("planned", "escalated", "dropped", "moved")
DURATIONS, COMPETING, REPLICATES = 5.0, 100.0, 400
"""So many times as fast we want to be."""
_R = """
library(survival)
rows <- read.csv(commandArgs(TRUE)[1])
began <- proc.time()[["elapsed"]]
fit <- survfit(Surv(entry, duration, ended) ~ service, data = rows, conf.type = "log-log")
cat(proc.time()[["elapsed"]] - began)
"""


def main(n: int = 1_000_000, competing: int = 100_000) -> None:
    """Run the benchmark and print it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        study = bench_study(SERVICES)
        tables = relationships(n, clients=max(n // 4, 1), services=SERVICES)
        register = build_register(tables, study, folder / "register")
        derived = _timed(lambda: prepare([ANALYSIS], register, study))[1]
        derive(register, study, ["spells"])
        print(f"{n:,} relationships in {SERVICES} services; derived for durations, once: {derived:.1f} s")
        rows, read = _timed(lambda: _spells(register))
        theirs = read + _best(lambda: _lifelines(rows))
        counted = _room_of(folder, "by_day")
        ours = _best(lambda: _greenwood(register, counted))
        _tell("durations of all services, Greenwood", ours)
        _tell("pandas + lifelines on rows", theirs, ours, DURATIONS)
        _beside_r(rows, folder, ours)
        counted = _room_of(folder, "by_month")
        families = ours + _best(lambda: _family_bands(register, counted))
        _tell("the same with families kept whole", families)
        again = read + _best(lambda: _resampled(rows), times=2) * REPLICATES
        _tell(f"lifelines on {REPLICATES} samples of families (2 timed)", again, families)
    _competing(rows, competing)


def _room_of(folder: Path, name: str) -> Analysis:
    """Return the room with one of its statements, kept to services."""
    statement = next(each for each in read_statements(ANALYSIS.counts.read_text()) if each.name == name)
    head = f"-- table: {name}({', '.join(statement.dimensions)} | {', '.join(statement.measures)})"
    file = folder / f"{name}.sql"
    file.write_text(f"{head}\n{statement.sql.replace('GROUP BY', 'WHERE what = $$service$$ GROUP BY')}")
    return replace(ANALYSIS, counts=file)


def _greenwood(register: Register, room: Analysis) -> dict[str, Survival]:
    counts = count(room, DurationParams(), register, bench_study(SERVICES))["by_day"]
    size = int(counts["day"].max()) + 1
    return {str(code): survival_curve(grid_of(rows, "day", size)) for code, rows in counts.groupby("code")}


def _family_bands(register: Register, room: Analysis) -> list[Survival]:
    """Return curves by month with bands: laying them on curves by day takes as long."""
    counts = count(room, DurationParams(), register, bench_study(SERVICES))["by_month"]
    size = int(counts["month"].max()) + 1
    weights, ends = family_weights(FAMILY_GROUPS, REPLICATES, seed=1), month_ends(size - 1)
    grids = [grid_of(rows, "month", size, FAMILY_GROUPS) for _, rows in counts.groupby("code")]
    return [with_family_band(survival_curve(grid), grid, weights, ends) for grid in grids]


def _resampled(rows: pd.DataFrame) -> list[float]:
    """Fit lifelines to one sample of families: everybody weighs what the family weighs."""
    number, families = rows["family"].factorize()
    weight = np.random.default_rng(1).poisson(1.0, len(families))[number]
    found = []
    for _, part in rows.assign(weight=weight)[weight > 0].groupby("service", observed=True):
        fitted = KaplanMeierFitter().fit(part["duration"], part["ended"], entry=part["entry"], weights=part["weight"])
        found.append(float(fitted.median_survival_time_))
    return found


def _spells(register: Register) -> pd.DataFrame:
    files = register.files("spells", study=bench_study(SERVICES))
    columns = ["family", "service", "entry_day", "exit_day", "ended"]
    rows: pd.DataFrame = pa.concat_tables(pq.read_table(file, columns=columns) for file in files).to_pandas()
    return rows.rename(columns={"entry_day": "entry", "exit_day": "duration"})


def _lifelines(rows: pd.DataFrame) -> list[float]:
    found = []
    for _, part in rows.groupby("service", observed=True):
        fitted = KaplanMeierFitter().fit(part["duration"], part["ended"], entry=part["entry"])
        found.append(float(fitted.median_survival_time_))
        assert len(fitted.confidence_interval_survival_function_)
    return found


def _beside_r(rows: pd.DataFrame, folder: Path, ours: float) -> None:
    program = shutil.which("Rscript")
    if program is None:
        print("R survfit: Rscript is not here")
        return
    file = folder / "rows.csv"
    rows.assign(ended=rows["ended"].astype(int)).to_csv(file, index=False)
    ran = subprocess.run([program, "-e", _R, str(file)], capture_output=True, text=True, check=False)
    if ran.returncode:
        print("R survfit: the package survival is not here")
        return
    seconds = float(ran.stdout.strip().split()[-1])
    _tell("R survfit on rows in memory", seconds, ours)


def _competing(rows: pd.DataFrame, n: int) -> None:
    """Compare all causes of ours with one cause of theirs on the same rows."""
    random = np.random.default_rng(4)
    part = rows.sample(n=min(n, len(rows)), random_state=4)
    code = np.where(part["ended"], 1 + random.choice(len(CAUSES), len(part), p=[0.5, 0.15, 0.25, 0.1]), 0)
    part = part.assign(code=code)
    names = np.array(["", *CAUSES])[code]
    seen = part["duration"] - part["entry"]
    ours = _best(lambda: cumulative_incidence(0 * seen, seen, names, causes=CAUSES, censored=""))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it jitters ties
        fitter = AalenJohansenFitter(calculate_variance=True, seed=1)
        theirs = _best(lambda: fitter.fit(seen, part["code"], 1), times=1)
    _tell(f"competing ends of {len(part):,} rows, {len(CAUSES)} causes", ours)
    _tell("lifelines Aalen–Johansen, one cause", theirs, ours, COMPETING)


def _tell(what: str, seconds: float, ours: float | None = None, wanted: float | None = None) -> None:
    ratio = "" if ours is None else f" {seconds / ours:7.1f} x"
    print(f"{what:<54} {seconds:9.3f} s{ratio}{'' if wanted is None else f'   (wanted {wanted:.0f} x)'}", flush=True)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def _best(work: Callable[[], object], times: int = 3) -> float:
    return min(_timed(work)[1] for _ in range(times))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3]))
