from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import duckdb
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.register.spells import islands
from kumppanuus.register.store import derive
from tests.studies import clients, register, relationships, toy_study


def _joined(rows: list[tuple[int, str, str | None]], tolerance: int) -> list[tuple[int, str, str | None]]:
    with duckdb.connect() as connection:
        connection.execute('CREATE TABLE r(client BIGINT, start DATE, "end" DATE)')
        if rows:
            connection.executemany("INSERT INTO r VALUES (?, ?, ?)", rows)
        found = connection.execute(islands("r", ("client",), tolerance_days=tolerance) + " ORDER BY 1, 2").fetchall()
    return [(client, str(start), str(end) if end else None) for client, start, end in found]


def test_ten_rows_by_hand() -> None:
    rows = [
        (1, "2020-01-01", "2020-03-01"),
        (1, "2020-03-01", "2020-04-01"),  # touches: joins
        (1, "2020-04-02", "2020-05-01"),  # one day apart: apart at tolerance 0, joined at 1
        (2, "2020-01-01", "2020-12-01"),
        (2, "2020-02-01", "2020-03-01"),  # nested
        (2, "2020-06-01", "2020-07-01"),  # after a nested one that ended early: still inside the long one
        (3, "2020-01-01", None),  # open
        (3, "2020-05-01", "2020-06-01"),  # inside the open one
        (4, "2020-01-01", "2020-02-01"),
        (4, "2020-06-01", None),
    ]
    assert _joined(rows, 0) == [
        (1, "2020-01-01", "2020-04-01"),
        (1, "2020-04-02", "2020-05-01"),
        (2, "2020-01-01", "2020-12-01"),
        (3, "2020-01-01", None),
        (4, "2020-01-01", "2020-02-01"),
        (4, "2020-06-01", None),
    ]
    assert _joined(rows, 1)[0] == (1, "2020-01-01", "2020-05-01")


def test_spells_are_seen_through_the_window(tmp_path: Path) -> None:
    study = toy_study()  # 2020-01-01 .. 2021-12-31
    rows = [
        (1, "early", "2019-12-22", "2020-01-11"),  # enters late on day 10, ends on day 20
        (2, "early", "2020-01-01", "2020-01-02"),  # one day
        (3, "early", "2021-12-31", None),  # open: seen one day
        (4, "early", "2021-12-01", "2022-01-01"),  # last day is the last day of the window: end seen
        (5, "early", "2021-12-01", "2022-01-02"),  # ends after the window: censored there
    ]
    built = register(tmp_path, study, relationships=relationships(rows), clients=clients([(1, 9, None)]))
    derive(built, study, ["spells"])
    found = pd.concat([pd.read_parquet(file) for file in built.files("spells", study=study)]).sort_values("client")
    assert found["entry_day"].tolist() == [10, 0, 0, 0, 0]
    assert found["exit_day"].tolist() == [20, 1, 1, 31, 31]
    assert found["ended"].tolist() == [True, True, False, True, False]
    assert found["family"].tolist() == [9, 2, 3, 4, 5]
    assert found["level"].unique().tolist() == ["early"]


_DAY = st.integers(0, 60)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 3), _DAY, st.integers(1, 20)), max_size=25), st.integers(0, 5))
def test_days_are_conserved_and_islands_stay_apart(raw: list[tuple[int, int, int]], tolerance: int) -> None:
    zero = datetime.date(2020, 1, 1)
    day = datetime.timedelta(days=1)
    rows = [(client, str(zero + start * day), str(zero + (start + length) * day)) for client, start, length in raw]
    found = _joined(rows, tolerance)
    for client in {row[0] for row in raw}:
        covered = {d for c, start, length in raw if c == client for d in range(start, start + length)}
        spans = [((datetime.date.fromisoformat(a) - zero).days, (datetime.date.fromisoformat(b or "") - zero).days)
                 for c, a, b in found if c == client]  # fmt: skip
        joined = {d for a, b in spans for d in range(a, b)}
        assert covered <= joined
        if tolerance == 0:
            assert covered == joined
        assert all(later[0] > earlier[1] + tolerance for earlier, later in itertools.pairwise(spans))
