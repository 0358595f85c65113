"""Runs that are kept in the private state of a study, so that slides, pictures and other languages can be made later.

Nothing is computed again and no register is opened: what is kept is what the gate released, under a mark of the
study's key.
"""

from __future__ import annotations

import difflib
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kumppanuus.disclosure.gate import kept_text, released_again
from kumppanuus.disclosure.released import Released
from kumppanuus.errors import DisclosureError, StudyError
from kumppanuus.report.facts import Kept, RunFacts
from kumppanuus.study import Study

FOLDER, ORDER = "released", "order.json"
MOST = 30
"""So many runs are kept; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredRun:
    """A run as it was published.

    study : with the services of its catalogue. shown : keys of the analyses that are shown, in order.
    folder : where its report lies. rule_words : language → rule of intake → short text.
    identifiers : keyed hashes of the register's identifiers, for the look at what is written of it.
    """

    released: Released
    facts: RunFacts
    study: Study
    shown: tuple[str, ...]
    folder: Path
    identifiers: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.facts.run_id


def store_run(run: StoredRun, key: bytes) -> None:
    """Keep a run; one of the same name is replaced and stays in its place of the order."""
    state = run.study.state_folder
    folder = _made(state / FOLDER)
    text, mark = kept_text(run.released, key)
    about = {
        "facts": asdict(run.facts), "study": run.study.model_dump(mode="json", by_alias=True),
        "shown": list(run.shown), "folder": _written(run.folder, run.study.root),
    }  # fmt: skip
    told = json.dumps(about, ensure_ascii=False, default=str)
    seal = _seal(mark, told, key)
    content = json.dumps({"mark": mark, "released": text, "about": told, "seal": seal}, ensure_ascii=False)
    _put(folder / f"{run.run_id}.json", content.encode())
    aside = folder / f"{run.run_id}.{os.getpid()}.npy"
    np.save(aside, run.identifiers)
    aside.chmod(0o600)
    aside.replace(folder / f"{run.run_id}.npy")
    order = stored_order(state)
    order = order if run.run_id in order else (*order, run.run_id)
    for old in order[:-MOST]:
        for ending in (".json", ".npy"):
            (folder / f"{old}{ending}").unlink(missing_ok=True)
    _put(folder / ORDER, json.dumps(order[-MOST:]).encode())


def stored_order(state: Path) -> tuple[str, ...]:
    """Return the names of the kept runs in the order in which they were first made."""
    try:
        names = json.loads((state / FOLDER / ORDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    return tuple(name for name in names if isinstance(name, str) and (state / FOLDER / f"{name}.json").is_file())


def stored_run(study: Study, key: bytes, run_id: str | None = None) -> StoredRun:
    """Return a kept run: the one named, or the one made last.

    Raises
    ------
    StudyError
        KU526 when there is none of the name (with the nearest), KU545 none at all.
    DisclosureError
        KU527 when what was kept has been changed, or was kept by another version.
    """
    order = stored_order(study.state_folder)
    if not order:
        raise StudyError("KU545")
    name = run_id or order[-1]
    if name not in order:
        near = difflib.get_close_matches(name, order, n=1, cutoff=0.3)
        raise StudyError("KU526", run=name, near=near[0] if near else "-")
    file = study.state_folder / FOLDER / f"{name}.json"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        released = released_again(content["released"], content["mark"], key)
        if not hmac.compare_digest(content["seal"].encode(), _seal(content["mark"], content["about"], key).encode()):
            raise DisclosureError("KU527")
        identifiers = np.load(file.with_suffix(".npy"), allow_pickle=False)
        return _run(released, json.loads(content["about"]), study, identifiers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DisclosureError("KU527") from None


def _run(released: Released, about: Mapping[str, Any], study: Study, identifiers: np.ndarray) -> StoredRun:
    facts = dict(about["facts"])
    kept = facts.pop("kept")
    if kept is not None:
        tuples: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        kept = Kept(**tuples)
    then = Study.model_validate({**about["study"], "root": study.root})
    folder = study.root / about["folder"]
    return StoredRun(released, RunFacts(**facts, kept=kept), then, tuple(about["shown"]), folder, identifiers)


def _seal(mark: str, about: str, key: bytes) -> str:
    """Return what binds a release to the names, settings and place that are kept with it."""
    return hashlib.blake2b(f"{mark}\n{about}".encode(), key=key, person=b"kept run").hexdigest()


def _written(folder: Path, root: Path) -> str:
    """Return a path that moves with the folder of the study, when it lies in it."""
    folder, root = folder.resolve(), root.resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _put(file: Path, content: bytes) -> None:
    aside = file.with_name(f"{file.name}.{os.getpid()}.new")
    aside.write_bytes(content)
    aside.chmod(0o600)
    aside.replace(file)
