"""Whatever happens to a file: every record has one fate, nothing but our own errors comes out, no value in them."""

from __future__ import annotations

import random
import traceback
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.errors import KumppanuusError
from tests.intake.small import HEADER, RELATIONSHIPS, read

CANARY = "77345521"
LINES = [f"{CANARY}{n};perhe;{n}.2.2020;{n}.3.2020" for n in range(1, 8)] + ['"8";"koti ""x""";1.2.2020;']
FRAGMENTS = ['"', '""', ";", "\n", "\r", "\r\n", "\x00", "\x1f", "ä", "\ufeff", "Yhteensä", ";;;", " ", "1.1.20", "\t"]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A small extract with some bytes put in, taken away or swapped."""
    encoding = draw(st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-8-sig"]))
    content = bytearray((HEADER + "\n".join(LINES)).encode(encoding))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(len(HEADER) if encoding != "utf-16" else 2 * len(HEADER), len(content)))
        piece = draw(st.sampled_from(FRAGMENTS).map(str.encode) | st.binary(max_size=3))
        content[at : at + draw(st.integers(0, 3))] = piece
    return bytes(content)


def check_error(error: KumppanuusError) -> None:
    assert error.code.startswith("KU1")
    assert error.code != "KU199"
    assert CANARY not in "".join(traceback.format_exception(error))


@settings(max_examples=40, deadline=None)
@given(
    content=damaged(),
    files_are=st.sampled_from(["parts", "snapshots", "full", "corrections"]),
    delimiter=st.sampled_from([";", "auto"]),
    block=st.sampled_from([None, 5, 50]),
)
def test_any_damage_leaves_the_account_balanced(
    content: bytes, files_are: str, delimiter: str, block: int | None
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "r1.csv").write_bytes(content)
        (folder / "r2.csv").write_text(HEADER + "\n".join(LINES) + "\n")
        try:
            intake = read(folder, RELATIONSHIPS | {"files_are": files_are, "delimiter": delimiter}, block=block)
        except KumppanuusError as error:
            check_error(error)
            return
        assert all(account.balanced for account in intake.account)
        assert sum(account.used for account in intake.account) == intake.tables["relationships"].num_rows
        assert intake.account[1].read == len(LINES)
        faults = sum(found.n for found in intake.findings if found.severity == "error")
        assert faults == sum(account.quarantined_total for account in intake.account)


@settings(max_examples=20, deadline=None)
@given(content=damaged())
def test_the_size_of_the_blocks_makes_no_difference(content: bytes) -> None:
    told = []
    for block in (None, 3, 40):
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "r.csv").write_bytes(content)
            try:
                intake = read(folder, RELATIONSHIPS, block=block)
            except KumppanuusError as error:
                told.append(str(error))
                continue
            aside = sorted((f.name, f.read_bytes()) for f in (folder / "state" / "quarantine").iterdir())
            told.append(repr((intake.account, intake.tables["relationships"].to_pylist(), aside)))
    assert told[0] == told[1] == told[2]


PIECES = [b"<", b">", b"&x;", b'"', b"\x00", b"\xff", b' r="XFD9999999"', b' t="e"', b"<f>1</f>", b"9" * 400, b"1e400"]


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Some bytes changed, taken away, put in or repeated."""
    damaged = bytearray(content)
    for _ in range(dice.choice([1, 1, 2, 5])):
        at, length = dice.randrange(len(damaged)), dice.choice([1, 3, 40])
        damaged[at : at + dice.choice([0, 1, length])] = dice.choice(
            [b"", bytes([dice.randrange(256)]), dice.choice(PIECES), bytes(damaged[:length])]
        )
    return bytes(damaged)


def workbook(file: Path) -> dict[str, bytes]:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.strip().split(";"))
    for n in range(20):
        book.active.append([f"{CANARY}{n}", "perhe", f"{n + 1}.2.2020", None])
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_any_damage_to_a_workbook_is_refused_or_accounted_for(tmp_path: Path, first: int) -> None:
    parts = workbook(tmp_path / "r.xlsx")
    whole = (tmp_path / "r.xlsx").read_bytes()
    for seed in range(first, first + 20):
        dice = random.Random(seed)
        if seed % 5:
            damaged = dict(parts)
            name = dice.choice([*sorted(parts), *["xl/worksheets/sheet1.xml"] * 9])
            damaged[name] = mutated(parts[name], dice)
            with zipfile.ZipFile(tmp_path / "r.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
                for part, content in damaged.items():
                    archive.writestr(part, content)
        else:
            (tmp_path / "r.xlsx").write_bytes(mutated(whole, dice))
        try:
            intake = read(tmp_path, RELATIONSHIPS | {"files": ["r.xlsx"]})
        except KumppanuusError as error:
            check_error(error)
        else:
            assert all(account.balanced for account in intake.account)
