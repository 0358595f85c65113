"""The organiser among its peers: a town of two indicators by hand, through the engine, the gate and the charts."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.baseline.peers import ANALYSIS
from kumppanuus.baseline.peers.compute import PeersResult
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.drawing import Chart, Forest, Lines, Notice
from kumppanuus.language.say import speaker
from kumppanuus.methods.shares import wilson_limits
from kumppanuus.register.engine import count
from kumppanuus.register.regions import known_peers
from kumppanuus.register.store import build_register
from kumppanuus.report.exhibits import exhibits
from kumppanuus.study import Study
from tests.methods.test_standing import cells
from tests.studies import relationships, toy_study

TOWNS = {"1": "Mallila", "2": "Alpola", "3": "Kuurila", "4": "Merilä", "5": "Hiirola"}
PEERS = {
    "region": "Mallila", "peers": ["Alpola", "Kuurila", "Merilä", "Hiirola"], "county": "Jokiranta",
    "indicators": [
        {"indicator": "10", "worse": "higher", "title": {"fi": "Ilmoitukset, %"}, "definition": {"fi": "Määritelmä."}},
        {"indicator": "20", "title": {"fi": "Asiakkaat / 1 000"}},
        {"indicator": "30", "title": {"fi": "Ei omaa arvoa"}},
    ],
}  # fmt: skip
LAST = {"1": 20.0, "2": 8.0, "3": 9.0, "4": 10.0, "5": 13.0}
Row = tuple[str, str, int, float | None, float | None]
ROWS: list[Row] = [
    *(("10", town, 2022, value, 10 * value) for town, value in LAST.items()),
    *(("10", town, 2021, 10.0, 100.0) for town in TOWNS),
    ("10", "80", 2021, 11.0, None), ("10", "81", 2022, 12.0, None), ("10", "99", 2022, 9.5, None),
    *(("20", town, 2021, 5.5, 55.0) for town in TOWNS), ("20", "2", 2022, 9.0, 90.0),
    ("30", "2", 2022, 1.0, 1.0), ("40", "1", 2022, 3.0, 3.0),
]  # fmt: skip


def _study(rows: list[Row] = ROWS, **peers: object) -> tuple[Study, dict[str, pa.Table]]:
    indicator, region, year, value, absolute = zip(*rows, strict=True)
    values = pa.table({
        "indicator": indicator, "region": region, "year": year, "gender": ["total"] * len(rows),
        "value": pa.array(value, pa.float64()), "absolute": pa.array(absolute, pa.float64()),
    })  # fmt: skip
    named = [*((n, "KUNTA", name) for n, name in TOWNS.items()), ("80", "HYVINVOINTIALUE", "Jokiranta"),
             ("81", "HYVINVOINTIALUE", "Jokiranta"), ("99", "MAA", "Koko maa")]  # fmt: skip
    columns = dict(zip(("region", "category", "name_fi"), zip(*named, strict=True), strict=True))
    columns |= {name: pa.nulls(len(named), pa.string()) for name in ("name_sv", "name_en", "member_of")}
    tables = {"indicators": values, "regions": pa.table(columns),
              "relationships": relationships([(1, "early", "2020-02-01", None)])}  # fmt: skip
    study = toy_study(peers=PEERS | peers)
    return study.model_copy(update={"peers": known_peers(study, tables)}), tables


def _result(folder: Path, rows: list[Row] = ROWS, **peers: object) -> tuple[PeersResult, Study]:
    study, tables = _study(rows, **peers)
    built = build_register(tables, study, folder / "register", buckets=3)
    params = pipeline.room_params(ANALYSIS, study)
    counted = count(ANALYSIS, params, built, study)
    pd.testing.assert_frame_equal(counted["values"], count(ANALYSIS, params, built, study, by_bucket=True)["values"])
    result = ANALYSIS.compute(counted, params, pipeline.context_of(study, built.given))
    assert isinstance(result, PeersResult)
    return result, study


def _released(result: PeersResult, study: Study) -> ReleasedResult:
    return release({ANALYSIS.key: result}, study.disclosure).results[ANALYSIS.key]


def _charts(result: PeersResult, study: Study) -> dict[str, Chart]:
    released = release({ANALYSIS.key: result}, study.disclosure)
    return {each.name: each.chart for each in exhibits(released, [ANALYSIS], speaker(study, "fi"))}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[PeersResult, Study]:
    return _result(tmp_path_factory.mktemp("verrokit"))


def test_standing_in_the_last_year_of_each_indicator(town: tuple[PeersResult, Study]) -> None:
    rows = town[0].standing.set_index("indicator")
    assert list(rows.index) == ["10", "20"]  # 30 has no own value, 40 was not asked for
    # peers 8, 9, 10, 13: quartiles 8.75, 9.5, 10.75
    assert cells(rows, "10", ["year", "worse"]) == ["2022", "higher"]
    assert cells(rows, "10", ["value", "low", "median", "high", "place", "among", "cases", "per"]) == [
        20.0, 8.75, 9.5, 10.75, 1.0, 5.0, 200.0, 100.0,
    ]  # fmt: skip
    assert [end / 100 for end in cells(rows, "10", ["lower", "upper"])] == pytest.approx(wilson_limits(200, 1000))
    assert cells(rows, "20", ["year", "worse", "median", "place", "per"]) == ["2021", "unknown", 5.5, 1.0, 1000.0]


def test_places_and_trends_with_a_county_in_two_numbers(town: tuple[PeersResult, Study]) -> None:
    places = town[0].places
    of_first = places[places["indicator"] == "10"]
    assert of_first["region"].tolist() == ["1", "5", "4", "3", "2", "81", "99"]
    assert of_first["part"].tolist() == ["own", *["peer"] * 4, "county", "country"]
    trends = town[0].trends
    rows = trends[trends["indicator"] == "10"].set_index(["part", "year"])
    assert cells(rows, ("county", "2021"), ["value"]) == [11.0]  # the old number
    assert cells(rows, ("county", "2022"), ["value"]) == [12.0]  # the new one
    assert cells(rows, ("peer", "2022"), ["value", "regions"]) == [9.5, 4.0]


def test_the_gate_lets_public_numbers_pass_as_they_are(town: tuple[PeersResult, Study]) -> None:
    released = _released(*town)
    for name, table in released.tables.items():
        exact = getattr(town[0], name)
        pd.testing.assert_frame_equal(table.frame[list(exact.columns)], exact, check_dtype=False)
        assert table.hidden == 0


def test_charts_say_the_place_the_difference_and_the_change(town: tuple[PeersResult, Study]) -> None:
    charts = _charts(*town)
    overview, regions, trends = (charts[name].form for name in ("overview", "regions", "trends"))
    headlines = {name: chart.headline.replace("\u00a0", " ") for name, chart in charts.items()}
    assert headlines["overview"] == "Kauimpana verrokkien mediaanista (20,0 %, mediaani 9,5 %): Ilmoitukset, %"
    assert headlines["regions"] == "Mallila on suurin 5 alueesta vuonna 2022: 20,0 % (verrokkien mediaani 9,5 %)"
    assert headlines["trends"] == "Kasvoi vuosina 2021–2022 (10,0 % → 20,0 %): Ilmoitukset, %"
    assert isinstance(overview, Forest)
    first, second = overview.rows
    assert (first.colour, first.clear, first.n_text) == ("special", True, "1./5")
    assert first.text == "20,0\u00a0% / 9,5\u00a0%"
    assert first.value == pytest.approx(20 / 9.5)
    assert sorted(first.others) == pytest.approx([8 / 9.5, 9 / 9.5, 10 / 9.5, 13 / 9.5])
    assert (second.colour, second.clear) == ("neutral", False)
    assert isinstance(regions, Forest)
    assert [row.label for row in regions.rows] == [
        "Mallila", "Hiirola", "Jokiranta", "Merilä", "Koko maa", "Kuurila", "Alpola",
    ]  # fmt: skip
    assert regions.rows[2].lower is None  # the count behind the county's rate is not given
    assert isinstance(trends, Lines)
    keys = [line.key.replace("\u00a0", " ") for line in trends.lines]
    assert keys == ["", "11,0 % → 12,0 %", "10,0 % → 9,5 %", "10,0 % → 20,0 %"]
    assert "Sotkanet" in charts["trends"].footer


def test_the_signal_is_held_against_the_end_of_the_middle_half(town: tuple[PeersResult, Study]) -> None:
    (signal,) = _signals(*town)
    assert (signal.name, signal.reference_kind, signal.unit) == ("beside_peers", "peer", "share")
    assert (signal.value, signal.reference, signal.full) == pytest.approx((0.2, 0.1075, 0.0475))
    assert (signal.lower, signal.upper) == pytest.approx(wilson_limits(200, 1000))
    assert (signal.gap, signal.families) == (1.0, 200.0)


def _signals(result: PeersResult, study: Study) -> tuple[Signal, ...]:
    found = ANALYSIS.signals(_released(result, study)) if ANALYSIS.signals else ()
    return tuple(found)


def test_a_small_count_or_the_better_side_is_no_signal(tmp_path: Path) -> None:
    few = [(*row[:4], 6.0 if row[:3] == ("10", "1", 2022) else row[4]) for row in ROWS]
    (signal,) = _signals(*_result(tmp_path / "few", few))
    assert signal.certainty == 0.0  # 6 of 30: chance reaches the peers
    better = [{**PEERS["indicators"][0], "worse": "lower"}, {**PEERS["indicators"][1], "worse": "higher"}]  # type: ignore[dict-item]
    first, second = _signals(*_result(tmp_path / "better", indicators=better))
    assert first.gap == 0.0
    # two are judged now: each with limits of 97.5 %
    assert (first.lower, first.upper) == pytest.approx(wilson_limits(200, 1000, 0.975))
    assert second.unit == "number"


def test_too_few_peers_are_shown_and_not_judged(tmp_path: Path) -> None:
    result, study = _result(tmp_path, peers=["Alpola", "Kuurila"])
    assert result.standing["low"].isna().all()
    assert not _signals(result, study)
    assert "alle neljä" in _charts(result, study)["overview"].headline


def test_without_peers_the_charts_say_so(tmp_path: Path) -> None:
    result, study = _result(tmp_path, peers=[])
    charts = _charts(result, study)
    assert isinstance(charts["overview"].form, Notice)
    assert isinstance(charts["regions"].form, Notice)
    assert isinstance(charts["trends"].form, Lines)
    assert math.isnan(result.standing["median"].iloc[0])


def test_an_unknown_organiser_leaves_the_room_empty(tmp_path: Path) -> None:
    result, study = _result(tmp_path, region="", peers=[], county="")
    assert _released(result, study).status == "empty"
