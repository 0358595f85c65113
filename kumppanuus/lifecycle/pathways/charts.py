"""Pictures of ways: where people come in and leave, what follows what, what changes, how fast. Protected numbers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart, Dumbbell, DumbbellRow, Level, Segment, StackedBars
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.histogram import bins_of, histogram
from kumppanuus.forms.next_step import share_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.pathways.compute import EDGES
from kumppanuus.lifecycle.pathways.found import (
    Leading,
    Pair,
    extremes_of,
    leading_of,
    median_months,
    pairs_of,
)
from kumppanuus.lifecycle.pathways.notes import before, fitting, setting, tied

LEVELS: tuple[Level, ...] = ("universal", "early", "special", "corrective")
MOST_PAIRS, MOST_SERVICES = 10, 14
_CHANGES: tuple[tuple[str, Level, bool], ...] = (
    ("none", "neutral", False), ("more", "accent", False), ("other", "accent", True), ("open", "neutral", True),
)  # fmt: skip


def doors(released: ReleasedResult, say: Say) -> Chart:
    """Draw by which services clients come in, and in which they were last."""
    came, went = (released[name].dropna(subset=["share"]) for name in ("entries", "exits"))
    if came.empty or went.empty:
        return nothing(say("doors.nothing"), say)
    both = came.set_index("service")["share"].to_frame("came").join(went.set_index("service")["share"].rename("went"),
                                                                     how="outer")  # fmt: skip
    level = {**dict(zip(went["service"], went["level"], strict=True)),
             **dict(zip(came["service"], came["level"], strict=True))}  # fmt: skip
    ordered = both.assign(code=both.index).sort_values(["came", "went", "code"], ascending=[False, False, True])
    shown = ordered.head(MOST_SERVICES)
    rows = tuple(_door(str(code), float(a), float(b), level[code], say) for code, a, b in
                 zip(shown.index, shown["came"], shown["went"], strict=True))  # fmt: skip
    form = Dumbbell(rows, say("doors.came"), say("doors.went"), _percent_ticks(shown[["came", "went"]], say),
                    say("doors.axis"))  # fmt: skip
    headline = _doors_headline(leading_of(came, "service", "persons", "persons_all"),
                               leading_of(went, "service", "persons", "persons_all"), say)  # fmt: skip
    n = say("doors.n", came=float(came["persons_all"].iloc[0]), went=float(went["persons_all"].iloc[0]))
    left = len(released["entries"]) - len(shown)
    note = footer(say, n, before(released, "client", "share", say), say("note.left_out", n=left) if left > 0 else "")
    ends = {"months": setting(released, "washout_months"), "days": setting(released, "quiet_days")}
    return Chart(form, headline, say("doors.subtitle", **ends), note, _rows_alt(headline, rows, say))


def _door(code: str, came: float, went: float, level: str, say: Say) -> DumbbellRow:
    """One service; a share that is not published has no mark."""
    start, end = (None if math.isnan(each) else each for each in (came, went))
    texts = ["" if each is None else say.percent(each) for each in (start, end)]
    colour: Level = next((each for each in LEVELS if each == level), "neutral")
    return DumbbellRow(say.label("services", code), start, end, texts[0], texts[1], colour)


def _percent_ticks(shares: pd.DataFrame, say: Say) -> tuple[tuple[float, str], ...]:
    marks = round_marks(0.0, float(np.nanmax(shares.to_numpy(dtype=float))), 5)
    return tuple((mark, say.percent(mark)) for mark in marks)


def _doors_headline(came: Leading, went: Leading, say: Say) -> str:
    """Name the commonest way in and the commonest last service; where another is as common, say so."""
    first, last = (
        say(f"doors.headline.{name}{'' if each.clear else '_unclear'}", label=say.label("services", each.code),
            share=say.percent(each.share))
        for name, each in (("first", came), ("last", went))
    )  # fmt: skip
    short = say("doors.headline.short", came=say.percent(came.share), went=say.percent(went.share))
    return fitting(say("doors.headline.both", first=first, last=last), short)


def _rows_alt(headline: str, rows: tuple[DumbbellRow, ...], say: Say) -> str:
    told = [f"{row.label} {row.start_text or '–'}, {row.end_text or '–'}" for row in rows]
    return ". ".join([headline, f"{say('doors.came')}, {say('doors.went')}", *told]) + "."


def pairs(released: ReleasedResult, say: Say) -> Chart:
    """Draw the commonest ways by name: the first service and the second."""
    found, whole, second = pairs_of(released.tables["pairs"])
    if not found:
        return nothing(say("pairs.nothing"), say)
    shown = found[:MOST_PAIRS]
    bars = tuple(_pair_bar(pair, say, bold=place == 0) for place, pair in enumerate(shown))
    top = found[0]
    equal = len(found) > 1 and found[1].persons == top.persons
    words = {"first": say.label("services", top.first), "n": top.persons, "share": say.percent(top.share)}
    if top.first == top.second and not equal:
        headline = say("pairs.headline.again", **words)
    else:
        second_label = say.label("services", top.second)
        headline = say(f"pairs.headline.{'tie' if equal else 'one'}", second=second_label, **words)
    headline = fitting(headline, say("pairs.headline.short", n=top.persons, share=say.percent(top.share)))
    n = say("pairs.n", n=whole, share=say.percent(share_of(second, whole)))
    left = len(found) - len(shown)
    note = footer(say, n, tied(released, "client", say), say("note.more_ways", n=left) if left else "")
    alt = ". ".join([headline, *(f"{bar.label.replace(chr(10), ' ')} {bar.text}" for bar in bars)]) + "."
    return Chart(Bars(bars, say("pairs.axis")), headline, say("pairs.subtitle"), note, alt)


def _pair_bar(pair: Pair, say: Say, *, bold: bool) -> Bar:
    detail = say("pairs.detail", share=say.percent(pair.share), low=say.number(pair.low * 100),
                 high=say.percent(pair.high))  # fmt: skip
    first, second = (say.label("services", code) for code in (pair.first, pair.second))
    label = say("pairs.again", first=first) if pair.first == pair.second else f"{first} →\n{second}"
    return Bar(label, pair.persons, say.number(pair.persons), "accent" if bold else "neutral", detail, bold)


def changed(released: ReleasedResult, say: Say) -> Chart:
    """Draw what the first services become, by their highest level."""
    table = released["changes"]
    phases = [each for each in LEVELS if (table["phase"] == each).any()]
    rows = [_changed(table[table["phase"] == each], each, say) for each in phases]
    shown = tuple(row for row in rows if any(part.value is not None for part in row[1]))
    if not shown:
        return nothing(say("changed.nothing"), say)
    key = tuple((say.label("changes", code), colour, pattern) for code, colour, pattern in _CHANGES)
    headline = _changes_headline(released, say)
    n = say("note.clients", n=float(released["began"]["persons"].sum()))
    hidden = int(table["share"].isna().sum())
    few = say("note.hidden_parts", n=hidden) if hidden else ""
    note = footer(say, n, before(released, "client", "share", say), few)
    told = [f"{label}: {', '.join(f'{part.label} {part.text}' for part in parts if part.text)}"
            for label, parts, _ in shown]  # fmt: skip
    return Chart(StackedBars(shown, key, axis_title=say("changed.axis")), headline, say("changed.subtitle"), note,
                 ". ".join([headline, *told]) + ".")  # fmt: skip


def _changed(rows: pd.DataFrame, phase: str, say: Say) -> tuple[str, tuple[Segment, ...], str]:
    shares = dict(zip(rows["change"], rows["share"], strict=True))
    parts = tuple(
        Segment(say.label("changes", code), None if math.isnan(share) else share * 100,
                "" if math.isnan(share) else say.percent(share), colour, pattern)
        for code, colour, pattern in _CHANGES for share in [float(shares.get(code, math.nan))]
    )  # fmt: skip
    whole = rows["persons_all"].dropna()
    return say.label("levels", phase), parts, say("changed.whole", n=float(whole.iloc[0])) if len(whole) else ""


def _changes_headline(released: ReleasedResult, say: Say) -> str:
    """Compare between the two levels farthest apart how often another service starts beside the first ones."""
    table = released["changes"]
    more = table[(table["change"] == "more") & table["phase"].isin(LEVELS)]
    found = extremes_of(more, "phase", "persons", "persons_all")
    if not found.code:
        return say("changed.headline.unknown")
    words = {"label": say(f"in_level.{found.code}"), "share": say.percent(found.share)}
    if not found.second:
        return say("changed.headline.one", **words)
    other = {"second": say(f"in_level.{found.second}"), "second_share": say.percent(found.second_share)}
    return say("changed.headline.more" if found.clear else "changed.headline.same", **words, **other)


def pace(released: ReleasedResult, say: Say) -> Chart:
    """Draw the time from the first start to the second."""
    table = released.tables["pace"]
    bins = bins_of(table)
    if bins.empty:
        return nothing(say("pace.nothing"), say)
    low, high = median_months(bins)
    middle = None
    if not math.isnan(low + high):
        middle = ((low + high) / 2, say("pace.median", low=low, high=high))
    form = histogram(
        table, say, span=(EDGES[0], EDGES[-1]), step=1.0, x_label=say("pace.x"), axis_title=say("pace.axis"), tick=3.0,
        middle=middle,
    )  # fmt: skip
    headline = _pace_headline(released, say)
    n = say("pace.n", n=float(bins["persons"].sum()), followed=float(released["followed"]["persons"].sum()))
    alt = ". ".join([headline, *(f"{say.label('month_bins', row['months'])}: {say.number(row['persons'])}"
                                 for row in bins.to_dict("records"))]) + "."  # fmt: skip
    return Chart(form, headline, say("pace.subtitle"), footer(say, n, say("pace.open_ends")), alt)


def _pace_headline(released: ReleasedResult, say: Say) -> str:
    """Say how many had a second service, and for how many it began beside the first."""
    followed, relations = released["followed"]["share"].dropna(), released["relations"]
    follows = relations.loc[relations["relation"] == "follows", "share"].dropna()
    if followed.empty:
        return say("pace.headline.unknown")
    if follows.empty:
        return say("pace.headline.one", share=say.percent(float(followed.iloc[0])))
    return say("pace.headline.two", share=say.percent(float(followed.iloc[0])),
               after=say.percent(float(follows.iloc[0])))  # fmt: skip


def returned(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many clients of each service came back to it after another one."""
    table = released["returned"]
    known = table.dropna(subset=["share"]).sort_values(["share", "service"], ascending=[False, True])
    if known.empty:
        return nothing(say("returned.nothing"), say)
    shown = known.head(MOST_SERVICES)
    bars = tuple(_back_bar(row, say, bold=place == 0) for place, row in enumerate(shown.to_dict("records")))
    headline = _returned_headline(leading_of(known, "service", "back", "persons"), say)
    n = say("note.clients", n=float(released["everyone"]["persons"].sum()))
    left = len(table) - len(shown)
    alt = ". ".join([headline, *(f"{bar.label} {bar.text}" for bar in bars)]) + "."
    return Chart(Bars(bars, say("returned.axis")), headline, say("returned.subtitle"),
                 footer(say, n, say("note.left_out", n=left) if left else ""), alt)  # fmt: skip


def _returned_headline(found: Leading, say: Say) -> str:
    """Name the service that most come back to, with the next one where the difference is not clear."""
    if found.share < 0.01:
        return say("returned.headline.none")
    words = {"label": say.label("services", found.code), "share": say.percent(found.share)}
    short = say("returned.headline.short", share=say.percent(found.share))
    if not found.second:
        return fitting(say("returned.headline.one", **words), short)
    if found.clear:
        return fitting(say("returned.headline.most", **words), short)
    other = {"second": say.label("services", found.second), "second_share": say.percent(found.second_share)}
    short = say("returned.headline.short_unclear", share=say.percent(found.share))
    return fitting(say("returned.headline.unclear", **words, **other), short)


def _back_bar(row: dict, say: Say, *, bold: bool) -> Bar:  # type: ignore[type-arg]
    colour: Level = next((each for each in LEVELS if each == row["level"]), "neutral")
    detail = say("returned.detail", back=say.about(float(row["back"])), n=say.about(float(row["persons"])))
    return Bar(say.label("services", row["service"]), float(row["share"]), say.percent(float(row["share"])), colour,
               detail, bold)  # fmt: skip
