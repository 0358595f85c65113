"""Up and down the levels: against hand-made ways, against plain Python on a made-up town, and as published."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.disclosure.gate import release
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.language.say import speaker
from kumppanuus.lifecycle.levels import ANALYSIS
from kumppanuus.lifecycle.levels.compute import LevelParams
from kumppanuus.lifecycle.levels.declared import LevelResult
from kumppanuus.lifecycle.levels.groups import followed
from kumppanuus.lifecycle.levels.shown import moves_per_100_years, share_limits_of
from kumppanuus.methods.intervals import family_weights
from kumppanuus.register.calendar import month_day
from kumppanuus.register.engine import count
from kumppanuus.register.ladder import OUTSIDE, STATES
from kumppanuus.report.exhibits import exhibits
from kumppanuus.study import Study
from tests.lifecycle.clean_town import CleanTown
from tests.studies import Row, clients, register, relationships, three_services

DAY = datetime.date.fromisoformat


def _study() -> Study:
    return three_services("2024-06-30")


def _codes() -> dict[str, str]:
    return {service.level: service.code for service in _study().services}


def _counted(rows: list[Row], folder: Path, home: int = 1):  # type: ignore[no-untyped-def]
    """Count; `home` clients in a row are a family."""
    study = _study()
    numbers = sorted({row[0] for row in rows})
    people = clients([(number, 5000 + number // home, None) for number in numbers])
    built = register(folder, study, relationships=relationships(rows), clients=people)
    context = pipeline.context_of(study, built.given)
    return count(ANALYSIS, LevelParams(), built, study), context, study, built


def _moves(days: pd.DataFrame, whose: str = "clients") -> set[tuple[int, int, int, int]]:
    mine = days[days["whose"] == whose]
    return {(int(row.kind), int(row.state), int(row.target), int(row.day)) for row in mine.itertuples()}


def test_one_way_through_the_levels_by_hand(tmp_path: Path) -> None:
    """Early, corrective over it, back to early, nothing, early again; and one who was there before the window."""
    early, high = _codes()["early"], _codes()["corrective"]
    counts, *_ = _counted(
        [
            (1, early, "2021-03-01", "2021-05-01"),
            (1, high, "2021-03-11", "2021-04-01"),
            (1, early, "2021-06-01", None),
            (2, high, "2019-12-22", "2020-01-11"),
        ],
        tmp_path,
    )
    none, low, top, outside, last = 0, STATES.index("early"), STATES.index("corrective"), OUTSIDE, 1217
    assert (datetime.date(2024, 7, 1) - datetime.date(2021, 3, 1)).days == 1218
    found = _moves(counts["days"])
    assert found >= {
        (0, outside, low, 0), (0, low, top, 10), (0, top, low, 31), (0, low, none, 61), (0, none, low, 92),
        (2, outside, top, 10), (2, top, none, 20),
    }  # fmt: skip
    assert (0, low, outside, last + 1) in found
    kinds = counts["kinds"].set_index("kind")["n_persons"]
    assert kinds.to_dict() == {0: 1, 2: 1}


def test_a_family_is_where_its_highest_member_is(tmp_path: Path) -> None:
    early, high = _codes()["early"], _codes()["corrective"]
    counts, *_ = _counted(
        [(10, early, "2021-03-01", "2021-07-01"), (11, high, "2021-04-01", "2021-05-01")], tmp_path, home=10
    )
    low, top = STATES.index("early"), STATES.index("corrective")
    assert _moves(counts["days"], "families") >= {
        (0, OUTSIDE, low, 0), (0, low, top, 31), (0, top, low, 61), (0, low, 0, 122),
    }  # fmt: skip
    firsts = counts["firsts"]
    mine = firsts[(firsts["whose"] == "families") & (firsts["kinds"] == 0) & (firsts["state"] == top)]
    assert mine["n_families"].tolist() == [1]
    assert mine["month"].tolist() == [2]


def _town() -> list[Row]:
    dice = np.random.default_rng(12)
    codes = [*_codes().values()]
    rows: list[Row] = []
    for client in range(1, 801):
        day = datetime.date(2019, 6, 1) + datetime.timedelta(int(dice.integers(0, 1500)))
        for _ in range(int(dice.integers(1, 5))):
            end = day + datetime.timedelta(int(np.ceil(dice.exponential(200))))
            rows.append((client, codes[int(dice.integers(0, len(codes)))], str(day), str(end)))
            day = end + datetime.timedelta(int(dice.integers(-40, 300)))
    return rows


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    return _counted(_town(), tmp_path_factory.mktemp("ladder"), home=2)


def _states_on(day: datetime.date, rows: list[Row], level: dict[str, int]) -> int:
    open_then = [level[row[1]] for row in rows if DAY(row[2]) <= day and (row[3] is None or DAY(row[3]) > day)]
    return max(open_then, default=0)


def test_shares_are_those_of_plain_counting_while_nobody_is_censored(town) -> None:  # type: ignore[no-untyped-def]
    """New clients a year after their first service, of those followed so long: counted day by day in Python."""
    counts, context, study, _ = town
    first, end = study.window.first, study.window.end
    level = {service.code: STATES.index(service.level) for service in study.services}
    by_client: dict[int, list[Row]] = {}
    for row in _town():
        if row[3] is None or (DAY(row[3]) > first and DAY(row[2]) < end):
            by_client.setdefault(row[0], []).append(row)
    pairs: Counter[tuple[int, int]] = Counter()
    for rows in by_client.values():
        begins = min(DAY(row[2]) for row in rows)
        if begins < first + datetime.timedelta(month_day(12)):
            continue
        later = begins + datetime.timedelta(month_day(12))
        if later < end:
            pairs[_states_on(begins, rows, level), _states_on(later, rows, level)] += 1
    result: LevelResult = ANALYSIS.compute(counts, LevelParams(), context)
    table = result.by_first.set_index(["origin", "state"])["persons"].to_dict()
    assert {(STATES[a], STATES[b]): n for (a, b), n in pairs.items()} == table
    shares = result.clients[result.clients["time"] == month_day(12)].set_index("state")["share"]
    plain = pd.Series({state: sum(n for (_, b), n in pairs.items() if STATES[b] == state) for state in shares.index})
    # those who could not be followed for a year are in the curve as far as they were seen
    np.testing.assert_allclose(shares, plain / plain.sum(), atol=0.03)


def test_time_in_states_adds_up_and_buckets_agree(town) -> None:  # type: ignore[no-untyped-def]
    counts, context, study, built = town
    by_bucket = count(ANALYSIS, LevelParams(), built, study, by_bucket=True)
    for name, frame in counts.items():
        pd.testing.assert_frame_equal(frame, by_bucket[name], check_dtype=False)
    for who in ("new", "begun", "all"):
        result = ANALYSIS.compute(counts, LevelParams(followed=who), context)
        for table in (result.clients, result.families):
            np.testing.assert_allclose(table.groupby("time")["share"].sum(), 1.0, atol=1e-12)
            assert (table["lower"] <= table["share"] + 1e-9).all()
            assert (table["share"] <= table["upper"] + 1e-9).all()
        assert (result.kinds["followed"] == "yes").sum() == ("new", "begun", "all").index(who) + 1
    weights = family_weights(200, 50, seed=1)
    people = followed(counts, "clients", "all", weights)
    assert people is not None
    assert people.shares.time_in_states(730).sum() == pytest.approx(730)
    # days at risk by quarter and group are the days at risk by day
    stays = counts["moves"][(counts["moves"]["whose"] == "clients") & (counts["moves"]["direction"] == "stay")]
    assert stays["moves"].sum() >= people.counts.at_risk.sum()


def test_late_comers_are_at_risk_from_the_day_they_are_seen(tmp_path: Path) -> None:
    """Twenty begin in the window and 30 before it: on day 101 all are at risk, on day 70 those who began in it."""
    early = _codes()["early"]
    rows: list[Row] = [(c, early, "2021-03-01", "2021-12-01") for c in range(1, 21)]
    rows += [
        (c, early, str(datetime.date(2020, 1, 1) - datetime.timedelta(50 + c)), "2020-12-01") for c in range(21, 51)
    ]
    counts, *_ = _counted(rows, tmp_path)
    weights = family_weights(200, 20, seed=1)
    new, every = (followed(counts, "clients", who, weights) for who in ("new", "all"))
    assert new is not None
    assert every is not None
    low = STATES.index("early")
    assert new.counts.at_risk[low][100] == 20
    assert every.counts.at_risk[low][70] == 20  # the latest began 71 days before the window
    assert every.counts.at_risk[low][101] == 50
    assert every.shares.start.tolist() == new.shares.start.tolist()


def test_rates_are_moves_over_years_with_limits_that_count_families() -> None:
    moves = pd.DataFrame({"state": ["early", "early", "none"], "direction": ["up", "out", "up"],
                          "moves": [57.0, 9.0, 57.0], "families": [57.0, 9.0, 27.0]})  # fmt: skip
    stays = pd.DataFrame({"state": ["early", "none"], "years": [300.0, 300.0]})
    found = moves_per_100_years(moves, stays)
    assert found["value"].iloc[0] == 19.0
    assert np.isnan(found["value"].iloc[1])  # fewer than 15
    assert found["lower"].iloc[0] <= 13.9  # 55 moves, exact limits 41.4 ... ; outward
    assert found["upper"].iloc[0] >= 26.0
    # the same moves of half as many families are less certain
    assert found["upper"].iloc[2] > found["upper"].iloc[0]
    assert found["lower"].iloc[2] < found["lower"].iloc[0]


def test_limits_of_shares_count_families_not_clients() -> None:
    row = pd.Series({"origin": "early", "share": 0.5})
    few, many = (share_limits_of(row, pd.DataFrame({"origin": ["early"], "families": [n]})) for n in (27.0, 207.0))
    assert few is not None
    assert many is not None
    assert few[0] < many[0] < 0.5 < many[1] < few[1]
    assert share_limits_of(row, pd.DataFrame({"origin": ["early"], "families": [np.nan]})) is None


def test_published_charts_say_what_was_published(town) -> None:  # type: ignore[no-untyped-def]
    counts, context, study, _ = town
    result = ANALYSIS.compute(counts, LevelParams(), context)
    released = release({ANALYSIS.key: result}, study.disclosure)
    table = released.results[ANALYSIS.key].tables["clients"].frame
    at_year = table[table["time"] == month_day(12)].set_index("state")["share"]
    assert at_year.sum() == pytest.approx(1.0, abs=0.03)
    time_in = released.results[ANALYSIS.key].tables["time_in"].frame
    assert time_in["mean_24"].sum() == pytest.approx(24.0, abs=0.3)
    assert (time_in["mean_24_lower"] <= time_in["mean_24"]).all()
    assert (time_in["mean_24"] <= time_in["mean_24_upper"]).all()
    for language in LANGUAGES:
        shown = {each.name: each.chart for each in exhibits(released, [ANALYSIS], speaker(study, language))}  # type: ignore[arg-type]
        assert f"{round(100 * at_year['none'])}" in shown["clients"].headline
        assert len(shown) == len(ANALYSIS.charts)


def test_the_demo_by_another_route(clean_town: CleanTown) -> None:
    """New clients of the clean town day by day in numpy, and the shares from daily moves by hand."""
    study, rows = clean_town.study, clean_town.relationships
    day_zero = datetime.date(1970, 1, 1)
    first, end = ((day - day_zero).days for day in (study.window.first, study.window.end))
    rank = rows["level"].map({state: place for place, state in enumerate(STATES)})
    stop = rows["end"].astype(float).fillna(np.inf)
    seen = rows.assign(rank=rank, stop=np.minimum(stop, end))[(stop > first) & (rows["start"] < end)]
    begins = seen.groupby("client")["start"].min()
    new = begins[begins >= first + month_day(12)]
    horizon = month_day(24)
    ways = np.zeros((len(new), horizon + 1), dtype=int)
    place = {client: number for number, client in enumerate(new.index)}
    mine = seen[seen["client"].isin(new.index)].sort_values("rank")
    for row in mine.itertuples():
        zero = new[row.client]
        ways[place[row.client], max(row.start - zero, 0) : max(int(row.stop) - zero, 0)] = row.rank
    last = (end - new).to_numpy()
    shares = np.bincount(ways[:, 0], minlength=len(STATES)) / len(ways)
    result = ANALYSIS.compute(
        count(ANALYSIS, LevelParams(), clean_town.register, study), LevelParams(),
        pipeline.context_of(study, clean_town.register.given),
    )  # fmt: skip
    for day in range(1, horizon + 1):
        known = last > day  # whose state after the day is seen
        at_risk = np.bincount(ways[last >= day, day - 1], minlength=len(STATES))
        moves = np.zeros((len(STATES), len(STATES)))
        np.add.at(moves, (ways[known, day - 1], ways[known, day]), 1)
        np.fill_diagonal(moves, 0)
        hazard = np.divide(moves, at_risk[:, None], out=np.zeros_like(moves), where=at_risk[:, None] > 0)
        shares = shares + shares @ hazard - shares * hazard.sum(axis=1)
        if day in (month_day(3), month_day(12), month_day(24)):
            table = result.clients[result.clients["time"] == day].set_index("state")["share"]
            np.testing.assert_allclose(table.reindex(STATES, fill_value=0.0), shares, atol=1e-9)
    assert result.clients["at_risk"].iloc[0] == len(new) > 300
