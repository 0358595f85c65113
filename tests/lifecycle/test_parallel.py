"""Services open at once: the design's example, families by hand, brute force day by day, charts behind the gate."""

from __future__ import annotations

import datetime
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Curves, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.parallel import ANALYSIS
from kumppanuus.lifecycle.parallel.charts import shares_headline, years_headline
from kumppanuus.lifecycle.parallel.climb import climb_of
from kumppanuus.lifecycle.parallel.climb_chart import ladder_headline, rungs_of
from kumppanuus.lifecycle.parallel.compute import ParallelParams
from kumppanuus.lifecycle.parallel.declared import ParallelResult
from kumppanuus.lifecycle.parallel.shown import Split, splits
from kumppanuus.methods.intervals import family_weights
from kumppanuus.register.engine import count
from kumppanuus.register.peak_tallies import SEEN
from kumppanuus.study import Disclosure
from tests.lifecycle.clean_town import CleanTown
from tests.lifecycle.open_days import open_days
from tests.studies import Row, clients, register, relationships, toy_study

# The design's example of concurrency: E (early), C (corrective), W (special), last days included.
CONCURRENCY: list[Row] = [
    (1, "early", "2020-01-01", "2021-01-01"),
    (1, "corrective", "2020-03-01", "2020-05-01"),
    (1, "special", "2020-06-01", "2021-06-02"),
]
FIRST, END = datetime.date(2020, 1, 1), datetime.date(2022, 1, 1)
WASHOUT = 731 // 3  # a third of a window shorter than three years


def _results(
    folder: Path, rows: Sequence[Row], families: Mapping[int, int] | None = None
) -> Iterator[ParallelResult]:  # fmt: skip
    """Yield the result of the whole register, then of its buckets added up."""
    study = toy_study()
    people = clients([(client, family, None) for client, family in (families or {}).items()])
    built = register(folder, study, relationships=relationships(rows), clients=people)
    params = ParallelParams(replicates=20)
    for by_bucket in (False, True):
        counts = count(ANALYSIS, params, built, study, by_bucket=by_bucket)
        yield ANALYSIS.compute(counts, params, pipeline.context_of(study, built.given))  # type: ignore[misc]


def _result(folder: Path, rows: Sequence[Row], families: Mapping[int, int] | None = None) -> ParallelResult:
    return next(_results(folder, rows, families))


def _assert_same(one: ParallelResult, other: ParallelResult) -> None:
    for name in ParallelResult.tables():
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_dtype=False)


def _by(frame: pd.DataFrame, dimension: str, measure: str) -> dict[str, float]:
    return dict(zip(frame[dimension], frame[measure].astype(float), strict=True))


def test_the_example_of_the_design(tmp_path: Path) -> None:
    found = _result(tmp_path, CONCURRENCY)
    days = _by(found.family_time, "n_open", "days")
    assert days == {"1": 518 - 275, "2": 275}
    assert found.everyone["family_days"].tolist() == [518]
    assert _by(found.client_time, "own_open", "days") == days
    assert _by(found.family_most, "most_at_once", "families") == {"2": 1}


def test_brothers_and_sisters_make_a_family_of_more_services(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, "early", "2020-02-01", "2020-02-11"),  # 10 days
        (2, "special", "2020-02-06", "2020-02-16"),  # 10 days, 5 of them with the sister's
        (2, "early", "2020-02-08", "2020-02-11"),  # the same service twice in a family is one
    ]
    found = _result(tmp_path / "a", rows, {1: 7, 2: 7})
    _assert_same(found, _result(tmp_path / "b", rows[::-1], {1: 7, 2: 7}))
    assert _by(found.family_time, "n_open", "days") == {"1": 10, "2": 5}
    assert _by(found.client_time, "own_open", "days") == {"1": 17, "2": 3}
    assert _by(found.family_most, "most_at_once", "persons") == {"2": 2}
    assert _by(found.client_most, "own_at_once", "persons") == {"1": 1, "2": 1}
    assert _by(found.client_most, "own_at_once", "families") == {"1": 1, "2": 1}


def test_costs_go_to_the_most_a_family_ever_had(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, "early", "2020-02-01", "2020-02-11"),  # 10 days x 10 euros, alone
        (2, "early", "2020-02-01", "2020-02-21"),  # 20 days x 10 euros, of a family that once had two
        (2, "special", "2020-02-02", "2020-02-03"),
    ]
    found = _result(tmp_path, rows)
    assert _by(found.costs, "most_at_once", "cost_eur") == {"1": 100.0, "2": 200.0}


