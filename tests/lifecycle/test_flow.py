"""The flow of relationships: rows by hand, day by day over random registers, the clean town, charts behind the gate."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Lines, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.flow import ANALYSIS
from kumppanuus.lifecycle.flow.compute import BALANCE, FlowParams, FlowResult, compute
from kumppanuus.lifecycle.flow.shown import balance, changed
from kumppanuus.register.engine import count
from kumppanuus.register.store import Register
from kumppanuus.study import Disclosure, Study
from tests.lifecycle.clean_town import CleanTown
from tests.studies import Row, clients, register, relationships, toy_study

ROWS: list[Row] = [
    (1, "early", "2019-06-01", "2020-02-01"),  # the last day is 31 January
    (1, "early", "2020-02-15", "2020-02-16"),  # a return within a year; comes and goes in a month
    (1, "early", "2021-03-01", None),  # a return after more than a year
    (2, "early", "2020-12-31", "2021-01-01"),  # the last day of a year
    (2, "special", "2021-12-31", "2022-01-01"),  # the last day of the window
    (3, "special", "2021-12-31", "2022-01-02"),  # still open after it
    (3, "corrective", "2018-01-01", None),
]
PEOPLE = [(1, 9, "2014-02-16"), (2, 9, "2003-12-31"), (3, 3, None)]


def _result(built: Register, study: Study, *, by_bucket: bool = False, **settings_of_room: int) -> FlowResult:
    params = FlowParams(**settings_of_room)
    counts = count(ANALYSIS, params, built, study, by_bucket=by_bucket)
    return compute(counts, params, pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> FlowResult:
    study = toy_study()
    built = register(tmp_path_factory.mktemp("flow"), study, relationships=relationships(ROWS), clients=clients(PEOPLE))
    return _result(built, study, washout_months=1)


def test_months_by_hand(by_hand: FlowResult) -> None:
    months = by_hand.months.set_index("month")[list(BALANCE)].astype(int)
    assert len(months) == 24
    busy = months[(months["came"] > 0) | (months["left"] > 0)]
    assert {str(month): tuple(row) for month, row in zip(busy.index, busy.to_numpy().tolist(), strict=True)} == {
        "2020-01": (1, 0, 1), "2020-02": (1, 1, 1), "2020-12": (1, 1, 1), "2021-03": (2, 1, 0), "2021-12": (3, 2, 1),
    }  # fmt: skip
    assert _cells(by_hand.months.tail(1), "waiting_families", "came_families", "left_families") == [(2, 2, 1)]


def test_breakdowns_by_hand(by_hand: FlowResult) -> None:
    services = _cells(by_hand.services, "service", "level", "year", *BALANCE)
    assert services == [
        ("early", "early", "2020", 0, 2, 3), ("early", "early", "2021", 1, 1, 0),
        ("special", "special", "2020", 0, 0, 0), ("special", "special", "2021", 1, 2, 1),
        ("corrective", "corrective", "2020", 1, 0, 0), ("corrective", "corrective", "2021", 1, 0, 0),
    ]  # fmt: skip
    corrective = by_hand.levels[by_hand.levels["level"] == "corrective"]
    assert _cells(corrective, "year", *BALANCE) == [("2020", 1, 0, 0), ("2021", 1, 0, 0)]
    # 1 is five when her first relationship begins and a day short of six in the second
    assert _cells(by_hand.ages, "age_group", "year", *BALANCE) == [
        ("00-06", "2020", 0, 1, 2), ("00-06", "2021", 0, 0, 0), ("07-12", "2020", 0, 0, 0), ("07-12", "2021", 1, 1, 0),
        ("13-17", "2020", 0, 1, 1), ("13-17", "2021", 0, 0, 0), ("18+", "2020", 0, 0, 0), ("18+", "2021", 0, 1, 1),
        ("unknown", "2020", 1, 0, 0), ("unknown", "2021", 2, 1, 0),
    ]  # fmt: skip


def test_types_of_starts_by_hand(by_hand: FlowResult, tmp_path: Path) -> None:
    assert _cells(by_hand.start_types, "start_type", "starts", "persons", "families") == [
        ("first", 3, 2, 2), ("again_later", 1, 1, 1), ("again_soon", 1, 1, 1),
    ]  # fmt: skip
    assert by_hand.early_starts.empty  # nobody came in January 2020
    study = toy_study()
    built = register(tmp_path, study, relationships=relationships(ROWS), clients=clients(PEOPLE))
    found = _result(built, study, washout_months=14)
    assert _cells(found.early_starts, "starts", "persons", "families") == [(2, 2, 1)]
    assert _cells(found.service_types, "service", "start_type", "starts") == [("early", "again_later", 1),
                                                                             ("special", "first", 2)]  # fmt: skip
    assert _result(built, study, washout_months=24).start_types.empty


def test_the_last_day_by_hand(by_hand: FlowResult) -> None:
    assert _cells(by_hand.last_day, "persons", "families") == [(2, 2)]
    assert _cells(by_hand.last_levels, "level", "persons") == [("early", 1), ("special", 1), ("corrective", 1)]
    assert _cells(by_hand.last_ages, "age_now", "persons") == [("07-12", 1), ("unknown", 1)]


_START = st.integers(-200, 720).map(lambda days: datetime.date(2020, 1, 1) + datetime.timedelta(days))
_STAY = st.tuples(st.integers(1, 8), st.sampled_from(["early", "special", "corrective"]), _START,
                  st.none() | st.integers(1, 300))  # fmt: skip


Stays = Sequence[tuple[int, datetime.date, datetime.date]]


def _by_days(stays: Stays, ends: Sequence[datetime.date]) -> list[list[int]]:
    """Count relationships and families (family, first day, first day after) period by period, as one would by hand."""
    rows, before = [], datetime.date(2020, 1, 1)
    for end in ends:
        kinds = (
            [family for family, start, over in stays if start < end < over],
            [family for family, start, _ in stays if before <= start < end],
            [family for family, _, over in stays if before < over <= end],
        )
        rows.append([*(len(kind) for kind in kinds), *(len(set(kind)) for kind in kinds)])
        before = end
    return rows


@settings(max_examples=2, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=22), st.lists(st.integers(1, 3), min_size=8, max_size=8))
def test_every_period_as_counted_one_by_one(
    drawn: list[tuple[int, str, datetime.date, int | None]], homes: list[int]
) -> None:
    """Non-overlapping stays only: each is then a relationship of its own."""
    study, forever = toy_study(), datetime.date(9999, 1, 1)
    kept: list[tuple[int, str, datetime.date, datetime.date]] = []
    for client, service, start, days in drawn:
        over = start + datetime.timedelta(days) if days else forever
        if all((client, service) != (c, s) or over < a or b < start for c, s, a, b in kept):
            kept.append((client, service, start, over))
    rows: list[Row] = [(c, s, str(a), None if b == forever else str(b)) for c, s, a, b in kept]
    people = clients([(place + 1, 100 + home, "2010-01-01") for place, home in enumerate(homes)])
    with tempfile.TemporaryDirectory() as folder:
        built = register(Path(folder), study, relationships=relationships(rows), clients=people)
        found, parts = _result(built, study), _result(built, study, by_bucket=True)
    seen = [(homes[c - 1], s, a, b) for c, s, a, b in kept if b > datetime.date(2020, 1, 1) and a < study.window.end]
    ends = [datetime.date(2020 + month // 12, month % 12 + 1, 1) for month in range(1, 25)]
    columns = [*BALANCE, *(f"{name}_families" for name in BALANCE)]
    if seen:
        wanted = _by_days([(f, a, b) for f, _, a, b in seen], ends)
        assert found.months[columns].astype(int).to_numpy().tolist() == wanted
    for service in {s for _, s, _, _ in seen}:
        mine = [(f, a, b) for f, s, a, b in seen if s == service]
        for table, code, places in ((found.services, "service", ends[11::12]), (found.levels, "level", ends[11::12])):
            counted = table.loc[table[code] == service, columns].astype(int).to_numpy().tolist()
            assert counted == _by_days(mine, places)
    for name in FlowResult.tables():
        pd.testing.assert_frame_equal(getattr(found, name), getattr(parts, name))


def test_no_more_than_the_last_sixty_months(tmp_path: Path) -> None:
    study = toy_study(window={"from": "2014-03-15", "to": "2021-12-31"})
    rows: list[Row] = [(1, "early", "2015-01-01", "2016-12-31"), (1, "special", "2016-06-01", "2017-01-31"),
                       (2, "early", "2016-12-01", None)]  # fmt: skip
    found = _result(register(tmp_path, study, relationships=relationships(rows)), study)
    assert found.months["month"].tolist() == [f"{year}-{n:02d}" for year in range(2017, 2022) for n in range(1, 13)]
    assert found.months[list(BALANCE)].astype(int).to_numpy().tolist() == [[1, 0, 1], *[[1, 0, 0]] * 59]
    assert found.services["year"].unique().tolist() == ["2018", "2019", "2020", "2021"]
    early = found.levels[found.levels["level"] == "early"]
    assert _cells(early, "year", *BALANCE)[:4] == [
        ("2014", 0, 0, 0), ("2015", 1, 1, 0), ("2016", 1, 1, 1), ("2017", 1, 0, 0),
    ]  # fmt: skip


def test_the_clean_town(clean_town: CleanTown) -> None:
    """Stock and starts of levels, and returns after two years, counted from the town's own rows."""
    rows, found = clean_town.relationships, _result(clean_town.register, clean_town.study)
    ends = np.arange("2022-01", "2026-02", 12, dtype="datetime64[M]").astype("datetime64[D]").astype(int)
    for level, mine in rows.groupby("level"):
        table = found.levels[found.levels["level"] == level]
        wanted = [int(((mine["start"] < day) & (mine["end"] > day)).sum()) for day in ends]
        assert table["waiting"].tolist() == wanted
        homes = [mine.loc[(mine["start"] < day) & (mine["end"] > day), "family"].nunique() for day in ends]
        assert table["waiting_families"].tolist() == homes
    seen = rows.sort_values(["client", "service", "start"])
    began, over = (pd.to_datetime(seen[name], unit="D") for name in ("start", "end"))
    previous = over.groupby([seen["client"], seen["service"]]).shift()
    known, soon = began >= "2023-01-01", began < previous + pd.DateOffset(years=1)
    counts = found.start_types.set_index("start_type")["starts"]
    assert counts["again_soon"] == (known & soon).sum()
    assert counts["again_later"] == (known & previous.notna() & ~soon).sum()
    assert counts["first"] == (known & previous.isna()).sum()
    assert found.early_starts["starts"].tolist() == [((began >= "2021-01-01") & ~known).sum()]


