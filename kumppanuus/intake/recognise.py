"""What a sample holds: its canonical table and columns, guessed from headers first and from values second."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pandas as pd

from kumppanuus.intake.forms import (
    IDENTITY_CODE,
    NUMBER,
    DateForm,
    date_form,
    decimal_sign,
    share_of_form,
    temporary_codes,
)
from kumppanuus.intake.header import plain_header
from kumppanuus.intake.sample import Sample
from kumppanuus.intake.vocabulary import EXACT, PART, plain, vocabulary
from kumppanuus.register.tables import TABLES

Certainty = Literal["sure", "likely", "guess"]
CERTAINTIES: tuple[Certainty, ...] = ("sure", "likely", "guess")
"""From the surest to the least sure."""

_REQUIRED_POINTS, _OPTIONAL_POINTS, _NAME_POINTS, _FEWEST_POINTS, _MOST_LACKING = 3, 1, 2, 3, 2
_PERSONAL = ("identity_code", "birth_date", "sex", "family")
_GOOD, _FAIR = 0.95, 0.8
_FEWEST_TEXTS = 5
_NUMBERS = ("money", "integer", "decimal")


@dataclass(frozen=True, slots=True)
class Guess:
    """A canonical column and the header that seems to be it.

    why : ``header``, ``values`` or ``both``.
    """

    header: str
    place: int
    certainty: Certainty
    why: Literal["header", "values", "both"]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sample and what it seems to be.

    lacking : required columns for which no header was found.
    missing : texts of the sample that seem to mean "no value", beside the empty one.
    decimal : None when the numbers do not tell.
    rows : canonical column → text without missing ones and totals rows; never leaves intake.
    """

    sample: Sample
    table: str
    columns: Mapping[str, Guess]
    lacking: tuple[str, ...]
    missing: tuple[str, ...]
    dates: DateForm
    decimal: str | None
    temporary: bool
    rows: pd.DataFrame

    @property
    def certainty(self) -> Certainty:
        """As sure as the least sure of its required columns."""
        needed = [guess.certainty for name, guess in self.columns.items() if TABLES[self.table].columns[name].required]
        return "guess" if self.lacking else max(needed, key=CERTAINTIES.index, default="likely")

    @property
    def unread(self) -> tuple[str, ...]:
        """Headers of the columns that no guess uses."""
        used = {guess.place for guess in self.columns.values()}
        return tuple(name for place, name in enumerate(self.sample.names) if name and place not in used)


def recognise(sample: Sample) -> Recognised | None:
    """Return what a sample seems to be, or None when it fits no canonical table."""
    codes = _identity_places(sample)
    is_date = _date_test(sample)
    fits = {table: _places(sample, table, codes, is_date) for table in TABLES}
    points = {table: _points(sample, table, tuple(places)) for table, places in fits.items()}
    table = max(points, key=lambda name: points[name])
    if points[table] < _FEWEST_POINTS or len(_lacking(table, fits[table])) > _MOST_LACKING:
        return None
    return _described(sample, table, fits[table])


def recognise_as(sample: Sample, table: str) -> Recognised:
    """Return the sample read as one given table, whatever else it may be."""
    return _described(sample, table, _places(sample, table, _identity_places(sample), _date_test(sample)))


def personal(found: Recognised) -> bool:
    """Tell whether something in the columns tells of clients as persons or families."""
    return any(name in found.columns for name in _PERSONAL)


def _identity_places(sample: Sample) -> tuple[int, ...]:
    """Positions of the columns whose texts are identity codes by their form."""
    return tuple(
        place
        for place in range(len(sample.names))
        if len(texts := _given(sample.cells[place])) >= _FEWEST_TEXTS and share_of_form(texts, IDENTITY_CODE) > _FAIR
    )


def _date_test(sample: Sample) -> Callable[[int], bool]:
    """Return whether the column at a position holds dates; each column is looked at once."""
    return cache(lambda place: date_form(_given(sample.cells[place])).fit > _GOOD)


def _places(
    sample: Sample, table: str, codes: Sequence[int], is_date: Callable[[int], bool]
) -> dict[str, tuple[int, int]]:
    """Return canonical column → (position, how well it fits: `EXACT`, `PART`, or 0 for values alone)."""
    places = _header_places(sample, table)
    taken = {place for place, _ in places.values()}
    free = [place for place in codes if place not in taken]
    if table == "clients" and "identity_code" not in places and free:
        places["identity_code"] = (free[0], 0)
    if "client" in TABLES[table].columns and "client" not in places and codes:
        places["client"] = (codes[0], PART)  # registers without numbers of their own go by identity code
    _add_dates(sample, table, places, is_date)
    return {name: places[name] for name in TABLES[table].columns if name in places}


