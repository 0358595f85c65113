"""The chart of the ladder: which share of new families and clients has had two, three services at once, and when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Curves, Level, Series
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.register.calendar import MONTH_DAYS

YEAR = 12.0
_WHO: Mapping[str, tuple[str, str, Level]] = {
    "family": ("family_climb", "state", "special"),
    "client": ("client_climb", "own_state", "universal"),
}
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Rung:
    """Share of the newcomers who have had so many services open at once, by month; published numbers.

    at_risk : month → protected number still under observation. lower, upper : NaN where the gate pooled states.
    """

    who: str
    number: int
    months: tuple[float, ...]
    reached: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    at_risk: Mapping[float, float]

    def at(self, month: float) -> tuple[float, float, float]:
        """Return the share at a published month with its limits; NaN when it is not published."""
        if month not in self.months:
            return (math.nan, math.nan, math.nan)
        place = self.months.index(month)
        return (self.reached[place], self.lower[place], self.upper[place])

    @property
    def half(self) -> float:
        """The first published month at which at least half are there; NaN when none is."""
        there = (month for month, share in zip(self.months, self.reached, strict=True) if share >= _HALF)
        return next(there, math.nan)


def rungs_of(released: ReleasedResult, who: str) -> list[Rung]:
    """Return the published rungs of families or clients, the lowest first."""
    table, dimension, _ = _WHO[who]
    frame = released[table].dropna(subset=["share"])
    months = [float(round(day / MONTH_DAYS)) for day in frame["time"]]
    frame = frame.assign(_month=months, _state=frame[dimension].astype(str))
    shares = frame.pivot(index="_month", columns="_state", values="share").dropna().sort_index()
    limits = {end: frame.pivot(index="_month", columns="_state", values=end) for end in ("lower", "upper")}
    risk = dict(zip(frame["_month"], frame["at_risk"], strict=True))
    if len(shares) < 2 or "1" not in shares:
        return []
    found = []
    for state in (each for each in ("2", "3+") if each in shares or each == "2"):
        above = shares[[each for each in shares if each != "1"]] if state == "2" else shares[[state]]
        reached = above.sum(axis=1).clip(0, 1)
        low, high = _limits(limits, state, shares.index)
        found.append(
            Rung(who, int(state[0]), tuple(shares.index), tuple(reached.round(6)),
                 tuple(low.where(low <= reached, reached).fillna(math.nan)),
                 tuple(high.where(high >= reached, reached).fillna(math.nan)), risk)
        )  # fmt: skip
    return found


def _limits(limits: Mapping[str, pd.DataFrame], state: str, months: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Return the limits of a rung; of the lowest those of the share that is not there yet, turned round."""
    if state == "2":
        return 1 - limits["upper"].loc[months, "1"], 1 - limits["lower"].loc[months, "1"]
    return limits["lower"].loc[months, state], limits["upper"].loc[months, state]


def ladder(released: ReleasedResult, say: Say) -> Chart:
    """Draw the rungs of families and of clients over the months since the first service."""
    rungs = [rung for who in _WHO for rung in rungs_of(released, who)]
    if not rungs:
        return nothing(say("ladder.nothing"), say)
    ticks = _ticks(max(rung.months[-1] for rung in rungs))
    lowest = [rung for rung in rungs if rung.number == 2]
    form = Curves(
        series=tuple(_series(rung, say) for rung in rungs),
        ticks=ticks,
        x_label=say("ladder.axis"),
        table_title=say("ladder.followed"),
        extra_rows=tuple(
            (say(f"ladder.{rung.who}"), tuple(_cell(rung, tick, say) for tick in ticks)) for rung in lowest
        ),
        y_ticks=_shares(rungs),
        step=False,
    )
    headline = ladder_headline(rungs, say)
    note = footer(say, _n(rungs, say), say("ladder.washout", n=round(_washout(released) / MONTH_DAYS)))
    alt = ". ".join([headline, *(f"{series.label}: {series.key}" for series in form.series)])
    return Chart(form, headline, say("ladder.subtitle"), note, f"{alt}.")


def ladder_headline(rungs: list[Rung], say: Say) -> str:
    """Say which share of new families had two services at once within a year, with its interval, and of clients."""
    known = {rung.who: rung for rung in rungs if rung.number == 2 and not math.isnan(rung.at(YEAR)[0])}
    if "family" not in known:
        return say("ladder.headline.unknown")
    words = {who: _with_interval(rung.at(YEAR), say) for who, rung in known.items()}
    return say("ladder.headline.both" if "client" in words else "ladder.headline.family", **words)


def _with_interval(found: tuple[float, float, float], say: Say) -> str:
    share, low, high = found
    if math.isnan(low) or math.isnan(high):
        return say.percent(share)
    return say("ladder.interval", share=say.percent(share), low=say.number(low * 100), high=say.number(high * 100))


def _ticks(last: float) -> tuple[float, ...]:
    step = 6 if last <= 24 else 12
    return tuple(float(step * place) for place in range(max(2, math.ceil(last / step)) + 1))


def _shares(rungs: list[Rung]) -> tuple[float, ...]:
    """Return the marks of the axis of shares: it ends where the highest band does, at a multiple of a fifth."""
    highest = max(value for rung in rungs for value in (*rung.reached, *rung.upper) if not math.isnan(value))
    top = next((fifth for fifth in (0.2, 0.4, 0.6, 0.8) if fifth >= highest), 1.0)
    return tuple(round(top * place / 4, 4) for place in range(5))


def _series(rung: Rung, say: Say) -> Series:
    band = not any(math.isnan(each) for each in (*rung.lower, *rung.upper))
    return Series(
        label=say(f"ladder.{rung.who}_{rung.number}"),
        key=_key(rung, say),
        colour=_WHO[rung.who][2],
        x=rung.months,
        y=rung.reached,
        lower=rung.lower if band else (),
        upper=rung.upper if band else (),
    )


def _key(rung: Rung, say: Say) -> str:
    """Say the share after a year, and when half are there."""
    year = rung.at(YEAR)
    parts = ["" if math.isnan(year[0]) else say("ladder.after_year", share=_with_interval(year, say))]
    parts += ["" if math.isnan(rung.half) else say("ladder.half", n=rung.half)]
    return ", ".join(part for part in parts if part)


def _cell(rung: Rung, tick: float, say: Say) -> str:
    if tick not in rung.at_risk:
        return "–" if tick <= rung.months[-1] else ""
    number = rung.at_risk[tick]
    return say("word.hidden") if math.isnan(number) else say.number(number)


def _washout(released: ReleasedResult) -> float:
    return float(released["everyone"]["washout_days"].iloc[0])


def _n(rungs: list[Rung], say: Say) -> str:
    families = next((rung for rung in rungs if rung.who == "family"), None)
    number = families.at_risk.get(0.0, math.nan) if families else math.nan
    return "" if math.isnan(number) else say("ladder.n", n=say.about(number))
