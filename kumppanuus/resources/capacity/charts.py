"""Pictures of room and need: places taken, queues beside what they may be, what more places would do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import (
    Allocation,
    AllocationRow,
    Chart,
    Curves,
    Segment,
    Series,
    ShadowPrice,
    StackedBars,
)
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.language.say import Say, footer

CLEARED_IN = 6
"""Months of the chart; the table has others."""
_MOST_BARS, _MOST_ROWS, _MOST_PRICES = 14, 10, 6
_FULL = 100
_CLEARLY = 25
"""Per cent points by which what was seen lies below what places let expect, from which on it is said."""
Row = Mapping[str, Any]


def occupancy(released: ReleasedResult, say: Say) -> Chart:
    """Draw clients of each service against its places, the fullest first."""
    states = released["states"]
    known = states[states["occupancy"].notna()]
    if known.empty:
        return nothing(say("occupancy.nothing" if states["places"].isna().all() else "occupancy.hidden"), say)
    labels = [say.label("services", code) for code in known["service"]]
    ranked = rows_of(known.assign(label=labels).sort_values(["occupancy", "label"], ascending=[False, True]))
    drawn = ranked[:_MOST_BARS]
    form = StackedBars(
        tuple((str(row["label"]), _parts(row, say), _taken(row, say)) for row in drawn),
        (
            (say("occupancy.taken"), "neutral", False),
            (say("occupancy.over"), "special", False),
            (say("occupancy.free"), "neutral", True),
        ),
        axis_title=say("occupancy.axis"),
    )
    headline = _occupancy_headline(ranked, say)
    left = len(states) - len(drawn)
    note = footer(say, say("note.open"), say("note.left", n=left) if left else "")
    told = [f"{row['label']}: {_taken(row, say)}" for row in drawn]
    return Chart(form, headline, say("occupancy.subtitle"), note, ". ".join([headline, *told]) + ".")


def queue(released: ReleasedResult, say: Say) -> Chart:
    """Draw who waits now and how many may wait for the rule to be kept, and beside it what brings the queue there."""
    waits = released["waits"]
    known = waits[(waits["waiting"] > 0) & waits["waiting_target"].notna()]
    if known.empty:
        return nothing(say("queue.nothing"), say)
    labels = [say.label("services", code) for code in known["service"]]
    named = known.assign(label=labels, far=known["waiting"] - known["waiting_target"])
    ranked = rows_of(named.sort_values(["far", "label"], ascending=[False, True]))[:_MOST_ROWS]
    cleared = _cleared(released)
    marks = whole_marks(0.0, max(max(row["waiting"], row["waiting_target"]) for row in ranked), 4)
    texts = [*map(say.number, marks[:-1]), say("queue.last_tick", n=marks[-1])]
    form = Allocation(
        rows=tuple(_queue_row(row, say) for row in ranked),
        now_name=say("queue.now"),
        proposed_name=say("queue.target"),
        ticks=tuple(zip(marks, texts, strict=True)),
        prices=tuple(
            ShadowPrice(say.label("services", row["service"]), float(row["extra_starts"]), _price(row, say), place == 0)
            for place, row in enumerate(cleared[:_MOST_PRICES])
        ),
        prices_title=say("queue.prices", months=CLEARED_IN) if cleared else "",
    )
    headline = _queue_headline(ranked[0], cleared, released, say)
    hidden = int((waits["waiting"].isna() & waits["waiting_target"].notna()).sum())
    note = footer(say, say("note.waits"), say("note.duties"), say("note.hidden", n=hidden) if hidden else "")
    told = [f"{row['label']}: {say.about(row['waiting'])} → {say.number(row['waiting_target'])}" for row in ranked]
    subtitle = say("queue.subtitle", **rule_words(released, say))
    return Chart(form, headline, subtitle, note, ". ".join([headline, *told]) + ".")


def places(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share would get in in time with fewer and with more places, for the services where it matters most."""
    paths = released["paths"]
    if paths.empty:
        return nothing(say("places.nothing"), say)
    added = sorted({int(code) for code in paths["added"]})
    codes = list(dict.fromkeys(paths["service"].astype(str)))
    seen = dict(zip(released["waits"]["service"].astype(str), released["waits"]["share_seen"], strict=True))
    series = tuple(
        _series(code, place, paths, added, float(seen.get(code, math.nan)), say) for place, code in enumerate(codes)
    )
    form = Curves(
        series, tuple(map(float, added)), say("places.x"), say("places.table"), step=False,
        x_tick_texts=tuple(signed_share(each, say) for each in added), tick_format=quarters(say),
    )  # fmt: skip
    headline = _places_headline(codes[0], released, say)
    note = footer(say, say("note.band"), _needed(codes[0], released, say), say("note.duties"))
    alt = ". ".join([headline, *(f"{one.label}: {one.key}" for one in series)])
    return Chart(form, headline, say("places.subtitle", **rule_words(released, say)), note, f"{alt}.")


