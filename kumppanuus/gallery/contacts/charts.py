"""The chart: reasons of contact as bars."""

from __future__ import annotations

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.bars import bars
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer


def reasons(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many people gave each reason."""
    table = released.tables["reasons"]
    known = table.frame.dropna(subset=["persons"]).sort_values("persons", ascending=False)
    if known.empty:
        return nothing(say("reasons.nothing"), say)
    first = known.iloc[0]
    form = bars(
        table, say, over="reason", of="persons", bold=str(first["reason"]), colours={str(first["reason"]): "early"}
    )
    headline = say("reasons.headline", label=say.label("reasons", first["reason"]), n=float(first["persons"]))
    left = len(table.frame) - len(form.bars)
    note = footer(say, say("note.n"), say("note.left_out", n=left) if left else "")
    alt = ". ".join([headline, *(f"{bar.label}: {bar.text}" for bar in form.bars)])
    return Chart(form, headline, say("reasons.subtitle"), note, f"{alt}.")
