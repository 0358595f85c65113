"""Parts of the study file that stand on their own: texts in three languages, clocks, prices, questionnaires."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")
RespondentGroup = Literal["leader", "worker", "partner", "family", "other"]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=40)]
LEAST_STEPS, MOST_STEPS = 2, 7
"""Answers of a scale that a chart of answers can show."""


class Part(BaseModel):
    """A part of the study: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=False)


class Words(Part):
    """A text in the three languages; Finnish is required, the others fall back to it."""

    fi: str
    sv: str = ""
    en: str = ""

    def of(self, language: Language) -> str:
        """Return the text in `language`, or in Finnish when that one is empty."""
        return str(getattr(self, language)) or self.fi


class Clock(Part):
    """A statutory limit and the time it is in force; rows of a code replace those that come with the program.

    limit, unit : in working days (the day of receipt is not counted), months, or children per responsible worker.
    stops : column of the contacts that stops the clock; none for children.
    kinds : kinds of contacts that start it. sectors : sectors of the services that it concerns, besides contacts that
        name no service. unless : what a contact led to when nothing is due after all.
    valid_from, valid_to : in force from the first day until the day before the second one.
    """

    code: Code
    limit: int = Field(ge=1)
    unit: Literal["working_days", "months", "children"]
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    source: str = ""
    stops: Literal["decided", "assessed"] | None = None
    kinds: tuple[Literal["notification", "application", "contact", "referral", "other"], ...] = ()
    sectors: tuple[Literal["social", "health", "education", "other"], ...] = ()
    unless: tuple[
        Literal["service", "assessment", "redirected", "advice", "no_need", "withdrew", "other"], ...
    ] = ()  # fmt: skip

    @model_validator(mode="after")
    def _complete(self) -> Clock:
        if (self.unit == "children") != (self.stops is None):
            raise ValueError("stops is given for working days and months, and only for them")
        if self.stops is not None and not (self.kinds and self.sectors):
            raise ValueError("kinds and sectors say which contacts start the clock")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must come after valid_from")
        return self


class PriceIndex(Part):
    """An index of prices by study year, to tell growth from rising prices.

    base : the year in whose prices amounts are told. values : label of a study year -> the index; a year that the
        window covers only in part may lack (its amounts are then told in its own prices alone).
    """

    name: Words
    base: str
    values: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(min_length=1)

    @field_validator("base", mode="before")
    @classmethod
    def _year_as_text(cls, base: object) -> object:
        return str(base) if isinstance(base, int) and not isinstance(base, bool) else base


class QuestionTheme(Part):
    """What some questions are about together."""

    code: Code
    name: Words


class Question(Part):
    """A question or statement of a questionnaire.

    reversed : who agrees sees a fault; its answers are turned around in the mean of the theme.
    """

    code: Code
    text: Words
    theme: Code
    reversed: bool = False


class Questionnaire(Part):
    """A questionnaire to the organiser's own people and partners, answered on one scale.

    scale : its lowest and its highest answer. answers : their names, from the lowest; without them five are named from
        "strongly disagree" to "strongly agree", others go by their numbers.
    invited : group of respondents -> how many were asked; groups that are not named have no response rate.
    themes, items : what is asked, in the order in which it is shown.
    """

    code: Code
    name: Words
    scale: tuple[int, int] = (1, 5)
    answers: tuple[Words, ...] = ()
    invited: dict[RespondentGroup, Annotated[int, Field(ge=1)]] = {}
    themes: tuple[QuestionTheme, ...] = Field(min_length=1)
    items: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_answered(self) -> Questionnaire:
        low, high = self.scale
        if not LEAST_STEPS <= high - low + 1 <= MOST_STEPS:
            raise ValueError(f"scale is its lowest and its highest answer, {LEAST_STEPS} to {MOST_STEPS} answers")
        if self.answers and len(self.answers) != high - low + 1:
            raise ValueError("answers names every answer of the scale, from the lowest")
        themes = [theme.code for theme in self.themes]
        _once("themes", themes)
        _once("items", (item.code for item in self.items))
        asked = {item.theme for item in self.items}
        if unknown := sorted(asked - {*themes}):
            raise ValueError(f"items: themes does not name {', '.join(unknown)}")
        if empty := [theme for theme in themes if theme not in asked]:
            raise ValueError(f"themes: no item is about {', '.join(empty)}")
        return self


def answer_names(questionnaires: Iterable[Questionnaire], language: Language) -> dict[str, str]:
    """Return the names of answers by their numbers, where the study names them or the usual five do not fit."""
    found: dict[str, str] = {}
    for each in questionnaires:
        codes = [str(code) for code in range(each.scale[0], each.scale[1] + 1)]
        if each.answers or each.scale != (1, 5):
            named = [words.of(language) for words in each.answers] or codes
            found |= dict(zip(codes, named, strict=True))
    return found


def question_names(questionnaires: Iterable[Questionnaire], language: Language, turned: str) -> dict[str, str]:
    """Return the texts of questions, those of reversed ones with a word behind them."""
    items = {item.code: item for each in questionnaires for item in each.items}
    texts = {code: item.text.of(language) for code, item in items.items()}
    return {code: f"{text} {turned}" if items[code].reversed else text for code, text in texts.items()}


def check_questionnaires(questionnaires: Iterable[Questionnaire]) -> None:
    """Refuse two questionnaires of one code, and a code of a theme or item that means two things.

    Raises
    ------
    ValueError
        With the codes.
    """
    asked = tuple(questionnaires)
    _once("questionnaires", (each.code for each in asked))
    themes = {(theme.code, theme.name.fi) for each in asked for theme in each.themes}
    items = {(item.code, item.text.fi, item.theme) for each in asked for item in each.items}
    _once("questionnaires.themes, with two names", (code for code, _ in themes))
    _once("questionnaires.items, with two texts or themes", (code for code, *_ in items))


def _once(what: str, codes: Iterable[str]) -> None:
    twice = sorted(code for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise ValueError(f"{what}: code given twice: {', '.join(twice)}")
