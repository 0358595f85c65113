"""How useful a protected report still is: numbers published, errors of counts and of curves, by size of the town.

`python -m benchmarks.usefulness [--seeds 5] [--write]` prints a table for towns of 60, 200, 1,000 and 10,000 clients
and with `--write` puts it into docs/usefulness.md. The towns are the invented ones of the attack, all rooms at once.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.attack.campaign import in_silence
from benchmarks.attack.publish import Case, publish
from benchmarks.attack.town import random_town

SIZES = (60, 200, 1000, 10_000)
PAGE = Path(__file__).resolve().parents[1] / "docs" / "usefulness.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True, slots=True)
class Use:
    """What of a report could be used.

    published, published_large : share of counts above 0 that are shown, of all and of those of 7 or more; numbers of
    curves are not among them. amounts : the same of sums and means.
    count_error : mean relative error of shown counts. curve_errors : of each curve with two points or more the
    largest distance to the raw one in its reach, lines drawn between points. raw_curves : groups large enough for one.
    """

    refused: bool
    published: float = np.nan
    published_large: float = np.nan
    amounts: float = np.nan
    count_error: float = np.nan
    curve_errors: tuple[float, ...] = ()
    raw_curves: int = 0


def use_of(case: Case) -> Use:
    """Measure a case."""
    if case.released is None:
        return Use(refused=True)
    counts = pd.concat([*_numbers(case, ("persons", "families", "count"))], ignore_index=True)
    amounts = pd.concat([*_numbers(case, ("sum", "mean"))], ignore_index=True)
    shown = counts.dropna(subset=["shown"])
    errors = tuple(_curve_errors(case))
    return Use(
        refused=False,
        published=float(counts["shown"].notna().mean()),
        published_large=float(counts.loc[counts["exact"] >= 7, "shown"].notna().mean()),
        amounts=float(amounts["shown"].notna().mean()) if len(amounts) else np.nan,
        count_error=float((abs(shown["shown"] - shown["exact"]) / shown["exact"]).mean()),
        curve_errors=errors,
        raw_curves=sum(_large_groups(case)),
    )


def _numbers(case: Case, roles: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """Yield exact numbers above 0 of all tables but curves with what was shown of them; a row left out is not shown."""
    yield pd.DataFrame({"exact": pd.Series(dtype=float), "shown": pd.Series(dtype=float)})
    for key, result in case.released.results.items():  # type: ignore[union-attr]
        for name, table in result.tables.items():
            if table.declaration.form == "curve":
                continue
            exact, keys = getattr(case.exact[key], name), list(table.declaration.dimensions)
            for column in [each for each in table.declaration.names(*roles) if each in table.frame]:
                shown = table.frame[[*keys, column]].rename(columns={column: "shown"})
                both = exact.merge(shown, on=keys, how="left") if keys else exact.assign(shown=shown["shown"])
                both = both[both[column] > 0]
                yield pd.DataFrame({"exact": both[column].astype(float), "shown": both["shown"].astype(float)})


def _curves(case: Case) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    for name in ("level_curves", "service_curves"):
        result = case.released.results.get("lifecycle.durations")  # type: ignore[union-attr]
        if result is None or name not in result.tables:
            continue
        exact, code = getattr(case.exact["lifecycle.durations"], name), name.removesuffix("_curves")
        shown = result[name].dropna(subset=["survival"])
        for group, raw in exact.groupby(code):
            yield raw.sort_values("time"), shown[shown[code] == group].sort_values("time")


def _large_groups(case: Case) -> Iterator[bool]:
    """Yield of every group with a curve whether it has the 20 persons and 5 families a published curve needs."""
    for raw, _ in _curves(case):
        yield bool(raw["persons"].iloc[0] >= 20 and raw["families"].iloc[0] >= 5)


def _curve_errors(case: Case) -> Iterator[float]:
    for raw, shown in _curves(case):
        if len(shown) < 2:
            continue
        reach = raw[raw["time"] <= shown["time"].max()]
        drawn = np.interp(reach["time"].astype(float), shown["time"].astype(float), shown["survival"].astype(float))
        yield float(np.max(np.abs(drawn - reach["survival"].to_numpy(dtype=float))))


def row_of(size: int, uses: list[Use]) -> str:
    """Return a line of the table."""
    done = [each for each in uses if not each.refused]
    worst = [error for each in done for error in each.curve_errors]
    raw = sum(each.raw_curves for each in done)

    def mean(name: str) -> str:
        values = [getattr(each, name) for each in done]
        return f"{np.nanmean(values):.0%}".replace("%", " %") if np.isfinite(values).any() else "–"

    curves = f"{np.median(worst):.3f} | {np.percentile(worst, 90):.3f}" if worst else "– | –"
    return (f"| {size:,} | {len(uses)} | {len(uses) - len(done)} | {mean('published')} | {mean('published_large')} | "
            f"{mean('amounts')} | {mean('count_error')} | {len(worst)} of {raw} | {curves} |")  # fmt: skip


HEAD = (
    "| clients | towns | refused | counts published | of those ≥ 7 | sums and means published | mean error of counts | "
    "curves with points | worst point, median | worst point, 90 % |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def main() -> None:
    """Measure, print, and write the table when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    say = _printer()
    say(HEAD)
    rows = []
    for size in SIZES:
        cases = (publish(random_town(seed, size, size + 1)) for seed in range(1, asked.seeds + 1))
        rows.append(row_of(size, [use_of(case) for case in cases]))
        say(rows[-1])
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        told = "\n".join([BEGIN, "", HEAD, *rows, "", END])
        PAGE.write_text(before + told + after, encoding="utf-8", newline="\n")


def _printer() -> Callable[[str], None]:
    """Print to where we print now: the solver's own lines go nowhere."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    in_silence()
    return lambda text: print(text, file=out, flush=True)


if __name__ == "__main__":
    main()
