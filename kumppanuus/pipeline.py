"""The way of data, readable in one breath: files → register → counts → results → gate → charts → report."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kumppanuus import __version__
from kumppanuus.analysis import Analysis, Context, Params, Proposal, Result
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import Face, Released
from kumppanuus.errors import KumppanuusError, StudyError, places_of
from kumppanuus.intake import read_extracts
from kumppanuus.intake.proposals import write_proposal
from kumppanuus.intake.pseudonym import key_id, load_or_make_key, remember_key
from kumppanuus.intake.quarantine_limit import demand_within_limit
from kumppanuus.intake.resume import program
from kumppanuus.intake.totals import account as account
from kumppanuus.intake.totals import people as people
from kumppanuus.language.say import speaker
from kumppanuus.publishing import alone, changes_of, look_through, rule_words, writing
from kumppanuus.register.calendar import price_factors, study_years
from kumppanuus.register.codes import PRODUCTIONS
from kumppanuus.register.engine import count, prepare, rows
from kumppanuus.register.store import Register, build_register, standing_register
from kumppanuus.report.distance import keep_distance, new_run
from kumppanuus.report.earlier import Earlier, believed, demand_known, find_manifests
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.faces import close, demand_apart, demand_one_face, folder_of_runs, make_ready
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.figures import figures_of
from kumppanuus.report.known_folders import known_folders, remember_folder
from kumppanuus.report.manifest import hidden_in
from kumppanuus.report.place import aside, put_in_place
from kumppanuus.report.store import StoredRun, store_run
from kumppanuus.report.words import say_of_room
from kumppanuus.report.write import write_report
from kumppanuus.wings import ROOMS

if TYPE_CHECKING:
    from kumppanuus.intake.account import Intake
    from kumppanuus.language.say import Say
    from kumppanuus.study import Language, Study

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how far it is and how much there is (0 when not known)."""

