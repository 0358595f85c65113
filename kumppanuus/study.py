"""kumppanuus.toml: what is asked, of which extracts. The one place for every default.

Everything is frozen and nothing unknown is accepted: a misspelt key is refused with the nearest right one.
"""

from __future__ import annotations

import datetime
import difflib
import itertools
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from kumppanuus.errors import StudyError
from kumppanuus.study_parts import LANGUAGES as LANGUAGES
from kumppanuus.study_parts import Clock as Clock
from kumppanuus.study_parts import Code, Part, Question, QuestionTheme, check_questionnaires
from kumppanuus.study_parts import Language as Language
from kumppanuus.study_parts import PriceIndex as PriceIndex
from kumppanuus.study_parts import Questionnaire as Questionnaire
from kumppanuus.study_parts import Words as Words
from kumppanuus.study_peers import PeerIndicator, PeerRegion
from kumppanuus.study_peers import Peers as Peers

Level = Literal["universal", "early", "special", "corrective"]
Production = Literal["own", "purchased", "voucher", "family"]
EndCause = Literal["planned", "escalated", "dropped", "moved", "adult", "other", "by_next"]
TableName = Literal[
    "clients", "identities", "family_links", "relationships", "contacts", "visits", "costs", "capacity", "answers",
    "survey", "needs", "goals", "population", "indicators", "regions", "indicator_facts",
    "services",
]  # fmt: skip
WIDE: tuple[TableName, ...] = ("answers", "survey")
"""Questionnaires: tables that a wide file can give, one row a respondent and one column a question."""
STUDY_FILE = "kumppanuus.toml"
_LEAST = {"greater_than_equal": "≥", "literal_error": "="}


class About(Part):
    """Who asks and what the report is called: one title for every language, or one for each."""

    organiser: str
    title: str | Words = ""
    synthetic: bool = False
    language: Language = "fi"
    notes: Words | None = None

    def title_in(self, language: Language) -> str:
        """Return the title in a language; empty for the usual one."""
        return self.title if isinstance(self.title, str) else self.title.of(language)


class Window(Part):
    """What time the extracts cover: from the first to the last day, both included."""

    first: datetime.date = Field(alias="from")
    last: datetime.date = Field(alias="to")
    year_starts: str = Field(default="01-01", pattern=r"^\d\d-\d\d$")

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        datetime.date.fromisoformat("2001-" + self.year_starts)
        if self.last <= self.first:
            raise ValueError("window.to must come after window.from")
        return self

    @property
    def end(self) -> datetime.date:
        """First day after the window (periods are half-open)."""
        return self.last + datetime.timedelta(days=1)


class Spells(Part):
    """How relationships are joined to spells."""

    tolerance_days: int = Field(default=0, ge=0, le=366)


class Families(Part):
    """How families are formed of child-guardian pairs, and when a pair is no family tie.

    largest : a family of more people than this is not believed; its members keep the family they were given.
    most_children : a guardian of more children than this is a worker or an institution; her pairs are not used.
    """

    largest: int = Field(default=40, ge=2)
    most_children: int = Field(default=12, ge=1)


class Check(Part):
    """What of the findings is judged right, and how much may be put aside before a run stops.

    accept : code of a finding -> the reason why it is right; the report prints the reason.
    quarantine_percent, quarantine_rows : a run stops when of one file more than both are put aside.
    """

    accept: dict[Annotated[str, Field(pattern=r"^KU\d{3}$")], Annotated[str, Field(min_length=1)]] = Field(default={})
    quarantine_percent: float = Field(default=2.0, ge=0, le=100)
    quarantine_rows: int = Field(default=20, ge=0)


