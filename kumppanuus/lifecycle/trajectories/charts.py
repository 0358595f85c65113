"""The charts: how common each path is, what it costs, and the months of the largest ones."""

from __future__ import annotations

import math
from collections.abc import Callable

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart, Level
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.states import states
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.trajectories.shown import COLOURS, ShownType, Story, shown_types, who_of
from kumppanuus.lifecycle.trajectories.states import ANY, NONE
from kumppanuus.lifecycle.trajectories.types import STATES

Draw = Callable[[ReleasedResult, Say], Chart]


def sizes(released: ReleasedResult, say: Say) -> Chart:
    """Draw how common each path is among those who were followed."""
    types = [each for each in shown_types(released).values() if not math.isnan(each.share)]
    if not types:
        return _few("sizes", released, say)
    who = who_of(released)
    bars = tuple(_size_bar(each, each is types[0], who, say) for each in types)
    headline = _sizes_headline(types, who, say)
    notes = (_left_out(released, say), say.label("steadiness", released["followed"]["steadiness"].iloc[0]))
    subtitle = say(f"sizes.subtitle_{who}", **_lengths(released))
    said = [f"{bar.label}: {bar.text} {bar.detail}" for bar in bars]
    return Chart(Bars(bars, say(f"sizes.axis_{who}")), headline, subtitle, footer(say, _n(released, say), *notes),
                 ". ".join([headline, *said]) + ".")  # fmt: skip


def costs(released: ReleasedResult, say: Say) -> Chart:
    """Draw what the services of each path cost in the follow-up."""
    types = [each for each in shown_types(released).values() if not math.isnan(each.cost_eur)]
    if not types:
        return nothing(say("costs.nothing"), say)
    dearest = max(types, key=lambda each: (each.cost_eur, each.code))
    whole = math.nan if len(types) < len(released["types"]) else sum(each.cost_eur for each in types)
    bars = tuple(_cost_bar(each, each is dearest, whole, say) for each in types)
    headline = _costs_headline(types, dearest, released, say)
    hidden = len(released["types"]) - len(types)
    share = "" if math.isnan(dearest.share) else say.percent(dearest.share)
    notes = (
        say(f"costs.on_{who_of(released)}", code=dearest.code, share=share) if share else "",
        say("costs.hidden", n=hidden) if hidden else "",
    )
    note = footer(say, _n(released, say), *notes)
    said = [f"{bar.label}: {bar.text}" for bar in bars]
    subtitle = say(f"costs.subtitle_{who_of(released)}", **_lengths(released))
    return Chart(Bars(bars, say("costs.axis")), headline, subtitle, note, ". ".join([headline, *said]) + ".")


def path(code: str) -> Draw:
    """Return what draws the months of one type."""
    name = f"path_{code.lower()}"

    def draw(released: ReleasedResult, say: Say) -> Chart:
        table, found = released.tables[name], shown_types(released).get(code)
        if found is None or found.story is None:
            return nothing(say(f"{name}.nothing"), say)
        who = who_of(released)
        form = states(
            table, say, of="share", over="state", time="time", order=(*STATES[:-1], ANY, NONE), colours=COLOURS,
            group={"type": code},
            x_label=say("path.axis"), axis_title=say(f"path.height_{who}"),
        )  # fmt: skip
        headline = say(f"{name}.headline.{found.story.kind}", **_story_words(found.story, say))
        alt = ". ".join([headline, *(f"{state.label}: {state.text}" for state in form.states)])
        n = "" if math.isnan(found.n) else say(f"n.type_{who}", n=found.n)
        return Chart(
            form, headline, _path_subtitle(found, who, say), footer(say, n, _levels(released, code, say)), f"{alt}."
        )

    return draw


def _levels(released: ReleasedResult, code: str, say: Say) -> str:
    """Say how many of a type were on each level in some month, as far as that is published; the most usual first."""
    who = who_of(released)
    rows = (
        released["levels"]
        .query("type == @code")
        .dropna(subset=[who])
        .sort_values([who, "state"], ascending=[False, True])
    )
    said = [f"{say.label('path_states', row['state'])} {say.about(float(row[who]))}" for _, row in rows.iterrows()]
    return say("path.levels", levels=", ".join(said)) if said else ""