def rule_words(released: ReleasedResult, say: Say) -> dict[str, object]:
    """Return the days and the share of the rule, as texts speak of them."""
    rule = rows_of(released["rule"])[0]
    return {"days": float(rule["within_days"]), "asked": say.percent(float(rule["share_percent"]) / 100)}


def _parts(row: Row, say: Say) -> tuple[Segment, ...]:
    clients, there = float(row["open_clients"]), float(row["places"])
    taken, over, free = min(clients, there), max(clients - there, 0.0), max(there - clients, 0.0)
    parts = [Segment(say("occupancy.taken"), taken, say.number(round(taken)), "neutral")]
    if over:
        parts.append(Segment(say("occupancy.over"), over, say.number(round(over)), "special"))
    if free:
        parts.append(Segment(say("occupancy.free"), free, "", "neutral", pattern=True))
    return tuple(parts)


def _taken(row: Row, say: Say) -> str:
    """Write clients, places and the share: ``noin 111 / 131 · 85 %``."""
    share = say.percent(float(row["occupancy"]) / 100)
    return say("occupancy.text", n=say.about(float(row["open_clients"])), places=float(row["places"]), share=share)


def _occupancy_headline(ranked: Sequence[Row], say: Say) -> str:
    """Say the services with surely no place free; else the fullest."""
    full = [row for row in ranked if row["occupancy_lower"] >= _FULL]
    first = ranked[0]
    words = {"label": first["label"], "share": say.percent(float(first["occupancy"]) / 100)}
    if not full:
        case = "maybe" if first["occupancy_upper"] >= _FULL else "free"
        return say(f"occupancy.headline.{case}", **words)
    return say(f"occupancy.headline.{'full' if len(full) == 1 else 'several'}", n=len(full), **words)


def _queue_row(row: Row, say: Say) -> AllocationRow:
    far = float(row["far"])
    sure, text = _surely_long(row), say("queue.above", n=far) if far > 0 else say("queue.kept")
    return AllocationRow(
        str(row["label"]), float(row["waiting"]), float(row["waiting_target"]),
        text if sure or far <= 0 else say("queue.near"), "special" if sure else "neutral" if far > 0 else "early",
    )  # fmt: skip


def _surely_long(row: Row) -> bool:
    """Whether more wait than the target allows whatever the rounded numbers stand for."""
    return float(ends_of_class(np.array([row["waiting"]]))[0][0]) > float(row["waiting_target_upper"])


def _cleared(released: ReleasedResult) -> list[dict[str, Any]]:
    """Return what clears the queues in the months of the chart, the most starts first."""
    rows = released["clearing"]
    mine = rows[rows["months"].astype(str) == str(CLEARED_IN)]
    return rows_of(mine.sort_values(["extra_starts", "service"], ascending=[False, True]))


def _price(row: Row, say: Say) -> str:
    places, starts = float(row["extra_places"]), say.number(float(row["extra_starts"]), 1)
    return say("queue.price", places=places, starts=starts) if places > 0 else say("queue.no_price", starts=starts)


