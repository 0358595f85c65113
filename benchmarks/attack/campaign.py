"""One town attacked with everything, and what came of many."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.attack.book import Book
from benchmarks.attack.bounds import attack
from benchmarks.attack.curves import curve_finds
from benchmarks.attack.figures import figure_finds, money_finds, pair_finds
from benchmarks.attack.finds import Find
from benchmarks.attack.meaning import book_of
from benchmarks.attack.orders import order_finds
from benchmarks.attack.papers import headline_finds, paper_finds
from benchmarks.attack.publish import Case, publish, write
from benchmarks.attack.reruns import rerun_finds
from benchmarks.attack.town import random_town
from kumppanuus.analysis import Analysis
from kumppanuus.wings import ROOMS

MOST_EXHIBITS = 8
RERUN_EVERY = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a town.

    refused : the gate published nothing. small : small hidden numbers looked for. solved : of them those for which
    all solutions were asked. untrue : what the attacker believed that is not true; then she is at fault.
    """

    seed: int
    clients: int
    exhibits: int
    seconds: float
    refused: bool
    hidden: int
    small: int
    solved: int
    finds: tuple[Find, ...]
    untrue: tuple[str, ...] = ()


def some_rooms(seed: int) -> tuple[Analysis, ...]:
    """Return rooms at random with at most `MOST_EXHIBITS` exhibits in all."""
    random = np.random.default_rng(seed + 10_000)
    chosen: list[Analysis] = []
    for place in random.permutation(len(ROOMS)):
        if sum(len(room.charts) for room in (*chosen, ROOMS[place])) <= MOST_EXHIBITS:
            chosen.append(ROOMS[place])
    return tuple(room for room in ROOMS if room in chosen)


def one_town(
    seed: int, *, full: bool = False, guesses: bool = False, smallest: int = 500, largest: int = 50_000
) -> Outcome:
    """Publish the town of a seed and attack it.

    Parameters
    ----------
    full : all rooms, and the written files as well.
    guesses : see `sheets.Copier`.
    """
    began = time.perf_counter()
    town = random_town(seed, smallest, largest)
    case = publish(town, ROOMS if full else some_rooms(seed))
    clients, exhibits = town.tables["clients"].num_rows, sum(len(room.charts) for room in case.rooms)
    if case.released is None:
        return Outcome(seed, clients, exhibits, time.perf_counter() - began, True, 0, 0, 0, ())
    book = book_of(case, guesses=guesses)
    untrue = tuple(sorted(set(book.untrue())))
    small, solved, finds = (0, 0, []) if untrue else _bounds(case, book)
    finds += [*curve_finds(case), *figure_finds(case), *order_finds(case, frozenset(town.tables), seed)]
    if full or seed % RERUN_EVERY == 0:
        finds += rerun_finds(case)
    if full:
        finds += _papers(case)
    seconds = time.perf_counter() - began
    hidden = case.released.hidden
    return Outcome(seed, clients, exhibits, seconds, False, hidden, small, solved, tuple(dict.fromkeys(finds)), untrue)


def town_or_fault(seed: int, *, full: bool, guesses: bool, smallest: int, largest: int) -> Outcome | str:
    """Attack a town in a process of its own; a fault of the program comes back as its place."""
    try:
        return one_town(seed, full=full, guesses=guesses, smallest=smallest, largest=largest)
    except Exception:
        return traceback.format_exc(limit=-3)


def in_silence() -> None:
    """Let a process print nothing: the solver writes lines of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _bounds(case: Case, book: Book) -> tuple[int, int, list[Find]]:
    came = attack(book)
    finds = [
        Find("candidates", " ".join(each.name), f"{each.exact:.0f} lies between {each.least:.0f} and {each.most:.0f}")
        for each in came.found
    ]
    return came.small, came.solved, [*finds, *money_finds(case, book, came), *pair_finds(book, came)]


def _papers(case: Case) -> list[Find]:
    place = Path(tempfile.mkdtemp(prefix="attack-report-"))
    try:
        try:
            write(case, place / "report")
        except ValueError as fault:  # a chart that cannot be drawn is no leak, but a fault all the same
            return [Find("report cannot be written", f"town {case.town.seed}", str(fault))]
        return [*paper_finds(case, place / "report"), *headline_finds(case, place / "report")]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def table_of(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the summary of a campaign, line by line."""
    done = [each for each in outcomes if not each.refused]
    finds = [find for each in done for find in each.finds]
    kinds = sorted({find.attack for find in finds})
    return [
        f"municipalities                 {len(outcomes):9,}",
        f"  of them refused by the gate  {len(outcomes) - len(done):9,}",
        f"clients, median and most       {int(np.median([each.clients for each in outcomes])):9,}"
        f"{max(each.clients for each in outcomes):9,}",
        f"hidden numbers                 {sum(each.hidden for each in done):9,}",
        f"small hidden numbers sought    {sum(each.small for each in done):9,}",
        f"  asked of all solutions       {sum(each.solved for each in done):9,}",
        f"towns with untrue beliefs      {sum(bool(each.untrue) for each in done):9,}",
        f"finds                          {len(finds):9,}",
        *(f"  {kind:<28} {sum(find.attack == kind for find in finds):9,}" for kind in kinds),
        f"seconds a town, mean           {np.mean([each.seconds for each in outcomes]):9.1f}",
    ]