def _path_subtitle(found: ShownType, who: str, say: Say) -> str:
    share = say(f"path.share_{who}", share=say.percent(found.share)) if not math.isnan(found.share) else ""
    pooled = found.story is not None and found.story.last == ANY
    return " ".join(part for part in (share, say("path.what_any" if pooled else "path.what")) if part)


def _story_words(story: Story, say: Say) -> dict[str, object]:
    inside = {name: say.label("path_in", getattr(story, name)) for name in ("first", "main", "last")}
    shares = {"without": say.percent(story.without), "held": say.percent(story.held)}
    return {**inside, **shares, "months": 0 if math.isnan(story.months) else round(story.months), "end": story.end}


def _sizes_headline(types: list[ShownType], who: str, say: Say) -> str:
    first = types[0]
    words = {"code": first.code, "words": first.words(say), "share": say.percent(first.share)}
    if len(types) < 2:
        return say(f"sizes.headline.one_{who}", **words)
    second = types[1]
    if first.lower <= second.upper:
        other = {"other": second.code, "other_words": second.words(say), "other_share": say.percent(second.share)}
        return say(f"sizes.headline.alike_{who}", **words, **other)
    return say(f"sizes.headline.most_{who}", **words)


def _costs_headline(types: list[ShownType], dearest: ShownType, released: ReleasedResult, say: Say) -> str:
    """Say which path takes most of the money, and what share where the costs of all paths are published."""
    words = {"code": dearest.code, "words": dearest.words(say)}
    if len(types) < len(released["types"]) or math.isnan(dearest.share):
        return say("costs.headline.dearest", **words, cost=say.euros(dearest.cost_eur))
    part = dearest.cost_eur / sum(each.cost_eur for each in types)
    shares = {"share": say.percent(dearest.share), "part": say.percent(part)}
    return say(f"costs.headline.most_{who_of(released)}", **words, **shares)


def _size_bar(each: ShownType, bold: bool, who: str, say: Say) -> Bar:
    interval = f"{say.number(each.lower * 100)}–{say.percent(each.upper)}"
    detail = say(f"sizes.detail_{who}", interval=interval, n=each.n)
    return Bar(each.label(say), each.share, say.percent(each.share), _colour(each), detail, bold)


def _cost_bar(each: ShownType, bold: bool, whole: float, say: Say) -> Bar:
    """Return a bar with its part of the costs of all paths, where these are known, and the cost per family."""
    part = "" if math.isnan(whole) else say("costs.part", part=say.percent(each.cost_eur / whole))
    mean = "" if math.isnan(each.per_family_eur) else say("costs.detail", cost=say.euros(each.per_family_eur))
    detail = " · ".join(filter(None, (part, mean)))
    return Bar(each.label(say), each.cost_eur, say.euros(each.cost_eur), _colour(each), detail, bold)


def _colour(each: ShownType) -> Level:
    return COLOURS.get(each.story.main, "neutral") if each.story else "neutral"


def _lengths(released: ReleasedResult) -> dict[str, object]:
    row = released["followed"].iloc[0]
    return {"months": float(row["months"]), "wash_out": float(row["wash_out"])}


def _n(released: ReleasedResult, say: Say) -> str:
    who = who_of(released)
    n = float(released["followed"][who].sum(min_count=1))
    return "" if math.isnan(n) else say(f"n.followed_{who}", n=n)


def _left_out(released: ReleasedResult, say: Say) -> str:
    """Say how many of all are not in the picture, and why."""
    fates, who = released["fates"].set_index("fate")[who_of(released)], who_of(released)
    known = {fate: say.about(float(fates[fate]), math.isnan(fates[fate])) for fate in fates.index}
    parts = [say(f"left_out.{fate}", n=known[fate]) for fate in ("known", "late", "unsampled") if fate in known]
    return say(f"left_out.all_{who}", parts=", ".join(parts)) if parts else ""


def _few(name: str, released: ReleasedResult, say: Say) -> Chart:
    chart = nothing(say(f"{name}.nothing"), say)
    note = footer(say, _n(released, say), _left_out(released, say))
    return Chart(chart.form, chart.headline, "", note, chart.alt) if len(released["followed"]) else chart
