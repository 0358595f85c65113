"""The same records written as every kind of extract."""

from __future__ import annotations

import csv
import datetime
import io
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt
from pyxlsbwriter import XlsbWriter

Rows = Sequence[Sequence[Any]]
_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:{long}"'
    for short, long in {
        "office": "oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "oasis:names:tc:opendocument:xmlns:text:1.0",
        "style": "oasis:names:tc:opendocument:xmlns:style:1.0",
        "calcext": "org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)


def text_of(value: Any, date: str = "%d.%m.%Y", decimal: str = ",") -> str:
    """Write a value as the export of a client-information system would."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime(date if value.time() == datetime.time() else f"{date} %H:%M:%S")
    if isinstance(value, datetime.date):
        return value.strftime(date)
    if isinstance(value, float):
        return str(value).replace(".", decimal)
    return str(value)


def write_csv(file: Path, header: Sequence[str], rows: Rows, date: str = "%d.%m.%Y", decimal: str = ",") -> None:
    file.write_text(csv_text(header, rows, date, decimal), "utf-8")


def csv_text(header: Sequence[str], rows: Rows, date: str = "%d.%m.%Y", decimal: str = ",") -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    writer.writerows([text_of(value, date, decimal) for value in row] for row in rows)
    return stream.getvalue()


def write_xlsx(file: Path, header: Sequence[str], rows: Rows) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [header, *rows]:
        sheet.append(list(row))
    book.save(file)


def write_xls(file: Path, header: Sequence[str], rows: Rows) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for at, row in enumerate([header, *rows]):
        for column, value in enumerate(row):
            style = xlwt.easyxf(num_format_str="DD.MM.YYYY HH:MM" if isinstance(value, datetime.date) else "General")
            if value is not None:
                sheet.write(at, column, value, style)
    book.save(str(file))


def write_xlsb(file: Path, header: Sequence[str], rows: Rows) -> None:
    with XlsbWriter(str(file)) as writer:
        writer.add_sheet("Sheet")
        writer.write_sheet([list(header), *map(list, rows)])


def ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def ods_row(values: Sequence[Any], told: str = "") -> str:
    return f"<table:table-row {told}>{''.join(map(ods_cell, values))}</table:table-row>"


def ods_sheet(name: str, *rows: str, shown: bool = True) -> str:
    style = "shown" if shown else "hidden"
    return f'<table:table table:name={quoteattr(name)} table:style-name="{style}">{"".join(rows)}</table:table>'


def save_ods(file: Path, *sheets: str, doctype: str = "", manifest: str = "") -> None:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("shown", "true"), ("hidden", "false"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content {_NAMESPACES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f"{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", content)


def write_ods(file: Path, header: Sequence[str], rows: Rows) -> None:
    nothing = '<table:table-cell table:number-columns-repeated="16384"/>'
    end = f'<table:table-row table:number-rows-repeated="1048000">{nothing}</table:table-row>'
    save_ods(file, ods_sheet("Sheet", *map(ods_row, [header, *rows]), end))


def write_parquet(file: Path, header: Sequence[str], rows: Rows) -> None:
    columns = zip(*rows, strict=True)
    table = pa.table({name: pa.array(values) for name, values in zip(header, columns, strict=True)})
    pq.write_table(table, file, row_group_size=3)


def write_sqlite(file: Path, header: Sequence[str], rows: Rows, table: str = "poiminta") -> None:
    def stored(value: Any) -> Any:
        return text_of(value) if isinstance(value, datetime.date) else value

    connection = sqlite3.connect(file)
    connection.execute(f"CREATE TABLE {table} ({', '.join(header)})")
    marks = ", ".join("?" for _ in header)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", [[*map(stored, row)] for row in rows])
    connection.commit()
    connection.close()


def write_zip(file: Path, members: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


WRITERS: dict[str, Callable[[Path, Sequence[str], Rows], None]] = {
    "xlsx": write_xlsx,
    "xlsm": write_xlsx,
    "xls": write_xls,
    "xlsb": write_xlsb,
    "ods": write_ods,
    "parquet": write_parquet,
}
"""Every kind that is a file with types, by the ending of its name."""
