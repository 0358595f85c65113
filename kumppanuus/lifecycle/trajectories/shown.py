"""Published types as charts need them: how large, how dear, and what their own figures say of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Level
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.forms.states import shares_over_time
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.trajectories.states import ANY, NONE, OTHER
from kumppanuus.lifecycle.trajectories.types import STATES
from kumppanuus.methods.shares import wilson_limits

COLOURS: Mapping[str, Level] = MappingProxyType(
    {"corrective": "corrective", "special": "special", "early": "early", "universal": "universal",
     "unknown": "neutral", "any": "accent", "none": "hidden"}
)  # fmt: skip
HALF = 0.5
MOST_APART = 6
"""Where published months lie farther apart, what is between them is not known well enough to be added up."""
_FEWEST = 20
"""Followed clients below which nothing is said in percent (R4)."""
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class ShownType:
    """One published type.

    code : ``A``, ``B`` …, the largest first.
    n : clients (or families) of the type, protected; NaN when hidden.
    share, lower, upper : of all followed, whole percent, with its 95 % interval; NaN when not to be told.
    cost_eur, per_family_eur : of the follow-up, in all and on average; NaN when not given or hidden.
    story : what its states say; None when its curve is not published.
    """

    code: str
    n: float
    share: float
    lower: float
    upper: float
    cost_eur: float
    per_family_eur: float
    story: Story | None

    def words(self, say: Say) -> str:
        """Return what it is in a few words."""
        return self.story.label(say) if self.story else say("story.hidden")

    def label(self, say: Say) -> str:
        """Return its letter and what it is in a few words."""
        return f"{self.code}: {self.words(say)}"


@dataclass(frozen=True, slots=True)
class Story:
    """What the published states of a type say.

    kind : ``leaves``: at the end at least half are without a service (``leaves_some_time``: when is not known well
        enough); ``moves``: the most usual level at the end is another one than at the beginning; ``stays``: it is
        not; ``goes_on``: most use services, whose levels are not published by month; ``mixed``: nothing of these.
    first, last : most usual level of the first and of the last published month.
    main : level that most were on in some month; "" when not published.
    months : mean number of months in any service; NaN when it is not known well enough.
    without, held : share without a service, and on the most usual level, at the end; NaN when pooled with others.
    end : last published month.
    """

    kind: str
    first: str
    main: str
    last: str
    months: float
    without: float
    held: float
    end: float

    def label(self, say: Say) -> str:
        """Return the type in a few words."""
        names = {name: say.label("path_states", getattr(self, name)) for name in ("first", "main", "last")}
        return say(f"story.{self.kind}", **names, months=0 if math.isnan(self.months) else round(self.months))


def shown_types(released: ReleasedResult) -> dict[str, ShownType]:
    """Return the published types by code, the largest first."""
    people, months = released["followed"], months_of(released)
    curves = {str(code): table for table in _curves(released) for code in table.frame["type"].unique()}
    who = who_of(released)
    main = _main_levels(released, who)
    every = float(people[who].sum(min_count=1)) if len(people) else math.nan
    homes = float(people["families"].sum(min_count=1)) if len(people) else math.nan
    found = {}
    for row in released["types"].to_dict("records"):
        code = str(row["type"])
        limits = _share(float(row[who]), every, homes)
        story = story_of(curves[code], code, months, main.get(code, "")) if code in curves else None
        found[code] = ShownType(
            code, float(row[who]), *limits, float(row["cost_eur"]), float(row["per_family_eur"]), story
        )
    return found


def who_of(released: ReleasedResult) -> str:
    """Return the column that counts whose paths these are: persons, or families."""
    return "families" if "family" in set(released["fates"]["whose"]) else "persons"


def months_of(released: ReleasedResult) -> int:
    """Return how many months were followed."""
    return int(released["followed"]["months"].max()) if len(released["followed"]) else 0


def story_of(table: ReleasedTable, code: str, months: int, main: str) -> Story | None:
    """Read a type off its published states; None when fewer than two months of them are published.

    Parameters
    ----------
    main : the level that most of the type were on in some month, "" when that is not published.
    """
    shares = shares_over_time(table, "share", "state", "time", {"type": code})
    if shares.empty:
        return None
    levels = [state for state in (*STATES[:-1], OTHER, ANY) if state in shares]
    every = pd.DataFrame({state: np.interp(range(months), shares.index, shares[state]) for state in shares})
    first, last = (str(shares[levels].iloc[place].idxmax()) for place in (0, -1))
    without = float(shares[NONE].iloc[-1]) if NONE in shares else math.nan
    dense = NONE in shares and bool(np.diff(shares.index).max() <= MOST_APART)
    inside = float(every[levels].sum().sum()) if dense else math.nan
    kind = _kind(first, last, without, dense, main)
    return Story(kind, first, main, last, inside, without, float(shares[last].iloc[-1]), float(shares.index[-1]))


def _kind(first: str, last: str, without: float, dense: bool, main: str) -> str:
    if not main:
        return "mixed"
    if without >= HALF:
        return "leaves" if dense else "leaves_some_time"
    if last == ANY:
        return "goes_on"
    if OTHER in (first, last):
        return "mixed"
    return "moves" if first != last else "stays"


def _main_levels(released: ReleasedResult, who: str) -> dict[str, str]:
    """Return the level that most of each type were on in some month, as published; ties by the order of levels."""
    table = released["levels"].dropna(subset=[who])
    table = table.assign(place=table["state"].map({state: place for place, state in enumerate(STATES)}))
    first = table.sort_values([who, "place"], ascending=[False, True]).drop_duplicates("type")
    return dict(zip(first["type"].astype(str), first["state"].astype(str), strict=True))


def _curves(released: ReleasedResult) -> list[ReleasedTable]:
    return [table for name, table in released.tables.items() if name.startswith("path_")]


def _share(count: float, every: float, homes: float) -> tuple[float, float, float]:
    """Return the share of a type with limits that hold whatever the published numbers stand for, outwards.

    Families count once each in the limits: brothers and sisters may have gone the same way for the same reason.
    """
    if math.isnan(count) or math.isnan(homes) or not every >= _FEWEST:
        return math.nan, math.nan, math.nan
    (least, most), (fewest, largest) = (tuple(map(float, ends_of_class(np.array(each)))) for each in (count, every))
    base = float(ends_of_class(np.array(homes))[0])
    lower = wilson_limits(min(least / largest, 1.0) * base, base)[0]
    upper = wilson_limits(min(most / fewest, 1.0) * base, base)[1]
    return (
        round(min(count / every, 1.0), 2),
        math.floor(lower * _WHOLE + 1e-9) / _WHOLE,
        math.ceil(upper * _WHOLE - 1e-9) / _WHOLE,
    )
