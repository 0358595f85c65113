"""How well a sample fits each canonical table: which header is which column, and how many points that makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import pandas as pd

from kumppanuus.intake.forms import IDENTITY_CODE, date_form, share_of_form
from kumppanuus.intake.questionnaire import Questions, questions_of
from kumppanuus.intake.sample import Sample
from kumppanuus.intake.vocabulary import EXACT, PART, letters, plain, vocabulary
from kumppanuus.register.tables import TABLES
from kumppanuus.study import WIDE

_REQUIRED_POINTS, _OPTIONAL_POINTS, _NAME_POINTS, _TELLING_POINTS, _MOST_TELLING = 3, 1, 2, 1, 3
_FEWEST_POINTS, _MOST_LACKING, _FEWEST_REQUIRED, _CLOSE = 3, 2, 3, 1
_FACTS = ("identity_code", "birth_date", "sex")
_ANSWERS = ("question", "answer")
_WHO_ANSWERS: Mapping[str, str] = MappingProxyType(dict(zip(WIDE, ("client", "respondent"), strict=True)))
_TOLD_BY_CONTACTS = ("kind", "sender", "decided")
_PAIRS = (("client", "other"), ("identity_code", "other_identity_code"))
_GOOD, _FAIR = 0.95, 0.8
_FEWEST_TEXTS, _MOST_SERVICES = 5, 60
_BRACKETS = r"[(\[].*[)\]]"

Places = dict[str, tuple[int, int]]
_NO_QUESTIONS = Questions(MappingProxyType({}), sure=True)


@dataclass(frozen=True, slots=True)
class Fit:
    """A sample seen as one table.

    places : canonical column → (position, how well it fits: `EXACT`, `PART`, or 0 for values alone).
    lacking : required columns that nothing gives.
    questions : those of a wide questionnaire.
    rival : another table that fits about as well, empty when there is none.
    """

    table: str
    places: Mapping[str, tuple[int, int]]
    lacking: tuple[str, ...]
    questions: Questions
    points: int = 0
    rival: str = ""


def best_fit(sample: Sample, services: frozenset[str] = frozenset()) -> Fit | None:
    """Return the table that a sample fits best, or None when it fits none.

    Parameters
    ----------
    services : names of services that other extracts have, in plain letters.
    """
    codes, is_date = identity_places(sample), _date_test(sample)
    fits = {table: _fit(sample, table, codes, is_date, services) for table in TABLES}
    if _tells_of_persons(fits["clients"], fits["family_links"]):
        del fits["family_links"]
    if set(_TOLD_BY_CONTACTS) & set(fits["contacts"].places):  # its needs are read beside, see `needs_within`
        del fits["needs"]
    first, second = sorted(fits.values(), key=lambda fit: -fit.points)[:2]
    if first.points < _FEWEST_POINTS or len(first.lacking) > _MOST_LACKING:
        return None
    close = second.points > 0 and second.points >= first.points - _CLOSE and not _is_pair(first)
    return replace(first, rival=second.table if close else "")


def fit_as(sample: Sample, table: str, services: frozenset[str] = frozenset()) -> Fit:
    """Return the sample seen as one given table, whatever else it may be."""
    return _fit(sample, table, identity_places(sample), _date_test(sample), services)


def lacking_of(table: str, columns: Mapping[str, object], questions: Mapping[str, str]) -> tuple[str, ...]:
    """Return the required columns that are neither among some columns nor given by the questions."""
    given = {*columns, *(_ANSWERS if questions else ())}
    lacking = tuple(name for name, spec in TABLES[table].columns.items() if spec.required and name not in given)
    if table == "identities" and len(given) < 2:
        return ("client", "other") if "client" not in given else ("other",)
    return lacking


def identity_places(sample: Sample) -> tuple[int, ...]:
    """Positions of the columns whose texts are identity codes by their form."""
    return tuple(
        place
        for place in range(len(sample.names))
        if len(texts := given(sample.cells[place])) >= _FEWEST_TEXTS and share_of_form(texts, IDENTITY_CODE) > _FAIR
    )


def given(texts: pd.Series) -> pd.Series:
    """Return the texts that do not mean "no value"."""
    return texts[(texts != "") & ~texts.str.casefold().isin(vocabulary().missing)]


def without_units(sample: Sample) -> tuple[Sample, bool]:
    """Return the sample without a row of units right under its header, and whether there was one."""
    if not len(sample.cells):
        return sample, False
    texts = sample.cells.iloc[0]
    texts = texts[texts != ""]
    bracketed = texts.str.fullmatch(_BRACKETS)
    named = texts.map(lambda text: (plain(text) or text.casefold()) in vocabulary().units)
    if not len(texts) or not (bracketed | named).all() or (named & texts.str.fullmatch(r"\d+")).any():
        return sample, False
    return replace(sample, cells=sample.cells.iloc[1:].reset_index(drop=True)), True


def file_words(sample: Sample) -> str:
    """Return the names of the file and the sheet in plain letters."""
    return letters(f"{sample.path.stem} {sample.sheet or ''}")


def _date_test(sample: Sample) -> Callable[[int], bool]:
    """Return whether the column at a position holds dates; each column is looked at once."""
    return cache(lambda place: date_form(given(sample.cells[place])).fit > _GOOD)


def _tells_of_persons(clients: Fit, links: Fit) -> bool:
    """Tell whether pairs of child and guardian stand among other facts of the clients."""
    pair = {place for place, _ in links.places.values()}
    facts = {clients.places[name][0] for name in _FACTS if name in clients.places}
    return bool(facts - pair)


def _fit(
    sample: Sample, table: str, codes: Sequence[int], is_date: Callable[[int], bool], services: frozenset[str]
) -> Fit:
    places = _places(sample, table, codes, is_date, services)
    questions = _NO_QUESTIONS
    if _WHO_ANSWERS.get(table) in places and not set(_ANSWERS) <= set(places):
        questions = questions_of(sample, {place for place, _ in places.values()}, _named(sample, table))
        if questions.codes:
            places = {name: place for name, place in places.items() if name not in _ANSWERS}
    lacking = lacking_of(table, places, questions.codes)
    fit = Fit(table, places, lacking, questions)
    return replace(fit, points=_points(sample, fit))


def _places(
    sample: Sample, table: str, codes: Sequence[int], is_date: Callable[[int], bool], services: frozenset[str]
) -> Places:
    places = _header_places(sample, table)
    taken = {place for place, _ in places.values()}
    free = [place for place in codes if place not in taken]
    if table == "clients" and "identity_code" not in places and free:
        places["identity_code"] = (free[0], 0)
    if table != "identities" and "client" in TABLES[table].columns and "client" not in places and codes:
        known, _ = vocabulary().fit("clients", "identity_code", sample.names[codes[0]])
        places["client"] = (codes[0], max(known, PART))  # registers without numbers of their own go by identity code
    _add_dates(sample, table, places, is_date)
    _add_services(sample, table, places, services)
    return {name: places[name] for name in TABLES[table].columns if name in places}


def _header_places(sample: Sample, table: str) -> Places:
    """Give each column its best header, the best pair first."""
    order = list(TABLES[table].columns)
    pairs = sorted(
        (-fit, -rank, place, order.index(column), column)
        for place, name in enumerate(sample.names)
        for (of, column), (fit, rank) in vocabulary().fits(name).items()
        if of == table
    )
    places: Places = {}
    taken: set[int] = set()
    for fit, _, place, _, column in pairs:
        if column not in places and place not in taken:
            places[column] = (place, -fit)
            taken.add(place)
    return places


def _free(sample: Sample, places: Places) -> list[int]:
    taken = {place for place, _ in places.values()}
    return [place for place in range(len(sample.names)) if place not in taken and sample.names[place]]


def _add_dates(sample: Sample, table: str, places: Places, is_date: Callable[[int], bool]) -> None:
    """Take the only date column left for the only required date that has no header."""
    specs = TABLES[table].columns
    lacking = [name for name in lacking_of(table, places, {}) if specs[name].kind == "date"]
    dates = [place for place in _free(sample, places) if is_date(place)] if lacking else []
    if len(lacking) == 1 and len(dates) == 1:
        places[lacking[0]] = (dates[0], 0)


def _add_services(sample: Sample, table: str, places: Places, services: frozenset[str]) -> None:
    """Take the only column whose texts are names of services for the service that has no header."""
    if "service" not in lacking_of(table, places, {}) or table == "services":
        return
    held = [place for place in _free(sample, places) if _holds_services(given(sample.cells[place]), services)]
    if len(held) == 1:
        places["service"] = (held[0], 0)


def _holds_services(texts: pd.Series, services: frozenset[str]) -> bool:
    counts = texts.value_counts()
    if not len(counts) or len(counts) > _MOST_SERVICES or len(texts) < _FEWEST_TEXTS:
        return False
    words = vocabulary()
    hits = [letters(str(text)) in services or words.level(str(text)) is not None for text in counts.index]
    return bool(counts[hits].sum() >= _FAIR * counts.sum())


def _is_pair(fit: Fit) -> bool:
    """Tell whether one person's two numbers, or two codes, stand side by side."""
    return fit.table == "identities" and any(set(pair) <= set(fit.places) for pair in _PAIRS)