ACCOUNT = "data.account"
_NO_PART_OF_THE_REGISTER = {"about", "analyses", "disclosure", "outputs", "benefits", "contracts", "allocation",
                            "scenarios"}  # fmt: skip
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run.

    folder : where everything lies. report : the page to open.
    failed : analyses that a fault of the program stopped, with its kind and places in the code.
    missing : analyses that were left out, with the tables that are not given.
    earlier : the runs that lay in the folder before; some may not be comparable. shown : analyses that are shown.
    proposals : private lists about single families (ADR 23).
    """

    run_id: str
    folder: Path
    report: Path
    released: Released
    intake: Intake
    failed: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, tuple[str, ...]]
    earlier: Earlier = Earlier()
    shown: tuple[str, ...] = ()
    proposals: tuple[Path, ...] = ()

    @property
    def hidden(self) -> int:
        """Number of hidden numbers in what is shown."""
        return hidden_in(self.released, self.shown)


def read(study: Study, *, progress: Progress) -> tuple[Intake, bytes]:
    """Read, check and pseudonymise the extracts of a study; nothing is published."""
    price_factors(study)  # a year that lacks is said before anything is read
    key = load_or_make_key(study.state_folder, may_make=not (study.state_folder / "register").exists())
    told = _Told(progress, "read")
    intake = read_extracts(
        study, key, quarantine=study.state_folder / "quarantine", progress=told, state=study.state_folder / "files",
        unchanged=lambda n: progress("unchanged", n, n),
    )  # fmt: skip
    return intake, key


def run(
    study: Study, *, language: Language | None = None, only: Sequence[str] = (), skip: Sequence[str] = (),
    png: bool = False, face: Face = "public", supersedes: Sequence[str] = (), progress: Progress,
) -> Run:  # fmt: skip
    """Do the main job: from extracts to a protected report, written aside and renamed into place whole.

    Parameters
    ----------
    only : analyses or wings to show. All that are not skipped are counted and protected together nevertheless, so
        that two reports on parts say no more than one on the whole.
    face : ``internal``: exact numbers, into a private folder of their own.
    supersedes : earlier runs that are withdrawn, so that this one need not keep its distance from them (R15).

    Raises
    ------
    StudyError
        The settings, the selection or the place to write to are not usable.
    InputError
        An extract cannot be read at all, or too much of it was put aside (KU120); nothing was computed.
    DisclosureError
        Publishing would break a rule; nothing was put in place.
    """
    chosen, counted = select(ROOMS, only, skip), select(ROOMS, (), skip)
    settings = {analysis.key: room_params(analysis, study) for analysis in counted}
    runs = folder_of_runs(study, face)
    with alone(study.state_folder):
        demand_one_face(runs, find_manifests(runs), face)
        known = known_folders(study.state_folder, study.root)
        demand_apart(runs, face, known)
        found = find_manifests(runs, *known) if face == "public" else ()
        supersedes = demand_known(supersedes, found)
        make_ready(runs, face)
        intake, key = read(study, progress=progress)
        demand_within_limit(intake.account, study.check, study.state_folder / "quarantine")
        study = study.model_copy(update={"services": intake.services, "peers": intake.peers or study.peers})
        register = _register(study, intake, key)
        remember_key(study.state_folder, key)
        results, missing, failed = _compute(counted, settings, register, study, progress)
        missing, failed = _of(chosen, missing), _of(chosen, failed)
        signalling: dict[str, tuple[str, ...]] = {}
        if failed and not _of(chosen, results):
            raise KumppanuusError("KU907", fault=" / ".join(next(iter(failed.values()))))
        progress("protect" if face == "public" else "exact", 0, 0)
        say = speaker(study, language)
        internal = face == "internal"
        proposed = _proposed(chosen, settings, register, study, results, failed, say) if internal else {}
        results = {ACCOUNT: account(intake), **results}
        show = {ACCOUNT, *(analysis.key for analysis in chosen)}
        context = context_of(study, register.given)
        gather = {
            each.key: gatherer(each, settings[each.key], counted, register.given, signalling, context=context)
            for each in sorted(used_first(counted), key=lambda room: room.hears) if each.gather
        }  # fmt: skip
        released = release(results, study.disclosure, missing=missing, face=face, show=show, gather=gather)
        failed |= _of(chosen, signalling)
        facts = _facts(study, intake, key, settings, language, face, chosen)
        earlier = believed(found, key, facts.key_id)
        if face == "public":
            new = new_run(facts, study.window, released.rules, results)
            facts = dataclasses.replace(facts, kept=keep_distance(new, earlier, supersedes, key))
            remember_folder(runs, study.state_folder, study.root)
        folder = runs / facts.run_id
        told = _Told(progress, "report")
        told.steps(0, 0)
        shown = [analysis for analysis in chosen if analysis.key not in failed]
        keys = tuple(analysis.key for analysis in shown)
        finished = StoredRun(released, facts, study, keys, folder, intake.identifiers)
        report = _publish(finished, shown, key, say, png, told)
        lists = [write_proposal(study, key, name, facts.run_id, each) for name, each in proposed.items()]
    return Run(facts.run_id, folder, report, released, intake, failed, missing, earlier, keys, tuple(lists))


def _proposed(
    chosen: Sequence[Analysis], settings: Mapping[str, Params], register: Register, study: Study,
    results: dict[str, Result], failed: dict[str, tuple[str, ...]], say: Say,
) -> dict[str, Proposal]:  # fmt: skip
    """Return what the row-level parts that are asked for propose, their counts put into the results (ADR 23)."""
    made: dict[str, Proposal] = {}
    for room in chosen:
        params, part = settings[room.key], room.row_level
        if part is None or room.key not in results or not part.asked(params):
            continue
        try:
            read, context = rows(room, params, register, study), context_of(study, register.given)
            made[room.key] = part.propose(read, params, context, say_of_room(room, say))
            results[room.key] = dataclasses.replace(results[room.key], **made[room.key].tables)
        except Exception as error:
            failed[room.key] = places_of(error)
    return {key: each for key, each in made.items() if len(each.listed)}


def _register(study: Study, intake: Intake, key: bytes) -> Register:
    """Return the register of what was read: the one that stands when it was made of the same, else a new one."""
    folder = study.state_folder / "register"
    asked = study.model_dump(mode="json", by_alias=True, exclude=_NO_PART_OF_THE_REGISTER)
    made_of = _digest({"study": asked, "inputs": dict(intake.inputs), "key": key_id(key), "program": program()})
    standing = standing_register(folder, made_of)
    return standing or build_register(intake.tables, study, folder, families=intake.families, made_of=made_of)


def select(rooms: Sequence[Analysis], only: Sequence[str], skip: Sequence[str]) -> list[Analysis]:
    """Choose analyses by key or by wing.

    Raises
    ------
    StudyError
        KU210 unknown name (with the nearest), KU211 nothing is left.
    """
    known = {analysis.key for analysis in rooms} | {analysis.wing for analysis in rooms}
    for name in (*only, *skip):
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            raise StudyError("KU210", analysis=name, near=near[0] if near else "-")
    chosen = [
        analysis for analysis in rooms
        if (not only or {analysis.key, analysis.wing} & set(only)) and not {analysis.key, analysis.wing} & set(skip)
    ]  # fmt: skip
    if not chosen:
        raise StudyError("KU211")
    return chosen


def missing_tables(analysis: Analysis, given: frozenset[str]) -> tuple[str, ...]:
    """Return the tables an analysis needs and the study does not have."""
    return tuple(table for table in analysis.needs if table not in given)


def room_params(analysis: Analysis, study: Study) -> Params:
    """Return an analysis' settings: its defaults with what the study says.

    Raises
    ------
    StudyError
        KU212 an unknown setting (with the nearest), KU213 a value outside the choices or of another type.
    """
    given = study.analyses.get(analysis.key, {})
    fields = {field.name: field for field in dataclasses.fields(analysis.params)}
    defaults = analysis.params()
    for name, value in given.items():
        if name not in fields:
            near = difflib.get_close_matches(name, sorted(fields), n=1)
            raise StudyError("KU212", analysis=analysis.key, setting=name, near=near[0] if near else "-")
        choices = analysis.params.CHOICES.get(name)
        if (choices and value not in choices) or not _like(value, getattr(defaults, name)):
            allowed = ", ".join(choices) if choices else type(getattr(defaults, name)).__name__
            raise StudyError("KU213", analysis=analysis.key, setting=name, allowed=allowed)
    return dataclasses.replace(defaults, **given)


def context_of(study: Study, given: frozenset[str]) -> Context:
    """Return what compute may know of the study."""
    years = {year.label: year.days_seen for year in study_years(study.window)}
    window = (study.window.end - study.window.first).days
    costs: dict[str, dict[str, float]] = {
        each.code: {way: cost for way in PRODUCTIONS if (cost := each.cost_of_unit(way)) is not None
                    and (way in each.unit_costs_eur or way == each.production)}
        for each in study.services
    }  # fmt: skip
    return Context(
        study.service_levels(), years, window, given, prices=price_factors(study), resources=study.resources,
        unit_costs=costs, units={each.code: each.unit for each in study.services}, scenarios=study.scenarios,
        last_day=study.window.last.isoformat(),
    )  # fmt: skip


def _compute(
    chosen: Sequence[Analysis], settings: Mapping[str, Params], register: Register, study: Study, progress: Progress
) -> tuple[dict[str, Result], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Compute room by room, those that others use first; a room that fails is named and the others go on."""
    results: dict[str, Result] = {}
    missing: dict[str, tuple[str, ...]] = {}
    failed: dict[str, tuple[str, ...]] = {}
    context = context_of(study, register.given)
    progress("count", 0, len(chosen))
    prepare([analysis for analysis in chosen if not missing_tables(analysis, register.given)], register, study)
    for number, analysis in enumerate(used_first(chosen)):
        progress("count", number, len(chosen))
        lacking = missing_tables(analysis, register.given)
        if lacking:
            missing[analysis.key] = lacking
            continue
        params = settings[analysis.key]
        try:
            counts = count(analysis, params, register, study)
            results[analysis.key] = analysis.compute(counts, params, with_used(context, analysis, results))
        except Exception as error:
            failed[analysis.key] = places_of(error)
    progress("count", len(chosen), len(chosen))
    return {each.key: results[each.key] for each in chosen if each.key in results}, missing, failed


