from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released
from kumppanuus.drawing import Board, BoardColumn, Chart, Notice
from kumppanuus.errors import DeclarationError, DisclosureError
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import MOST_FINDINGS, exhibits, main_findings


def test_charts_of_one_wing_stand_together_and_are_numbered(released: Released, analyses: Sequence[Analysis], say: Say):
    shown = exhibits(released, analyses, say)
    assert [(exhibit.number, exhibit.key) for exhibit in shown] == [
        (1, "lifecycle.durations/services_chart"),
        (2, "lifecycle.durations/levels"),
        (3, "lifecycle.network/notice"),
        (4, "resources.spending/notice"),
    ]


def test_a_chart_comes_with_its_tables_and_words(released: Released, analyses: Sequence[Analysis], say: Say):
    first = exhibits(released, analyses, say)[0]
    assert [table.name for table in first.tables] == ["services"]
    assert first.hidden == 6
    assert first.questions == ("Mistä ero johtuu?", "Mitä muuttaisimme?")
    assert first.caveat == "Alle 5 peitetään."
    assert first.method == "Kaplan–Meier-estimaatti."


def test_missing_and_empty_say_so_in_words(released: Released, analyses: Sequence[Analysis], say: Say):
    empty, missing = exhibits(released, analyses, say)[2:]
    assert isinstance(missing.chart.form, Notice)
    assert isinstance(empty.chart.form, Notice)
    assert missing.chart.form.lines == (
        "Kestoa ei voi laskea ilman asiakkuuksia.",
        "Puuttuu: Kustannukset, Käynnit",
    )
    assert empty.chart.form.lines == ("Ajanjaksolla ei ole asiakkuuksia.",)
    assert (missing.status, empty.status) == ("missing", "empty")


def test_an_analysis_that_did_not_run_has_no_exhibit(released: Released, analysis: Analysis, say: Say):
    assert exhibits(released, (replace(analysis, key="access.waiting"),), say) == ()


def test_findings_leave_out_what_could_not_be_drawn(released: Released, analyses: Sequence[Analysis], say: Say):
    assert [exhibit.number for exhibit in main_findings(exhibits(released, analyses, say))] == [1, 2]


def test_every_analysis_is_among_the_findings_before_any_has_two(
    released: Released, analysis: Analysis, say: Say
):  # fmt: skip
    keys = [f"lifecycle.room_{number}" for number in range(7)]
    many = [replace(analysis, key=key) for key in keys]
    results = dict.fromkeys(keys, released.results["lifecycle.durations"])
    found = main_findings(exhibits(replace(released, results=results, seal=stamped._SEAL), many, say))
    assert len(found) == MOST_FINDINGS
    assert {exhibit.analysis.key for exhibit in found} == set(keys)
    assert [exhibit.number for exhibit in found] == sorted(exhibit.number for exhibit in found)


def test_findings_of_many_analyses_are_spread_over_wings_and_rooms(
    released: Released, analysis: Analysis, say: Say
):  # fmt: skip
    keys = ["access.first", *(f"lifecycle.room_{number:02}" for number in range(12)), "partner.a", "partner.b"]
    many = [replace(analysis, key=key) for key in keys]
    results = dict.fromkeys(keys, released.results["lifecycle.durations"])
    found = main_findings(exhibits(replace(released, results=results, seal=stamped._SEAL), many, say))
    rooms = [f"lifecycle.room_{number:02}" for number in (0, 2, 5, 8, 11)]
    assert [exhibit.analysis.key for exhibit in found] == ["access.first", *rooms, "partner.a", "partner.b"]


def test_a_board_comes_first_with_its_three_heaviest_pain_points(
    released: Released, analysis: Analysis, say: Say
):  # fmt: skip
    keys = [*(f"baseline.room_{number}" for number in range(6)), *(f"lifecycle.room_{number}" for number in range(6))]
    results = dict.fromkeys(keys, released.results["lifecycle.durations"])
    many = [replace(analysis, key=key) for key in keys]
    shown = exhibits(replace(released, results=results, seal=stamped._SEAL), many, say)
    column = BoardColumn("Kipupisteet", "accent", (), "", "")
    board = replace(shown[0], chart=replace(shown[0].chart, form=Board((column,))))
    heavy = {"baseline.room_5": 1, "baseline.room_2": 2, "lifecycle.room_4": 3, "baseline.room_3": 4}
    pointed = [
        replace(exhibit, pain=heavy.get(exhibit.analysis.key, 0) if exhibit.name == "levels" else 0)
        for exhibit in shown[1:]
    ]
    found = [(exhibit.analysis.key, exhibit.name) for exhibit in main_findings([board, *pointed])]
    assert found == [
        ("baseline.room_0", "services_chart"), ("baseline.room_1", "services_chart"),
        ("baseline.room_2", "levels"), ("baseline.room_5", "levels"),
        ("lifecycle.room_0", "services_chart"), ("lifecycle.room_2", "services_chart"),
        ("lifecycle.room_4", "levels"), ("lifecycle.room_5", "services_chart"),
    ]  # fmt: skip


def test_a_chart_that_names_no_table_is_refused(released: Released, analysis: Analysis, say: Say):
    with pytest.raises(DeclarationError, match="KU901"):
        exhibits(released, (replace(analysis, exhibits={"services_chart": ("servces",)}),), say)


def test_what_has_not_passed_the_gate_is_refused(unstamped: Released, analyses: Sequence[Analysis], say: Say):
    with pytest.raises(DisclosureError, match="KU501"):
        exhibits(unstamped, analyses, say)


def test_findings_go_round_before_any_analysis_has_three(released: Released, analysis: Analysis, say: Say):
    keys = [f"lifecycle.room_{number}" for number in range(3)]
    long = dict.fromkeys(("services_chart", "again", "once_more", "and_more"), analysis.charts["services_chart"])
    tables = dict.fromkeys(long, ("services",))
    many = [replace(analysis, key=key, charts=long, exhibits=tables) for key in keys]
    results = dict.fromkeys(keys, released.results["lifecycle.durations"])
    found = main_findings(exhibits(replace(released, results=results, seal=stamped._SEAL), many, say))
    assert [exhibit.name for exhibit in found] == [*list(long)[:3], *list(long)[:3], *list(long)[:2]]


def test_a_chart_that_only_says_why_it_is_empty_is_no_finding(released: Released, analysis: Analysis, say: Say):
    def nothing(result: object, say: object) -> Chart:
        return Chart(Notice(("Liian vähän.",)), "Ei voi näyttää", "", "", "Ei voi näyttää")

    silent = replace(analysis, charts={"services_chart": nothing, "levels": analysis.charts["levels"]})
    shown = exhibits(released, (silent,), say)
    assert shown[0].status == "ok"
    assert [exhibit.name for exhibit in main_findings(shown)] == ["levels"]


def test_the_same_words_in_place_of_several_charts_are_said_once(released: Released, analysis: Analysis, say: Say):
    def says(words: str) -> Callable[..., Chart]:
        return lambda _result, _say: Chart(Notice((words,)), words, "", "", words)

    drawn = analysis.charts["levels"]
    charts = {
        "one": says("Ei skenaarioita"),
        "two": says("Ei skenaarioita"),
        "three": says("Liian vähän"),
        "four": drawn,
    }
    silent = replace(
        analysis, charts={**charts, "five": drawn}, exhibits=dict.fromkeys([*charts, "five"], ("services",))
    )
    assert [each.name for each in exhibits(released, (silent,), say)] == ["one", "three", "four", "five"]
