"""From a municipality to what is published of it, the way of the pipeline: register, counts, results, gate, report."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.attack.town import Town
from kumppanuus import pipeline
from kumppanuus.analysis import Analysis, Result
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.language.say import speaker
from kumppanuus.register.account import PARTS, AccountResult
from kumppanuus.register.engine import count, prepare
from kumppanuus.register.store import Register, build_register
from kumppanuus.report.facts import RunFacts
from kumppanuus.report.write import write_report
from kumppanuus.wings import ROOMS

Counts = Mapping[str, Mapping[str, pd.DataFrame]]


@dataclass(frozen=True, slots=True)
class Case:
    """What is published of a town, and the exact numbers behind it, which the attacker does not have.

    counts : room → its counts before compute.
    refused : code of the gate's refusal; then nothing was published.
    """

    town: Town
    rooms: tuple[Analysis, ...]
    counts: Counts
    exact: Mapping[str, Result]
    released: Released | None
    refused: str = ""


def publish(town: Town, rooms: Sequence[Analysis] = ROOMS, folder: Path | None = None) -> Case:
    """Count, compute and release the rooms of a town; the register lies in `folder` or nowhere afterwards."""
    place = folder or Path(tempfile.mkdtemp(prefix="attack-"))
    try:
        register = build_register(town.tables, town.study, place / "register", buckets=1)
        chosen = [room for room in rooms if not pipeline.missing_tables(room, register.given)]
        prepare(chosen, register, town.study)
        params = {room.key: pipeline.room_params(room, town.study) for room in chosen}
        counts = {room.key: count(room, params[room.key], register, town.study) for room in chosen}
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    return released_case(town, tuple(chosen), counts, register)


def released_case(town: Town, rooms: tuple[Analysis, ...], counts: Counts, register: Register) -> Case:
    """Compute and release what was counted."""
    exact = computed(town, rooms, counts, register.given)
    try:
        released: Released | None = release(exact, town.study.disclosure)
        refused = ""
    except Exception as error:  # the gate may refuse; what is not published cannot be attacked
        if type(error).__name__ != "DisclosureError":
            raise
        released, refused = None, str(getattr(error, "code", error))
    return Case(town, rooms, counts, exact, released, refused)


def computed(town: Town, rooms: Sequence[Analysis], counts: Counts, given: frozenset[str]) -> dict[str, Result]:
    """Return the results of rooms and the account of rows, before protection."""
    context, results = pipeline.context_of(town.study, given), dict[str, Result]()
    for room in pipeline.used_first(rooms):
        used = pipeline.with_used(context, room, results)
        results[room.key] = room.compute(counts[room.key], pipeline.room_params(room, town.study), used)
    return {pipeline.ACCOUNT: _account(town), **{room.key: results[room.key] for room in rooms}}


def _account(town: Town) -> AccountResult:
    rows, reasons = [], []
    for name, table in town.tables.items():
        aside = town.aside.get(name, {})
        parts = {"used": table.num_rows, "merged": sum(aside.values()) // 3, "quarantined": sum(aside.values()),
                 "outside_window": len(aside), "blank": 0}  # fmt: skip
        rows.append({"table": name, "read": sum(parts.values()), **parts})
        reasons += [(name, rule, n) for rule, n in sorted(aside.items())]
    return AccountResult(
        pd.DataFrame(rows, columns=["table", "read", *PARTS]),
        pd.DataFrame(reasons, columns=["table", "rule", "rows"]).astype({"rows": np.int64}),
        pd.DataFrame(columns=["table", "rule", "found"]).astype({"found": np.int64}),
    )


def write(case: Case, folder: Path) -> tuple[Path, ...]:
    """Write the whole report of a case: page, charts, workbook, manifest; no pictures of points."""
    assert case.released is not None
    folder.mkdir(parents=True)
    facts = RunFacts("attack0000", "0", {"x.csv": "ab" * 32}, "cd" * 32, "0123456789abcdef", {}, {})
    say = speaker(case.town.study)
    return write_report(case.released, case.rooms, case.town.study, say=say, facts=facts, folder=folder, png=False)