def _queue_headline(row: Row, cleared: Sequence[Row], released: ReleasedResult, say: Say) -> str:
    """Say the queue that is longest beyond what it may be, and what clears it; or that none is too long."""
    words = {**rule_words(released, say), "label": row["label"], "n": say.about(float(row["waiting"]))}
    words |= {"target": float(row["waiting_target"]), "months": CLEARED_IN}
    if not _surely_long(row):
        return say("queue.headline.kept", **words)
    mine = [each for each in cleared if each["service"] == row["service"]]
    if not mine:
        return say("queue.headline.long", **words)
    words["starts"] = say.number(float(mine[0]["extra_starts"]), 1)
    if mine[0]["extra_places"] <= 0:
        return say("queue.headline.free", free=float(mine[0]["free_places"]), **words)
    return say("queue.headline.clear", places=float(mine[0]["extra_places"]), **words)


def _needed(code: str, released: ReleasedResult, say: Say) -> str:
    """Say with how many places the rule is kept in the long run."""
    run = released["long_run"]
    ends = rows_of(run[run["service"].astype(str) == code])[0]
    return say("note.long_run", label=say.label("services", code), **{
        name: float(ends[f"places_needed{end}"]) for name, end in (("n", ""), ("lower", "_lower"), ("upper", "_upper"))
    })  # fmt: skip


def _seen(code: str, released: ReleasedResult) -> float:
    """Return per cent of those who asked for a service who got in within the days of the rule; NaN when unknown."""
    waits = released["waits"]
    return float(next(iter(waits.loc[waits["service"].astype(str) == code, "share_seen"]), math.nan))


def _series(code: str, place: int, paths: pd.DataFrame, added: Sequence[int], seen: float, say: Say) -> Series:
    rows = {int(row["added"]): row for row in rows_of(paths[paths["service"].astype(str) == code])}
    now = rows[0]
    share, low, high = (tuple(float(rows[each][name]) / 100 for each in added) for name in ("share", "lower", "upper"))
    return Series(
        label=say.label("services", code),
        key=say("places.key" if math.isnan(seen) else "places.key_seen", places=float(now["places"]),
                share=_simulated(float(now["share"]), say), seen=say.percent(seen / 100)),
        colour=("accent", "early", "neutral")[place % 3],
        x=tuple(map(float, added)), y=share, lower=low, upper=high,
        table=tuple(say.number(float(rows[each]["places"])) for each in added),
        marker=(0.0, float(now["share"]) / 100),
    )  # fmt: skip


def _places_headline(code: str, released: ReleasedResult, say: Say) -> str:
    """Say of the first service how many places more keep the rule, or that they are enough and waits lie elsewhere."""
    paths, rule = released["paths"], released["rule"]
    rows = rows_of(paths[paths["service"].astype(str) == code])
    asked = float(rule["share_percent"].iloc[0])
    now = next(row for row in rows if int(row["added"]) == 0)
    seen = _seen(code, released)
    words = {**rule_words(released, say), "label": say.label("services", code),
             "share": _simulated(float(now["share"]), say)}  # fmt: skip
    if seen < min(float(now["share"]) - _CLEARLY, asked):
        return say("places.headline.elsewhere", seen=say.percent(seen / 100), **words)
    if now["share"] >= asked:
        return say("places.headline.enough", **words)
    enough = [row for row in rows if row["share"] >= asked and int(row["added"]) > 0]
    if not enough:
        return say("places.headline.never", most=max(int(row["added"]) for row in rows), **words)
    more = min(float(row["places"]) for row in enough) - float(now["places"])
    return say("places.headline.needed", more=more, **words)


def _simulated(percent: float, say: Say) -> str:
    """Write a simulated share; none and all are nothing that a simulation can promise."""
    if percent < 1:
        return say("places.under")
    return say("places.over") if percent >= _FULL else say.percent(percent / 100)


def signed_share(value: int, say: Say) -> str:
    """Write a change in per cent with its sign."""
    return ("+" if value > 0 else "") + say.percent(value / 100)


def quarters(say: Say) -> tuple[str, ...]:
    """Write the marks of an axis of shares, from nothing to all, as the language writes per cent."""
    return tuple(say.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
