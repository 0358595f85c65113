"""R15: what is kept of base cells, what it tells, and which differences between runs are too small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.differencing import (
    BATCH,
    Marker,
    Near,
    base_cells,
    fingerprints,
    groups_of,
    same_cells,
    too_near,
)

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
NEAR = Near(persons=5, families=3)
PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})
YEAR = Column("dimension", codes="years", time_axis=True)
AREA = Column("dimension", codes="areas")


@dataclass(frozen=True, slots=True)
class TownResult(Result):
    """Two bases, of which one belongs to a named population, and a breakdown."""

    years: pd.DataFrame = result_table(
        "counts", MappingProxyType({"year": YEAR, **PEOPLE, "children": Column("count")}), population="clients"
    )
    areas: pd.DataFrame = result_table(
        "counts", MappingProxyType({"year": YEAR, "area": AREA, **PEOPLE}), within="years", population="clients"
    )
    open_now: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"area": AREA, "persons": Column("persons"), "homes": Column("families", cell="families")}),
    )


def town(open_now: Mapping[str, tuple[int, int]], persons: int = 200, families: int = 90) -> dict[str, Result]:
    """Return the results of a town: one year, and open relationships by area as (persons, families)."""
    years = pd.DataFrame({"year": ["2024"], "persons": [persons], "families": [families], "children": [persons - 20]})
    areas = pd.DataFrame({"year": ["2024"], "area": ["north"], "persons": [150], "families": [70]})
    rows = [(area, *numbers) for area, numbers in open_now.items()]
    return {"x.town": TownResult(years, areas, pd.DataFrame(rows, columns=["area", "persons", "homes"]))}


AREAS = {"north": (40, 22), "south": (30, 14)}


def near(before: Mapping[str, Result], after: Mapping[str, Result], *, same_time: bool = True) -> int:
    """Return how many cells of a run are too near those of the run before, which kept fingerprints only."""
    marker = Marker(KEY, "before")
    kept = fingerprints(base_cells(before), groups_of(before), marker)
    return too_near(base_cells(after), kept, marker, NEAR, groups_of(after) if same_time else ())


def test_base_cells_are_people_of_tables_that_break_nothing_down() -> None:
    assert base_cells(town({"north": (40, 22), "a|b=c": (7, 3)})) == {
        "persons|clients|persons|year=2024": 200,
        "families|clients|families|year=2024": 90,
        "persons|x.town.open_now|persons|area=north": 40,
        "families|x.town.open_now|families|area=north": 22,
        "persons|x.town.open_now|persons|area=a%7Cb%3Dc": 7,
        "families|x.town.open_now|families|area=a%7Cb%3Dc": 3,
    }


def test_what_does_not_exist_is_no_cell() -> None:
    results = town(AREAS)
    frame = results["x.town"].years.assign(persons=[float("nan")])  # type: ignore[attr-defined]
    found = base_cells({"x.town": TownResult(frame, results["x.town"].areas, results["x.town"].open_now)})  # type: ignore[attr-defined]
    assert "persons|clients|persons|year=2024" not in found
    assert found["families|clients|families|year=2024"] == 90


@pytest.mark.parametrize("persons", [*range(190, 211)])
def test_one_to_four_persons_are_too_near(persons: int) -> None:
    assert near(town(AREAS), town(AREAS, persons=persons)) == (1 if 0 < abs(persons - 200) < 5 else 0)


@pytest.mark.parametrize("families", [*range(84, 97)])
def test_one_or_two_families_are_too_near(families: int) -> None:
    assert near(town(AREAS), town(AREAS, families=families)) == (1 if 0 < abs(families - 90) < 3 else 0)


def test_a_family_of_six_is_one_family() -> None:
    assert near(town(AREAS), town(AREAS, persons=194, families=89)) == 1


def test_five_persons_of_three_families_are_far_enough() -> None:
    assert near(town(AREAS), town(AREAS, persons=195, families=87)) == 0


def test_nothing_has_changed() -> None:
    assert near(town(AREAS), town(AREAS)) == 0


def test_a_small_cell_that_vanishes_or_appears_is_seen_when_the_time_is_the_same() -> None:
    more = {**AREAS, "west": (3, 2)}
    assert near(town(more), town(AREAS)) == 2
    assert near(town(AREAS), town(more)) == 2
    assert near(town(AREAS), town(more), same_time=False) == 0
    assert near(town(AREAS), town({**AREAS, "west": (9, 4)})) == 0
    assert near(town({**AREAS, "west": (9, 4)}), town(AREAS)) == 0


def test_the_first_cell_of_an_empty_table_is_seen() -> None:
    assert near(town({}), town({"north": (2, 1)})) == 2


def test_what_only_one_run_has_counted_is_not_compared() -> None:
    before = town({"north": (2, 1)})
    assert near({}, before) == 0
    assert near(before, {}) == 0


@given(before=st.integers(0, 400), after=st.integers(0, 400))
def test_a_difference_is_found_without_the_number(before: int, after: int) -> None:
    cell = "persons|p|persons"
    marker = Marker(KEY, "before")
    kept = fingerprints({cell: before}, (), marker)
    assert too_near({cell: after}, kept, marker, NEAR) == (1 if 0 < abs(before - after) < 5 else 0)
    assert same_cells(kept, {cell: after}, marker) == (before == after)


def test_no_shared_cell_is_not_the_same() -> None:
    marker = Marker(KEY, "before")
    assert not same_cells(fingerprints({"persons|p|persons": 3}, (), marker), {"persons|q|persons": 3}, marker)


def test_fingerprints_hold_digests_only() -> None:
    kept = fingerprints(base_cells(town(AREAS)), groups_of(town(AREAS)), Marker(KEY, "a"))
    for each in kept:
        assert [len(bytes.fromhex(part)) for part in str(each).split()] == [16, 16, 16]
    assert len({part for each in kept for part in str(each).split()}) == 3 * len(kept)


def test_whoever_lacks_the_key_can_try_all_numbers_and_learns_nothing() -> None:
    cells = base_cells(town(AREAS))
    kept = fingerprints(cells, groups_of(town(AREAS)), Marker(KEY, "a"))
    stranger, names = Marker(OTHER_KEY, "a"), {each.name for each in kept}
    values = {each.value for each in kept}
    assert not names & {stranger.name(cell) for cell in cells}
    assert not values & {stranger.value(name, number) for name in names for number in range(500)}
    assert len(values & {Marker(KEY, "a").value(name, number) for name in names for number in range(500)}) >= len(cells)


def test_two_manifests_do_not_tell_which_cells_are_the_same() -> None:
    cells = base_cells(town(AREAS))
    one, two = (fingerprints(cells, (), Marker(KEY, run)) for run in ("a", "b"))
    assert not {part for each in one for part in str(each).split()} & {
        part for each in two for part in str(each).split()
    }


def test_the_number_of_fingerprints_does_not_tell_the_number_of_cells() -> None:
    few, many = ({f"persons|p|persons|area={n}": n for n in range(size)} for size in (3, BATCH))
    assert [len(fingerprints(cells, (), Marker(KEY, "a"))) for cells in (few, many)] == [BATCH, BATCH]


def test_fingerprints_lie_in_an_order_of_their_own() -> None:
    cells = {f"persons|p|persons|area={n:03}": n for n in range(40)}
    marker = Marker(KEY, "a")
    assert fingerprints(cells, (), marker) == fingerprints(dict(reversed(cells.items())), (), marker)
    places = {each.name: place for place, each in enumerate(fingerprints(cells, (), marker))}
    assert [places[marker.name(cell)] for cell in cells] != sorted(places[marker.name(cell)] for cell in cells)


@pytest.mark.parametrize(("near_persons", "found"), [(5, 0), (8, 1)])
def test_tighter_thresholds_ask_for_more(near_persons: int, found: int) -> None:
    marker = Marker(KEY, "before")
    kept = fingerprints({"persons|p|persons": 100}, (), marker)
    assert too_near({"persons|p|persons": 107}, kept, marker, Near(near_persons, 3)) == found


def _table(population: str, *dimensions: str, **settings: str) -> pd.DataFrame:
    columns = {each: YEAR if each in ("year", "month") else AREA for each in dimensions}
    return result_table("counts", MappingProxyType({**columns, **PEOPLE}), population=population, **settings)  # type: ignore[no-any-return, arg-type]


@dataclass(frozen=True, slots=True)
class ManyTables(Result):
    """Tables that are bases, and tables that only look so."""

    everyone: pd.DataFrame = _table("clients")
    years: pd.DataFrame = _table("clients", "year")
    areas: pd.DataFrame = _table("clients", "area")
    months: pd.DataFrame = _table("turns", "month")
    flows: pd.DataFrame = _table("turns", "flow")
    alone: pd.DataFrame = _table("", "area")


def test_months_and_breakdowns_of_a_counted_population_are_no_bases() -> None:
    frames = {}
    for name, table in ManyTables.tables().items():
        frames[name] = pd.DataFrame([["a"] * len(table.dimensions) + [40, 30]], columns=list(table.columns))
    found = base_cells({"x.many": ManyTables(**frames)})
    assert sorted({cell.split("|", 2)[2].replace("persons", "n").replace("families", "n") for cell in found}) == [
        "n", "n|area=a", "n|flow=a", "n|year=a",
    ]  # fmt: skip
    assert sum("area" in cell for cell in found) == 2  # of the table that belongs to no population
