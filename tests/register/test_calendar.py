from __future__ import annotations

from kumppanuus.register.calendar import month_day, study_years
from tests.studies import TOY, toy_study


def test_calendar_years_and_broken_years() -> None:
    assert [(year.label, year.days_seen, year.full) for year in study_years(toy_study().window)] == [
        ("2020", 366, True),
        ("2021", 365, True),
    ]
    window = toy_study(TOY.replace("to = 2021-12-31", 'to = 2021-12-31\nyear_starts = "04-01"')).window
    assert [(year.label, year.days_seen, year.full) for year in study_years(window)] == [
        ("2019/20", 91, False),
        ("2020/21", 365, True),
        ("2021/22", 275, False),
    ]


def test_months_end_on_whole_days() -> None:
    assert [month_day(month) for month in (0, 1, 6, 12, 24)] == [0, 30, 182, 365, 730]
