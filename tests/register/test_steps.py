"""Steps, ways, doors, returns and states: tables worked by hand, and by brute force over days."""

from __future__ import annotations

import datetime
import itertools
import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kumppanuus.register import steps
from kumppanuus.register.sets import RANKS
from kumppanuus.register.store import Register, derive
from kumppanuus.study import Study
from tests.studies import Row, clients, register, relationships, toy_study

C, E, S = 1, 2, 4
"""Bits of corrective, early and special: the codes in the order of their names."""
ROWS: list[Row] = [
    (1, "early", "2020-02-01", "2020-05-01"), (1, "special", "2020-02-01", "2020-04-01"),  # one step of two
    (1, "corrective", "2020-06-01", "2020-07-01"),  # follows 31 days after
    (1, "early", "2020-06-10", "2020-06-20"),  # nested, and back after another one
    (2, "special", "2019-11-01", "2020-03-01"), (2, "early", "2020-02-15", None),  # began before the window; overlaps
    (3, "early", "2020-03-01", "2020-03-04"), (3, "early", "2020-09-01", "2020-10-01"),  # again, nothing in between
    (4, "early", "2020-02-01", "2020-03-01"), (4, "special", "2020-04-01", "2020-05-01"),
    (4, "early", "2020-06-01", "2020-07-01"),  # back after another one
    (5, "early", "2020-02-01", "2020-03-04"), (5, "special", "2020-03-01", "2020-06-01"),  # handed over in three days
    (6, "early", "2020-02-01", "2020-03-01"), (6, "special", "2020-03-04", "2022-05-01"),  # … in a gap of three
]  # fmt: skip
HOMES = {1: 70, 2: 70, 3: 80, 4: 90, 5: 100, 6: 110}


def _derived(folder: Path, rows: Sequence[Row], homes: Mapping[int, int], names: Iterable[str],
             study: Study | None = None, buckets: int = 4) -> dict[str, pd.DataFrame]:  # fmt: skip
    study = study or toy_study()
    people = clients([(client, homes[client], None) for client in sorted({row[0] for row in rows})])
    built = register(folder, study, buckets=buckets, relationships=relationships(rows), clients=people)
    derive(built, study, names)
    return {name: _read(built, study, name) for name in names}


def _read(built: Register, study: Study, name: str) -> pd.DataFrame:
    with duckdb.connect() as connection:
        frame = connection.execute(f"FROM read_parquet({built.files(name, study=study)!r}) ORDER BY ALL").df()
    for column in frame.select_dtypes("datetime"):
        frame[column] = frame[column].dt.strftime("%Y-%m-%d")
    return frame.astype(object).where(frame.notna(), None)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    return _derived(tmp_path_factory.mktemp("steps"), ROWS, HOMES, steps.TABLES)


def _of(frame: pd.DataFrame, columns: str, **where: object) -> list[tuple[object, ...]]:
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return [tuple(row) for row in frame[columns.split()].itertuples(index=False)]


def test_what_starts_on_one_day_is_one_step(toy: dict[str, pd.DataFrame]) -> None:
    columns = "place day low n_started rank until reach next_day next_low relation gap_days"
    assert _of(toy["client_steps"], columns, client=1) == [
        (1, "2020-02-01", E | S, 2, 3, "2020-05-01", "2020-05-01", "2020-06-01", C, 0, 31),
        (2, "2020-06-01", C, 1, 4, "2020-07-01", "2020-07-01", "2020-06-10", E, 2, None),
        (3, "2020-06-10", E, 1, 2, "2020-06-20", "2020-07-01", None, None, None, None),
    ]
    assert _of(toy["client_steps"], columns, client=2) == [
        (1, "2019-11-01", S, 1, 3, "2020-03-01", "2020-03-01", "2020-02-15", E, 1, None),
        (2, "2020-02-15", E, 1, 2, None, None, None, None, None, None),
    ]
    assert _of(toy["client_steps"], "relation gap_days", client=4) == [(0, 31), (0, 31), (None, None)]


def test_a_family_steps_as_the_union_of_its_members(toy: dict[str, pd.DataFrame]) -> None:
    assert _of(toy["family_spells"], "service start end ended", family=70) == [
        ("corrective", "2020-06-01", "2020-07-01", True), ("early", "2020-02-01", None, False),
        ("special", "2019-11-01", "2020-04-01", True),
    ]  # fmt: skip
    assert _of(toy["family_steps"], "place day low relation reach", family=70) == [
        (1, "2019-11-01", S, 1, "2020-04-01"), (2, "2020-02-01", E, 2, None), (3, "2020-06-01", C, None, None),
    ]  # fmt: skip


