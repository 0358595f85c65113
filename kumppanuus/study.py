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
from kumppanuus.study_resources import Allocation, Benefit, Contract, Resources, Segment, check_resources
from kumppanuus.study_scenarios import FOLDER as SCENARIO_FOLDER
from kumppanuus.study_scenarios import PARTS as SCENARIO_PARTS
from kumppanuus.study_scenarios import Scenario, check_scenarios, scenario_settings
from kumppanuus.study_sources import WIDE as WIDE
from kumppanuus.study_sources import Source as Source
from kumppanuus.study_sources import TableName as TableName

Level = Literal["universal", "early", "special", "corrective"]
Production = Literal["own", "purchased", "voucher", "family"]
EndCause = Literal["planned", "escalated", "dropped", "moved", "adult", "other", "by_next"]
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


class Area(Part):
    """An area of the organiser."""

    code: Code
    name: Words


class Need(Part):
    """A need or reason for support that is recorded at a contact or an assessment.

    services : services of the catalogue that answer it.
    """

    code: Code
    name: Words
    services: tuple[Code, ...] = ()


class Service(Part):
    """A service of the catalogue: its names, level, sector, usual way of production and unit cost.

    unit_cost_includes, unit_costs_include : what the unit cost includes, in all or by way of production.
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
    unit_costs_include: dict[Production, Words] = Field(default={})
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
    segments: tuple[Segment, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    contracts: tuple[Contract, ...] = ()
    allocation: Allocation = Allocation()
    scenarios: tuple[Scenario, ...] = ()
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
            "scenarios": [each.code for each in self.scenarios],
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
        check_resources(self.resources, () if self._reads_services else (each.code for each in self.services))
        check_scenarios(self.scenarios, () if self._reads_services else (each.code for each in self.services))
        if not self.services and not self._reads_services:
            raise ValueError('services: at least one [[services]], or a source with table = "services"')
        return self

    @property
    def _reads_services(self) -> bool:
        return any(source.table == "services" for source in self.sources)

    @property
    def resources(self) -> Resources:
        """What is said about the use of resources, together."""
        answers = tuple((need.code, need.services) for need in self.needs if need.services)
        return Resources(
            segments=self.segments, benefits=self.benefits, contracts=self.contracts, allocation=self.allocation,
            need_services=answers,
        )  # fmt: skip

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
        a threshold of disclosure control that is looser than its default, KU970 a scenario of a later form than this
        program knows, KU971 a scenario with another code than the name of its file.
    """
    file = path / STUDY_FILE if path.is_dir() else path
    if not file.is_file():
        raise StudyError("KU201", file=str(file))
    settings, root = toml_of(file), file.resolve().parent
    if scenarios := [scenario_of(each) for each in scenario_files(root)]:
        settings["scenarios"] = [*settings.get("scenarios", ()), *scenarios]
    try:
        return Study.model_validate({**settings, "root": root})
    except ValidationError as error:
        if looser := _looser(error):
            raise StudyError("KU515", file=file.name, settings=looser) from None
        raise StudyError("KU203", file=file.name, problem=_faults(error)) from None


def scenario_files(root: Path) -> list[Path]:
    """Return the scenarios that lie beside a study file, by name."""
    return sorted((root / SCENARIO_FOLDER).glob("*.toml"))


def scenario_of(file: Path) -> Scenario:
    """Read a scenario's file.

    Raises
    ------
    StudyError
        As in `load_study`; the message names the file.
    """
    name = f"{file.parent.name}/{file.name}"
    settings = scenario_settings(toml_of(file), name, file.stem)
    try:
        return Scenario.model_validate(settings)
    except ValidationError as error:
        raise StudyError("KU203", file=name, problem=_faults(error)) from None


def toml_of(file: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    StudyError
        KU202 not TOML (with line), or not UTF-8.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise StudyError("KU202", file=file.name, problem="encoding is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError("KU202", file=file.name, problem=str(error)) from error


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
        Segment,
        Benefit,
        Contract,
        Allocation,
        *SCENARIO_PARTS,
        Disclosure,
        Outputs,
        Words,
    ]
    return {field.alias or name for part in parts for name, field in part.model_fields.items()} - {"root"}
