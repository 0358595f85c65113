"""Scenarios: named sets of assumptions, every number with its rationale and its source.

One TOML file a scenario lies beside the study file, in the folder `FOLDER`; its name is the scenario's code.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from kumppanuus.errors import StudyError
from kumppanuus.study_parts import Code, Language, Part, Words

FOLDER = "skenaariot"
"""Beside the study file: one TOML file a scenario."""
SCHEMA = 1
"""The newest form of the files that this program knows."""
MOST_SCENARIOS = 6
TODAY = "today"
"""Code of today's course in the results; no scenario may take it."""
_MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Form of the file → what makes the next form of it."""

Production = Literal["own", "purchased", "voucher", "family"]
Month = Annotated[int, Field(ge=1, le=120)]


def _said(text: str | Words) -> str | Words:
    if not (text if isinstance(text, str) else text.fi).strip():
        raise ValueError("must not be empty")
    return text


Said = Annotated[str | Words, AfterValidator(_said)]
"""A text that has to be there: one for all languages, or one for each."""


def said(text: str | Words, language: Language) -> str:
    """Return a text in a language; one that was given for all languages as it is."""
    return text if isinstance(text, str) else text.of(language)


class Number(Part):
    """A number that somebody assumes.

    value : what is assumed. lower, upper : between which it lies in their judgement; both or neither, which is said
        of numbers that are certain, such as a limit of the law.
    rationale : why this number. source : where it comes from or whose judgement it is.
    """

    value: float = Field(allow_inf_nan=False)
    lower: float | None = Field(default=None, allow_inf_nan=False)
    upper: float | None = Field(default=None, allow_inf_nan=False)
    rationale: Said
    source: Said

    @model_validator(mode="after")
    def _in_order(self) -> Number:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("lower and upper are both given, or neither")
        if not self.least <= self.value <= self.most:
            raise ValueError("lower, value and upper must be in this order")
        return self

    @property
    def least(self) -> float:
        """The lower limit, or the value of a number that is certain."""
        return self.value if self.lower is None else self.lower

    @property
    def most(self) -> float:
        """The upper limit, or the value of a number that is certain."""
        return self.value if self.upper is None else self.upper


def _within(least: float, most: float) -> Callable[[Number], Number]:
    def check(number: Number) -> Number:
        if not least <= number.least <= number.most <= most:
            raise ValueError(f"must lie within {least:g} and {most:g}, limits included")
        return number

    return check


Share = Annotated[Number, AfterValidator(_within(0, 100))]
"""A share in per cent (20 = 20 %)."""
Growth = Annotated[Number, AfterValidator(_within(-90, 400))]
"""A change in per cent (10 = 10 % more, -10 = 10 % less)."""
Amount = Annotated[Number, AfterValidator(_within(0, 1e12))]
"""An amount that is not below 0."""
Months = Annotated[Number, AfterValidator(_within(0, 120))]
Children = Annotated[Number, AfterValidator(_within(1, 1000))]


class PriceAssumption(Part):
    """By how much the unit cost of a service rises a year, from today's; of every way of production, or of one."""

    service: Code
    production: Production | None = None
    percent_a_year: Growth

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return its numbers by identity."""
        yield f"prices/{self.service}/{self.production or 'all'}/percent_a_year", self.percent_a_year


class WageAssumption(Part):
    """By how much wages rise a year, and which share of the cost of the organiser's own services they are."""

    percent_a_year: Growth
    share_percent: Share

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return its numbers by identity."""
        yield "wages/percent_a_year", self.percent_a_year
        yield "wages/share_percent", self.share_percent


class ArrivalAssumption(Part):
    """By how much more or fewer clients start in a service (in every service when none is named) from a month on."""

    service: Code | None = None
    change_percent: Growth
    from_month: Month = 1

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return its numbers by identity."""
        yield f"arrivals/{self.service or 'all'}/change_percent", self.change_percent


