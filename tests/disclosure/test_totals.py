from __future__ import annotations

import dataclasses
import itertools
import random
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.protect import protect_counts
from kumppanuus.disclosure.released import ReleasedResult, Rules
from kumppanuus.disclosure.totals import hidden_for_totals
from kumppanuus.errors import DisclosureError
from kumppanuus.study import Disclosure

BEHIND = ("persons", "families", "concentration")
PEOPLE = {"persons": Column("persons"), "families": Column("families")}


def _money(*totals: str) -> dict[str, Column]:
    return {
        "cost_eur": Column("sum", of=BEHIND, part_of=totals),
        "per_family_eur": Column("mean", of=BEHIND),
        "concentration": Column("concentration"),
    }


def _parts(*totals: str) -> MappingProxyType[str, Column]:
    service = {"service": Column("dimension", codes="services")}
    return MappingProxyType({**service, **PEOPLE, **_money(*totals)})


@dataclass(frozen=True, slots=True)
class _Costs(Result):
    everyone: pd.DataFrame = result_table("counts", MappingProxyType({**PEOPLE, **_money()}))
    services: pd.DataFrame = result_table("counts", _parts("everyone.cost_eur"))


@dataclass(frozen=True, slots=True)
class _Account(Result):
    rows: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "table": Column("dimension", codes="tables"),
                "read": Column("count"),
                **{part: Column("count", part_of=("read",)) for part in "abcdef"},
            }
        ),
    )


def _costs(*parts: tuple[str, int, float, float]) -> ReleasedResult:
    rows = [(code, n, n, cost, cost / n, share) for code, n, cost, share in parts]
    n, cost = sum(row[1] for row in parts), sum(row[2] for row in parts)
    whole = pd.DataFrame([(n, n, cost, cost / n, 0.05)], columns=list(_Costs.tables()["everyone"].columns))
    frame = pd.DataFrame(rows, columns=list(_Costs.tables()["services"].columns))
    return release({"x": _Costs(whole, frame)}, Disclosure()).results["x"]


def _account(*rows: tuple[int, ...]) -> pd.DataFrame:
    full = [(f"t{place}", sum(row), *row, *[0] * (6 - len(row))) for place, row in enumerate(rows)]
    frame = pd.DataFrame(full, columns=list(_Account.tables()["rows"].columns))
    return release({"x": _Account(frame)}, Disclosure()).results["x"]["rows"]


def test_the_money_of_a_few_is_not_what_is_left_of_the_total() -> None:
    found = _costs(("a", 66, 600000.0, 0.02), ("b", 30, 150000.0, 0.04), ("c", 4, 90000.0, 0.3))
    services = found["services"].set_index("service")
    # c is hidden by itself; b, the smallest of the others, so that the total tells only what b and c cost together
    assert services["cost_eur"].isna().tolist() == [False, True, True]
    assert services["per_family_eur"].isna().tolist() == [False, True, True]
    assert found["everyone"]["cost_eur"].tolist() == [840000.0]
    assert found.tables["services"].masked["cost_eur"].tolist() == [False, True, True]


def test_a_hidden_sum_of_enough_people_needs_no_company() -> None:
    found = _costs(("a", 66, 600000.0, 0.02), ("b", 30, 150000.0, 0.3), ("c", 40, 90000.0, 0.05))
    # one family dominates b, but the others of its thirty are in what is left as well: b itself stays hidden
    services = found["services"].set_index("service")["cost_eur"]
    assert services.isna().tolist() == [False, True, True]
    alone = _costs(("a", 66, 600000.0, 0.02), ("c", 40, 90000.0, 0.05))["services"]["cost_eur"]
    assert alone.tolist() == [600000.0, 90000.0]


def test_when_no_part_is_left_the_total_is_hidden() -> None:
    found = _costs(("b", 30, 150000.0, 0.3), ("c", 4, 90000.0, 0.3))
    assert found["everyone"][["cost_eur", "per_family_eur"]].isna().all(axis=None)
    assert found["everyone"]["persons"].tolist() == [33.0]


