"""Pictures of the segments: how large they are and by which rule, what they cost, what they use. Released numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Board, BoardColumn, Card, Chart, Dumbbell, DumbbellRow, Level
from kumppanuus.drawing.spec import Form
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.heatmap import heatmap
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.register.segments import OTHER

_COLUMNS: tuple[Level, ...] = ("corrective", "special", "early")
_CARDS, _SERVICES, _MOST = 3, 14, 15
_SAME = 2
"""Shares that differ by no more percentage points than rounding makes are called the same."""

Row = dict[str, Any]


def rules(released: ReleasedResult, say: Say) -> Chart:
    """Draw every segment as a card, in the order of the rules: its name, its rule in words, its families."""
    rows = _rows(released, say)
    if not any(row["families"] > 0 for row in rows):
        return nothing(say("rules.nothing"), say)
    largest = max(row["families"] for row in rows if row["families"] > 0)
    cards = [_card(row, place, largest, say) for place, row in enumerate(rows[: _CARDS * len(_COLUMNS)], start=1)]
    each = max(math.ceil(len(cards) / len(_COLUMNS)), 1)
    columns = tuple(
        BoardColumn(say(f"rules.column_{place + 1}"), colour, tuple(cards[place * each : (place + 1) * each]), "",
                    say(f"rules.blank_{place + 1}"))
        for place, colour in enumerate(_COLUMNS)
    )  # fmt: skip
    told = "; ".join(f"{card.title}: {card.says}" for card in cards)
    return _chart("rules", Board(columns), _largest_headline(rows, say), told, released, say)


def balance(released: ReleasedResult, say: Say) -> Chart:
    """Draw each segment's share of the families beside its share of the costs."""
    every = [row for row in _rows(released, say) if not math.isnan(row["cost_percent"] + row["families_percent"])]
    if not every:
        return nothing(say("balance.nothing"), say)
    dearest = sorted(range(len(every)), key=lambda place: (-every[place]["cost_percent"], place))[:_MOST]
    rows = [every[place] for place in sorted(dearest)]
    drawn = tuple(_dumbbell_row(row, say) for row in rows)
    most = max(max(row.start or 0.0, row.end or 0.0) for row in drawn)
    ticks = tuple((mark, say.percent(mark / 100)) for mark in round_marks(0.0, most, 5))
    form = Dumbbell(drawn, say("balance.families"), say("balance.costs"), ticks, say("balance.axis"))
    top = max(rows, key=lambda row: row["cost_percent"])
    gap = top["cost_percent"] - top["families_percent"]
    case = "more" if gap > _SAME else "less" if gap < -_SAME else "same"
    headline = say(f"balance.headline.{case}", name=top["label"], **_percents(top, say))
    told = "; ".join(f"{row.label}: {row.start_text} → {row.end_text}" for row in drawn)
    return _chart("balance", form, headline, told, released, say, _more(every, say))


