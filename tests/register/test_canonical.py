"""Everybody in the register with a family, and rows dealt to buckets, on tables worked out by hand."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa

from kumppanuus.register.canonical import buckets, canonical, everyone, with_columns
from kumppanuus.register.tables import TABLES
from tests.studies import toy_study

BORN = datetime.date(2010, 5, 5)


def _clients(rows: list[dict[str, Any]]) -> pa.Table:
    given = pa.table({"client": _ids([row["client"] for row in rows]), "family": _ids([row["family"] for row in rows])})
    given = given.append_column("birth_date", pa.array([BORN] * len(rows), pa.date32()))
    return with_columns(TABLES["clients"], given, TABLES["clients"].stored)


def _ids(numbers: list[int | None]) -> pa.Array:
    return pa.array(numbers, pa.uint64())


def _seen(*columns: list[int | None]) -> list[pa.ChunkedArray]:
    return [pa.chunked_array([_ids(column)]) for column in columns]


def test_everybody_seen_anywhere_is_there_once_and_in_order() -> None:
    people = everyone(_seen([9, 3, 3, None, 9], [2**64 - 1, 3], []), _clients([]), None)
    assert people["client"].to_pylist() == [3, 9, 2**64 - 1]
    assert people["family"].to_pylist() == [3, 9, 2**64 - 1]
    assert people["birth_date"].null_count == 3


def test_the_family_formed_goes_before_the_one_given_and_that_before_none() -> None:
    given = _clients([{"client": 5, "family": 50}, {"client": 2, "family": 20}, {"client": 7, "family": None}])
    formed = pa.table({"client": _ids([5, 8, 77]), "family": _ids([51, 51, 51])})
    people = everyone(_seen([5, 2, 7], [8, 2, 6]), given, formed)
    assert dict(zip(people["client"].to_pylist(), people["family"].to_pylist(), strict=True)) == {
        2: 20, 5: 51, 6: 6, 7: 7, 8: 51,
    }  # fmt: skip
    assert people["birth_date"].to_pylist() == [BORN, BORN, None, BORN, None]


def test_rows_get_the_family_of_their_client_whether_sorted_or_not() -> None:
    people = pa.table({"client": _ids([1, 2, 3]), "family": _ids([10, 21, 10])})
    given = pa.table({"client": _ids([1, 1, 3, 2, 2, 1, None])})
    rows = canonical(TABLES["needs"], given, people, toy_study())
    assert rows["family"].to_pylist() == [10, 10, 10, 21, 21, 10, None]
    dealt = [deal()["client"].to_pylist() for deal in buckets(rows, 2)]
    assert dealt == [[1, 1, 3, 1, None], [2, 2]]
    assert [deal().num_rows for deal in buckets(rows.drop_columns("family"), 3)] == [7, 0, 0]
