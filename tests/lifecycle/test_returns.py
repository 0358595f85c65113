"""Who comes back: toys by hand, the demo's town by another route, through the gate to charts."""

from __future__ import annotations

import datetime
import tempfile
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.demo.catalogue import END_REASONS
from kumppanuus.demo.town import WINDOW_END, WINDOW_START
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Curves, Forest, StateDistribution
from kumppanuus.drawing.frame import figure
from kumppanuus.drawing.lint import lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.lifecycle.returns import ANALYSIS
from kumppanuus.lifecycle.returns.compute import ReturnParams, exact
from kumppanuus.register.engine import count
from kumppanuus.register.store import derive
from kumppanuus.study import Study
from tests.lifecycle.clean_town import CleanTown, clean_town
from tests.studies import Row, clients, register, relationships, toy_study

__all__ = ["clean_town"]
PEOPLE = [(1, 64, "2003-06-15"), (2, 64, None), (3, 128, "1990-01-01")]


def _leavings(folder: Path, rows: list[Row], study: Study | None = None, whose: str = "client") -> list[tuple]:
    """Rows as (client or family, left, level, back, kind)."""
    asked = study or toy_study()
    built = register(folder, asked, relationships=relationships(rows), clients=clients(PEOPLE))
    derive(built, asked, [f"{whose}_leavings"])
    files = built.files(f"{whose}_leavings", study=asked)
    columns = f"{whose}, left_day::VARCHAR, level, return_day::VARCHAR, kind"
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({files}) ORDER BY ALL").fetchall()


STORY: list[Row] = [
    (1, "early", "2020-02-01", "2020-03-01"),
    (1, "special", "2020-05-01", "2020-06-01"),  # back on a higher level
    (1, "special", "2020-08-01", "2020-09-01"),  # back in the same service
    (1, "early", "2020-10-01", None),  # back in another one, on a lower level; never leaves again
    (2, "early", "2019-02-01", "2020-03-01"),
    (2, "special", "2020-02-15", "2020-03-01"),  # both end on one day: the higher level counts
    (2, "early", "2020-03-02", "2020-04-01"),  # one of the two that ended
    (3, "corrective", "2020-02-01", "2020-03-01"),
    (3, "special", "2020-02-10", "2020-05-01"),  # goes on: nothing is left on 1 March
    (3, "early", "2020-05-01", "2022-06-01"),  # begins on the day: never out; open at the end of the window
]


def test_leaving_and_coming_back_by_hand(tmp_path: Path) -> None:
    assert _leavings(tmp_path, STORY) == [
        (1, "2020-03-01", "early", "2020-05-01", "higher"),
        (1, "2020-06-01", "special", "2020-08-01", "same_service"),
        (1, "2020-09-01", "special", "2020-10-01", "another"),
        (2, "2020-03-01", "special", "2020-03-02", "same_service"),
        (2, "2020-04-01", "early", None, None),
    ]


def test_a_family_leaves_when_nobody_has_a_service(tmp_path: Path) -> None:
    assert _leavings(tmp_path, STORY, whose="family") == [
        (64, "2020-03-01", "special", "2020-03-02", "same_service"),
        (64, "2020-04-01", "early", "2020-05-01", "higher"),  # another member comes back
        (64, "2020-06-01", "special", "2020-08-01", "same_service"),
        (64, "2020-09-01", "special", "2020-10-01", "another"),
    ]


def test_a_gap_that_the_study_joins_is_no_leaving(tmp_path: Path) -> None:
    rows: list[Row] = [(1, "early", "2020-02-01", "2020-03-01"), (1, "early", "2020-03-08", "2020-04-01")]
    joined = toy_study(spells={"tolerance_days": 7})
    assert [row[1] for row in _leavings(tmp_path / "a", rows, joined)] == ["2020-04-01"]
    assert [row[1] for row in _leavings(tmp_path / "b", rows)] == ["2020-03-01", "2020-04-01"]


def test_coming_of_age_ends_the_waiting_for_a_return(tmp_path: Path) -> None:
    rows: list[Row] = [(1, "early", "2020-02-01", "2021-06-01"), (1, "early", "2021-07-01", "2021-08-01")]
    study = toy_study()
    built = register(tmp_path, study, relationships=relationships(rows), clients=clients(PEOPLE))
    counts = count(ANALYSIS, ReturnParams(), built, study)
    assert counts["returns"][["kind", "day", "n"]].to_numpy().tolist() == [["of_age", 14, 1]]  # 18 on 15 June 2021
    assert counts["again"][["what", "day", "n"]].to_numpy().tolist() == [["stop", 14, 1]]


_ROW = st.tuples(st.integers(1, 3), st.sampled_from(["early", "special", "corrective"]), st.integers(-90, 700),
                 st.none() | st.integers(1, 120))  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=14))
def test_as_days_one_by_one(drawn: list[tuple[int, str, int, int | None]]) -> None:
    """Leavings found by walking through every day of the window."""
    first, days = datetime.date(2020, 1, 1), 731
    rows: list[Row] = [(c, s, str(first + datetime.timedelta(a)), str(first + datetime.timedelta(a + n)) if n else None)
                       for c, s, a, n in drawn]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        found = [(row[0], row[1], row[3]) for row in _leavings(Path(folder), rows)]
    wanted = []
    for client in sorted({row[0] for row in drawn}):
        inside = np.zeros(days, dtype=bool)
        for _, _, start, length in (row for row in drawn if row[0] == client):
            inside[max(start, 0) : max(min(start + length, days), 0) if length else days] = True
        turns = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        outs = [int(day) for day in turns if not inside[day]]
        for day in outs:
            back = [int(turn) for turn in turns if turn > day and inside[turn]]
            dates = [str(first + datetime.timedelta(each)) if each else None for each in (day, min(back, default=0))]
            wanted.append((client, *dates))
    assert found == wanted


