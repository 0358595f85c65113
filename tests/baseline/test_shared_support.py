"""baseline.shared_support: rows worked by hand, families day by day, goals against lifelines, what is a signal."""

from __future__ import annotations

import datetime
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from lifelines import KaplanMeierFitter

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.baseline.shared_support import ANALYSIS
from kumppanuus.baseline.shared_support.compute import compute
from kumppanuus.baseline.shared_support.declared import SharedSupportParams, SharedSupportResult
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Curves, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.calendar import month_day
from kumppanuus.register.engine import count
from kumppanuus.register.shared import FOLLOW_DAYS, KINDS
from kumppanuus.register.store import Register, derive
from kumppanuus.study import Disclosure
from tests.studies import Row, clients, register, relationships, toy_study

PARAMS = SharedSupportParams()
ROWS: list[Row] = [
    (1, "early", "2020-03-15", "2020-06-01"), (2, "special", "2020-05-01", "2020-09-01"),
    (2, "early", "2021-05-01", "2021-06-01"), (1, "corrective", "2021-07-01", None),
    (3, "special", "2020-01-01", None), (4, "early", "2020-02-01", "2020-02-03"),
    (5, "early", "2020-01-01", "2020-03-01"), (6, "early", "2020-03-01", "2020-05-01"),
    (5, "special", "2021-01-01", "2021-02-02"), (6, "early", "2021-02-01", "2021-03-01"),
]  # fmt: skip
# 1, 2 and 4 are of one family, 5 and 6 brothers; 2 comes of age on 15 May 2020; 3 has no birth date.
PEOPLE = [(1, 9, "2010-05-05"), (2, 9, "2002-05-15"), (3, 3, None), (4, 9, "1980-01-01"), (5, 5, "2012-01-01"),
          (6, 5, "2014-01-01")]  # fmt: skip
GOALS = [
    (1, "2020-02-01", "early", "yes", "2020-06-01", "met"),
    (1, "2020-02-01", "early", "no", None, None),
    (2, "2021-06-01", None, None, "2021-12-01", None),
    (3, "2020-01-05", "special", "yes", "2022-05-01", "met"),  # after the window: not assessed yet
    (5, "2020-03-01", "special", "yes", "2021-03-01", "not_met"),  # on the 365th day
    (5, "2020-03-02", "special", "yes", "2021-03-03", "partly"),  # a day later
    (6, "2019-12-31", "special", "yes", "2020-03-03", "partly"),  # set before the window
]
NEEDS = [(3, "2020-05-01", "money"), (3, "2020-06-01", "school"), (1, "2021-06-01", "money")]


