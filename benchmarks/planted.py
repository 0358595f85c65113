"""Are the demo's planted pain points found, and nothing above them that was not planted? Seed after seed.

``python -m benchmarks.planted [SEEDS] [FIRST]`` makes the demo of 20 seeds, counts the wing `baseline`, passes it
through the gate and reads the board's ranking. A planted point counts as found when its signal stands on the board with
nothing above it but other planted ones and their consequences. Exit code 1 when fewer than 19 of 20 seeds find them
all.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kumppanuus import pipeline
from kumppanuus.baseline import ROOMS
from kumppanuus.demo import write_demo
from kumppanuus.demo.catalogue import DEFAULT_FAMILIES
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.register.engine import prepare
from kumppanuus.register.store import build_register
from kumppanuus.study import load_study
from kumppanuus.wings import ROOMS as EVERY_ROOM

SEEDS, ENOUGH = 20, 0.95
BOARD = "baseline.pain_points"


@dataclass(frozen=True, slots=True)
class Placed:
    """One signal on the board: its room, name, the codes it is about, and its score."""

    room: str
    name: str
    about: tuple[str, ...]
    score: float

    def is_one_of(self, where: Mapping[str, Any]) -> bool:
        """Tell whether it is a signal of this room, of this name if told, about these codes (of the whole if none)."""
        named = where.get("name", self.name) == self.name
        about = set(where["about"]) <= set(self.about) and bool(where["about"]) == bool(self.about)
        return self.room == where["room"] and named and about


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the planted points of one seed.

    found : name of the planted point → its place on the board, 0 when it is not there.
    above : signals that nothing planted explains and that stand above a planted one.
    """

    seed: int
    found: Mapping[str, int]
    above: tuple[Placed, ...]

    @property
    def right(self) -> bool:
        """Whether every planted point is there and nothing else stands above one."""
        return all(self.found.values()) and not self.above


def board_of(folder: Path) -> tuple[Placed, ...]:
    """Read a written demo, count the wing, protect it and return the board's signals, the heaviest first."""
    study = load_study(folder)
    intake, _ = pipeline.read(study, progress=_quiet)
    study = study.model_copy(update={"services": intake.services, "peers": intake.peers or study.peers})
    register = build_register(intake.tables, study, folder / "register", families=intake.families)
    used = {key for room in ROOMS for key in room.uses}
    rooms = [*ROOMS, *(room for room in EVERY_ROOM if room.key in used and room not in ROOMS)]
    prepare(rooms, register, study)
    results = pipeline.results_of(rooms, register, study)
    board = next(room for room in ROOMS if room.key == BOARD)
    gather = {BOARD: gatherer(board, pipeline.room_params(board, study), ROOMS, register.given)}
    released = release(results, study.disclosure, show={room.key for room in ROOMS}, gather=gather)
    return ranking(released.results[BOARD])


def ranking(board: ReleasedResult) -> tuple[Placed, ...]:
    """Return the signals that a released board ranks above nothing, the heaviest first."""
    frame = board["signals"].sort_values("rank")
    rows = frame.loc[frame["score"] > 0, ["signal", "score"]].itertuples(index=False, name=None)
    return tuple(_placed(str(code), float(score)) for code, score in rows)


def _placed(code: str, score: float) -> Placed:
    """Take a code of the board apart: ``baseline.timeliness/late_start?area=areas:lantinen``."""
    whose, _, words = code.partition("?")
    room, _, name = whose.partition("/")
    about = tuple(word.rpartition(":")[2] for word in words.split("&") if word)
    return Placed(room, name, about, score)


def judge(seed: int, board: Sequence[Placed], planted: Sequence[Mapping[str, Any]]) -> Verdict:
    """Compare a board with what was planted."""
    found = {
        point["name"]: next((n for n, signal in enumerate(board, 1) if signal.is_one_of(point["signal"])), 0)
        for point in planted
    }
    explained = [where for point in planted for where in (point["signal"], *point["echoes"])]
    strange = [(n, each) for n, each in enumerate(board, 1) if not any(each.is_one_of(where) for where in explained)]
    lowest = max(found.values())
    return Verdict(seed, found, tuple(each for n, each in strange if n < lowest))


def one_seed(seed: int, families: int = DEFAULT_FAMILIES) -> tuple[Verdict, tuple[Placed, ...]]:
    """Make one demo and judge its board."""
    with tempfile.TemporaryDirectory() as name:
        files = write_demo(Path(name), seed=seed, families=families)
        truth = json.loads(files.truth.read_text(encoding="utf-8"))
        board = board_of(Path(name))
    return judge(seed, board, truth["planted"]), board


def main(arguments: Sequence[str]) -> int:
    """Run the seeds, say of each what was found, and return the exit code."""
    seeds = int(arguments[0]) if arguments else SEEDS
    first = int(arguments[1]) if len(arguments) > 1 else 1
    right = 0
    for seed in range(first, first + seeds):
        verdict, board = one_seed(seed)
        right += verdict.right
        places = ", ".join(f"{name} {place or 'NOT FOUND'}" for name, place in verdict.found.items())
        print(f"seed {seed}: {'right' if verdict.right else 'WRONG'}: {places}; {len(board)} signals", flush=True)
        for each in verdict.above:
            print(
                f"    not planted, above: {each.room}/{each.name} {' '.join(each.about)} {each.score:.1f}", flush=True
            )
    print(f"{right} of {seeds} seeds right; {ENOUGH:.0%} are enough")
    return 0 if right >= ENOUGH * seeds else 1


def _quiet(*_step: object) -> None:
    """Progress that nobody watches."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