def test_who_was_there_in_the_wash_out_is_not_new(tmp_path: Path) -> None:
    day = FIRST + datetime.timedelta(WASHOUT)
    rows: list[Row] = [
        (1, "early", str(day - datetime.timedelta(1)), None),  # a day too early
        (2, "early", str(day), None),
        (2, "special", str(day + datetime.timedelta(9)), None),  # the second on day 10
        (3, "early", str(day), None),
        (3, "special", str(day), None),  # two at once on day 1
        (4, "early", "2019-03-01", "2020-02-01"),  # known from before, back later
        (4, "special", "2021-03-01", None),
    ]
    study = toy_study()
    built = register(tmp_path, study, relationships=relationships(rows))
    climb = count(ANALYSIS, ParallelParams(), built, study)["climb"]
    got = climb[climb["who"] == "family"]
    reached = got[got["reached"] > 0]
    assert list(zip(reached["rung"], reached["day"], reached["reached"], strict=True)) == [("2", 1, 1), ("2", 10, 1)]
    seen = got[got["rung"] == str(SEEN)]
    assert list(zip(seen["day"], seen["still"], strict=True)) == [((END - day).days, 2)]


_STAY = st.tuples(st.integers(1, 8), st.sampled_from(["early", "special", "corrective"]), st.integers(-60, 700),
                  st.none() | st.integers(1, 200))  # fmt: skip


@settings(max_examples=2, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=14), st.lists(st.integers(1, 4), min_size=8, max_size=8))
def test_day_by_day(drawn: list[tuple[int, str, int, int | None]], homes: list[int]) -> None:
    day = datetime.timedelta
    rows: list[Row] = [
        (who, service, str(FIRST + day(start)), str(FIRST + day(start + length)) if length else None)
        for who, service, start, length in drawn
    ]
    families = {place + 1: 100 + home for place, home in enumerate(homes)}
    with tempfile.TemporaryDirectory() as folder:
        found, buckets = _results(Path(folder), rows, families)
    _assert_same(found, buckets)
    opened: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for who, service, start, length in drawn:
        for place in range(max(start, 0), min(start + (length or 9999), (END - FIRST).days)):
            opened[families[who]][place].add(service)
    days = Counter(len(services) for of_family in opened.values() for services in of_family.values())
    most = Counter(max(map(len, of_family.values())) for of_family in opened.values())
    assert _by(found.family_time, "n_open", "days") == {str(k): n for k, n in sorted(days.items())}
    assert _by(found.family_most, "most_at_once", "families") == {str(k): n for k, n in sorted(most.items())}
    per_year = Counter(
        (str(2020 + (place >= 366)), family) for family, of_family in opened.items() for place in of_family
    )
    assert found.family_years["families"].sum() == len(per_year)


def test_the_demo_day_by_day(clean_town: CleanTown) -> None:
    """The share of time of the design, the most at once, and the ladder by another route."""
    study, built = clean_town.study, clean_town.register
    params = ParallelParams(replicates=20)
    counts = count(ANALYSIS, params, built, study)
    found: ParallelResult = ANALYSIS.compute(counts, params, pipeline.context_of(study, built.given))  # type: ignore[assignment]
    for who, dimension in (("family", "n_open"), ("client", "own_open")):
        opened = [days.sum(axis=0) for days in open_days(clean_town, who).values()]
        days = np.bincount(np.minimum(np.concatenate(opened), 5), minlength=6)[1:]
        of_time = getattr(found, f"{who}_time")
        assert _by(of_time, dimension, "days") == dict(zip(("1", "2", "3", "4", "5+"), days, strict=True))
    opened = [days.sum(axis=0) for days in open_days(clean_town, "family").values()]
    most = np.bincount([min(each.max(), 5) for each in opened])[1:]
    assert found.family_most["families"].tolist() == most.tolist()
    alone = np.array([(each == 1).sum() for each in opened], dtype=float)
    assert found.family_time["concentration"].iloc[0] == pytest.approx((alone**2).sum() / alone.sum() ** 2)
    climb = climb_of(counts, "family", family_weights(200, 20, seed=1))
    assert climb is not None
    assert climb.ladder.at(2, 365)[0] == pytest.approx(_two_in_a_year(opened), abs=1e-9)