def costs(released: ReleasedResult, say: Say) -> Chart:
    """Draw what the services of one family cost in the twelve months, by segment, and of one child beside it."""
    rows = [row for row in _rows(released, say) if row["family_eur"] > 0]
    if not rows:
        return nothing(say("costs.nothing"), say)
    ranked = sorted(rows, key=lambda row: (-row["family_eur"], row["label"]))
    bars = tuple(
        Bar(row["label"], row["family_eur"], say.euros(row["family_eur"]), "accent" if not place else "neutral",
            say("costs.child", cost=say.euros(row["child_eur"])) if row["child_eur"] > 0 else "", bold=not place)
        for place, row in enumerate(ranked[:_MOST])
    )  # fmt: skip
    top, low = ranked[0], ranked[-1]
    words = {"name": top["label"], "cost": say.euros(top["family_eur"]), "low": low["label"],
             "least": say.euros(low["family_eur"])}  # fmt: skip
    headline = say(f"costs.headline.{'differ' if len(ranked) > 1 else 'one'}", **words)
    told = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return _chart("costs", Bars(bars, say("costs.axis")), headline, told, released, say, _more(ranked, say))


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw in how many families of each segment somebody is in each service; say how many services a family has."""
    table, shown = released.tables["services"], released["services"]
    known = shown[shown["families"] > 0]
    if known.empty:
        return nothing(say("services.nothing"), say)
    order = [str(code) for code in dict.fromkeys(released["segments"]["segment"])]
    form = heatmap(
        table, say, rows="service", columns="segment", of="families", column_order=order, most_rows=_SERVICES,
        scale_title=say("services.scale"),
    )  # fmt: skip
    headline = _services_headline(_rows(released, say), say)
    more = shown["service"].nunique() - len(form.rows)
    note = say("services.more", n=more) if more else ""
    told = "; ".join(f"{row['service']} / {row['segment']}: {row['families']:.0f}" for row in _named(known, say))
    return _chart("services", form, headline, told, released, say, note)


def _more(rows: Sequence[Row], say: Say) -> str:
    """Say how many rows stand in the table only."""
    return say("left_out.rows", n=len(rows) - _MOST) if len(rows) > _MOST else ""


def _chart(
    name: str, form: Form, headline: str, told: str, released: ReleasedResult, say: Say, *notes: str
) -> Chart:  # fmt: skip
    frame = released["everyone"]
    number = float(frame["families"].iloc[0]) if len(frame) else math.nan
    n = say("n.hidden") if math.isnan(number) else say("n.all", n=say.about(number))
    return Chart(form, headline, say(f"{name}.subtitle"), footer(say, n, *notes), f"{headline}. {told}.")


def _rows(released: ReleasedResult, say: Say) -> list[Row]:
    """Return what is published of each segment of the study, in the order of the rules; nobody is in some."""
    shown = released["segments"].assign(there=True)
    both = released["shares"].merge(shown, on="segment", how="left")
    both["families"] = both["families"].where(both["there"].notna(), 0.0)
    return [{**row, "label": _label(str(row["segment"]), say)} for row in rows_of(both)]


def _families(number: float, say: Say) -> str:
    return say("n.hidden") if math.isnan(number) else say("n.families", n=say.about(number))


def _label(code: str, say: Say) -> str:
    return say.label("segments", code)


def _card(row: Row, place: int, largest: float, say: Say) -> Card:
    code, families = str(row["segment"]), float(row["families"])
    rule = say.names.get("segment_rules", {}).get(code, say("rules.no_rule")) if code != OTHER else say("rules.no_rule")
    says = rule if row["known"] else say("rules.no_needs", rule=rule)
    n = _families(families, say)
    share = row["families_percent"]
    note = n if math.isnan(share) else say("rules.note", n=n, share=say.percent(share / 100))
    return Card(f"{place}. {row['label']}", says, note, families / largest if families > 0 else 0.0)


def _largest_headline(rows: list[Row], say: Say) -> str:
    """Name the largest segment; where one is hidden it is the largest of those that can be shown."""
    top = max((row for row in rows if row["families"] > 0), key=lambda row: (row["families"], row["label"]))
    hidden = any(math.isnan(row["families"]) for row in rows)
    words = {"name": top["label"], "n": say.about(float(top["families"]))}
    if hidden or math.isnan(top["families_percent"]):
        return say("rules.headline.shown", **words)
    return say("rules.headline.largest", **words, share=say.percent(top["families_percent"] / 100))


def _dumbbell_row(row: Row, say: Say) -> DumbbellRow:
    texts = _percents(row, say)
    return DumbbellRow(
        row["label"], row["families_percent"], row["cost_percent"], texts["families"], texts["cost"], "accent"
    )


def _services_headline(rows: list[Row], say: Say) -> str:
    """Name the two segments whose families have most different services."""
    told = [row for row in rows if row["services_each"] > 0]
    known = sorted(told, key=lambda row: (-row["services_each"], row["label"]))
    if not known:
        return say("services.headline.hidden")
    words = {"name": known[0]["label"], "n": say.number(known[0]["services_each"], 1)}
    if len(known) == 1:
        return say("services.headline.one", **words)
    return say("services.headline.most", **words, next=known[1]["label"], less=say.number(known[1]["services_each"], 1))


def _percents(row: Row, say: Say) -> dict[str, str]:
    return {each: say.percent(row[f"{each}_percent"] / 100) for each in ("families", "cost")}


def _named(frame: pd.DataFrame, say: Say) -> list[Row]:
    return [{**row, "service": say.label("services", row["service"]), "segment": _label(str(row["segment"]), say)}
            for row in rows_of(frame)]  # fmt: skip
