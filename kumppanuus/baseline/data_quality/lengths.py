"""What takes long: relationships open on the last day, by how long; days until something is recorded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.baseline.data_quality.compute import DELAYS, OPEN_TIMES
from kumppanuus.baseline.data_quality.shown import ABOVE, CLASS, n_words, nothing, percent_words, total
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import SHARE_BASE, quantile_allowed
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level, Segment, StackedBars
from kumppanuus.language.say import Say, footer

Row = Mapping[str, Any]

MOST_ROWS = 14
LONG_SHARE, FEWER = 0.10, 5
"""A service looks as if it were not closed in the system when at least one open client in ten has been open over four
years, and among clients seen to leave the share of such long ones is at most a fifth of that."""
_COLOURS: Mapping[str, Level] = MappingProxyType(
    dict(zip(OPEN_TIMES, ("hidden", "neutral", "early", "special"), strict=True))
)
QUICK = 0.80
"""Below this share within 30 days recording is called slow."""
_WITHIN = ("before", "days_7", "days_30", "days_90")


def open_times(released: ReleasedResult, say: Say) -> Chart:
    """Draw the clients with an open relationship on the last day of the window, by how long it has been open."""
    rows = _open_rows(released)
    if not rows:
        return nothing("open_times", say, "none" if released["open_services"].empty else "nothing")
    ranked = sorted(rows, key=lambda row: (-row["long"], -row["persons"], say.label("services", row["service"])))
    shown = ranked[:MOST_ROWS]
    headline = _open_headline(rows, say)
    left = len(released["open_services"]) - len(shown)
    return Chart(
        form=StackedBars(
            tuple(_open_bar(row, say) for row in shown),
            tuple((say(f"open_times.{time}"), colour, False) for time, colour in _COLOURS.items()),
        ),
        headline=headline,
        subtitle=say("open_times.subtitle"),
        footer=footer(
            say,
            n_words("n.open", total(released, "open_clients", "persons"), say),
            say("left_out.services", n=left) if left else "",
        ),
        alt=say("open_times.alt", headline=headline, n=len(shown)),
    )


def _open_rows(released: ReleasedResult) -> list[dict[str, Any]]:
    """Return one row a service whose open clients are published, with its classes; ``never_closed`` by the rule."""
    times = released["open_times"]
    closed = {str(row["service"]): row for row in rows_of(released["closed_services"])}
    rows = []
    for row in rows_of(released["open_services"]):
        own = times[times["service"] == row["service"]].set_index("open_time")["persons"]
        parts = own.reindex(list(OPEN_TIMES), fill_value=0.0)
        if math.isnan(row["persons"]) or not parts.fillna(0).any():
            continue
        long = float(np.nan_to_num(parts["over_4"]))
        share = long / row["persons"] if row["persons"] >= SHARE_BASE else 0.0
        odd = share >= LONG_SHARE and _rarely_so_long(closed.get(str(row["service"])), share)
        rows.append({**row, "parts": parts, "long": long, "share": round(share, 2), "never_closed": odd})
    return rows


def _rarely_so_long(closed: Row | None, share: float) -> bool:
    """Tell whether so long relationships are surely much rarer among those seen to end than among the open."""
    if closed is None or math.isnan(closed["persons"]) or closed["persons"] < SHARE_BASE:
        return False
    long = (
        CLASS if math.isnan(closed["persons_long"]) else closed["persons_long"] + ABOVE * (closed["persons_long"] > 0)
    )
    return bool(long / closed["persons"] * FEWER <= share)


def _open_bar(row: Row, say: Say) -> tuple[str, tuple[Segment, ...], str]:
    parts = tuple(
        Segment(say(f"open_times.{time}"), None if math.isnan(row["parts"][time]) else float(row["parts"][time]),
                say.number(row["parts"][time]), colour)
        for time, colour in _COLOURS.items()
    )  # fmt: skip
    text = say.number(row["persons"])
    if row["share"] >= LONG_SHARE:
        case = "total_odd" if row["never_closed"] else "total"
        text = say(f"open_times.{case}", n=text, share=say.percent(row["share"]))
    return say.label("services", row["service"]), parts, text


def _open_headline(rows: list[dict[str, Any]], say: Say) -> str:
    """Name the service that looks most as if it were not closed; or say that none does."""
    odd = [row for row in rows if row["never_closed"]]
    if odd:
        first = max(odd, key=lambda row: (row["share"], row["long"]))
        words = {"service": say.label("services", first["service"]), "share": say.percent(first["share"])}
        if len(odd) > 1:
            return say("open_times.headline.several", **words, count=len(odd))
        return say("open_times.headline.one", **words)
    parts = [row["parts"].fillna(CLASS // 2) for row in rows]
    long, everyone = sum(float(part["over_4"]) for part in parts), sum(float(part.sum()) for part in parts)
    if not any(row["long"] for row in rows) or everyone < SHARE_BASE:
        return say("open_times.headline.none")
    return say("open_times.headline.natural", share=say.percent(round(min(long / everyone, 1.0), 2)))


def delays(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of rows recorded within 7, 30 and 90 days of what they tell of."""
    recorded = released["recorded"]
    if recorded.empty:
        return nothing("delays", say, "no_column", "no_column")
    tables = [table for table in rows_of(recorded) if not table["hidden"] and table["dated"] >= SHARE_BASE]
    shares = {str(row["table"]): _within(released["delays"], row) for row in tables}
    shares = {table: found for table, found in shares.items() if found}
    if not shares:
        return nothing("delays", say)
    bars = [_delay_bar(place, share, say) for found in shares.values() for place, share in found.items()]
    first, found = next(iter(shares.items()))
    words = {"table": say(f"delays.of.{first}"), "share": percent_words(found["days_30"], say)}
    headline = say(f"delays.headline.{'slow' if found['days_30'] < QUICK else 'quick'}", **words)
    groups = tuple((say.label("tables", table), len(found)) for table, found in shares.items())
    return Chart(
        form=Bars(tuple(bars), say("delays.axis"), groups),
        headline=headline,
        subtitle=say("delays.subtitle"),
        footer=footer(
            say,
            n_words("n.rows", float(recorded["dated"].sum(min_count=1)), say),
            *_middles(released, tables, say),
        ),
        alt=say("delays.alt", headline=headline, n=len(bars)),
    )


