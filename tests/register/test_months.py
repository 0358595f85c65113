"""Paths month by month: worked by hand at the edges of the window; the demo's are held against days elsewhere."""

from __future__ import annotations

import duckdb
import pytest

from kumppanuus.register.calendar import month_day
from kumppanuus.register.months import LONG, SHORT, wash_out_and_follow_up
from kumppanuus.register.store import Register, derive
from tests.studies import Row, clients, register, relationships, toy_study

# The window is 2020 and 2021: a wash-out of 6 months (182 days, to 30 June 2020), 12 months (365 days) of follow-up.
ROWS: list[Row] = [
    (1, "early", "2020-07-15", "2020-08-13"),  # 29 days: within the month of 30 days that ends on 13 August
    (1, "special", "2020-08-14", "2020-09-20"),  # from the first day of the second month into the third
    (1, "corrective", "2020-09-19", "2020-09-21"),  # two days, the highest of the third month
    (2, "early", "2020-06-30", "2021-06-30"),  # one day before the wash-out is over
    (3, "early", "2020-07-01", None),  # the day after: open to the end
    (4, "special", "2021-01-01", "2021-01-02"),  # the last day from which all 365 days are seen
    (5, "special", "2021-01-02", "2021-03-01"),  # one day too late
    (6, "early", "2019-05-01", "2020-01-05"),  # began before the window
    (6, "corrective", "2020-09-01", None),
    (7, "?", "2020-10-01", "2020-11-30"),  # 60 days, of no known level
]
PEOPLE = [(1, 10, None), (2, 20, None), (3, 10, None), (4, 40, None), (5, 50, None), (6, 60, None), (7, 70, None)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Register:
    folder = tmp_path_factory.mktemp("months")
    rows = register(folder, toy_study(), relationships=relationships(ROWS), clients=clients(PEOPLE))
    derive(rows, toy_study(), ["client_paths", "family_paths", "client_path_costs", "family_path_costs"])
    return rows


def _read(built: Register, table: str, columns: str) -> list[tuple[object, ...]]:
    files = built.files(table, study=toy_study())
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({files}) ORDER BY ALL").fetchall()


def test_months_of_wash_out_and_follow_up() -> None:
    assert wash_out_and_follow_up(month_day(48)) == LONG == (12, 24)
    assert wash_out_and_follow_up(month_day(48) - 1) == SHORT == (6, 12)


def test_paths_of_clients(built: Register) -> None:
    assert _read(built, "client_paths", "client, fate, path") == [
        (1, "followed", "esc---------"),
        (2, "known", None),
        (3, "followed", "e" * 12),
        (4, "followed", "s-----------"),
        (5, "late", None),
        (6, "known", None),
        (7, "followed", "xx----------"),
    ]


def test_paths_of_families_have_the_highest_level_of_any_member(built: Register) -> None:
    """Months of family 10 begin on 1 July, 31 July and 30 August 2020, when client 3 came: special from 14 August on is
    in the second and third one, the two corrective days of September in the third.
    """
    assert _read(built, "family_paths", "family, fate, path") == [
        (10, "followed", "esc" + "e" * 9),
        (20, "known", None),
        (40, "followed", "s-----------"),
        (50, "late", None),
        (60, "known", None),
        (70, "followed", "xx----------"),
    ]


def test_costs_of_the_follow_up(built: Register) -> None:
    """Early support costs 10 € a day; the others have no visits and no price of a day. Day 365 is not in it."""
    assert _read(built, "client_path_costs", "client, persons, euros") == [
        (1, 1, 290), (3, 1, 3650), (4, 1, 0), (7, 1, 0),
    ]  # fmt: skip
    assert _read(built, "family_path_costs", "family, persons, euros") == [
        (10, 2, 3650 + 290), (40, 1, 0), (70, 1, 0),
    ]  # fmt: skip
