"""The audit over all results of a run, and what it makes coarser."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure import gate
from kumppanuus.disclosure.audit import Finding, audit
from kumppanuus.disclosure.base import Base, make_base, own_bounds
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Guarded, ReleasedTable, Rules
from kumppanuus.errors import DisclosureError
from kumppanuus.methods import solutions
from kumppanuus.study import Disclosure

SETTINGS = Disclosure()
_LEVEL, _SERVICE = Column("dimension", codes="levels"), Column("dimension", codes="services")
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})


@dataclass(frozen=True, slots=True)
class _Levels(Result):
    levels: pd.DataFrame = result_table("counts", MappingProxyType({"level": _LEVEL, **_PEOPLE}), population="clients")


@dataclass(frozen=True, slots=True)
class _Services(Result):
    services: pd.DataFrame = result_table(
        "counts", MappingProxyType({"service": _SERVICE, "level": _LEVEL, **_PEOPLE}), population="clients"
    )


@dataclass(frozen=True, slots=True)
class _Elsewhere(Result):
    services: pd.DataFrame = result_table(
        "counts", MappingProxyType({"service": _SERVICE, "level": _LEVEL, **_PEOPLE}), population="others"
    )


def _levels(*rows: tuple[str, int, int]) -> _Levels:
    return _Levels(pd.DataFrame(rows, columns=["level", "persons", "families"]))


def _services(*people: int, room: type[Result] = _Services) -> Result:
    rows = [(f"s{n}", "early", each, each) for n, each in enumerate(people)]
    return room(pd.DataFrame(rows, columns=["service", "level", "persons", "families"]))


def test_what_another_analysis_gives_away_is_found() -> None:
    """25-30 on the level less four times at least 7 leaves 1 or 2: neither analysis tells it alone."""
    levels, services = _levels(("early", 30, 30)), _services(7, 7, 7, 7, 2)
    alone = release({"a": levels}, SETTINGS), release({"b": services}, SETTINGS)
    assert alone[0].results["a"]["levels"]["persons"].tolist() == [27]
    assert alone[1].results["b"]["services"]["persons"].isna().tolist() == [False] * 4 + [True]
    both = release({"a": levels, "b": services}, SETTINGS)
    shown = both.results["b"]["services"]["persons"]
    assert shown.isna().tolist() == [True, False, False, False, True]  # the first of the smallest is hidden as well
    assert both.results["a"]["levels"]["persons"].tolist() == [27]
    assert both.audited
    assert both.hidden > alone[0].hidden + alone[1].hidden


def test_other_numbers_of_another_population_have_nothing_to_do_with_it() -> None:
    both = release({"a": _levels(("early", 29, 29)), "b": _services(7, 7, 7, 7, 2, room=_Elsewhere)}, SETTINGS)
    assert both.results["b"]["services"]["persons"].isna().sum() == 1


def test_one_cell_is_one_number_in_every_analysis() -> None:
    """What is hidden in one analysis is hidden in the other; two numbers for one cell are refused."""
    levels, services = _levels(("early", 30, 30)), _services(7, 7, 7, 7, 2)
    again = release({"a": levels, "b": services, "c": services}, SETTINGS)
    assert again.results["b"]["services"].equals(again.results["c"]["services"])
    with pytest.raises(DisclosureError, match="KU508") as refused:
        release({"b": services, "c": _services(7, 7, 7, 8, 2)}, SETTINGS)
    assert "b/services" in str(refused.value)
    assert "8" not in str(refused.value).replace("KU508", "")


@dataclass(frozen=True, slots=True)
class _Added(Result):
    """Parts that are declared to add up: one analysis hides one of them to protect another."""

    whole: pd.DataFrame = result_table(
        "counts", MappingProxyType({"level": _LEVEL, "starts": Column("count")}), population="turns"
    )
    parts: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "level": _LEVEL, "starts": Column("count", part_of=("whole.starts",))}),
        population="turns",
    )


@dataclass(frozen=True, slots=True)
class _One(Result):
    parts: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"service": _SERVICE, "level": _LEVEL, "starts": Column("count")}),
        population="turns",
    )


def test_what_one_analysis_hides_to_protect_another_number_no_other_shows() -> None:
    whole = pd.DataFrame([("early", 30)], columns=["level", "starts"])
    rows = [(f"s{n}", "early", starts) for n, starts in enumerate((7, 7, 7, 7, 2))]
    parts = pd.DataFrame(rows, columns=["service", "level", "starts"])
    found = release({"a": _Added(whole, parts), "b": _One(parts.iloc[[0, 1]])}, SETTINGS).results
    assert found["a"]["parts"]["starts"].isna().tolist() == [True, False, False, False, True]
    assert found["b"]["parts"]["starts"].isna().tolist() == [True, False]


def test_own_bounds_by_hand() -> None:
    exact = np.array([0.0, 9, 12, 3, 6, 7, 0])
    published = np.array([0.0, 9, 9, np.nan, np.nan, np.nan, np.nan])
    low, high = own_bounds(exact, published, Rules())
    assert low.tolist() == [0, 7, 7, 1, 1, 1, 0]
    assert high.tolist() == [0, 12, 12, *[np.inf] * 4]


def test_a_hidden_total_is_not_taken_to_be_small() -> None:
    """Five services of a level of 5 are one each if the level is 1 to 6; but nobody is told that."""
    one_each = [(f"s{n}", "special", 1, 1) for n in range(5)]
    services = pd.DataFrame([*one_each, ("s9", "early", 90, 80)], columns=["service", "level", "persons", "families"])
    both = release({"a": _levels(("early", 90, 80), ("special", 5, 5)), "b": _Services(services)}, SETTINGS)
    assert both.results["b"]["services"]["persons"].isna().tolist() == [True] * 5 + [False]
    assert both.results["a"]["levels"]["persons"].tolist()[0] == 87


@pytest.mark.parametrize(("f", "shown"), [(3, True), (4, True), (5, False), (6, False)])
def test_families_hidden_beside_published_persons_are_known_to_be_f_or_more(f: int, shown: bool) -> None:
    """40 persons of 6 families: with f = 4 they are 4, 5 or 6 for all that is known, with f = 5 only 5 or 6."""
    found = release({"a": _levels(("early", 40, 6), ("special", 90, 60))}, Disclosure(f=f))
    first = found.results["a"]["levels"].iloc[0]
    assert np.isnan(first["families"])
    assert np.isnan(first["persons"]) != shown


@dataclass(frozen=True, slots=True)
class _Months(Result):
    quarters: pd.DataFrame = result_table(
        "counts", MappingProxyType({"quarter": Column("dimension", time_axis=True), "n": Column("count")}),
        population="starts",
    )  # fmt: skip
    months: pd.DataFrame = result_table(
        "counts", MappingProxyType({"month": Column("dimension", time_axis=True), "n": Column("count")}),
        population="starts",
    )  # fmt: skip


def test_months_are_parts_of_quarters() -> None:
    months = pd.DataFrame([("2024-01", 7), ("2024-02", 3), ("2024-03", 20), ("2024-04", 9)], columns=["month", "n"])
    quarters = pd.DataFrame([("2024 Q1", 30), ("2024 Q2", 9)], columns=["quarter", "n"])
    base = _base(_Months(quarters, months))
    rows = base.system.rows.toarray()
    q1 = base.places.index[base.places["key"].str.contains("2024 Q1")][0]
    parts = {key[-2:] for key in base.places["key"][np.flatnonzero(rows[rows[:, q1] != 0][0])] if "month" in key}
    assert parts == {"01", "02", "03"}
    assert base.system.above.tolist() == [0.0, 0.0]  # an equation each
    assert audit(base).asked == 1


@dataclass(frozen=True, slots=True)
class _Flows(Result):
    months: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"flow": Column("dimension"), "month": Column("dimension", time_axis=True), "n": Column("count")}
        ),
        population="turns",
    )
    quarters: pd.DataFrame = result_table(
        "counts", MappingProxyType({"quarter": Column("dimension", time_axis=True), "n": Column("count")}),
        population="turns", fixed=(("flow", "starts"),),
    )  # fmt: skip


def test_a_table_of_one_code_is_part_of_what_has_them_all() -> None:
    rows = [("starts", "2024-01", 9), ("starts", "2024-02", 8), ("ends", "2024-01", 40)]
    months = pd.DataFrame(rows, columns=["flow", "month", "n"])
    base = _base(_Flows(months, pd.DataFrame([("2024 Q1", 17)], columns=["quarter", "n"])))
    assert "turns|n|flow=starts|quarter=2024 Q1" in set(base.places["key"])
    assert base.system.rows.toarray().tolist() == [[1, 1, 0, -1]]


def test_relations_that_do_not_hold_are_not_taken_for_granted() -> None:
    """A client in two services counts in both: the sum is more than the level, but no service is."""
    base = _base(_levels(("early", 40, 39)), _services(30, 20, 3))
    assert _equations_over_levels_and_services(base) == 0
    more = _base(_levels(("early", 25, 24)), _services(30, 3))  # a service larger than its level: no part of it
    assert more.system.rows.shape[0] < base.system.rows.shape[0]
    exact = _base(_levels(("early", 53, 53)), _services(30, 20, 3))
    assert _equations_over_levels_and_services(exact) == 2


def _equations_over_levels_and_services(base: Base) -> int:
    """Count the equations in which a number of a level stands with numbers of services."""
    equations = base.system.rows.toarray()[base.system.above == 0] != 0
    service = base.places.groupby("cell")["key"].first().str.contains("service=").to_numpy()
    return int((equations[:, service].any(axis=1) & equations[:, ~service].any(axis=1)).sum())


def test_equal_numbers_under_other_names_are_known_to_be_equal() -> None:
    """Families are as many as persons in every row: what is hidden of the one is not told by the other."""
    base = _base(_services(30, 20, 3))
    rows = base.system.rows.toarray()
    assert sorted(map(tuple, np.sort(rows[base.system.above == 0], axis=1).tolist())) == [(-1, 0, 0, 0, 0, 1)] * 3


def _base(*results: Result) -> Base:
    """Return the base of results that show 7 and more and hide the rest, without any further protection."""
    tables: dict[tuple[str, str], Guarded] = {}
    for number, result in enumerate(results):
        for name, table in type(result).tables().items():
            exact = getattr(result, name)
            numbers = exact[[each for each in table.columns if each not in table.dimensions]].astype(float)
            masked = (numbers > 0) & (numbers < 7)
            rounded = np.ceil(numbers / 6) * 6 - 3
            frame = pd.concat([exact[list(table.dimensions)], rounded.mask(masked)], axis=1).assign(hidden=False)
            tables[str(number), name] = Guarded(ReleasedTable(name, table, frame, masked), exact)
    return make_base(tables, Rules())


_CATEGORY = Column("dimension", codes="kinds", adds=True)
_MONTH = Column("dimension", codes="numbers", time_axis=True, adds=True)


def _steps(*coarsen: str, dimension: Column = _CATEGORY) -> type[Result]:
    """Declare a result of a total and its breakdown that may be made coarser in some order."""

    @dataclass(frozen=True, slots=True)
    class Steps(Result):
        total: pd.DataFrame = result_table("counts", _PEOPLE)
        parts: pd.DataFrame = result_table(
            "counts", MappingProxyType({"kind": dimension, **_PEOPLE}), within="total", coarsen=coarsen
        )

    return Steps


def _told_until(monkeypatch: pytest.MonkeyPatch, enough: int) -> None:
    """Let the audit find the first hidden cell of the breakdown so many times, as if each were not enough."""
    rounds = []

    def audit_again(base: Base, *_: object) -> Finding:
        rounds.append(1)
        told = np.zeros(len(base.exact), dtype=bool)
        hidden = base.places[base.places["hidden"] & (base.places["table"] == "parts")]
        if len(rounds) <= enough:
            told[hidden["cell"].iloc[0] if len(hidden) else 0] = True
        return Finding(told, 1)

    monkeypatch.setattr(gate, "audit", audit_again)


def _release_steps(kinds: list[str], people: list[int], *coarsen: str, dimension: Column = _CATEGORY) -> ReleasedTable:
    total = pd.DataFrame([(sum(people), sum(people))], columns=list(_PEOPLE))
    parts = pd.DataFrame({"kind": kinds, "persons": people, "families": people})
    result = _steps(*coarsen, dimension=dimension)(total, parts)
    return release({"x": result}, SETTINGS).results["x"].tables["parts"]


def test_the_smallest_categories_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_until(monkeypatch, 1)
    found = _release_steps(["a", "b", "c", "d"], [40, 3, 30, 4], "merge", "drop")
    assert found.frame["kind"].tolist() == ["a", "other", "c"]
    assert found.frame["persons"].tolist() == [39, 9, 27]  # 3 and 4 are 7: "about 9"
    assert found.told == ("merged",)


def test_one_category_more_is_merged_when_two_were_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_until(monkeypatch, 2)
    found = _release_steps(["a", "b", "c", "d"], [40, 1, 30, 1], "merge", "drop")
    assert found.frame["kind"].tolist() == ["a", "other"]
    assert found.frame["persons"].tolist() == [39, 33]


def test_steps_of_time_become_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_until(monkeypatch, 1)
    months = ["2023-12", "2024-01", "2024-02", "2024-04", "2024-05"]
    quarters = _release_steps(months, [20, 3, 20, 20, 20], "longer", "drop", dimension=_MONTH)
    assert quarters.frame["kind"].tolist() == ["2023 Q4", "2024 Q1", "2024 Q2"]
    assert quarters.frame["persons"].tolist() == [21, 21, 39]
    assert quarters.told == ("longer",)


def test_quarters_become_years(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_until(monkeypatch, 2)
    months = ["2023-12", "2024-01", "2024-02", "2024-04"]
    years = _release_steps(months, [2, 3, 20, 20], "longer", "drop", dimension=_MONTH)
    assert years.frame["kind"].tolist() == ["2023", "2024"]
    assert years.frame["persons"].isna().tolist() == [True, False]


def test_at_last_the_breakdown_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_until(monkeypatch, 3)
    found = _release_steps(["a", "b", "c", "d"], [40, 1, 1, 1], "merge", "drop")
    assert found.frame["hidden"].all()
    assert found.frame["persons"].isna().all()
    assert found.told == ("merged", "dropped")


def test_what_cannot_be_made_safe_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _told_until(monkeypatch, 10_000)
    with pytest.raises(DisclosureError, match="KU520") as refused:
        _release_steps(["a", "b", "c", "d"], [40, 1, 30, 1], "merge", "drop")
    assert refused.value.exit_code == 3
    assert "x/parts" in str(refused.value)
    assert not {"40", "30", "72"} & set(str(refused.value).split())


def test_what_a_solver_prints_never_reaches_the_console(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some solves print from within, past Python's streams."""
    solve = solutions.milp

    def loud(*given: object, **settings: object) -> object:
        os.write(1, b"HighsMipSolverData")
        return solve(*given, **settings)

    monkeypatch.setattr(solutions, "milp", loud)
    found = audit(_base(_levels(("early", 30, 29)), _services(9, 9, 9, 3)))
    print("after")
    assert found.asked > 0
    assert capfd.readouterr().out == "after\n"


