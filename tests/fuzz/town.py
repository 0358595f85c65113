"""A small cut of the demo municipality: few enough files and records that a case takes a fraction of a second."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl

CLIENTS = 300
YEARS = ("2021", "2022")
PUBLIC = ("vaesto", "sotkanet")
"""Beginnings of the names of files that tell of nobody."""
CLIENT_PLACES = {"kustannukset": 3, "yhteydenotot": 1}
"""Place of the client's number in a row, where it is not the first."""
FEWEST_SIGNS = 4
"""Shorter values stand in any text by chance."""

Files = dict[str, bytes]
"""Name of an extract → its bytes."""


@dataclass(frozen=True, slots=True)
class Town:
    """Extracts and study of some two hundred clients.

    secrets : client numbers, family numbers, identity codes and names that stand in the extracts.
    """

    study: str
    files: Mapping[str, bytes]
    secrets: frozenset[str]


def cut_town(demo: Path) -> Town:
    """Keep the records of the first clients of the demo, and every record that belongs to nobody."""
    folder = demo / "aineisto"
    first = _records(folder / "asiakkaat_2021.csv")[1 : CLIENTS + 1]
    kept = {line.split(";")[0] for line in first}
    files: Files = {}
    for path in sorted(folder.iterdir()):
        if path.stem.startswith("asiakk") and not path.stem.endswith(YEARS):
            continue
        if path.suffix == ".xlsx":
            files[path.name] = _cut_workbook(path, kept)
        elif path.stem.startswith(PUBLIC):
            files[path.name] = path.read_bytes()
        else:
            files[path.name] = _cut_text(_records(path), kept, CLIENT_PLACES.get(path.stem, 0))
    study = (demo / "kumppanuus.toml").read_text(encoding="utf-8")
    return Town(study, files, _secrets(files))


def _records(path: Path) -> list[str]:
    return path.read_bytes().decode("cp1252").split("\r\n")


def _cut_text(lines: list[str], kept: set[str], place: int) -> bytes:
    header, *rows = lines
    mine = [line for line in rows if _belongs(line.split(";"), kept, place)]
    return "\r\n".join([header, *mine]).encode("cp1252")


def _belongs(cells: list[str], kept: set[str], place: int) -> bool:
    whose = cells[place].strip() if len(cells) > place else ""
    return whose in kept or not re.fullmatch(r"\d+", whose)


def _cut_workbook(path: Path, kept: set[str]) -> bytes:
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    title, header, *rows = sheet.iter_rows(values_only=True)
    sheet.delete_rows(1, sheet.max_row)
    for row in [title, header, *(row for row in rows if row[0] in kept)]:
        sheet.append(row)
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def _secrets(files: Mapping[str, bytes]) -> frozenset[str]:
    """Everything that points to a person, in the forms in which it could come to light."""
    found: set[str] = set()
    for name, content in files.items():
        if name.startswith("asiakkaat"):
            for line in content.decode("cp1252").split("\r\n")[1:]:
                client, code, family, _, surname, *_ = line.split(";") if line else [""] * 5
                found |= {client, client.lstrip("0"), code, code[-4:], family, family.lstrip("0"), surname}
        elif name.startswith("itsearviointi"):
            found |= set(re.findall(r"V\d+", content.decode("cp1252")))
        elif name.startswith(("asiakkuudet", "kaynnit_", "tyontekijat")):
            found |= set(re.findall(r"Esimerkkityöntekijä \d+", content.decode("cp1252")))
    return frozenset(value for value in found if len(value) >= FEWEST_SIGNS)
