"""What charts and signals of the room read from its published numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.forms.shares import published_shares
from kumppanuus.language.say import Say

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Year:
    """The share in time of a study year: value and 95 % limits (0–1), and the families of the contacts due."""

    year: str
    value: float
    lower: float
    upper: float
    families: float

    @property
    def share(self) -> tuple[float, float, float]:
        """The value and its limits."""
        return self.value, self.lower, self.upper


def limit_of(released: ReleasedResult, clock: str) -> float:
    """Return the limit in force on the last day, in working days or months; NaN when none is."""
    table = released["limits"]
    rows = table[table["clock"].astype(str) == clock]
    return float(next(iter(rows["working_days"].fillna(rows["months"])), math.nan))


def target_of(released: ReleasedResult) -> float:
    """Return the share in time that areas are measured against; NaN without clocks."""
    return float(next(iter(released["limits"]["target_percent"]), math.nan)) / 100


def areas_of(released: ReleasedResult, clock: str) -> pd.DataFrame:
    """Return the published areas of a clock with ``value``, ``lower``, ``upper`` that hold for all of them at once.

    An area that is not known is no area; both clocks' areas are looked at together.
    """
    table = released.tables["areas"]
    known = table.frame[table.frame["area"].astype(str) != UNKNOWN]
    shares = published_shares(table, part="in_time", of="due", homes="families", compared=len(known))
    joined = known.join(shares)
    return pd.DataFrame(joined[joined["clock"].astype(str) == clock])


def years_of(released: ReleasedResult, clock: str) -> list[Year]:
    """Return the share in time of every year that has one, with families as units."""
    table = released.tables["years"]
    mine = replace(table, frame=table.frame[table.frame["clock"].astype(str) == clock])
    found = mine.frame.join(published_shares(mine, part="in_time", of="due", homes="families"))
    return [
        Year(str(row["year"]), *(float(row[each]) for each in ("value", "lower", "upper", "families")))
        for row in found.dropna(subset=["value"]).to_dict("records")
    ]


def year_of(released: ReleasedResult) -> str:
    """Return the year of areas, kinds and fates; empty when there is nothing."""
    return str(next(iter(released["fates"]["year"]), ""))


def late_words(year: Year, say: Say) -> str:
    """Write the share that was late; where the rounded numbers are equal it is (nearly) none."""
    return say("share.none") if year.value >= 1 else say.percent(1 - year.value)
