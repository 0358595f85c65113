"""Study years of a released result, as headlines need them. The result has a table ``years`` with ``days_seen``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kumppanuus.disclosure.released import ReleasedResult

if TYPE_CHECKING:
    import pandas as pd

    from kumppanuus.language.say import Say

FULL_DAYS = 365


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a small published table as dictionaries."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def full_years(released: ReleasedResult) -> list[str]:
    """Return the years observed from end to end; when there is none, all of them."""
    years = released["years"]
    full = years.loc[years["days_seen"] >= FULL_DAYS, "year"]
    return [str(year) for year in (full if len(full) else years["year"])]


def last_year(released: ReleasedResult) -> str:
    """Return the last full year, or an empty text when there is no year at all."""
    years = full_years(released)
    return years[-1] if years else ""


def year_name(released: ReleasedResult, year: str, say: Say) -> str:
    """Return the label of a year, with the room's words ``year.part`` when only a part of it was observed."""
    years = released["years"]
    full = bool((years.loc[years["year"] == year, "days_seen"] >= FULL_DAYS).any())
    return year if full else say("year.part", year=year)