class Source(Part):
    """Files of one register, or one query of a database, and how to read them.

    files_are : what several files are to each other: ``parts`` of one extract, yearly ``snapshots``, ``full``
        re-extracts (what the newest lacks was removed), or ``corrections`` (what a later file has wins).
    order : which file is the later one: by ``name`` (2 before 10) or as ``listed`` in `files`.
    constants : canonical column -> the text that every row has.
    questions : of a wide questionnaire: header -> code of the question.
    other_domain : of the table identities: the domain of the column ``other``.
    extracted : the day on which the extract was made; what it tells of later days is a fault.
    """

    table: TableName
    files: tuple[str, ...] = ()
    folder: str = "."
    format: Literal["auto", "csv", "xlsx", "ods", "parquet"] = "auto"
    database: str = ""
    query: str = ""
    encoding: Literal["auto", "utf-8", "windows-1252", "iso-8859-15", "utf-16"] = "auto"
    delimiter: Literal["auto", ";", ",", "\t", "|"] = "auto"
    decimal: Literal[",", "."] = ","
    date_format: str = "dd.mm.yyyy"
    end_is: Literal["last_day", "first_day_after"] = "last_day"
    files_are: Literal["parts", "snapshots", "full", "corrections"] = "parts"
    order: Literal["name", "listed"] = "name"
    missing: tuple[str, ...] = ("",)
    header_row: int = Field(default=1, ge=1, le=200)
    extracted: datetime.date | None = None
    sheet: str | None = None
    id_domain: Code = "client"
    other_domain: Code = "client"
    temporary_identity_codes: bool = False
    columns: dict[str, str] = Field(min_length=1)
    constants: dict[str, str] = Field(default={})
    questions: dict[str, Code] = Field(default={})
    values: dict[str, dict[str, str]] = Field(default={})

    @model_validator(mode="after")
    def _reads_something(self) -> Source:
        if bool(self.files) == bool(self.database):
            raise ValueError("a source has either files or a database")
        if bool(self.database) != bool(self.query):
            raise ValueError("database and query belong together")
        both = sorted(set(self.columns) & set(self.constants))
        if both:
            raise ValueError(f"columns and constants both give {', '.join(both)}")
        if self.questions and self.table not in WIDE:
            raise ValueError(f"questions belong to the tables {' and '.join(WIDE)}")
        return self

    @model_validator(mode="after")
    def _date_format_is_known(self) -> Source:
        if not re.fullmatch(r"(dd|mm|yyyy)([./-])(dd|mm)\2(dd|mm|yyyy)|yyyymmdd", self.date_format):
            raise ValueError('date_format is written with dd, mm and yyyy, such as "dd.mm.yyyy" or "yyyy-mm-dd"')
        return self


class Area(Part):
    """An area of the organiser."""

    code: Code
    name: Words


class Need(Part):
    """A need or reason for support that is recorded at a contact or an assessment."""

    code: Code
    name: Words


class Service(Part):
    """A service of the catalogue: its names, level, sector, usual way of production and unit cost.

    child_welfare : its clients count as children of a responsible social worker (the limit of the law).
    """

    code: Code
    name: Words
    level: Level
    sector: Literal["social", "health", "education", "other"] = "social"
    production: Production = "own"
    unit: Literal["day", "visit"] = "day"
    unit_cost_eur: float | None = Field(default=None, ge=0)
    unit_costs_eur: dict[Production, float] = Field(default={})
    unit_cost_includes: Words | None = None
    child_welfare: bool = False

    def cost_of_unit(self, production: str) -> float | None:
        """Return the cost of one day or visit in euros when `production` provides it, or None when not given."""
        costs: dict[str, float] = dict(self.unit_costs_eur.items())
        return costs.get(production, self.unit_cost_eur)


class Disclosure(Part):
    """Thresholds of the gate. They may be tightened, never loosened."""

    k: int = Field(default=5, ge=5)
    f: int = Field(default=3, ge=3)
    base: Literal[6] = 6
    n_min: int = Field(default=20, ge=20)


class Outputs(Part):
    """Where results go, and where the study's private state (register, key, quarantine) is kept.

    internal : for exact runs of the organiser's own staff (``run --internal``); never in or around the others.
    """

    folder: str = "runs"
    internal: str = "internal"
    state: str = ".kumppanuus"