# ---------------------------------------------------------------------------------------------------------------
# Charts


def test_more_came_than_left_beyond_rounding_and_chance() -> None:
    def series(*numbers: float) -> pd.Series:
        return pd.Series(numbers, dtype=float)

    assert balance(series(51, 51, 51), series(27, 27, 27)) == 1
    assert balance(series(27, 27, 27), series(51, 51, 51)) == -1
    assert balance(series(33), series(27)) == 0
    # three years of 39 against 27: the classes of six leave 21 to 51 of the 36, the stocks tell 31 to 41
    assert balance(series(39, 39, 39), series(27, 27, 27)) == 0
    assert balance(series(39, 39, 39), series(27, 27, 27), 69, 105) == 1
    assert balance(series(39, 39, 39), series(27, 27, 27), 69, np.nan) == 0
    assert changed(51, 105)
    assert not changed(345, 351)


@cache
def _shown(many: int = 40) -> ReleasedResult:
    """A made-up town through the gate: two levels in two years, of which the corrective one grows."""
    frames = {
        "months": _queue([f"{year}-{n:02d}" for year in (2020, 2021) for n in range(1, 13)], 400, 3 * many,
                         3 * many),
        "levels": pd.concat([_queue(["2020", "2021"], 300, 4 * many, 4 * many, level="early"),
                             _queue(["2020", "2021"], 60, 4 * many, 2 * many, level="corrective")]),
        "services": pd.concat([_queue(["2020", "2021"], 300, 4 * many, 4 * many, service="early", level="early"),
                               _queue(["2020", "2021"], 60, 4 * many, 2 * many, service="corrective",
                                      level="corrective")]),
        "ages": _queue(["2020", "2021"], 300, 4 * many, 4 * many, age_group="00-06"),
        "areas": _queue(["2020", "2021"], 300, 4 * many, 4 * many, area="north"),
        "known_starts": _people(starts=20 * many), "early_starts": _people(starts=many),
        "start_types": _people(start_type=["first", "again_later", "again_soon"], starts=[15 * many, many, 4 * many]),
        "service_starts": _people(service=["early", "corrective"], level=["early", "corrective"],
                                  starts=[14 * many, 6 * many]),
        "service_types": _people(service=["early"] * 2 + ["corrective"] * 2, level=["early"] * 2 + ["corrective"] * 2,
                                 start_type=["first", "again_soon"] * 2,
                                 starts=[10 * many, 4 * many, 5 * many, many]),
        "last_day": _people(starts=10 * many),
        "last_levels": _people(level=["early", "corrective"], starts=[8 * many, 3 * many]),
        "last_ages": _people(age_now=["00-06", "18+"], starts=[6 * many, 4 * many]),
        "last_areas": _people(area=["north"], starts=[10 * many]),
        "last_sexes": _people(sex=["female", "male"], starts=[5 * many, 5 * many]),
        "years": pd.DataFrame({"year": ["2020", "2021"], "days_seen": [366.0, 365.0]}),
        "settings": pd.DataFrame({"washout_months": [24.0], "return_months": [12.0]}),
    }  # fmt: skip
    declared = FlowResult.tables()
    made = FlowResult(**{name: frames[name][list(table.columns)] for name, table in declared.items()})
    return release({ANALYSIS.key: made}, Disclosure()).results[ANALYSIS.key]


