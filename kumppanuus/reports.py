"""A finished run in other formats and languages: slides, pictures, pages, made of what the gate released.

Nothing is computed again. What is made is written aside, looked through together with the run, and joins its folder;
what somebody else put there stays as it is.
"""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumppanuus.errors import StudyError
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.language.say import speaker
from kumppanuus.publishing import alone, changes_of, demand_standing, look_through, rule_words, writing
from kumppanuus.report.edition import Edition, Format
from kumppanuus.report.exhibits import exhibits
from kumppanuus.report.faces import close
from kumppanuus.report.figures import figures_of
from kumppanuus.report.manifest import MANIFEST_FILE, sha256_of
from kumppanuus.report.place import aside, join, joining
from kumppanuus.report.store import StoredRun, stored_run
from kumppanuus.report.write import steps_of, write_formats, write_manifest
from kumppanuus.wings import ROOMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kumppanuus.report.exhibits import Exhibit
    from kumppanuus.study import Language, Study


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a run.

    languages : empty for the run's own. charts : keys or numbers of exhibits, for pictures and slides; empty for all.
    template : slides to build on.
    """

    formats: tuple[Format, ...] = ("html",)
    languages: tuple[Language, ...] = ()
    charts: tuple[str, ...] = ()
    template: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the folder of the run, and the files, in order. face : of the run, ``public`` or ``internal``."""

    run_id: str
    face: str
    folder: Path
    files: tuple[Path, ...]


def kept_run(study: Study, run_id: str | None = None) -> StoredRun:
    """Return a run of the study as it was published: the one named, or the one made last.

    Raises
    ------
    StudyError
        KU526 when there is none. DisclosureError: KU527 when what was kept has been changed.
    """
    return stored_run(study, load_or_make_key(study.state_folder, may_make=False), run_id)


def make(
    study: Study, order: Order, *, run_id: str | None = None, progress: Callable[[str, int, int], None]
) -> Made:  # fmt: skip
    """Make other formats or languages of a run, into its folder.

    Raises
    ------
    StudyError
        KU526 no such run, KU528 no such chart, KU529 the run's folder is gone or its files were changed, KU544 the
        disk refuses.
    DisclosureError
        KU507 something written must not be published, KU512 the run was withdrawn,
        KU527 what was kept has been changed; nothing was put in place.
    """
    key = load_or_make_key(study.state_folder, may_make=False)
    with alone(study.state_folder):
        run = stored_run(study, key, run_id)
        manifest = manifest_of(run)
        demand_standing(run, key)
        own: Language = manifest["language"]
        editions = [_edition(run, key, own, spoken) for spoken in order.languages or (own,)]
        charts = _charts(order.charts, editions[0].shown)
        first = _edition(run, key, own, own)
        total = sum(steps_of(edition, order.formats, charts) for edition in editions)
        done: list[Path] = []
        with writing(run), aside(run.folder, study.state_folder) as staging:
            kept = _copied(run, manifest, staging)
            for edition in editions:
                for path in write_formats(edition, order.formats, staging, charts=charts, template=order.template):
                    done.append(path)
                    progress("report", len(done), total)
            demand_free(run, manifest, [path.relative_to(staging).as_posix() for path in done])
            last = write_manifest(first, staging, sorted({*kept, *done}))
            look_through(staging, run, key, set[str]().union(*(edition.say.written for edition in (first, *editions))))
            if run.released.face == "internal":
                close(staging)
            join(staging, run.folder, [*done, last], study.state_folder)
    first.figures.tidy()
    files = tuple(run.folder / path.relative_to(staging) for path in done)
    return Made(run.run_id, run.released.face, run.folder, files)


def _edition(run: StoredRun, key: bytes, own: Language, spoken: Language) -> Edition:
    analyses = [room for room in ROOMS if room.key in run.shown]
    say = speaker(run.study, spoken)
    shown = exhibits(run.released, analyses, say)
    return Edition(
        run.released, analyses, shown, run.study, say, run.facts, rule_words(say),
        changes_of(run, key, ROOMS, lambda: shown, say), figures_of(run.study.state_folder, key), first=spoken == own,
    )  # fmt: skip


def _charts(asked: Sequence[str], shown: Sequence[Exhibit]) -> tuple[str, ...]:
    """Return the keys of the charts that are asked for by key or by number."""
    known = {exhibit.key: exhibit.key for exhibit in shown} | {str(exhibit.number): exhibit.key for exhibit in shown}
    for name in asked:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.3)
            raise StudyError("KU528", exhibit=name, near=near[0] if near else "-")
    return tuple(dict.fromkeys(known[name] for name in asked))


def manifest_of(run: StoredRun) -> Mapping[str, Any]:
    """Return what the folder of the run says of itself; it must still be what was written.

    Raises
    ------
    StudyError
        KU529 naming files that are gone or were changed.
    """
    try:
        content: dict[str, Any] = json.loads((run.folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        coming = joining(run.folder, run.study.state_folder)
        changed = [
            name for name, digest in content["outputs"].items()
            if not _is(run.folder / name, digest, coming.get(name)) or ".." in name
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, AttributeError):
        changed, content = [MANIFEST_FILE], {}
    if changed or content.get("run") != run.run_id:
        raise StudyError("KU529", run=run.run_id, files=", ".join(changed[:5]) or MANIFEST_FILE)
    return content


def demand_free(run: StoredRun, manifest: Mapping[str, Any], names: Sequence[str]) -> None:
    """Refuse to write over a file that the run did not make.

    Raises
    ------
    StudyError
        KU529 naming the files.
    """
    coming = joining(run.folder, run.study.state_folder)
    new = [name for name in names if name not in manifest["outputs"] and (run.folder / name).exists()]
    others = [name for name in new if not _is(run.folder / name, coming.get(name))]
    if others:
        raise StudyError("KU529", run=run.run_id, files=", ".join(others[:5]))


def _is(file: Path, *digests: str | None) -> bool:
    return file.is_file() and sha256_of(file) in digests


def _copied(run: StoredRun, manifest: Mapping[str, Any], staging: Path) -> list[Path]:
    """Copy what the run wrote, and nothing that somebody else put in its folder."""
    copied = []
    for name in manifest["outputs"]:
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run.folder / name, target)
        copied.append(target)
    return copied
