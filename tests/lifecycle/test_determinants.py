"""What a faster end goes with: a toy by hand, the demo's town and its truth, lifelines on rows, through the gate."""

from __future__ import annotations

import datetime
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from kumppanuus import pipeline
from kumppanuus.demo.catalogue import AREAS
from kumppanuus.demo.town import WINDOW_END, WINDOW_START
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Forest, Notice
from kumppanuus.drawing.frame import figure
from kumppanuus.drawing.lint import lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.lifecycle.determinants import ANALYSIS
from kumppanuus.lifecycle.determinants.compute import CLIMBS, ENDS, DeterminantParams, fitted
from kumppanuus.register.engine import count
from tests.lifecycle.clean_town import CleanTown, clean_town
from tests.studies import Row, clients, register, relationships, toy_study

__all__ = ["clean_town"]
PARAMS = DeterminantParams()


def test_rows_by_hand(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, "early", "2019-12-22", "2020-01-11"),  # 10 days old when the window opens
        (1, "special", "2020-01-05", "2020-02-04"),  # one other service is open then
        (1, "early", "2021-03-01", None),  # came back; open
        (2, "early", "2020-01-01", "2020-01-31"),
        (3, "special", "2021-06-01", "2021-06-11"),
        (3, "early", "2021-06-01", "2021-06-21"),  # on one day: each has the other, and nothing higher can begin
    ]
    study = toy_study()
    people = clients([(1, 64, "2012-05-05"), (2, 64, None), (3, 128, "2003-09-01")])
    built = register(tmp_path, study, relationships=relationships(rows), clients=people)
    counts = count(ANALYSIS, PARAMS, built, study)
    columns = ["service", "age_group", "parallel", "begun", "entry", "duration", "event"]
    assert counts["rows"][columns].to_numpy().tolist() == [
        ["early", "07-12", "0", "again", 0, 306, 0],
        ["early", "07-12", "0", "unknown", 10, 20, 1],
        ["early", "13-17", "1", "first", 0, 20, 1],
        ["early", "unknown", "0", "unknown", 0, 30, 1],
        ["special", "07-12", "1", "unknown", 0, 30, 1],
        ["special", "13-17", "1", "first", 0, 10, 1],
    ]
    # followed for a higher level: two years at most, to the window's end, to 18 years; not from before the window
    climbs = counts["climbs"][["service", "age_group", "duration", "event"]].to_numpy().tolist()
    assert climbs == [
        ["early", "07-12", 306, 0],
        ["early", "unknown", 730, 0],
        ["special", "07-12", 727, 0],
        ["special", "13-17", 92, 0],
    ]
    sizes = counts["sizes"].set_index(["model", "factor", "code"])
    measures = ["persons", "families", "spells", "events", "event_persons", "event_families"]
    assert sizes.loc[("ends", "all", ""), measures].tolist() == [3, 2, 6, 5, 3, 2]
    assert sizes.loc[("ends", "parallel", "1"), measures].tolist() == [2, 2, 3, 3, 2, 2]


def test_a_higher_level_begins(tmp_path: Path) -> None:
    rows: list[Row] = [
        (1, "early", "2020-02-01", "2020-02-11"),
        (1, "corrective", "2020-05-11", None),  # 100 days after the start, though the first has ended
        (1, "special", "2020-06-01", None),  # begins while a higher one is open: not followed
        (2, "early", "2020-02-01", None),
        (2, "special", "2021-01-01", None),
    ]
    study = toy_study()
    built = register(
        tmp_path, study, relationships=relationships(rows), clients=clients([(1, 64, None), (2, 128, None)])
    )
    found = count(ANALYSIS, PARAMS, built, study)["climbs"][["service", "duration", "event"]].to_numpy().tolist()
    assert found == [["early", 100, 1], ["early", 335, 1], ["special", 365, 0]]


@pytest.fixture(scope="module")
def counts(clean_town: CleanTown) -> dict[str, pd.DataFrame]:
    return count(ANALYSIS, PARAMS, clean_town.register, clean_town.study)


def test_the_demo_by_another_route(clean_town: CleanTown, counts: dict[str, pd.DataFrame]) -> None:
    """Relationships read from the clean town, covariates by plain Python, lifelines on rows."""
    rows, people = clean_town.relationships, clean_town.town.people
    spells = defaultdict(list)
    for client, start, end in rows[["client", "start", "end"]].itertuples(index=False):
        spells[client].append((start, end))
    seen = np.maximum(rows["start"], WINDOW_START)
    others = [
        sum(start <= day < end for start, end in spells[client]) - 1
        for client, day in zip(rows["client"], seen, strict=True)
    ]
    age = [_age(int(people.birth[client]), day) for client, day in zip(rows["client"], rows["start"], strict=True)]
    east = [area.code for area in AREAS].index("itainen")
    made = pd.DataFrame(
        {
            "entry": seen - rows["start"], "duration": np.minimum(rows["end"], WINDOW_END) - rows["start"],
            "event": rows["end"] <= WINDOW_END, "service": rows["service"],
            "male": ~people.female[rows["client"]], "alone": np.array(others) == 0,
            "grown": np.array(age) >= 18, "east": people.area[rows["family"]] == east,
        }
    )  # fmt: skip
    mine = counts["rows"]
    assert (mine["n"].sum(), (mine["n"] * mine["event"]).sum()) == (len(made), made["event"].sum())
    for column, code, truth in (("sex", "male", "male"), ("parallel", "0", "alone"), ("age_group", "18+", "grown"),
                                ("area", "itainen", "east")):  # fmt: skip
        assert mine.loc[mine[column] == code, "n"].sum() == made[truth].sum(), column
    variables = ["male", "alone", "east"]  # adults are in services of their own here
    plain = CoxPHFitter().fit(
        made[[*variables, "entry", "duration", "event", "service"]].astype(dict.fromkeys(variables, float)),
        "duration", "event", entry_col="entry", strata=["service"],
    )  # fmt: skip
    own = mine.assign(male=mine["sex"] == "male", alone=mine["parallel"] == "0", grown=mine["age_group"] == "18+",
                      east=mine["area"] == "itainen")  # fmt: skip
    model = fitted(own.astype(dict.fromkeys(variables, str)), variables, ["service"])
    assert model is not None
    signs = [-1 if model.references[name] == "True" else 1 for name in variables]
    np.testing.assert_allclose(model.model.coefficients * signs, plain.params_[variables], atol=1e-4)


