"""Pictures of co-use in numbers of families: the commonest pairs, the services most have, how many at once.

Protected numbers only.
"""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.network import shown

_MOST_PAIRS, _MOST_HUBS = 7, 12
_FEW_FAMILIES = 60


def pairs(released: ReleasedResult, say: Say) -> Chart:
    """Draw the commonest pairs of services, with the same families in the other two windows."""
    ever = shown.setting(released, "ever") > 0
    main, others = ("families", ("at_once", "within")) if ever else ("at_once", ("within", "families"))
    frame = released["pairs"]
    named = frame.assign(label=_pair_labels(frame, say), main=frame[main]).dropna(subset="main")
    named = named[named["main"] > 0]
    ranked = named.sort_values(["main", "label"], ascending=[False, True]).head(_MOST_PAIRS)
    if ranked.empty:
        return shown.nothing("pairs", released, say)
    top = ranked.iloc[0]
    headline = _pairs_headline(top, bool((ranked["main"] == top["main"]).sum() > 1), released, say)
    # Where every child is a family of her own, the clients of a pair are its families: once is enough.
    alone = bool((ranked["same_child"].isna() | (ranked["same_child"] == ranked["main"])).all())
    told = (*others, *(() if alone else ("same_child",)))
    days = shown.setting(released, "within_days")
    bars = tuple(
        Bar(
            str(row["label"]),
            float(row["main"]),
            say.number(row["main"]),
            "neutral" if place else "accent",
            _details({name: float(row[name]) for name in told}, days, say),
            bold=not place,
        )
        for place, row in enumerate(ranked.to_dict("records"))
    )
    left_out = say("left_out.pairs", n=len(named) - len(ranked)) if len(named) > len(ranked) else ""
    return Chart(
        form=Bars(bars, say("pairs.axis")),
        headline=headline,
        subtitle=say("pairs.subtitle", when=shown.when_of(released, say)),
        footer=footer(say, shown.n_of(released, say), left_out),
        alt=say("pairs.alt", headline=headline, n=len(bars)),
    )


def hubs(released: ReleasedResult, say: Say) -> Chart:
    """Draw which services the families with several services have, with how many others their families have."""
    known = shown.services_of(released, say, "hubs").dropna(subset="share")
    ranked = known.sort_values(["share", "families", "label"], ascending=[False, False, True]).head(_MOST_HUBS)
    if ranked.empty:
        return shown.nothing("hubs", released, say)
    top = ranked.iloc[0]
    headline = _hubs_headline(top, bool((ranked["share"] == top["share"]).sum() > 1), say)
    bars = tuple(
        Bar(
            str(row["label"]),
            float(row["share"]),
            say.percent(row["share"]),
            "neutral" if place else "accent",
            _others(row, say),
            bold=not place,
        )
        for place, row in enumerate(ranked.to_dict("records"))
    )
    left_out = say("left_out.services", n=len(known) - len(ranked)) if len(known) > len(ranked) else ""
    sampled = say("left_out.sampled") if shown.setting(released, "sampled") else ""
    several = say("n.several", n=say.about(float(top["several_all"])))
    return Chart(
        form=Bars(bars, say("hubs.axis")),
        headline=headline,
        subtitle=say("hubs.subtitle"),
        footer=footer(say, several, sampled, left_out),
        alt=say("hubs.alt", headline=headline, n=len(bars)),
    )


def breadth(released: ReleasedResult, say: Say) -> Chart:
    """Draw families by the number of services, with their share of all families."""
    frame = released["breadth"]
    several = _share_with_several(frame)
    if frame["families"].notna().sum() == 0:
        return shown.nothing("breadth", released, say)
    headline = _breadth_headline(frame, several, released, say)
    bars = tuple(
        Bar(
            label=_breadth_label(str(row["n_services"]), say),
            value=None if row["hidden"] or math.isnan(row["families"]) else float(row["families"]),
            text=say("word.hidden") if math.isnan(row["families"]) else say.number(row["families"]),
            colour="neutral" if row["n_services"] == "1" else "accent",
            detail="" if math.isnan(row["share"]) else say.percent(row["share"]),
            bold=row["n_services"] != "1",
        )
        for row in frame.to_dict("records")
    )
    return Chart(
        form=Bars(bars, say("breadth.axis")),
        headline=headline,
        subtitle=say("breadth.subtitle", when=shown.when_of(released, say)),
        footer=footer(say, shown.n_of(released, say)),
        alt=say("breadth.alt", headline=headline, n=len(bars)),
    )


