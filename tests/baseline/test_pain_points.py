"""The board: what comes on it, in which order, and in whose words."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

import pandas as pd
import pytest

from kumppanuus.analysis import Analysis
from kumppanuus.baseline.pain_points import ANALYSIS
from kumppanuus.baseline.pain_points.charts import board, ranking, unseen, written
from kumppanuus.baseline.pain_points.compute import PainPointsParams, PainPointsResult
from kumppanuus.baseline.pain_points.gather import gather
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered, Signal
from kumppanuus.drawing import Bars, Board, Chart, Notice, figure, lint_figure
from kumppanuus.language.say import Say
from kumppanuus.language.signals import code_of, title_of
from kumppanuus.report.standing_out import pointed_at
from kumppanuus.report.words import say_of_room
from kumppanuus.study import Disclosure

LATE = Signal("late", "pain", "target", 0.55, 0.45, 0.65, 0.95, "lower", "share", 0.5, 129, "areas",
              (("level", "levels", "early"),))  # fmt: skip
YEARS = pd.DataFrame(
    {"year": ["2020", "2021"], "days_seen": [366.0, 200.0], "persons": [1400, 700], "families": [800, 500]}
)


def _result() -> PainPointsResult:
    declared = PainPointsResult.tables()
    empty = {name: pd.DataFrame(columns=list(each.columns)) for name, each in declared.items() if each.gathered}
    return PainPointsResult(years=YEARS, **empty)


def _released(*signals: Signal, room: str = "baseline.coverage", **changes: float) -> ReleasedResult:
    params = PainPointsParams(**changes)  # type: ignore[arg-type]
    gathered = Gathered(tuple((room, signal) for signal in signals), {"baseline.coverage": ("survey", "needs")},
                        {"baseline.data_quality": (), "baseline.equity": ("population",)})  # fmt: skip
    key = ANALYSIS.key
    made = {key: lambda released: gather(released[key], gathered, params)}
    return release({key: _result()}, Disclosure(), gather=made).results[key]


def _say() -> Say:
    return say_of_room(ANALYSIS, Say("fi"))


def test_no_more_families_are_touched_than_are_in_services() -> None:
    many = dataclasses.replace(LATE, families=5000)
    assert _released(many)["signals"]["touched"].tolist() == [801]


def test_gap_and_certainty_by_hand() -> None:
    assert LATE.gap == pytest.approx(0.8)  # 40 points of 50
    assert LATE.certainty == pytest.approx(0.75)  # 30 of the 40 are left at the upper limit
    assert dataclasses.replace(LATE, upper=0.97).certainty == 0  # the limits reach the target
    better = dataclasses.replace(LATE, value=0.99, lower=0.97, upper=1.0)
    assert (better.gap, better.certainty) == (0, 0)
    assert dataclasses.replace(LATE, full=0.2).gap == 1  # no gap is larger than a whole one
    unknown = dataclasses.replace(LATE, value=math.nan)
    assert (unknown.gap, unknown.certainty) == (0, 0)
    higher = dataclasses.replace(
        LATE, value=45, lower=40, upper=50, reference=30, worse="higher", full=30, unit="number"
    )
    assert (higher.gap, higher.certainty) == pytest.approx((0.5, 2 / 3))


def test_the_score_is_gap_times_families_times_certainty() -> None:
    frame = _released(LATE)["signals"]
    row = frame.iloc[0]
    assert row["score"] == pytest.approx(0.8 * 129 * 0.75, abs=0.05)
    assert (row["rank"], row["value"], row["reference"], row["touched"]) == (1, 55, 95, 129)
    assert (row["kind"], row["room"], row["reference_kind"], row["measured_in"]) == (
        "pain",
        "baseline.coverage",
        "target",
        "share",
    )


def test_what_touches_everybody_counts_the_families_of_the_last_full_year() -> None:
    frame = _released(dataclasses.replace(LATE, families=math.nan))["signals"]
    assert frame["touched"].tolist() == [801]  # 800 as published; 2021 was seen in part only


def test_weights_change_the_order() -> None:
    wide = dataclasses.replace(LATE, name="wide", value=0.85, lower=0.82, upper=0.88, families=600)
    names = [code.split("/")[1].split("?")[0] for code in _released(LATE, wide)["signals"]["signal"]]
    assert names == ["wide", "late"]  # 0.2 × 600 × 0.7 = 84 against 77.4
    names = [
        code.split("/")[1].split("?")[0] for code in _released(LATE, wide, families_weight=0.0)["signals"]["signal"]
    ]
    assert names == ["late", "wide"]


def test_what_chance_may_explain_stays_off_the_board() -> None:
    unsure = dataclasses.replace(LATE, value=0.9, lower=0.8, upper=0.96)
    released = _released(unsure)
    assert released["signals"].empty
    chart = board(released, _say())
    assert chart.headline == "Mikään luku ei eroa selvästi vertailukohdastaan"
    assert isinstance(ranking(released, _say()).form, Notice)


def test_the_report_is_pointed_at_the_charts_of_pain_points() -> None:
    slow = dataclasses.replace(LATE, name="slow", families=60, chart="levels", words=())
    good, same = (dataclasses.replace(LATE, name=name, chart="ages", kind="obstacle", words=()) for name in ("a", "b"))
    board_of = _released(slow, LATE, dataclasses.replace(LATE, name="again", families=20, words=()), good, same)
    room = dataclasses.replace(ANALYSIS, key="baseline.coverage", gather=None,
                               signals=lambda _: (slow, LATE, good, same))  # fmt: skip
    results = {ANALYSIS.key: board_of, room.key: dataclasses.replace(board_of, key=room.key)}
    released = dataclasses.replace(release({ANALYSIS.key: _result()}, Disclosure()), results=results)
    assert pointed_at(released, (ANALYSIS, room)) == {"baseline.coverage/areas": 1, "baseline.coverage/levels": 2}
    assert pointed_at(released, (room,)) == {}


def test_few_families_may_be_left_out() -> None:
    few = dataclasses.replace(LATE, name="few", families=20)
    assert len(_released(LATE, few)["signals"]) == 2
    assert _released(LATE, few, least_families=21)["signals"]["touched"].tolist() == [129]


def test_rooms_that_could_not_look_are_told() -> None:
    released = _released(LATE)
    assert released["unseen"][["room", "table", "why"]].to_numpy().tolist() == [
        ["baseline.coverage", "survey", "needed"], ["baseline.coverage", "needs", "needed"],
        ["baseline.equity", "population", "optional"],
    ]  # fmt: skip
    assert released["silent"]["room"].tolist() == ["baseline.data_quality", "baseline.equity"]
    chart = unseen(released, _say())
    assert isinstance(chart.form, Notice)
    assert any("Tuen tarpeet" in line for line in chart.form.lines)
    assert chart.headline == "Tietojen puuttuessa yksi analyysi jäi tekemättä"  # equity could look, but not compare
    assert any("Yhdenvertaisuus (ei annettu: Väestö)" in line for line in chart.form.lines)
    assert "ei kerro" in chart.form.lines[0]


def test_many_rooms_that_could_not_look_are_still_legible() -> None:
    rooms = ("coverage", "data_quality", "equity", "money", "needs", "peers", "waiting", "caseload")
    gathered = Gathered((), {f"baseline.{room}": ("survey",) for room in rooms}, {})
    made = {ANALYSIS.key: lambda released: gather(released[ANALYSIS.key], gathered, PainPointsParams())}
    chart = unseen(release({ANALYSIS.key: _result()}, Disclosure(), gather=made).results[ANALYSIS.key], _say())
    assert isinstance(chart.form, Notice)
    assert chart.form.lines[-1].startswith("ja 4 muuta")
    assert lint_figure(figure(chart)) == []


def test_a_code_of_no_signal_is_an_unknown_code() -> None:
    for code in ("", "baseline.coverage/nothing", "../../etc/passwd", "no.room/late", "baseline.coverage/late?x=y"):
        assert title_of(code, _say()) == "tuntematon koodi"
    assert code_of("a.b", "late", (("area", "areas", "x"),)) == "a.b/late?area=areas:x"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(55.0, "share", "55\u00a0%"), (0.66, "ratio", "0,66"), (45.0, "number", "45"), (1.5, "points", "1,5"),
     (12.0, "days", "12\u00a0pv"), (3.0, "months", "3\u00a0kk"), (1500.0, "EUR", "1\u00a0500\u00a0€"),
     (math.nan, "share", "ei tietoa")],
)  # fmt: skip
def test_values_are_written_in_their_unit(value: float, unit: str, text: str) -> None:
    assert written(value, unit, _say()) == text


def test_gatherer_asks_every_room_that_has_signals() -> None:
    class Room:
        key = "a.asked"
        optional: Mapping[str, tuple[str, ...]] = {"visits": ("client",), "population": ("area",)}

        @staticmethod
        def signals(released: ReleasedResult) -> tuple[Signal, ...]:
            return (LATE,) if released.key == "a.asked" else ()

    class Quiet(Room):
        key = "a.quiet"

    results = {
        ANALYSIS.key: _released(), "a.asked": ReleasedResult("a.asked", "ok", {}),
        "a.quiet": ReleasedResult("a.quiet", "ok", {}), "a.gone": ReleasedResult("a.gone", "missing", {}, ("costs",)),
    }  # fmt: skip
    rooms: list[Analysis] = [ANALYSIS, Room, Quiet]  # type: ignore[list-item]
    made = gatherer(ANALYSIS, PainPointsParams(), rooms, {"visits"})(results)
    assert made["signals"]["room"].tolist() == ["a.asked"]
    assert made["silent"]["room"].tolist() == ["a.quiet"]
    assert made["unseen"][["room", "table", "why"]].to_numpy().tolist() == [
        ["a.gone", "costs", "needed"], ["a.quiet", "population", "optional"],
    ]  # fmt: skip


def test_a_room_whose_signals_fail_is_named_and_the_others_go_on() -> None:
    class Failing:
        key = "a.failing"
        optional: Mapping[str, tuple[str, ...]] = {}

        @staticmethod
        def signals(_released: ReleasedResult) -> tuple[Signal, ...]:
            raise KeyError("12345")

    results = {ANALYSIS.key: _released(), "a.failing": ReleasedResult("a.failing", "ok", {})}
    rooms: list[Analysis] = [ANALYSIS, Failing]  # type: ignore[list-item]
    failed: dict[str, tuple[str, ...]] = {}
    made = gatherer(ANALYSIS, PainPointsParams(), rooms, (), failed)(results)
    assert made["signals"].empty
    assert list(failed) == ["a.failing"]
    assert "12345" not in "".join(failed["a.failing"])  # places in the code, never a value
    with pytest.raises(KeyError):
        gatherer(ANALYSIS, PainPointsParams(), rooms, ())(results)


def test_a_full_board_fits() -> None:
    many = tuple(
        dataclasses.replace(LATE, kind=kind, name=f"{kind}_{place}", families=900 - place)
        for kind in ("pain", "opportunity", "obstacle")
        for place in range(5)
    )
    released = _released(*many)
    charts: list[Chart] = [board(released, _say()), ranking(released, _say())]
    assert isinstance(charts[0].form, Board)
    assert [len(column.cards) for column in charts[0].form.columns] == [3, 3, 3]
    assert isinstance(charts[1].form, Bars)
    assert len(charts[1].form.bars) == 12
    assert [lint_figure(figure(chart)) for chart in charts] == [[], []]
