"""The physical lines of a text file, in big stretches, with their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kumppanuus.errors import InputError
from kumppanuus.intake.encoding import text_blocks
from kumppanuus.intake.places import Place

LONGEST_LINE = 256 * 1024 * 1024
T = TypeVar("T")


class Lines:
    """Whole lines that follow each other.

    body : their bytes in UTF-8.
    number : number of the first line in the file, from 1.
    last : the file ends here.
    """

    def __init__(self, body: bytes, number: int, last: bool) -> None:
        self.body, self.number, self.last = body, number, last
        self._n = body.count(b"\n") + bool(body and not body.endswith(b"\n"))

    def __len__(self) -> int:
        """Return how many lines there are."""
        return self._n

    def texts(self, at: np.ndarray, n: np.ndarray) -> list[str]:
        """Return the texts of records by the index of their first line and their number of lines."""
        ends = np.flatnonzero(np.frombuffer(self.body, np.uint8) == ord("\n"))
        starts = np.concatenate([[0], ends + 1, [len(self.body)]])
        ends = np.concatenate([ends, [len(self.body)]])
        pairs = zip(starts[at].tolist(), ends[at + n - 1].tolist(), strict=True)
        return [self.body[start:end].decode() for start, end in pairs]

    @cached_property
    def lines(self) -> pa.Array:
        """One text per line, without line ends; cut when somebody first asks."""
        return _split(self.body)


def walk_lines(
    path: Place, codec: str, first: int, take: Callable[[Lines], tuple[T, int]], block: int | None = None
) -> Iterator[T]:
    """Walk through a file from line `first` on.

    Parameters
    ----------
    take : gets a stretch and returns its result and how many lines of it are done with; the others come again at the
        start of the next stretch, which is never asked of the last one.
    block : bytes read at a time.

    Raises
    ------
    InputError
        KU110 when a single line is longer than 256 MB.
    """
    number, rest, skip = 1, b"", first - 1
    for data, last in _with_end(_ahead(text_blocks(path, codec, block))):
        body, rest = _whole_lines(rest + data, last, path.name)
        start = 0
        while skip and start < len(body):
            start = body.find(b"\n", start) + 1 or len(body)
            skip, number = skip - 1, number + 1
        stretch = Lines(body[start:], number, last)
        if len(stretch):
            result, done = take(stretch)
            if done < len(stretch):
                rest = "".join(f"{line}\n" for line in stretch.lines.slice(done).to_pylist()).encode() + rest
            number += done
            yield result


def raw_records(
    path: Place, codec: str, rows: np.ndarray, spans: Mapping[int, int], block: int | None = None
) -> Iterator[str]:
    """Give the raw text of the records that start on the lines `rows`, ascending.

    Parameters
    ----------
    spans : line number → number of lines, for records of more than one line.
    """
    lengths = np.array([spans.get(row, 1) for row in rows.tolist()], np.int64)

    def take(stretch: Lines) -> tuple[list[str], int]:
        end = stretch.number + len(stretch)
        cut = (rows >= stretch.number) & (rows < end) & (rows + lengths > end)
        done = int(rows[cut][0]) - stretch.number if cut.any() and not stretch.last else len(stretch)
        mine = (rows >= stretch.number) & (rows < stretch.number + done)
        if not mine.any():
            return [], done
        at, n = rows[mine] - stretch.number, lengths[mine]
        return stretch.texts(at, n), done

    for texts in walk_lines(path, codec, 1, take, block):
        yield from texts


def first_lines(path: Place, codec: str, n: int) -> list[str]:
    """Return the first lines of a file, at most `n`."""
    start = b""
    for block in text_blocks(path, codec, 1 << 20):
        start += block
        if start.count(b"\n") > n:
            break
        if len(start) > LONGEST_LINE:
            raise InputError("KU110", file=path.name)
    return start.decode().split("\n")[:n]


def _ahead(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Fetch the next block while the last one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = reader.submit(next, blocks, None)
            yield block


def _with_end(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Tell of each block whether it is the last one."""
    held: bytes | None = None
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True


def _whole_lines(data: bytes, last: bool, file: str) -> tuple[bytes, bytes]:
    """Cut after the last line end; what follows waits for the next block."""
    if last:
        return data, b""
    if len(data) > LONGEST_LINE and b"\n" not in data:
        raise InputError("KU110", file=file)
    cut = data.rfind(b"\n") + 1
    return data[:cut], data[cut:]


def _split(body: bytes) -> pa.Array:
    if not body:
        return pa.array([], pa.string())
    return pc.split_pattern(pa.array([body.removesuffix(b"\n")], pa.string()), "\n").flatten()
