"""Exact sets of services: by hand, in the demo's town day by day, sets of three, charts behind the gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Combinations, Notice, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.lifecycle.combinations import ANALYSIS
from kumppanuus.lifecycle.combinations.compute import (
    MOST_SETS,
    CombinationParams,
    CombinationResult,
    compute,
    names_of,
)
from kumppanuus.register.engine import count
from kumppanuus.register.sets import members
from kumppanuus.study import Disclosure
from tests.lifecycle.clean_town import CleanTown
from tests.lifecycle.open_days import CODES, longest_peak, open_days
from tests.studies import Row, clients, register, relationships, toy_study

ROWS: list[Row] = [
    (1, "early", "2020-02-01", "2020-03-01"),  # family 7: two at once for 10 days, later two others for 20
    (2, "special", "2020-02-20", "2020-03-01"),
    (1, "early", "2020-06-01", "2020-06-21"),
    (2, "corrective", "2020-06-01", "2020-06-21"),
    (3, "early", "2020-02-01", "2020-02-11"),  # alone: one after the other, the longer one is his set
    (3, "special", "2020-02-11", "2020-03-11"),
]
HOMES = {1: 7, 2: 7, 3: 8}


def _counts(
    folder: Path, rows: Sequence[Row], homes: Mapping[int, int], *, by_bucket: bool = False
) -> dict[str, pd.DataFrame]:  # fmt: skip
    study = toy_study()
    people = clients([(client, family, None) for client, family in homes.items()])
    built = register(folder, study, relationships=relationships(rows), clients=people)
    return count(ANALYSIS, CombinationParams(), built, study, by_bucket=by_bucket)


def _sets(frame: pd.DataFrame) -> dict[str, tuple[float, float]]:
    return {row.combination: (row.persons, row.families) for row in frame.itertuples()}


def test_by_hand(tmp_path: Path) -> None:
    study = toy_study()
    context = pipeline.context_of(study, frozenset({"relationships"}))
    one = compute(_counts(tmp_path / "a", ROWS, HOMES), CombinationParams(), context)
    other = compute(_counts(tmp_path / "b", ROWS[::-1], HOMES, by_bucket=True), CombinationParams(), context)
    assert _sets(one.at_once) == {"early+corrective": (2, 1), "special": (1, 1)}
    assert _sets(one.ever) == {"early+special+corrective": (2, 1), "early+special": (1, 1)}
    # client 2 has one at a time, the placement longer than the ten days of the other
    assert _sets(one.clients) == {"early": (1, 1), "corrective": (1, 1), "special": (1, 1)}
    assert one.clients.set_index("combination")["families_once"].to_dict() == {
        "early": 0, "corrective": 0, "special": 1,
    }  # fmt: skip
    for name in CombinationResult.tables():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_dtype=False)


def test_sets_in_the_order_of_the_catalogue() -> None:
    sets = members([0, 3, 1], [0, 0, 0], ("b", "a"))  # bits go by the alphabet
    assert names_of(sets, ("b", "a")) == ["other", "b+a", "a"]


def test_more_sets_than_the_gate_needs_are_one_row() -> None:
    services = tuple("abcdefghijklmnopq")
    n = np.arange(1, 301)
    sets = pd.DataFrame({"low": n, "high": 0, "persons": 2.0 * n, "families": 1.0 * n, "families_once": 0.5 * n})
    few = dict.fromkeys(("at_once", "ever"), sets.drop(columns="families_once"))
    empty = pd.DataFrame({"low": [], "high": [], "persons": [], "families": []})
    everyone = pd.DataFrame({"persons": [1.0], "families": [1.0]})
    context = Context(dict.fromkeys(services, "early"), {}, 0, frozenset())
    services_used = pd.DataFrame({"service": [], "level": [], "persons": [], "families": []})
    counts = {**few, "clients": sets, "sample": empty, "everyone": everyone, "services": services_used}
    found = compute(counts, CombinationParams(), context)
    rest = found.at_once.set_index("combination").loc["other"]
    assert (len(found.at_once), rest["families"]) == (MOST_SETS + 1, n[:100].sum())
    assert found.at_once["persons"].sum() == 2 * n.sum()
    ours = found.clients.set_index("combination").loc["other"]  # of clients' families as many as are surely different
    assert ours["families"] == max(100, 0.5 * n[:100].sum())


@pytest.fixture(scope="module")
def result(clean_town: CleanTown) -> CombinationResult:
    counts = count(ANALYSIS, CombinationParams(), clean_town.register, clean_town.study)
    context = pipeline.context_of(clean_town.study, clean_town.register.given)
    return compute(counts, CombinationParams(), context)


@pytest.fixture(scope="module")
def released(result: CombinationResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def test_the_demo_day_by_day(clean_town: CleanTown, result: CombinationResult) -> None:
    opened = open_days(clean_town, "family")
    place = {code: number for number, code in enumerate(clean_town.study.service_levels())}

    def named(services: frozenset[str]) -> str:
        return "+".join(sorted(services, key=place.__getitem__)) if len(services) <= 5 else "other"

    def most(found: Counter[str]) -> dict[str, int]:
        return {code: number for code, number in found.items() if number >= 7 and code != "other"}

    ever = Counter(named(frozenset(np.array(CODES)[days.any(axis=1)])) for days in opened.values())
    peak = Counter(named(longest_peak(days)) for days in opened.values())
    own = Counter(named(longest_peak(days)) for days in open_days(clean_town, "client").values())
    for table, truth, measure in (
        ("ever", ever, "families"),
        ("at_once", peak, "families"),
        ("clients", own, "persons"),
    ):
        frame = getattr(result, table)
        assert frame[measure].sum() == sum(truth.values())
        got = dict(zip(frame["combination"], frame[measure], strict=True))
        assert {code: number for code, number in got.items() if number >= 7 and code != "other"} == most(truth), table


def test_triples_of_the_demo_beside_their_pairs(clean_town: CleanTown, result: CombinationResult) -> None:
    """The expectation fitted by proportions to the counts of families, for every triple that is published."""
    has = {family: days.any(axis=1) for family, days in open_days(clean_town, "family").items()}
    use = np.array([*has.values()])
    assert 0 < len(result.triples) <= CombinationParams().most_triples
    for row in result.triples.itertuples():
        three = use[:, [CODES.index(code) for code in row.triple.split("+")]].astype(int)
        table = np.zeros((2, 2, 2))
        np.add.at(table, tuple(three.T), 1)
        fitted = np.ones((2, 2, 2))
        for _ in range(500):
            for axis in range(3):
                fitted *= table.sum(axis=axis, keepdims=True) / fitted.sum(axis=axis, keepdims=True)
        assert row.families == table[1, 1, 1]
        assert abs(row.expected - fitted[1, 1, 1]) <= 1.5 + 1e-6
        assert not 1 / 1.4 < row.families / fitted[1, 1, 1] < 1.4


def test_what_is_published(result: CombinationResult, released: ReleasedResult) -> None:
    for name, of in (("at_once", "families"), ("ever", "families"), ("clients", "persons")):
        shown = released[name]
        assert shown[of].notna().all()  # no row whose number is hidden
        exact = getattr(result, name).set_index("combination")[of]
        for row in shown[shown["combination"] != "other"].itertuples():
            assert exact[row.combination] >= 7
    triples = released["triples"]
    assert triples["ratio"].notna().all()
    assert set(triples["q"]) <= {0.001, 0.01, 0.05}


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_of_the_demo(released: ReleasedResult, clean_town: CleanTown, language: str) -> None:
    say = speaker(clean_town.study, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]
    for name, chart_of in ANALYSIS.charts.items():
        chart = chart_of(released, say)
        assert isinstance(chart.form, Bars if name == "triples" else Combinations)
        assert lint_figure(figure(chart)) == []
        if isinstance(chart.form, Combinations):
            assert all(len(column.members) != 1 for column in chart.form.columns)
            assert not chart.form.highlight or any(map(chart.form.of_highlight, chart.form.columns))


def test_too_few_is_a_notice(tmp_path: Path) -> None:
    study = toy_study()
    context = pipeline.context_of(study, frozenset({"relationships"}))
    found = compute(_counts(tmp_path, ROWS, HOMES), CombinationParams(), context)
    shown = release({ANALYSIS.key: found}, Disclosure()).results[ANALYSIS.key]
    say = Say("fi", read_texts(ANALYSIS.messages), {})
    assert all(isinstance(chart(shown, say).form, Notice) for chart in ANALYSIS.charts.values())
