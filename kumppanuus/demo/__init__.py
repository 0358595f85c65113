"""Esimerkkilä: a synthetic municipality whose messy extracts are read like anybody else's, with its truth beside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kumppanuus.demo.catalogue import DEFAULT_FAMILIES
from kumppanuus.demo.extracts import Extract, write_extracts
from kumppanuus.demo.mess import FileAccount
from kumppanuus.demo.population import count_population, population_bytes
from kumppanuus.demo.study_file import FIRST_LINE, study_text
from kumppanuus.demo.town import build_town
from kumppanuus.demo.truth import tell_truth
from kumppanuus.errors import StudyError

__all__ = ["DemoFiles", "write_demo"]

STUDY_NAME = "kumppanuus.toml"
EXTRACT_FOLDER = "aineisto"
TRUTH_NAME = "totuus.json"
FEWEST_FAMILIES, MOST_FAMILIES = 1000, 45_000


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """What the demo wrote: the study file, the extracts in the order of their names, and the truth."""

    study: Path
    extracts: tuple[Path, ...]
    truth: Path


def write_demo(folder: Path, *, seed: int = 2015, families: int = DEFAULT_FAMILIES) -> DemoFiles:
    """Write the synthetic municipality's study file, extracts and truth into a folder, which is made when missing.

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
    extracts = tuple(folder / name for name in sorted(contents) if name.startswith(EXTRACT_FOLDER))
    return DemoFiles(folder / STUDY_NAME, extracts, folder / TRUTH_NAME)


def _contents(seed: int, families: int) -> dict[str, bytes]:
    """Return every file's bytes; the study file first, so that a half-written demo is known as one."""
    town = build_town(seed, families)
    population = count_population(town.people)
    extracts = {
        **write_extracts(town, seed),
        "vaesto.csv": Extract("population", population_bytes(population), FileAccount(read=len(population))),
    }
    truth = tell_truth(town, extracts, seed, population)
    return {
        STUDY_NAME: study_text().encode(),
        **{f"{EXTRACT_FOLDER}/{name}": extract.content for name, extract in extracts.items()},
        TRUTH_NAME: (json.dumps(truth, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _refuse_other_study(study: Path) -> None:
    """Let only the demo's own study file be overwritten."""
    if study.exists() and not (study.is_file() and study.read_bytes().startswith(FIRST_LINE.encode())):
        raise StudyError("KU205", file=study.name)
