"""What every way of publishing shares: one at a time, words for the rules of intake, the last look, the last run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kumppanuus.disclosure.scan import make_knows, numbers_of, scan_outputs
from kumppanuus.errors import DisclosureError, KumppanuusError, StudyError
from kumppanuus.intake import domains_of
from kumppanuus.intake.pseudonym import key_id, pseudonym
from kumppanuus.intake.rules import load_rules
from kumppanuus.report.changes import Changes, changes_since, run_before, still_stands
from kumppanuus.report.earlier import believed, find_manifests, withdrawn
from kumppanuus.report.known_folders import known_folders
from kumppanuus.report.store import stored_order, stored_run

if TYPE_CHECKING:
    from kumppanuus.analysis import Analysis
    from kumppanuus.language.say import Say
    from kumppanuus.report.earlier import believed, find_manifests, withdrawn
    from kumppanuus.report.exhibits import Exhibit
from kumppanuus.report.store import StoredRun


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Hold the study's lock: one run at a time; the system frees the lock of a process that is gone.

    Raises
    ------
    StudyError
        KU214 when another process runs the same study.
    """
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    state.chmod(0o700)  # mkdir leaves folders that were there, and parents, as they are
    try:
        with FileLock(state / "lock", timeout=0):
            yield
    except Timeout:
        raise StudyError("KU214", folder=state.name) from None


@contextmanager
def writing(run: StoredRun) -> Iterator[None]:
    """Turn what the disk refuses into words.

    Raises
    ------
    StudyError
        KU544 naming the run.
    """
    try:
        yield
    except OSError as error:
        raise StudyError("KU544", run=run.run_id, problem=error.strerror or type(error).__name__) from None


def rule_words(say: Say) -> Mapping[str, str]:
    """Return short words for the rules that put a row aside or warn of it, by code."""
    return {
        code: say.label("rules", code) if say.has(f"rules.{code}") else rule.what[say.language].rstrip(".")
        for code, rule in load_rules().items() if rule.severity != "fatal"
    }  # fmt: skip


def look_through(staging: Path, run: StoredRun, key: bytes, said: Collection[str]) -> None:
    """Look for leaks in what was written, before it is put in place.

    Parameters
    ----------
    said : digits of the numbers that the report itself worked out (`Say.written`).

    Raises
    ------
    DisclosureError
        KU507 naming files and kinds, never a value.
    """
    domains = domains_of(run.study)
    knows = make_knows(lambda value, domain: pseudonym(value, key=key, domain=domain), domains, run.identifiers)
    leaks = scan_outputs(staging, knows=knows, released_numbers=numbers_of(run.released), said=said)
    if leaks:
        kinds = sorted({f"{leak.file}: {leak.kind}" for leak in leaks})
        raise DisclosureError("KU507", n=len(leaks), where="; ".join(kinds[:5]))


def changes_of(
    run: StoredRun, key: bytes, rooms: Sequence[Analysis], shown: Callable[[], Sequence[Exhibit]], say: Say
) -> Changes | None:
    """Return what changed since the run before, when there is one that stands and can be read.

    Parameters
    ----------
    shown : gives the exhibits of this run; asked only when there is something to compare with.
    """
    before = run_before(stored_order(run.study.state_folder), run.run_id)
    if before is None or before in _withdrawn(run, key):
        return None
    try:
        earlier = stored_run(run.study, key, before)
    except KumppanuusError:  # of another version, or changed: nothing is compared with it
        return None
    return changes_since(earlier, run, rooms, shown(), say) if still_stands(earlier, run) else None


def demand_standing(run: StoredRun, key: bytes) -> None:
    """Refuse a run that was withdrawn: its numbers must not be handed out beside those of the later one.

    Raises
    ------
    DisclosureError
        KU512 naming the runs that withdrew it.
    """
    by = sorted(_withdrawn(run, key).get(run.run_id, ()))
    if by:
        again = " ".join(f"--supersedes {name}" for name in by)
        raise DisclosureError("KU512", run=run.run_id, by=", ".join(by), supersede=again)


def _withdrawn(run: StoredRun, key: bytes) -> Mapping[str, Collection[str]]:
    """Return the withdrawn runs of a study, each with those that withdrew it."""
    study = run.study
    found = find_manifests(run.folder.parent, *known_folders(study.state_folder, study.root))
    return withdrawn({each.run: each.kept.supersedes for each in believed(found, key, key_id(key)).runs})