class EffectAssumption(Part):
    """A measure that lets fewer clients into a service: somebody's judgement until it has been evaluated.

    service : whose entries it lowers.
    reduction_percent : relative risk reduction: by how much fewer of those whom the measure reaches enter.
    cover_percent : of those who would enter, how many the measure reaches. ramp_months : so many months until it does.
    lag_months : from reaching a family until fewer enter.
    cashable_percent : of the cost of clients who do not enter, how much is not paid any more.
    cost_eur_a_year : what the measure costs. families_a_year : how many families it reaches a year.
    from_month : month in which it begins.
    """

    code: Code
    name: Words
    service: Code
    reduction_percent: Share
    cover_percent: Share
    lag_months: Months
    cashable_percent: Share
    cost_eur_a_year: Amount
    families_a_year: Amount | None = None
    ramp_months: int = Field(default=0, ge=0, le=60)
    from_month: Month = 1

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return its numbers by identity."""
        names = ("reduction_percent", "cover_percent", "lag_months", "cashable_percent", "cost_eur_a_year")
        for name in (*names, *(("families_a_year",) if self.families_a_year is not None else ())):
            yield f"effects/{self.code}/{name}", getattr(self, name)


class ShiftAssumption(Part):
    """Families or euros a year that are helped by another, lighter service, instead of the one they would enter.

    from, to : the services, such as a corrective and a preventive one. name : what it is called, else by its services.
    a_year : families, or euros spent on `to` (``unit``), a year.
    succeeds_percent : for how many of them the lighter service is enough; the others enter `from` all the same.
    lag_months : from the one service until they would have entered the other.
    cashable_percent : of the cost of clients who do not enter, how much is not paid any more.
    """

    name: Words | None = None
    source: Code = Field(alias="from")
    target: Code = Field(alias="to")
    unit: Literal["families", "euros"]
    a_year: Amount
    succeeds_percent: Share
    lag_months: Months
    cashable_percent: Share
    from_month: Month = 1

    @model_validator(mode="after")
    def _between_two(self) -> ShiftAssumption:
        if self.source == self.target:
            raise ValueError("from and to must be two services")
        return self

    @property
    def code(self) -> str:
        """Its identity among the measures of a scenario."""
        return f"{self.source}/{self.target}"

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return its numbers by identity."""
        for name in ("a_year", "succeeds_percent", "lag_months", "cashable_percent"):
            yield f"shifts/{self.code}/{'a_year_' + self.unit if name == 'a_year' else name}", getattr(self, name)