def test_the_mean_beside_a_sum_tells_the_published_number_of_families() -> None:
    found = _costs(("a", 85, 8511111.0, 0.02), ("b", 97, 970000.0, 0.02))["services"]
    assert found["cost_eur"].tolist() == [8500000.0, 970000.0]
    assert found["per_family_eur"].tolist() == [98000.0, 9800.0]  # of 87 and of 99 families, not of 85 and of 97
    five = pd.DataFrame([("a", 12, 5, 1000.0, 200.0, 0.2)], columns=list(_Costs.tables()["services"].columns))
    whole = pd.DataFrame([(40, 40, 9000.0, 200.0, 0.2)], columns=list(_Costs.tables()["everyone"].columns))
    shown = release({"x": _Costs(whole, five)}, Disclosure()).results["x"]["services"].iloc[0]
    # families of 5 or 6 are a hidden number: a sum beside it would say that they are not 3 or 4
    assert shown[["families", "cost_eur", "per_family_eur"]].isna().all()
    assert shown["persons"] == 9.0


def test_a_total_of_unlucky_roundings_loses_a_part() -> None:
    # 78 rounded up from the end of its class, five parts from the beginning of theirs: only 1 fits into the rest
    parts = (13, 13, 13, 13, 13, 1)
    assert sum(parts) == 66
    shown = _account(parts).iloc[0]
    assert shown["read"] == 63.0
    assert shown[list("abcde")].isna().sum() == 1
    assert np.isnan(shown["f"])
    lucky = _account((14, 14, 14, 14, 14, 4)).iloc[0]
    assert lucky[list("abcde")].notna().all()


def _candidates(shown: pd.Series) -> list[int]:
    """Return by trying every combination which values the hidden 1 to 6 may have (one hidden part only)."""
    classes = [[0] if n == 0 else [int(n) - 2, int(n) + 3] for n in shown[[c for c in "abcdef" if shown[c] >= 0]]]
    low, high = shown["read"] - 2, shown["read"] + 3
    least, most = (sum(ends[side] for ends in classes) for side in (0, -1))
    return [n for n in range(1, 7) if least + n <= high and most + n >= low]


def test_attack_hidden_parts_keep_three_values() -> None:
    dice = random.Random(5)
    rows = [
        (*(dice.choice([7, 8, 12, 13, 18, 19, 24, 31]) for _ in range(dice.randint(3, 5))), dice.randint(1, 6))
        for _ in range(1000)
    ]
    spoilt = 0
    for row, (_, shown) in zip(rows, _account(*rows).iterrows(), strict=True):
        names = "abcdef"[: len(row)]
        hidden = [name for name in names if np.isnan(shown[name])]
        if hidden == [names[-1]] and not np.isnan(shown["read"]):
            assert len(_candidates(shown)) >= 3
        else:
            spoilt += 1
    assert spoilt > 0  # the case happens, and something was hidden for it


def test_a_total_that_does_not_exist_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Lost(Result):
        services: pd.DataFrame = result_table("counts", _parts("nowhere.cost_eur"))

    frame = pd.DataFrame([("a", 50, 50, 1.0, 1.0, 0.1)], columns=list(_parts()))
    with pytest.raises(DisclosureError, match="KU505"):
        release({"x": Lost(frame)}, Disclosure())


def test_counts_name_the_people_behind_them() -> None:
    @dataclass(frozen=True, slots=True)
    class Ended(Result):
        rows: pd.DataFrame = result_table(
            "counts",
            MappingProxyType(
                {
                    "service": Column("dimension", codes="services"),
                    **PEOPLE,
                    "ended": Column("count", of=("ended_persons", "ended_families")),
                    "ended_persons": Column("persons"),
                    "ended_families": Column("families"),
                }
            ),
        )

    names = list(Ended.tables()["rows"].columns)
    frame = pd.DataFrame([("a", 40, 30, 20, 8, 1), ("b", 40, 30, 20, 8, 8), ("c", 40, 30, 0, 0, 0)], columns=names)
    shown = release({"x": Ended(frame)}, Disclosure()).results["x"]["rows"]
    # eight brothers and sisters are one family: neither they nor their relationships are published
    assert shown["ended"].isna().tolist() == shown["ended_persons"].isna().tolist() == [True, False, False]
    assert shown["ended"].tolist()[1:] == [21.0, 0.0]


