"""baseline.needs: ten rows worked by hand, the study's list, what grows, which needs go together."""

from __future__ import annotations

import datetime
import functools
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.baseline.needs import ANALYSIS
from kumppanuus.baseline.needs.compute import MOST_NEEDS, NeedsParams, NeedsResult, compute
from kumppanuus.baseline.needs.expected import expected_of
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Heatmap, Notice, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.engine import count
from kumppanuus.study import Disclosure, Study
from tests.studies import Row, clients, register, relationships, toy_study

CODES = ("money", "school", "quarrel", "mood")
ROWS: list[Row] = [
    (1, "early", "2020-03-15", "2020-06-01"), (2, "special", "2020-05-01", "2020-09-01"),
    (3, "corrective", "2020-07-31", None), (4, "special", "2021-08-30", None),
]  # fmt: skip
# 1 and 2 are of one family; 2 comes of age on 15 May 2020, 4 turns 7 on the day of the record, 5 has no birth date.
PEOPLE = [(1, 9, "2010-05-05"), (2, 9, "2002-05-15"), (3, 3, "2001-01-01"), (4, 4, "2014-06-01"), (5, 5, None)]
NEEDS = [
    (1, "2020-03-01", "money", "contact", "north"),
    (1, "2020-04-01", "money", "assessment", "north"),
    (1, "2020-04-01", "school", "assessment", None),
    (2, "2020-05-14", "money", "contact", None),
    (2, "2021-04-01", "quarrel", "assessment", "south"),
    (3, "2020-05-02", "school", "contact", None),  # the corrective service begins 90 days later
    (4, "2021-06-01", "mood", None, "north"),  # the special one also 90 days later
    (5, "2020-12-31", "?", "contact", None),
    (5, "2020-12-31", "money", "plan", None),
    (5, "2019-12-31", "school", "contact", None),  # before the window
]


