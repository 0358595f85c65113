"""Histograms, Lorenz curves, answers and queues through the gate, with its audit."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import demand
from kumppanuus.study import Disclosure

PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
FLOWS = ("waiting", "came", "left")


@dataclass(frozen=True, slots=True)
class _Report(Result):
    everybody: pd.DataFrame = result_table("counts", {**PEOPLE}, population="clients")
    ages: pd.DataFrame = result_table(
        "histogram",
        {
            "age": Column("dimension", codes="ages"),
            "low": Column("public", unit="years"),
            "high": Column("public", unit="years"),
            **PEOPLE,
        },
        population="clients",
    )
    costs: pd.DataFrame = result_table(
        "lorenz",
        {
            "tenth": Column("dimension", codes="tenths", adds=True),
            **PEOPLE,
            "cost_eur": Column("sum", of=("persons", "families", "concentration"), unit="EUR"),
            "concentration": Column("concentration"),
            "share": Column("cumulative", of=("cost_eur", "concentration")),
        },
        population="paid for",
    )
    answers: pd.DataFrame = result_table(
        "likert",
        {
            "item": Column("dimension", codes="items"),
            "answer": Column("dimension", codes="answers"),
            **PEOPLE,
            "share": Column("share", of=("persons", "answered")),
            "answered": Column("behind"),
        },
        population="answers",
    )
    waiting: pd.DataFrame = result_table(
        "queue",
        {
            "month": Column("dimension", codes="months", time_axis=True),
            **{each: Column("count", of=(each, f"{each}_families")) for each in FLOWS},
            **{f"{each}_families": Column("behind") for each in FLOWS},
        },
        population="queue",
    )


def _report() -> _Report:
    tenths = np.arange(1, 11, dtype=float)
    queue = pd.DataFrame({"month": [f"2024-0{month}" for month in range(1, 7)], "came": [9, 3, 0, 0, 12, 8]})
    queue["left"] = [2, 8, 4, 0, 9, 15]
    queue.insert(1, "waiting", 20 + (queue["came"] - queue["left"]).cumsum())
    families = queue[list(FLOWS)].add_suffix("_families")
    return _Report(
        pd.DataFrame({"persons": [64], "families": [50]}),
        pd.DataFrame(
            {"age": list("01234"), "low": [0, 3, 7, 13, 16], "high": [3, 7, 13, 16, 18],
             "persons": [3, 9, 30, 22, 0], "families": [3, 8, 28, 20, 0]}
        ),
        pd.DataFrame(
            {"tenth": [str(place) for place in range(1, 11)], "persons": 12, "families": 10, "cost_eur": 1000 * tenths,
             "concentration": 0.12, "share": np.nan}
        ),
        pd.DataFrame(
            {"item": "outlook", "answer": list("12345"), "persons": [2, 8, 20, 30, 5], "families": [2, 8, 20, 30, 5],
             "share": np.nan, "answered": 65}
        ),
        queue.join(families),
    )  # fmt: skip


def test_neighbour_forms_pass_the_gate() -> None:
    released = demand(release({"x": _report()}, Disclosure()))
    assert released.audited
    found = released.results["x"]
    assert found["ages"]["age"].tolist() == ["0..1", "2", "3..4"]
    assert found["costs"]["share"].tolist() == [0.02, 0.05, 0.11, 0.18, 0.27, 0.38, 0.51, 0.65, 0.82, 1.0]
    assert "cost_eur" not in found["costs"]
    assert found["answers"]["answer"].tolist() == ["1..2", "3", "4..5"]
    assert found["waiting"]["waiting"].tolist() == [27, 21, 15, 15, 21, 15]
    assert {name: table.told for name, table in found.tables.items()} == {
        "everybody": (), "ages": ("merged",), "costs": (), "answers": ("merged",), "waiting": (),
    }  # fmt: skip


def test_numbers_are_as_they_are_on_the_internal_face() -> None:
    found = release({"x": _report()}, Disclosure(), face="internal").results["x"]
    assert found["ages"]["persons"].tolist() == [3, 9, 30, 22, 0]
    assert found["waiting"]["left"].tolist() == [2, 8, 4, 0, 9, 15]
