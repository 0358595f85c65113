"""The chart: clients month by month and what is to come."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Capacity, Chart, Level
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stock import Change, changes, stock
from kumppanuus.gallery.stock.forecast import STEPS, drift
from kumppanuus.language.say import Say, footer

_COLOURS: Mapping[str, Level] = {level: level for level in LEVELS}


def months(released: ReleasedResult, say: Say) -> Chart:
    """Draw the clients of each level and the forecast."""
    table, names = released.tables["months"], {"over": "level", "at": "month", "of": "persons"}
    if table.frame["persons"].isna().all():
        return nothing(say("months.nothing"), say)
    places = {str(level): float(number) for level, number in released["places"][["level", "places"]].to_numpy()}
    ahead = drift(table, **names)
    form = stock(
        table, say, **names, ahead=ahead, colours=_COLOURS, future_text=say("months.future"),
        capacities=tuple(
            Capacity(number, say("months.places", n=number), _COLOURS.get(level, "neutral"))
            for level, number in places.items()
        ),
        axis_title=say("months.axis"),
    )  # fmt: skip
    headline = _headline(changes(table, ahead, **names), places, say)
    alt = ". ".join([headline, *(f"{line.label}: {line.key}" for line in form.stocks)])
    note = footer(say, _now(table, say), say("note.assumption"))
    return Chart(form, headline, say("months.subtitle", months=STEPS), note, f"{alt}.")


def _headline(found: Sequence[Change], places: Mapping[str, float], say: Say) -> str:
    """Say the largest change whose interval leaves out "no change"; whether places run out with it."""
    if not found:
        return say("months.headline.no_forecast")
    clear = [change for change in found if change.direction and change.share]
    if not clear:
        return say("months.headline.unclear", months=STEPS)
    most = max(clear, key=lambda change: (abs(change.share), change.code))
    words = {
        "label": say.label("levels", most.code),
        "percent": say.percent(abs(most.share)),
        "months": STEPS,
    }
    if most.direction < 0:
        return say("months.headline.falls", **words)
    limit = places.get(most.code, math.inf)
    return say("months.headline.over" if most.now <= limit < most.lower else "months.headline.grows", **words)


def _now(table: ReleasedTable, say: Say) -> str:
    last = table.frame[table.frame["month"] == table.frame["month"].max()]
    return "" if last["persons"].isna().any() else say("note.n", n=float(last["persons"].sum()))
