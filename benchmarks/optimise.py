"""What the frame layer costs, and the published instances that take longer than a test may.

`python -m benchmarks.optimise` prints how long a model of 100,000 and of 1,000,000 variables takes to put together
(limits 0.4 s and 4 s), beside the same numbers put together by hand with numpy and scipy.sparse. `python -m
benchmarks.optimise instances` solves the instances of OR-Library beside the project that the suite leaves out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array, vstack

from kumppanuus.methods.optimise import Model
from tests.methods.instances import FOLDER, expected, model_of

SIZES = {100_000: (0.4, (12, 6, 7)), 1_000_000: (4.0, (30, 12, 14))}
"""Variables: the limit in seconds, and how many areas, segments and services; months fill up the rest."""


def main() -> None:
    """Run the benchmark and print it."""
    for n, (limit, (areas, segments, services)) in SIZES.items():
        months = n // (areas * segments * services)
        frame = _frame({"area": areas, "segment": segments, "service": services, "month": months})
        _model(frame.head(1000))  # the solver's library and pandas' own caches
        framed, plain = _best(lambda f=frame: _model(f)), _best(lambda f=frame: _by_hand(f))  # type: ignore[misc]
        print(f"{len(frame):,} variables: frames {framed:5.2f} s (limit {limit}), by hand, places known {plain:5.2f} s")


def instances() -> int:
    """Solve every instance with a proven optimum and print how it went; return how many were missed."""
    missed, wanted = 0, [(kind, name) for kind in ("assignment", "facility", "gap") for name in expected()[kind]]
    for kind, name in wanted:
        told = expected()[kind][name]
        if not (FOLDER / told["file"]).is_file() or not told["proven"]:
            continue
        began = time.perf_counter()
        solution = model_of(kind, name).solve(seconds=120)
        right = solution.status == "optimal" and abs(solution.objective - told["value"]) <= 1e-9 * abs(told["value"])
        missed += not right
        taken = time.perf_counter() - began
        print(
            f"{name:16} {told['value']:14,.3f} {'reached' if right else 'MISSED: ' + solution.status:8} {taken:6.2f} s"
        )
    return missed


def _frame(sizes: dict[str, int]) -> pd.DataFrame:
    """Return every combination of codes such as an analysis has them: text."""
    names = [[f"{name}_{i:03d}" for i in range(size)] for name, size in sizes.items()]
    frame = pd.MultiIndex.from_product(names, names=list(sizes)).to_frame(index=False).astype(object)
    dice = np.random.default_rng(8)
    return frame.assign(cost=dice.uniform(50, 500, len(frame)), hours=dice.uniform(1, 20, len(frame)))


def _model(frame: pd.DataFrame) -> Model:
    """Put together: care by area, segment, service and month under staff, need and a budget."""
    keys = ["area", "segment", "service", "month"]
    model = Model("max")
    model.variables("care", frame[keys])
    model.objective("care", frame[keys].assign(coefficient=frame["cost"]))
    staff = frame[["area", "service", "month"]].drop_duplicates()
    use = frame[keys].assign(coefficient=frame["hours"])
    model.constraints("staff", staff.assign(h=1600.0), {"care": use}, upper="h", unit="h")
    need = frame[["area", "segment", "month"]].drop_duplicates()
    model.constraints("need", need, {"care": 1.0}, lower=0.0, upper=500.0)
    model.constraints("budget", None, {"care": frame[keys].assign(coefficient=frame["cost"])}, upper=1e9)
    model.programme()
    return model


def _by_hand(frame: pd.DataFrame) -> csr_array:
    """Put the same coefficients together from positions, as somebody would who needs no names."""
    n, rows = len(frame), []
    for keys, values in ((["area", "service", "month"], frame["hours"]), (["area", "segment", "month"], 1.0)):
        row = frame.groupby(keys, sort=False).ngroup().to_numpy()
        value = np.broadcast_to(np.asarray(values, dtype=float), n)
        rows.append(coo_array((value, (row, np.arange(n)))).tocsr())
    rows.append(csr_array(frame["cost"].to_numpy()[None, :]))
    return csr_array(vstack(rows, format="csr"))


def _best(what: Callable[[], object], times: int = 3) -> float:
    """Return the least of several times: what the machine needs, not what it was busy with."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        taken.append(time.perf_counter() - began)
    return min(taken)


if __name__ == "__main__":
    if sys.argv[1:] == ["instances"]:
        sys.exit(min(instances(), 1))
    main()