class LawAssumption(Part):
    """A limit of the law that changes: children per responsible worker.

    services : whose clients count as children of a responsible worker, each child in one of them only.
    now, then : the limit now, and from `valid_from` on (until the day before `valid_to`).
    worker_eur_a_year : what a worker costs a year.
    """

    parameter: Literal["children_per_worker"]
    services: tuple[Code, ...] = Field(min_length=1)
    now: Children
    then: Children
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    worker_eur_a_year: Amount

    @model_validator(mode="after")
    def _in_order(self) -> LawAssumption:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must come after valid_from")
        return self

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return its numbers by identity."""
        for name in ("now", "then", "worker_eur_a_year"):
            yield f"law/{self.parameter}/{self.valid_from.isoformat()}/{name}", getattr(self, name)


class Scenario(Part):
    """A named set of assumptions, beside today's course; what it does not name stays as it is.

    schema : form of the file. code : the name of its file without ``.toml``.
    horizon_months : how far ahead it looks. discount_percent : interest a year at which later money is worth less.
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    code: Code
    name: Words
    description: Words | None = None
    horizon_months: int = Field(default=36, ge=6, le=120)
    discount_percent: Annotated[Number, AfterValidator(_within(0, 30))] | None = None
    prices: tuple[PriceAssumption, ...] = ()
    wages: WageAssumption | None = None
    arrivals: tuple[ArrivalAssumption, ...] = ()
    effects: tuple[EffectAssumption, ...] = ()
    shifts: tuple[ShiftAssumption, ...] = ()
    law: tuple[LawAssumption, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Scenario:
        if self.code == TODAY:
            raise ValueError(f"code: {TODAY} is today's course")
        if twice := sorted(each for each, n in Counter(key for key, _ in self.numbers()).items() if n > 1):
            raise ValueError(f"assumed twice: {', '.join(twice)}")
        return self

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Return every number it assumes by its identity, which is the same in every scenario."""
        if self.discount_percent is not None:
            yield "discount_percent", self.discount_percent
        wages = (self.wages,) if self.wages is not None else ()
        for part in (*self.prices, *wages, *self.arrivals, *self.effects, *self.shifts, *self.law):
            yield from part.numbers()

    def services(self) -> Iterator[tuple[str, str]]:
        """Return every service that it names, behind the key that names it."""
        for name, parts, keys in (
            ("prices", self.prices, ("service",)), ("arrivals", self.arrivals, ("service",)),
            ("effects", self.effects, ("service",)), ("shifts", self.shifts, ("source", "target")),
        ):  # fmt: skip
            for place, part in enumerate(parts, 1):
                for key in keys:
                    if (code := getattr(part, key)) is not None:
                        yield f"{name}.[{place}].{_KEYS.get(key, key)}", code
        for place, law in enumerate(self.law, 1):
            yield from ((f"law.[{place}].services", code) for code in law.services)


_KEYS = {"source": "from", "target": "to"}
PARTS: tuple[type[Part], ...] = (
    Scenario, PriceAssumption, WageAssumption, ArrivalAssumption, EffectAssumption, ShiftAssumption, LawAssumption,
    Number,
)  # fmt: skip
"""Every part of a scenario's file, whose keys a wrong one may be near to."""


def scenario_settings(settings: Mapping[str, Any], file: str, stem: str) -> dict[str, Any]:
    """Return the settings of a scenario's file in the newest form, with its code.

    Parameters
    ----------
    settings : what the file holds. file : its name for messages. stem : its name without the ending: the code.

    Raises
    ------
    StudyError
        KU970 the file is of a later form than this program knows; KU971 it has another code than its name.
    """
    form = settings.get("schema", SCHEMA)
    if isinstance(form, int) and form > SCHEMA:
        raise StudyError("KU970", file=file, schema=form, known=SCHEMA)
    if settings.get("code", stem) != stem:
        raise StudyError("KU971", file=file, given=str(settings["code"]), name=stem)
    return migrated({**settings, "code": stem})


def migrated(
    settings: Mapping[str, Any], steps: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = _MIGRATIONS,
    newest: int = SCHEMA,
) -> dict[str, Any]:  # fmt: skip
    """Return settings in the newest form: each step makes the next form of the one before.

    Parameters
    ----------
    steps : form → what makes the next form of it; a form that no step begins with stays, and is refused when read.
    """
    made = dict(settings)
    form = made.get("schema", newest)
    while isinstance(form, int) and form < newest and form in steps:
        made = steps[form](made)
        form += 1
        made["schema"] = form
    return made


def check_scenarios(scenarios: Iterable[Scenario], services: Iterable[str]) -> None:
    """Refuse more scenarios than can be told apart, and services that the study does not have.

    Parameters
    ----------
    services : codes of the study's services; empty when they are not known yet.

    Raises
    ------
    ValueError
        With the scenario and the key.
    """
    known, every = {*services}, tuple(scenarios)
    if len(every) > MOST_SCENARIOS:
        raise ValueError(f"scenarios: at most {MOST_SCENARIOS}")
    for scenario in every:
        unknown = [f"{key}: services does not name {code}" for key, code in scenario.services() if code not in known]
        if known and unknown:
            raise ValueError(f"{FOLDER}/{scenario.code}.toml: {'; '.join(unknown)}")
