"""baseline.equity: a register of ten rows worked by hand, ratios by another route, small areas, what is missing."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.baseline.equity import ANALYSIS
from kumppanuus.baseline.equity.compute import CHILDREN, EquityParams, EquityResult, compute, inhabitants_of
from kumppanuus.baseline.equity.groups import standardised
from kumppanuus.baseline.equity.ratios import HIDDEN, SMALL_AREAS, area_ratios
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, Forest, Funnel, Notice, figure, lint_figure
from kumppanuus.forms.forest import ratios_of_classes
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle import distribution
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.engine import count
from kumppanuus.register.store import Register
from kumppanuus.report.store import stored_run
from kumppanuus.study import Disclosure, load_study
from tests.conftest import Shell
from tests.demo_run import demo_run
from tests.studies import Row, clients, register, relationships, toy_study

SEXES = ("female", "male")
ROWS: list[Row] = [
    (1, "early", "2021-03-01", "2021-05-01"), (1, "special", "2021-06-01", None), (2, "early", "2021-01-01", None),
    (3, "corrective", "2020-05-01", None), (4, "early", "2021-02-01", "2021-02-02"), (5, "early", "2020-01-01", None),
    (6, "early", "2020-01-01", "2021-01-01"), (7, "special", "2021-05-01", None), (7, "corrective", "2021-05-01", None),
]  # fmt: skip
# 1 and 2 are of one family; 4 has no birth date, 5 is grown up; 6 left before 2021; 7's area and sex are not known.
PEOPLE = [(1, 9, "2016-02-02"), (2, 9, "2010-02-02"), (3, 3, "2005-02-02"), (4, 4, None), (5, 5, "1990-01-01"),
          (6, 6, "2015-01-01"), (7, 7, "2015-01-01")]  # fmt: skip
AREAS = {1: "north", 2: "north", 3: "south", 4: "north", 5: "south", 6: "south"}
BY_SEX = [(area, 2021, low, high, sex, n) for (area, n), (low, high), sex in itertools.product(
    (("north", 10), ("south", 20)), ((0, 6), (7, 12), (13, 17), (18, 99)), SEXES)]  # fmt: skip


def _set(table: pa.Table, column: str, values: Mapping[int, str]) -> pa.Table:
    found = pa.array([values.get(client) for client in table["client"].to_pylist()], pa.string())
    return table.set_column(table.schema.get_field_index(column), column, found)


def _population(rows: list[tuple[Any, ...]]) -> pa.Table:
    names = ("area", "year", "age_from", "age_to", "sex", "persons")
    kinds = (pa.string(), pa.int64(), pa.int64(), pa.int64(), pa.string(), pa.int64())
    return pa.table(
        {n: pa.array([row[at] for row in rows], kind) for at, (n, kind) in enumerate(zip(names, kinds, strict=True))}
    )


def _built(folder: Path, population: list[tuple[Any, ...]]) -> Register:
    people = _set(clients(PEOPLE), "sex", {1: "female", 2: "male", 3: "male", 4: "male"})
    people = _set(people, "area", AREAS)
    return register(folder, toy_study(), relationships=relationships(ROWS), clients=people,
                    population=_population(population))  # fmt: skip


def _result(folder: Path, population: list[tuple[Any, ...]]) -> EquityResult:
    built, study = _built(folder, population), toy_study()
    counts = count(ANALYSIS, EquityParams(), built, study)
    return compute(counts, EquityParams(), pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_ten_rows_by_hand(tmp_path: Path) -> None:
    found = _result(tmp_path, BY_SEX)
    assert _cells(found.children, "year", "days_seen", "clear_percent", "persons", "families", "population") == [
        ("2021", 365, 90, 4, 3, 180)
    ]
    assert _cells(found.areas, "area", "persons", "families") == [("north", 2, 1), ("south", 1, 1), ("unknown", 1, 1)]
    assert found.areas["population"].tolist()[:2] == [60, 120]
    assert _cells(found.strata, "age_in_year", "sex", "persons", "population")[0] == ("00-06", "female", 1, 30)
    assert set(_cells(found.strata, "age_in_year", "sex", "persons")) == {
        ("00-06", "female", 1), ("07-12", "male", 1), ("13-17", "male", 1), ("00-06", "unknown", 1),
    }  # fmt: skip
    assert _cells(found.supports, "support", "persons", "families") == [("lighter", 2, 1), ("heavier", 3, 3)]
    assert _cells(found.support_areas, "support", "area", "persons") == [
        ("lighter", "north", 2), ("heavier", "north", 1), ("heavier", "south", 1), ("heavier", "unknown", 1),
    ]  # fmt: skip
    assert ("heavier", "00-06", "unknown", 1) in _cells(
        found.support_strata, "support", "age_in_year", "sex", "persons"
    )
    assert len(found.inhabitants) == 2 * 3 * 2


def test_the_same_children_as_in_distribution(tmp_path: Path) -> None:
    built, study = _built(tmp_path, BY_SEX), toy_study()
    context = pipeline.context_of(study, built.given)
    params = distribution.DistributionParams()
    other = distribution.compute(count(distribution.ANALYSIS, params, built, study), params, context)
    mine = compute(count(ANALYSIS, EquityParams(), built, study), EquityParams(), context)
    columns = ["area", "persons", "families", "population"]
    pd.testing.assert_frame_equal(mine.areas[columns], other.areas[columns], check_dtype=False)
    assert mine.children["population"].tolist() == other.children["population"].tolist() == [180]


@pytest.mark.parametrize(
    ("population", "ages", "sexes"),
    [
        (BY_SEX, set(CHILDREN), set(SEXES)),
        ([(*row[:4], None, row[5]) for row in BY_SEX[::2]], set(CHILDREN), {"unknown"}),
        ([*BY_SEX, ("west", 2021, 0, 6, None, 5), ("west", 2021, 7, 17, None, 5)], {"unknown"}, {"unknown"}),
        ([*BY_SEX, ("west", 2021, 0, 14, None, 5)], set(), set()),
        ([row for row in BY_SEX if row[4] == "male"], set(), set()),  # one sex alone is not everybody
        ([*BY_SEX, ("north", 2021, 0, 6, None, 20)], set(), set()),  # by sex and as a whole: told twice
    ],
    ids=["age and sex", "age", "all children", "not all ages", "boys only", "twice"],
)
def test_inhabitants_in_the_finest_detail_that_all_areas_give(
    population: list[tuple[Any, ...]], ages: set[str], sexes: set[str], tmp_path: Path
) -> None:
    head, _, rest = ANALYSIS.counts.read_text(encoding="utf-8").partition("-- table: people")
    (tmp_path / "counts.sql").write_text(head + rest[rest.index("-- prepare: given") :], encoding="utf-8")
    alone = dataclasses.replace(ANALYSIS, counts=tmp_path / "counts.sql")  # nothing is derived for it
    counted = count(alone, EquityParams(), _built(tmp_path, population), toy_study())["population"]
    found = inhabitants_of(counted)
    assert (set(found["age_in_year"]), set(found["sex"])) == (ages, sexes)


# ---------------------------------------------------------------------------------------------------------------
# Ratios and charts

BASE = {area: np.array([[250, 260], [300, 310], [240, 250]]) * size for area, size in
        (("centre", 4), ("east", 3), ("west", 2), ("village", 1))}  # fmt: skip
RATES = np.array([[0.10, 0.12], [0.20, 0.22], [0.15, 0.18]])


def _town(factors: Mapping[str, float], base: Mapping[str, np.ndarray] = BASE, rates: np.ndarray = RATES,
          sexes: bool = True) -> EquityResult:  # fmt: skip
    """A town whose areas have so many times the clients that age and sex let expect; 0.7 families a child."""
    seen = {area: np.round(people * rates * factors.get(area, 1.0)).astype(int) for area, people in base.items()}
    strata = sum(seen.values())
    cells = [(age, sex, i, j) for i, age in enumerate(CHILDREN) for j, sex in enumerate(SEXES)]
    of = lambda n: {"persons": n, "families": -(-n * 7 // 10)}  # noqa: E731
    frames: dict[str, list[dict[str, Any]]] = {
        "children": [{**of(int(strata.sum())), "days_seen": 365, "clear_percent": 90,
                      "population": sum(int(each.sum()) for each in base.values())}],
        "areas": [{"area": area, **of(int(n.sum())), "population": int(base[area].sum())} for area, n in seen.items()],
        "strata": [{"age_in_year": age, "sex": sex, **of(int(strata[i, j])),
                    "population": sum(float(each[i, j]) for each in base.values()) if sexes else np.nan}
                   for age, sex, i, j in cells],
        "supports": [], "support_areas": [], "support_strata": [],
        "inhabitants": [{"area": area, "age_in_year": age, "sex": sex if sexes else "unknown",
                         "population": int(people[i, j] if sexes else people[i].sum())}
                        for area, people in base.items() for age, sex, i, j in cells if sexes or j == 0],
    }  # fmt: skip
    for support, share in (("lighter", 0.7), ("heavier", 0.5)):
        part = {area: np.floor(n * share).astype(int) for area, n in seen.items()}
        whole = sum(part.values())
        frames["supports"].append({"support": support, **of(int(whole.sum()))})
        frames["support_areas"] += [{"support": support, "area": area, **of(int(n.sum()))} for area, n in part.items()]
        frames["support_strata"] += [{"support": support, "age_in_year": age, "sex": sex, **of(int(whole[i, j]))}
                                     for age, sex, i, j in cells]  # fmt: skip
    made = {}
    for name, table in EquityResult.tables().items():
        made[name] = pd.DataFrame(frames[name]).assign(year="2021").reindex(columns=list(table.columns))
    return EquityResult(**made)


def _released(result: EquityResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


NEUTRAL, UNEQUAL = _released(_town({})), _released(_town({"village": 0.5}))
MANY = _released(_town({"a3": 0.4}, {f"a{n}": BASE["village"] * (1 + n % 5) // 2 for n in range(20)}))
SMALL = _released(_town({}, {"centre": BASE["centre"], "east": BASE["east"],
                             **{f"v{n}": np.full((3, 2), size) for n, size in enumerate((5, 8, 10, 12))}}))  # fmt: skip
TINY = _released(_town({}, {"a": np.full((3, 2), 9), "b": np.full((3, 2), 9)}))


def test_ratios_by_another_route() -> None:
    """Every expected number as a sum over ages and sexes of inhabitants times published clients over inhabitants."""
    rows = area_ratios(UNEQUAL).rows.set_index("area")
    strata = UNEQUAL["strata"].set_index(["age_in_year", "sex"])
    wanted = {
        area: sum(people[i, j] * strata.loc[(age, sex), "persons"] / strata.loc[(age, sex), "population"]
                  for i, age in enumerate(CHILDREN) for j, sex in enumerate(SEXES))
        for area, people in BASE.items()
    }  # fmt: skip
    scale = rows["persons"].sum() / sum(wanted.values())
    assert scale == pytest.approx(1, abs=0.02)
    for area, expected in wanted.items():
        assert rows.loc[area, "expected"] == pytest.approx(expected * scale)
        assert rows.loc[area, "value"] == pytest.approx(rows.loc[area, "persons"] / (expected * scale), abs=0.05)
    assert rows["clear"].to_dict() == {"centre": False, "east": False, "west": False, "village": True}
    assert rows.loc["village", "upper"] < 0.8 < rows.loc["centre", "lower"]


def test_by_age_alone_and_with_no_age_at_all() -> None:
    whole = _town({"village": 0.5}, sexes=False)
    by_age = area_ratios(_released(whole)).rows.set_index("area")["value"]
    assert by_age["village"] == pytest.approx(0.51, abs=0.02)
    people = whole.inhabitants.groupby("area", as_index=False)["population"].sum()
    none = people.assign(age_in_year="unknown", sex="unknown", year="2021")[list(whole.inhabitants.columns)]
    crude = _released(EquityResult(**{**{n: getattr(whole, n) for n in whole.tables()}, "inhabitants": none}))
    rows, areas = area_ratios(crude).rows.set_index("area"), crude["areas"].set_index("area")
    rate = areas["persons"].sum() / areas["population"].sum()
    assert rows["expected"].to_dict() == pytest.approx((areas["population"] * rate).to_dict())


def test_small_areas_are_judged_together_between_what_is_published() -> None:
    """Four hamlets of 5 to 12 children as clients: one alone could not be told, together they can."""
    rows = area_ratios(SMALL).rows.set_index("area")
    assert set(rows.index) == {"centre", "east", SMALL_AREAS}
    together, areas = rows.loc[SMALL_AREAS], SMALL["areas"].set_index("area")["persons"]
    truth = sum(np.round(np.full((3, 2), size) * RATES).sum() for size in (5, 8, 10, 12))
    assert areas[["v0", "v1", "v2", "v3"]].isna().any()  # the gate hides some of them
    assert together["least"] <= truth <= together["most"]
    assert together["lower"] <= 1 <= together["upper"]
    assert together["families"] is not None
    assert np.isnan(together["families"])
    assert rows["persons"].sum() == pytest.approx(rows["expected"].sum(), rel=0.15)


def test_a_hidden_stratum_is_taken_for_three() -> None:
    base = {area: np.vstack([people[:2], [[20, 15]]]) for area, people in BASE.items()}
    found = _released(_town({}, base, np.vstack([RATES[:2], [[0.05, 0.05]]])))
    hidden = found["strata"].set_index(["age_in_year", "sex"])["persons"].isna()
    assert hidden[("13-17", "female")]
    rows = area_ratios(found).rows
    assert rows["value"].notna().all()
    assert not rows["clear"].any()
    assert HIDDEN == 3


def test_chance_alone_seldom_names_an_area() -> None:
    """300 towns whose areas differ by chance only, siblings together: at most one in twenty has a named area."""
    rng = np.random.default_rng(5)
    expected = np.array([600.0, 430, 310, 220])
    pairs = rng.poisson(expected * 0.25, (300, 4))
    seen = 2.0 * pairs + rng.poisson(expected * 0.5, (300, 4))
    homes = seen - pairs
    published, families = (np.ceil(each / 6) * 6 - 3 for each in (seen, homes))
    wanted = expected * (seen.sum(axis=1) / expected.sum())[:, None]
    found = ratios_of_classes(
        published.ravel(),
        *ends_of_class(published.ravel()),
        families.ravel(),
        wanted.ravel(),
        confidence_of_each(0.95, 4),
    )
    named = ((found["lower"] > 1) | (found["upper"] < 1)).to_numpy().reshape(300, 4).any(axis=1)
    assert named.mean() <= 0.05


def test_girls_and_boys_with_age_held_equal() -> None:
    strata = UNEQUAL["strata"].assign(families=np.nan)
    found = standardised(strata.assign(value=1.0))
    standard = strata.groupby("age_in_year")["population"].sum()
    for sex in SEXES:
        rows = strata[strata["sex"] == sex].set_index("age_in_year")
        rate = (rows["persons"] / rows["population"] * standard).sum() / standard.sum()
        assert found.rates.loc[sex, "value"] == round(1000 * rate)
        assert found.rates.loc[sex, "lower"] < 1000 * rate < found.rates.loc[sex, "upper"]
    value, lower, upper = found.ratio
    assert lower < value < upper
    assert value == pytest.approx(found.rates.loc["male", "value"] / found.rates.loc["female", "value"], abs=0.02)


def test_signals_stand_for_every_area_and_only_the_village_is_certain() -> None:
    found = {signal.words[0][2]: signal for signal in ANALYSIS.signals(UNEQUAL)}  # type: ignore[misc]
    assert set(found) == set(BASE)
    assert {area for area, signal in found.items() if signal.certainty > 0} == {"village"}
    assert found["village"].gap > 0.9
    assert found["village"].reference == 0.9
    assert not [signal for signal in ANALYSIS.signals(NEUTRAL) if signal.certainty > 0]  # type: ignore[misc]


def _drawn(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    names = {
        "areas": {**{area: area.capitalize() for area in BASE}, **{f"a{n}": f"Area number {n}" for n in range(20)}}
    }
    say = Say(language, read_texts(ANALYSIS.messages), names)  # type: ignore[arg-type]
    chart = ANALYSIS.charts[name](released, say)
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("name", list(ANALYSIS.charts))
@pytest.mark.parametrize("released", [UNEQUAL, NEUTRAL, MANY, SMALL, TINY],
                         ids=["unequal", "neutral", "many", "small", "tiny"])  # fmt: skip
def test_every_chart_is_legible(name: str, released: ReleasedResult) -> None:
    for language in LANGUAGES if any(released is each for each in (UNEQUAL, MANY)) else ("sv",):
        chart = _drawn(name, released, language)
        assert len(chart.headline) <= 110
        assert lint_figure(figure(chart)) == []
    assert isinstance(chart.form, Notice) == (released is TINY)


def test_headlines_name_the_area_or_say_that_there_is_none() -> None:
    assert _drawn("areas", UNEQUAL).headline == (
        "Village: palveluissa oli lapsia vain noin 51\u00a0% siitä, mitä ikä ja sukupuoli antavat odottaa (2021)"
    )
    assert _drawn("areas", NEUTRAL).headline == "Mikään alue ei eroa selvästi odotetusta vuonna 2021"
    assert "yksi eroaa" in _drawn("funnel", UNEQUAL).headline
    assert "voivat olla sattumaa" in _drawn("funnel", NEUTRAL).headline
    assert "sekä kevyemmässä" in _drawn("supports", UNEQUAL).headline
    assert isinstance(_drawn("areas", UNEQUAL).form, Forest)
    assert isinstance(_drawn("funnel", UNEQUAL).form, Funnel)
    form = _drawn("groups", UNEQUAL).form
    assert isinstance(form, Dumbbell)
    assert [row.start is not None and row.end is not None for row in form.rows] == [True] * 4


def test_nobody_in_support_of_a_known_level() -> None:
    whole = _town({})
    empty = {n: getattr(whole, n).iloc[:0] for n in ("supports", "support_areas", "support_strata")}
    chart = _drawn("supports", _released(dataclasses.replace(whole, **empty)))
    assert isinstance(chart.form, Notice)


def test_without_inhabitants_it_says_so() -> None:
    whole = _town({})
    without = EquityResult(**{**{n: getattr(whole, n) for n in whole.tables()},
                              "inhabitants": whole.inhabitants.iloc[:0]})  # fmt: skip
    released, by_age = _released(without), _released(_town({}, sexes=False))
    for name in ANALYSIS.charts:
        chart = _drawn(name, released)
        assert isinstance(chart.form, Notice)
        assert "asukkaita ei ole annettu" in chart.headline
    assert "iän ja sukupuolen mukaan" in _drawn("groups", by_age).headline
    assert "vakioitu vain iän mukaan" in _drawn("areas", by_age).footer


def test_the_demo_as_its_truth_tells(tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell) -> None:
    """Ratios of 2025 from what was published against those of the clean town, counted without the register."""
    made = demo_run(tmp_path_factory, worker_id, shell)
    study = load_study(made.folder)
    kept = stored_run(study, load_or_make_key(study.state_folder, may_make=False))
    truth = json.loads((made.folder / "totuus.json").read_text(encoding="utf-8"))["areas"]["2025"]
    rows = area_ratios(kept.released.results[ANALYSIS.key]).rows.set_index("area")
    assert set(rows.index) == set(truth)
    for area, told in truth.items():
        assert rows.loc[area, "persons"] == pytest.approx(told["children_reached"], rel=0.03, abs=4)
        assert rows.loc[area, "persons"] / rows.loc[area, "expected"] == pytest.approx(told["ratio"], abs=0.03)
        assert rows.loc[area, "lower"] <= told["ratio"] <= rows.loc[area, "upper"]
    assert rows.index[rows["clear"]].tolist() == ["kirkonkyla"]