def test_ways(toy: dict[str, pd.DataFrame]) -> None:
    columns = "began n_steps n_tied rank_1 rank_2 rank_3 rank_4 quiet_1 quiet_2 quiet_3 low_1 low_2 next_days relation"
    assert _of(toy["client_ways"], columns, client=1) == [
        ("2020-02-01", 3, 1, 3, 4, 2, None, 31, 0, 549, E | S, C, 121, 0)
    ]
    assert _of(toy["client_ways"], columns, client=2) == [
        ("2019-11-01", 2, 0, 3, 2, None, None, 0, None, None, S, E, 106, 1)  # nothing quiet: the second one is open
    ]
    assert _of(toy["client_ways"], "n_steps rank_1 rank_2 quiet_1", client=3) == [(2, 2, 2, 181)]


def test_doors_in_and_out(toy: dict[str, pd.DataFrame]) -> None:
    doors = toy["client_doors"]
    assert _of(doors, "service day", client=1, is_exit=False) == [("early", "2020-02-01"), ("special", "2020-02-01")]
    assert _of(doors, "service day", client=1, is_exit=True) == [("corrective", "2020-07-01")]
    assert _of(doors, "service day is_exit", client=2) == [("special", "2019-11-01", False)]  # still in one
    assert _of(doors, "service day is_exit", client=6) == [("early", "2020-02-01", False)]  # ends after the window


def test_coming_back_needs_another_service_in_between(toy: dict[str, pd.DataFrame]) -> None:
    returns = toy["client_returns"]
    assert {(row[0], row[1]) for row in _of(returns, "client service", back=True)} == {(1, "early"), (4, "early")}
    assert _of(toy["returned_members"], "persons persons_back", family=70, service="early") == [(2, 1)]
    assert _of(toy["family_returns"], "back", family=70, service="early") == [(False,)]  # the family never left it


def test_states_last_a_week(toy: dict[str, pd.DataFrame]) -> None:
    states = toy["client_states"]
    assert _of(states, "place seen_from seen_to low", client=5) == [
        (1, "2020-02-01", "2020-03-04", E), (2, "2020-03-04", "2020-06-01", S), (3, "2020-06-01", "2022-01-01", 0),
    ]  # fmt: skip
    assert _of(states, "seen_from low", client=6) == [("2020-02-01", E), ("2020-03-04", S)]
    assert _of(states, "seen_from low", client=1) == [
        ("2020-02-01", E | S), ("2020-04-01", E), ("2020-05-01", 0), ("2020-06-01", C), ("2020-06-10", C | E),
        ("2020-06-20", C), ("2020-07-01", 0),
    ]  # fmt: skip
    assert _of(states, "seen_from low", client=3)[0] == ("2020-03-01", E)  # three days, but there is none before it


def test_what_the_first_state_becomes(toy: dict[str, pd.DataFrame]) -> None:
    named = [(client, steps.CHANGES[change], days, RANKS[rank]) for client, change, days, rank in
             _of(toy["client_changes"].sort_values("client"), "client change state_days rank")]  # fmt: skip
    assert named == [
        (1, "fewer", 60, "special"), (2, "more", 45, "special"), (3, "none", 3, "early"), (4, "none", 29, "early"),
        (5, "other", 32, "early"), (6, "other", 32, "early"),
    ]  # fmt: skip


# --- brute force

FIRST, END = datetime.date(2020, 1, 1), datetime.date(2022, 1, 1)
OPEN = datetime.date(9999, 12, 31)
_RANK = {"early": 2, "special": 3, "corrective": 4}
_BIT = {"corrective": C, "early": E, "special": S}
_STAY = st.tuples(st.integers(1, 6), st.sampled_from([*_RANK]), st.integers(-200, 720), st.none() | st.integers(1, 200))
Spell = tuple[str, datetime.date, datetime.date]


def _spells(rows: Iterable[Row]) -> list[Spell]:
    """Join touching rows of each service day by day, and keep what the window shows; an open end is OPEN."""
    found: list[Spell] = []
    for service, group in itertools.groupby(sorted(rows, key=lambda row: (row[1], row[2])), key=lambda row: row[1]):
        joined: list[list[datetime.date]] = []
        for _, _, start, end in group:
            a, b = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end) if end else OPEN
            if joined and a <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], b)
            else:
                joined.append([a, b])
        found += [(service, a, b if b <= END else OPEN) for a, b in joined if b > FIRST and a < END]
    return found


