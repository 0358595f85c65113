"""Would the forecast have been right? The whole demo town, seed after seed: what its check says and what came.

``python -m benchmarks.backtest [SEEDS] [FIRST] [--public]`` makes the demo of 100 seeds, counts the rooms that the
forecast is made of and reads its check: a forecast made at the end of 2023 against the end of 2025. Exact numbers, as
on the internal face; ``--public``: protected and audited ones, at a quarter of a minute or so a seed. Exit code 1 when
the mean error of all services together is over 3 %, or the interval of 80 % holds what came less often than 72 or more
often than 88 times in a hundred.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kumppanuus import pipeline
from kumppanuus.demo import write_demo
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.register.store import build_register
from kumppanuus.resources.forecast import ANALYSIS
from kumppanuus.study import load_study
from kumppanuus.wings import ROOMS

SEEDS = 100
BIAS, LEAST, MOST = 0.03, 0.72, 0.88
LEFT_OUT = "resources.spending"
"""The check asks for no costs."""


def checked(seed: int, folder: Path, *, public: bool) -> ReleasedResult:
    """Make the demo of a seed and return its forecast."""
    write_demo(folder / "kunta", seed=seed)
    study = load_study(folder / "kunta")
    intake, _ = pipeline.read(study, progress=lambda *_: None)
    register = build_register(intake.tables, study, folder / "register")
    rooms = [room for room in ROOMS if room.key in (*ANALYSIS.uses, ANALYSIS.key) and room.key != LEFT_OUT]
    results = pipeline.results_of(rooms, register, study)
    context = pipeline.context_of(study, register.given)
    gather = {room.key: gatherer(room, room.params(), rooms, register.given, context=context)
              for room in pipeline.used_first(rooms) if room.gather}  # fmt: skip
    face = "public" if public else "internal"
    return release(results, study.disclosure, face=face, gather=gather).results[ANALYSIS.key]  # type: ignore[arg-type]


def judged(each: pd.DataFrame, total: pd.DataFrame) -> bool:
    """Print what came of the checks, and say whether the bars are met."""
    by_service = each.groupby("service").agg(
        forecast=("forecast", "mean"), came=("came", "mean"), inside=("inside", "mean"), towns=("inside", "size")
    )
    shown = by_service.assign(bias=by_service["forecast"] / by_service["came"] - 1).sort_index()
    print(shown[["towns", "forecast", "came", "bias", "inside"]].round(3).to_string())
    bias = float(total["forecast"].mean() / total["came"].mean() - 1)
    inside, together = float(each["inside"].mean()), float(total["inside"].mean())
    print(f"all services together: bias {bias:+.3f}, interval holds {together:.2f}; of single services {inside:.2f}")
    return abs(bias) <= BIAS and LEAST <= inside <= MOST


def main(arguments: Sequence[str]) -> int:
    """Run the seeds."""
    numbers = [int(each) for each in arguments if not each.startswith("--")]
    seeds, first = [*numbers, *(SEEDS, 1)[len(numbers) :]]
    each, total = list[pd.DataFrame](), list[pd.DataFrame]()
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory() as folder:
            found = checked(seed, Path(folder), public="--public" in arguments)
        each.append(found["checks"])
        total.append(found["all_checks"])
        print(
            f"seed {seed}: {total[-1][['before', 'forecast', 'lower', 'upper', 'came']].iloc[0].to_dict()}", flush=True
        )
    return 0 if judged(pd.concat(each), pd.concat(total)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
