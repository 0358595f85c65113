"""Needs and goals of the demo municipality, read from its extracts, against its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from kumppanuus import pipeline
from kumppanuus.baseline import shared_support
from kumppanuus.baseline.shared_support.compute import compute
from kumppanuus.baseline.shared_support.declared import SharedSupportParams, SharedSupportResult
from kumppanuus.demo import write_demo
from kumppanuus.intake import read_extracts
from kumppanuus.register.engine import count
from kumppanuus.register.store import Register, build_register, derive
from kumppanuus.study import Study, load_study

READ = {"clients", "needs", "goals"}


def test_needs_and_goals_are_those_of_the_truth(tmp_path: Path) -> None:
    write_demo(tmp_path / "demo", families=1000)
    truth = json.loads((tmp_path / "demo" / "totuus.json").read_text(encoding="utf-8"))
    whole = load_study(tmp_path / "demo")
    study = whole.model_copy(update={"sources": tuple(each for each in whole.sources if each.table in READ)})
    intake = read_extracts(study, bytes(32), quarantine=tmp_path / "quarantine")
    register = build_register(intake.tables, study, tmp_path / "register", families=intake.families, buckets=1)
    assert _families(register, study) == {
        (need, stage, year): n
        for need, stages in truth["needs"].items()
        for stage, years in stages.items()
        for year, n in years.items()
        if n
    }
    params = SharedSupportParams()
    counts = count(shared_support.ANALYSIS, params, register, study)
    _goals_are(compute(counts, params, pipeline.context_of(study, register.given)), truth["goals"])


def _families(register: Register, study: Study) -> dict[tuple[str, str, str], int]:
    """Return families by need, stage and year; the rooms show them by two of these."""
    derive(register, study, ["need_facts"])
    facts = f"read_parquet({register.files('need_facts', study=study)})"
    rows = duckdb.sql(f"SELECT need, stage, year, count(DISTINCT family) FROM {facts} GROUP BY ALL").fetchall()
    return {(need, stage, year): n for need, stage, year, n in rows}


def _goals_are(result: SharedSupportResult, truth: Mapping[str, Mapping[str, int]]) -> None:
    goals = result.goals[["year", "goals", "with_family"]].itertuples(index=False, name=None)
    assert [*goals] == [(year, told["set"], told["with_family"]) for year, told in truth.items()]
    outcomes = {(year, outcome): n for year, outcome, n in
                result.outcomes[["year", "outcome", "goals"]].itertuples(index=False, name=None)}  # fmt: skip
    for year, told in truth.items():
        assert all(outcomes.get((year, each), 0) == told[each] for each in ("met", "partly", "not_met"))
    *followed, last = truth  # of the goals of the last year those of its first day can be followed for a year
    soon = sum(truth[year]["assessed_within_365"] for year in followed)
    assert soon <= result.everyone["in_year"].sum() <= soon + truth[last]["assessed_within_365"]