def _two_in_a_year(opened: list[np.ndarray]) -> float:
    """Share of families with two at once by day 365 of their first service, by the product-limit rule."""
    spans = []
    for days in opened:
        first = int(np.argmax(days > 0))
        if first >= 365:
            two = np.flatnonzero(days[first:] >= 2)
            spans.append((two[0] + 1, True) if len(two) else (len(days) - first, False))
    still = 1.0
    for day in range(1, 366):
        at_risk = sum(length >= day for length, _ in spans)
        still *= 1 - sum(got and length == day for length, got in spans) / at_risk
    assert len(spans) > 200
    return 1 - still


def _town(n: int = 600) -> tuple[list[Row], dict[int, int]]:
    """Families of two: in each third one the second child gets a service while the first still has one."""
    rows: list[Row] = []
    dice = np.random.default_rng(4)
    for family in range(n):
        start = FIRST + datetime.timedelta(int(dice.integers(200, 560)))
        rows.append((2 * family + 1, "early", str(start), str(start + datetime.timedelta(300))))
        if family % 3 == 0:
            later = start + datetime.timedelta(int(dice.integers(0, 150)))
            rows.append((2 * family + 2, "special", str(later), None))
            if family % 6 == 0:
                rows.append((2 * family + 2, "corrective", str(later + datetime.timedelta(20)), None))
    return rows, {client: client // 2 + client % 2 for client in range(1, 2 * n + 1)}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> ReleasedResult:
    result = _result(tmp_path_factory.mktemp("town"), *_town())
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _say(language: str = "fi") -> Say:
    return Say(language, read_texts(ANALYSIS.messages), {})  # type: ignore[arg-type]


def test_published_shares_of_the_town(released: ReleasedResult) -> None:
    found = splits(released)
    assert found["families"].at_least(2) == pytest.approx(1 / 3, abs=0.02)
    assert found["families"].at_least(3) == pytest.approx(1 / 6, abs=0.02)
    assert found["clients"].at_least(2) == pytest.approx(100 / 800, abs=0.02)
    assert set(found) == {"families", "family_time", "costs", "clients", "client_time"}
    rungs = {(rung.who, rung.number): rung for who in ("family", "client") for rung in rungs_of(released, who)}
    assert rungs["family", 2].at(6)[0] == pytest.approx(1 / 3, abs=0.06)
    for rung in rungs.values():
        assert all(low <= share <= high for low, share, high in zip(rung.lower, rung.reached, rung.upper, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_of_the_town(released: ReleasedResult, language: str) -> None:
    say = _say(language)
    for name, form in (("shares", StackedBars), ("over_years", StackedBars), ("ladder", Curves)):
        chart = ANALYSIS.charts[name](released, say)
        assert isinstance(chart.form, form)
        assert lint_figure(figure(chart)) == []


def test_a_ladder_that_tells_nothing_is_a_notice(tmp_path: Path) -> None:
    result = release({ANALYSIS.key: _result(tmp_path, CONCURRENCY)}, Disclosure()).results[ANALYSIS.key]
    for chart in ANALYSIS.charts.values():
        assert isinstance(chart(result, _say()).form, Notice)


def test_headlines() -> None:
    say = _say()
    many = Split((50.0, 30.0, 15.0, 5.0), (("1",), ("2",), ("3", "4"), ("5+",)), 100.0)
    nobody = Split((97.0, 3.0, 0.0, 0.0), many.classes, 100.0)
    hidden = Split((50.0, 30.0, float("nan"), 9.0), many.classes, 102.0)
    assert many.at_least(3) == 0.2
    assert hidden.at_least(3) == 0.22  # what is left of the total beside what is known
    assert np.isnan(Split((97.0, float("nan"), 0.0, 0.0), many.classes, 99.0).at_least(2))  # rounding alone leaves it
    assert "kustannuksista niiden osuus on noin 20" in shares_headline({"families": many, "costs": many}, say)
    assert "Tuskin" in shares_headline({"families": nobody}, say)
    year = (("1",), ("2",), ("3+",))
    before, after = (Split((1000.0 - n, float(n), 0.0), year, 1000.0) for n in (400, 410))
    assert "ei näy" in years_headline({"2021": before, "2022": after}, say)
    risen = Split((400.0, 600.0, 0.0), year, 1000.0)
    assert "60" in years_headline({"2021": before, "2022": risen}, say)
    assert "enää" in years_headline({"2021": risen, "2022": before}, say)
    assert ladder_headline([], say) == say("ladder.headline.unknown")
