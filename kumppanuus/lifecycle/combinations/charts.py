"""Pictures of services used together: exact sets of families and of clients, and sets of three beside their pairs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.drawing import Bar, Bars, Chart
from kumppanuus.forms.combinations import MOST_COLUMNS, OTHER, combinations, parts_of, users_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

_DEMANDING = ("corrective", "special")
_LONGEST_HEADLINE = 120
_MOST_TRIPLES = 8
_Q = 0.05
_PLUS = "\N{NO-BREAK SPACE}+ "


def at_once(released: ReleasedResult, say: Say) -> Chart:
    """Draw the sets of services that families have had open at once."""
    return _sets("at_once", "families", released, say)


def clients(released: ReleasedResult, say: Say) -> Chart:
    """Draw the sets of services that clients have had open at once themselves."""
    return _sets("clients", "persons", released, say)


def ever(released: ReleasedResult, say: Say) -> Chart:
    """Draw the sets of services that families used in the window."""
    return _sets("ever", "families", released, say)


def triples(released: ReleasedResult, say: Say) -> Chart:
    """Draw the sets of three that are more common than their pairs let expect."""
    frame = released["triples"]
    known = frame.dropna(subset=["families", "ratio", "q"])
    known = known[(known["q"] <= _Q) & (known["ratio"] != 1)]
    if known.empty:
        return nothing(say("triples.nothing"), say)
    named = known.assign(
        label=[_three(code, say) for code in known["triple"]], size=[-abs(math.log(each)) for each in known["ratio"]]
    )
    ranked = named.sort_values(["size", "families", "label"], ascending=[True, False, True]).head(_MOST_TRIPLES)
    bars = tuple(
        Bar(
            str(row["label"]),
            float(row["families"]),
            say.number(float(row["families"])),
            "accent" if place == 0 else "neutral",
            say("triples.ratio", ratio=say.number(float(row["ratio"]), 1)),
            bold=place == 0,
        )
        for place, row in enumerate(ranked.to_dict("records"))
    )
    headline = triples_headline(ranked, say)
    n = _n_of_sample(released, say)
    alt = ". ".join([headline, *(f"{bar.label}: {bar.text}, {bar.detail}" for bar in bars)]).replace("\n", " ")
    return Chart(Bars(bars, say("triples.axis")), headline, say("triples.subtitle"), footer(say, n), f"{alt}.")


def _n_of_sample(released: ReleasedResult, say: Say) -> str:
    """Say how many families the sets of three are judged by, and that they are a sample where they are not all."""
    sample, everyone = (float(released[name]["families"].sum(min_count=1)) for name in ("sample", "everyone"))
    if math.isnan(sample):
        return ""
    return say("n.sample" if sample < everyone else "n.families", n=say.about(sample))


def triples_headline(ranked: pd.DataFrame, say: Say) -> str:
    """Name the set of three that is farthest from what its pairs let expect, when its names are short enough."""
    top = ranked.iloc[0]
    case = "more" if top["ratio"] > 1 else "fewer"
    names = _named(parts_of(top["triple"]), say)
    whole = say(f"triples.headline.{case}", names=names, ratio=say.number(float(top["ratio"]), 1))
    if len(whole) <= _LONGEST_HEADLINE:
        return whole
    return say(f"triples.headline.long_{case}", ratio=say.number(float(top["ratio"]), 1))


def _sets(name: str, of: str, released: ReleasedResult, say: Say) -> Chart:
    """Draw sets of two or more; whoever has only one service is told in a line below."""
    whole = released.tables[name]
    several = _several(whole)
    known = several.frame[several.frame["combination"].astype(str) != OTHER].dropna(subset=[of])
    if known.empty:
        return nothing(say(f"{name}.nothing"), say)
    services = released["services"]
    levels = dict(zip(services["service"].astype(str), services["level"].astype(str), strict=True))
    special = _highlighted(several, of, levels)
    corrective = levels.get(special) == "corrective"
    form = combinations(
        several, say, of=of, highlight=special, colour="corrective" if corrective else "special",
        highlight_text=say("sets.with", service=say.label("services", special)) if special else "",
        others_text=say("sets.without") if special else "",
        members_title=say(f"{name}.members"), columns_title=say(f"{name}.columns"),
    )  # fmt: skip
    headline = sets_headline(name, several, of, say)
    alone = _alone(whole, of)
    left = len(known) - sum(bool(column.members) for column in form.columns)
    note = footer(
        say, _n(released, of, say), "" if math.isnan(alone) else say(f"{name}.alone", n=say.about(alone)),
        say("sets.left_out", n=left) if left else "",
    )  # fmt: skip
    alt = [headline, *(f"{_named(column.members, say) or column.label}: {column.text}" for column in form.columns[:5])]
    return Chart(form, headline, say(f"{name}.subtitle"), note, ". ".join(alt) + ".")


def sets_headline(name: str, table: ReleasedTable, of: str, say: Say) -> str:
    """Name the commonest set of two or more services, or say how common it is when its names are long."""
    numbers = _numbers(table, of)
    most = max(numbers.values())
    first = [code for code, number in numbers.items() if number == most]
    names = _named(parts_of(first[0]), say)
    case = "one" if len(first) == 1 else "tie"
    whole = say(f"{name}.headline.{case}", names=names, n=say.about(most))
    return whole if len(whole) <= _LONGEST_HEADLINE else say(f"{name}.headline.long", n=say.about(most))


def _several(table: ReleasedTable) -> ReleasedTable:
    """Return the table without the sets of one service."""
    codes = table.frame["combination"].astype(str)
    wanted = (codes == OTHER) | codes.str.contains("+", regex=False)
    return replace(table, frame=table.frame[wanted], masked=table.masked[wanted])


def _alone(table: ReleasedTable, of: str) -> float:
    """Return how many have one service only; NaN when a number is missing."""
    codes = table.frame["combination"].astype(str)
    alone = table.frame.loc[(codes != OTHER) & ~codes.str.contains("+", regex=False), of]
    return float(alone.sum()) if len(alone) and alone.notna().all() else math.nan


def _highlighted(table: ReleasedTable, of: str, levels: Mapping[str, str]) -> str:
    """Return the demanding service that most have in the sets that are drawn, a corrective one when there is any."""
    ranked = table.frame.sort_values([of, "combination"], ascending=[False, True])
    ranked = ranked[ranked["combination"].astype(str) != OTHER].head(MOST_COLUMNS - 1)
    totals = users_of(replace(table, frame=ranked), over="combination", of=of)
    for level in _DEMANDING:
        found = [code for code in totals if levels.get(code) == level]
        if found:
            return found[0]
    return ""


def _numbers(table: ReleasedTable, of: str) -> dict[str, float]:
    rows = table.frame[table.frame["combination"].astype(str) != OTHER].dropna(subset=[of])
    return dict(sorted(zip(rows["combination"].astype(str), rows[of].astype(float), strict=True)))


def _three(code: object, say: Say) -> str:
    """Write three services, with a mark where the label may be broken."""
    first, second, third = (say.label("services", part) for part in parts_of(code))
    return f"{first}{_PLUS}{second}\N{NO-BREAK SPACE}+\n{third}"


def _named(members: tuple[str, ...], say: Say) -> str:
    return _PLUS.join(say.label("services", code) for code in members)


def _n(released: ReleasedResult, of: str, say: Say) -> str:
    everyone = released["everyone"]
    number = float(everyone[of].iloc[0]) if len(everyone) else math.nan
    return "" if math.isnan(number) else say(f"n.{of}", n=say.about(number))
