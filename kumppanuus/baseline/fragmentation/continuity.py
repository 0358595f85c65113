"""Pictures of how far families meet the same worker within a service. Protected numbers only."""

from __future__ import annotations

import math

import pandas as pd

from kumppanuus.baseline.fragmentation.shown import indices
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart
from kumppanuus.forms.forest import clear_rows, forest
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

_PERCENT = 100.0
_INDICES = ("secon", "coc")


def continuity(released: ReleasedResult, say: Say) -> Chart:
    """Draw by service how often the next contact is with the same worker, against all services together."""
    table, found, whole = released.tables["met_services"], indices(released, "secon"), _mean(released)
    if found.empty or math.isnan(whole):
        return nothing(say("continuity.nothing"), say)
    shown = type(table)(table.name, table.declaration, table.frame.loc[found.index], table.masked.loc[found.index])
    estimates = found[["value", "lower", "upper"]] * _PERCENT
    far = found[clear_rows(found, whole)].sort_values(["value", "service"])
    form = forest(
        shown, say, over="service", n="families", estimates=estimates, reference=whole * _PERCENT, log=False, digits=0,
        below="special", above="early", bold="" if far.empty else str(far["service"].iloc[0]),
        axis_title=say("continuity.axis"), reference_text=say("continuity.reference", share=say.percent(whole)),
        text_title=say("continuity.text"), n_title=say("continuity.n"),
    )  # fmt: skip
    headline = _headline(far, whole, say)
    left = len(table.frame) - len(found)
    note = footer(say, _n(released, say), say("note.services", n=left) if left else "")
    year = str(table.frame["year"].iloc[0])
    alt = say("continuity.alt", headline=headline, n=len(form.rows))
    return Chart(form, headline, say("continuity.subtitle", year=year), note, alt)


def contacts(released: ReleasedResult, say: Say) -> Chart:
    """Draw both indices by the number of contacts of the family in the service."""
    frame = released["met_contacts"]
    known = frame.dropna(subset=[*_INDICES])
    if known.empty:
        return nothing(say("contacts.nothing"), say)
    bars = tuple(_bar(row, index, say) for index in _INDICES for row in rows_of(known))
    form = Bars(bars, say("contacts.axis"), tuple((say(f"contacts.{index}"), len(known)) for index in _INDICES))
    headline = _contacts_headline(rows_of(known), say)
    year, alt = str(known["year"].iloc[0]), say("contacts.alt", headline=headline, n=len(known))
    return Chart(form, headline, say("contacts.subtitle", year=year), footer(say, _n(released, say)), alt)


def _mean(released: ReleasedResult) -> float:
    met = released["met"]
    return float(met["secon"].iloc[0]) if len(met) else math.nan


def _n(released: ReleasedResult, say: Say) -> str:
    met = released["met"]
    return say("note.met", n=say.about(float(met["families"].iloc[0]), bool(met["hidden"].iloc[0])))


def _headline(far: pd.DataFrame, whole: float, say: Say) -> str:
    """Name the service with the lowest share when it surely lies below all together."""
    low = far[far["value"] < whole]
    words = {"whole": say.percent(whole)}
    if low.empty:
        return say("continuity.headline.alike", **words)
    service = say.label("services", low["service"].iloc[0])
    return say("continuity.headline.low", service=service, share=say.percent(float(low["value"].iloc[0])), **words)


def _bar(row: dict[str, float], index: str, say: Say) -> Bar:
    value, half = row[index], row[f"{index}_half"]
    low, high = (say.number(_PERCENT * min(max(each, 0.0), 1.0)) for each in (value - half, value + half))
    detail = "" if math.isnan(half) else say("contacts.detail", low=low, high=high, n=row["families"])
    return Bar(say.label("contact_numbers", row["contacts"]), value, say.percent(value), "early", detail)


def _contacts_headline(known: list[dict[str, float]], say: Say) -> str:
    """Say the first and the last share when their intervals do not meet, else the first."""
    first, last = known[0], known[-1]
    words = {"most": say.percent(first["secon"]), "few": say.label("contact_numbers", first["contacts"])}
    more = {"least": say.percent(last["secon"]), "many": say.label("contact_numbers", last["contacts"])}
    if first["secon"] - first["secon_half"] > last["secon"] + last["secon_half"]:
        return say("contacts.headline.falls", **words, **more)
    return say("contacts.headline.alike", **words, **more)