def _one_row_a_person(sample: Sample, fit: Fit) -> bool:
    """Tell whether facts of persons stand beside clients who come once each."""
    if fit.table != "clients" or "client" not in fit.places or not set(_FACTS) & set(fit.places):
        return False
    clients = given(sample.cells[fit.places["client"][0]])
    return bool(len(clients)) and clients.nunique() >= _FAIR * len(clients)


def _named(sample: Sample, table: str) -> bool:
    return vocabulary().named(table, file_words(sample))


def _points(sample: Sample, fit: Fit) -> int:
    """Count what speaks for a table; a table of few required columns needs a header or a name that is its own."""
    specs = TABLES[fit.table].columns
    required = [name for name, spec in specs.items() if spec.required]
    telling = sum(
        exact == EXACT and vocabulary().tells(fit.table, sample.names[place]) for place, exact in fit.places.values()
    )
    named = _named(sample, fit.table)
    whole = not fit.lacking and len(required) >= _FEWEST_REQUIRED
    if not (named or telling or whole or _is_pair(fit) or _one_row_a_person(sample, fit)):
        return 0
    guessed = sum(name in required and not exact for name, (_, exact) in fit.places.items())
    guessed += 0 if fit.questions.sure else len(_ANSWERS)
    there = len(required) - len(fit.lacking) - guessed
    optional = len(set(fit.places) - set(required))
    points = _REQUIRED_POINTS * (there - len(fit.lacking)) + _OPTIONAL_POINTS * (optional + guessed)
    return points + _TELLING_POINTS * min(telling, _MOST_TELLING) + _NAME_POINTS * named
