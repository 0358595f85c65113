"""What a sample holds: its canonical table and columns, guessed from headers first and from values second."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from kumppanuus.intake.fitting import Fit, best_fit, fit_as, identity_places, lacking_of, without_units
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
from kumppanuus.intake.vocabulary import EXACT, vocabulary
from kumppanuus.register.tables import TABLES

Certainty = Literal["sure", "likely", "guess"]
Why = Literal["header", "values", "both", "told"]
CERTAINTIES: tuple[Certainty, ...] = ("sure", "likely", "guess")
"""From the surest to the least sure."""

_PERSONAL = ("identity_code", "birth_date", "sex", "family")
_GOOD, _FAIR = 0.95, 0.8
_NUMBERS = ("money", "integer", "decimal")
_FIRST_YEARS = r"(19|20)\d\d([.,]0+)?"
_TOLD = -1
"""In place of how well a header fits: the user has said that this is the column."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A canonical column and the header that seems to be it.

    why : ``header``, ``values``, ``both``, or ``told`` by the user.
    """

    header: str
    place: int
    certainty: Certainty
    why: Why


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sample and what it seems to be.

    lacking : required columns that nothing gives.
    questions : of a wide questionnaire: header → code of the question.
    missing : texts of the sample that seem to mean "no value", beside the empty one.
    decimal : None when the numbers do not tell.
    units : a row of units stands under the header.
    rival : another table that fits about as well, empty when there is none.
    by_identity_code : the clients go by identity code.
    doubt : how sure the questions, or a constant in place of a column, are.
    accepted : the user has said that its temporary identity codes are all right.
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
    questions: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    units: bool = False
    rival: str = ""
    by_identity_code: bool = False
    doubt: Certainty = "sure"
    accepted: bool = False

    @property
    def certainty(self) -> Certainty:
        """As sure as the least sure of its required columns, and no more than likely when two tables fit."""
        if self.lacking:
            return "guess"
        specs = TABLES[self.table].columns
        needed = [guess.certainty for name, guess in self.columns.items() if specs[name].required]
        between: Certainty = "likely" if self.rival else "sure"
        return max([*needed, self.doubt, between], key=CERTAINTIES.index)

    @property
    def unread(self) -> tuple[str, ...]:
        """Headers of the columns that no guess uses."""
        used = {guess.place for guess in self.columns.values()}
        unused = (name for place, name in enumerate(self.sample.names) if name and place not in used)
        return tuple(name for name in unused if name not in self.questions)

    def with_column(self, column: str, header: str | None) -> Recognised:
        """Return the same with a column that the user has pointed at, or said not to be there."""
        places = {name: (guess.place, _fit_of(guess)) for name, guess in self.columns.items() if name != column}
        if header is not None:
            names = [plain_header(name) for name in self.sample.names]
            place = names.index(plain_header(header))
            places = {name: each for name, each in places.items() if each[0] != place}
            places[column] = (place, _TOLD)
        in_order = {name: places[name] for name in TABLES[self.table].columns if name in places}
        changed = _read_as(self.sample, self.table, in_order, self.questions)
        lacking = tuple(name for name in changed.lacking if name not in self.constants)
        return replace(changed, lacking=lacking, constants=self.constants, units=self.units, doubt=self.doubt)

    def with_constant(self, column: str, text: str, certainty: Certainty) -> Recognised:
        """Return the same with one text for all rows in place of a column."""
        constants = {**self.constants, column: text}
        lacking = tuple(name for name in self.lacking if name not in constants)
        doubt = max(self.doubt, certainty, key=CERTAINTIES.index)
        return replace(self, constants=constants, lacking=lacking, doubt=doubt)


def recognise(sample: Sample, services: frozenset[str] = frozenset()) -> Recognised | None:
    """Return what a sample seems to be, or None when it fits no canonical table.

    Parameters
    ----------
    services : names of services that other extracts have, in plain letters.
    """
    bare, units = without_units(sample)
    fit = best_fit(bare, services)
    return None if fit is None else _described(bare, fit, units)


def recognise_as(sample: Sample, table: str, services: frozenset[str] = frozenset()) -> Recognised:
    """Return the sample read as one given table, whatever else it may be."""
    bare, units = without_units(sample)
    return _described(bare, fit_as(bare, table, services), units)


def personal(found: Recognised) -> bool:
    """Tell whether something in the columns tells of clients as persons or families."""
    return any(name in found.columns for name in _PERSONAL)


def about_persons(found: Recognised) -> Recognised:
    """Return clients read out of another register with what one person can have only one of."""
    kept = {name: guess for name, guess in found.columns.items() if name in ("client", *_PERSONAL)}
    return replace(found, columns=kept, rows=found.rows[list(kept)], rival="")


def _fit_of(guess: Guess) -> int:
    if guess.why == "told":
        return _TOLD
    return 0 if guess.why == "values" else (EXACT if guess.certainty == "sure" else EXACT - 1)


def _described(sample: Sample, fit: Fit, units: bool) -> Recognised:
    doubt: Certainty = "sure" if fit.questions.sure else "likely"
    read = _read_as(sample, fit.table, fit.places, fit.questions.codes)
    return replace(read, units=units, rival=fit.rival, doubt=doubt)


def _read_as(
    sample: Sample, table: str, places: Mapping[str, tuple[int, int]], questions: Mapping[str, str]
) -> Recognised:
    cells = pd.DataFrame({name: sample.cells[place] for name, (place, _) in places.items()}, dtype=object)
    marked = cells.apply(lambda texts: texts.str.casefold().isin(vocabulary().missing)) if len(cells) else cells == ""
    kinds = {name: TABLES[table].columns[name].kind for name in places}
    rows = _without_totals(cells.mask(marked | (cells == "")))
    dates = date_form(_together(rows, [name for name, kind in kinds.items() if kind == "date"]))
    return Recognised(
        sample=sample,
        table=table,
        columns={name: _guess(sample, table, name, *places[name], rows[name], dates) for name in places},
        lacking=lacking_of(table, places, questions),
        missing=_missing(sample, cells, marked, questions),
        dates=dates,
        decimal=_decimal(sample, table, rows, [name for name, kind in kinds.items() if kind in _NUMBERS], questions),
        temporary=any(temporary_codes(rows[name]) for name in ("identity_code", "client") if name in places),
        rows=rows,
        questions=questions,
        by_identity_code="client" in places and places["client"][0] in identity_places(sample),
    )


def _missing(
    sample: Sample, cells: pd.DataFrame, marked: pd.DataFrame, questions: Mapping[str, str]
) -> tuple[str, ...]:
    found = set(cells.where(marked).stack())
    for header in questions:
        answers = sample.cells[sample.names.index(header)]
        found |= set(answers[answers.str.casefold().isin(vocabulary().missing)])
    return tuple(sorted(found))


def _decimal(
    sample: Sample, table: str, rows: pd.DataFrame, numbers: Sequence[str], questions: Mapping[str, str]
) -> str | None:
    answers = [sample.cells[sample.names.index(header)] for header in questions]
    texts = pd.concat([_together(rows, numbers), *answers], ignore_index=True)
    sign = decimal_sign(texts)
    if sign is None and table == "indicators" and any("." in name for name in sample.names):
        return "."  # Sotkanet's own way of writing headers and numbers
    if sign is None and len(texts) and not texts.dropna().str.contains("[.,]").any():
        return ","  # whole numbers: either sign reads them
    return sign


def _guess(sample: Sample, table: str, column: str, place: int, fit: int, texts: pd.Series, dates: DateForm) -> Guess:
    kind = TABLES[table].columns[column].kind
    share = _share_that_fits(table, column, texts.dropna(), dates)
    names = [plain_header(name) for name in sample.names]
    twice = names.count(names[place]) > 1
    if fit == _TOLD:
        return Guess(sample.names[place], place, "sure", "told")
    if not fit:
        return Guess(sample.names[place], place, "likely" if kind in ("identity_code", "code") else "guess", "values")
    sure: Certainty = "sure" if fit == EXACT and (share is None or share >= _GOOD) else "likely"
    certainty: Certainty = "guess" if twice or (share is not None and share < _FAIR) else sure
    return Guess(sample.names[place], place, certainty, "header" if share is None else "both")


def _share_that_fits(table: str, column: str, texts: pd.Series, dates: DateForm) -> float | None:
    """Return the share of texts that are what the column should hold, or None when any text would do."""
    kind = TABLES[table].columns[column].kind
    if not len(texts):
        return None
    if kind == "date":
        from_dates = date_form(texts)
        return from_dates.fit if from_dates.date_format == dates.date_format else 0.0
    if kind in _NUMBERS:
        return share_of_form(texts, _FIRST_YEARS if column == "year" else NUMBER)
    if kind == "identity_code":
        return share_of_form(texts, IDENTITY_CODE)
    if kind == "id" and column != "worker":  # workers may go by name; nobody else does
        return float(texts.str.contains(r"\d").mean())
    codes = vocabulary().closed(table, column)
    return None if codes is None else float(texts.str.casefold().isin(codes).mean())


def _together(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    parts = [rows[name].dropna() for name in columns]
    return pd.concat(parts, ignore_index=True) if parts else pd.Series(dtype=object)


def _without_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows that sum up others: a word for "total" as the client, or anywhere when there is no client."""
    words = rows.drop(columns=[name for name in ("gender",) if name in rows])  # "total" is a gender in Sotkanet
    pattern = rf"(?i:{'|'.join(map(re.escape, vocabulary().totals))})\b.*"
    total = words.apply(lambda texts: texts.str.fullmatch(pattern).eq(True)) if len(words) else words.notna()
    client = rows.get("client", pd.Series(None, index=rows.index, dtype=object))
    summed = total.any(axis=1) & (client.isna() | total.get("client", client.isna()))
    return rows[~summed]
