"""How long client relationships last: ten rows by hand, bucket by bucket, through the gate to charts."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.analysis import CURVE_STATISTICS, Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Curves, Dumbbell, Notice
from kumppanuus.drawing.frame import figure
from kumppanuus.drawing.lint import lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.lifecycle.durations import ANALYSIS
from kumppanuus.lifecycle.durations.compute import compute
from kumppanuus.lifecycle.durations.declared import DurationParams, DurationResult
from kumppanuus.lifecycle.durations.exact import estimates
from kumppanuus.register import engine
from kumppanuus.register.calendar import MONTH_DAYS
from kumppanuus.register.store import build_register, derive
from kumppanuus.register.tallies import STARTS
from kumppanuus.study import Disclosure, Study

FAMILY = 64  # families are dealt to groups by their number // 64: multiples of 64 lie in different groups

NAMES = {
    "guidance": ("Kasvatus- ja perheneuvonta", "Uppfostrings- och familjerådgivning", "Family guidance"),
    "school": ("Koulukuraattori", "Skolkurator", "School social worker"),
    "work": ("Perhetyö", "Familjearbete", "Family work"),
    "open": ("Lastensuojelun avohuolto", "Barnskyddets öppenvård", "Open-care child welfare"),
    "home": ("Lapsiperheiden kotipalvelu", "Hemservice för barnfamiljer", "Home help for families"),
    "care": ("Sijaishuolto", "Vård utom hemmet", "Substitute care"),
    "after": ("Jälkihuolto", "Eftervård", "After-care"),
}
LEVEL = {"guidance": "universal", "school": "universal", "work": "early", "home": "early", "open": "special",
         "care": "corrective", "after": "corrective"}  # fmt: skip


def _study(services: Mapping[str, str], first: str = "2020-01-01", last: str = "2020-12-31") -> Study:
    words = {code: NAMES.get(code, (code, code, code)) for code in services}
    return Study.model_validate(
        {
            "study": {"organiser": "Mallila", "synthetic": True},
            "window": {"from": first, "to": last},
            "sources": [{"table": "relationships", "files": ["a.csv"], "columns": {"a": "client"}}],
            "services": [
                {"code": code, "level": level, "name": dict(zip(("fi", "sv", "en"), words[code], strict=True))}
                for code, level in services.items()
            ],
        }
    )


def _context(services: Mapping[str, str], days: int = 366) -> Context:
    return Context(services=services, years={}, window_days=days, given=frozenset({"relationships"}))


def _tables(rows: list[tuple[int, int, str, datetime.date, datetime.date | None]]) -> dict[str, pa.Table]:
    clients = sorted({(client, family) for client, family, *_ in rows})
    return {
        "clients": pa.table(
            {
                "client": pa.array([client for client, _ in clients], pa.uint64()),
                "family": pa.array([family * FAMILY for _, family in clients], pa.uint64()),
            }
        ),
        "relationships": pa.table(
            {
                "client": pa.array([row[0] for row in rows], pa.uint64()),
                "service": pa.array([row[2] for row in rows], pa.string()),
                "start": pa.array([row[3] for row in rows], pa.date32()),
                "end": pa.array([row[4] for row in rows], pa.date32()),
            }
        ),
    }


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


SERVICES = {"a": "special", "b": "special", "c": "early"}
ROWS = [
    (1, 1, "a", _day("2019-12-22"), _day("2020-01-11")),  # late: 10 days old when the window opens …
    (1, 1, "a", _day("2020-01-11"), _day("2020-01-21")),  # … goes on, 30 days in all
    (2, 1, "a", _day("2020-02-01"), _day("2020-02-21")),  # 20 days, same family
    (3, 2, "a", _day("2020-03-01"), None),  # open, seen for 306 days
    (4, 3, "a", _day("2020-03-01"), _day("2020-03-21")),  # 20 days
    (5, 4, "b", _day("2020-05-01"), _day("2020-05-31")),  # 30 days
    (3, 2, "b", _day("2020-12-01"), _day("2021-03-01")),  # ends after the window: open, seen for 31 days
    (6, 5, "c", _day("2020-06-01"), _day("2020-06-11")),  # 10 days
    (7, 6, "c", _day("2019-06-01"), _day("2019-12-31")),  # ended before the window
    (8, 7, "c", _day("2020-06-01"), _day("2020-06-01")),  # no length
    (9, 8, "c", _day("2018-12-01"), _day("2020-12-30")),  # late at 396 days, 760 days in all
]


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    study = _study(SERVICES)
    register = build_register(_tables(ROWS), study, tmp_path_factory.mktemp("ten") / "register")
    return engine.count(ANALYSIS, DurationParams(), register, study)


def _row(table: pd.DataFrame, **where: str) -> dict[str, Any]:
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return dict(table.iloc[0])


def test_ten_rows_are_counted(ten: dict[str, pd.DataFrame]) -> None:
    days = ten["by_day"].set_index(["what", "code", "day"])
    measures = ["entering", "ended", "censored"]
    of_a = days.loc[("service", "a"), measures]
    assert of_a.to_dict("index") == {
        0: {"entering": 3, "ended": 0, "censored": 0}, 10: {"entering": 1, "ended": 0, "censored": 0},
        20: {"entering": 0, "ended": 2, "censored": 0}, 30: {"entering": 0, "ended": 1, "censored": 0},
        306: {"entering": 0, "ended": 0, "censored": 1},
    }  # fmt: skip
    for what in ("service", "cohort", "age_group", "area"):
        assert days.loc[what].sum().tolist() == [8, 6, 2], what
    assert days.loc["cohort"].groupby("code")["entering"].sum().to_dict() == {"2020": 6, "earlier": 2}
    assert days.loc["area"].index.unique("code").tolist() == ["unknown"]
    # by month: entered on day 10 → month 0, on day 396 → month 13; ended on day 30 → month 1, on day 760 → month 25
    months = ten["by_month"].groupby(["what", "code", "month"])[measures].sum()
    assert months.loc[("service", "a")].to_numpy().tolist() == [[4, 0, 0], [0, 3, 0], [0, 0, 1]]
    assert months.loc[("service", "c")].index.tolist() == [0, 1, 13, 25]
    by_service = ten["by_service"].groupby(["what", "code", "service"])[measures].sum()
    assert by_service.loc[("cohort", "2020")].to_numpy().tolist() == [[3, 2, 1], [2, 1, 1], [1, 1, 0]]
    assert ten["by_month"].groupby(["what", "code", "family_group"]).size().loc[("service", "a")].index.tolist() == [
        1, 2, 3
    ]  # fmt: skip
    lengths = ten["lengths"].set_index(["what", "code"])
    squares = ["ended_days", "squared_ended_days"]
    assert lengths.loc[("service", "a"), squares].tolist() == [70, 50**2 + 20**2]
    assert lengths.loc[("service", "c"), ["ended_days", "ended_days_24"]].tolist() == [770, 740]
    assert lengths.loc[("service", "c"), "squared_ended_days_24"] == 100 + 730**2
    assert lengths.loc[("level", "special"), squares].tolist() == [100, 50**2 + 20**2 + 30**2]
    assert lengths.loc[("level", "special"), "open_days_24"] == 306 + 31
    assert lengths.loc[("level", "special"), "squared_open_days_24"] == (306 + 31) ** 2  # both of family 2


def test_ten_rows_and_the_people_behind_each_month(ten: dict[str, pd.DataFrame]) -> None:
    people = ten["people"].set_index(["what", "code", "moment", "month"]).sort_index()
    of_a = people.loc[("service", "a")]
    # family 1 has two overlapping relationships, days 10 to 30 and 0 to 20: observed without a gap from 0 to 30
    assert of_a["homes"].to_dict() == {
        ("entering", 0): 3, ("entering", 1): 0, ("leaving", 1): 2, ("leaving", 11): 1,
        ("last_entry", 0): 2, ("last_entry", 1): 1, ("first_end", 1): 2, ("open", 0): 1,
    }  # fmt: skip
    assert of_a["persons"].to_dict() == {
        ("entering", 0): 3, ("entering", 1): 1, ("leaving", 1): 3, ("leaving", 11): 1,
        ("last_entry", 0): 3, ("last_entry", 1): 1, ("first_end", 1): 3, ("open", 0): 1,
    }  # fmt: skip
    level = people.loc[("level", "special")]  # client 3 is in both of its services: one person, for 306 days
    assert level.loc["leaving"].loc[11].tolist() == [1, 1]
    assert level.loc["leaving"]["homes"].to_dict() == {1: 3, 11: 1}
    assert level.loc["entering"]["persons"].sum() == 5
    everybody = people.loc[("all", "all")].groupby("moment").sum()
    assert everybody.loc["entering"].tolist() == [7, 6]
    assert everybody.loc["first_end"].tolist() == [6, 5]


def test_ten_rows_and_their_sizes(ten: dict[str, pd.DataFrame]) -> None:
    result = compute(ten, DurationParams(at_least=1, replicates=2), _context(SERVICES))
    measures = ["spells", "persons", "families", "late", "still_open", "ended", "ended_persons", "ended_families"]
    service = result.services.set_index("service")[measures]
    assert service.loc["a"].tolist() == [4, 4, 3, 1, 1, 3, 3, 2]
    assert service.loc["b"].tolist() == [2, 2, 2, 0, 1, 1, 1, 1]
    assert service.loc["c"].tolist() == [2, 2, 2, 1, 0, 2, 2, 2]
    level = result.levels.set_index("level")
    assert level.loc["special", measures].tolist() == [6, 5, 4, 1, 2, 4, 4, 3]
    behind = ["late_persons", "late_families", "open_persons", "open_families"]
    of_service = result.services.set_index("service")[behind]
    assert of_service.loc[["a", "b", "c"]].to_numpy().tolist() == [[1, 1, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0]]
    assert level.loc["special", behind].tolist() == [1, 1, 1, 1]  # child 3 has both
    assert level.loc["special", "open_mean_24"] == pytest.approx((306 + 31) / 2 / MONTH_DAYS)
    assert level.loc["special", "open_mean_24_concentration"] == 1.0
    assert result.cohorts.set_index("cohort")["spells"].to_dict() == {"2020": 6, "earlier": 2}
    assert set(result.cohort_curves["cohort"]) == {"2020"}
    assert result.ages["age_group"].tolist() == ["unknown"]
    assert result.areas["persons"].tolist() == [7]
    assert result.differences.empty


def test_between_two_relationships_nobody_is_under_observation(tmp_path: Path) -> None:
    rows = [
        (1, 1, "a", _day("2018-12-01"), _day("2020-12-30")),  # observed from day 396 to 760 …
        (2, 1, "a", _day("2020-06-01"), _day("2020-06-11")),  # … and a brother for ten days at the beginning
    ]
    study = _study(SERVICES)
    register = build_register(_tables(rows), study, tmp_path / "register")
    people = engine.count(ANALYSIS, DurationParams(), register, study)["people"]
    of_family = people[(people["code"] == "a") & (people["homes"] > 0)].set_index("moment")["month"].to_dict()
    assert of_family == {"entering": 14, "leaving": 25, "last_entry": 14, "first_end": 1}


def test_ten_rows_are_estimated(ten: dict[str, pd.DataFrame]) -> None:
    result = compute(ten, DurationParams(at_least=1), _context(SERVICES))
    # day 20: 4 at risk (one of them since day 10), 2 end; day 30: 2 at risk, 1 ends
    curve = result.service_curves[result.service_curves["service"] == "a"].set_index("time")
    assert curve.loc[[0, 30, 60], "survival"].tolist() == [1.0, 0.25, 0.25]
    assert curve.loc[[0, 30, 60], "events"].tolist() == [0, 3, 0]
    assert curve.loc[[0, 30, 60], "at_risk"].tolist() == [3, 1, 1]
    assert curve.loc[[0, 30, 60], "later"].tolist() == [1, 0, 0]
    behind = ["persons_at_risk", "families_at_risk", "persons_later", "families_later"]
    assert curve.loc[[0, 30, 60], behind].to_numpy().tolist() == [[3, 3, 1, 1], [1, 1, 0, 0], [1, 1, 0, 0]]
    assert curve.loc[[0, 30, 60], "ending_persons"].tolist() == [0, 3, 0]
    assert curve.loc[[0, 30, 60], "ending_families"].tolist() == [0, 2, 0]
    assert curve.index.max() == 304  # month 10; the last day observed is 306
    row = _row(result.services, service="a")
    assert row["ended_mean_months"] == pytest.approx(70 / 3 / MONTH_DAYS)
    assert row["ended_mean_months_concentration"] == pytest.approx(2900 / 4900)
    capped = _row(result.services, service="c")
    assert capped["ended_mean_24"] == pytest.approx(740 / 2 / MONTH_DAYS)
    assert capped["ended_mean_months"] == pytest.approx(770 / 2 / MONTH_DAYS)
    assert _row(result.levels, level="special")["ended_mean_months"] == pytest.approx(25 / MONTH_DAYS)
    assert result.services[list(CURVE_STATISTICS)].isna().all(axis=None)
    exact = estimates(ten, DurationParams(at_least=1), _context(SERVICES))
    assert _row(exact, kind="service", code="a")["median_days"] == 20
    # special pooled: day 20: 4 of A and 2 of B at risk, 2 end (2/3); day 30: 4 at risk, 2 end (1/3): median on day 30
    assert _row(exact, kind="level", code="special")["median_days"] == 30
    assert math.isnan(_row(exact, kind="service", code="a")["share_12"])
    assert _row(exact, kind="service", code="c")["share_12"] == 0.0


def test_estimates_have_both_bands(ten: dict[str, pd.DataFrame]) -> None:
    exact = estimates(_counts({"work": (400, 250.0, "steady", 2)}), DurationParams(), _context(LEVEL, 1826))
    row = _row(exact, kind="service", code="work")
    assert row["share_12_lower"] < row["share_12_greenwood_lower"] < row["share_12"]
    assert row["share_12"] < row["share_12_greenwood_upper"] < row["share_12_upper"]
    assert row["from_day"] == 0


def test_too_few_to_observe_have_rows_but_no_curve(ten: dict[str, pd.DataFrame]) -> None:
    result = compute(ten, DurationParams(), _context(SERVICES))
    assert set(result.services["service"]) == {"a", "b", "c"}
    assert set(result.service_curves["service"]) == {"b"}  # nobody entered late: it begins at once, the gate judges
    exact = estimates(ten, DurationParams(), _context(SERVICES))
    assert exact[["kind", "code"]].to_numpy().tolist() == [["service", "b"], ["cohort", "2020"]]


def test_columns_are_the_declared_ones(ten: dict[str, pd.DataFrame]) -> None:
    result = compute(ten, DurationParams(), _context(SERVICES))
    for name, table in DurationResult.tables().items():
        assert list(getattr(result, name).columns) == list(table.columns)


def test_rows_of_a_curve_balance(ten: dict[str, pd.DataFrame]) -> None:
    counts = _counts({"work": (300, 200.0, "steady", 1)})
    result = compute(counts, DurationParams(), _context(LEVEL, 1826))
    curve = result.service_curves.set_index("time")
    days = counts["by_day"][counts["by_day"]["what"] == "service"]
    censored = days.groupby("day")["censored"].sum().cumsum()
    left = curve["events"].cumsum() + [censored[censored.index <= day].max() if (censored.index <= day).any() else 0
                                       for day in curve.index]  # fmt: skip
    assert (curve["at_risk"] + curve["later"] + left == days["entering"].sum()).all()


_DATES = st.dates(datetime.date(2019, 6, 1), datetime.date(2021, 3, 1))


@settings(max_examples=4, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 12), st.sampled_from(["a", "b", "c"]), _DATES, st.none() | st.integers(0, 200)),
        max_size=25,
    )
)
def test_the_people_of_every_point_are_there(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, str, datetime.date, int | None]]
) -> None:
    rows = [
        (client, client % 5, service, start, None if length is None else start + datetime.timedelta(days=length))
        for client, service, start, length in drawn
    ]
    study = _study(SERVICES)
    register = build_register(_tables(rows), study, tmp_path_factory.mktemp("any") / "register")
    whole = engine.count(ANALYSIS, DurationParams(), register, study)
    derive(register, study, ["spells"])
    spells = pd.concat(pq.read_table(file).to_pandas() for file in register.files("spells", study=study))
    result = compute(whole, DurationParams(at_least=1, replicates=2), _context(SERVICES))
    for curves, key in ((result.service_curves, "service"), (result.level_curves, "level")):
        for code, curve in curves.groupby(key):
            _people_are_really_there(curve, spells[spells[key] == code])


def _people_are_really_there(curve: pd.DataFrame, spells: pd.DataFrame) -> None:
    """Compare with distinct people counted anew; a curve that begins late knows nothing of what was before."""
    begins = curve["time"].iloc[1] if curve["at_risk"].iloc[0] == 0 and len(curve) > 1 else 0
    for row in curve[curve["time"] >= begins].itertuples():
        at_risk = spells[(spells["entry_day"] <= row.time) & (spells["exit_day"] > row.time)]
        later = spells[spells["entry_day"] > row.time]
        assert (len(at_risk), len(later)) == (row.at_risk, row.later)
        assert row.persons_later == later["client"].nunique()
        assert row.families_later == later["family"].nunique()
        for told, column in ((row.persons_at_risk, "client"), (row.families_at_risk, "family")):
            assert told <= at_risk[column].nunique()
            if not spells.duplicated(column).any() or not spells["entry_day"].any():
                assert told == at_risk[column].nunique()
    ended = spells[spells["ended"] & (spells["exit_day"] <= curve["time"].iloc[-1])]
    assert curve["ending_families"].sum() <= ended["family"].nunique()
    assert (curve["ending_families"] <= curve["ending_persons"]).all()
    assert (curve["ending_persons"] <= curve["events"]).all()


@pytest.mark.parametrize(("homes", "shown"), [(2, False), (3, True)])
def test_relationships_of_two_families_are_not_told(tmp_path: Path, homes: int, shown: bool) -> None:
    ordinary = [(n, n, "a", _day("2020-01-01"), _day("2020-06-05") + datetime.timedelta(n)) for n in range(1, 41)]
    few = [(50 + n, 50 + n % homes, "a", _day("2020-01-01"), None) for n in range(12)]
    late = [(70 + n, 70 + n % homes, "a", _day("2019-12-01"), _day("2020-03-01")) for n in range(8)]
    study = _study(SERVICES)
    register = build_register(_tables([*ordinary, *few, *late]), study, tmp_path / "register")
    counts = engine.count(ANALYSIS, DurationParams(), register, study)
    result = compute(counts, DurationParams(replicates=2), _context(SERVICES))
    (exact,) = result.services.to_dict("records")
    assert (exact["late"], exact["still_open"], exact["late_families"]) == (8, 12, homes)
    end = result.service_curves.set_index("time").loc[213]  # everybody else has left by then
    assert (end["at_risk"], end["persons_at_risk"], end["families_at_risk"]) == (12, 12, homes)
    released = release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]
    (row,) = released["services"].to_dict("records")
    assert (row["spells"], row["late"] == 9, row["still_open"] == 9) == (57, shown, shown)
    points = released["service_curves"].set_index("time")["at_risk"]
    assert (points[points.index >= 213].iloc[0] == 9) == shown
    assert not {"families_at_risk", "ending_families", "late_families"} & {*released["service_curves"], *row}


def test_nobody(tmp_path: Path) -> None:
    study = _study(SERVICES)
    register = build_register(_tables([]), study, tmp_path / "register")
    result = compute(engine.count(ANALYSIS, DurationParams(), register, study), DurationParams(), _context(SERVICES))
    for name, table in DurationResult.tables().items():
        assert list(getattr(result, name).columns) == list(table.columns)
        assert getattr(result, name).empty
    assert release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key].status == "empty"
    assert estimates(engine.count(ANALYSIS, DurationParams(), register, study), DurationParams(),
                     _context(SERVICES)).empty  # fmt: skip


Kind = tuple[int, float, str, int]
"""Families that begin, mean duration in days, when they begin, siblings."""
BEGIN = {"steady": (-2000, 1826), "growing": (913, 1826), "shrinking": (-2000, 700)}


def _counts(
    kinds: Mapping[str, Kind], window: int = 1826, seen_from: int = 0, age: str = ""
) -> dict[str, pd.DataFrame]:
    """Count simulated spells as the room's SQL would, with exponential durations and a five-year window.

    Parameters
    ----------
    seen_from : nobody is under observation before that day.
    age : of everybody, who then live in one area and begin in one year; else ages and areas are drawn by lot.
    """
    spells = pd.concat([_spells(service, kind, window, seed) for seed, (service, kind) in enumerate(kinds.items())])
    spells["entry"], spells["exit"] = spells["entry"].clip(lower=seen_from), spells["exit"].clip(lower=seen_from + 1)
    spells["level"] = spells["service"].map(LEVEL).fillna("special")
    spells["all"] = "all"
    if age:
        spells = spells.assign(age_group=age, area="north", cohort="2020")
    return {
        "by_day": _tally(spells, "day", ("service", *STARTS)),
        "by_month": _tally(spells, "month", ("service", *STARTS), "family_group"),
        "by_service": _tally(spells, "month", STARTS, "service"),
        "people": pd.concat([_people(spells, what) for what in ("all", "service", "level", *STARTS)]),
        "lengths": pd.concat([_lengths(spells, what) for what in ("service", "level")]),
    }


def _tally(spells: pd.DataFrame, grid: str, by: tuple[str, ...], also: str = "") -> pd.DataFrame:
    """Count entries and exits as the SQL would: by day, or by month with entries moved back and exits forward."""
    entry, leaves = spells["entry"], spells["exit"]
    if grid == "month":
        entry, leaves = np.ceil((entry + 1) / MONTH_DAYS) - 1, np.ceil(leaves / MONTH_DAYS)
    keys = ["what", "code", *([also] if also else []), grid]
    parts = []
    for what in by:
        named = spells.assign(what=what, code=spells[what])
        came = named.assign(**{grid: entry, "entering": 1, "ended": 0, "censored": 0})
        left = named.assign(**{grid: leaves, "entering": 0, "ended": spells["is_ended"], "censored": spells["is_open"]})
        parts.append(pd.concat([came, left]).groupby(keys)[["entering", "ended", "censored"]].sum())
    return pd.concat(parts).astype(float).reset_index()


def _people(spells: pd.DataFrame, what: str) -> pd.DataFrame:
    """Count distinct clients and families by month, as the SQL would where everybody is observed without a gap."""
    parts = []
    for who, column in (("persons", "client"), ("homes", "family")):
        of = (
            spells.assign(first_end=spells["exit"].where(spells["is_ended"] == 1))
            .groupby([what, column])
            .agg(entering=("entry", "min"), leaving=("exit", "max"), last_entry=("entry", "max"),
                 first_end=("first_end", "min"), open=("is_open", "max"))
        )  # fmt: skip
        of["open"] = (of["open"] * 0.0).where(of["open"] == 1)
        moments = np.ceil(of / MONTH_DAYS).reset_index().rename(columns={what: "code"})
        moments = moments.melt(["code", column], var_name="moment", value_name="month").dropna()
        parts.append(moments.groupby(["code", "moment", "month"]).size().rename(who))
    return pd.concat(parts, axis=1).fillna(0).astype(float).reset_index().assign(what=what)


def _lengths(spells: pd.DataFrame, what: str) -> pd.DataFrame:
    capped = spells["exit"].clip(upper=730)
    days = {"ended_days": spells["exit"] * spells["is_ended"], "ended_days_24": capped * spells["is_ended"],
            "open_days_24": capped * spells["is_open"]}  # fmt: skip
    by_family = spells.assign(**days).groupby([what, "family"])[[*days]].sum()
    squared = (by_family**2).add_prefix("squared_")
    found = by_family.join(squared).groupby(what).sum().astype(float)
    return found.rename_axis("code").reset_index().assign(what=what)


def _spells(service: str, kind: Kind, window: int, seed: int) -> pd.DataFrame:
    number, mean, when, siblings = kind
    random = np.random.default_rng(seed)
    start = random.integers(*BEGIN[when], number)
    end = start + np.ceil(random.exponential(mean, number)).astype(int)
    seen = end > 0
    family = np.arange(number)[seen] + 10_000 * seed
    rows = pd.DataFrame(
        {
            "service": service, "family": family, "family_group": family % 200,
            "entry": np.maximum(0, -start[seen]), "exit": np.minimum(end, window)[seen] - start[seen],
            "is_ended": (end <= window)[seen].astype(int),
            "cohort": np.where(start[seen] < 0, "earlier", (2020 + np.maximum(start[seen], 0) // 366).astype(str)),
            "age_group": np.where(random.random(len(family)) < 0.5, "00-06", "13-17"),
            "area": np.where(random.random(len(family)) < 0.5, "north", "south"),
        }
    )  # fmt: skip
    rows = rows.loc[rows.index.repeat(siblings)].reset_index(drop=True)
    return rows.assign(
        client=rows["family"] * 10 + rows.groupby("family").cumcount(),
        is_open=1 - rows["is_ended"],
    )


CASES: dict[str, dict[str, Kind]] = {
    "contrast": {"guidance": (900, 120.0, "steady", 1), "school": (300, 160.0, "steady", 1),
                 "work": (700, 70.0, "steady", 1), "home": (420, 200.0, "steady", 1),
                 "open": (600, 330.0, "steady", 2), "care": (520, 620.0, "steady", 1),
                 "after": (160, 400.0, "steady", 1)},
    "shrinking": {"work": (400, 100.0, "shrinking", 1), "care": (700, 700.0, "shrinking", 1)},
    "growing": {"work": (600, 200.0, "growing", 1), "open": (500, 420.0, "growing", 1),
                "care": (500, 1100.0, "growing", 1)},
    "unclear": {"work": (150, 200.0, "steady", 1), "open": (150, 205.0, "steady", 1)},
    "one": {"open": (300, 300.0, "steady", 1)},
    "one_not_reached": {"care": (300, 9000.0, "growing", 1)},
    "none_reached": {"care": (300, 9000.0, "growing", 1), "open": (300, 9000.0, "growing", 1)},
    "not_reached": {"care": (300, 9000.0, "growing", 1), "work": (300, 120.0, "steady", 1)},
    "nothing": {"work": (9, 300.0, "growing", 1), "open": (12, 100.0, "growing", 1), "care": (2, 400.0, "growing", 1)},
    "many": {f"s{number:02d}": (60, 60.0 + 20 * number, "steady", 1) for number in range(30)},
}  # fmt: skip


@cache
def _released(case: str) -> ReleasedResult:
    counts = _counts(CASES[case], age="" if case in ("contrast", "many", "nothing") else "00-06")
    levels = {code: LEVEL.get(code, "special") for code in CASES[case]}
    result = compute(counts, DurationParams(replicates=50), _context(levels, 1826))
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _say(case: str, language: str) -> Say:
    services = {code: LEVEL.get(code, "special") for code in CASES[case]}
    study = _study(services, "2020-01-01", "2024-12-31")
    return speaker(study, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


COMPARING = ("by_group", "cohorts", "side_by_side")
LINTED = [
    (case, chart, language)
    for case in sorted(CASES)
    for chart in sorted(ANALYSIS.charts)
    for language in LANGUAGES
    if case in ("contrast", "many", "nothing") or (language == "fi" and chart not in COMPARING)
]


@pytest.mark.parametrize(("case", "chart", "language"), LINTED)
def test_every_chart_is_drawn_clean(case: str, chart: str, language: str) -> None:
    drawn = ANALYSIS.charts[chart](_released(case), _say(case, language))
    assert lint_figure(figure(drawn)) == []
    assert len(drawn.headline) <= 140
    assert "{" not in drawn.headline + drawn.subtitle + drawn.footer + drawn.alt


def _headline(case: str, chart: str = "levels") -> str:
    return str(ANALYSIS.charts[chart](_released(case), _say(case, "en")).headline).replace("\N{NO-BREAK SPACE}", " ")


def test_headline_contrasts_longest_and_shortest() -> None:
    table = _released("contrast")["levels"].set_index("level")
    long, short = (f"{table.loc[level, 'median']:.0f}" for level in ("corrective", "early"))
    expected = f"Corrective services: a client relationship typically lasts about {long} months"
    assert _headline("contrast") == f"{expected} – Early support: about {short}"
    assert table["median"].idxmax() == "corrective"


def test_overlapping_intervals_are_no_difference() -> None:
    table = _released("unclear")["levels"]
    assert table["median_lower"].max() <= table["median_upper"].min()
    assert _headline("unclear").startswith("No difference in median length between service levels can be shown")


def test_headlines_of_single_and_unreached_medians() -> None:
    median = _released("one")["levels"]["median"].iloc[0]
    assert _headline("one") == f"Special services: half of the relationships end within about {median:.0f} months"
    assert _released("not_reached")["levels"].set_index("level")["median"].isna()["corrective"]
    assert _headline("not_reached").startswith("Corrective services: over half of the relationships last more than")
    assert _headline("one_not_reached").startswith("Corrective services: over half of the relationships last more than")
    assert _headline("none_reached").startswith("At every service level over half")


def test_key_says_median_or_not_reached() -> None:
    form = ANALYSIS.charts["levels"](_released("not_reached"), _say("not_reached", "fi")).form
    assert isinstance(form, Curves)
    keys = {one.label: one.key for one in form.series}
    assert keys["Korjaavat palvelut"] == "mediaania ei saavuteta"
    assert keys["Varhainen tuki"].startswith("mediaani ")
    assert all(one.marker is None or one.marker[1] <= 0.5 for one in form.series)


def test_curves_end_where_published_points_end() -> None:
    released = _released("contrast")
    form = ANALYSIS.charts["levels"](released, _say("contrast", "fi")).form
    assert isinstance(form, Curves)
    points = released["level_curves"].groupby("level")["survival"].count()
    order = ["universal", "early", "special", "corrective"]
    assert [len(one.x) for one in form.series] == points.loc[order].tolist()
    assert form.extra_rows[0][0] == "tulee mukaan myöhemmin"
    assert form.table_title == "Seurannassa, noin"


def test_services_shows_the_most_used_of_each_level() -> None:
    released = _released("contrast")
    form = ANALYSIS.charts["services"](released, _say("contrast", "en")).form
    assert isinstance(form, Curves)
    table = released["services"]
    most = [table[table["level"] == level].sort_values("persons")["service"].iloc[-1]
            for level in ("universal", "early", "special", "corrective")]  # fmt: skip
    assert [one.label for one in form.series] == [NAMES[code][2] for code in most]


def test_ended_only_misleads_one_way_or_the_other() -> None:
    for case in ("shrinking", "growing"):
        released = _released(case)
        form = ANALYSIS.charts["ended_only"](released, _say(case, "en")).form
        assert isinstance(form, Dumbbell)
        gaps = [abs((row.end or 0) - (row.start or 0)) for row in form.rows]
        assert gaps == sorted(gaps, reverse=True)
        first = form.rows[0]
        assert first.start is not None
        assert first.end is not None
        word = "short" if first.end > first.start else "long"
        said = _headline(case, "ended_only")
        assert said.startswith(f"{first.label}: mean duration about ")
        assert f"counting ended ones only too {word}, about " in said
    assert "too short" in _headline("growing", "ended_only")
    assert "too long" in _headline("shrinking", "ended_only")


def test_small_gaps_are_no_finding() -> None:
    table = _released("contrast")["services"]
    assert (table["mean_24"] - table["ended_mean_24"]).abs().max() < 1
    assert _headline("contrast", "ended_only").startswith("Ended and all relationships hardly differ")


def test_nothing_to_publish_says_so() -> None:
    for chart, draw in ANALYSIS.charts.items():
        drawn = draw(_released("nothing"), _say("nothing", "fi"))
        assert isinstance(drawn.form, Notice)
        assert drawn.headline == _say("nothing", "fi")(f"{chart}.nothing")


def test_three_ways_to_average_stand_side_by_side() -> None:
    released = _released("growing")
    chart = ANALYSIS.charts["side_by_side"](released, _say("growing", "en"))
    assert isinstance(chart.form, Bars)
    table = released["levels"].dropna(subset=["mean_24", "ended_mean_24", "open_mean_24"])
    values = table[["mean_24", "ended_mean_24", "open_mean_24"]].to_numpy()
    assert [bar.value for bar in chart.form.bars] == values.ravel().tolist()
    # in a growing service open and ended ones both look shorter than relationships are
    assert (values[:, 0] > values[:, 1]).all()
    assert (values[:, 0] > values[:, 2]).all()
    far = (values.max(axis=1) - values.min(axis=1)).argmax()
    for value in values[far]:
        assert f"{value:.1f}" in chart.headline


def test_cohorts_are_compared_by_their_share_after_a_year() -> None:
    released = _released("contrast")
    chart = ANALYSIS.charts["cohorts"](released, _say("contrast", "en"))
    assert isinstance(chart.form, Curves)
    assert [one.label for one in chart.form.series] == ["2020", "2022", "2023", "2024"]  # the first and the last three
    assert [one.colour for one in chart.form.series][-1] == "accent"
    known = released["cohorts"].set_index("cohort")["share_12"].drop("earlier").dropna()
    for year in (known.index[0], known.index[-1]):
        assert year in chart.headline
        assert f"{100 * known[year]:.0f}%" in chart.headline
    assert "earlier" not in set(released["cohort_curves"]["cohort"])
    assert "no difference seen within the same services" in chart.footer.replace(chr(160), " ")


def test_groups_of_the_same_kind_are_no_difference() -> None:
    # ages and areas were drawn by lot: neither the curves nor the test within services may find anything
    released = _released("contrast")
    assert set(released["differences"]["comparison"]) == {"age_group", "area", "cohort"}
    assert (released["differences"]["evidence"] == 1).all()
    headline = _headline("contrast", "by_group")
    assert headline.startswith("No difference between age groups or areas can be shown")


def test_a_real_difference_within_services_is_found() -> None:
    slow = {"work": (500, 400.0, "steady", 2)}
    counts = _counts({"work": (500, 100.0, "steady", 2)}, age="00-06")
    more = _counts(slow, age="13-17")
    keys = {"by_day": ["what", "code", "day"], "by_month": ["what", "code", "family_group", "month"],
            "by_service": ["what", "code", "service", "month"], "people": ["what", "code", "moment", "month"],
            "lengths": ["what", "code"]}  # fmt: skip
    both = {name: pd.concat([counts[name], more[name]]).groupby(by, as_index=False).sum() for name, by in keys.items()}
    result = compute(both, DurationParams(replicates=20), _context(LEVEL, 1826))
    found = result.differences.set_index("comparison")["evidence"]
    assert found["age_group"] < 0.001
    released = release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]
    chart = ANALYSIS.charts["by_group"](released, _say("contrast", "fi"))
    said = chart.headline.replace(chr(160), " ")
    assert said.startswith("13–17-vuotiaat: vuoden kuluttua voimassa ")
    assert "eroa ei havaita" not in said
    assert "eri tahtiin" in chart.footer


def test_levels_without_a_curve_are_named() -> None:
    counts = _counts({"work": (300, 200.0, "steady", 1), "open": (12, 100.0, "growing", 1)})
    result = compute(counts, DurationParams(replicates=50), _context(LEVEL, 1826))
    released = release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]
    footer = ANALYSIS.charts["levels"](released, _say("contrast", "fi")).footer
    assert "ei käyrää (liian vähän asiakkuuksia): Erityispalvelut" in footer


def test_conditional_start_is_told() -> None:
    counts = _counts({"care": (400, 900.0, "steady", 1)}, seen_from=200)  # as if nobody began inside the window
    result = compute(counts, DurationParams(replicates=50), _context(LEVEL, 1826))
    curve = result.level_curves
    assert curve["time"].tolist()[:2] == [0, 213]
    assert curve["at_risk"].iloc[0] == 0
    assert curve["later"].iloc[0] == result.levels["spells"].iloc[0]
    released = release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]
    chart = ANALYSIS.charts["levels"](released, _say("contrast", "fi"))
    assert "alku ehdollinen (alussa liian vähän seurattavia): Korjaavat palvelut" in chart.footer
    assert isinstance(ANALYSIS.charts["ended_only"](released, _say("contrast", "fi")).form, Notice)