def _age(birth: int, day: int) -> int:
    born, then = (datetime.date(1970, 1, 1) + datetime.timedelta(int(each)) for each in (birth, day))
    return then.year - born.year - ((then.month, then.day) < (born.month, born.day))


def test_the_demo_has_no_differences_within_a_service(counts: dict[str, pd.DataFrame]) -> None:
    """Lengths are drawn by service alone; without strata ages differ because they use other services."""
    within = fitted(counts["rows"], [*ENDS], ["service"])
    pooled = fitted(counts["rows"], [*ENDS], [])
    assert within is not None
    assert pooled is not None
    ratios = within.model.ratios()
    assert (np.abs(within.model.coefficients) < 4 * ratios["standard_error"]).all()
    assert ((ratios["lower"] < 1) & (ratios["upper"] > 1)).mean() >= 0.8
    assert within.model.differences.p[-1] > 0.001
    assert pooled.model.differences.p[-1] < 1e-6


def _released(counts: dict[str, pd.DataFrame], town: CleanTown) -> ReleasedResult:
    context = pipeline.context_of(town.study, town.register.given)
    result = ANALYSIS.compute(counts, PARAMS, context)
    return release({ANALYSIS.key: result}, town.study.disclosure).results[ANALYSIS.key]


@pytest.fixture(scope="module")
def released(counts: dict[str, pd.DataFrame], clean_town: CleanTown) -> ReleasedResult:
    return _released(counts, clean_town)


def test_only_steps_and_classes_leave(released: ReleasedResult, counts: dict[str, pd.DataFrame]) -> None:
    model = fitted(counts["rows"], [*ENDS], ["service"])
    assert model is not None
    exact = model.model.ratios()
    for factor, table in ENDS.items():
        frame = released[table].set_index(factor)
        assert frame.loc[model.references[factor], "ratio"] == 1
        for code in frame.index.drop([model.references[factor], "unknown"], errors="ignore"):
            if f"{factor}={code}" in model.model.left_out:
                assert np.isnan(frame.loc[code, "ratio"])
                continue
            row, true = frame.loc[code], exact.loc[f"{factor}={code}"]
            assert row["ratio_lower"] <= true["lower"] < true["upper"] <= row["ratio_upper"]
    assert set(released["tests"]["difference"].dropna()) <= {0.001, 0.01, 0.05, 1.0}
    assert "least" not in released["tests"]


def test_small_codes_are_in_no_model_and_few_events_make_none(counts: dict[str, pd.DataFrame]) -> None:
    rows = counts["rows"]
    rare = rows.assign(area=rows["area"].where(rows.index >= 9, "rare"))  # a handful of relationships
    found = fitted(rare, [*ENDS], ["service"])
    assert found is not None
    assert not [name for name in found.model.names if "rare" in name]
    assert fitted(rows.head(60), [*ENDS], ["service"]) is None
    assert fitted(rows.iloc[:0], [*ENDS], ["service"]) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_say_what_is_published(
    counts: dict[str, pd.DataFrame], clean_town: CleanTown, released: ReleasedResult, language: str
) -> None:
    say: Say = speaker(clean_town.study, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]
    for name in ANALYSIS.charts:
        chart = ANALYSIS.charts[name](released, say)
        assert isinstance(chart.form, Forest), name
        assert not lint_figure(figure(chart)), name
    bold = [row for row in ANALYSIS.charts["climbs"](released, say).form.rows if row.bold]
    if language == "fi":
        fast = counts["rows"].assign(duration=np.where(counts["rows"]["sex"] == "male", counts["rows"]["duration"] * 3,
                                                       counts["rows"]["duration"]))  # fmt: skip
        slow = ANALYSIS.charts["ends"](_released({**counts, "rows": fast}, clean_town), say)
        assert slow.headline.startswith("Pojat ja miehet: asiakkuus päättyy vain 0,")
        assert "tytöt ja naiset" in slow.headline
        few = {**counts, "rows": counts["rows"].head(60)}
        assert isinstance(ANALYSIS.charts["ends"](_released(few, clean_town), say).form, Notice)
    for row in bold:
        assert row.text.split(" ")[0] in ANALYSIS.charts["climbs"](released, say).headline
    assert set(CLIMBS) <= set(ENDS)
