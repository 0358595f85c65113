"""The farmer of Birge & Louveaux, and a newsvendor's closed form."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumppanuus.methods.two_stage import TwoStage, held_out, solve
from tests.methods.reference import REFERENCE

OR = REFERENCE / "or" / "expected.json"
CROPS = ("wheat", "corn", "beets")


def _farmer(told: dict[str, Any]) -> TwoStage:
    """Acres now; what is sold and bought when the harvest is known."""
    many = math.inf
    first = pd.DataFrame(
        {"name": CROPS, "value": [-told["plant_cost"][crop] for crop in CROPS], "lower": 0.0, "upper": many}
    )
    low, high = told["beet_price"][1], told["beet_price"][0]
    second = pd.DataFrame(
        [(f"sell {crop}", price, 0.0, many) for crop, price in told["sell"].items()]
        + [(f"buy {crop}", -price, 0.0, many) for crop, price in told["buy"].items()]
        + [("beets in quota", high, 0.0, told["beet_quota"]), ("beets beyond", low, 0.0, many)],
        columns=["name", "value", "lower", "upper"],
    )
    harvest: list[tuple[str, str, float, str | None]] = [
        (f"{crop} balance", crop, told["yield_mean"][crop] * factor, str(factor))
        for factor in told["scenarios"] for crop in CROPS
    ]  # fmt: skip
    always: list[tuple[str, str, float, str | None]] = [("land", crop, 1.0, None) for crop in CROPS]
    always += [(f"{crop} balance", f"{way} {crop}", sign, None) for crop in ("wheat", "corn")
               for way, sign in (("sell", -1.0), ("buy", 1.0))]  # fmt: skip
    always += [("beets balance", name, -1.0, None) for name in ("beets in quota", "beets beyond")]
    terms = pd.DataFrame(harvest + always, columns=["row", "name", "coefficient", "scenario"])
    limits = pd.DataFrame(
        [("land", -many, told["land"]), *((f"{crop} balance", told["feed"].get(crop, 0.0), many) for crop in CROPS)],
        columns=["row", "lower", "upper"],
    )
    names = [str(factor) for factor in told["scenarios"]]
    return TwoStage("max", first, second, terms, limits, pd.DataFrame({"scenario": names, "probability": 1 / 3}))


def test_the_farmer() -> None:
    """Birge & Louveaux, ch. 1: RP 108,390, WS 115,406, EEV 107,240, EVPI 7,016, VSS 1,150; the acres too."""
    told = json.loads(OR.read_text(encoding="utf-8"))["textbook"]["farmer"]
    plan = _farmer(told)
    found = solve(plan)
    assert found.value == pytest.approx(told["RP"], abs=1e-6)
    assert found.knowing == pytest.approx(told["WS"], abs=1e-3)
    assert found.of_mean == pytest.approx(told["EEV"], abs=1e-6)
    assert found.evpi == pytest.approx(told["EVPI"], abs=1e-3)
    assert found.vss == pytest.approx(told["VSS"], abs=1e-6)
    acres = found.decided.set_index("name")["amount"]
    assert {crop: pytest.approx(acres[crop]) for crop in CROPS} == told["RP_acres"]
    assert held_out(plan, found.decided) == pytest.approx(found.value)
    sold = found.later.set_index(["scenario", "name"])["amount"]
    assert sold["1.2", "beets in quota"] == pytest.approx(6000)


def _staff(demands: np.ndarray, hired: float = 3.0, bought: float = 5.0) -> TwoStage:
    """Places hired now at 3 each, what is short bought at 5: the newsvendor."""
    names = [f"d{place}" for place in range(len(demands))]
    return TwoStage(
        "min",
        pd.DataFrame({"name": ["hire"], "value": hired, "lower": 0.0, "upper": math.inf}),
        pd.DataFrame({"name": ["buy"], "value": bought, "lower": 0.0, "upper": math.inf}),
        pd.DataFrame({"row": "demand", "name": ["hire", "buy"], "coefficient": 1.0}),
        pd.DataFrame({"row": "demand", "lower": demands, "upper": math.inf, "scenario": names}),
        pd.DataFrame({"scenario": names, "probability": 1 / len(demands)}),
    )


def test_a_newsvendor_hires_up_to_the_quantile_and_is_better_than_the_mean_on_demand_it_has_not_seen() -> None:
    """Hire until P(demand > x) = 3/5, the 40 % quantile; value = 3x + 5 E(d − x)+."""
    generator = np.random.default_rng(7)
    seen, unseen = (np.sort(generator.gamma(2.0, 10.0, 101)) for _ in range(2))
    found = solve(_staff(seen))
    amount = float(found.decided["amount"].iloc[0])
    assert amount == pytest.approx(seen[math.ceil(0.4 * 101) - 1])
    assert found.value == pytest.approx(3 * amount + 5 * np.clip(seen - amount, 0, None).mean())
    assert found.knowing == pytest.approx(3 * seen.mean())
    assert float(found.mean_decided["amount"].iloc[0]) == pytest.approx(seen.mean())
    ahead = _staff(unseen)
    assert found.knowing <= found.value <= found.of_mean
    assert held_out(ahead, found.decided) == pytest.approx(3 * amount + 5 * np.clip(unseen - amount, 0, None).mean())
    assert held_out(ahead, found.decided) < held_out(ahead, found.mean_decided)


def test_faults_are_refused_and_no_way_out_is_no_number() -> None:
    plan = _staff(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="add up to 1"):
        plan.of(plan.scenarios.assign(probability=0.6))
    with pytest.raises(ValueError, match="one stage"):
        TwoStage("min", plan.first, plan.second.assign(name="hire"), plan.terms, plan.limits, plan.scenarios)
    scarce = TwoStage("min", plan.first, plan.second.assign(upper=0.5), plan.terms, plan.limits, plan.scenarios)
    assert solve(scarce).decided["amount"].iloc[0] == pytest.approx(1.5)
    assert solve(scarce).of_mean == pytest.approx(3 * 1.5 + 5 * (0 + 0.5) / 2)
    assert math.isnan(held_out(scarce, pd.DataFrame({"name": ["hire"], "amount": [1.0]})))
    short = TwoStage("min", plan.first.assign(upper=1.0), plan.second.assign(upper=0.5), plan.terms, plan.limits,
                     plan.scenarios)  # fmt: skip
    with pytest.raises(ValueError, match="infeasible"):
        solve(short)
