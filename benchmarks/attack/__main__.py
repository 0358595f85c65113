"""The attack at full size: `python -m benchmarks.attack` (1,000 municipalities, and 20 with whole written reports).

`--towns N --full N --first SEED --largest CLIENTS --processes N`; every find is printed with the seed of its town, so
that `--first SEED --towns 1 --full 0` brings it back. Ends with 1 when anything was found. The numbers printed are
those of invented municipalities.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from functools import partial

from benchmarks.attack.campaign import Outcome, in_silence, table_of, town_or_fault


def main() -> int:
    """Attack and print what came of it."""
    asked = _asked()
    began, total, faults = time.perf_counter(), 0, 0
    for full, n in ((False, asked.towns), (True, asked.full)):
        if not n:
            continue
        outcomes: list[Outcome] = []
        work = partial(town_or_fault, full=full, guesses=asked.guesses, smallest=asked.smallest, largest=asked.largest)
        seeds = range(asked.first, asked.first + n)
        with multiprocessing.get_context("spawn").Pool(asked.processes, in_silence, maxtasksperchild=25) as pool:
            for seed, outcome in zip(seeds, pool.imap(work, seeds), strict=True):
                if isinstance(outcome, str):
                    faults += 1
                    print(f"town {seed}: {outcome}", flush=True)
                    continue
                outcomes.append(outcome)
                _tell(outcome)
        if outcomes:
            kind = "whole written reports" if full else "reports of at most 8 exhibits"
            print("\n".join([f"\n{kind}", *table_of(outcomes)]), flush=True)
        total += sum(len(each.finds) + len(each.untrue) for each in outcomes)
    print(f"\n{total} finds, {faults} faults of the program, {(time.perf_counter() - began) / 60:.0f} minutes")
    return int(total > 0 or faults > 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("towns", 1000), ("full", 20), ("first", 1), ("smallest", 500), ("largest", 50_000),
                        ("processes", 2)):  # fmt: skip
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--guesses", action="store_true", help="the attacker guesses right which hidden rows are small")
    return parser.parse_args()


def _tell(outcome: Outcome) -> None:
    what = "refused by the gate" if outcome.refused else f"{outcome.small} sought, {len(outcome.finds)} finds"
    size = f"{outcome.clients:,} clients, {outcome.exhibits} exhibits"
    print(f"town {outcome.seed}: {size}, {outcome.seconds:.0f} s: {what}")
    for find in outcome.finds[:20]:
        print(f"  {find}")
    for belief in outcome.untrue:
        print(f"  NOT TRUE: {belief}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