def results_of(rooms: Sequence[Analysis], register: Register, study: Study) -> dict[str, Result]:
    """Return the results of rooms on a register, before the gate; a room that fails stops it."""
    context, results = context_of(study, register.given), dict[str, Result]()
    for room in used_first(rooms):
        params = room_params(room, study)
        results[room.key] = room.compute(
            count(room, params, register, study), params, with_used(context, room, results)
        )
    return {room.key: results[room.key] for room in rooms}


def used_first(rooms: Sequence[Analysis]) -> list[Analysis]:
    """Return rooms in an order in which those that another one uses come before it."""
    by_key = {room.key: room for room in rooms}
    sorter = TopologicalSorter({room.key: [key for key in room.uses if key in by_key] for room in rooms})
    return [by_key[key] for key in sorter.static_order()]


def with_used(context: Context, analysis: Analysis, results: Mapping[str, Result]) -> Context:
    """Return what compute may know, with the results that the analysis uses."""
    used = {key: results[key] for key in analysis.uses if key in results}
    return dataclasses.replace(context, used=used)


def _publish(run: StoredRun, chosen: Sequence[Analysis], key: bytes, say: Say, png: bool, told: _Told) -> Path:
    """Write everything aside, look for leaks in what was written, and only then put it in place and keep it."""
    figures = figures_of(run.study.state_folder, key)
    changes = changes_of(run, key, ROOMS, lambda: exhibits(run.released, chosen, say), say)
    with writing(run), aside(run.folder, run.study.state_folder) as staging:
        written = write_report(
            run.released, chosen, run.study, say=say, facts=run.facts, folder=staging, png=png, changes=changes,
            rule_words=rule_words(say), figures=figures, progress=told.steps,
        )  # fmt: skip
        look_through(staging, run, key, say.written)
        if run.released.face == "internal":
            close(staging)
        put_in_place(staging, run.folder)
        store_run(run, key)
    figures.tidy()
    return run.folder / next(path.name for path in written if path.suffix == ".html")


