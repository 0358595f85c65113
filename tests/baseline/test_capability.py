"""The questionnaire: counts by hand, means against another route, what small groups and odd answers become."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from kumppanuus import pipeline
from kumppanuus.baseline.capability import ANALYSIS
from kumppanuus.baseline.capability.compute import CapabilityParams, CapabilityResult
from kumppanuus.baseline.capability.points import differences, gather, means
from kumppanuus.demo.planted import DISAGREEMENT
from kumppanuus.demo.questionnaire import ITEMS, make_answers, theme_means
from kumppanuus.demo.study_file import study_text
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered, Signal
from kumppanuus.drawing import Bars, Chart, Dumbbell, Forest, Likert, Notice, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import speaker
from kumppanuus.methods.questionnaires import theme_scores
from kumppanuus.register.engine import count
from kumppanuus.study import Disclosure, Study
from tests.studies import register, toy_study

Row = tuple[int, str, str | None, str, float]
"""Respondent, group, questionnaire, question, answer."""
NAMES: Mapping[str, str] = {"work": "Yhteistyö", "time": "Aika"}
QUESTIONS = (("q1", "work", False), ("q2", "work", False), ("bad", "work", True), ("t1", "time", False))


def _questionnaire(**changes: Any) -> dict[str, Any]:
    return {
        "code": "own",
        "name": {"fi": "Oma"},
        "invited": {"leader": 30, "worker": 110, "partner": 20},
        "themes": [{"code": code, "name": {"fi": name}} for code, name in NAMES.items()],
        "items": [{"code": code, "text": {"fi": f"Väite {code}"}, "theme": theme, "reversed": turned}
                  for code, theme, turned in QUESTIONS],
        **changes,
    }  # fmt: skip


def _study(*questionnaires: dict[str, Any]) -> Study:
    return toy_study(questionnaires=list(questionnaires or (_questionnaire(),)))


def _survey(rows: Sequence[Row]) -> pa.Table:
    numbers, groups, instruments, questions, answers = zip(*rows, strict=True)
    return pa.table(
        {
            "respondent": pa.array(numbers, pa.uint64()),
            "date": pa.nulls(len(rows), pa.date32()),
            "instrument": pa.array(instruments, pa.string()),
            "respondent_group": pa.array(groups, pa.string()),
            "area": pa.nulls(len(rows), pa.string()),
            "question": pa.array(questions, pa.string()),
            "answer": pa.array(answers, pa.float64()),
        }
    )


def _result(
    folder: Path, rows: Sequence[Row], study: Study | None = None, params: CapabilityParams | None = None
) -> CapabilityResult:
    asked, wanted = study or _study(), params or CapabilityParams()
    built = register(folder, asked, survey=_survey(rows))
    counts = count(ANALYSIS, wanted, built, asked)
    result = ANALYSIS.compute(counts, wanted, pipeline.context_of(asked, built.given))
    assert isinstance(result, CapabilityResult)
    return result


TEN: list[Row] = [
    (1, "leader", "own", "q1", 4), (1, "leader", "own", "q2", 5), (1, "leader", "own", "bad", 1),
    (1, "leader", "own", "t1", 2),
    (2, "worker", "own", "q1", 3), (2, "worker", "own", "q2", 6), (2, "worker", "own", "t1", 2.5),
    (3, "worker", "own", "q1", 2), (3, "worker", "own", "bad", 2), (3, "worker", "own", "stranger", 5),
]  # fmt: skip


def test_ten_rows_by_hand(tmp_path: Path) -> None:
    result = _result(tmp_path, TEN)
    assert result.everyone.to_numpy().tolist() == [["all", 3.0, 3.0]]
    assert result.groups[["respondent_group", "persons"]].to_numpy().tolist() == [
        ["leader", 1.0], ["worker", 2.0], ["partner", 0.0]
    ]  # fmt: skip
    assert result.groups["invited"].tolist() == [30, 110, 20]
    rows = result.themes.set_index(["theme", "respondent_group"])
    assert rows["persons"].to_dict() == {("work", "leader"): 1, ("work", "worker"): 1, ("time", "leader"): 1}
    assert rows.loc[("work", "leader"), "index"] == pytest.approx(((3 + 4 + 4) / 3) / 4, abs=1e-4)
    assert rows.loc[("work", "worker"), "index"] == pytest.approx(((1 + 3) / 2) / 4, abs=1e-4)
    overall = result.overall.set_index("theme")
    assert overall.loc["work", "persons"] == 2
    one, other = 11 / 12, 0.5
    half = stats.t.ppf(0.975, 1) * abs(one - other) / 2  # sd / √2 of two numbers is half their distance
    assert overall.loc["work", "half"] == pytest.approx(half, abs=1e-3)
    asked = result.items.set_index(["question", "respondent_group"])["index"]
    assert asked["bad", "leader"] == 0  # as it was answered, not turned around
    answers = result.answers.set_index(["question", "answer"])["persons"]
    assert answers.loc["q1"].to_dict() == {"1": 0, "2": 1, "3": 1, "4": 1, "5": 0}
    assert result.unread.set_index("reason")["answers"].to_dict() == {"no_question": 1, "off_scale": 2}


def test_the_same_scores_as_the_method_in_any_order(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows: list[Row] = [(person, ("leader", "worker")[person % 2], "own", code, float(rng.integers(1, 6)))
                       for person in range(60) for code, _, _ in QUESTIONS if rng.random() < 0.8]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["respondent", "group", "instrument", "question", "answer"])
    scores = theme_scores(frame, {code: theme for code, theme, _ in QUESTIONS}, scale=(1, 5), turned=["bad"])
    scores["group"] = np.where(scores["respondent"] % 2, "worker", "leader")
    wanted = scores.groupby(["theme", "group"])["score"].agg(["count", "mean", "sem"])
    mixed = [rows[place] for place in rng.permutation(len(rows))]
    found = _result(tmp_path, mixed).themes.set_index(["theme", "respondent_group"]).to_dict("index")
    assert len(wanted) == len(found) == 4
    for key, row in wanted.iterrows():
        assert found[key]["persons"] == row["count"]
        assert 1 + 4 * found[key]["index"] == pytest.approx(row["mean"], abs=1e-3)
        half = stats.t.ppf(0.975, row["count"] - 1) * row["sem"]
        assert 4 * found[key]["half"] == pytest.approx(half, abs=1e-3)


def test_which_questionnaire(tmp_path: Path) -> None:
    """Answers that name none belong to the only one there is; of several the first counts, or the one asked for."""
    later = {**_questionnaire(), "code": "later", "scale": (0, 10), "answers": []}
    with pytest.raises(ValueError, match="2 to 7 answers"):
        _study(later)
    rows: list[Row] = [(1, "leader", None, "q1", 4), (2, "leader", "own", "q1", 4), (3, "leader", "later", "q1", 2)]
    later = {**_questionnaire(), "code": "later", "scale": (0, 4)}
    counted = {
        case: _result(tmp_path / case, rows, study, params).everyone["persons"].sum()
        for case, study, params in (
            ("one", _study(), CapabilityParams()),
            ("two", _study(_questionnaire(), later), CapabilityParams()),
            ("asked", _study(_questionnaire(), later), CapabilityParams(questionnaire="later")),
        )
    }
    assert counted == {"one": 2, "two": 1, "asked": 1}
    asked = _result(tmp_path / "scale", rows, _study(_questionnaire(), later), CapabilityParams(questionnaire="later"))
    assert asked.answers["answer"].tolist() == ["0", "1", "2", "3", "4"]
    assert asked.scale["point"].tolist() == [0, 4]


def test_who_answered_for_two_groups_is_counted_once(tmp_path: Path) -> None:
    rows: list[Row] = [(1, "leader", "own", "q1", 4), (1, "worker", "own", "q2", 2), (2, "worker", "own", "q1", 3)]
    result = _result(tmp_path, rows)
    assert result.groups.set_index("respondent_group")["persons"].to_dict() == {"leader": 1, "worker": 1, "partner": 0}


def _answers(sizes: Mapping[str, int], centre: Mapping[tuple[str, str], float], seed: int = 7) -> list[Row]:
    """Return answers around a mean by group and theme (3.5 otherwise); "bad" is answered the other way round."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    people = [(group, person) for group, n in sizes.items() for person in range(n)]
    for number, (group, _) in enumerate(people, 1):
        leaning = rng.normal(0, 0.4)
        for code, theme, turned in QUESTIONS:
            score = float(np.clip(np.rint(centre.get((group, theme), 3.5) + leaning + rng.normal(0, 0.7)), 1, 5))
            rows.append((number, group, "own", code, 6 - score if turned else score))
    return rows


