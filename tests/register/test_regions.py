"""Who the organiser and its peers are: by name and category, through a change of numbers."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from kumppanuus.errors import StudyError
from kumppanuus.register.regions import known_peers
from kumppanuus.study import LANGUAGES, Study
from kumppanuus.study_peers import Peers
from tests.studies import toy_study

REGIONS = [
    ("5", "KUNTA", "Mallila", "Mallby", None, "32 1"),
    ("6", "KUNTA", "Alpola", None, None, "32 1"),
    ("7", "KUNTA", "Kuurila", None, None, "32 1"),
    ("8", "KUNTA", "Suurila", None, None, "33 1"),
    ("9", "KUNTA", "Merilä", None, None, "33 1"),
    ("12", "HYVINVOINTIALUE", "Mallila", None, None, "1"),  # a county of the same name, in its old number ...
    ("32", "HYVINVOINTIALUE", "Mallila", None, None, "1"),  # ... and its new one
    ("33", "HYVINVOINTIALUE", "Rannikko", None, None, "1"),
    ("1", "MAA", "Koko maa", "Hela landet", "Whole country", None),
]
VALUES: list[tuple[str, str, int, float | None]] = [
    ("127", "5", 2023, 100.0), ("127", "6", 2023, 130.0), ("127", "7", 2023, 80.0), ("127", "8", 2023, 900.0),
    ("127", "9", 2023, 95.0),
    ("1086", "5", 2022, 10.0), ("1086", "5", 2023, 11.0),
    ("1086", "12", 2021, 8.0), ("1086", "32", 2022, 9.0), ("1086", "32", 2023, 9.5),
]  # fmt: skip


def _tables(values: list[tuple[str, str, int, float | None]] = VALUES, regions: Any = REGIONS) -> dict[str, pa.Table]:
    names = ("region", "category", "name_fi", "name_sv", "name_en", "member_of")
    columns = dict(zip(names, zip(*regions, strict=True), strict=True))
    facts = {"indicator": ["1086"], "title_fi": ["Ilmoitukset, %"], "title_sv": [None],
             "definition_fi": [" Osuus \n% "], "definition_sv": [None], "definition_en": ["Share"],
             "source_fi": ["THL"]}  # fmt: skip
    indicator, region, year, value = zip(*values, strict=True)
    return {
        "indicators": pa.table({"indicator": indicator, "region": region, "year": year, "gender": ["total"] * len(year),
                                "value": pa.array(value, pa.float64()), "absolute": pa.nulls(len(year), pa.float64())}),
        "regions": pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()}),
        "indicator_facts": pa.table({name: pa.array(each, pa.string()) for name, each in facts.items()}),
    }  # fmt: skip


def _study(**peers: Any) -> Study:
    return toy_study(peers=peers)


def _parts(peers: Peers) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for region in peers.regions:
        found.setdefault(region.part, []).append(region.numbers)
    return found


def test_a_name_means_its_category_and_all_its_numbers() -> None:
    found = known_peers(_study(region="mallila", peers=["Alpola", "7"]), _tables())
    assert _parts(found) == {"own": [("5",)], "peer": [("6",), ("7",)], "county": [("32", "12")], "country": [("1",)]}
    county = next(region for region in found.regions if region.part == "county")
    assert (county.code, county.name.fi) == ("32", "Mallila")
    swedish = known_peers(_study(region="Mallby"), _tables())
    assert _parts(swedish)["own"] == [("5",)]


def test_an_organiser_that_is_a_county_has_all_others_as_peers() -> None:
    found = known_peers(_study(region="Mallila", category="HYVINVOINTIALUE"), _tables())
    assert _parts(found) == {"own": [("32", "12")], "peer": [("33",)], "country": [("1",)]}


def test_the_nearest_by_an_indicator() -> None:
    found = known_peers(_study(region="Mallila", nearest_by="127", nearest=3), _tables())
    assert _parts(found)["peer"] == [("9",), ("7",), ("6",)]  # 95, 80, 130 of 100: |log| 0.05, 0.22, 0.26


def test_the_number_in_use_is_the_one_whose_values_reach_the_latest_year() -> None:
    values = [row for row in VALUES if row[1] not in ("12", "32")]
    values += [("1086", "12", 2024, 1.0), ("1086", "32", 2020, 2.0)]
    assert _parts(known_peers(_study(region="5"), _tables(values)))["county"] == [("12", "32")]


def test_numbers_that_agree_on_a_year_are_one_region_and_those_that_differ_are_refused() -> None:
    same = [*VALUES, ("1086", "12", 2022, 9.0)]
    assert _parts(known_peers(_study(region="5"), _tables(same)))["county"] == [("32", "12")]
    with pytest.raises(StudyError) as told:
        known_peers(_study(region="5"), _tables([*VALUES, ("1086", "12", 2022, 7.0)]))
    assert told.value.code == "KU233"
    assert told.value.facts == {"region": "Mallila", "numbers": "32, 12 (2022)"}


def test_one_name_for_two_regions_is_refused() -> None:
    twice = [*REGIONS, ("10", "KUNTA", "Lillby", "Mallila", None, None)]
    with pytest.raises(StudyError) as told:
        known_peers(_study(region="Mallila"), _tables(regions=twice))
    assert told.value.code == "KU233"


@pytest.mark.parametrize("peers", [{"region": "Malila"}, {"region": "Mallila", "peers": ["Alpla"]}])
def test_a_name_that_is_not_there_is_told_with_the_nearest(peers: dict[str, Any]) -> None:
    with pytest.raises(StudyError) as told:
        known_peers(_study(**peers), _tables())
    assert told.value.code == "KU232"
    assert told.value.facts["near"] in ("Mallila", "Alpola")


def test_a_study_that_says_nothing_is_left_as_it_is() -> None:
    assert known_peers(_study(), _tables()).regions == ()  # the organiser is no region
    assert known_peers(_study(region="Mallila"), {}) == _study(region="Mallila").peers
    of_its_name = known_peers(toy_study(study={"organiser": "Mallila"}), _tables())
    assert _parts(of_its_name)["own"] == [("5",)]
    assert [each.indicator for each in of_its_name.indicators] == ["127", "1086"]


def test_words_of_the_facts_and_those_of_the_study() -> None:
    asked = [{"indicator": 1086, "source": {"fi": "Oma lähde"}}, {"indicator": "127", "worse": "lower"}]
    first, second = known_peers(_study(region="Mallila", indicators=asked), _tables()).indicators
    assert first.title is not None
    assert (first.title.fi, first.per) == ("Ilmoitukset, %", 100)
    assert first.definition is not None
    assert [first.definition.of(language) for language in LANGUAGES] == ["Osuus %", "Osuus %", "Share"]
    assert first.source is not None
    assert first.source.fi == "Oma lähde"
    assert second.title is not None
    assert (second.title.of("en"), second.per, second.worse) == ("Indicator 127", 0, "lower")


@pytest.mark.parametrize(
    ("title", "per"),
    [("Asiakkaat / 1 000 alle 18-vuotiasta", 1000), ("Menot, euroa / 1 000 as.", 0), ("Osuus, %", 100), ("Väestö", 0),
     ("Tapaukset / 100 000", 100_000)],
)  # fmt: skip
def test_what_a_rate_is_of(title: str, per: int) -> None:
    (found,) = known_peers(_study(indicators=[{"indicator": "1", "title": {"fi": title}}]), _tables()).indicators
    assert found.per == per
