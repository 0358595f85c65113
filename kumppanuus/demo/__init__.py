"""Esimerkkilä: a synthetic municipality whose messy extracts are read like anybody else's, with its truth beside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kumppanuus.demo.affairs import build_affairs
from kumppanuus.demo.case_files import contact_file, goal_file, need_file, social_visit_file
from kumppanuus.demo.catalogue import DEFAULT_FAMILIES
from kumppanuus.demo.extracts import Extract, Known, write_extracts
from kumppanuus.demo.indicators import indicator_files
from kumppanuus.demo.mess import FileAccount
from kumppanuus.demo.naming import give_numbers
from kumppanuus.demo.office_files import capacity_file, ledger_file, survey_file, worker_file
from kumppanuus.demo.population import count_population, population_bytes
from kumppanuus.demo.scenarios import scenario_files
from kumppanuus.demo.study_file import FIRST_LINE, study_text
from kumppanuus.demo.town import build_town
from kumppanuus.demo.truth import tell_truth
from kumppanuus.errors import StudyError
from kumppanuus.study_scenarios import FOLDER as SCENARIO_FOLDER

__all__ = ["DemoFiles", "write_demo"]

STUDY_NAME = "kumppanuus.toml"
EXTRACT_FOLDER = "aineisto"
TRUTH_NAME = "totuus.json"
FEWEST_FAMILIES, MOST_FAMILIES = 1000, 45_000


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the demo wrote: the study file, extracts and scenarios in the order of their names, and the truth."""

    study: Path
    extracts: tuple[Path, ...]
    truth: Path
    scenarios: tuple[Path, ...]


def write_demo(folder: Path, *, seed: int = 2015, families: int = DEFAULT_FAMILIES) -> DemoFiles:
    """Write the synthetic municipality's study file, scenarios, extracts and truth into a folder, made when missing.

    The same seed and number of families give the same bytes.

    Parameters
    ----------
    families : families that ever lived in the town in 1990–2025, 1,000–45,000; about half of them use a service in the
        window. The default makes a town of about 20,000 inhabitants.

    Raises
    ------
    StudyError
        KU205 when the folder holds a study file that the demo did not write; nothing is touched.
    ValueError
        When the number of families is outside its range.
    """
    if not FEWEST_FAMILIES <= families <= MOST_FAMILIES:
        raise ValueError(f"families must be {FEWEST_FAMILIES}-{MOST_FAMILIES}")
    _refuse_other_study(folder / STUDY_NAME)
    contents = _contents(seed, families)
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    extracts, scenarios = (
        tuple(folder / name for name in sorted(contents) if name.startswith(below))
        for below in (EXTRACT_FOLDER, SCENARIO_FOLDER)
    )
    return DemoFiles(folder / STUDY_NAME, extracts, folder / TRUTH_NAME, scenarios)


def _contents(seed: int, families: int) -> dict[str, bytes]:
    """Return every file's bytes; the study file first, so that a half-written demo is known as one."""
    town = build_town(seed, families)
    affairs = build_affairs(town, seed)
    population = count_population(town.people)
    rng = np.random.default_rng([seed, 2])
    numbers = give_numbers(town, rng)
    contacting = affairs.contacts.loc[affairs.contacts["numbered"], ["client", "date"]]
    known = Known(affairs.worker, affairs.visitor, affairs.language, contacting)
    extracts = {
        **write_extracts(town, known, numbers, rng),
        "yhteydenotot.csv": contact_file(affairs.known_contacts, numbers),
        "kaynnit_sosiaalipalvelut.csv": social_visit_file(affairs.social_visits, numbers),
        "tarpeet.csv": need_file(affairs.needs, numbers),
        "tavoitteet.csv": goal_file(affairs.goals, numbers),
        "kirjanpito.csv": ledger_file(affairs.ledger),
        "kapasiteetti.csv": capacity_file(affairs.capacity),
        "tyontekijat.csv": worker_file(affairs.staff),
        "itsearviointi.csv": survey_file(affairs.answers),
        **indicator_files(np.random.default_rng([seed, families, 9])),
        "vaesto.csv": Extract("population", population_bytes(population), FileAccount(read=len(population))),
    }
    truth = tell_truth(town, affairs, extracts, seed, population)
    return {
        STUDY_NAME: study_text(families).encode(),
        **{f"{SCENARIO_FOLDER}/{name}": text.encode() for name, text in scenario_files().items()},
        **{f"{EXTRACT_FOLDER}/{name}": extract.content for name, extract in extracts.items()},
        TRUTH_NAME: (json.dumps(truth, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _refuse_other_study(study: Path) -> None:
    """Let only the demo's own study file be overwritten."""
    if study.exists() and not (study.is_file() and study.read_bytes().startswith(FIRST_LINE.encode())):
        raise StudyError("KU205", file=study.name)