def _needs(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    kinds = (pa.uint64(), pa.date32(), pa.string(), pa.string(), pa.string())
    days = [datetime.date.fromisoformat(day) for day in columns[1]]
    values = (columns[0], days, *columns[2:])
    names = ("client", "date", "need", "stage", "area")
    return pa.table({name: pa.array(list(v), kind) for name, v, kind in zip(names, values, kinds, strict=True)})


def _study(**changes: Any) -> Study:
    return toy_study(needs=[{"code": code, "name": {"fi": f"Tarve {code}"}} for code in CODES], **changes)


def _hand(folder: Path) -> NeedsResult:
    study = _study()
    built = register(folder, study, 1, relationships=relationships(ROWS), clients=clients(PEOPLE), needs=_needs(NEEDS))
    return compute(count(ANALYSIS, NeedsParams(), built, study), NeedsParams(), pipeline.context_of(study, built.given))


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> NeedsResult:
    return _hand(tmp_path_factory.mktemp("needs"))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_ten_rows_by_hand(hand: NeedsResult) -> None:
    assert _cells(hand.everyone, "persons", "families") == [(5, 4)]
    assert _cells(hand.reasons, "need", "persons", "families") == [
        ("money", 3, 2), ("school", 2, 2), ("quarrel", 1, 1), ("mood", 1, 1), ("unknown", 1, 1),
    ]  # fmt: skip
    assert _cells(hand.years, "year", "days_seen", "persons", "families") == [("2020", 366, 4, 3), ("2021", 365, 2, 2)]
    assert _cells(hand.year_reasons, "need", "year", "families", "persons") == [
        ("money", "2020", 2, 3), ("school", "2020", 2, 2), ("quarrel", "2021", 1, 1), ("mood", "2021", 1, 1),
        ("unknown", "2020", 1, 1),
    ]  # fmt: skip
    assert _cells(hand.stages, "stage", "families") == [("contact", 3), ("assessment", 1), ("plan", 1), ("unknown", 1)]
    assert _cells(hand.stage_reasons[hand.stage_reasons["need"] == "money"], "stage", "families", "persons") == [
        ("contact", 1, 2), ("assessment", 1, 1), ("plan", 1, 1),
    ]  # fmt: skip


def test_ages_are_those_of_the_day_of_the_record(hand: NeedsResult) -> None:
    """A family with members of two ages is in both; 2 is still 17 on 14 May and of age in 2021."""
    assert _cells(hand.ages, "need_age", "persons", "families") == [
        ("07-12", 2, 2), ("13-17", 1, 1), ("18+", 2, 2), ("unknown", 1, 1),
    ]  # fmt: skip
    money = hand.age_reasons[hand.age_reasons["need"] == "money"]
    assert _cells(money, "need_age", "families") == [("07-12", 1), ("13-17", 1), ("unknown", 1)]


def test_a_family_has_one_area_and_one_level(hand: NeedsResult) -> None:
    """The area of the last record that names one; the highest level open within 90 days of any record."""
    assert _cells(hand.areas, "need_area", "families") == [("north", 1), ("south", 1), ("unknown", 2)]
    assert _cells(hand.levels, "need_level", "persons", "families") == [
        ("none", 1, 1), ("special", 3, 2), ("corrective", 1, 1),
    ]  # fmt: skip
    assert _cells(hand.level_reasons[hand.level_reasons["need"] == "school"], "need_level", "families") == [
        ("special", 1), ("corrective", 1),
    ]  # fmt: skip


def test_members_of_a_pair_are_those_with_either(hand: NeedsResult) -> None:
    assert _cells(hand.pairs, "first", "second", "persons", "families") == [
        ("money", "quarrel", 2, 1), ("money", "school", 2, 1), ("quarrel", "school", 2, 1),
    ]  # fmt: skip


def test_without_a_list_all_needs_are_unknown(tmp_path: Path) -> None:
    study = toy_study()
    built = register(tmp_path, study, 1, relationships=relationships(ROWS), needs=_needs(NEEDS))
    result = compute(
        count(ANALYSIS, NeedsParams(), built, study), NeedsParams(), pipeline.context_of(study, built.given)
    )
    assert _cells(result.reasons, "need", "families") == [("unknown", 5)]
    assert result.pairs.empty


def test_the_study_names_its_needs_once() -> None:
    assert speaker(_study(), "sv").label("needs", "money") == "Tarve money"
    assert speaker(_study(), "fi").label("needs", "?") == "tuntematon koodi"
    with pytest.raises(ValidationError, match="needs: code given twice: money"):
        toy_study(needs=[{"code": "money", "name": {"fi": name}} for name in "ab"])


SHARES = {"money": 0.4, "school": 0.3, "quarrel": 0.25, "mood": 0.2}
YEARS = {"2020": 366, "2021": 365, "2022": 365}


def _counts(families: int, grown: Mapping[tuple[str, str, str], float] | None = None) -> dict[str, pd.DataFrame]:
    """Counts of a register in which every group has the same shares but those named: (breakdown, need, code)."""
    groups = {
        "year": [*YEARS], "stage": ["contact", "assessment"], "need_age": ["00-06", "07-12", "13-17"],
        "need_area": ["north", "south"], "need_level": ["none", "early", "special"],
    }  # fmt: skip
    rows: list[tuple[str, str, str, int]] = [("everyone", "", "", 3 * families)]
    rows += [("need", need, "", round(3 * families * share)) for need, share in SHARES.items()]
    rows += [
        ("place", need, str(place), round(3 * families * share)) for place, (need, share) in enumerate(SHARES.items())
    ]
    for breakdown, codes in groups.items():
        size = 3 * families // len(codes)
        rows += [(breakdown, "", code, size) for code in codes]
        rows += [
            (breakdown, need, code, round(size * (grown or {}).get((breakdown, need, code), share)))
            for need, share in SHARES.items()
            for code in codes
        ]
    frame = pd.DataFrame(rows, columns=["breakdown", "need", "code", "families"])
    pairs = [(a, b, round(3 * families * SHARES[a] * SHARES[b] * (3 if (a, b) == ("quarrel", "school") else 1)))
             for a, b in itertools.combinations(sorted(SHARES), 2)]  # fmt: skip
    together = pd.DataFrame(pairs, columns=["first", "second", "families"])
    dice = np.random.default_rng(1)
    has = dice.random((3 * families, len(CODES))) < [SHARES[code] for code in CODES]
    low, n = np.unique(has @ (1 << np.arange(len(CODES))), return_counts=True)
    return {
        "people": frame.assign(families=frame["families"].astype(float), persons=frame["families"] * 1.0),
        "pairs": together.assign(persons=together["families"] * 2.0, families=together["families"] * 1.0),
        "sets": pd.DataFrame({"low": low[low > 0], "families": n[low > 0].astype(float)}),
    }


def _released(counts: Mapping[str, pd.DataFrame]) -> ReleasedResult:
    context = Context({"early": "early"}, YEARS, 1096, frozenset({"needs"}))
    result = compute(counts, NeedsParams(samples=60), context)
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


FAR = {
    ("year", "mood", "2022"): 0.36, ("stage", "quarrel", "assessment"): 0.4, ("need_age", "school", "13-17"): 0.5,
    ("need_area", "money", "south"): 0.2, ("need_level", "mood", "special"): 0.4,
}  # fmt: skip


@functools.cache
def _case(name: str) -> ReleasedResult:
    """The same shares everywhere; one share apart in each breakdown; few families; no areas and services."""
    if name == "poor":
        counts = _counts(400)
        people = counts["people"][~counts["people"]["code"].isin(["assessment", "south", "early", "special"])]
        return _released({**counts, "people": people.replace({"code": {"north": "unknown"}})})
    return _released(_counts(9 if name == "small" else 400, FAR if name == "apart" else None))


def _say(language: str = "fi") -> Say:
    return speaker(_study(), language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def _chart(released: ReleasedResult, name: str, language: str = "fi") -> Chart:
    chart = ANALYSIS.charts[name](released, _say(language))
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("name", [*ANALYSIS.charts])
def test_charts_hold_in_every_language(name: str) -> None:
    for language in LANGUAGES:
        assert not lint_figure(figure(_chart(_case("apart"), name, language))), language


def test_headlines_say_what_is_clear_and_nothing_else() -> None:
    assert _chart(_case("apart"), "years").headline.startswith("Tarve mood on yleistynyt: 35")
    assert "ei ole selvästi muuttunut" in _chart(_case("plain"), "years").headline
    assert "useammin vasta arvioinnissa" in _chart(_case("apart"), "stages").headline
    assert "mikään tarve ei ole selvästi yleisempi" in _chart(_case("plain"), "stages").headline
    assert _chart(_case("apart"), "ages").headline.startswith("Tarve school, 13–17-vuotiaat: 5")
    assert (
        "yleisempi kuin muilla alueilla" in _chart(_case("apart"), "areas").headline
    )  # in the north, as it is rarer in the south
    assert "joiden korkein taso on erityispalvelut, enemmän" in _chart(_case("apart"), "levels").headline
    assert "Tarve quarrel + Tarve school" in _chart(_case("plain"), "pairs").headline.replace("\n", " ")
    for name in ("ages", "areas", "levels"):
        assert "ei näy selviä eroja" in _chart(_case("plain"), name).headline


def test_forms_are_those_of_the_question_and_small_registers_say_why() -> None:
    assert isinstance(_chart(_case("plain"), "stages").form, Dumbbell)
    assert isinstance(_chart(_case("poor"), "stages").form, Bars)
    assert isinstance(_chart(_case("plain"), "ages").form, Heatmap)
    assert isinstance(_chart(_case("poor"), "areas").form, Notice)
    assert isinstance(_chart(_case("poor"), "levels").form, Notice)
    for name in ("years", "ages", "areas", "levels", "pairs"):
        assert isinstance(_chart(_case("small"), name).form, Notice), name


def test_only_what_has_surely_grown_is_a_signal() -> None:
    assert ANALYSIS.signals is not None
    found = {signal.words[0][2]: signal for signal in ANALYSIS.signals(_case("apart"))}
    assert found["mood"].gap * found["mood"].certainty > 0.3
    assert found["mood"].reference == 0.2
    assert all(signal.gap * signal.certainty == 0 for need, signal in found.items() if need != "mood")
    assert all(signal.certainty == 0 for signal in ANALYSIS.signals(_case("plain")))
    assert ANALYSIS.signals(_case("small")) == ()


def test_a_pair_that_chance_does_not_explain_is_marked() -> None:
    found = {(first, second): (mark, ratio) for first, second, mark, ratio in
             _cells(_case("plain")["pairs"], "first", "second", "mark", "ratio")}  # fmt: skip
    mark, ratio = found.pop(("quarrel", "school"))
    assert mark == 1
    assert ratio > 2
    assert {mark for mark, _ in found.values()} == {0}


def test_a_sample_tells_the_ratio_of_the_whole() -> None:
    """Half of the families: twice their expectation is expected, the spread is left as wide."""
    counts, places = _counts(400), pd.DataFrame({"need": CODES, "place": range(len(CODES))})
    sizes = pd.DataFrame({"need": CODES}).assign(families=[
        float(counts["sets"]["families"][(counts["sets"]["low"].to_numpy() >> bit) & 1 == 1].sum()) for bit in range(4)
    ])  # fmt: skip
    whole = expected_of(counts["sets"], places, sizes, 1, 60)
    half = expected_of(counts["sets"], places, sizes.assign(families=2 * sizes["families"]), 1, 60)
    assert (whole.sampled, half.sampled) == (False, True)
    np.testing.assert_allclose(half.together, 2 * whole.together)
    np.testing.assert_allclose(half.spread, 2 * whole.spread)


def test_what_is_told_of_groups_is_of_the_largest_needs() -> None:
    rows = [("everyone", "", "", 900.0), *(("need", f"n{place:02d}", "", 300.0 - place) for place in range(12))]
    rows += [("need_area", need, "north", 100.0) for need in ["", *(f"n{place:02d}" for place in range(12))]]
    rows += [("place", f"n{place:02d}", str(place), 300.0 - place) for place in range(12)]
    people = pd.DataFrame(rows, columns=["breakdown", "need", "code", "families"])
    empty = {"pairs": pd.DataFrame(columns=["first", "second", "persons", "families"]),
             "sets": pd.DataFrame({"low": np.zeros(0, dtype=np.int64), "families": np.zeros(0)})}  # fmt: skip
    context = Context({}, YEARS, 1096, frozenset())
    result = compute({"people": people.assign(persons=people["families"]), **empty}, NeedsParams(), context)
    assert result.area_reasons["need"].nunique() == MOST_NEEDS
    assert result.reasons["need"].nunique() == 12
