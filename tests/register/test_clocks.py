"""Statutory clocks and working days: the law's data, dates worked by hand on a paper calendar, ten contacts by hand."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kumppanuus.register.clocks import (
    ASSESSMENT,
    CASELOAD,
    START,
    Clock,
    clocks_of,
    limit_on,
    statutory_clocks,
)
from kumppanuus.register.codes import CONTACT_KINDS, CONTACT_OUTCOMES, SECTORS
from kumppanuus.register.store import derive
from kumppanuus.register.workdays import deadline, holidays_of, is_workday, month_deadline, workday_numbers
from tests.studies import TOY, register, relationships, toy_study

Day = datetime.date
OWN = [{"code": CASELOAD, "limit": 25, "unit": "children", "valid_from": "2026-01-01", "source": "own target"}]


def test_limits_of_the_law_by_day() -> None:
    """417/2007 § 13 b: 35 children in 2022 and 2023, 30 since; no limit before."""
    clocks = statutory_clocks()
    days = {
        Day(2021, 12, 31): None,
        Day(2022, 1, 1): 35,
        Day(2023, 12, 31): 35,
        Day(2024, 1, 1): 30,
        Day(2030, 1, 1): 30,
    }
    assert {day: limit_on(clocks, CASELOAD, day) for day in days} == days
    assert limit_on(clocks, START, Day(2025, 1, 1)) == 7
    assert limit_on(clocks, ASSESSMENT, Day(2025, 1, 1)) == 3
    for clock in clocks:
        assert clock.source
        assert set(clock.kinds) <= {*CONTACT_KINDS}
        assert set(clock.unless) <= {*CONTACT_OUTCOMES}
        assert set(clock.sectors) <= {*SECTORS}


def test_a_study_replaces_all_rows_of_a_code() -> None:
    clocks = clocks_of(toy_study(clocks=OWN))
    assert limit_on(clocks, CASELOAD, Day(2025, 12, 31)) is None
    assert limit_on(clocks, CASELOAD, Day(2026, 1, 1)) == 25
    assert limit_on(clocks, START, Day(2026, 1, 1)) == 7


@pytest.mark.parametrize(
    "rows",
    [
        [OWN[0], {**OWN[0], "valid_from": "2027-01-01"}],  # two limits at once
        [{**OWN[0], "stops": "decided"}],
        [{**OWN[0], "unit": "months"}],
        [{**OWN[0], "unit": "working_days", "stops": "decided"}],  # which contacts?
        [{**OWN[0], "valid_to": "2026-01-01"}],
        [{**OWN[0], "kind": "notification"}],
    ],
)
def test_clocks_that_say_nothing_are_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        toy_study(clocks=rows)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (Day(2025, 2, 4), Day(2025, 2, 13)),  # a Tuesday: Thursday of the next week (THL, Lastensuojelun käsikirja)
        (Day(2025, 2, 8), Day(2025, 2, 18)),  # a Saturday: Monday is the first day
        (Day(2025, 4, 15), Day(2025, 4, 28)),  # Good Friday 18.4. and Easter Monday 21.4.
        (Day(2025, 5, 22), Day(2025, 6, 3)),  # Ascension Day 29.5.
        (Day(2025, 6, 13), Day(2025, 6, 25)),  # Midsummer Eve 20.6.
        (Day(2025, 4, 25), Day(2025, 5, 7)),  # 1 May, a Thursday
        (Day(2024, 12, 2), Day(2024, 12, 12)),  # Independence Day, a Friday
        (Day(2024, 12, 20), Day(2025, 1, 7)),  # Christmas Eve to Boxing Day, New Year's Day, Epiphany
        (Day(2025, 10, 24), Day(2025, 11, 4)),  # All Saints' Day is a Saturday
    ],
)
def test_the_seventh_working_day(received: Day, last: Day) -> None:
    assert deadline(received, 7) == last


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (Day(2025, 1, 10), Day(2025, 4, 10)),
        (Day(2024, 11, 30), Day(2025, 2, 28)),  # § 3: no 30 February
        (Day(2023, 11, 30), Day(2024, 2, 29)),
        (Day(2024, 10, 1), Day(2025, 1, 2)),  # § 5: New Year's Day
        (Day(2025, 1, 18), Day(2025, 4, 22)),  # Good Friday until Easter Monday
        (Day(2025, 3, 20), Day(2025, 6, 23)),  # Midsummer Eve, a Friday
        (Day(2024, 9, 24), Day(2024, 12, 27)),  # Christmas Eve; the 27th is a Friday
        (Day(2025, 9, 6), Day(2025, 12, 8)),  # Independence Day, a Saturday
    ],
)
def test_three_months_end_on_a_working_day(received: Day, last: Day) -> None:
    assert month_deadline(received, 3) == last


def test_the_days_of_section_five_are_no_working_days() -> None:
    """150/1930 § 5: holy days, Independence Day, 1 May, Christmas and Midsummer Eve; 2026 by the University almanac."""
    free = [
        (1, 1), (1, 6), (4, 3), (4, 5), (4, 6), (5, 1), (5, 14), (5, 24), (6, 19), (6, 20), (10, 31), (12, 6), (12, 24),
        (12, 25), (12, 26),
    ]  # fmt: skip
    assert sorted(holidays_of(2026)) == [Day(2026, month, day) for month, day in free]
    assert is_workday(Day(2026, 12, 31))  # New Year's Eve and Maundy Thursday are not named
    assert is_workday(Day(2026, 4, 2))


@given(st.dates(Day(2015, 1, 1), Day(2035, 1, 1)), st.integers(1, 30))
def test_numbers_and_deadlines_agree(received: Day, limit: int) -> None:
    end = deadline(received, limit)
    rows = {day: (number, working) for day, number, working in workday_numbers(received, end + datetime.timedelta(1))}
    assert rows[end][1]
    assert rows[end][0] - rows[received][0] == limit
    clock = Clock("x", limit, "working_days", Day(2000, 1, 1), "")
    assert (end - received).days < clock.most_days


# Received on Tuesday 4.2.2020 the decision is due on 13.2., the assessment on 4.5.
CONTACTS = [  # client, date, kind, service, decided, assessed, outcome; fates of the decision and the assessment
    (1, "2020-02-04", "notification", None, "2020-02-13", "2020-05-04", "service", "in_time", "in_time"),
    (2, "2020-02-04", "application", "early", "2020-02-14", "2020-05-05", "assessment", "late", "late"),
    (3, "2020-02-04", "contact", None, None, None, None, "overdue", "overdue"),
    (4, "2021-12-20", "contact", None, None, None, None, "overdue", "pending"),  # due on 30.12. and 21.3.
    (5, "2021-12-22", "contact", None, "2021-12-23", None, "assessment", "pending", "pending"),
    (6, "2020-02-04", "contact", None, "2020-02-05", None, "withdrew", "closed", "closed"),
    (7, "2020-02-04", "contact", None, "2020-02-05", None, "no_need", "in_time", "closed"),
    (8, "2020-02-04", "contact", None, None, None, "service", "undated", "undated"),
    (9, "2020-02-04", "contact", None, "2020-02-03", "2020-03-01", "service", "undated", "in_time"),
    (None, "2020-02-04", "contact", None, "2020-02-20", None, "advice", "late", "closed"),
    (10, "2020-02-04", "referral", None, "2020-02-05", None, "service", None, None),  # no clock concerns it
    (11, "2020-02-04", "contact", "clinic", "2020-02-05", None, "service", None, None),
]  # fmt: skip


def contacts(rows: Sequence[tuple[int | str | None, ...]]) -> pa.Table:
    """Return canonical contacts from (client, date, kind, service, decided, assessed, outcome, area)."""
    names = ("client", "date", "kind", "service", "decided", "assessed", "outcome", "area")
    days = ("date", "decided", "assessed")
    columns = {name: [row[place] if place < len(row) else None for row in rows] for place, name in enumerate(names)}
    made = {
        name: pa.array([None if each is None else Day.fromisoformat(str(each)) for each in values], pa.date32())
        if name in days
        else pa.array(values, pa.uint64() if name == "client" else pa.string())
        for name, values in columns.items()
    }
    return pa.table({**made, "sender": pa.nulls(len(rows), pa.string())})


def test_contacts_by_hand(tmp_path: Path) -> None:
    clinic = {"code": "clinic", "name": {"fi": "Poliklinikka"}, "level": "special", "sector": "health"}
    study = toy_study(services=[*tomllib.loads(TOY)["services"], clinic])
    built = register(tmp_path, study, contacts=contacts([row[:7] for row in CONTACTS]), relationships=relationships([]))
    derive(built, study, ["clocked"])
    files = built.files("clocked", study=study)
    found = duckdb.sql(f"SELECT coalesce(client, 0), clock, fate, event, place FROM read_parquet({files})").fetchall()
    fates = {(client, clock): fate for client, clock, fate, _, _ in found}
    wanted = {(row[0] or 0, clock): fate for row in CONTACTS
              for clock, fate in ((START, row[7]), (ASSESSMENT, row[8])) if fate}  # fmt: skip
    assert fates == wanted
    places = {(client, clock): place for client, clock, _, event, place in found if event == "done"}
    assert places[1, START] == 7
    assert places[2, START] == 8
    assert places[7, START] == 1
    assert places[1, ASSESSMENT] == 3
    assert places[2, ASSESSMENT] == 4


def test_a_new_law_is_a_new_row(tmp_path: Path) -> None:
    """A matter is judged by the row in force on the day it was received."""
    usual = {"unit": "working_days", "stops": "decided", "kinds": ["contact"], "sectors": ["social"], "code": START}
    study = toy_study(clocks=[{**usual, "limit": 7, "valid_from": "2008-01-01", "valid_to": "2021-01-01"},
                              {**usual, "limit": 5, "valid_from": "2021-01-01"}])  # fmt: skip
    rows = [(1, "2020-11-10", "contact", None, "2020-11-19", None, "advice"),
            (2, "2021-11-09", "contact", None, "2021-11-18", None, "advice")]  # fmt: skip
    built = register(tmp_path, study, contacts=contacts(rows), relationships=relationships([]))
    derive(built, study, ["clocked"])
    files = built.files("clocked", study=study)
    found = duckdb.sql(f"SELECT client, fate FROM read_parquet({files}) WHERE clock = '{START}'").fetchall()
    assert sorted(found) == [(1, "in_time"), (2, "late")]