def _first_returns(town: CleanTown) -> list[tuple[int, str, list[int], int]]:
    """One row a client who left, by plain Python: days observed, kind of return, days of every return, followed."""
    rank = {"universal": 1, "early": 2, "special": 3, "corrective": 4}
    moved = [reason for reason, *_ in END_REASONS].index("moved")
    spells: dict[int, list[tuple]] = defaultdict(list)
    columns = ["client", "start", "end", "service", "level", "end_reason"]
    for client, start, end, service, level, reason in town.relationships[columns].itertuples(index=False):
        spells[client].append((max(start, WINDOW_START), min(end, WINDOW_END), service, rank[level], reason))
    made = []
    for client, rows in spells.items():
        stories = []
        for out in sorted({row[1] for row in rows if row[1] < WINDOW_END}):
            if any(row[0] <= out < row[1] for row in rows):
                continue
            ended = [row for row in rows if row[1] == out]
            back = min((row[0] for row in rows if row[0] > out), default=0)
            came = [row for row in rows if row[0] == back]
            higher = max((row[3] for row in came), default=0) > max(row[3] for row in ended)
            same = {row[2] for row in came} & {row[2] for row in ended}
            kind = "higher" if higher else "same_service" if same else "another"
            stories.append((out, back, kind if back else "", any(row[4] == moved for row in ended)))
        if not stories or stories[0][3]:
            continue
        left, back, kind, _ = stories[0]
        adult = _adult(int(town.town.people.birth[client]))
        adult = adult if left < adult < WINDOW_END else WINDOW_END
        stop = min([adult, *(out for out, _, _, away in stories[1:] if away)])
        until = min(adult, back or WINDOW_END)
        seen = kind if back and back <= adult else "of_age" if adult < WINDOW_END else ""
        made.append((until - left, seen, [each[1] - left for each in stories if 0 < each[1] <= stop], stop - left))
    return made


def _adult(birth: int) -> int:
    day = datetime.date(1970, 1, 1) + datetime.timedelta(birth)
    leapling = (day.month, day.day) == (2, 29)
    come = day.replace(year=day.year + 18, day=28 if leapling else day.day)
    return (come - datetime.date(1970, 1, 1)).days


def test_the_demo_by_another_route(clean_town: CleanTown) -> None:
    truth = _first_returns(clean_town)
    counts = count(ANALYSIS, ReturnParams(), clean_town.register, clean_town.study)
    curves, mean = exact(counts, ReturnParams())
    assert counts["returns"]["n"].sum() == len(truth) > 300
    days, stops = (np.array([row[place] for row in truth]) for place in (0, 3))
    kinds = ("same_service", "another", "higher", "of_age")
    ends = {kind: np.array([row[0] for row in truth if row[1] == kind]) for kind in kinds}
    every = np.array([day for row in truth for day in row[2]])
    still, shares, again = 1.0, dict.fromkeys(kinds, 0.0), 0.0
    for day in range(1, 731):
        here, at_risk = {kind: int((ends[kind] == day).sum()) for kind in kinds}, int((days >= day).sum())
        shares = {kind: share + still * here[kind] / at_risk for kind, share in shares.items()}
        still *= 1 - sum(here.values()) / at_risk
        again += (every == day).sum() / (stops >= day).sum()
        if day in (182, 365, 730):
            for kind, share in shares.items():
                assert curves.at(kind, day)[0] == pytest.approx(share, abs=1e-9)
            assert mean.at(day)[0] == pytest.approx(again, abs=1e-9)
    assert sum(shares.values()) + still == pytest.approx(1)
    naive = np.mean([row[1] in kinds[:3] and row[0] <= 365 for row in truth])
    back = sum(curves.at(kind, 365)[0] for kind in kinds[:3])
    assert back > naive + 0.01  # naive: who could not be followed for a year counts as not back


@pytest.fixture(scope="module")
def released(clean_town: CleanTown) -> ReleasedResult:
    counts = count(ANALYSIS, ReturnParams(), clean_town.register, clean_town.study)
    context = pipeline.context_of(clean_town.study, clean_town.register.given)
    result = ANALYSIS.compute(counts, ReturnParams(), context)
    return release({ANALYSIS.key: result}, clean_town.study.disclosure).results[ANALYSIS.key]


def test_the_gate_leaves_something_to_say(released: ReleasedResult) -> None:
    for table in ("kind_curves", "level_curves", "service_curves", "again", "family_curves"):
        points = released[table].dropna(subset="share")
        assert len(points) >= 9 or table == "again", table
        hundredths = points["share"].to_numpy(dtype=float) * 100
        np.testing.assert_allclose(hundredths, np.round(hundredths), atol=1e-7)
    assert released["again"]["share"].max() > released["kind_curves"].groupby("time")["share"].sum().max()
    assert released["levels"]["share_12"].notna().sum() >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_say_what_is_published(released: ReleasedResult, clean_town: CleanTown, language: str) -> None:
    say: Say = speaker(clean_town.study, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]
    forms = {
        "after": StateDistribution,
        "levels": Curves,
        "services": Forest,
        "again": Curves,
        "families": StateDistribution,
    }
    for name, form in forms.items():
        chart = ANALYSIS.charts[name](released, say)
        assert isinstance(chart.form, form), name
        assert not lint_figure(figure(chart)), name
    at_year = released["kinds"]["share_12"].sum()
    assert say.percent(at_year) in ANALYSIS.charts["after"](released, say).headline
    last = released["again"].dropna(subset="share").iloc[-1]
    assert say.number(last["share"] * 100) in ANALYSIS.charts["again"](released, say).headline
