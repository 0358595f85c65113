"""Published instances of operations research that lie beside the project, as models of `methods.optimise`.

OR-Library (Beasley): assignment, generalised assignment, warehouse location, p-median with and without capacities; LPs
of netlib's infeasible set (through HiGHS' tests). Their optima were proven with two programs; see the README there.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.sparse.csgraph import shortest_path

from kumppanuus.methods.optimise import Model
from tests.methods.reference import REFERENCE

Floats = npt.NDArray[np.float64]
FOLDER = REFERENCE / "or"
OBJECTIVE = "N"


@cache
def expected() -> dict[str, Any]:
    """Return the proven values; without the folder the test skips."""
    if not FOLDER.is_dir():
        pytest.skip("reference values not here: or")
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    return found


def model_of(kind: str, name: str) -> Model:
    """Return the model of an instance of ``expected.json``."""
    file = FOLDER / expected()[kind][name]["file"]
    if not file.is_file():
        pytest.skip(f"instance not here: {file.name}")
    if kind == "assignment":
        return assignment(file)
    if kind == "gap":
        problem = int(name.rpartition("-")[2]) if "-" in name else _lettered(kind, name)
        return generalised(file, problem, expected()[kind][name])
    start = file.stem.rstrip("0123456789")
    return {"cap": warehouses, "pmed": medians, "pmedcap": full_medians}[start](file)


def _lettered(kind: str, name: str) -> int:
    """Return the place of an instance in its file: they stand in the order of ``expected.json``."""
    letter = name.partition("/")[0]
    return [other for other in expected()[kind] if other.startswith(f"{letter}/")].index(name) + 1


def numbers(file: Path) -> Floats:
    """Return all numbers of a file in order."""
    return np.array(file.read_text(encoding="utf-8").split(), dtype=float)


def pairs(first: str, second: str, values: Floats, column: str = "coefficient") -> pd.DataFrame:
    """Return a matrix as a long frame of its row and column numbers."""
    rows, columns = np.indices(values.shape)
    return pd.DataFrame({first: rows.ravel(), second: columns.ravel(), column: values.ravel()})


def each(name: str, n: int, **columns: Any) -> pd.DataFrame:
    """Return one row for each of n."""
    return pd.DataFrame({name: np.arange(n), **columns})


def assignment(file: Path) -> Model:
    """n, then the cost of every agent with every task: least cost, each of both once."""
    told = numbers(file)
    cost = told[1:].reshape(int(told[0]), -1)
    model = Model("min")
    model.variables("x", pairs("agent", "task", cost)[["agent", "task"]])
    model.objective("x", pairs("agent", "task", cost))
    for key in ("agent", "task"):
        model.constraints(key, each(key, len(cost)), {"x": 1.0}, lower=1, upper=1)
    return model


def generalised(file: Path, problem: int, told: dict[str, Any]) -> Model:
    """Every job to one agent of limited capacity. P problems: m n, values, use, capacities."""
    values, place = numbers(file), 1
    for _ in range(problem - 1):
        m, n = values[place : place + 2].astype(int)
        place += 2 + 2 * m * n + m
    m, n = values[place : place + 2].astype(int)
    assert (m, n) == (told["m"], told["n"])
    worth, use, room = np.split(values[place + 2 : place + 2 + 2 * m * n + m], [m * n, 2 * m * n])
    model = Model(told["sense"])
    worth = pairs("agent", "job", worth.reshape(m, n))
    model.variables("x", worth[["agent", "job"]], upper=1, integer=True)
    model.objective("x", worth)
    model.constraints("job", each("job", n), {"x": 1.0}, lower=1, upper=1)
    terms = {"x": pairs("agent", "job", use.reshape(m, n))}
    model.constraints("agent", each("agent", m, room=room), terms, upper="room")
    return model


def warehouses(file: Path) -> Model:
    """m n, capacity and fixed cost of m, then of each of n its demand and the cost of all of it from each warehouse."""
    told = numbers(file)
    m, n = told[:2].astype(int)
    room, fixed = told[2 : 2 + 2 * m].reshape(m, 2).T
    rest = told[2 + 2 * m :].reshape(n, m + 1)
    model = Model("min")
    cost = pairs("customer", "house", rest[:, 1:])
    model.variables("share", cost[["customer", "house"]])
    model.variables("open", each("house", m), upper=1, integer=True)
    model.objective("share", cost)
    model.objective("open", each("house", m, coefficient=fixed))
    model.constraints("served", each("customer", n), {"share": 1.0}, lower=1, upper=1)
    demand = cost.assign(coefficient=np.repeat(rest[:, 0], m))
    model.constraints("room", each("house", m), {"share": demand, "open": each("house", m, coefficient=-room)}, upper=0)
    model.constraints("only open", cost[["customer", "house"]], {"share": 1.0, "open": -1.0}, upper=0)
    return model


def medians(file: Path) -> Model:
    """n, edges, p; edges with lengths, of which the last of two counts: p places of least distance in all."""
    told = numbers(file)
    n, edges, p = told[:3].astype(int)
    graph = np.full((n, n), np.inf)
    one, other, length = told[3 : 3 + 3 * edges].reshape(-1, 3).T
    for first, second, far in zip(one.astype(int) - 1, other.astype(int) - 1, length, strict=True):
        graph[first, second] = graph[second, first] = far
    return _medians(shortest_path(np.where(np.isinf(graph), 0, graph), directed=False), int(p), None, None)


def full_medians(file: Path) -> Model:
    """(problem, best value); (n, p, capacity); n × (id, x, y, demand); distances are whole numbers, cut down."""
    told = numbers(file)
    n, p, room = told[2:5].astype(int)
    _, x, y, demand = told[5 : 5 + 4 * n].reshape(n, 4).T
    return _medians(np.floor(np.hypot(x[:, None] - x, y[:, None] - y)), int(p), demand, float(room))


def _medians(far: Floats, p: int, demand: Floats | None, room: float | None) -> Model:
    n = len(far)
    model = Model("min")
    to = pairs("customer", "place", far)
    model.variables("x", to[["customer", "place"]], upper=1, integer=demand is not None)
    model.variables("open", each("place", n), upper=1, integer=True)
    model.objective("x", to)
    model.constraints("served", each("customer", n), {"x": 1.0}, lower=1, upper=1)
    model.constraints("only open", to[["customer", "place"]], {"x": 1.0, "open": -1.0}, upper=0)
    model.constraints("so many", None, {"open": 1.0}, lower=p, upper=p)
    if demand is not None:
        use = to.assign(coefficient=np.repeat(demand, n))
        model.constraints("room", each("place", n), {"x": use, "open": -float(room or 0)}, upper=0)
    return model


def mps_of(name: str) -> tuple[Model, dict[str, list[str]]]:
    """Return the model of an infeasible LP of netlib (variables ``x``, constraints ``rows``), and the names of both."""
    file = FOLDER / expected()["netlib_infeasible"][name]["file"]
    if not file.is_file():
        pytest.skip(f"instance not here: {file.name}")
    return from_mps(file)


def from_mps(file: Path) -> tuple[Model, dict[str, list[str]]]:
    """Return the model of an LP in MPS, and the names of its ``row`` and its ``column``."""
    part, kinds, entries, sides, spans, bounds = "", {}, [], {}, {}, []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("*"):
            continue
        words = line.split()
        if not line.startswith(" "):
            part = words[0]
        elif part == "ROWS":
            kinds[words[1]] = words[0].upper()
        elif part == "COLUMNS":
            entries += [(words[0], row, float(value)) for row, value in zip(words[1::2], words[2::2], strict=True)]
        elif part in ("RHS", "RANGES"):
            told = words[len(words) % 2 :]
            (sides if part == "RHS" else spans).update(zip(told[::2], map(float, told[1::2]), strict=True))
        elif part == "BOUNDS":
            bounds.append((words[0], words[-2] if words[0] not in ("FR", "MI", "PL") else words[-1], words[-1]))
    return _model(kinds, entries, sides, spans, bounds)


def _model(
    kinds: dict[str, str], entries: list[tuple[str, str, float]], sides: dict[str, float], spans: dict[str, float],
    bounds: list[tuple[str, str, str]],
) -> tuple[Model, dict[str, list[str]]]:  # fmt: skip
    told = pd.DataFrame(entries, columns=["column", "row", "coefficient"])
    ends = {name: [0.0, np.inf] for name in told["column"].unique()}
    for kind, name, value in bounds:
        low, high = {
            "UP": (None, value), "LO": (value, None), "FX": (value, value), "FR": (-np.inf, np.inf),
            "MI": (-np.inf, None), "PL": (None, np.inf),
        }[kind]  # fmt: skip
        was = ends[name]
        ends[name] = [was[0] if low is None else float(low), was[1] if high is None else float(high)]
    columns = pd.DataFrame([(name, *end) for name, end in ends.items()], columns=["column", "lower", "upper"])
    rows = pd.DataFrame([(row, *_ends(kind, sides.get(row, 0.0), spans.get(row))) for row, kind in kinds.items()
                         if kind != OBJECTIVE], columns=["row", "lower", "upper"])  # fmt: skip
    empty = ~rows["row"].isin(told["row"])
    assert (rows[empty]["lower"] <= 0).all()  # a row without terms that says nothing: the layer refuses it
    assert (rows[empty]["upper"] >= 0).all()
    rows = rows[~empty].reset_index(drop=True)
    model = Model("min")
    model.variables("x", columns, lower="lower", upper="upper")
    costs = told["row"].map(kinds) == OBJECTIVE
    if costs.any():
        model.objective("x", told[costs][["column", "coefficient"]])
    model.constraints("rows", rows, {"x": told[~costs]}, lower="lower", upper="upper")
    return model, {"row": list(rows["row"]), "column": list(columns["column"])}


def _ends(kind: str, side: float, span: float | None) -> tuple[float, float]:
    """Return the sides of a row of MPS; a range widens it, of an equality to the side of its sign."""
    if kind == "E":
        return (side, side) if span is None else (min(side, side + span), max(side, side + span))
    if kind == "L":
        return (-np.inf if span is None else side - abs(span)), side
    return side, (np.inf if span is None else side + abs(span))