@pytest.mark.parametrize(("form", "role"), itertools.product(["counts"], ["survival", "lift", "time"]))
def test_a_role_without_a_rule_in_a_form_is_refused(form: str, role: str) -> None:
    columns = MappingProxyType({**PEOPLE, "x": Column(role, of=("rows",))})  # type: ignore[arg-type]

    @dataclass(frozen=True, slots=True)
    class Odd(Result):
        rows: pd.DataFrame = result_table(form, columns)  # type: ignore[arg-type]

    with pytest.raises(DisclosureError, match="KU502"):
        release({"x": Odd(pd.DataFrame([(30, 30, 0.123456)], columns=list(columns)))}, Disclosure())


_LENGTH = Column("mean", of=("persons", "families", "concentration"), unit="months")


@dataclass(frozen=True, slots=True)
class _Lengths(Result):
    """How long something lasts, on levels and in their services."""

    levels: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"level": Column("dimension"), "persons": Column("persons"), "families": Column("families"),
             "months": _LENGTH, "concentration": Column("concentration")}
        ),
    )  # fmt: skip
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {"service": Column("dimension"), "level": Column("dimension"), "persons": Column("persons"),
             "families": Column("families"), "months": dataclasses.replace(_LENGTH, part_of=("levels.months",)),
             "concentration": Column("concentration")}
        ),
    )  # fmt: skip


def _means(*services: tuple[int, float]) -> tuple[list[bool], list[bool]]:
    """Return which means of the services and of their level are published."""
    rows = [(f"s{n}", "early", persons, persons, months, 0.01) for n, (persons, months) in enumerate(services)]
    persons = sum(each for each, _ in services)
    months = sum(n * mean for n, mean in services) / persons
    whole = pd.DataFrame([("early", persons, persons, months, 0.01)], columns=list(_Lengths.tables()["levels"].columns))
    parts = pd.DataFrame(rows, columns=list(_Lengths.tables()["services"].columns))
    found = release({"x": _Lengths(whole, parts)}, Disclosure()).results["x"]
    return found["services"]["months"].notna().tolist(), found["levels"]["months"].notna().tolist()


def test_the_mean_of_a_level_does_not_tell_how_many_are_in_its_hidden_service() -> None:
    """6.1 months for 27 people and 5.7 for all of the level: those left are 2 or 3, however long they stayed."""
    assert _means((27, 6.1), (3, 2.1)) == ([False, False], [True])
    assert _means((90, 6.1), (27, 5.0), (3, 2.1)) == ([True, False, False], [True])  # the smaller one goes along
    assert _means((90, 6.1), (27, 5.0)) == ([True, True], [True])
    assert _means((90, 6.1), (9, 5.0), (9, 2.0)) == ([True, False, False], [True])  # 18 people are enough together


def test_what_a_row_tells_is_hidden_before_any_audit() -> None:
    """25-30 less four times at least 7 leaves 1 or 2: the first of the smallest goes along, in the rule itself."""
    declared = _Account.tables()
    frame = pd.DataFrame([("t", 30, 7, 7, 7, 7, 2, 0)], columns=list(declared["rows"].columns))
    done = protect_counts("rows", declared["rows"], frame, None, (), Rules()).table
    more = hidden_for_totals(declared, {"rows": frame}, {"rows": done}, Rules())
    assert more["rows"].columns[more["rows"].iloc[0]].tolist() == ["a"]
    wide = pd.DataFrame([("t", 30, 7, 7, 7, 6, 3, 0)], columns=list(declared["rows"].columns))
    done = protect_counts("rows", declared["rows"], wide, None, (), Rules()).table
    assert not hidden_for_totals(declared, {"rows": wide}, {"rows": done}, Rules())
