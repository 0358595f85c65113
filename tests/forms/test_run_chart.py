from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Signal
from kumppanuus.forms.run_chart import Course, course_of, run_chart
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.waiting import ANALYSIS
from kumppanuus.gallery.waiting.charts import queue_headline
from kumppanuus.gallery.waiting.compute import WaitingResult
from kumppanuus.language.say import Say
from kumppanuus.methods.runs import Run
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan


def _table(values: list[float], codes: list[str] | None = None) -> ReleasedTable:
    months = codes or [f"{2022 + at // 12}-{at % 12 + 1:02d}" for at in range(len(values))]
    frame = pd.DataFrame({"month": months, "waiting": values}, dtype=object).astype({"waiting": float})
    masked = frame[["waiting"]].isna()
    return ReleasedTable("queue", WaitingResult.tables()["queue"], frame.assign(hidden=False), masked)


STEADY = [99.0, 93.0, 105.0, 99.0, 87.0, 111.0]
FELL = _table([*STEADY, 81.0, 75.0, 69.0, 81.0, 75.0, 69.0, 63.0])


def _course(table: ReleasedTable, change: str = "") -> Course:
    return course_of(table, over="month", of="waiting", change=change)


def test_the_median_is_that_before_the_change() -> None:
    course = _course(FELL, "2022-07")
    assert (course.median, course.before, course.change) == (99, True, 6)
    assert course.runs == (Run("below", 6, 12, 7),)
    assert course.now == course.runs[0]
    whole = _course(FELL)
    assert (whole.median, whole.before, whole.change) == (81, False, None)
    early = _course(FELL, "2022-05")  # four points are no median
    assert (early.median, early.before, early.change) == (81, False, 4)


def test_the_chart_says_what_the_course_says() -> None:
    form = run_chart(FELL, SAY, over="month", of="waiting", change=("2022-07", "Alkoi"), goal=(60, "tavoite"))
    assert form.values == (*STEADY, 81.0, 75.0, 69.0, 81.0, 75.0, 69.0, 63.0)
    assert form.median == ((0, 12, 99.0, "mediaani ennen muutosta noin 99"),)
    assert form.change == (6, "Alkoi")
    assert form.signals == (Signal(6, 12, "7 peräkkäin mediaanin alapuolella"),)
    assert form.texts[-1] == "viimeksi noin 63"
    assert [text for text in form.x_labels if text] == ["2022", "2023"]
    assert form.x_labels[12] == "2023"


def test_hidden_numbers_are_gaps_and_periods_may_be_merged() -> None:
    table = _table([9.0, NAN, 15.0], ["2022-10..2022-12", "2023-01..2023-03", "2023-04..2023-06"])
    form = run_chart(table, SAY, over="month", of="waiting", change=("2023-02", "Alkoi"))
    assert form.values == (9.0, None, 15.0)
    assert form.texts == ("viimeksi noin 9", "", "viimeksi noin 15")
    assert form.x_labels == ("", "2023", "")
    assert form.change == (1, "Alkoi")


def test_rows_are_put_in_the_order_of_time() -> None:
    table = _table([3.0, 1.0, 2.0], ["2022-03", "2022-01", "2022-02"])
    assert _course(table).values == (1.0, 2.0, 3.0)


def test_nothing_and_one_value() -> None:
    assert math.isnan(_course(_table([])).last)
    assert run_chart(_table([]), SAY, over="month", of="waiting").values == ()
    one = run_chart(_table([87.0]), SAY, over="month", of="waiting", change=("2023-04", "Alkoi"))
    assert (one.values, one.median, one.change, one.x_labels) == ((87.0,), (), None, ("2022",))


def test_only_four_signals_are_marked_and_the_present_one_always() -> None:
    values = ([9.0] * 8 + [21.0] * 7 + [15.0]) * 4 + [9.0] * 6 + [21.0] * 10
    form = run_chart(_table(values), SAY, over="month", of="waiting")
    assert len(form.signals) == 4
    assert form.signals[-1].last == len(values) - 1


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([81, 75, 69, 81, 75, 69], "on lyhentynyt: 6 mittausta peräkkäin alle mediaanin, nyt noin 69 lasta"),
        ([111, 105, 111, 117, 105, 111], "on pidentynyt: 7 mittausta peräkkäin yli mediaanin, nyt noin 111 lasta"),
        ([81, 87, 93, 105, 111], "kasvaa: 5 mittauksen yhtäjaksoinen nousu, nyt noin 111 lasta"),
        ([105, 93, 87, 81], "lyhenee: 5 mittauksen yhtäjaksoinen lasku, nyt noin 81 lasta"),
        ([81, 75, 69, 81, 75, 69, 105], "on taas tavanomaisella tasolla: nyt noin 105 lasta, mediaani noin 99"),
    ],
)
def test_the_headline_says_the_direction(after: list[float], said: str) -> None:
    assert queue_headline(_course(_table([*STEADY, *after]), "2022-07"), SAY) == f"Jono perheneuvontaan {said}"


def test_the_headline_says_that_there_is_no_clear_change_or_too_little_to_tell() -> None:
    steady = _course(_table([*STEADY, 81, 111, 87, 105, 93]), "2022-07")
    assert queue_headline(steady, SAY) == (
        "Jonossa perheneuvontaan ei näy selvää muutosta: nyt noin 93 lasta, mediaani noin 99"
    )
    short = _course(_table([*STEADY, 81, 75]), "2022-07")
    assert queue_headline(short, SAY).endswith("noin 75 lasta; muutoksen arviointiin tarvitaan 10 mittausta")


def test_the_headline_has_published_numbers() -> None:
    result = released_gallery([ANALYSIS]).results[ANALYSIS.key]
    last = result["queue"]["waiting"].iloc[-1]
    made = ANALYSIS.charts["queue"](result, SAY)
    assert f"nyt noin {last:.0f} lasta" in made.headline
    assert "lyhentynyt" in made.headline
    assert result["queue"]["waiting"].tail(20).max() < 99
