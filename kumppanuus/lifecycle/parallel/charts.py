"""Pictures of services that are open at once: whom, how long and at what cost; over the years; from one to many."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import full_years, year_name
from kumppanuus.drawing import Chart, Level, Segment, StackedBars
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.parallel.shown import Split, splits, splits_of_years
from kumppanuus.methods.shares import difference_limits

_COLOURS: tuple[Level, ...] = ("neutral", "early", "special", "corrective")
_MANY = 3
_LEAST_CHANGE, _FEW = 0.02, 0.03
MOST_YEARS = 10
"""Years at most in one picture: the numbers above more columns run into each other."""


def shares(released: ReleasedResult, say: Say) -> Chart:
    """Draw families, clients, their time and cost, each split by the number of services open at once."""
    found = splits(released)
    if not {"families", "clients"} & found.keys():
        return nothing(say("shares.nothing"), say)
    rows = tuple(
        (say(f"shares.row.{name}"), _parts(split, say), _beyond(split, 2, say)) for name, split in found.items()
    )
    headline = shares_headline(found, say)
    note = footer(say, _n(released, say), "" if "costs" in found else say("note.no_costs"))
    alt = ". ".join([headline, *(f"{label}: {total}" for label, _, total in rows if total)])
    return Chart(StackedBars(rows, _key(found, say)), headline, say("shares.subtitle"), note, f"{alt}.")


def shares_headline(found: Mapping[str, Split], say: Say) -> str:
    """Say how many families have had three services or more at once, and their part of the cost or of the time."""
    families = found["families"].at_least(_MANY) if "families" in found else math.nan
    of = next((name for name in ("costs", "family_time") if name in found), "")
    part = found[of].at_least(_MANY) if of else math.nan
    if math.isnan(families):
        return say("shares.headline.unknown")
    if round(families * 100) < 1:
        return say("shares.headline.few")
    case = "alone" if math.isnan(part) else of
    return say(f"shares.headline.{case}", share=_about(families, say), part=_about(part, say))


def over_years(released: ReleasedResult, say: Say) -> Chart:
    """Draw the families of each year by the most services they had open at once in it."""
    every = splits_of_years(released)
    known = {year: every[year] for year in [*every][-MOST_YEARS:]}
    if not known:
        return nothing(say("over_years.nothing"), say)
    rows = tuple(
        (year_name(released, year, say), _parts(split, say), _beyond(split, 2, say)) for year, split in known.items()
    )
    headline = years_headline({year: known[year] for year in full_years(released) if year in known}, say)
    alt = ". ".join([headline, *(f"{year}: {_beyond(split, 2, say)}" for year, split in known.items())])
    return Chart(
        StackedBars(rows, _key(known, say), vertical=True), headline, say("over_years.subtitle"),
        footer(say, _n(released, say)), f"{alt}.",
    )  # fmt: skip


def years_headline(known: Mapping[str, Split], say: Say) -> str:
    """Say the share with two services or more at once in the last year, and whether it differs from the first."""
    shares_of = {year: split.at_least(2) for year, split in known.items() if not math.isnan(split.at_least(2))}
    if not shares_of:
        return say("over_years.headline.unknown")
    first, last = next(iter(shares_of)), [*shares_of][-1]
    before, after = shares_of[first], shares_of[last]
    words = {"first": first, "last": last, "before": say.percent(before), "share": say.percent(after)}
    if max(before, after) < _FEW:
        return say("over_years.headline.few")
    if first == last:
        return say("over_years.headline.one", **words)
    low, high = difference_limits(
        (round(after * known[last].total), known[last].total), (round(before * known[first].total), known[first].total)
    )
    if low <= 0 <= high or abs(after - before) < _LEAST_CHANGE - 1e-9:
        return say("over_years.headline.same", **words)
    return say(f"over_years.headline.{'more' if after > before else 'fewer'}", **words)


def _parts(split: Split, say: Say) -> tuple[Segment, ...]:
    texts = [say("class." + "_".join(codes).replace("+", "up")) for codes in split.classes]
    return tuple(
        Segment(
            text,
            None if math.isnan(share) else round(share, 2),
            "" if math.isnan(share) else say.percent(share),
            colour,
        )
        for text, share, colour in zip(texts, split.shares, _COLOURS, strict=False)
    )


def _key(found: Mapping[str, Split], say: Say) -> tuple[tuple[str, Level, bool], ...]:
    classes: Sequence[tuple[str, ...]] = next(iter(found.values())).classes
    names = [say("class." + "_".join(codes).replace("+", "up")) for codes in classes]
    return tuple((name, colour, False) for name, colour in zip(names, _COLOURS, strict=False))


def _beyond(split: Split, number: int, say: Say) -> str:
    share = split.at_least(number)
    return say("word.hidden") if math.isnan(share) else say("shares.beyond", n=number, share=say.percent(share))


def _about(share: float, say: Say) -> str:
    return say("word.about", n=say.percent(share))


def _n(released: ReleasedResult, say: Say) -> str:
    everyone = released["everyone"]
    families = float(everyone["families"].iloc[0]) if len(everyone) else math.nan
    return say("n.hidden") if math.isnan(families) else say("n.families", n=say.about(families))
