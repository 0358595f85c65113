"""Scenarios of a finished run: today's assumptions on the numbers that it has released. No register is opened.

The tables of the scenarios are functions of released numbers (ADR 22), so they can be made again for other
assumptions. What is written is looked through like any other output and joins the folder of the run.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumppanuus.disclosure.gate import gathered_again
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.errors import StudyError
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.say import Say, speaker
from kumppanuus.pipeline import context_of, room_params
from kumppanuus.publishing import alone, demand_standing, look_through, writing
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.faces import close
from kumppanuus.report.figures import figures_of
from kumppanuus.report.manifest import MANIFEST_FILE, sha256_of
from kumppanuus.report.place import aside, join
from kumppanuus.report.scenario_page import render_scenarios
from kumppanuus.report.scenario_words import (
    Grid,
    assumptions_of,
    between,
    grids_of,
    inputs_compared,
    results_compared,
    say_of_what_if,
)
from kumppanuus.report.store import StoredRun, stored_order, stored_run
from kumppanuus.report.words import faced
from kumppanuus.reports import demand_free, manifest_of
from kumppanuus.study_scenarios import FOLDER, Scenario, check_scenarios
from kumppanuus.wings import ROOMS

if TYPE_CHECKING:
    from kumppanuus.analysis import Analysis
    from kumppanuus.report.scenario_words import Tables
    from kumppanuus.study import Language, Study

ROOM = "resources.scenarios"


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """Scenarios computed on a run.

    study : of the run, with the scenarios. tables : the tables of the scenarios, by name.
    page : the file that was written into `folder`, the run's own.
    """

    run_id: str
    face: str
    folder: Path
    page: Path
    study: Study
    scenarios: tuple[Scenario, ...]
    tables: Tables


@dataclass(frozen=True, slots=True)
class _Page:
    """What is said on a page: file name without ending, title, tables, a sentence under the results and the inputs."""

    stem: str
    title: str
    results: Sequence[Grid]
    inputs: Sequence[Grid]
    result: str = ""
    remark: str = ""


def run_scenarios(
    study: Study, names: Sequence[str] = (), *, run_id: str | None = None, language: Language | None = None
) -> WhatIf:
    """Compute scenarios on a kept run and write their page into its folder.

    Parameters
    ----------
    names : codes of scenarios of the study; empty for all. run_id : by default the run made last.
    language : of the page; by default that of the run.

    Raises
    ------
    StudyError
        KU526 or KU545 no such run, KU980 the run has no scenarios to compute, KU981 no such scenario, KU982 there is
        none, KU203 a service that the run does not know, KU529 or KU544 the run's folder will not do.
    DisclosureError
        KU507 something written must not be published, KU512 the run was withdrawn, KU527 what was kept has been
        changed; nothing was put in place.
    """
    chosen = _chosen(study, names)

    def page(tables: Tables, say: Say) -> _Page:
        words = say_of_what_if(say)
        results = [grid for each in chosen for grid in grids_of(each, tables, words)]
        inputs = [assumptions_of(each, words) for each in chosen]
        return _Page(words("file.run"), words("page.title"), results, inputs)

    return _made(study, chosen, page, run_id, language)


def compare_scenarios(
    study: Study, first: str, second: str, *, run_id: str | None = None, language: Language | None = None
) -> WhatIf:
    """Compute two scenarios on a kept run with the same draws and write them side by side.

    Raises
    ------
    StudyError
        As `run_scenarios`; KU985 when both are the same one.
    DisclosureError
        As `run_scenarios`.
    """
    if first == second:
        raise StudyError("KU985", scenario=first)
    one, other = _chosen(study, (first, second))

    def page(tables: Tables, say: Say) -> _Page:
        words = say_of_what_if(say)
        names = {"first": words.label("scenarios", one.code), "second": words.label("scenarios", other.code)}
        inputs = inputs_compared(one, other, words)
        remark = words("page.inputs_same" if inputs.rows else "page.no_difference")
        stem, title = f"{words('file.compare')}-{one.code}-{other.code}", words("page.compare_title", **names)
        results = results_compared(one, other, tables, words)
        return _Page(stem, title, [results], [inputs], between(one, other, tables, words), remark)

    return _made(study, (one, other), page, run_id, language)


def _chosen(study: Study, names: Sequence[str]) -> tuple[Scenario, ...]:
    known = {each.code: each for each in study.scenarios}
    if not known:
        raise StudyError("KU982", folder=FOLDER)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
            raise StudyError("KU981", scenario=name, near=near[0] if near else "-")
    return tuple(known[name] for name in dict.fromkeys(names)) if names else study.scenarios


def _made(
    study: Study, scenarios: tuple[Scenario, ...], page: Callable[[Tables, Say], _Page], run_id: str | None,
    language: Language | None,
) -> WhatIf:  # fmt: skip
    if not stored_order(study.state_folder):
        raise StudyError("KU545")
    key = load_or_make_key(study.state_folder, may_make=False)
    with alone(study.state_folder):
        kept = stored_run(study, key, run_id)
        manifest = manifest_of(kept)
        demand_standing(kept, key)
        run = _with_scenarios(kept, scenarios)
        tables = {name: table.frame for name, table in run.released.results[ROOM].tables.items()}
        say = faced(speaker(run.study, language or manifest["language"]), run.released)
        file = _written(run, manifest, page(tables, say), say, key)
    return WhatIf(run.run_id, run.released.face, run.folder, file, run.study, scenarios, tables)


def _with_scenarios(run: StoredRun, scenarios: tuple[Scenario, ...]) -> StoredRun:
    """Return a run with the scenarios of today, and their tables made of what it has released."""
    room = next((room for room in ROOMS if room.key == ROOM), None)
    found = run.released.results.get(ROOM)
    if room is None or found is None or found.status != "ok":
        raise StudyError("KU980", run=run.run_id)
    try:
        check_scenarios(scenarios, (each.code for each in run.study.services))
    except ValueError as error:
        raise StudyError("KU203", file=FOLDER, problem=str(error)) from None
    study = run.study.model_copy(update={"scenarios": scenarios})
    given = frozenset(source.table for source in study.sources)
    rooms = [each for each in ROOMS if each.key in run.released.results]
    make = gatherer(room, room_params(room, study), rooms, given, context=context_of(study, given))
    again = gathered_again(run.released, ROOM, room.result, make)
    if not len(again.results[ROOM].tables["paths"].frame):
        raise StudyError("KU980", run=run.run_id)
    return replace(run, released=again, study=study)


def _written(run: StoredRun, manifest: Mapping[str, Any], page: _Page, say: Say, key: bytes) -> Path:
    """Write the page aside, look through it, and put it and the manifest that names it in place."""
    room: Analysis = next(room for room in ROOMS if room.key == ROOM)
    spoken = "" if say.language == manifest["language"] else f".{say.language}"
    name = f"{page.stem}{spoken}.html"
    demand_free(run, manifest, [name])
    figures = figures_of(run.study.state_folder, key)
    text = render_scenarios(
        run.released, exhibits(run.released, [room], say), run.study, title=page.title, results=page.results,
        inputs=page.inputs, result=page.result, remark=page.remark, say=say, facts=run.facts, figures=figures,
    )  # fmt: skip
    with writing(run), aside(run.folder, run.study.state_folder) as staging:
        (staging / name).write_text(text, encoding="utf-8", newline="\n")
        outputs = {**manifest["outputs"], name: sha256_of(staging / name)}
        told = json.dumps({**manifest, "outputs": outputs}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        look_through(staging, run, key, say.written)
        (staging / MANIFEST_FILE).write_text(told, encoding="utf-8", newline="\n")
        if run.released.face == "internal":
            close(staging)
        join(staging, run.folder, [staging / name, staging / MANIFEST_FILE], run.study.state_folder)
    figures.tidy()
    return run.folder / name
