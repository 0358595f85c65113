"""Rows of counts as Cox's model needs them: covariates as columns, patterns, strata on their days with ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.methods.cox_sums import Stratum
from kumppanuus.methods.intervals import Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a frame as arrays; pattern and stratum are numbers from 0."""

    entry: Floats
    duration: Floats
    event: Floats
    n: Floats
    design: Floats
    pattern: npt.NDArray[np.int64]
    stratum: npt.NDArray[np.int64]
    names: tuple[str, ...]

    def with_variables(self, places: npt.NDArray[np.int64]) -> Rows:
        """Return the rows with some of the variables only."""
        names = tuple(self.names[place] for place in places)
        return replace(self, design=self.design[:, places], names=names)


@dataclass(frozen=True, slots=True)
class Part:
    """A stratum and the places of its rows in the frame."""

    stratum: Stratum
    rows: npt.NDArray[np.int64]

    def with_variables(self, places: npt.NDArray[np.int64]) -> Part:
        """Return the stratum with some of the variables only."""
        return replace(self, stratum=replace(self.stratum, design=self.stratum.design[:, places]))


def rows_of(
    frame: pd.DataFrame, factors: Sequence[str], numbers: Sequence[str], strata: Sequence[str],
    references: Mapping[str, str],
) -> Rows:  # fmt: skip
    """Read a frame, see `cox.cox`.

    Raises
    ------
    ValueError
        When there is no variable, or a duration is not longer than its entry.
    """
    n = frame["n"].to_numpy(dtype=float) if "n" in frame else np.ones(len(frame))
    event = frame["event"].to_numpy(dtype=bool).astype(float)
    entry = frame["entry"].to_numpy(dtype=float) if "entry" in frame else np.zeros(len(frame))
    duration = frame["duration"].to_numpy(dtype=float)
    if np.any(duration <= entry):
        raise ValueError("duration: must come after entry (a period of no length is not at risk)")
    columns: dict[str, Floats] = {}
    for factor in factors:
        codes = frame[factor].astype(str)
        ends = pd.Series(n * event, index=frame.index).groupby(codes).sum()  # sorted by code
        reference = references.get(factor, str(ends.idxmax()) if len(ends) else "")
        compared = [code for code in ends.index if code != reference]
        columns |= {f"{factor}={code}": (codes == code).to_numpy(dtype=float) for code in compared}
    columns |= {name: frame[name].to_numpy(dtype=float) for name in numbers}
    if not columns:
        raise ValueError("factors, numbers: no variable to compare by")
    design = np.column_stack([*columns.values()])
    stratum = _numbers(frame, list(strata)) if strata else np.zeros(len(frame), dtype=np.int64)
    pattern = _numbers(pd.DataFrame(design), list(range(design.shape[1])))
    return Rows(entry, duration, event, n, design, pattern, stratum, tuple(columns))


def _numbers(frame: pd.DataFrame, columns: list[str] | list[int]) -> npt.NDArray[np.int64]:
    """Return the number of each row's combination of codes, in their order."""
    return np.asarray(frame.groupby(columns, sort=True, observed=True).ngroup(), dtype=np.int64)


def strata_of(rows: Rows) -> Iterator[Part]:
    """Count each stratum by pattern on its days with ends; a stratum in which nothing ends says nothing."""
    for number in range(int(rows.stratum.max(initial=-1)) + 1):
        here = np.flatnonzero(rows.stratum == number)
        days = np.unique(rows.duration[here][(rows.event * rows.n)[here] > 0])
        if not len(days):
            continue
        known, first, place = np.unique(rows.pattern[here], return_index=True, return_inverse=True)
        shape = (len(known), len(days) + 1)
        n = rows.n[here]
        # at risk on a day with ends: entered before it, left on it or later
        entered = _counted(place, np.searchsorted(days, rows.entry[here], side="right"), n, shape)
        gone = _counted(place, np.searchsorted(days, rows.duration[here], side="right"), n, shape)
        ended = _counted(place, np.searchsorted(days, rows.duration[here]), n * rows.event[here], shape)
        at_risk = np.cumsum(entered - gone, axis=1)
        yield Part(Stratum(rows.design[here][first], days, at_risk[:, :-1], ended[:, :-1]), here)


def _counted(pattern: npt.NDArray[np.int64], day: npt.NDArray[np.int64], n: Floats, shape: tuple[int, int]) -> Floats:
    flat = np.bincount(pattern * shape[1] + day, weights=n, minlength=shape[0] * shape[1])
    return flat.astype(np.float64).reshape(shape)


def comparable(parts: Sequence[Part], names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the places of the variables whose coefficient is a comparison with the reference of their factor.

    Codes that are never in a stratum with the reference, nor with codes that are, can be compared with each other
    only. Numbers are always comparable.
    """
    of = np.array([name.split("=")[0] for name in names], dtype=object)
    coded = np.array(["=" in name for name in names], dtype=bool)
    kept = ~coded
    for factor in dict.fromkeys(of[coded]):
        places = np.flatnonzero((of == factor) & coded)
        here = np.array([(part.stratum.design[:, places] > 0).any(axis=0) for part in parts]).reshape(-1, len(places))
        reached = np.array([(part.stratum.design[:, places] == 0).all(axis=1).any() for part in parts], dtype=bool)
        while True:
            kept[places] = here[reached].any(axis=0)
            wider = reached | here[:, kept[places]].any(axis=1)
            if (wider == reached).all():
                break
            reached = wider
    return np.flatnonzero(kept)
