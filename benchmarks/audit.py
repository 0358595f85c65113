"""The gate over a report of 40 exhibits: the rooms on the demo municipality and twenty synthetic results.

`python -m benchmarks.audit [people]` prints the time of protection and audit, cells, relations and programmes; the
limit is 60 seconds on 2 cores. `people` is the size of the synthetic results.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.synthetic import synthetic_results
from kumppanuus import pipeline
from kumppanuus.analysis import Result
from kumppanuus.demo import write_demo
from kumppanuus.disclosure import gate
from kumppanuus.disclosure.audit import Finding, audit
from kumppanuus.disclosure.base import Base
from kumppanuus.methods.integer import Solved
from kumppanuus.register.engine import prepare
from kumppanuus.register.store import build_register
from kumppanuus.study import Disclosure, load_study
from kumppanuus.wings import ROOMS

LIMIT = 60.0


def main(people: int = 2000) -> int:
    """Run the gate once and print what it took; return 1 above the limit."""
    with tempfile.TemporaryDirectory() as folder:
        results = results_of_demo(Path(folder))
    results |= synthetic_results(1, people)
    exhibits = sum(len(room.charts) for room in ROOMS if room.key in results) + len(synthetic_results(1, people))
    setattr(gate, "audit", _told)  # noqa: B010
    began = time.perf_counter()
    released = gate.release(results, Disclosure())
    took = time.perf_counter() - began
    print(f"{exhibits} exhibits, {released.hidden} numbers hidden: {took:.1f} s (limit {LIMIT:.0f} s)")
    return 0 if took <= LIMIT else 1


def _told(base: Base, solved: Solved | None = None) -> Finding:
    began = time.perf_counter()
    finding = audit(base, solved)
    print(
        f"audit {time.perf_counter() - began:5.1f} s  {len(base.exact)} cells, {base.system.rows.shape[0]} relations, "
        f"{finding.asked} small hidden cells, {int(finding.told.sum())} told, "
        f"{solved.programmes if solved else 0} programmes in {len(solved.blocks) if solved else 0} blocks"
    )
    return finding


def results_of_demo(folder: Path) -> dict[str, Result]:
    """Count all rooms on the demo municipality, without protecting or writing anything."""
    write_demo(folder)
    study = load_study(folder)
    intake, _key = pipeline.read(study, progress=_quiet)
    study = study.model_copy(update={"services": intake.services, "peers": intake.peers or study.peers})
    register = build_register(intake.tables, study, folder / "register", families=intake.families)
    prepare(ROOMS, register, study)
    return {pipeline.ACCOUNT: pipeline.account(intake), **pipeline.results_of(ROOMS, register, study)}


def _quiet(_step: str, _done: int, _all: int) -> None:
    """Tell no progress."""


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
