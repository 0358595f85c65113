"""Damage to a workbook: in its cells, in its sheets, and in the XML inside it."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from random import Random

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

_VALUES = (
    None, "", " ", 0, 1.5, -3, 434707, 10**17, 1e300, True, "=1/0", "=SUM(A1:A9)", "#REF!", "#N/A", "Yhteensä",
    "Salaliittolainen", "131052-308T", datetime.datetime(2021, 2, 1), datetime.datetime(2021, 2, 1, 12, 30),
    datetime.time(1, 2), datetime.date(1901, 1, 1), datetime.timedelta(days=3), "x" * 32_000, "<script>", "a\nb",
    'a"b', "\u202e\u05d0", "31.2.2021", "1.1.2021", "44197", 44197,
)  # fmt: skip
_PIECES = (
    b"<",
    b">",
    b"&x;",
    b'"',
    b"\x00",
    b"\xff",
    b' r="XFD9999999"',
    b' t="e"',
    b' t="s"',
    b"<f>1</f>",
    b"9" * 400,
    b"1e400",
)
Mutation = Callable[[Random, bytes], bytes]


def _cells_changed(dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, _book: Workbook) -> None:
        for _ in range(dice.choice([1, 5, 40])):
            row, column = dice.randint(1, sheet.max_row + 2), dice.randint(1, sheet.max_column + 1)
            sheet.cell(row, column).value = dice.choice(_VALUES)

    return _edited(content, change)


def _numbers_as_numbers(_dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, _book: Workbook) -> None:
        for row in sheet.iter_rows(min_row=3):
            for cell in row:
                text = str(cell.value)
                if text.isdigit():
                    cell.value = int(text)
                elif text.count(".") == 2:
                    cell.value = datetime.datetime.strptime(text, "%d.%m.%Y")

    return _edited(content, change)


def _rows_moved(dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, _book: Workbook) -> None:
        at = dice.randint(1, sheet.max_row)
        dice.choice([sheet.insert_rows, sheet.delete_rows])(dice.choice([1, 2, at]), dice.choice([1, 2, 30]))

    return _edited(content, change)


def _columns_moved(dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, _book: Workbook) -> None:
        dice.choice([sheet.insert_cols, sheet.delete_cols])(dice.randint(1, 3), 1)

    return _edited(content, change)


def _hidden(dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, book: Workbook) -> None:
        for row in dice.sample(range(1, sheet.max_row + 1), min(5, sheet.max_row)):
            sheet.row_dimensions[row].hidden = True
        other = book.create_sheet(dice.choice(["Käynnit 2", "Piilo", "Muuta"]), dice.choice([0, 1]))
        other.append(dice.choice([["Asiakasnumero", "Palvelu", "Käyntipäivä"], ["Salaliittolainen"], []]))
        other.sheet_state = dice.choice(["visible", "hidden", "veryHidden"])
        if dice.random() < 0.3:
            other.sheet_state, sheet.sheet_state = "visible", "hidden"

    return _edited(content, change)


def _merged_cells(dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, _book: Workbook) -> None:
        row, column = dice.randint(1, max(2, sheet.max_row - 3)), dice.randint(1, 3)
        sheet.merge_cells(start_row=row, end_row=row + dice.choice([0, 1, 3]), start_column=column, end_column=3)

    return _edited(content, change)


def _sheet_renamed(dice: Random, content: bytes) -> bytes:
    def change(sheet: Worksheet, _book: Workbook) -> None:
        sheet.title = dice.choice(["Käynnit ", "käynnit", "Taul1", "Ka\u0308ynnit"])

    return _edited(content, change)


def damage_parts(dice: Random, content: bytes) -> bytes:
    """Damage what is inside an archive, so that the archive itself stays whole; leave anything else alone."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # damaged before: whatever zipfile makes of it
        return content
    if not parts:
        return content
    sheets = [name for name in parts if any(word in name for word in ("sheet1", "sharedStrings", "content", ".csv"))]
    name = dice.choice([*sorted(parts), *sheets * 5])
    damaged = bytearray(parts[name])
    for _ in range(dice.choice([1, 2, 5])):
        at = dice.randrange(len(damaged) + 1)
        damaged[at : at + dice.choice([0, 1, 3, 40])] = dice.choice(
            [b"", bytes([dice.randrange(256)]), dice.choice(_PIECES)]
        )
    parts[name] = bytes(damaged)
    if dice.random() < 0.1:
        del parts[dice.choice(sorted(parts))]
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return memory.getvalue()


def _edited(content: bytes, change: Callable[[Worksheet, Workbook], None]) -> bytes:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content))
    except Exception:  # damaged before, so that openpyxl cannot read it
        return content
    change(book.worksheets[0], book)
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


WORKBOOK_MUTATIONS: tuple[Mutation, ...] = (
    _cells_changed, _cells_changed, _numbers_as_numbers, _rows_moved, _columns_moved, _hidden, _merged_cells,
    _sheet_renamed, damage_parts, damage_parts, damage_parts,
)  # fmt: skip