def _header_places(sample: Sample, table: str) -> dict[str, tuple[int, int]]:
    """Give each column its best header, the best pair first."""
    words = vocabulary()
    pairs = sorted(
        (-fit, -rank, place, order, column)
        for order, column in enumerate(TABLES[table].columns)
        for place, name in enumerate(sample.names)
        for fit, rank in [words.fit(table, column, name)]
        if fit
    )
    places: dict[str, tuple[int, int]] = {}
    taken: set[int] = set()
    for fit, _, place, _, column in pairs:
        if column not in places and place not in taken:
            places[column] = (place, -fit)
            taken.add(place)
    return places


def _add_dates(sample: Sample, table: str, places: dict[str, tuple[int, int]], is_date: Callable[[int], bool]) -> None:
    """Take the only date column left for the only required date that has no header."""
    specs = TABLES[table].columns
    lacking = [name for name in _lacking(table, places) if specs[name].kind == "date"]
    taken = {place for place, _ in places.values()}
    free = [place for place in range(len(sample.names)) if place not in taken and sample.names[place]]
    dates = [place for place in free if is_date(place)] if lacking else []
    if len(lacking) == 1 and len(dates) == 1:
        places[lacking[0]] = (dates[0], 0)


def _lacking(table: str, columns: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name, spec in TABLES[table].columns.items() if spec.required and name not in columns)


def _points(sample: Sample, table: str, columns: Sequence[str]) -> int:
    specs = TABLES[table].columns
    required = sum(specs[name].required for name in columns)
    named = any(word in _file_words(sample) for word in vocabulary().file_names.get(table, ()))
    if table == "clients" and not (named or set(_PERSONAL) & set(columns)):
        return 0
    lacking = sum(spec.required for spec in specs.values()) - required
    points = _REQUIRED_POINTS * (required - lacking) + _OPTIONAL_POINTS * (len(columns) - required)
    return points + _NAME_POINTS * named


def _file_words(sample: Sample) -> str:
    return plain(f"{sample.path.stem} {sample.sheet or ''}")


def _given(texts: pd.Series) -> pd.Series:
    return texts[(texts != "") & ~texts.str.casefold().isin(vocabulary().missing)]


def _described(sample: Sample, table: str, places: Mapping[str, tuple[int, int]]) -> Recognised:
    cells = pd.DataFrame({name: sample.cells[place] for name, (place, _) in places.items()}, dtype=object)
    marked = cells.apply(lambda texts: texts.str.casefold().isin(vocabulary().missing)) if len(cells) else cells == ""
    missing = tuple(sorted(set(cells.where(marked).stack())))
    rows = _without_totals(cells.mask(marked | (cells == "")))
    kinds = {name: TABLES[table].columns[name].kind for name in places}
    dates = date_form(_together(rows, [name for name, kind in kinds.items() if kind == "date"]))
    numbers = _together(rows, [name for name, kind in kinds.items() if kind in _NUMBERS])
    return Recognised(
        sample=sample,
        table=table,
        columns={name: _guess(sample, name, *places[name], rows[name], dates, kinds[name]) for name in places},
        lacking=_lacking(table, places),
        missing=missing,
        dates=dates,
        decimal=decimal_sign(numbers),
        temporary="identity_code" in places and temporary_codes(rows["identity_code"]),
        rows=rows,
    )


def _guess(sample: Sample, column: str, place: int, fit: int, texts: pd.Series, dates: DateForm, kind: str) -> Guess:
    share = _share_that_fits(column, texts.dropna(), dates, kind)
    names = [plain_header(name) for name in sample.names]
    twice = names.count(names[place]) > 1
    if not fit:
        return Guess(sample.names[place], place, "likely" if kind == "identity_code" else "guess", "values")
    sure: Certainty = "sure" if fit == EXACT and (share is None or share >= _GOOD) else "likely"
    certainty: Certainty = "guess" if twice or (share is not None and share < _FAIR) else sure
    return Guess(sample.names[place], place, certainty, "header" if share is None else "both")


def _share_that_fits(column: str, texts: pd.Series, dates: DateForm, kind: str) -> float | None:
    """Return the share of texts that are what the column should hold, or None when any text would do."""
    if not len(texts):
        return None
    if kind == "date":
        from_dates = date_form(texts)
        return from_dates.fit if from_dates.date_format == dates.date_format else 0.0
    if kind in _NUMBERS:
        return share_of_form(texts, NUMBER)
    if kind == "identity_code":
        return share_of_form(texts, IDENTITY_CODE)
    codes = vocabulary().codes.get(column)
    return None if codes is None else float(texts.str.casefold().isin(codes).mean())


def _together(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    parts = [rows[name].dropna() for name in columns]
    return pd.concat(parts, ignore_index=True) if parts else pd.Series(dtype=object)


def _without_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows that sum up others: a word for "total" as the client, or anywhere when there is no client."""
    pattern = rf"(?i:{'|'.join(map(re.escape, vocabulary().totals))})\b.*"
    total = rows.apply(lambda texts: texts.str.fullmatch(pattern).eq(True)) if len(rows) else rows.notna()
    client = rows.get("client", pd.Series(None, index=rows.index, dtype=object))
    summed = total.any(axis=1) & (client.isna() | total.get("client", client.isna()))
    return rows[~summed]
