"""The chart: what the change of cost is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Notice, Waterfall
from kumppanuus.forms.waterfall import clear, decomposed, euros_like, leading, margins_of, waterfall
from kumppanuus.gallery.cost_change.compute import AFTER, BEFORE
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.decomposition import Decomposition

CHAIN = ("persons", "days", "cost_eur")
EFFECTS = ("children", "length", "price")


def change(released: ReleasedResult, say: Say) -> Chart:
    """Draw the cost before, what each factor adds, and the cost after."""
    table = released.tables["periods"]
    found = decomposed(table, over="year", before=BEFORE, after=AFTER, chain=CHAIN)
    if found is None:
        words = say("change.nothing")
        return Chart(Notice((words, say("change.why"))), words, "", footer(say, ""), f"{words}. {say('change.why')}")
    form = waterfall(
        table, say, over="year", before=BEFORE, after=AFTER, chain=CHAIN,
        effects=[say(f"change.{name}") for name in EFFECTS], interaction=say("change.together"),
        axis_title=say("change.axis"), break_text=lambda start: say("change.break", start=start),
        write=euros_like(max(found.before, found.after), say),
    )  # fmt: skip
    margins = margins_of(table, found, over="year", before=BEFORE, after=AFTER, chain=CHAIN)
    headline = change_headline(found, margins, say)
    note = footer(say, say("note.n", before=_children(released, BEFORE), after=_children(released, AFTER)))
    return Chart(form, headline, say("change.subtitle", before=BEFORE, after=AFTER), note, _alt(headline, form))


def change_headline(found: Decomposition, margins: Sequence[float], say: Say) -> str:
    """Say how much cost changed and what changed it most; within the rounding of the sums, that it did not clearly.

    Factors that rounding cannot tell apart are named together, at most two.
    """
    if not clear(found):
        return say("change.headline.same", before=say.euros(found.before), after=say.euros(found.after))
    way = "up" if found.change > 0 else "down"
    along = [effect if way == "up" else -effect for effect in found.effects]
    causes = [say(f"change.cause_{EFFECTS[place]}_{way}") for place in leading(along, margins)]
    words = {"change": say.euros(abs(found.change))}
    if not 1 <= len(causes) <= 2:  # none, or no telling which
        return say(f"change.headline.{way}", **words)
    return say(f"change.headline.{way}_cause", cause=say("change.and").join(causes), **words)


def _children(released: ReleasedResult, year: str) -> float:
    frame = released["periods"]
    numbers = frame.loc[frame["year"].astype(str) == year, "persons"]
    return float(numbers.iloc[0]) if len(numbers) else math.nan


def _alt(headline: str, form: Waterfall) -> str:
    return ". ".join([headline, *(f"{stage.label}: {stage.text}" for stage in form.stages)]) + "."
