"""Wide questionnaires: which columns of a sample are questions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from kumppanuus.intake.sample import Sample
from kumppanuus.intake.slugs import unused_code
from kumppanuus.intake.vocabulary import plain, vocabulary

_ON_A_SCALE = r"(10|\d)([.,][05]0?)?"
_GOOD, _FEWEST_QUESTIONS, _FEWEST_ANSWERS, _MOST_VALUES = 0.95, 2, 3, 21
_QUESTION = r"\?|^(k|q|f|v|kysymys|fråga|question|väittämä|item) ?\d+\b|\w+ \w+ \w+"
_COUNTED = frozenset({"n", "no", "nro", "nr", "id", "rivi", "rad", "row", "ikä", "ålder", "age", "vuosi", "år", "year"})


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions of a wide questionnaire.

    codes : header → code of the question.
    sure : the file is called a questionnaire, or its headers read like questions.
    """

    codes: Mapping[str, str]
    sure: bool


def questions_of(sample: Sample, taken: Collection[int], named: bool) -> Questions:
    """Return the columns of small numbers on a scale; none unless there are two of them.

    Parameters
    ----------
    taken : positions of the columns that are something else.
    named : the file is called a questionnaire.
    """
    names = [plain(name) for name in sample.names]
    places = [
        place
        for place, name in enumerate(names)
        if place not in taken
        and name
        and names.count(name) == 1
        and name not in _COUNTED
        and _is_scale(sample.cells[place])
    ]
    if len(places) < _FEWEST_QUESTIONS:
        return Questions({}, sure=True)
    asked = sum(bool(re.search(_QUESTION, names[place])) or "?" in sample.names[place] for place in places)
    codes: dict[str, str] = {}
    for place in places:
        header = sample.names[place]
        codes[header] = unused_code(header if header.isalnum() else names[place], set(codes.values()))
    return Questions(codes, sure=named or 2 * asked > len(places))


def _is_scale(texts: pd.Series) -> bool:
    given = texts[(texts != "") & ~texts.str.casefold().isin(vocabulary().missing)]
    if len(given) < _FEWEST_ANSWERS or given.nunique() > _MOST_VALUES:
        return False
    return bool(given.str.fullmatch(_ON_A_SCALE).mean() >= _GOOD)