def _table(names: Sequence[str], kinds: Sequence[pa.DataType], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    def cell(value: Any, kind: pa.DataType) -> Any:
        return datetime.date.fromisoformat(value) if kind == pa.date32() and value else value

    columns = zip(names, kinds, zip(*rows, strict=True), strict=True)
    return pa.table({name: pa.array([cell(each, kind) for each in column], kind) for name, kind, column in columns})


def _built(folder: Path) -> Register:
    number, day, text = pa.uint64(), pa.date32(), pa.string()
    goals = _table(("client", "date", "service", "with_family", "assessed", "outcome"),
                   (number, day, text, text, day, text), GOALS)  # fmt: skip
    needs = _table(("client", "date", "need"), (number, day, text), NEEDS)
    return register(folder, toy_study(), 1, relationships=relationships(ROWS), clients=clients(PEOPLE), goals=goals,
                    needs=needs)  # fmt: skip


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> SharedSupportResult:
    study = toy_study()
    built = _built(tmp_path_factory.mktemp("shared"))
    return compute(count(ANALYSIS, PARAMS, built, study), PARAMS, pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_who_is_supported_at_the_same_time_by_hand(hand: SharedSupportResult) -> None:
    """2020: 1 beside 2 as a child until 14 May, beside 2 of age from the 15th; the brothers follow each other.

    2021: 2, who is of age, before the child 1; the brothers share 1 February.
    """
    assert _cells(hand.years, "year", "persons", "families") == [("2020", 6, 3), ("2021", 5, 3)]
    assert _cells(hand.kinds, "year", "kind", "families", "persons") == [
        ("2020", "child", 1, 2), ("2020", "child_adult", 1, 3), ("2020", "unknown", 1, 1),
        ("2021", "siblings", 1, 2), ("2021", "apart", 1, 2), ("2021", "unknown", 1, 1),
    ]  # fmt: skip


def test_families_that_need_support_in_several_ways(hand: SharedSupportResult) -> None:
    """In 2020 all three: the third by two needs; only the first has two members in services on one day."""
    assert _cells(hand.several, "year", "several", "together") == [("2020", 3, 1), ("2021", 2, 1)]


def test_goals_by_hand(hand: SharedSupportResult) -> None:
    assert _cells(hand.goals, "year", "goals", "families", "with_family") == [("2020", 5, 3, 4), ("2021", 1, 1, 0)]
    assert _cells(hand.outcomes, "year", "outcome", "goals") == [
        ("2020", "met", 1), ("2020", "partly", 1), ("2020", "not_met", 1), ("2020", "open", 2), ("2021", "untold", 1),
    ]  # fmt: skip
    assert _cells(hand.everyone, "followed", "in_year", "families", "in_year_homes") == [(5, 2, 3, 2)]
    assert _cells(hand.services, "service", "level", "followed", "in_year") == [
        ("early", "early", 2, 1), ("special", "special", 3, 1),
    ]  # fmt: skip


def test_a_family_waits_for_its_first_goal(hand: SharedSupportResult) -> None:
    """The two goals of one day count as the one assessed first: 121, 365 days, and one still open."""
    assert _cells(hand.first_goals, "persons", "families") == [(4, 3)]
    points = {time: (share, at_risk, events) for time, share, at_risk, events in
              _cells(hand.waits, "time", "share", "at_risk", "events")}  # fmt: skip
    assert points[month_day(6)] == pytest.approx((1 / 3, 2, 1))
    assert points[month_day(12)] == pytest.approx((2 / 3, 1, 1))


def test_every_family_day_by_day(tmp_path: Path) -> None:
    """The members of sixty families, walked through day by day."""
    dice, first = np.random.default_rng(7), datetime.date(2020, 1, 1)
    people = [
        (n + 1, 100 + int(home), str(first - datetime.timedelta(int(days))) if known else None)
        for n, (home, days, known) in enumerate(
            zip(dice.integers(0, 60, 150), dice.integers(6000, 7300, 150), dice.random(150) < 0.95, strict=True)
        )
    ]
    starts, lengths = dice.integers(-100, 700, 260), dice.integers(1, 150, 260)
    who, what = dice.integers(1, 151, 260), dice.integers(0, 3, 260)
    drawn = {
        (int(c), ("early", "special", "corrective")[s], str(first + datetime.timedelta(int(a)))): int(a + n)
        for c, s, a, n in zip(who, what, starts, lengths, strict=True)
    }
    rows: list[Row] = [(*key, str(first + datetime.timedelta(end))) for key, end in drawn.items()]
    study = toy_study()
    built = register(tmp_path, study, 3, relationships=relationships(rows), clients=clients(people))
    derive(built, study, ["family_days"])
    told = duckdb.sql(f"SELECT family, year, kind, most FROM read_parquet({built.files('family_days', study=study)})")
    assert {(f, y): (k, m) for f, y, k, m in told.fetchall()} == _day_by_day(people, rows)


def _day_by_day(people: Sequence[tuple[int, int, str | None]], rows: Sequence[Row]) -> dict[tuple[int, str], Any]:
    birth = {client: datetime.date.fromisoformat(born) if born else None for client, _, born in people}
    home = {client: family for client, family, _ in people}
    members: dict[tuple[int, datetime.date], set[int]] = defaultdict(set)
    for client, _, start, end in rows:
        day, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(str(end))
        while day < last:
            if day.year in (2020, 2021):
                members[home[client], day].add(client)
            day += datetime.timedelta(1)
    years: dict[tuple[int, str], list[tuple[int, int, int]]] = defaultdict(list)
    seen: dict[tuple[int, str], set[int]] = defaultdict(set)
    for (family, day), open_then in members.items():
        ages = [_of_age(birth[each], day) for each in open_then]
        years[family, str(day.year)].append((ages.count(False), ages.count(True), ages.count(None)))
        seen[family, str(day.year)] |= open_then
    return {key: (_kind(days, len(seen[key])), max(map(sum, days))) for key, days in years.items()}


def _of_age(born: datetime.date | None, day: datetime.date) -> bool | None:
    if born is None:
        return None
    turned = born.replace(year=born.year + 18, day=28 if (born.month, born.day) == (2, 29) else born.day)
    return day >= turned


def _kind(days: Sequence[tuple[int, int, int]], persons: int) -> str:
    beside = max(children if grown else 0 for children, grown, _ in days)
    children, grown = max(each[0] for each in days), max(each[1] for each in days)
    if any(each[2] for each in days):
        return "unknown"
    if beside:
        return "all" if beside > 1 else "child_adult"
    if children and grown and persons > 1:  # one member who comes of age is not two
        return "apart"
    return ("siblings" if children > 1 else "child") if children else "adult"


YEARS = {"2020": 366, "2021": 365, "2022": 365}
USUAL = {"child": 0.5, "siblings": 0.1, "adult": 0.1, "apart": 0.08, "child_adult": 0.14, "all": 0.08}


def _counts(
    families: int, *, together: Mapping[str, float] | None = None, late: Mapping[str, float] | None = None,
    with_family: float = 0.7, ages: bool = True,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """Counts of a neutral register: half supported together, goals 75 % in a year, but for what is named."""
    kinds = USUAL if ages else {"unknown": 1.0}
    years = [(year, kind, round(families * share)) for year in YEARS for kind, share in kinds.items()]
    for year in YEARS:
        years += [(year, "several", families // 2),
                  (year, "together", round(families / 2 * (together or {}).get(year, 0.5)))]  # fmt: skip
    frame = pd.DataFrame(years, columns=["year", "kind", "families"])
    goals: list[tuple[str, str, str, int]] = []
    groups = [("all", "", 6), *(("year", year, 2) for year in YEARS), *(("service", code, 2) for code in SERVICES)]
    for breakdown, code, size in groups:
        n = families * size
        soon = (late or {}).get(code, 0.75)
        goals += [(breakdown, code, kind, round(n * share)) for kind, share in (
            ("set", 1), ("told_with", 1), ("with_family", with_family), ("followed", 0.8), ("in_year", 0.8 * soon),
            ("met", 0.35), ("partly", 0.25), ("not_met", 0.15), ("untold", 0.05), ("open", 0.2))]  # fmt: skip
    told = pd.DataFrame(goals, columns=["breakdown", "code", "kind", "n"])
    days = np.random.default_rng(3).integers(30, 700, families)
    waits = pd.DataFrame({"day": days, "kind": np.where(days % 4, "assessed", "open"), "n": 1.0})
    return {
        "years": frame.assign(families=frame["families"] * 1.0, persons=frame["families"] * 2.0),
        "goals": told.assign(n=told["n"] * 1.0, persons=told["n"] / 2 // 1, families=told["n"] / 2 // 1),
        "waits": waits.groupby(["day", "kind"], as_index=False)[["n"]].sum(),
    }


SERVICES = ("early", "special", "corrective")
CONTEXT = Context({code: code for code in SERVICES}, YEARS, 1096, frozenset({"goals"}))


def _released(counts: Mapping[str, pd.DataFrame]) -> ReleasedResult:
    result = compute(counts, PARAMS, CONTEXT)
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


@functools.cache
def _case(name: str) -> ReleasedResult:
    """Neutral; behind its references; birth dates not known; few families."""
    if name == "worse":
        return _released(_counts(600, together={"2022": 0.3}, late={"special": 0.4}, with_family=0.3))
    return _released(_counts(8 if name == "small" else 600, ages=name != "no ages"))


def _chart(released: ReleasedResult, name: str, language: str = "fi") -> Chart:
    say: Say = speaker(toy_study(), language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]
    chart = ANALYSIS.charts[name](released, say)
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("name", [*ANALYSIS.charts])
def test_charts_hold_in_every_language(name: str) -> None:
    for language in LANGUAGES:
        assert not lint_figure(figure(_chart(_case("worse"), name, language))), language


def test_headlines() -> None:
    assert "selvästi harvempi" in _chart(_case("worse"), "several").headline
    assert "ei ole selvä" in _chart(_case("neutral"), "several").headline
    assert "selvästi alle tavoitteen 60" in _chart(_case("worse"), "services").headline
    assert "mikään palvelu ei jää" in _chart(_case("neutral"), "services").headline
    together = _chart(_case("neutral"), "together")
    assert together.headline.startswith("22\u00a0%:ssa perheistä lapsi ja aikuinen saivat tukea yhtä aikaa")
    assert isinstance(together.form, StackedBars)
    assert isinstance(_chart(_case("neutral"), "waits").form, Curves)


def test_without_birth_dates_or_numbers_the_room_says_so() -> None:
    notice = _chart(_case("no ages"), "together")
    assert isinstance(notice.form, Notice)
    assert "syntymäaikoja ei ole annettu" in notice.headline
    for name in ("together", "several", "waits", "services"):
        assert isinstance(_chart(_case("small"), name).form, Notice), name


def test_signals_are_of_what_is_surely_behind_its_reference() -> None:
    assert ANALYSIS.signals is not None
    found = {
        (signal.name, *(code for _, _, code in signal.words)): signal for signal in ANALYSIS.signals(_case("worse"))
    }
    surely = {key for key, signal in found.items() if signal.gap * signal.certainty > 0.2}
    assert surely == {("goals_late", "special"), ("not_with_family", "2022"), ("apart",)}
    assert found["goals_late", "early"].gap == 0
    assert all(signal.gap * signal.certainty == 0 for signal in ANALYSIS.signals(_case("neutral")))


def test_goals_not_yet_assessed_count_as_long_as_they_are_followed() -> None:
    """lifelines' product-limit curve of the same days."""
    counts = _counts(600)
    waits = counts["waits"]
    fitted = KaplanMeierFitter().fit(waits["day"], waits["kind"] == "assessed", weights=waits["n"].astype(int))
    curve = compute(counts, PARAMS, CONTEXT).waits
    for day, share in zip(curve["time"], curve["share"], strict=True):
        assert share == pytest.approx(1 - fitted.survival_function_at_times(day).iloc[0], abs=1e-9)


def test_a_year_of_the_goals_is_a_year_of_the_curve() -> None:
    assert month_day(12) == FOLLOW_DAYS


def test_every_kind_has_a_name() -> None:
    labels = [Say("fi").label("shared_kinds", kind) for kind in KINDS]
    assert len({*labels}) == len(KINDS)
    assert "tuntematon koodi" not in labels