def _spells_of_members(rows: list[Row]) -> list[Spell]:
    """Join the spells that the window shows of each client: what was over before it makes no family's spell longer."""
    seen: list[Row] = []
    for client in sorted({row[0] for row in rows}):
        seen += [(client, service, str(start), None if end == OPEN else str(end))
                 for service, start, end in _spells(row for row in rows if row[0] == client)]  # fmt: skip
    return _spells(seen)


def _expected_way(spells: list[Spell]) -> tuple[object, ...]:
    """Began, steps, tied, ranks and quiet days of the first two, sets of the first two, relation."""
    days = sorted({start for _, start, _ in spells})
    sets = [[s for s in spells if s[1] == day] for day in days]
    until = [max(end for _, _, end in each) for each in sets]
    quiet = []
    for place in range(min(2, len(days))):
        reach = max(until[: place + 1])
        after = days[place + 1] if place + 1 < len(days) else END
        quiet.append(None if reach == OPEN else max(0, (after - reach).days))
    relation = None
    if len(days) > 1:
        relation = 0 if days[1] >= until[0] else 1 if until[1] > until[0] or until[1] == OPEN else 2
    return (
        str(days[0]), len(days), sum(len(each) > 1 for each in sets),
        *_padded([max(_RANK[s] for s, _, _ in each) for each in sets]), *_padded(quiet),
        *_padded([sum(_BIT[s] for s, _, _ in each) for each in sets]), relation,
    )  # fmt: skip


def _padded(values: list) -> list:
    return [*values, None, None][:2]


def _expected_states(spells: list[Spell]) -> list[tuple[str, int]]:
    """Go through the days of the window; drop short runs; join equal neighbours."""
    days = [FIRST + datetime.timedelta(n) for n in range((END - FIRST).days)]
    sets = [sum(_BIT[s] for s in {s for s, a, b in spells if a <= day < b}) for day in days]
    runs = [(key, len(list(group))) for key, group in itertools.groupby(sets)]
    placed, at = [], 0
    for low, length in runs:
        placed.append((at, low, length))
        at += length
    while placed and placed[0][1] == 0:
        placed = placed[1:]
    kept = [each for n, each in enumerate(placed)
            if n == 0 or each[2] >= 7 or each[0] == 0 or each[0] + each[2] == len(days)]  # fmt: skip
    joined = [each for n, each in enumerate(kept) if n == 0 or kept[n - 1][1] != each[1]]
    return [(str(days[at]), low) for at, low, _ in joined]


def _expected_change(states: list[tuple[str, int]]) -> tuple[int, int | None]:
    if len(states) == 1:
        return 4, None
    (first, low), (then, after), *_ = states
    change = 0 if not after else 1 if low & after == low else 2 if low & after == after else 3
    return change, (datetime.date.fromisoformat(then) - datetime.date.fromisoformat(first)).days


@settings(max_examples=4, deadline=None)
@given(st.lists(_STAY, min_size=1, max_size=24), st.lists(st.integers(1, 3), min_size=6, max_size=6), st.randoms())
@example([(2, "early", -87, None), (1, "early", -199, 113)], [1] * 6, random.Random(0))  # a brother's, over before
def test_ways_and_states_agree_with_brute_force(
    drawn: list[tuple[int, str, int, int | None]], homes: list[int], dice: random.Random
) -> None:
    rows: list[Row] = [(c, s, str(FIRST + datetime.timedelta(a)), str(FIRST + datetime.timedelta(a + n)) if n else None)
                       for c, s, a, n in drawn]  # fmt: skip
    family_of = {client: 500 + home for client, home in enumerate(homes, start=1)}
    shuffled = dice.sample(rows, len(rows))
    names = ("client_ways", "family_ways", "client_states", "family_states", "client_changes", "family_changes",
             "client_returns", "client_doors")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        made = _derived(Path(folder) / "four", shuffled, family_of, names)
        whole = _derived(Path(folder) / "one", rows, family_of, names, buckets=1)
    for name in names:
        pd.testing.assert_frame_equal(made[name], whole[name])
    columns = "began n_steps n_tied rank_1 rank_2 quiet_1 quiet_2 low_1 low_2 relation"
    for who, of in (("client", lambda row: row[0]), ("family", lambda row: family_of[row[0]])):
        for number in {of(row) for row in rows}:
            spells = _spells_of_members([row for row in rows if of(row) == number])
            expected = [_expected_way(spells)] if spells else []
            assert _of(made[f"{who}_ways"], columns, **{who: number}) == expected
            seen = _of(made[f"{who}_states"].sort_values("place"), "seen_from low", **{who: number})
            assert seen == _expected_states(spells)
            change = _of(made[f"{who}_changes"], "change state_days", **{who: number})
            assert change == ([_expected_change(seen)] if seen else [])
