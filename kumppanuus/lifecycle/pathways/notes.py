"""What stands under the charts of the room: who is left out, and what the settings are."""

from __future__ import annotations

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.language.say import Say

LONGEST = 118
"""Characters of a headline; a longer one runs out of its two lines."""


def fitting(*headlines: str) -> str:
    """Return the first headline that fits, else the last one."""
    return next((each for each in headlines if len(each) <= LONGEST), headlines[-1])


def before(released: ReleasedResult, whose: str, share: str, say: Say) -> str:
    """Say which part of everybody is left out because their beginning was not seen."""
    table = released["beginnings"]
    found = table.loc[(table["whose"] == whose) & (table["seen"] == "before"), share].dropna()
    return say(f"note.before_{whose}", share=say.percent(float(found.iloc[0]))) if len(found) else ""


def tied(released: ReleasedResult, whose: str, say: Say) -> str:
    """Say on which part of the steps several services start on one day."""
    table = released["steps"]
    found = table.loc[table["whose"] == whose].dropna(subset=["share"])
    if found.empty:
        return ""
    share = float(found["share"].iloc[0])
    return say("note.tied", share=say.percent(share)) if share >= 0.01 else say("note.tied_few")


def setting(released: ReleasedResult, name: str) -> float:
    """Return a setting of the room."""
    return float(released["everyone"][name].iloc[0])
