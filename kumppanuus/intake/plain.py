"""Stretches of plain lines: quotes around whole fields only, no control characters. Arrow's reader of CSV cuts them.

Whole-stretch questions are asked of the bytes first: searching them is fifty times faster than asking every line. What
is doubtful is left to the slow way, which gives the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from kumppanuus.intake.chunk import LONGEST_FIELD, SHORT_OR_LONG, Chunk, Faults
from kumppanuus.intake.encoding import UNDECODED
from kumppanuus.intake.header import Header
from kumppanuus.intake.lines import Lines

SPACES = " \t\u00a0" + "".join(map(chr, range(0x2000, 0x2010))) + "\u202f\u205f\u2060\u3000\ufeff"
"""White space of every width, marks of no width and marks of direction: none of them tells two values apart."""
GARBLED = "Ã[\u0080-\u00bf„–…]|Ã[¤¶¥©]|\ufffd|\\pL[„”†]\\pL"
_QUOTE, _END, _TAB = ord('"'), ord("\n"), ord("\t")
_IN_THE_CACHE = 64 * 1024
_AT_ONCE = 4 * 1024 * 1024
_GARBLED_SIGNS = tuple(sign.encode() for sign in "Ã\ufffd„”†")


def cut_plain(stretch: Lines, header: Header, delimiter: str) -> Chunk | None:
    """Cut a stretch of plain lines; None when it may hold anything else."""
    if header.width < 2 or not _is_plain(stretch.body, delimiter):
        return None
    odd: list[tuple[int, bool]] = []

    def put_aside(row: csv.InvalidRow) -> str:
        if '"' in row.text:
            return "error"
        odd.append(((row.number or 0) - 1, not row.text.strip(SPACES + delimiter)))
        return "skip"

    try:
        table = _parse(stretch.body, header, delimiter, put_aside, threads=True)
        if odd:  # several threads do not know the numbers of rows
            odd.clear()
            table = _parse(stretch.body, header, delimiter, put_aside, threads=False)
    except pa.ArrowInvalid:
        return None
    return _chunk(stretch, header, delimiter, table, odd)


def _is_plain(body: bytes, delimiter: str) -> bool:
    """Tell whether every line is a record that Arrow cuts as we do, and no field can be too long."""
    if body.startswith("\ufeff".encode()) or has_controls(body) or _holds(body, UNDECODED.encode()):
        return False
    if b'"' in body and not _only_wraps(np.frombuffer(body, np.uint8), ord(delimiter)):
        return False
    start = 0
    while start + LONGEST_FIELD < len(body):
        end = body.rfind(b"\n", start, start + LONGEST_FIELD)
        if end < 0:
            return False
        start = end + 1
    return True


def _only_wraps(codes: np.ndarray, delimiter: int) -> bool:
    """Tell whether all quotes stand in pairs around whole fields, and no field goes on in the next line."""
    quotes, ends = np.flatnonzero(codes == _QUOTE), np.flatnonzero(codes == _END)
    if len(quotes) % 2 or (np.searchsorted(quotes, ends) % 2).any():
        return False
    before, after = quotes[0::2] - 1, quotes[1::2] + 1
    before, after = before[before >= 0], after[after < len(codes)]
    return all(bool(((near == delimiter) | (near == _END)).all()) for near in (codes[before], codes[after]))


def _parse(
    body: bytes, header: Header, delimiter: str, put_aside: Callable[[csv.InvalidRow], str], *, threads: bool
) -> pa.Table:
    """Return the mapped columns as texts, named by their place, without the lines of another width."""
    names = [str(place) for place in range(header.width)]
    mapped = [str(place) for place in dict.fromkeys(header.places.values())]
    return csv.read_csv(
        pa.py_buffer(body),
        csv.ReadOptions(use_threads=threads, block_size=_AT_ONCE if threads else len(body) + 1, column_names=names),
        csv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if b'"' in body else False,
            double_quote=False,
            escape_char=False,
            ignore_empty_lines=False,
            invalid_row_handler=put_aside,
        ),
        csv.ConvertOptions(check_utf8=False, column_types=dict.fromkeys(mapped, pa.string()), include_columns=mapped),
    )


def _chunk(
    stretch: Lines, header: Header, delimiter: str, table: pa.Table, odd: list[tuple[int, bool]]
) -> Chunk | None:
    at = np.arange(len(stretch))
    if odd:
        at = np.delete(at, [line for line, _ in odd])
    if len(table) != len(at):
        return None
    texts = {name: table[str(place)].combine_chunks() for name, place in header.places.items()}
    empty = _blank_rows(stretch, next(iter(texts.values())), at, delimiter, header.width)
    if empty.any():
        at, texts = at[~empty], {name: column.filter(pa.array(~empty)) for name, column in texts.items()}
    broken = np.array([line for line, blank in odd if not blank], np.int64) + stretch.number
    blank = int(empty.sum()) + len(odd) - len(broken)
    faults = Faults(broken, np.full(len(broken), SHORT_OR_LONG))
    return Chunk(at + stretch.number, texts, faults, blank, garbled(stretch.body, lambda: stretch.lines))


def _blank_rows(stretch: Lines, column: pa.Array, at: np.ndarray, delimiter: str, width: int) -> np.ndarray:
    """Rows without any text; only those without a text in the given column can be that.

    A delimiter between quotes is a text.
    """
    empty = _blank(column, SPACES)
    where = np.flatnonzero(empty)
    if len(where):
        lines = stretch.lines.take(pa.array(at[where]))
        between_quotes = pc.greater_equal(pc.count_substring(lines, delimiter), width).to_numpy(zero_copy_only=False)
        empty[where] = blank_lines(lines, delimiter) & ~between_quotes
    return empty


def blank_lines(lines: pa.Array, delimiter: str) -> np.ndarray:
    """Tell which lines hold nothing but spaces, delimiters and empty quotes."""
    return _blank(lines, SPACES + delimiter + '"')


def _blank(texts: pa.Array, characters: str) -> np.ndarray:
    stripped = pc.utf8_ltrim(texts, characters=characters)
    return np.array(pc.equal(pc.binary_length(stripped), 0).to_numpy(zero_copy_only=False))


def has_controls(body: bytes) -> bool:
    """Tell whether there is a control character other than a tab or a line end."""
    return (
        any(_holds_controls(body, start) for start in range(0, len(body), _IN_THE_CACHE))
        or b"\x7f" in body
        or (b"\xc2" in body and re.search(rb"\xc2[\x80-\x9f]", body) is not None)
    )


def _holds_controls(body: bytes, start: int) -> bool:
    """Look at a small part: comparing writes an answer for every byte, and those should not leave the cache."""
    codes = np.frombuffer(body, np.uint8, min(_IN_THE_CACHE, len(body) - start), start)
    usual = np.count_nonzero(codes == _END) + np.count_nonzero(codes == _TAB)
    return bool(np.count_nonzero(codes < 32) != usual)


def garbled(body: bytes, lines: Callable[[], pa.Array]) -> int:
    """Return how many lines hold text that was decoded wrongly before it reached us."""
    if not any(_holds(body, sign) for sign in _GARBLED_SIGNS):
        return 0
    return int(pc.sum(pc.match_substring_regex(lines(), GARBLED)).as_py() or 0)


def _holds(body: bytes, sign: bytes) -> bool:
    """Look for a sign; its rarest byte first, because one byte is found a hundred times faster than several."""
    return (sign[-1:] if sign[:1] == b"\xc3" else sign[:1]) in body and sign in body
