"""Sotkanet's answers, as its interface documents them → the three small files that the reader of extracts knows.

Regions and descriptions come as JSON, values as CSV (``indicator;region;year;gender;primary.value;absolute.value``).
Nothing here opens a connection: it makes addresses, and reads what was answered.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from kumppanuus.analysis import files
from kumppanuus.errors import InputError
from kumppanuus.register.tables import TABLES

ADDRESS = "https://sotkanet.fi/rest/1.1"
LICENCE = "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.fi)"
PUBLISHER = "Tilasto- ja indikaattoripankki Sotkanet.fi, Terveyden ja hyvinvoinnin laitos (THL)"
HEADER = ("indicator", "region", "year", "gender", "primary.value", "absolute.value")
VALUES, REGIONS, FACTS, TOLD = "sotkanet.csv", "sotkanet_alueet.csv", "sotkanet_kuvaukset.csv", "sotkanet_lahde.md"
"""Names of the files that are made."""
_LANGUAGES = ("fi", "sv", "en")
_TAGS = re.compile(r"<[^>]*>")

Json = Any


@dataclass(frozen=True, slots=True)
class Usual:
    """An indicator that is asked for when nothing else is: by its number, or by the words of its Finnish title."""

    words: tuple[str, ...]
    number: str = ""
    without: tuple[str, ...] = ()

    def named(self, title: str) -> bool:
        """Tell whether a title is the one that is meant."""
        plain = title.casefold()
        return all(word in plain for word in self.words) and not any(word in plain for word in self.without)


@dataclass(slots=True)
class Answers:
    """What Sotkanet has answered so far.

    regions, listed : its lists of regions and of indicators. described : number → one indicator's own description.
    values : number → rows of values, decimal points made points.
    """

    regions: list[Json] = field(default_factory=list)
    listed: list[Json] = field(default_factory=list)
    described: dict[str, Json] = field(default_factory=dict)
    values: dict[str, list[list[str]]] = field(default_factory=dict)

    def take(self, name: str, text: str) -> None:
        """Take one answer, whatever it is of.

        Parameters
        ----------
        name : of the file or address, for the error.

        Raises
        ------
        InputError
            KU235 when it is none that Sotkanet gives.
        """
        if text.lstrip("\ufeff \r\n")[:1] not in ("[", "{"):
            for row in read_values(name, text):
                self.values.setdefault(row[0], []).append(row)
            return
        try:
            told = json.loads(text.lstrip("\ufeff"))
            if isinstance(told, dict):
                self.described[str(told["id"])] = told
            elif told and "category" in told[0]:
                self.regions = told
            else:
                self.listed = [each for each in told if each["title"]["fi"]]
        except (ValueError, KeyError, TypeError):
            raise InputError("KU235", file=name) from None


def address_of(what: str, base: str = ADDRESS) -> str:
    """Return the address of the regions, of the list of indicators, or of one description (``indicators/1086``)."""
    return f"{base}/{what}"


def address_of_values(indicator: str, years: Iterable[int], base: str = ADDRESS, gender: str = "total") -> str:
    """Return the address of the values of one indicator: all regions, some years."""
    asked = [("indicator", indicator), *(("years", year) for year in years), ("genders", gender)]
    return f"{base}/csv?{urlencode(asked)}"


def read_values(name: str, text: str) -> list[list[str]]:
    """Return the rows of an answer, numbers with a decimal point.

    Raises
    ------
    InputError
        KU235 when it is headed otherwise than documented.
    """
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))
    if not rows or tuple(cell.strip() for cell in rows[0]) != HEADER:
        raise InputError("KU235", file=name)
    full = [[cell.strip() for cell in row] for row in rows[1:] if any(row)]
    if any(len(row) != len(HEADER) for row in full):
        raise InputError("KU235", file=name)
    return [[*row[:4], *(cell.replace(",", ".") for cell in row[4:])] for row in full]


@cache
def usual() -> tuple[Usual, ...]:
    """Return the indicators that are asked for when nothing else is."""
    told = tomllib.loads((files("kumppanuus.intake") / "sotkanet.toml").read_text(encoding="utf-8"))
    return tuple(
        Usual(tuple(each["words"]), each.get("number", ""), tuple(each.get("not", ()))) for each in told["indicator"]
    )


def by_title(listed: Sequence[Json], wanted: Usual) -> list[tuple[str, str]]:
    """Return number and title of every listed indicator whose title is the one that is meant."""
    titles = [(str(each["id"]), str(each["title"]["fi"])) for each in listed]
    return sorted((number, title) for number, title in titles if wanted.named(title))


def made_files(answers: Answers, told: str) -> dict[str, str]:
    """Return the files to write, by name: values, regions, descriptions, and where they come from.

    Parameters
    ----------
    told : text of the last one.
    """
    numbers = sorted(answers.values, key=_in_order)
    rows = [row for number in numbers for row in sorted(set(map(tuple, answers.values[number])))]
    regions = sorted((_region(each) for each in answers.regions), key=lambda row: _in_order(row[0]))
    facts = [_facts(answers.described[number]) for number in sorted(answers.described, key=_in_order)]
    return {
        VALUES: _written(HEADER, rows),
        REGIONS: _written(tuple(TABLES["regions"].columns), regions),
        FACTS: _written(tuple(TABLES["indicator_facts"].columns), facts),
        TOLD: told,
    }


def _in_order(number: str) -> tuple[int, str]:
    return (int(number) if number.isdigit() else 0, number)


def _region(told: Json) -> list[str]:
    title, above = told.get("title") or {}, told.get("memberOf") or []
    names = [str(title.get(language) or "") for language in _LANGUAGES]
    return [str(told["id"]), str(told["category"]), *names, " ".join(map(str, above))]


def _facts(told: Json) -> list[str]:
    source = next((each for each in told.get("sources") or [] if each.get("organization")), told)
    organization = (source.get("organization") or {}).get("title")
    texts = [_text(part, language) for part in (told.get("title"), told.get("description"), organization)
             for language in _LANGUAGES]  # fmt: skip
    decimals = told.get("decimals")
    return [str(told["id"]), *texts, "" if decimals is None else str(decimals), str(told.get("data-updated") or "")]


def _text(part: Mapping[str, str] | None, language: str) -> str:
    """Return a text without its marks of paragraphs, on one line."""
    plain = html.unescape(_TAGS.sub(" ", str((part or {}).get(language) or "")))
    return " ".join(plain.split())


def _written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()