APART = {("leader", "work"): 4.2, ("worker", "work"): 2.7}
SIZES = {"leader": 27, "worker": 80, "partner": 12}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, ReleasedResult]:
    """Results of questionnaires as they may be published."""
    cases = {
        "apart": _answers(SIZES, APART),
        "other way": _answers(SIZES, {("worker", "work"): 4.2, ("leader", "work"): 2.7}),
        "alike": _answers(SIZES, {}),
        "low": _answers(SIZES, {(group, "time"): 1.8 for group in SIZES}),
        "few leaders": _answers({"leader": 12, "worker": 40}, APART),
        "handful": _answers({"leader": 5, "worker": 6}, APART),
    }
    return {case: _released(_result(tmp_path_factory.mktemp("survey"), rows)) for case, rows in cases.items()}


def _released(result: CapabilityResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _signals(released: ReleasedResult, name: str = "") -> list[Signal]:
    assert ANALYSIS.signals is not None
    return [signal for signal in ANALYSIS.signals(released) if name in ("", signal.name)]


def test_what_is_published_holds_the_exact_mean_and_difference(released: Mapping[str, ReleasedResult]) -> None:
    frame = pd.DataFrame(_answers(SIZES, APART), columns=["respondent", "group", "instrument", "question", "answer"])
    scores = theme_scores(frame, {code: theme for code, theme, _ in QUESTIONS}, scale=(1, 5), turned=["bad"])
    group = frame.drop_duplicates("respondent").set_index("respondent")["group"]
    exact = {key: part["score"] for key, part in scores.groupby(["theme", scores["respondent"].map(group)])}
    shown = means(released["apart"]).set_index(["theme", "respondent_group"])
    assert set(shown.index) == {(theme, group) for theme in NAMES for group in ("leader", "worker")}  # no 12 partners
    for key, row in shown.iterrows():
        half = stats.t.ppf(0.975, len(exact[key]) - 1) * exact[key].sem()  # type: ignore[index]
        centre = exact[key].mean()  # type: ignore[index]
        assert abs(row["mean"] - centre) <= row["off"] + 1e-6
        assert row["mean"] - row["half"] <= centre - half + 1e-3
        assert row["mean"] + row["half"] >= centre + half - 1e-3
    for apart in differences(released["apart"]).to_dict("records"):
        welch = stats.ttest_ind(exact[apart["theme"], "leader"], exact[apart["theme"], "worker"], equal_var=False)
        limits = welch.confidence_interval(1 - 0.05 / 2)  # of two themes together
        assert apart["difference_lower"] <= limits.low < limits.high <= apart["difference_upper"]


def test_thresholds_may_be_tightened(tmp_path: Path) -> None:
    """With a base of 30 the 27 leaders have no means, however many answered in all (R2)."""
    result = _result(tmp_path, _answers(SIZES, APART))
    tight = release({ANALYSIS.key: result}, Disclosure(n_min=30)).results[ANALYSIS.key]
    assert set(means(tight)["respondent_group"]) == {"worker"}
    assert differences(tight).empty


def test_only_what_was_planted_stands_out(released: Mapping[str, ReleasedResult]) -> None:
    certain = {case: [(signal.name, signal.words[0][2]) for signal in _signals(each) if signal.certainty > 0]
               for case, each in released.items()}  # fmt: skip
    assert certain["apart"] == certain["other way"] == [("apart", "work")]
    assert certain["alike"] == []
    assert certain["low"] == [("low", "time")]
    assert certain["few leaders"] == [
        ("few", "leader"), ("few", "worker"), ("few", "partner"),
    ]  # 12 of 30, 40 of 110, none of 20; nothing of themes  # fmt: skip
    assert certain["handful"] == []
    one, other = (next(signal for signal in _signals(released[case], "apart")) for case in ("apart", "other way"))
    assert 0 < one.lower < one.value < one.upper
    assert one.value == pytest.approx(other.value, abs=0.3)  # whichever of them is higher
    assert (one.reference, one.unit, one.worse) == (0, "points", "higher")


def test_chance_is_not_shown(tmp_path: Path) -> None:
    """Four questionnaires without a difference: none is certain (the limits hold for all themes together)."""
    study = _study(*(_questionnaire(code=f"n{seed}") for seed in range(4)))
    sizes = {"leader": 25, "worker": 60}
    rows: list[Row] = [(number + 1000 * seed, group, f"n{seed}", question, answer) for seed in range(4)
                       for number, group, _, question, answer in _answers(sizes, {}, seed)]  # fmt: skip
    built = register(tmp_path, study, survey=_survey(rows))
    for code in (each.code for each in study.questionnaires):
        asked = CapabilityParams(questionnaire=code)
        result = ANALYSIS.compute(count(ANALYSIS, asked, built, study), asked, pipeline.context_of(study, built.given))
        assert isinstance(result, CapabilityResult)
        found = _signals(_released(result), "apart")
        assert len(found) == 2
        assert not [signal for signal in found if signal.certainty > 0]


def _drawn(name: str, released: ReleasedResult, language: Any = "fi", study: Study | None = None) -> Chart:
    say = speaker(study or _study(), language).with_texts(read_texts(ANALYSIS.messages))
    chart = ANALYSIS.charts[name](released, say)
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("name", list(ANALYSIS.charts))
def test_every_chart_is_legible(name: str, released: Mapping[str, ReleasedResult]) -> None:
    long = _questionnaire()
    long["themes"] = [{**theme, "name": {"fi": "Hyvin pitkä teeman nimi, joka ei mahdu otsikkoon millään tavoin"}}
                      for theme in long["themes"]]  # fmt: skip
    text = "on niin pitkä väittämä, ettei se mahdu edes kahdelle riville"
    long["items"] = [{**item, "text": {"fi": f"{item['code']} {text}"}} for item in long["items"]]
    charts = [_drawn(name, released[case]) for case in ("alike", "few leaders", "handful")]
    charts += [_drawn(name, released["apart"], language) for language in LANGUAGES]
    for chart in [*charts, _drawn(name, released["apart"], study=_study(long))]:
        assert lint_figure(figure(chart)) == []
        assert len(chart.headline) <= 115


def test_charts_say_what_was_found(released: Mapping[str, ReleasedResult]) -> None:
    apart = _drawn("themes", released["apart"])
    assert isinstance(apart.form, Dumbbell)
    assert apart.headline.startswith("Eniten erilainen käsitys on teemasta ”Yhteistyö”: johto ja esihenkilöt 4,")
    assert [row.label for row in apart.form.rows] == ["Yhteistyö", "Aika"]
    assert "kumppanit (alle 20 vastaajaa)" in apart.footer
    assert "ei ole selvää eroa" in _drawn("themes", released["alike"]).headline
    assert _drawn("differences", released["alike"]).headline == (
        "Teemoja on 2, eikä missään niistä ole ryhmien välillä selvää eroa"
    )
    assert isinstance(_drawn("differences", released["apart"]).form, Forest)
    items = _drawn("items", released["apart"])
    assert isinstance(items.form, Dumbbell)
    assert {row.label for row in items.form.rows[:3]} == {"Väite q1", "Väite q2", "Väite bad (käännetty)"}


def test_reversed_questions_stand_last_and_make_no_headline(released: Mapping[str, ReleasedResult]) -> None:
    chart = _drawn("answers", released["apart"])
    assert isinstance(chart.form, Likert)
    assert chart.form.items[-1].label == "Väite bad (käännetty)"
    assert "käännetty" not in chart.headline


def test_groups_too_small_become_words(released: Mapping[str, ReleasedResult]) -> None:
    few, handful = released["few leaders"], released["handful"]
    assert _drawn("differences", few).headline.startswith("Liian vähän vastaajia ryhmittäin")
    assert isinstance(_drawn("items", few).form, Notice)
    everybody = _drawn("themes", few)
    assert isinstance(everybody.form, Forest)  # the means of all respondents
    assert "liian vähän vastaajia ryhmittäin" in everybody.subtitle
    assert all(isinstance(_drawn(name, handful).form, Notice) for name in ANALYSIS.charts)
    assert means(handful).empty
    assert handful["answers"].empty


def test_response_rates(released: Mapping[str, ReleasedResult], tmp_path: Path) -> None:
    chart = _drawn("response", released["apart"])
    assert isinstance(chart.form, Bars)
    told = {bar.label: (bar.text, bar.detail) for bar in chart.form.bars}
    assert told["Johto ja esihenkilöt"] == ("noin 90\u00a0%", "noin 27 vastasi, kutsuttuja 30")
    assert told["Kumppanit"] == ("noin 45\u00a0%", "noin 9 vastasi, kutsuttuja 20")
    assert chart.headline == "Vastausosuus on ryhmästä riippuen noin 45–90\u00a0% kutsutuista"
    few = {signal.words[0][2]: signal for signal in _signals(released["apart"], "few")}
    assert {group: signal.certainty > 0 for group, signal in few.items()} == {
        "leader": False, "worker": False, "partner": False
    }  # fmt: skip
    assert (few["partner"].lower, few["partner"].upper) == (7 / 20, 12 / 20)  # 9 stands for 7 to 12
    unasked = _study(_questionnaire(invited={}))
    result = _released(_result(tmp_path, _answers(SIZES, {}), unasked))
    chart = _drawn("response", result, study=unasked)
    assert chart.headline == "Vastausosuutta ei voi laskea, koska kutsuttujen määrää ei ole annettu"
    assert isinstance(chart.form, Bars)
    assert [bar.text for bar in chart.form.bars] == ["noin 27", "noin 81", "noin 9"]


def test_tables_in_points_are_those_of_the_charts(released: Mapping[str, ReleasedResult], tmp_path: Path) -> None:
    result = _result(tmp_path, _answers(SIZES, APART))
    make = {ANALYSIS.key: lambda results: gather(results[ANALYSIS.key], Gathered((), {}, ()), CapabilityParams())}
    told = release({ANALYSIS.key: result}, Disclosure(), gather=make).results[ANALYSIS.key]
    row = told["means"].set_index(["theme", "respondent_group"]).to_dict("index")["work", "leader"]
    assert row["mean_lower"] < row["mean"] < row["mean_upper"] <= 5
    form = _drawn("themes", released["apart"]).form
    assert isinstance(form, Dumbbell)
    assert form.rows[0].start_text == f"{row['mean']:.1f}".replace(".", ",")
    assert told["differences"]["difference"].tolist() == differences(told)["difference"].round(1).tolist()
    assert len(told["distances"]) == len(QUESTIONS)


def test_the_demo_is_what_its_truth_says_in_many_seeds(tmp_path: Path) -> None:
    """Counted by another route; of all that the questionnaire may signal, the planted theme alone is certain."""
    study = Study.model_validate({**tomllib.loads(study_text()), "root": tmp_path})
    for seed in range(2):
        answers = make_answers(np.random.default_rng(seed))
        rows: list[Row] = [
            (row["respondent"], row["group"], "itsearviointi", ITEMS[row["item"]].code, float(row["answer"]))
            for row in answers.to_dict("records")
        ]
        result = _result(tmp_path / str(seed), rows, study)
        people = answers.groupby("group")["respondent"].nunique().to_dict()
        assert result.groups.set_index("respondent_group")["persons"].to_dict() == people
        told = theme_means(answers)
        for row in result.themes.to_dict("records"):  # the truth averages answers, the room respondents
            assert 1 + 4 * row["index"] == pytest.approx(told[row["theme"]][row["respondent_group"]], abs=0.06)
        certain = [signal for signal in _signals(_released(result)) if signal.certainty > 0]
        assert [(signal.name, signal.words[0][2]) for signal in certain] == [("apart", DISAGREEMENT.theme)]
        assert certain[0].gap > 0.9
