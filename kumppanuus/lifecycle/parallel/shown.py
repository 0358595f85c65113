"""Shares of families, clients, time and cost by how many services are open at once, from published numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult

CLASSES: tuple[tuple[str, ...], ...] = (("1",), ("2",), ("3", "4"), ("5+",))
"""Codes that are drawn as one part."""
IN_YEAR: tuple[tuple[str, ...], ...] = (("1",), ("2",), ("3+",))
_LEAST_LEFT, _ROUNDING = 0.05, 6.0
"""What is left of a total beside a hidden part is told only where rounding alone does not leave as much."""


@dataclass(frozen=True, slots=True)
class Split:
    """What is split by the number of services open at once.

    parts : one number a class, in their order; NaN where a published number is missing. classes : their codes.
    total : of all of them; NaN when it is not known.
    """

    parts: tuple[float, ...]
    classes: tuple[tuple[str, ...], ...]
    total: float

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of each class, 0–1; NaN where it is not known."""
        return tuple(part / self.total if self.total > 0 else math.nan for part in self.parts)

    def at_least(self, number: int) -> float:
        """Return the share with so many or more, in whole percent; NaN when it is not known."""
        above = [int(codes[0].rstrip("+")) >= number for codes in self.classes]
        high = sum(part for part, is_above in zip(self.parts, above, strict=True) if is_above)
        low = sum(part for part, is_above in zip(self.parts, above, strict=True) if not is_above)
        left = (self.total - low) / self.total if self.total > 0 else math.nan
        if not math.isnan(high):  # what the other parts leave of all, so that the two make 100 %
            return round(high / self.total if math.isnan(left) else min(max(left, 0.0), 1.0), 2)
        return round(left, 2) if left >= _LEAST_LEFT and self.total - low > _ROUNDING else math.nan


def split_of(
    rows: pd.DataFrame, over: str, of: str, total: float = math.nan, classes: Sequence[tuple[str, ...]] = CLASSES
) -> Split:
    """Return the published numbers of some rows by class.

    Parameters
    ----------
    over, of : names of the dimension and of the measure. total : of all, used where a number is missing.
    """
    found = {str(code): float(number) for code, number in zip(rows[over], rows[of], strict=True)}
    parts = tuple(sum(found.get(code, 0.0) for code in codes) for codes in classes)
    everything = sum(parts)
    return Split(parts, tuple(classes), everything if math.isnan(total) else total)


def splits(released: ReleasedResult) -> Mapping[str, Split]:
    """Return what the room splits, by name; what is not known at all is left out."""
    everyone = released["everyone"].iloc[0] if len(released["everyone"]) else pd.Series(dtype=float)
    total = {
        name: float(everyone.get(name, math.nan)) for name in ("families", "persons", "family_days", "client_days")
    }
    found = {
        "families": split_of(released["family_most"], "most_at_once", "families", total["families"]),
        "family_time": split_of(released["family_time"], "n_open", "days", total["family_days"]),
        "costs": split_of(released["costs"], "most_at_once", "cost_eur"),
        "clients": split_of(released["client_most"], "own_at_once", "persons", total["persons"]),
        "client_time": split_of(released["client_time"], "own_open", "days", total["client_days"]),
    }
    return {name: split for name, split in found.items() if split.total > 0}


def splits_of_years(released: ReleasedResult) -> Mapping[str, Split]:
    """Return the families of each year by the most services open at once in it; years not known at all are left out."""
    frame, totals = released["family_years"], released["years"]
    found: dict[str, Split] = {}
    for year, families in zip(totals["year"].astype(str), totals["families"], strict=True):
        of_year = frame[frame["year"].astype(str) == year]
        split = split_of(of_year, "most_in_year", "families", float(families), IN_YEAR)
        if split.total > 0:
            found[year] = split
    return found
