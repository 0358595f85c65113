"""The demo's extracts as other systems would have exported them, and study files put together of two."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import xlsxwriter

Row = list[str]
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Register:
    """One extract as rows of texts; a short row stays short, a blank one is empty."""

    title: str
    header: Row
    rows: list[Row]


def registers_of(folder: Path) -> dict[str, Register]:
    """Read the demo's extracts by plain Python, by the names of their files without an ending."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            (sheet,) = openpyxl.load_workbook(path, read_only=True).worksheets
            title, header, *rows = ([cell or "" for cell in row] for row in sheet.iter_rows(values_only=True))
            found[path.stem] = Register(str(title[0]), header, rows)
        else:
            codec = "utf-8-sig" if path.stem.startswith(("vaesto", "sotkanet")) else "cp1252"
            sign = "\t" if path.stem == "vaesto" else ";"
            header, *rows = csv.reader(io.StringIO(path.read_bytes().decode(codec), newline=""), delimiter=sign)
            found[path.stem] = Register("", header, rows)
    return found


def as_text(register: Register, *, titled: bool) -> str:
    """Write a register as delimited text, under its title when it has one."""
    memory = io.StringIO(newline="")
    writer = csv.writer(memory, delimiter=";", lineterminator="\r\n")
    writer.writerows([[register.title], register.header] if titled and register.title else [register.header])
    writer.writerows(register.rows)
    return memory.getvalue()


def utf8_with_mark(register: Register) -> bytes:
    """Give a text file in UTF-8 with a byte order mark; the visits keep the title above their header."""
    return as_text(register, titled=True).encode("utf-8-sig")


def windows_1252(register: Register) -> bytes:
    """Give a text file in Windows-1252; amounts with a decimal comma and no sign between thousands."""
    rows = [[cell.replace(NO_BREAK_SPACE, "") for cell in row] for row in register.rows]
    return as_text(Register(register.title, register.header, rows), titled=False).encode("cp1252")


def workbook(register: Register) -> bytes:
    """Give a workbook as a spreadsheet program would save it.

    Two title rows, dates and amounts as true cells, numbers of clients as texts, and a hidden sheet. A row cannot be
    short here, so short rows are left out.
    """
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Poiminta")
        sheet.write_row(0, 0, [register.title or "Poiminta rekisteristä"])
        sheet.write_row(2, 0, register.header)
        kinds = [_kind_of(name) for name in register.header]
        for number, row in enumerate(full_rows(register), start=3):
            for place, (cell, kind) in enumerate(zip(row, kinds, strict=bool(row))):
                value = kind(cell)
                if value != "":
                    sheet.write(number, place, value)
        hidden = book.add_worksheet("Muistiinpanot")
        hidden.write_row(0, 0, register.header)
        hidden.write_row(1, 0, ["Salaliittolainen"] * len(register.header))
        hidden.hide()
    return memory.getvalue()


def full_rows(register: Register) -> list[Row]:
    """Return the rows that have as many fields as the header, and the blank ones."""
    return [row for row in register.rows if not row or len(row) == len(register.header)]


def _kind_of(name: str) -> Callable[[str], object]:
    if name in ("Alkupvm", "Loppupvm", "Käyntipäivä", "Laskun pvm"):
        return _day
    return _number if name.startswith(("Summa", "Vuosi", "Ikä", "Väkiluku")) else str


def _day(text: str) -> object:
    try:
        return datetime.datetime.strptime(text, "%d.%m.%Y")
    except ValueError:  # no such day: a spreadsheet keeps it as a text
        return text


def _number(text: str) -> object:
    try:
        return float(text.replace(NO_BREAK_SPACE, "").replace(",", "."))
    except ValueError:
        return text


def give_key(of: Path, folder: Path) -> None:
    """Let a study read with the key of another one, and forget what it has read with its own."""
    state = folder / ".kumppanuus"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(mode=0o700)
    shutil.copy2(of / ".kumppanuus" / "key", state / "key")  # with its rights


def toml(settings: Mapping[str, object]) -> str:
    """Write settings as TOML: one line a key, tables inline."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in settings.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(key))} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)
