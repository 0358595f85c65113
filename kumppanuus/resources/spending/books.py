"""The ledger beside the costs counted: what is computed of both after the gate, and its picture."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, rows_of
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rounding import rounding_of_sum
from kumppanuus.language.say import Say, footer
from kumppanuus.resources.spending.compute import PRICE_BASE, SpendingResult
from kumppanuus.resources.spending.parts import families_text

_MOST = 15


def books_of(released: ReleasedResult) -> pd.DataFrame:
    """Return the costs counted of each full year that has a ledger, in prices of that year, and what they leave of it.

    A year is left out where the ledger, the costs or what cost rows tell of them is hidden. ``rounding_eur``: how far
    the rounding of the published sums may move what is unexplained.
    """
    years, services = released["years"], released["services"]
    rows = [
        _book(row, rows_of(services[(services["year"] == row["year"]) & (services["basis"] == "rows")]))
        for row in rows_of(years[years["year"].isin(full_years(released)) & (years["ledger_eur"] > 0)])
    ]
    columns = [*SpendingResult.tables()["books"].columns]
    found = pd.DataFrame(rows, columns=columns).dropna().reset_index(drop=True)
    return found.astype(dict.fromkeys(columns[1:], float))


def ledger(released: ReleasedResult, say: Say) -> Chart:
    """Draw the costs counted of each full year, in prices of that year, beside what the ledger says."""
    years = rows_of(released["books"].tail(_MOST))
    if not years:
        why = "hidden" if released.tables["years"].masked["ledger_eur"].any() else "nothing"
        return nothing(say(f"ledger.{why}"), say)
    rows = tuple(_row(row, say) for row in years)
    ends = [place for row in rows for place in (row.start, row.end) if place is not None]
    ticks = tuple((mark, say.euros(mark) if mark else "0") for mark in round_marks(min(ends), max(ends), 4))
    last = years[-1]
    words = {"year": last["year"], "part": say.euros(abs(last["unexplained_eur"])),
             "share": say.percent(abs(last["unexplained_percent"]) / 100)}  # fmt: skip
    headline = say(f"ledger.headline.{_case(last)}", **words)
    told = "; ".join(f"{row.label}: {row.start_text} / {row.end_text}" for row in rows)
    form = Dumbbell(rows, say("ledger.described"), say("ledger.booked"), ticks, say("ledger.axis"))
    n = families_text(released, str(last["year"]), say)
    return Chart(form, headline, say("ledger.subtitle"), footer(say, n), f"{headline}. {told}.")


def _book(row: dict[str, float], told: list[dict[str, float]]) -> tuple[object, ...]:
    """Unit costs are in prices of the base year, cost rows and the ledger in those of their own."""
    rows = sum(float(each["cost_eur"]) for each in told)
    level = 1.0 if math.isnan(row["price_level"]) else row["price_level"] / PRICE_BASE
    described = rows + (row["cost_eur"] - rows) * level
    off_rows = sum(rounding_of_sum(float(each["cost_eur"]), float(each["persons"])) for each in told)
    off = [rounding_of_sum(float(row[each]), float(row["persons"])) for each in ("ledger_eur", "cost_eur")]
    left = row["ledger_eur"] - described
    rounding = off[0] + level * off[1] + abs(1 - level) * off_rows
    return row["year"], described, row["ledger_eur"], left, round(100 * left / row["ledger_eur"]), rounding


def _case(row: dict[str, float]) -> str:
    if abs(row["unexplained_eur"]) <= row["rounding_eur"]:
        return "agrees"
    return "less" if row["unexplained_eur"] > 0 else "more"


def _row(row: dict[str, float], say: Say) -> DumbbellRow:
    counted, booked = row["counted_eur"], row["booked_eur"]
    return DumbbellRow(str(row["year"]), counted, booked, say.euros(counted), say.euros(booked), "accent")
