"""The chart: answers around a common middle, the statement most disagreed with in bold."""

from __future__ import annotations

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Item
from kumppanuus.forms.likert import Sides, known_items, likert, sides_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.gallery.wellbeing.compute import SCALE
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.shares import balance_limits

_LONGEST = 115


def statements(released: ReleasedResult, say: Say) -> Chart:
    """Draw how parents answered."""
    table = released.tables["statements"]
    sides = sides_of(table, SCALE, over="statement")
    if not sides:
        return nothing(say("statements.nothing"), say)
    least = (known_items(sides) or ("",))[-1]
    form = likert(
        table, say, scale=SCALE, over="statement", bold=least, merged_text=say("statements.merged"),
        low_title=say("statements.low"), high_title=say("statements.high"), note_title=say("statements.mean"),
    )  # fmt: skip
    headline = statements_headline(least, sides.get(least), say)
    left = len(sides) - len(form.items)
    note = footer(say, _n(released, say), _gone(released, say), say("note.left_out", n=left) if left else "")
    alt = [headline, *(_told(item, say) for item in form.items)]
    return Chart(form, headline, say("statements.subtitle"), note, ". ".join(alt) + ".")


def statements_headline(code: str, sides: Sides | None, say: Say) -> str:
    """Say what is least agreed with, and whether more disagree, more agree, or the interval holds both."""
    if sides is None:
        return say("statements.headline.unknown")
    low, high = balance_limits(sides.high, sides.low, sides.answers)
    case = "same" if low <= 0 <= high else "agree" if low > 0 else "disagree"
    shares = {"low": say.percent(sides.low), "high": say.percent(sides.high)}
    whole = say(f"statements.headline.{case}", label=say.label("statement_names", code), **shares)
    return whole if len(whole) <= _LONGEST else say(f"statements.headline.{case}_short", **shares)


def _n(released: ReleasedResult, say: Say) -> str:
    """The largest number of answers to one statement."""
    sums = released["statements"].groupby("statement")["persons"].sum()
    return say("note.n", n=float(sums.max()))


def _gone(released: ReleasedResult, say: Say) -> str:
    told = released.tables["statements"].told
    return say("note.few") if "left_out" in told else ""


def _told(item: Item, say: Say) -> str:
    if not (item.low_text and item.high_text):
        return f"{item.label}: {item.low_text or item.high_text or say('word.hidden')}"
    return say("statements.alt", label=item.label, low=item.low_text, high=item.high_text)