def _queue(periods: list[str], before: int, came: int, left: int, **codes: str) -> pd.DataFrame:
    waiting = before + np.cumsum(np.full(len(periods), came - left))
    frame = pd.DataFrame({"waiting": waiting, "came": came, "left": left}).assign(**codes)
    for name in BALANCE:
        frame[f"{name}_families"] = frame[name]
    kind = "month" if "-" in periods[0] else "year"
    return frame.assign(**{kind: periods})


def _people(starts: Any, **codes: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"starts": np.atleast_1d(starts), **codes})
    return frame.assign(persons=frame["starts"], families=frame["starts"] // 2)


def _chart(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    drawn = ANALYSIS.charts[name](released, Say(language, read_texts(ANALYSIS.messages), {}))  # type: ignore[arg-type]
    assert isinstance(drawn, Chart)
    return drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_and_lints(language: str) -> None:
    charts = {name: _chart(name, _shown(), language) for name in ANALYSIS.charts}
    assert not [fault for drawn in charts.values() for fault in lint_figure(figure(drawn))]
    forms = {name: type(drawn.form) for name, drawn in charts.items()}
    assert forms == {"stock": Lines, "months": Lines, "services": Dumbbell, "groups": Dumbbell, "types": StackedBars,
                     "last_day": Bars}  # fmt: skip


def test_headlines_say_what_the_numbers_say() -> None:
    headlines = {name: _chart(name, _shown()).headline for name in ANALYSIS.charts}
    assert headlines["stock"].startswith("Korjaavat palvelut: voimassa olevien asiakkuuksien määrä kasvoi")
    assert "(noin 141 → 219)" in headlines["stock"]
    assert "suunnilleen yhtä monta" in headlines["months"]
    assert "alkoi enemmän (noin 318) kuin päättyi (noin 162)" in headlines["services"]
    assert "ei eroa selvästi" in headlines["groups"]
    assert "noin 20\u00a0% oli paluita" in headlines["types"]
    assert "noin 29\u00a0% korjaavissa" in headlines["last_day"]


def test_small_numbers_show_nothing() -> None:
    released = _shown(1)
    assert isinstance(_chart("types", released).form, Notice)
    assert isinstance(_chart("services", released).form, Notice)
    months = released["months"]
    assert months[["came", "left"]].isna().all(axis=None)
    assert isinstance(_chart("months", released).form, Notice)
