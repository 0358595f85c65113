"""Earlier runs: what their manifests say, whether that can be believed, and which of them are withdrawn."""

from __future__ import annotations

import difflib
import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kumppanuus.disclosure.differencing import Fingerprint, Marker
from kumppanuus.errors import StudyError
from kumppanuus.report.facts import Kept, Made
from kumppanuus.report.manifest import MANIFEST_FILE, SCHEMA

Why = str
"""Why a manifest cannot be compared with: ``broken``, ``key`` (another key), ``old`` (it keeps no fingerprints)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A manifest as it lies in a folder of runs; `content` is None when it cannot be read."""

    folder: str
    sha256: str
    content: Mapping[str, Any] | None

    @property
    def run(self) -> str:
        """Name of the run."""
        return str((self.content or {}).get("run", self.folder))

    @property
    def face(self) -> str:
        """Whom the run was made for."""
        return str((self.content or {}).get("face", "public"))


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A public run that stands and whose manifest carries the seal of the study's key."""

    sha256: str
    made: Made
    kept: Kept
    cells: tuple[Fingerprint, ...]

    @property
    def run(self) -> str:
        """Name of the run."""
        return self.made.run


@dataclass(frozen=True, slots=True)
class Earlier:
    """All that is known of the earlier runs.

    runs : those that can be compared with. unread : folder → why it cannot.
    """

    runs: tuple[EarlierRun, ...] = ()
    unread: tuple[tuple[str, Why], ...] = ()

    def named(self, run: str) -> EarlierRun | None:
        """Return a run by its name."""
        return next((each for each in self.runs if each.run == run), None)


def find_manifests(*folders: Path) -> tuple[Found, ...]:
    """Return the manifests of the runs in some folders, by name; folders that are not there are passed over.

    A run that a broken-off one had moved aside counts when nothing stands in its place.
    """
    there = {folder.resolve(): None for folder in folders if folder.is_dir()}
    return tuple(_found(name, path) for folder in there for name, path in sorted(_folders(folder)))


def believed(found: Iterable[Found], key: bytes, key_id: str) -> Earlier:
    """Return the public runs whose manifests carry the seal of the key, and why others cannot be compared with."""
    runs: dict[str, EarlierRun] = {}
    unread: dict[tuple[str, Why], None] = {}
    for each in (each for each in found if each.face == "public"):
        why = _why_not(each, key, key_id)
        if why:
            unread[each.folder, why] = None
        elif each.content is not None:
            runs.setdefault(each.run, _run(each.sha256, each.content))
    return Earlier(tuple(runs.values()), tuple(unread))


def demand_known(asked: Iterable[str], found: Collection[Found]) -> tuple[str, ...]:
    """Return the names of the runs to supersede, each once and in order; a folder may stand for its run.

    Raises
    ------
    StudyError
        KU518 no such run (with the nearest).
    """
    known = {each.folder: each.run for each in found} | {each.run: each.run for each in found}
    for each in found:
        known |= {str(run): str(run) for run in (each.content or {}).get("supersedes", ())}
    for name in asked:
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.3)
            raise StudyError("KU518", run=name, near=near[0] if near else "-")
    return tuple(sorted({known[name] for name in asked}))


def withdrawn(supersedes: Mapping[str, Collection[str]]) -> dict[str, frozenset[str]]:
    """Return the withdrawn runs, each with those that withdrew it.

    Parameters
    ----------
    supersedes : run → the runs it supersedes. Of runs that supersede each other, all around a circle, none is
        withdrawn: each has been published again after the others.
    """
    reached = {run: _reached(run, supersedes) for run in supersedes}
    pairs = [(old, run) for run, names in supersedes.items() for old in names if run not in reached.get(old, set())]
    return {old: frozenset(run for each, run in pairs if each == old) for old, _ in pairs}


def sealed_text(made: Made, kept: Kept) -> str:
    """Return what the seal of a manifest covers."""
    covered = [asdict(made), kept.supersedes, dict(kept.compared_with), kept.cells]
    return json.dumps(covered, sort_keys=True)


def _folders(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.iterdir():
        name = path.name
        if name.startswith("."):
            name = name[1:].removesuffix(".earlier") if name.endswith(".earlier") else ""
            name = "" if (folder / name).exists() else name
        if name and (path / MANIFEST_FILE).is_file():
            yield name, path / MANIFEST_FILE


def _found(folder: str, file: Path) -> Found:
    try:
        raw = file.read_bytes()
        content = json.loads(raw)
    except (OSError, ValueError, RecursionError):
        return Found(folder, "", None)
    return Found(folder, hashlib.sha256(raw).hexdigest(), content if isinstance(content, dict) else None)


def _why_not(found: Found, key: bytes, key_id: str) -> Why | None:
    content = found.content
    if content is None or content.get("schema") != SCHEMA or not isinstance(content.get("run"), str):
        return "broken"
    if content.get("key") != key_id:
        return "key"
    if "cells" not in content and "seal" not in content:
        return "old"
    try:
        run = _run(found.sha256, content)
        seal = Marker(key, run.run).seal(sealed_text(run.made, run.kept))
    except (KeyError, TypeError, ValueError):
        return "broken"
    return None if hmac.compare_digest(seal.encode(), run.kept.seal.encode()) else "broken"


def _run(sha256: str, content: Mapping[str, Any]) -> EarlierRun:
    together = tuple(map(str, content["protected_together"]))
    made = Made(
        content["run"], dict(content["window"]), dict(content["disclosure"]["rules"]), str(content["version"]),
        dict(content["inputs"]), together,
    )  # fmt: skip
    kept = Kept(
        tuple(map(str, content["supersedes"])), dict(content["compared_with"]), together,
        tuple(map(str, content["cells"])), str(content["seal"]),
    )  # fmt: skip
    return EarlierRun(sha256, made, kept, tuple(Fingerprint(*each.split()) for each in kept.cells))


def _reached(run: str, supersedes: Mapping[str, Collection[str]]) -> set[str]:
    reached, ahead = set[str](), list(supersedes.get(run, ()))
    while ahead:
        each = ahead.pop()
        if each not in reached:
            reached.add(each)
            ahead += supersedes.get(each, ())
    return reached
