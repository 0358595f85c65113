"""Values that have a type already (of workbooks, Parquet, databases) as the text a text file of the source would have.

One way in for every kind of extract: what is text goes through the same explicit rules, whatever it was before.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.intake.chunk import CONTROL, FAULTY, LONGEST_FIELD, NO_ROWS, OVERLONG, Chunk, Faults
from kumppanuus.intake.read_csv import GARBLED
from kumppanuus.study import Source

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta
"""What a cell of a workbook holds."""
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_MOST_DIGITS = 1e15


def cell_text(cell: object, source: Source) -> str:
    """Return the text a value would have in a text file of the same source.

    Dates take the source's date format, and keep a time of day other than midnight, which no date has; whole numbers
    no decimals, other numbers the source's decimal sign, and floating numbers of sixteen digits or more the scientific
    notation that tells of lost digits.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _number(cell, source.decimal)
    if isinstance(cell, Decimal):
        return format(cell, "f").replace(".", source.decimal)
    if isinstance(cell, datetime.datetime):
        return _moment(cell, source.date_format)
    return _day(cell, source.date_format) if isinstance(cell, datetime.date) else str(cell)


def _day(day: datetime.date, date_format: str) -> str:
    parts = {"dd": f"{day.day:02d}", "mm": f"{day.month:02d}", "yyyy": f"{day.year:04d}"}
    return re.sub("dd|mm|yyyy", lambda part: parts[part[0]], date_format)


def _moment(moment: datetime.datetime, date_format: str) -> str:
    day, time = _day(moment, date_format), moment.time()
    return f"{day} {time.isoformat()}" if time != datetime.time() else day


def _number(value: float, decimal: str) -> str:
    if abs(value) >= _MOST_DIGITS:  # a floating number keeps fifteen digits: the others are lost
        return f"{value:.14E}"
    if value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f").replace(".", decimal) if np.isfinite(value) else str(value)


def is_plain(kind: pa.DataType) -> bool:
    """Tell whether values of an Arrow type have one text each: no lists, records, or bytes."""
    if pa.types.is_dictionary(kind):
        return is_plain(kind.value_type)
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_boolean,
        pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date, pa.types.is_timestamp,
        pa.types.is_time, pa.types.is_null,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def column_text(values: pa.Array, source: Source) -> pa.Array:
    """Return a column of any plain Arrow type as text; "no value" is an empty text.

    Text and whole numbers are converted in one go; of other types every distinct value once.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        values, kind = values.dictionary_decode(), kind.value_type
    if pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind):
        return pc.fill_null(values.cast(pa.string()), "")
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pc.fill_null(values.cast(pa.string()), "")
    if pa.types.is_float64(kind):
        return _floats(values, source)
    if pa.types.is_timestamp(kind):
        values = _to_microseconds(values)
    return _by_value(values, source)


def _floats(values: pa.Array, source: Source) -> pa.Array:
    """Convert at once the numbers that Arrow writes without an exponent, and the few others one by one."""
    size = pc.abs(values)
    is_usual = pc.fill_null(pc.and_(pc.greater(size, 0.001), pc.less(size, 1e9)), False)
    whole = pc.replace_substring_regex(values.cast(pa.string()), r"\.0$", "")
    usual = pc.replace_substring(whole, ".", source.decimal)
    odd = values.filter(pc.invert(is_usual))
    return pc.replace_with_mask(usual, pc.invert(is_usual), _by_value(odd, source)) if len(odd) else usual


def _by_value(values: pa.Array, source: Source) -> pa.Array:
    encoded = pc.dictionary_encode(values, null_encoding="encode")
    texts = [cell_text(_plain(value), source) for value in encoded.dictionary]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _to_microseconds(moments: pa.Array) -> pa.Array:
    """Return moments as the clock of their own time zone showed them."""
    local = pc.local_timestamp(moments) if moments.type.tz is not None else moments
    return local.cast(pa.timestamp("us"), safe=False)


def _plain(value: pa.Scalar) -> object:
    if pa.types.is_float32(value.type) or pa.types.is_float16(value.type):
        number = value.as_py()
        return None if number is None else float(str(np.float32(number)))
    if pa.types.is_time(value.type):
        return None if not value.is_valid else str(value.cast(pa.string()).as_py())
    return value.as_py()


def typed_chunk(
    texts: Mapping[str, pa.Array], filled: np.ndarray, number: int, refused: np.ndarray, hidden: np.ndarray = NO_ROWS
) -> Chunk:
    """Return records as a chunk, with those put aside that hold what no text file may hold either.

    Parameters
    ----------
    texts : canonical column → text of every record.
    filled : records that hold anything at all.
    number : row number of the first record.
    refused : rule that each record has broken already, 0 for none.
    hidden : row numbers that the program the records come from does not show.
    """
    rules, garbled = refused.copy(), np.zeros(len(filled), bool)
    for column in texts.values():
        garbled |= _true(pc.match_substring_regex(column, GARBLED))
        rules[_true(pc.match_substring_regex(column, _CONTROL))] = CONTROL
        rules[_true(pc.greater(pc.utf8_length(column), LONGEST_FIELD))] = OVERLONG
    given = filled | (refused == FAULTY)
    good, bad = given & (rules == 0), given & (rules != 0)
    rows = np.flatnonzero(given) + number
    return Chunk(
        rows=np.flatnonzero(good) + number,
        columns={name: column.filter(pa.array(good)) for name, column in texts.items()},
        broken=Faults(np.flatnonzero(bad) + number, rules[bad]),
        blank=int((~given).sum()),
        garbled=int(garbled.sum()),
        hidden=rows[np.isin(rows, hidden)],
    )


def _true(mask: pa.Array) -> np.ndarray:
    return np.asarray(mask.to_numpy(zero_copy_only=False))
