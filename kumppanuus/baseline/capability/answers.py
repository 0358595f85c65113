"""The charts of answers: how each question was answered, and who answered at all."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from kumppanuus.baseline.capability.charts import fitting, note
from kumppanuus.baseline.capability.points import LEAST_RESPONDENTS, scale_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart, Item
from kumppanuus.forms.likert import MOST_ITEMS, MOST_LONG, ONE_LINE, Sides, known_items, likert, shown_items, sides_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say
from kumppanuus.methods.shares import balance_limits


def answers(released: ReleasedResult, say: Say) -> Chart:
    """Draw how everybody answered the questions most and least agreed with."""
    table = released.tables["answers"]
    low, high = scale_of(released)
    scale = tuple(str(code) for code in range(low, high + 1))
    sides = sides_of(table, scale, over="question")
    if not sides:
        return nothing(say("answers.nothing", n=LEAST_RESPONDENTS), say)
    order, least = _order(sides, say)
    form = likert(
        table, say, scale=scale, over="question", items=order, bold=least, mean=False,
        merged_text=say("answers.merged"), low_title=say("answers.low"), high_title=say("answers.high"),
    )  # fmt: skip
    headline = _headline(least, sides.get(least), say)
    left = len(sides) - len(form.items)
    gone = say("note.gone") if "left_out" in table.told else ""
    footing = note(released, say, gone, say("note.left_out", n=left) if left else "")
    alt = ". ".join([headline, *(_told(item, say) for item in form.items)]) + "."
    return Chart(form, headline, say("answers.subtitle"), footing, alt)


def response(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many of those invited answered, by group; without invitations how many answered."""
    groups = released["groups"]
    if groups["persons"].notna().sum() == 0:
        return nothing(say("response.nothing"), say)
    rated = groups.assign(rate=(groups["persons"] / groups["invited"]).clip(upper=1.0))
    known = rated.dropna(subset=["rate"]).sort_values(["rate", "respondent_group"])
    bars = tuple(_bar(row, say, rates=len(known) > 0) for _, row in rated.iterrows())
    headline = _rate_headline(known, say)
    unread = float(released["unread"]["answers"].sum()) if len(released["unread"]) else 0.0
    left = say("note.unread", n=say.about(unread)) if unread else ""
    form = Bars(bars, say("response.axis_rate" if len(known) else "response.axis_n"))
    alt = say("response.alt", headline=headline, n=len(bars))
    return Chart(form, headline, say("response.subtitle"), note(released, say, left), alt)


def _bar(row: pd.Series, say: Say, *, rates: bool) -> Bar:
    """Return the bar of a group: its response rate, or how many answered; hidden and unknown ones say so."""
    code, persons, rate = str(row["respondent_group"]), float(row["persons"]), float(row["rate"])
    length = rate if rates else persons
    answered = say.about(persons, math.isnan(persons))
    invited = {} if pd.isna(row["invited"]) else {"invited": float(row["invited"])}
    if not rates or math.isnan(persons):
        text, detail = answered, ""
    elif invited:
        text = say("response.rate", share=say.percent(rate))
        detail = say("response.of_invited", n=answered, **invited)
    else:
        text, detail = say("response.not_known"), say("response.answered", n=answered)
    shown = None if math.isnan(length) else length
    return Bar(say.label("respondent_groups", code), shown, text, "neutral", detail=detail)


def _rate_headline(known: pd.DataFrame, say: Say) -> str:
    """Say between what the response rates of the groups lie, or that nobody told who was invited."""
    if known.empty:
        return say("response.headline.no_invited")
    low, high = round(float(known["rate"].min()) * 100), float(known["rate"].max())
    case = "one" if low == round(high * 100) else "range"
    return say(f"response.headline.{case}", low=low, high=say.percent(high))


def _order(sides: Mapping[str, Sides], say: Say) -> tuple[tuple[str, ...], str]:
    """Return the questions to draw, reversed ones last, and the least agreed with of the others."""
    turned = say.names.get("turned", {})
    straight = {code: each for code, each in sides.items() if code not in turned}
    longest = max(len(say.label("questions", code)) for code in sides)
    most = MOST_ITEMS if longest <= ONE_LINE else MOST_LONG
    last = tuple(code for code in sides if code in turned)[: most // 4]
    first = shown_items(straight, most - len(last))
    return (*first, *last), (known_items(straight) or ("",))[-1]


def _headline(code: str, sides: Sides | None, say: Say) -> str:
    """Say what is least agreed with, and whether more disagree, more agree, or the interval holds both."""
    if sides is None:
        return say("answers.headline.unknown")
    low, high = balance_limits(sides.high, sides.low, sides.answers)
    case = "same" if low <= 0 <= high else "agree" if low > 0 else "disagree"
    shares = {"low": say.percent(sides.low), "high": say.percent(sides.high)}
    return fitting(say, f"answers.headline.{case}", label=say.label("questions", code), **shares)


def _told(item: Item, say: Say) -> str:
    if not (item.low_text and item.high_text):
        return f"{item.label}: {item.low_text or item.high_text or say('word.hidden')}"
    return say("answers.alt", label=item.label, low=item.low_text, high=item.high_text)