def _of(chosen: Sequence[Analysis], by_key: Mapping[str, Each]) -> dict[str, Each]:
    keys = {analysis.key for analysis in chosen}
    return {key: each for key, each in by_key.items() if key in keys}


def _facts(
    study: Study, intake: Intake, key: bytes, settings: Mapping[str, Params], language: Language | None, face: Face,
    chosen: Sequence[Analysis],
) -> RunFacts:  # fmt: skip
    asked: dict[str, Any] = json.loads(study.model_dump_json(by_alias=True, exclude={"outputs"}))
    asked["analyses"] = {name: dataclasses.asdict(params) for name, params in settings.items()}
    asked["study"]["language"] = language or study.about.language
    if len(chosen) < len(settings):
        asked["only"] = [analysis.key for analysis in chosen]
    for source in asked["sources"]:
        source.pop("folder")
        source.pop("database")  # an address may hold a password
    study_hash = _digest(asked)
    made_of = {"study": study_hash, "inputs": dict(intake.inputs), "version": __version__, "key": key_id(key)}
    run_id = _digest(made_of if face == "public" else {**made_of, "face": face})
    seeds = {name: int(values["seed"]) for name, values in asked["analyses"].items() if "seed" in values}
    return RunFacts(run_id[:10], __version__, dict(intake.inputs), study_hash, key_id(key), seeds, asked)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _like(value: object, default: object) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    return isinstance(value, int | float) if isinstance(default, int | float) else isinstance(value, type(default))


@dataclass(frozen=True, slots=True)
class _Told:
    """Passes the progress of one step on."""

    progress: Progress
    step: str

    def __call__(self, _file: str, done: int) -> None:
        self.progress(self.step, done, 0)

    def steps(self, done: int, total: int) -> None:
        self.progress(self.step, done, total)
