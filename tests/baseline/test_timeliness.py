"""Time limits: a small organiser by hand, the demo's contacts by another calendar, through the gate to charts."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.baseline.timeliness import ANALYSIS
from kumppanuus.baseline.timeliness.compute import TimelinessParams, TimelinessResult, compute
from kumppanuus.baseline.timeliness.signals import signals
from kumppanuus.demo.truth_affairs import month_limit
from kumppanuus.demo.workdays import CALENDAR, moved, working_days_between
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Forest, Histogram, Notice, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.register.clocks import ASSESSMENT, START
from kumppanuus.register.engine import count
from kumppanuus.register.workdays import is_workday
from kumppanuus.study import Disclosure
from tests.baseline.contacted_town import contacted_town
from tests.register.test_clocks import contacts
from tests.studies import register, relationships, toy_study

AREAS = [{"code": code, "name": {"fi": code.title()}} for code in ("east", "west")]


def _result(folder: Path, rows: list[tuple[int | str | None, ...]], **params: int) -> TimelinessResult:
    study = toy_study(areas=AREAS)
    built = register(folder, study, 1, contacts=contacts(rows), relationships=relationships([]))
    settings = TimelinessParams(**params)
    return compute(count(ANALYSIS, settings, built, study), settings, pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *over: str) -> dict[tuple[str, ...], tuple[int, int]]:
    rows = frame[[*over, "due", "in_time"]].itertuples(index=False, name=None)
    return {row[:-2]: (int(row[-2]), int(row[-1])) for row in rows}


def _released(result: TimelinessResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _rows(late_in_east: int, year: int = 2021) -> list[tuple[int | str | None, ...]]:
    """60 contacts in either area, each of a family: decided in two days or in three weeks, assessed in ten weeks."""
    first, day = datetime.date(year, 1, 11), datetime.timedelta(1)
    rows: list[tuple[int | str | None, ...]] = []
    for place in range(120):
        area, date = ("east", "west")[place % 2], first + 2 * place * day
        wait = 21 if area == "east" and place // 2 < late_in_east else 2
        decided, assessed = date + wait * day, date + (21 + place % 50) * day
        rows.append((place + 1, str(date), "contact", None, str(decided), str(assessed), "service", area))
    return rows


@pytest.fixture(scope="module")
def half_late(tmp_path_factory: pytest.TempPathFactory) -> ReleasedResult:
    return _released(_result(tmp_path_factory.mktemp("half_late"), _rows(30)))


def test_a_small_organiser_by_hand(tmp_path: Path) -> None:
    rows = _rows(24)
    rows += [(200, "2021-12-30", "contact", None, None, None, None, "west"),  # not due yet
             (201, "2021-05-03", "contact", None, None, None, "advice", "west"),  # no day
             (202, "2021-05-03", "contact", None, None, None, None, "west"),  # still open, both limits past
             (203, "2021-05-03", "contact", None, "2021-05-04", None, "withdrew", "west"),
             (None, "2021-05-03", "contact", None, "2021-05-04", None, "no_need", "east")]  # fmt: skip
    result = _result(tmp_path, rows)
    assert _cells(result.areas, "clock", "area") == {
        (START, "east"): (61, 37),  # the contact of nobody known counts
        (START, "west"): (61, 60),  # the one still open is late
        (ASSESSMENT, "east"): (60, 60),
        (ASSESSMENT, "west"): (61, 60),
    }
    fates = {clock: dict(zip(part["fate"], part["contacts"], strict=True)) for clock, part in
             result.fates.groupby("clock")}  # fmt: skip
    assert fates[START] == {"in_time": 97, "late": 24, "overdue": 1, "pending": 1, "closed": 1, "undated": 1}
    assert fates[ASSESSMENT] == {"in_time": 120, "overdue": 1, "pending": 1, "closed": 2, "undated": 1}
    assert _cells(result.years, "clock", "year")[START, "2021"] == (122, 97)
    bins = result.decisions.set_index("low")["persons"]
    assert bins[10.0] + bins[15.0] == 24  # three weeks are 12 to 15 working days, on a Saturday the 16th is next
    assert bins.sum() == 120  # known people whose decision was made; withdrawing is none
    assert result.assessments["persons"].sum() == result.assessments["persons"].iloc[:3].sum() == 120
    limits = result.limits.set_index("clock")
    assert limits.loc[START, "working_days"] == 7
    assert limits.loc[ASSESSMENT, "months"] == 3


def test_the_area_that_is_late_is_a_signal_and_chance_is_none(half_late: ReleasedResult, tmp_path: Path) -> None:
    late = {signal.words[0][2]: signal for signal in signals(half_late) if signal.name == "late_start"}
    east = late["east"]
    assert east.value == pytest.approx(0.5, abs=0.04)
    assert east.lower <= 0.5 <= east.upper < east.reference == 0.95
    assert 0.4 < east.gap * east.certainty < 1
    assert 25 <= east.families <= 35
    assert late["west"].gap * late["west"].certainty == 0
    few = signals(_released(_result(tmp_path, _rows(6))))
    assert all(signal.gap * signal.certainty == 0 for signal in few)  # 90 % of 60 may be chance


def test_a_day_that_is_never_recorded_is_no_lateness(tmp_path: Path) -> None:
    rows = [(*row[:5], None, "assessment", row[7]) for row in _rows(0)]
    result = _result(tmp_path, rows)
    for name in ("limits", "quarters", "years", "areas", "kinds", "fates"):
        assert set(getattr(result, name)["clock"]) == {START}, name


def test_a_year_worse_than_the_one_before_is_a_signal(tmp_path: Path) -> None:
    rows = [*_rows(0, 2020), *((200 + int(row[0] or 0), *row[1:]) for row in _rows(50))]
    released = _released(_result(tmp_path, rows))
    (worse,) = (signal for signal in signals(released) if signal.name == "worse_start")
    assert worse.reference == 1.0
    assert worse.value == pytest.approx(70 / 120, abs=0.03)
    assert worse.certainty > 0.5
    say = Say("fi", read_texts(ANALYSIS.messages))
    headline = ANALYSIS.charts["quarters"](released, say).headline
    assert f"{round(100 * (1 - worse.value))}\u00a0%" in headline
    assert "enemmän kuin vuotta aiemmin (lähes ei yhtään)" in headline  # equal rounded numbers are never all


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_say_what_the_tables_hold(language: str, half_late: ReleasedResult) -> None:
    say = Say(language, read_texts(ANALYSIS.messages), {"areas": {"east": "Itäinen", "west": "Läntinen"}})  # type: ignore[arg-type]
    drawn = {name: chart(half_late, say) for name, chart in ANALYSIS.charts.items()}
    for name, chart in drawn.items():
        assert not lint_figure(figure(chart)), name
        assert not isinstance(chart.form, Notice), name
    areas = drawn["decision_areas"].form
    assert isinstance(areas, Forest)
    assert [row.label for row in areas.rows if row.clear] == ["Itäinen"]
    assert "Itäinen" in drawn["decision_areas"].headline
    histogram = drawn["decisions"].form
    assert isinstance(histogram, Histogram)
    assert histogram.limit is not None
    assert histogram.limit[0] == 7
    assert [each.colour for each in histogram.bins if each.left >= 7] == ["special"] * sum(
        each.left >= 7 for each in histogram.bins
    )
    assert "95" in drawn["assessment_areas"].headline


def test_the_calendar_is_that_of_another_program() -> None:
    """The demo reckons Easter and Midsummer by itself."""
    days = np.arange("2012-01-01", "2027-01-01", dtype="datetime64[D]")
    mine = [is_workday(day) for day in days.astype(object)]
    assert mine == np.is_busday(days, busdaycal=CALENDAR).tolist()


def test_the_demos_contacts_by_another_route() -> None:
    town = contacted_town()
    rows = town.contacts
    end = int(np.datetime64(town.study.window.end).astype(int))
    date, decided, assessed = (rows[each].to_numpy() for each in ("date", "decided", "assessed"))
    withdrew, outcome = (rows["outcome"] == "withdrew").to_numpy(), rows["outcome"].to_numpy()
    closing = np.isin(outcome, ("redirected", "advice", "no_need", "withdrew"))
    undated = (decided < 0) & (outcome != "")
    last = moved(date, 7)  # of a weekend the Friday before, from which the same days are counted
    in_time = (decided >= 0) & (working_days_between(date, decided) <= 7) & (decided <= last)
    start = pd.DataFrame({"due": ~undated & (last < end) & ~(withdrew & in_time), "in_time": in_time & ~withdrew})
    last = month_limit(date)
    lost = np.where(closing, decided < 0, (assessed < 0) & (outcome == "service"))
    closed = closing & (decided >= 0) & (decided <= last)
    kept = ~closing & (assessed >= 0) & (assessed <= last)
    assessments = pd.DataFrame({"due": ~lost & (last < end) & ~closed, "in_time": kept})
    counts = count(ANALYSIS, TimelinessParams(), town.register, town.study)
    for clock, wanted in ((START, start), (ASSESSMENT, assessments)):
        wanted["in_time"] &= wanted["due"]
        by = wanted.groupby([rows["area"], date.astype("datetime64[D]").astype("datetime64[Y]").astype(str)]).sum()
        mine = counts["areas"][counts["areas"]["clock"] == clock].set_index(["area", "year"])[["due", "in_time"]]
        pd.testing.assert_frame_equal(
            mine.astype(int).sort_index(), by.astype(int).sort_index(), check_names=False, check_index_type=False
        )


def test_the_share_in_time_is_the_incidence_at_the_limit() -> None:
    """Where everybody is followed beyond the limit, share and curve are the same estimate of the same people."""
    town = contacted_town()
    counts = count(ANALYSIS, TimelinessParams(), town.register, town.study)
    result = compute(counts, TimelinessParams(), pipeline.context_of(town.study, town.register.given))
    curve = result.progress[(result.progress["cause"] == "done") & (result.progress["time"] == 91)]["share"].iloc[0]
    years = result.years[result.years["clock"] == ASSESSMENT][["due", "in_time"]].sum()
    fates = counts["fates"][counts["fates"]["clock"] == ASSESSMENT]
    withdrew = counts["days"][counts["days"]["event"] == "withdrew"]["n"].sum()
    assert fates["contacts"].sum() > 300
    assert curve == pytest.approx(years["in_time"] / (years["due"] + withdrew), abs=0.02)
