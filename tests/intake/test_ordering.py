"""Rows in the order of their content: packed numbers against the order that SQL gives."""

from __future__ import annotations

import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.intake import ordering
from kumppanuus.intake.canonical import SCHEMAS
from kumppanuus.intake.copies import repeated
from kumppanuus.intake.ordering import CodedColumns, in_order
from kumppanuus.intake.packing import places_in_order

DAY = datetime.date(2020, 2, 1)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "uint64": st.sampled_from([0, 1, 7, 2**63, 2**64 - 2, 2**64 - 1]),
    "date32[day]": st.sampled_from([datetime.date(1969, 12, 31), DAY, datetime.date(2031, 1, 1)]),
    "string": st.sampled_from(["", "a", "aa", "Ä", "koti", "Z"]),
    "int64": st.sampled_from([-(2**63), -1, 0, 5, 2**63 - 1]),
    "double": st.sampled_from([-1e300, -1.5, 0.0, 2.0, float("inf")]),
}


def test_nulls_come_last_and_texts_lie_in_their_order() -> None:
    rows = [
        (2, "koti", DAY, None), (None, "perhe", DAY, 1), (2, None, DAY, 3), (1, "perhe", DAY, 4), (2, "apu", DAY, None),
    ]  # fmt: skip
    names = ["client", "service", "date", "quantity"]
    table = _table("visits", [dict(zip(names, row, strict=True)) for row in rows])
    told = in_order("visits", CodedColumns(table), np.array([True] * 5))
    assert [(row["client"], row["service"]) for row in told.to_pylist()] == [
        (1, "perhe"), (2, "apu"), (2, "koti"), (2, None), (None, "perhe"),
    ]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(data=st.data(), name=st.sampled_from(["relationships", "visits", "capacity", "goals"]), n=st.integers(1, 40))
def test_the_order_is_that_of_sql(data: st.DataObject, name: str, n: int) -> None:
    schema = SCHEMAS[name]
    record = st.fixed_dictionaries({f.name: st.none() | VALUES[str(f.type)] for f in schema})
    table = _table(name, data.draw(st.lists(record, min_size=n, max_size=n)))
    table = pa.concat_tables([table.slice(0, n // 3), table.slice(n // 3)])
    used = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    told = in_order(name, CodedColumns(table), used).to_pylist()
    kept = table.filter(pa.array(used))
    with duckdb.connect() as engine:
        engine.register("kept", kept)
        by = {"relationships": "client, service, start"}.get(name, "ALL")
        expected = engine.execute(f"SELECT * FROM kept ORDER BY {by}").to_arrow_table().to_pylist()
    key = ("client", "service", "start") if name == "relationships" else tuple(schema.names)
    assert [[row[each] for each in key] for row in told] == [[row[each] for each in key] for row in expected]
    assert sorted(map(repr, told)) == sorted(map(repr, expected))


@pytest.mark.parametrize("n", [1, 2, 1000, 70_000])
@pytest.mark.parametrize("many", [1, 3, 5000])
def test_packed_words_are_sorted_as_numpy_sorts_columns(n: int, many: int) -> None:
    dice = np.random.default_rng(n + many)
    some = dice.integers(0, 2**64, many, dtype=np.uint64)
    near = some[dice.integers(0, many, n)] ^ dice.integers(0, 3, n).astype(np.uint64)  # alike but for the last bits
    small, whole = dice.integers(0, 4, n).astype(np.uint64), dice.integers(0, 2**64, n, dtype=np.uint64)
    words = [(small, 2), (near, 64), (whole, 64)]
    assert (places_in_order(words, n) == np.lexsort((whole, near, small))).all()
    assert (places_in_order([(near, 64), (small, 2)], n) == np.lexsort((small, near))).all()


def test_rows_are_dealt_to_parts_and_blocks_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(3)
    n = 5000
    clients, days = dice.integers(0, 2**64, 700, dtype=np.uint64)[dice.integers(0, 700, n)], dice.permutation(n)
    table = _table("relationships", [])
    columns = {"client": pa.array(clients), "start": pa.array(days.astype(np.int32)).view(pa.date32())}
    table = pa.table([columns.get(f.name, pa.nulls(n, f.type)) for f in table.schema], schema=table.schema)
    order = np.lexsort((days, clients))
    for size in (1 << 19, 300):
        monkeypatch.setattr(ordering, "AT_ONCE", size)
        told = in_order("relationships", CodedColumns(table), np.ones(n, bool))
        assert (told["client"].to_numpy() == clients[order]).all()
        assert told["start"].equals(table["start"].take(pa.array(order)))


def test_rows_that_repeat_are_found_and_few_others() -> None:
    dice = np.random.default_rng(1)
    bits = dice.integers(0, 2**64, 200_000, dtype=np.uint64)
    bits[150_000:150_100] = bits[:100]
    among = np.ones(len(bits), bool)
    among[50:100] = False
    found = repeated(bits, among)
    assert found[:50].all()
    assert found[150_000:150_050].all()
    assert not found[50:100].any()
    assert found.sum() < 110


def test_equal_rows_have_equal_bits_and_nulls_bits_of_their_own() -> None:
    rows = [{"client": c, "service": s} for c, s in ((0, "koti"), (None, "koti"), (0, None), (None, None), (0, "koti"))]
    table = _table("relationships", rows)
    bits = CodedColumns(pa.concat_tables([table.slice(0, 2), table.slice(2)])).hashes(["client", "service"])
    assert bits[0] == bits[4]
    assert len(set(bits.tolist())) == 4


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = SCHEMAS[name]
    return pa.table({f.name: pa.array([row.get(f.name) for row in rows], f.type) for f in schema}, schema=schema)
