"""Money and concentration of the demo municipality as they are published, against its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from kumppanuus.baseline.concentration.shown import dearest_share, gini
from kumppanuus.baseline.money.shown import years_of
from kumppanuus.disclosure.released import Released
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.store import stored_run
from kumppanuus.study import load_study
from tests.conftest import Shell
from tests.demo_run import demo_run


@pytest.fixture(scope="module")
def published(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell
) -> tuple[Released, Mapping[str, Any]]:
    made = demo_run(tmp_path_factory, worker_id, shell)
    study = load_study(made.folder)
    kept = stored_run(study, load_or_make_key(study.state_folder, may_make=False))
    return kept.released, json.loads((made.folder / "totuus.json").read_text(encoding="utf-8"))["money"]


def test_costs_invoices_and_ledger(published: tuple[Released, Mapping[str, Any]]) -> None:
    released, truth = published
    costs = years_of(released.results["baseline.money"], list(truth["ledger"]))
    assert len(costs) == 5
    for cost in costs:
        told = truth["ledger"][cost.year]
        assert cost.described == pytest.approx(told["described_eur"], rel=5e-3)
        assert cost.rows == pytest.approx(told["invoices_eur"], rel=5e-2)  # fewer than a hundred children: two digits
        assert cost.rows + cost.assumed == pytest.approx(told["explained_eur"], rel=1e-2)
        assert cost.ledger == pytest.approx(told["ledger_eur"], rel=5e-3)
        assert abs(cost.unexplained / cost.ledger - told["unexplained_share"]) * cost.ledger <= cost.rounding * 1.01
        assert cost.prices == pytest.approx(truth["price_index"][cost.year] / 100, abs=1e-3)


def test_how_costs_gather(published: tuple[Released, Mapping[str, Any]]) -> None:
    released, truth = published
    found = released.results["baseline.concentration"]
    families = found["years"].set_index("year")["families"]
    for year, told in truth["concentration"].items():
        assert abs(families[year] - told["families"]) <= 3
        share, half = dearest_share(found, year)
        assert share == pytest.approx(told["share_of_dearest_tenth"], abs=0.01)
        assert 0 < half < 0.1
    index, _ = gini(found)
    last = truth["concentration"][year]
    assert last["gini"] - 0.02 < index <= last["gini"] + 0.005
    before = found["before"].set_index("origin")["families"]
    assert before["tenth"] / found["dearest"]["families"].iloc[-1] == pytest.approx(last["stayed"], abs=0.05)