def _classes(frame: pd.DataFrame, table: str) -> pd.Series:
    """Return the published rows of each class of delay, 0 where a class has none, NaN where it is hidden."""
    own = frame[frame["table"] == table].set_index("delay")["dated"]
    return own.reindex(list(DELAYS), fill_value=0.0)


def _within(frame: pd.DataFrame, row: Row) -> dict[str, float]:
    """Return the share recorded before and within each limit, from published classes; hidden ones count as 3."""
    classes = _classes(frame, row["table"])
    if (classes.isna() | (classes == 0)).all():
        return {}
    filled = classes.fillna(CLASS // 2)
    reached = filled.cumsum() / filled.sum()
    return {name: float(reached[name]) for name in _WITHIN}


def _delay_bar(place: str, share: float, say: Say) -> Bar:
    colour: Level = "neutral" if place == "before" else "early"
    return Bar(say(f"delays.{place}"), share, percent_words(share, say), colour, bold=place == "days_30")


def _middles(released: ReleasedResult, tables: list[dict[str, Any]], say: Say) -> list[str]:
    """Say in which class the median and the ninth decile lie (R6: enough people on each side)."""
    words = []
    for row in tables:
        sums = _classes(released["delays"], row["table"]).fillna(CLASS // 2).cumsum()
        found = {
            name: say(f"delay_class.{sums.index[int(np.argmax(sums.to_numpy() >= level * sums.iloc[-1]))]}")
            for name, level in (("half", 0.5), ("most", 0.9)) if quantile_allowed(row["persons"], level)
        }  # fmt: skip
        if len(found) == 2:
            words.append(say("delays.middles", table=say.label("tables", row["table"]), **found))
    return words
