"""The forecast: its check by hand, a small town through the gate, and what moves the published numbers."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer, with_gathered
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import round_counts
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.drawing import Chart, Forest, Notice, StackedBars, StockAndForecast, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import speaker
from kumppanuus.methods.forecast import project
from kumppanuus.register.engine import count
from kumppanuus.register.store import Register
from kumppanuus.resources.forecast import ANALYSIS
from kumppanuus.resources.forecast.compute import _expected, months_within, rates_of_bands
from kumppanuus.resources.forecast.declared import GRID, ForecastParams, ForecastResult, month_code
from kumppanuus.resources.forecast.known import Known, known, periods
from kumppanuus.study import Study
from kumppanuus.wings import ROOMS
from tests.studies import Row, clients, register, relationships, toy_study

FIRST, LAST = datetime.date(2018, 1, 1), datetime.date(2022, 12, 31)
MONTH = 365.25 / 12


def _study(**changes: object) -> Study:
    return toy_study(window={"from": FIRST, "to": LAST}, **changes)


def _capacity(rows: list[tuple[str, str | None, str, float | None, float | None]]) -> pa.Table:
    services, areas, days, places, fte = zip(*rows, strict=True)
    return pa.table(
        {
            "service": pa.array(services, pa.string()),
            "date": pa.array([datetime.date.fromisoformat(day) for day in days], pa.date32()),
            "area": pa.array(areas, pa.string()),
            "production": pa.nulls(len(rows), pa.string()),
            "places": pa.array(places, pa.float64()),
            "fte": pa.array(fte, pa.float64()),
            "budget_eur": pa.nulls(len(rows), pa.float64()),
        }
    )


# Of ten relationships in one service, what was known at the end of 2020 (the third last whole year): in days from start
# to the end or to 1 January 2021. 2020 is a leap year.
TEN: list[Row] = [
    (1, "early", "2020-12-02", None),  # 30 days old at the cut, open
    (2, "early", "2020-11-02", "2021-02-01"),  # ends later: 60 days old, open then
    (3, "early", "2020-10-03", "2020-11-02"),  # 30 days, ended
    (4, "early", "2020-06-01", "2020-07-31"),  # 60 days, ended
    (5, "early", "2020-03-03", "2020-06-01"),  # 90 days, ended
    (6, "early", "2017-12-22", "2018-01-31"),  # begins 10 days before the window, 40 days in all
    (7, "early", "2021-01-01", "2021-05-01"),  # begins after the cut: not known then
    (8, "early", "2017-05-01", "2017-12-01"),  # ended before the window
    (9, "early", "2020-12-31", "2021-01-01"),  # its last day is the last one known: ended, 1 day
    (10, "early", "2020-09-03", "2023-05-01"),  # 120 days old at the cut, open
]


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> tuple[Register, Study]:
    study = _study()
    people = clients([(row[0], row[0], None) for row in TEN])
    capacity = _capacity([
        ("early", "east", "2021-01-01", 20.0, 2.5), ("early", "east", "2022-01-01", 22.0, 2.25),
        ("early", "west", "2020-01-01", 10.0, None), ("early", "west", "2023-01-01", 99.0, 9.0),
        ("special", None, "2019-01-01", None, 1.0),
    ])  # fmt: skip
    return register(tmp_path_factory.mktemp("ten"), study, relationships=relationships(TEN), clients=people,
                    capacity=capacity), study  # fmt: skip


def test_what_was_known_at_the_cut_by_hand(ten: tuple[Register, Study]) -> None:
    built, study = ten
    counts = count(ANALYSIS, ForecastParams(), built, study)
    rows = counts["at_cut"]
    assert set(rows["year"].astype(str)) == {"2020"}
    assert set(rows["service"].astype(str)) == {"early"}
    found = {name: dict(zip(rows["day"], rows[name], strict=True)) for name in ("entering", "ended", "censored")}
    assert {day: n for day, n in found["entering"].items() if n} == {0: 7, 10: 1}
    assert {day: n for day, n in found["ended"].items() if n} == {1: 1, 30: 1, 40: 1, 60: 1, 90: 1}
    assert {day: n for day, n in found["censored"].items() if n} == {30: 1, 60: 1, 120: 1}
    assert counts["now"][["persons", "families"]].to_numpy().tolist() == [[2, 2]]
    by_bucket = count(ANALYSIS, ForecastParams(), built, study, by_bucket=True)
    for name, frame in counts.items():
        pd.testing.assert_frame_equal(by_bucket[name], frame, check_dtype=False, check_categorical=False)


def test_places_in_force_on_the_last_day(ten: tuple[Register, Study]) -> None:
    built, study = ten
    result = _computed(built, study)
    assert result.places.to_numpy().tolist()[0] == ["early", 32.0, 2.25]
    assert math.isnan(result.places["places"][1])
    assert result.places["fte"][1] == 1.0


def test_what_a_forecast_at_the_cut_expects_by_hand(ten: tuple[Register, Study]) -> None:
    """Three months seen, by hand: rates of bands; where less was seen than lies ahead the rate of all fills up."""
    bands = np.array([0.0, 1.0, 2.0])
    day = np.array([0.0, 0.5, 1.5, 3.0])
    assert months_within(bands, day, np.array([7.0, 2.0, 3.0, 1.0])).tolist() == [5.0, 2.5, 1.0]
    curve = rates_of_bands(bands, np.array([5.0, 2.5, 1.0]), np.array([2.0, 0.0, 1.0]), np.array([1.0, 5.0, 24.0]))
    assert curve is not None
    usual = 3 / 8.5
    hazards = [2 / 5, 2.5 * usual / 5, (1 + 23 * usual) / 24]
    assert np.diff(curve.hazard[0]).tolist() == pytest.approx(hazards[:2])
    assert curve.tail[0] == pytest.approx(hazards[2])
    assert rates_of_bands(bands, np.zeros(3), np.zeros(3), np.ones(3)) is None
    built, study = ten
    counts = count(ANALYSIS, ForecastParams(), built, study)
    rows = counts["at_cut"]
    assert _expected(rows, came=48.0, params=ForecastParams()) is None  # 14 months were seen
    stay, new = _expected(rows, came=48.0, params=ForecastParams(least_months=1)) or (math.nan, math.nan)
    # The ten: 5 ends in 30 + 60 + 30 + 60 + 90 + 30 + 1 + 120 days (of the sixth, 10 to 40); of 24 months ahead hardly
    # anything was seen, so the rate of all decides.
    rate = 5 / ((30 + 60 + 30 + 60 + 90 + 30 + 1 + 120) / MONTH)
    assert stay == round(3 * math.exp(-24 * rate))
    assert new == pytest.approx(48 / 24 * (1 - math.exp(-24 * rate)) / rate, abs=1)


def test_too_few_whole_years_give_no_check(tmp_path: Path) -> None:
    study = toy_study(window={"from": "2020-01-01", "to": "2022-12-31"})
    built = register(tmp_path, study, relationships=relationships(TEN), clients=clients([(1, 1, None)]))
    assert _computed(built, study).checked.empty


def _computed(built: Register, study: Study, params: ForecastParams | None = None) -> ForecastResult:
    counts = count(ANALYSIS, params or ForecastParams(), built, study)
    result = ANALYSIS.compute(counts, params or ForecastParams(), pipeline.context_of(study, built.given))
    assert isinstance(result, ForecastResult)
    return result


# A small town: three services, of which the corrective one grows by a quarter a year.
LEAVING = {"early": 4.0, "special": 9.0, "corrective": 20.0}
COMING = {"early": (14.0, 0.0), "special": (9.0, 0.0), "corrective": (1.6, 0.25)}


def _town() -> list[Row]:
    rng, rows, first = np.random.default_rng(12), list[Row](), np.datetime64("2013-01-01")
    days = np.arange((np.datetime64("2023-01-01") - first).astype(int))
    for service, (rate, growth) in COMING.items():
        daily = rate / MONTH * np.exp(growth * np.maximum(days - 1826, 0) / 365.25)
        starts = np.repeat(days, rng.poisson(daily))
        stays = np.ceil(rng.exponential(LEAVING[service] * MONTH, len(starts))).astype(int)
        for start, stay in zip(starts, stays, strict=True):
            end = first + int(start + stay)
            if end > np.datetime64("2018-01-01"):
                client = len(rows) + 1
                rows.append(
                    (client, service, str(first + int(start)), str(end) if end <= np.datetime64(LAST) else None)
                )
    return rows


Gated = tuple[Mapping[str, ReleasedResult], Context]


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    """Exact numbers (the internal face): what can be computed by another route."""
    study, rows = _study(), _town()
    people = clients([(row[0], row[0], None) for row in rows])
    built = register(
        tmp_path_factory.mktemp("town"), study, relationships=relationships(rows), clients=people,
        capacity=_capacity([("corrective", None, "2018-01-01", 60.0, None), ("early", None, "2018-01-01", 80.0, 8.0)]),
    )  # fmt: skip
    rooms = [room for room in ROOMS if room.key in (*ANALYSIS.uses, ANALYSIS.key)]
    results = pipeline.results_of(rooms, built, study)
    context = pipeline.context_of(study, built.given)
    gather = {room.key: gatherer(room, room.params(), rooms, built.given, context=context)
              for room in pipeline.used_first(rooms) if room.gather}  # fmt: skip
    return release(results, study.disclosure, face="internal", gather=gather).results, context


def _own(gated: Gated) -> ReleasedResult:
    return gated[0][ANALYSIS.key]


def _known(gated: Gated) -> Known:
    found = known(*gated)
    assert isinstance(found, Known)
    return found


def _gathered_again(gated: Gated, changed: Mapping[str, ReleasedResult]) -> ReleasedResult:
    results, context = gated
    used = {key: {**results, **changed}[key] for key in ANALYSIS.uses}
    frames = ANALYSIS.gather(_own(gated), Gathered((), {}, {}, used, context), ForecastParams())  # type: ignore[misc]
    return with_gathered(_own(gated), ForecastResult.tables(), frames)


def test_now_is_what_is_open_now(gated: Gated) -> None:
    now = _own(gated)["ahead"].query("horizon == '00'").set_index("service")["clients"]
    wanted = pd.Series([row[1] for row in _town() if row[3] is None]).value_counts()
    assert now.to_dict() == wanted.to_dict()
    history = _own(gated)["history"]
    assert history["period"].unique().tolist() == [f"{year}-12" for year in range(2018, 2023)]
    assert history[history["period"] == "2022-12"]["clients"].sum() == wanted.sum()


def test_the_inputs_give_the_forecast_again(gated: Gated) -> None:
    own = _own(gated)
    again = project(own["inputs"].drop(columns="hidden"), (0, 12, 24, 36)).set_index(["service", "ahead"])
    for row in own["ahead"].to_dict("records"):
        found = again.loc[(row["service"], float(row["horizon"]))]
        for name in ("today", "new", "clients"):
            assert row[name] == (
                round_counts(np.round(found[name])) if row["horizon"] != "00" else round(found[name])
            ), row
        assert row["lower"] - 0.1 <= found["clients"] <= row["upper"] + 0.1
        assert row["lower"] <= row["inner_lower"] <= row["inner_upper"] <= row["upper"]
        assert row["scenario_lower"] - 0.1 <= found["clients"] <= row["scenario_upper"] + 0.1


def test_the_future_of_a_town_whose_laws_are_known(gated: Gated) -> None:
    """The expected future by the laws the town was drawn from lies near; growth is carried on."""
    ahead = _own(gated)["ahead"].set_index(["service", "horizon"])
    for service, (rate, growth) in COMING.items():
        mean, now = LEAVING[service], float(ahead.loc[(service, "00"), "clients"])
        at_end = rate * math.exp(growth * 5)
        speed = growth / 12
        new = at_end * (math.exp(speed * 24) - math.exp(-24 / mean)) / (1 / mean + speed)
        wanted = now * math.exp(-24 / mean) + new
        row = ahead.loc[(service, "24")]
        away = abs(math.log(wanted / row["clients"]))
        end = row["lower"] if wanted < row["clients"] else row["upper"]
        assert away <= 2 * abs(math.log(end / row["clients"])), service  # 99 % where the limits are those of 80 %
    grows = ahead.loc["corrective"]["clients"]
    assert grows["36"] > 1.4 * grows["00"]


def test_levels_and_everything_are_sums(gated: Gated) -> None:
    own = _own(gated)
    wanted = project(own["inputs"].drop(columns="hidden"), (24,))["clients"].sum()
    total = own["all_ahead"].set_index("horizon").loc["24"]
    assert total["clients"] == round_counts(np.round(wanted))
    each = own["ahead"].query("horizon == '24'")
    assert total["upper"] - total["lower"] < (each["upper"] - each["lower"]).sum()  # errors add in squares
    assert own["levels_ahead"]["level"].nunique() == 3


def test_cost_is_that_of_the_last_whole_year(gated: Gated) -> None:
    """The price of a day times the days of a month; where no way of production is told: own euros over the mean of both
    ends of the year. A service paid by the visit without visits has none."""
    results, _ = gated
    unit = _own(gated)["unit"].set_index("service")["cost_month_eur"]
    assert unit["early"] == pytest.approx(10 * 365.25 / 12, rel=5e-3)
    spending = results["resources.spending"]
    rows = replace(spending, tables={k: v for k, v in spending.tables.items() if k != "ways"})
    by_ends = _gathered_again(gated, {"resources.spending": rows})["unit"].set_index("service")["cost_month_eur"]
    spent = results["resources.spending"]["services"].query("year == '2022'").set_index("service")["cost_eur"]
    stocks = results["lifecycle.flow"]["services"].set_index(["service", "year"])["waiting"]
    wanted = spent["early"] / (stocks["early", "2021"] + stocks["early", "2022"]) * 2 / 12
    assert by_ends["early"] == pytest.approx(wanted, rel=5e-3)
    assert math.isnan(unit["special"])
    rows = _own(gated)["ahead"].query("horizon == '24'").set_index("service")
    inputs = project(_own(gated)["inputs"].drop(columns="hidden"), (24,)).set_index("service")["clients"]
    assert rows["cost_eur"]["early"] == pytest.approx(12 * unit["early"] * inputs["early"], rel=6e-3)
    assert rows["cost_scenario_lower"]["early"] < rows["cost_eur"]["early"] < rows["cost_scenario_upper"]["early"]
    assert rows["cost_eur"].isna()["special"]


def test_the_check_is_made_of_what_was_known(gated: Gated) -> None:
    """Against the town: what was open at the end of 2020 and of 2022; the sum of parts is the forecast."""
    own, town = _own(gated), _town()
    checks = own["checks"].set_index("service")
    for name, day in (("before", "2021-01-01"), ("came", "2023-01-01")):
        wanted = pd.Series([row[1] for row in town if row[2] < day and (row[3] is None or row[3] > day)]).value_counts()
        assert checks[name].to_dict() == wanted.to_dict()
    parts = own["checked"].set_index("service")
    trend = dict(zip(LEAVING, _known(gated).arrivals(-24.0).trend, strict=True))
    for service in LEAVING:  # newcomers are as many as in the two years before, and a trend of then is carried on
        steady = parts.loc[service, "remaining"] + parts.loc[service, "newcomers"]
        moved = checks.loc[service, "forecast"] - steady
        assert np.sign(moved) == np.sign(trend[service]), service
        assert abs(moved) < 0.6 * steady * math.expm1(3 * abs(trend[service])) + 6
    assert checks["inside"].sum() >= 2
    inside = (checks["lower"] <= checks["came"]) & (checks["came"] <= checks["upper"])
    assert (checks["inside"] == inside).all()
    assert own["all_checks"]["came"][0] == checks["came"].sum()


def test_places_and_staff(gated: Gated) -> None:
    own = _own(gated)
    needed, rows = own["needed"].set_index("service"), own["ahead"].query("horizon == '24'").set_index("service")
    assert needed["share"]["corrective"] == pytest.approx(rows["clients"]["corrective"] / 60, abs=6e-4)
    now = own["ahead"].query("horizon == '00'").set_index("service")["clients"]
    assert needed["fte_needed"]["early"] == pytest.approx(8 / now["early"] * rows["clients"]["early"], abs=0.06)
    assert math.isnan(needed["fte_needed"]["corrective"])
    (signal,) = [each for each in ANALYSIS.signals(own) if each.words[0][2] == "corrective"]  # type: ignore[misc]
    assert signal.value == needed["share"]["corrective"]
    assert signal.lower < needed["share_lower"]["corrective"]  # 95 % is wider than 80 %
    assert signal.certainty > 0


def test_hidden_numbers_are_three_and_wider(gated: Gated) -> None:
    """What a public run hides or rounds: the small service is still forecast, with a wider interval."""
    results, _ = gated
    quality, usual = results["baseline.data_quality"], _own(gated)["ahead"].set_index(["service", "horizon"])
    shown = {
        "open_services": _published(quality["open_services"], ["persons", "families"], hide="corrective"),
        "open_times": _published(quality["open_times"], ["persons", "families"], hide="corrective"),
        "service_quarters": _published(quality["service_quarters"], ["relationships"], hide="corrective"),
    }
    tables = {name: replace(table, frame=shown.get(name, table.frame)) for name, table in quality.tables.items()}
    hidden = _gathered_again(gated, {"baseline.data_quality": replace(quality, tables=tables)})
    rows = hidden["ahead"].set_index(["service", "horizon"])
    assert rows.loc[("corrective", "00"), "clients"] == 3
    assert rows.loc[("corrective", "00"), ["lower", "upper"]].tolist() == [1, 9]
    for service in ("early", "special"):
        before, after = usual.loc[(service, "24")], rows.loc[(service, "24")]
        assert abs(after["clients"] - before["clients"]) <= 6
        assert after["upper"] - after["lower"] >= before["upper"] - before["lower"]


def _published(frame: pd.DataFrame, columns: list[str], hide: str) -> pd.DataFrame:
    shut = frame["service"] == hide
    return frame.assign(**{name: pd.Series(round_counts(frame[name].to_numpy())).mask(shut) for name in columns})


@pytest.mark.parametrize("lacking", ["lifecycle.durations", "lifecycle.flow", "baseline.data_quality"])
def test_without_a_room_that_it_uses_it_says_so(gated: Gated, lacking: str) -> None:
    gone = _gathered_again(gated, {lacking: ReleasedResult(lacking, "missing", {})})
    assert gone["ahead"].empty
    for language in LANGUAGES:
        say = speaker(_study(), language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]
        for chart in ANALYSIS.charts.values():
            assert isinstance(chart(gone, say).form, Notice)
    assert ANALYSIS.signals(gone) == ()  # type: ignore[misc]


def test_less_than_a_year_is_no_ground_for_a_forecast(gated: Gated) -> None:
    results, context = gated
    assert known(results, replace(context, years={"2022": 364})) is None
    assert known(results, replace(context, years={"2022": 365})) is not None


def test_a_service_without_a_curve_takes_that_of_its_level(gated: Gated) -> None:
    results, context = gated
    durations = results["lifecycle.durations"]
    curves = durations["service_curves"]
    frame = curves[curves["service"] != "special"].reset_index(drop=True)
    table = replace(durations.tables["service_curves"], frame=frame)
    changed = replace(durations, tables={**durations.tables, "service_curves": table})
    found = known({**results, "lifecycle.durations": changed}, context)
    assert isinstance(found, Known)
    assert found.own.tolist() == [service != "special" for service in found.services["service"]]
    np.testing.assert_allclose(found.survival, _known(gated).survival, atol=0.02)  # it is the only service of its level


def test_charts_say_something_in_every_language(gated: Gated) -> None:
    forms = (StockAndForecast, Forest, StackedBars, StackedBars, Forest, Forest)
    for language in LANGUAGES:
        say = speaker(_study(), language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]
        for (name, chart), form in zip(ANALYSIS.charts.items(), forms, strict=True):
            drawn = chart(_own(gated), say)
            assert isinstance(drawn, Chart)
            assert isinstance(drawn.form, form), name
            assert language != "fi" or not lint_figure(figure(drawn)), name


def test_periods_end_at_the_last_day() -> None:
    begins, ends = periods(np.array([90.0, 91.0, 92.0]))
    assert ends[-1] == 0
    assert begins[0] == pytest.approx(-273 / MONTH)
    assert (begins[1:] == ends[:-1]).all()
    assert [month_code(month) for month in GRID] == sorted(month_code(month) for month in GRID)


def test_no_person_moves_what_was_expected_then_by_more_than_two() -> None:
    """R16: then every base cell has three neighbouring numbers within one class of six, whoever knows all others."""
    rng = np.random.default_rng(3)
    for _ in range(12):
        size = int(rng.integers(60, 500))
        lasts = np.ceil(rng.weibull(rng.uniform(0.7, 1.6), size) * rng.uniform(60, 900)).astype(int)
        starts = np.floor(1095 - 2300 * rng.random(size) ** rng.uniform(1.0, 2.0)).astype(
            int
        )  # as many or more each year
        seen = (starts + lasts > 0) & (np.minimum(starts + lasts, 1095) > np.maximum(starts, 0))
        entry, leaves = np.maximum(-starts, 0)[seen], (np.minimum(starts + lasts, 1095) - starts)[seen]
        ended, came = (starts + lasts <= 1095)[seen], float((starts[seen] >= 365).sum())
        usual = _exactly(entry, leaves, ended, came)
        for place in rng.integers(0, len(entry), 15):
            kept = np.arange(len(entry)) != place
            less = float(came - (entry[place] == 0 and leaves[place] < 730))
            moved = np.abs(_exactly(entry[kept], leaves[kept], ended[kept], less) - usual)
            assert moved.max() <= 2.0, (size, moved)


def _exactly(entry: np.ndarray, leaves: np.ndarray, ended: np.ndarray, came: float) -> np.ndarray:
    days = np.concatenate([entry, leaves])
    rows = pd.DataFrame({
        "day": days, "entering": np.repeat([1.0, 0.0], len(entry)),
        "ended": np.append(0.0 * ended, 1.0 * ended), "censored": np.append(0.0 * ended, 1.0 * ~ended),
    })  # fmt: skip
    return np.array(_expected(rows, came, ForecastParams()) or (0.0, 0.0))