def _pairs_headline(top: pd.Series, tie: bool, released: ReleasedResult, say: Say) -> str:
    """Name the commonest pair; names too long for a headline stand beside their bar alone."""
    words = {"families": say.about(float(top["main"])), "when": shown.when_of(released, say)}
    first, second = (say.label("services", top[end]) for end in ("first", "second"))
    headline = say(f"pairs.headline.{'tie' if tie else 'one'}", first=first, second=second, **words)
    if len(headline) <= shown.LONGEST_HEADLINE:
        return headline
    return say(f"pairs.headline.{'long_tie' if tie else 'long'}", **words)


def _pair_labels(frame: pd.DataFrame, say: Say) -> list[str]:
    ends = zip(frame["first"], frame["second"], strict=True)
    return [f"{say.label('services', first)} +\n{say.label('services', second)}" for first, second in ends]


def _details(numbers: dict[str, float], days: float, say: Say) -> str:
    """Return the numbers that are published of a pair besides the one of its bar."""
    told = [
        shown.published(number, say(f"pairs.{name}", n=say.number(number), days=days))
        for name, number in numbers.items()
    ]
    return " · ".join(each for each in told if each)


def _others(row: dict[object, float], say: Say) -> str:
    """Return how many other services a service's families have, and how many are expected.

    In wide steps, as those of few families are, the two would seem to differ where they do not.
    """
    if math.isnan(row["others"] + row["expected_others"]) or row["several_families"] < _FEW_FAMILIES:
        return ""
    return say("hubs.others", n=say.number(row["others"], 1), expected=say.number(row["expected_others"], 1))


def _hubs_headline(top: pd.Series, tie: bool, say: Say) -> str:
    words = {"service": say.label("services", top["service"]), "share": _about(float(top["share"]), say)}
    if tie:
        return say("hubs.headline.tie", **words)
    if math.isnan(top["others"]) or top["several_families"] < _FEW_FAMILIES:
        return say("hubs.headline.one", **words)
    whole = say("hubs.headline.others", others=say.number(float(top["others"]), 1), **words)
    return whole if len(whole) <= shown.LONGEST_HEADLINE else say("hubs.headline.one", **words)


def _share_with_several(frame: pd.DataFrame) -> float:
    """Return the share of families with at least two services, from the published shares; NaN when they do not tell."""
    one = frame.loc[frame["n_services"] == "1", "share"]
    if len(one) and not math.isnan(one.iloc[0]):
        return 1 - float(one.iloc[0])
    return _tail(frame, "2")


def _tail(frame: pd.DataFrame, least: str) -> float:
    shares = frame.loc[frame["n_services"] >= least, "share"]
    return min(float(shares.sum()), 1.0) if len(shares) and shares.notna().all() else float("nan")


def _breadth_headline(frame: pd.DataFrame, several: float, released: ReleasedResult, say: Say) -> str:
    when, more = shown.when_of(released, say), _tail(frame, "3")
    if math.isnan(several):
        return say("breadth.headline.unknown", when=when)
    if round(several * 100) <= 1:
        return say("breadth.headline.few", when=when)
    if math.isnan(more) or not 1 <= round(more * 100) <= round(several * 100):
        return say("breadth.headline.several", share=_about(several, say), when=when)
    return say("breadth.headline.more", share=_about(several, say), more=_about(more, say), when=when)


def _about(share: float, say: Say) -> str:
    return say("word.about", n=say.percent(share))


def _breadth_label(code: str, say: Say) -> str:
    if code == "1":
        return say("breadth.label.one")
    return say("breadth.label.at_least" if code.endswith("+") else "breadth.label.many", n=code.rstrip("+"))
