"""What an observer knows of numbers that stand in different tables: which are the same, which are parts of which."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, Table, result_table
from kumppanuus.disclosure.audit import audit
from kumppanuus.disclosure.base import Base, make_base, own_bounds
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.study import Disclosure

SETTINGS = Disclosure()
_LEVEL, _SERVICE = Column("dimension", codes="levels", adds=True), Column("dimension", codes="services")
_TIME = Column("dimension", codes="numbers", time_axis=True, adds=True)
_N = MappingProxyType({"n": Column("count")})


def _counts(**dimensions: Column) -> Table:
    return Table("counts", MappingProxyType({**dimensions, **_N}), population="starts")


def _placed(table: Table, rows: pd.DataFrame, *told: str) -> Guarded:
    """Return a table that shows 7 and more and hides 1 to 6."""
    numbers = rows[["n"]].astype(float)
    masked = (numbers > 0) & (numbers < 7)
    rounded = (np.ceil(numbers / 6) * 6 - 3).mask(masked)
    frame = pd.concat([rows[list(table.dimensions)], rounded], axis=1).assign(hidden=False)
    return Guarded(ReleasedTable("t", table, frame, masked, told=told), rows)


def _base(*tables: Guarded) -> Base:
    return make_base({(str(number), "t"): each for number, each in enumerate(tables)}, Rules())


def _relations(base: Base) -> set[tuple[tuple[float, ...], float, float]]:
    """Return the factors of each relation, in order of size, and its bounds."""
    rows = base.system.rows.toarray()
    return {
        (tuple(sorted(row[row != 0])), float(below), float(above))
        for row, below, above in zip(rows, base.system.below, base.system.above, strict=True) if (row != 0).any()
    }  # fmt: skip


def test_a_code_that_looks_like_two_codes_is_another_cell() -> None:
    areas = pd.DataFrame([("x|service=y", 40)], columns=["area", "n"])
    both = pd.DataFrame([("x", "y", 9)], columns=["area", "service", "n"])
    base = _base(_placed(_counts(area=_LEVEL), areas), _placed(_counts(area=_LEVEL, service=_SERVICE), both))
    assert base.places["key"].nunique() == 2


@pytest.mark.parametrize("years", [[2023, 2024], [2023.0, 2024.0], ["2023", "2024"]])
def test_a_year_is_the_same_code_however_it_is_kept(years: list[object]) -> None:
    whole = pd.DataFrame({"year": years, "n": [12, 9]})
    parts = pd.DataFrame([("2023", "a", 9), ("2023", "b", 3), ("2024", "a", 9)], columns=["year", "service", "n"])
    base = _base(_placed(_counts(year=_TIME), whole), _placed(_counts(year=_TIME, service=_SERVICE), parts))
    assert _relations(base) == {((-1, 1, 1), 0, 0), ((-1, 1), 0, 0)}


def test_a_month_without_a_name_is_no_fault() -> None:
    months = pd.DataFrame([("2024-01", 9), ("unknown", 8)], columns=["month", "n"])
    quarters = pd.DataFrame([("2024 Q1", 9), ("unknown", 8)], columns=["quarter", "n"])
    base = _base(_placed(_counts(month=_TIME), months), _placed(_counts(quarter=_TIME), quarters))
    assert _relations(base) == {((-1, 1), 0, 0)}


def test_what_was_merged_is_the_sum_of_its_parts_elsewhere() -> None:
    """Another analysis shows the services of two levels that became "other"; a third the levels themselves."""
    merged = pd.DataFrame([("early", 40), ("other", 14)], columns=["level", "n"])
    rows = [("early", "a", 40), ("special", "b", 9), ("corrective", "c", 5)]
    services = pd.DataFrame(rows, columns=["level", "service", "n"])
    levels = pd.DataFrame([("early", 40), ("special", 9), ("corrective", 5)], columns=["level", "n"])
    for elsewhere in (
        _placed(_counts(level=_LEVEL, service=_SERVICE), services),
        _placed(_counts(level=_LEVEL), levels),
    ):
        base = _base(_placed(_counts(level=_LEVEL), merged, "merged"), elsewhere)
        assert ((-1, 1, 1), 0, 0) in _relations(base)


def test_longer_steps_are_sums_of_the_shorter_ones_elsewhere() -> None:
    longer = pd.DataFrame([("2024 Q1", 17), ("2024 Q2", 9)], columns=["month", "n"])
    rows = [("2024-01", "a", 8), ("2024-02", "a", 9), ("2024-04", "a", 9)]
    months = pd.DataFrame(rows, columns=["month", "level", "n"])
    quarters = pd.DataFrame([("2024 Q1", 17), ("2024 Q2", 9)], columns=["quarter", "n"])
    base = _base(_placed(_counts(month=_TIME), longer, "longer"), _placed(_counts(month=_TIME, level=_LEVEL), months))
    assert ((-1, 1, 1), 0, 0) in _relations(base)
    base = _base(_placed(_counts(month=_TIME), longer, "longer"), _placed(_counts(quarter=_TIME), quarters))
    assert _relations(base) == {((-1, 1), 0, 0)}


def test_other_is_not_the_same_in_two_tables() -> None:
    """One table merged two levels, the other three: these are two numbers, of which the one is part of the other."""
    one = pd.DataFrame([("early", 40), ("special", 9), ("other", 14)], columns=["level", "n"])
    two = pd.DataFrame([("early", 40), ("other", 23)], columns=["level", "n"])
    base = _base(*(_placed(_counts(level=_LEVEL), each, "merged") for each in (one, two)))
    assert base.places["key"].nunique() == 4
    assert ((-1, 1, 1), 0, 0) in _relations(base)


def test_two_breakdowns_of_the_same_numbers_have_the_same_sums() -> None:
    """Eleven months of 7 and one hidden, 78 in a service: "about 75" is at most 78, so the hidden month is 1."""
    months = pd.DataFrame({"level": "early", "month": [f"2024-{n:02d}" for n in range(1, 13)], "n": [7] * 11 + [1]})
    services = pd.DataFrame([("a", "early", "2024", 78)], columns=["service", "level", "year", "n"])
    base = _base(_placed(_counts(level=_LEVEL, month=_TIME), months),
                 _placed(_counts(service=_SERVICE, level=_LEVEL, year=_TIME), services))  # fmt: skip
    assert _relations(base) == {((-1,) + (1,) * 12, 0, 0)} or _relations(base) == {((-1,) * 12 + (1,), 0, 0)}
    assert audit(base).told.sum() == 1


def test_sums_that_differ_somewhere_are_not_taken_for_granted() -> None:
    months = pd.DataFrame([("early", "2024-01", 9), ("special", "2024-01", 9)], columns=["level", "month", "n"])
    rows = [("a", "early", "2024", 9), ("b", "special", "2024", 8)]
    services = pd.DataFrame(rows, columns=["service", "level", "year", "n"])
    base = _base(_placed(_counts(level=_LEVEL, month=_TIME), months),
                 _placed(_counts(service=_SERVICE, level=_LEVEL, year=_TIME), services))  # fmt: skip
    assert _relations(base) == set()


@pytest.mark.parametrize(("k", "low"), [(5, 7), (7, 7), (8, 8), (10, 10)])
def test_what_is_published_is_known_to_be_no_hidden_number(k: int, low: int) -> None:
    """With k = 10 "about 9" is 10, 11 or 12: 7 to 9 would be hidden."""
    found = own_bounds(np.array([12.0, 0]), np.array([9.0, 0]), Rules(k=k))
    assert [each.tolist() for each in found] == [[low, 0], [12, 0]]


@dataclass(frozen=True, slots=True)
class _Persons(Result):
    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"level": _LEVEL, "persons": Column("persons"), "families": Column("families")}),
        population="clients",
    )


def test_families_without_any_number_of_persons_beside_them_may_be_few() -> None:
    """With f = 6 a single hidden number of families is no refusal: nothing says that they are 6 or more."""
    rows = pd.DataFrame([("early", np.nan, 6), ("special", 90, 60)], columns=["level", "persons", "families"])
    assert release({"a": _Persons(rows)}, Disclosure(f=6)).results["a"]["levels"]["families"].isna().tolist() == [
        True, False
    ]  # fmt: skip


def test_numbers_of_a_table_of_one_code_are_compared_with_the_rows_of_that_code() -> None:
    both = pd.DataFrame([("starts", "2024", 9), ("ends", "2024", 30)], columns=["flow", "year", "n"])
    starts = Table("counts", MappingProxyType({"year": _TIME, "days": Column("count")}), population="starts",
                   fixed=(("flow", "starts"),))  # fmt: skip
    numbers = pd.DataFrame([("2024", 9)], columns=["year", "days"])
    shown = numbers.assign(days=9.0, hidden=False)
    masked = pd.DataFrame({"days": [False]})
    base = _base(_placed(_counts(flow=_LEVEL, year=_TIME), both),
                 Guarded(ReleasedTable("t", starts, shown, masked), numbers))  # fmt: skip
    assert _relations(base) == {((-1, 1), 0, 0)}
