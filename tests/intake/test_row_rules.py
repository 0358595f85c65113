"""Every rule between columns on a handful of rows: one that breaks it, those at its edge, those without a value."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kumppanuus.intake.canonical import OTHER_PERSON, PERSON, SCHEMAS
from kumppanuus.intake.row_rules import RULES, Rows, rules_between, warnings_between
from kumppanuus.study import Source, Window
from tests.intake.small import RELATIONSHIPS, day, read_text, rows

WINDOW = Window.model_validate({"from": "2020-01-01", "to": "2021-12-31"})


def rows_of(table: str, columns: dict[str, list[Any]], **source: Any) -> Rows:
    """Rows with the given columns; dates are written as ISO texts, all other columns are empty."""
    n = len(next(iter(columns.values())))
    beside = [pa.field(name, pa.uint64()) for name in (PERSON, OTHER_PERSON) if table == "identities"]
    schema = pa.schema([*SCHEMAS[table], *beside])
    arrays = []
    for field in schema:
        values = columns.get(field.name, [None] * n)
        dates = [day(value) if isinstance(value, str) and pa.types.is_date(field.type) else value for value in values]
        arrays.append(pa.array(dates, field.type))
    asked = {"table": table, "files": ["x.csv"], "columns": {"client": "A"}} | source
    return Rows(pa.table(arrays, schema=schema), Source.model_validate(asked), WINDOW)


D1, D2, D3 = "2020-02-01", "2020-02-02", "2020-02-03"
HAND: list[Any] = [
    (305, "identities", {"client": [1, 1, None, 1, None], "other": [2, None, None, None, 2],
                         PERSON: [None, None, 3, None, None], OTHER_PERSON: [None, None, 4, 5, None]}, {}, "01001"),
    # stored ends are the first day after: one that stands on the start was told as the day before it
    (309, "relationships", {"start": [D2, D2, D2, D2], "end": [D3, D2, D1, None]}, {}, "0110"),
    (309, "relationships", {"start": [D2, D2, D2], "end": [D3, D2, D1]}, {"end_is": "first_day_after"}, "001"),
    (315, "relationships", {"start": [D2, D2, D2], "end": [D3, D2, D1]}, {"end_is": "first_day_after"}, "010"),
    (315, "relationships", {"start": [D2, D2, D2], "end": [D3, D2, D1]}, {}, "000"),
    (310, "relationships", {"start": ["2031-12-31", "2032-01-01", None]}, {}, "010"),
    (310, "visits", {"date": [D1, D2, D3]}, {"extracted": D2}, "001"),
    (310, "contacts", {"date": [D3]}, {"extracted": D2}, "1"),
    (310, "costs", {"date": [D3]}, {"extracted": D2}, "1"),
    (310, "answers", {"date": [D3]}, {"extracted": D2}, "1"),
    (310, "survey", {"date": [D3]}, {"extracted": D2}, "1"),
    (310, "needs", {"date": [D3]}, {"extracted": D2}, "1"),
    (310, "goals", {"date": [D3]}, {"extracted": D2}, "1"),
    (318, "population", {"age_from": [0, 7, 8], "age_to": [6, 7, 7]}, {}, "001"),
    (321, "contacts", {"date": [D2, D2, D2], "decided": [D1, D2, None]}, {}, "100"),
    (322, "contacts", {"date": [D2, D2, D2], "assessed": [D1, D2, None]}, {}, "100"),
    (323, "goals", {"date": [D2, D2, D2], "assessed": [D1, D2, None]}, {}, "100"),
    (324, "capacity", {"places": [0.0, -1.0, None, None], "fte": [0.0, None, -0.5, None],
                       "budget_cents": [0, None, None, -1]}, {}, "0111"),
    (325, "population", {"year": [1899, 1900, 2199, 2200, 20]}, {}, "10011"),
    (325, "indicators", {"year": [1899, 2020]}, {}, "10"),
    (326, "services", {"unit_cost_cents": [0, -1, None]}, {}, "010"),
    (327, "workers", {"fte": [0.0, -0.5, 0.5, 2.0, 80.0, None]}, {}, "110010"),
    (425, "relationships", {"start": [D2, D2, D2], "recorded": [D1, D2, None]}, {}, "100"),
    (425, "contacts", {"date": [D2, D2], "recorded": [D1, D2]}, {}, "10"),
    (425, "visits", {"date": [D2, D2], "recorded": [D1, D2]}, {}, "10"),
    (426, "relationships", {"start": [D1, D1, D1], "recorded": [D3, D2, None]}, {"extracted": D2}, "100"),
    (426, "visits", {"recorded": [D3, D2]}, {"extracted": D2}, "10"),
    (426, "contacts", {"recorded": ["2031-12-31", "2032-01-01"]}, {}, "01"),
    (427, "costs", {"cost_cents": [0, 1, -1, None]}, {}, "1000"),
    (428, "visits", {"visits": [0, 1, None]}, {}, "100"),
    (429, "clients", {"birth_date": ["1909-12-31", "1910-01-01", None]}, {}, "100"),
    (430, "clients", {"birth_date": [D3, D2, None]}, {"extracted": D2}, "100"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "table", "columns", "source", "expected"), HAND)
def test_a_rule_by_hand(
    code: int, table: str, columns: dict[str, list[Any]], source: dict[str, Any], expected: str
) -> None:
    mask = RULES[code].breaks(rows_of(table, columns, **source))
    assert mask.dtype == bool
    assert "".join(str(int(hit)) for hit in mask) == expected


def test_every_rule_is_tried_by_hand_on_every_table() -> None:
    tried = {(code, table) for code, table, *_ in HAND}
    assert tried == {(code, table) for code, rule in RULES.items() for table in rule.tables}


def test_rules_without_rows_find_nothing() -> None:
    for code, rule in RULES.items():
        for table in rule.tables:
            assert len(rule.breaks(rows_of(table, {"client": []}))) == 0, code


def test_of_several_rules_the_first_is_told_and_warnings_stand_beside() -> None:
    told = rows_of("relationships", {
        "start": ["2105-02-02", "2105-02-02", D2, D2], "end": [D1, None, None, None],
        "recorded": ["2105-01-01", None, D1, None],
    })  # fmt: skip
    assert rules_between(told).tolist() == [309, 310, 0, 0]
    found = {code: mask.tolist() for code, mask in warnings_between(told).items()}
    assert found == {"KU425": [True, False, True, False], "KU426": [True, False, False, False]}


def test_ten_years_count_their_leap_days() -> None:
    assert rows_of("visits", {"date": []}).latest == datetime.date(2031, 12, 31)
    assert rows_of("visits", {"date": []}, extracted=D1).latest == datetime.date(2020, 2, 1)


def test_a_row_put_aside_is_not_warned_of(tmp_path: Path) -> None:
    columns = RELATIONSHIPS["columns"] | {"recorded": "Kirjattu"}
    text = "Asiakas;Palvelu;Alku;Loppu;Kirjattu\n1;perhe;2.2.2020;1.2.2020;1.2.2020\n2;perhe;2.2.2020;;1.2.2020\n"
    intake = read_text(tmp_path, text, columns=columns)
    assert [(found.code, found.n, found.rows) for found in intake.findings] == [("KU309", 1, (2,)), ("KU425", 1, (3,))]
    assert [row["recorded"] for row in rows(intake)] == [day(D1)]


def test_masks_are_numpy_whatever_the_chunks() -> None:
    told = rows_of("costs", {"cost_cents": [0, 1, 0]})
    chunked = pa.concat_tables([told.table.slice(0, 1), told.table.slice(1)])
    assert isinstance(RULES[427].breaks(Rows(chunked, told.source, WINDOW)), np.ndarray)
    assert RULES[427].breaks(Rows(chunked, told.source, WINDOW)).tolist() == [True, False, True]