class Study(Part):
    """The whole study file.

    `root` is the folder of the file; relative paths start there. `end_causes`: reason for ending -> what kind of end
    it is; ``by_next``: told by what follows. Reasons that are not named are ``other``.
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    about: About = Field(alias="study")
    window: Window
    spells: Spells = Spells()
    families: Families = Families()
    check: Check = Check()
    sources: tuple[Source, ...] = Field(min_length=1)
    areas: tuple[Area, ...] = ()
    services: tuple[Service, ...] = ()
    needs: tuple[Need, ...] = ()
    clocks: tuple[Clock, ...] = ()
    end_causes: dict[str, EndCause] = Field(default={})
    price_index: PriceIndex | None = None
    questionnaires: tuple[Questionnaire, ...] = ()
    peers: Peers = Peers()
    disclosure: Disclosure = Disclosure()
    outputs: Outputs = Outputs()
    analyses: dict[str, dict[str, Any]] = Field(default={})
    root: Path = Field(default=Path("."), exclude=True)

    @model_validator(mode="after")
    def _codes_once(self) -> Study:
        lists = {
            "services": [each.code for each in self.services],
            "areas": [each.code for each in self.areas],
            "needs": [each.code for each in self.needs],
        }
        for what, codes in lists.items():
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise ValueError(f"{what}: code given twice: {', '.join(twice)}")
        clocks = sorted(self.clocks, key=lambda clock: (clock.code, clock.valid_from))
        for early, late in itertools.pairwise(clocks):
            if early.code == late.code and (early.valid_to is None or early.valid_to > late.valid_from):
                raise ValueError(f"clocks: two limits of {early.code} at the same time")
        check_questionnaires(self.questionnaires)
        if not self.services and all(source.table != "services" for source in self.sources):
            raise ValueError('services: at least one [[services]], or a source with table = "services"')
        return self

    @property
    def output_folder(self) -> Path:
        """Folder that holds the runs."""
        return self.root / self.outputs.folder

    @property
    def internal_folder(self) -> Path:
        """Private folder that holds the internal runs."""
        return self.root / self.outputs.internal

    @property
    def state_folder(self) -> Path:
        """Private folder of the study: register, key, quarantine."""
        return self.root / self.outputs.state

    def service_levels(self) -> dict[str, str]:
        """Return level by service code, in catalogue order."""
        return {service.code: service.level for service in self.services}


def load_study(path: Path) -> Study:
    """Read a study file.

    Parameters
    ----------
    path : the file, or the folder that holds ``kumppanuus.toml``.

    Raises
    ------
    StudyError
        KU201 not found, KU202 not TOML (with line), KU203 a wrong or unknown key (with the nearest right one), KU515
        a threshold of disclosure control that is looser than its default.
    """
    file = path / STUDY_FILE if path.is_dir() else path
    if not file.is_file():
        raise StudyError("KU201", file=str(file))
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StudyError("KU202", file=file.name, problem="encoding is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError("KU202", file=file.name, problem=str(error)) from error
    try:
        return Study.model_validate({**settings, "root": file.resolve().parent})
    except ValidationError as error:
        if looser := _looser(error):
            raise StudyError("KU515", file=file.name, settings=looser) from None
        raise StudyError("KU203", file=file.name, problem=_faults(error)) from None


def source_folder(study: Study, source: Source) -> Path:
    """Return the folder of a source, with ``${NAME:-default}`` taken from the environment.

    Raises
    ------
    StudyError
        KU204 when a variable is not set and has no default.
    """

    def value(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        found = os.environ.get(name) or default
        if found is None:
            raise StudyError("KU204", variable=name)
        return found

    return study.root / re.sub(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}", value, source.folder)


def _faults(error: ValidationError) -> str:
    """Say every fault of the settings at once: where, what, and the nearest right key."""
    return "; ".join(_fault(dict(fault)) for fault in error.errors(include_url=False, include_context=False))


def _looser(error: ValidationError) -> str:
    """Name the thresholds that were loosened, each with its least value; nothing when anything else is wrong too."""
    faults = error.errors(include_url=False, include_input=False)
    loose = [each for each in faults if each["loc"][:1] == ("disclosure",) and len(each["loc"]) == 2
             and each["type"] in ("greater_than_equal", "literal_error")]  # fmt: skip
    if len(loose) < len(faults):
        return ""
    return ", ".join(f"{each['loc'][1]} {_LEAST[each['type']]} {Disclosure.model_fields[str(each['loc'][1])].default}"
                     for each in loose)  # fmt: skip


def _fault(fault: dict[str, Any]) -> str:
    place = ".".join(str(step) if isinstance(step, str) else f"[{step + 1}]" for step in fault["loc"])
    if fault["type"] != "extra_forbidden":
        return f"{place or 'study'}: {fault['msg']}"
    name = str(fault["loc"][-1])
    near = difflib.get_close_matches(name, sorted(_known_keys()), n=1)
    return f"{place}: unknown key" + (f" (did you mean {near[0]}?)" if near else "")


def _known_keys() -> set[str]:
    parts: list[type[Part]] = [
        Study,
        About,
        Window,
        Spells,
        Families,
        Check,
        Source,
        Area,
        Need,
        Service,
        Clock,
        PriceIndex,
        Peers,
        PeerIndicator,
        PeerRegion,
        Questionnaire,
        QuestionTheme,
        Question,
        Disclosure,
        Outputs,
        Words,
    ]
    return {field.alias or name for part in parts for name, field in part.model_fields.items()} - {"root"}
