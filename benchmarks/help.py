"""How long ``kumppanuus --help`` takes: processor seconds over ten calls, beside what importing click alone takes."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

CALLS = 10
MOST_SECONDS = 0.25
ASKED = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "kumppanuus --help": [sys.executable, "-m", "kumppanuus", "--help"],
    "kumppanuus run --help": [sys.executable, "-m", "kumppanuus", "run", "--help"],
    "kumppanuus explain KU309": [sys.executable, "-m", "kumppanuus", "explain", "KU309"],
}


def seconds(command: list[str]) -> float:
    """Return the processor seconds of one call, its own and the system's."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Print a line per command; returns 1 when the help takes longer than it may."""
    middle = {}
    for name, command in ASKED.items():
        seconds(command)  # once to fill the caches of the system
        middle[name] = statistics.median(seconds(command) for _ in range(CALLS))
        first = next(iter(middle.values()))
        print(f"{name:<28} {middle[name]:6.3f} s CPU   {middle[name] / first:5.1f} x import click")
    good = middle["kumppanuus --help"] <= MOST_SECONDS
    print(f"{'ok' if good else 'x'} the help may take {MOST_SECONDS} s CPU")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
