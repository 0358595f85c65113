"""Pictures of a year's clients: their ages and sexes, and how many services they use. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules import SHARE_BASE
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level, Segment, StackedBars
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rates import surely_more
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.distribution.shown import RATE, Row, about, share_of, year_chart, year_number, year_of

_COLOURS: Mapping[str, Level] = {"1": "hidden", "1..2": "neutral", "2": "early", "2..3+": "special", "3+": "corrective"}
_KEYS = {"1": "one", "1..2": "one_two", "2": "two", "2..3+": "two_more", "3+": "three"}
"""Numbers of services, small ones merged with their neighbour."""
_NUMBERS_OF = (("client_numbers", "services_of_client", "persons"),
               ("family_numbers", "services_of_family", "families"))  # fmt: skip


def ages(released: ReleasedResult, say: Say) -> Chart:
    """Draw all clients of the year by age and by sex, with the share of the age group that they are."""
    groups = [(say("ages.by_age"), _age_bars(released, say)), (say("ages.by_sex"), _sex_bars(released, say))]
    shown = [(title, bars) for title, bars in groups if any(bar.value is not None for bar in bars)]
    if not shown:
        return nothing(say("ages.nothing"), say)
    headline = _ages_headline(released, say)
    bars = tuple(bar for _, part in shown for bar in part)
    form = Bars(bars, say("ages.axis"), tuple((title, len(part)) for title, part in shown))
    return year_chart("ages", form, headline, len(bars), released, say)


def numbers(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share of the clients, and of the families, used one, two, three services or more."""
    found = {who: _shares(released, name, dimension, who) for name, dimension, who in _NUMBERS_OF}
    shown = {who: shares for who, shares in found.items() if len(shares) and not (who == "families" and _alone(found))}
    if not shown:
        return nothing(say("numbers.nothing"), say)
    codes = [code for code in _COLOURS if any(code in shares for shares in shown.values())]
    form = StackedBars(
        tuple((say(f"numbers.{who}"), tuple(_part(code, shares, say) for code in codes if code in shares),
               about(year_number(released, who), say)) for who, shares in shown.items()),
        tuple((say(f"numbers.key.{_KEYS[code]}"), _COLOURS[code], False) for code in codes),
        axis_title=say("numbers.axis"),
    )  # fmt: skip
    clients, families = (_several(found[who]) for who in ("persons", "families"))
    words = {"clients": say.percent(clients), "families": say.percent(families)}
    note = "" if math.isnan(clients + families) else say("note.several", **words)
    return year_chart("numbers", form, _numbers_headline(found, released, say), len(shown), released, say, note)


def _age_bars(released: ReleasedResult, say: Say) -> tuple[Bar, ...]:
    frame, row = released["ages"], rows_of(released["everyone"])[0]
    bars = [
        _person_bar(say.label("age_groups", age["age_in_year"]), age["persons"], age["share"], "accent", released, say)
        for age in rows_of(frame)
    ]
    others = (("18+", row["grown"]), ("unknown", row["undated"]))
    masked = released.tables["everyone"].masked.iloc[0]
    for code, number in others:
        if number > 0 or masked["grown" if code == "18+" else "undated"]:
            bars.append(_person_bar(say.label("age_groups", code), number, math.nan, "neutral", released, say))
    return tuple(bars)


def _sex_bars(released: ReleasedResult, say: Say) -> tuple[Bar, ...]:
    rows = rows_of(released["sexes"])
    if [row["sex"] for row in rows] == ["unknown"]:
        return ()
    return tuple(
        _person_bar(say.label("sexes", row["sex"]).capitalize(), row["persons"], math.nan, "neutral", released, say)
        for row in rows
    )


def _person_bar(
    label: str, number: float, share: float, colour: Level, released: ReleasedResult, say: Say
) -> Bar:  # fmt: skip
    if math.isnan(number):
        return Bar(label, None, say("word.hidden"), colour)
    of_clients = share_of(number, year_number(released, "persons"))
    parts = (
        "" if math.isnan(of_clients) else say("ages.of_clients", share=say.percent(of_clients)),
        "" if math.isnan(share) else say("ages.of_age", share=say.percent(share)),
    )
    return Bar(label, float(number), say.number(number), colour, " · ".join(part for part in parts if part))


def _ages_headline(released: ReleasedResult, say: Say) -> str:
    """Say in which age group clients are commonest and rarest; without inhabitants which group is largest."""
    known = rows_of(released["ages"].dropna(subset=["share"]))
    year = year_of(released)
    if len(known) > 1:
        high, low = (pick(known, key=lambda row: row["persons"] / row["population"]) for pick in (max, min))
        if surely_more(*([row[each] for each in RATE.values()] for row in (high, low))):
            words = {"high": _lower(high, say), "low": _lower(low, say)}
            shares = {"more": say.percent(high["share"]), "less": say.percent(low["share"])}
            return say("ages.headline.differ", **words, **shares, year=year)
        whole = released["children"]["share"].iloc[0]
        if not math.isnan(whole):
            return say("ages.headline.alike", share=say.percent(float(whole)), year=year)
    return _largest_age(released, say)


def _largest_age(released: ReleasedResult, say: Say) -> str:
    everybody, year, frame = year_number(released, "persons"), year_of(released), released["ages"]
    if math.isnan(everybody):
        return say("ages.headline.hidden", year=year)
    most = rows_of(frame[frame["persons"] == frame["persons"].max()])
    share = share_of(float(most[0]["persons"]), everybody) if len(most) == 1 else math.nan
    if math.isnan(share):
        return say("ages.headline.number", n=about(everybody, say), year=year)
    label = say.label("age_groups", most[0]["age_in_year"])
    return say("ages.headline.largest", label=label, share=say.percent(share), year=year)


def _lower(row: Row, say: Say) -> str:
    return say(f"ages.name.{str(row['age_in_year'])[:2]}")


def _shares(released: ReleasedResult, name: str, dimension: str, who: str) -> dict[str, float]:
    """Return code → share of the published sum; empty where there is none to publish."""
    counted = released[name].set_index(dimension)[who].astype(float)
    total = float(counted.sum(skipna=False))
    return {str(code): share_of(float(counted[code]), total) for code in counted.index if total >= SHARE_BASE}


def _part(code: str, shares: Mapping[str, float], say: Say) -> Segment:
    return Segment(say(f"numbers.key.{_KEYS[code]}"), shares[code], say.percent(shares[code]), _COLOURS[code])


def _several(shares: Mapping[str, float]) -> float:
    """Return the share with two services or more, in whole per cents; NaN when it is not told."""
    return 1 - round(shares.get("1", math.nan), 2)


def _alone(found: Mapping[str, Mapping[str, float]]) -> bool:
    """Say whether families are divided as clients are: every client is then as good as a family of her own."""
    return found["persons"] == found["families"]


def _numbers_headline(found: Mapping[str, Mapping[str, float]], released: ReleasedResult, say: Say) -> str:
    clients, families = (_several(found[who]) for who in ("persons", "families"))
    year = year_of(released)
    if math.isnan(clients) or math.isnan(families):
        return say("numbers.headline.unknown", year=year)
    if round(families * 100) <= 1:
        return say("numbers.headline.few", year=year)
    words = {"clients": say.percent(clients), "families": say.percent(families), "year": year}
    if _alone(found):
        return say("numbers.headline.alone", **words)
    same = round(clients * 100) == round(families * 100)
    return say("numbers.headline.same" if same else "numbers.headline.share", **words)