@dataclass(frozen=True, slots=True)
class _Providers(Result):
    providers: pd.DataFrame = result_table(
        "counts", MappingProxyType({"provider": Column("dimension", codes="providers"), **_PEOPLE})
    )


@pytest.mark.parametrize(("names", "shown"), [("ab", 0), ("abc", 3)])
def test_providers_are_named_from_three_on(names: str, shown: int) -> None:
    rows = pd.DataFrame([(name, 40, 30) for name in names], columns=["provider", "persons", "families"])
    found = release({"x": _Providers(rows), "y": _levels(("early", 30, 30))}, SETTINGS).results["x"]
    assert len(found["providers"]) == shown


def test_what_is_not_shown_is_protected_along_and_stays_behind() -> None:
    levels, services = _levels(("early", 30, 30)), _services(7, 7, 7, 7, 2)
    part = release({"a": levels, "b": services}, SETTINGS, show={"b"})
    assert list(part.results) == ["b"]
    assert part.results["b"]["services"]["persons"].isna().sum() == 2  # one more than without the levels


def test_an_empty_run_is_audited_too() -> None:
    assert release({}, SETTINGS).audited


def test_the_internal_face_is_exact_and_never_called_audited() -> None:
    found = release({"a": _services(7, 7, 7, 7, 2)}, SETTINGS, face="internal")
    assert found.results["a"]["services"]["persons"].tolist() == [7, 7, 7, 7, 2]
    assert (found.face, found.audited, found.hidden) == ("internal", False, 0)
