"""Arrow's reader of CSV and our own cutting of lines give the same records, whatever is done to a file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.intake import read_csv
from kumppanuus.intake.chunk import Chunk
from kumppanuus.intake.lines import Lines
from kumppanuus.intake.plain import cut_plain
from kumppanuus.study import Source

NAMES = ("client", "service", "start", "end")
PIECES = st.sampled_from(
    [b"", b"1", b"perhe", b"1.2.2020", b";", b";;;", b"\n", b"\n\n", b"\r", b"\r\n", b'"', b'""', b'"";', b'" ";',
     b'";"', b" ", b"\t", b"\x00",
     b"\x1f", b"\x7f", b"\xc2\x85", b"\xc2\xa0", b"\xff", b"\xef\xbb\xbf", b"\xef\xb7\x90", "\u00c3\u00a4".encode(),
     "ä".encode(), "\u2028".encode(), "x\u201ex".encode(), b"x" * 10_001]
)  # fmt: skip
LINE = b'1;"perhe";1.2.2020;""\n'


def _extract(folder: Path, content: bytes, places: dict[str, str], block: int | None) -> read_csv.TextExtract:
    file = folder / "r.csv"
    file.write_bytes(b"a;b;c;d\n" + content)
    source = Source.model_validate({"table": "relationships", "files": ["r.csv"], "columns": places, "delimiter": ";"})
    return read_csv.open_text(file, "utf-8-sig", source, block)


def _told(chunks: list[Chunk]) -> tuple[object, ...]:
    """What became of a file, however it was cut into chunks."""
    rows = np.concatenate([chunk.rows for chunk in chunks]) if chunks else np.empty(0, np.int64)
    texts = {name: [text for chunk in chunks for text in chunk.columns[name].to_pylist()] for name in NAMES[:1]}
    faults = sorted(pair for chunk in chunks for pair in zip(chunk.broken.rows, chunk.broken.rules, strict=True))
    sums = sum(chunk.blank for chunk in chunks), sum(chunk.garbled for chunk in chunks)
    spans = {row: n for chunk in chunks for row, n in chunk.spans.items()}
    return rows.tolist(), texts, faults, sums, spans


def _both(content: bytes, places: dict[str, str], block: int | None = None) -> tuple[object, object]:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        extract = _extract(Path(name), content, places, block)
        fast = _told(list(extract.chunks()))
        patch.setattr(read_csv, "cut_plain", lambda *_: None)
        return fast, _told(list(extract.chunks()))


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(PIECES | st.just(LINE), max_size=12),
    places=st.sampled_from([dict(zip(NAMES, "abcd", strict=True)), {"client": "c", "end": "a"}]),
    block=st.sampled_from([None, 7, 64]),
)
def test_both_ways_give_the_same_records(pieces: list[bytes], places: dict[str, str], block: int | None) -> None:
    fast, slow = _both(LINE.join(pieces), places, block)
    assert fast == slow


def test_rows_of_another_width_and_blank_ones_are_numbered_as_they_lie() -> None:
    places = dict(zip(NAMES, "abcd", strict=True))
    content = b"1;2;3;4\n1;2\n\n;;;\n ;\t;;\n1;2;3;4;5\n;\n5;6;7;8"
    fast, slow = _both(content, places)
    assert fast == slow
    assert fast == ([2, 9], {"client": ["1", "5"]}, [(3, 301), (7, 301)], (4, 0), {})


@pytest.mark.parametrize(
    "body",
    [
        b'1;2"3\n',
        b'1;"2""3"\n',
        b'1;"2\n3"\n',
        b"1;\x002\n",
        b"\xef\xbb\xbf1;2\n",
        b"1;" + b"2" * 10_001,
        b"1;\xef\xb7\x90\n",
    ],
)
def test_doubtful_lines_are_left_to_the_slow_way(tmp_path: Path, body: bytes) -> None:
    header = _extract(tmp_path, b"", {"client": "a"}, None).header
    assert cut_plain(Lines(body, 1, True), header, ";") is None
    assert cut_plain(Lines(b'"1";2;"";";"\n', 1, True), header, ";") is not None
