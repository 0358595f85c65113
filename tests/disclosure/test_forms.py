"""Every form of table through the one gate, on results of analyses that do not exist yet."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from benchmarks.synthetic import synthetic_results
from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.base import make_base
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.guard import guarded_result
from kumppanuus.disclosure.placed import COUNTED
from kumppanuus.disclosure.plan import Plan, Step
from kumppanuus.disclosure.released import Released, Rules, demand
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure

RESULTS = synthetic_results(3, people=400)
ONE_OF_EACH = {type(result).__name__: key for key, result in RESULTS.items()}


@pytest.fixture(scope="module")
def everything() -> Released:
    return release(RESULTS, Disclosure())


def test_all_forms_pass_one_gate_together(everything: Released) -> None:
    assert demand(everything).audited
    assert everything.hidden > 0
    for result in everything.results.values():
        for table in result.tables.values():
            counts = table.frame[[each for each in table.declaration.names(*COUNTED) if each in table.frame]]
            shown = counts.to_numpy(dtype=float)
            shown = shown[~np.isnan(shown) & (shown != 0)]
            assert (shown >= 9).all()
            assert (shown % 6 == 3).all()
            assert not {"events", "ending_families"} & set(table.frame)
            assert not set(table.declaration.names("behind", "concentration")) & set(table.frame)


def test_the_same_numbers_whatever_the_order_of_rows(everything: Released) -> None:
    random = np.random.default_rng(1)
    for name in ("Combinations", "Paths"):
        key = ONE_OF_EACH[name]
        result = RESULTS[key]
        shuffled = {
            field.name: getattr(result, field.name)
            .sample(frac=1, random_state=random.integers(99))
            .reset_index(drop=True)
            for field in dataclasses.fields(result)
        }
        again = release({key: type(result)(**shuffled)}, Disclosure()).results[key]
        for table, released in again.tables.items():
            order = list(released.declaration.dimensions)
            wanted = everything.results[key][table]
            if order:
                assert (
                    released.frame.sort_values(order)
                    .reset_index(drop=True)
                    .equals(wanted.sort_values(order).reset_index(drop=True))
                )


@pytest.mark.parametrize("form", sorted(ONE_OF_EACH))
def test_each_step_leaves_less_and_at_last_nothing(form: str) -> None:
    """What the audit may ask of a form that pools by itself: any number of further steps, and no error.

    Between two steps there may be a little more: a pool of causes has points of its own.
    """
    key = ONE_OF_EACH[form]
    result = RESULTS[key]
    declared = type(result).tables()
    frames = {name: getattr(result, name).reset_index(drop=True) for name in declared}
    name = list(declared)[-1]
    sizes = []
    for step in (0, 1, 2, 5, 20, 2000):
        plan = Plan({(key, name): Step(tightened=step)})
        guarded = guarded_result(key, declared, frames, Rules(), plan)[name]
        assert len(guarded.exact) == len(guarded.table.frame)
        make_base({(key, name): guarded}, Rules())
        sizes.append(len(guarded.table.frame))
    assert sizes[0] == max(sizes) > 0
    assert sizes[-1] == 0


def test_a_role_without_a_rule_in_its_form_is_refused() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Odd(Result):
        answers: pd.DataFrame = result_table(
            "likert",
            MappingProxyType(
                {
                    "item": Column("dimension"), "answer": Column("dimension"), "persons": Column("persons"),
                    "families": Column("families"), "survival": Column("survival"),
                }
            ),
        )  # fmt: skip

    frame = pd.DataFrame([("q", "1", 30, 30, 0.123)], columns=list(Odd.tables()["answers"].columns))
    with pytest.raises(DisclosureError, match="KU502"):
        release({"x": Odd(frame)}, Disclosure())
