"""What stands in the way: limits in words, what a little room in them would bring, and what has to give way."""

from __future__ import annotations

import math

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, ShadowPrice
from kumppanuus.language.say import Say
from kumppanuus.resources.allocation.words import Row

STAFF = ("staff", "own_least", "own_most", "own_in_area_least", "own_in_area_most")
MONEY = ("budget", "bought")
_MOST_REPAIRS = 5
_ENDS = {"holds": ("down", "up"), "holds_down": ("up",), "holds_up": ("down",)}


def priced(released: ReleasedResult) -> list[Row]:
    """Return the limits, those with the most to gain first."""
    return rows_of(released["limits"].sort_values(["looser", "limit", "service"], ascending=[False, True, True]))


def name_of(row: Row, say: Say) -> str:
    """Return what a limit is called, with the service or area that it is about and the step that is tried."""
    return say(f"limit_names.{row['limit']}", service=say.label("services", row["service"]),
               area=say.label("areas", row["area"]))  # fmt: skip


def price_of(row: Row, say: Say, bold: bool) -> ShadowPrice:
    """Return a limit as a bar beside the proposal."""
    text = say("limits.points", n=_points(row["looser"], say))
    return ShadowPrice(name_of(row, say), float(row["looser"]), text, bold)


def bar_of(row: Row, say: Say, bold: bool) -> Bar:
    """Return a limit as a bar of its own, with where it stands and how far its price holds."""
    gained = float(row["looser"])
    text = say("limits.points", n=_points(gained, say)) if gained > 0 else say("limits.free")
    return Bar(name_of(row, say), max(gained, 0.0), text, "corrective" if bold else "neutral", _stands(row, say), bold)


def _stands(row: Row, say: Say) -> str:
    """Return where a limit is and, where it has a price, how far that holds below and above it."""
    at, price, down, up = (float(row[name]) for name in ("at", "price", "down", "up"))
    words = {"at": amount(row, at, say)}
    ends = math.isfinite(down), math.isfinite(up)
    if not price > 0 or not any(ends):
        return say("limits.at", **words)
    key = "holds" if all(ends) else "holds_down" if ends[1] else "holds_up"
    told = {"price": _points(price, say), "down": _number(row, down, say) if ends[1] else amount(row, down, say),
            "up": amount(row, up, say)}  # fmt: skip
    return say(f"limits.{key}", **words, **{name: told[name] for name in ("price", *_ENDS[key])})


def amount(row: Row, value: float, say: Say) -> str:
    """Write a limit, or a part of it, in its unit."""
    limit = str(row["limit"])
    if limit in MONEY:
        return say.euros(value)
    if limit == "equity":
        return say.percent(value / 100)
    return say("unit_fte" if limit in STAFF else "unit_families", n=_number(row, value, say))


def _number(row: Row, value: float, say: Say) -> str:
    """Write it without its unit: fewer digits the larger it is."""
    if str(row["limit"]) in MONEY or value >= 20 or value.is_integer():
        return say.number(value)
    return say.number(value, 1 if value >= 1 or str(row["limit"]) not in STAFF else 2)


def repairs(released: ReleasedResult, say: Say) -> list[str]:
    """Return a sentence for each limit that has to give way: where it is, and where it would have to be."""
    rows = rows_of(released["repair"])[:_MOST_REPAIRS]
    return [
        say(f"repairs.{_kind(row)}", segment=say.label("segments", row["segment"]),
            service=say.label("services", row["service"]), area=say.label("areas", row["area"]),
            at=_exactly(row, "at", say), needed=_exactly(row, "needed", say))
        for row in rows
    ]  # fmt: skip


def _kind(row: Row) -> str:
    """Return the text of a limit that gives way; of staff in one area another than of all."""
    limit = str(row["limit"])
    return "staff_in_area" if limit == "staff" and row["area"] != "all" else limit


def _exactly(row: Row, name: str, say: Say) -> str:
    if str(row["limit"]) in STAFF:
        value = float(row[name])
        return say("unit_fte", n=say.number(value, 0 if value.is_integer() else 2))
    return amount(row, float(row[name]), say)


def _points(value: object, say: Say) -> str:
    number = float(str(value))
    return say.number(number, 0 if number >= 10 else 1)
