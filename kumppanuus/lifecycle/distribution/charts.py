"""Pictures of how many children services reach, by area and by service. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Bar, Bars, Chart, Level
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.forms.forest import clear_rows, forest
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rates import PER, published_rates, rate_words
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.distribution.shown import RATE, Row, about, share_of, year_chart, year_of

_MOST_LINES = 18  # of bars and their headings together


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the children who were clients per 1,000 of the area's children, against all areas together."""
    table, whole = released.tables["areas"], _whole_rate(released)
    estimates = published_rates(table, **RATE)
    if estimates["value"].isna().all() or math.isnan(whole):
        return _area_bars(released, say)
    known = table.frame.join(estimates).dropna(subset=["value"])
    farthest = _farthest(known, whole)
    form = forest(
        table, say, over="area", n="persons", estimates=estimates, reference=whole, log=False,
        bold="" if farthest is None else str(farthest["area"]), axis_title=say("areas.axis"),
        reference_text=say("areas.reference", n=whole), text_title=say("areas.text"), n_title=say("areas.n"),
    )  # fmt: skip
    return year_chart("areas", form, _areas_headline(farthest, whole, released, say), len(form.rows), released, say)


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw the children in each service per 1,000 inhabitants of their age, by level; without inhabitants how many."""
    table = released.tables["services"]
    rates = published_rates(table, **RATE)
    counted = bool(rates["value"].isna().all())
    frame = table.frame.join(rates).assign(length=lambda rows: rows["persons"] if counted else rows["value"])
    known = frame[frame["length"].notna() & (frame["length"] > 0)]
    if known.empty:
        return nothing(say("services.nothing"), say)
    labels = [say.label("services", code) for code in known["service"]]
    ranked = known.assign(label=labels).sort_values(["length", "label"], ascending=[False, True])
    shown = ranked.head(min(15, _MOST_LINES - ranked["level"].nunique()))
    form = _service_bars(shown, released, counted, say)
    left = len(table.frame) - len(shown)
    headline = _services_headline(rows_of(ranked), counted, released, say)
    notes = (say("note.services", n=left),) if left else ()
    return year_chart("services", form, headline, len(shown), released, say, *notes, counted=counted)


def _whole_rate(released: ReleasedResult) -> float:
    children = released["children"]
    if children.empty or children[["persons", "population"]].isna().any(axis=None):
        return math.nan
    row = children.iloc[0]
    return float(round(PER * row["persons"] / row["population"])) if row["population"] > 0 else math.nan


def _farthest(known: pd.DataFrame, whole: float) -> pd.Series | None:
    """Return the area farthest from the whole, of those whose interval leaves the whole out."""
    clear = known[clear_rows(known, whole)]
    order = clear.assign(far=-(clear["value"] - whole).abs()).sort_values(["far", "area"])
    return None if order.empty else order.iloc[0]


def _areas_headline(row: pd.Series | None, whole: float, released: ReleasedResult, say: Say) -> str:
    words = {"year": year_of(released), "whole": whole}
    if row is None:
        return say("areas.headline.unclear", **words)
    case = "above" if row["value"] > whole else "below"
    return say(f"areas.headline.{case}", label=say.label("areas", row["area"]), n=float(row["value"]), **words)


def _area_bars(released: ReleasedResult, say: Say) -> Chart:
    """Without inhabitants of the areas: how many children each has among the clients."""
    frame = released["areas"]
    codes = [code for code in frame.loc[frame["persons"] > 0, "area"] if code != "unknown"]
    if not codes or released["children"].empty:
        return nothing(say("areas.nothing"), say)
    total = float(released["children"]["persons"].iloc[0])
    rows = frame.assign(label=[say.label("areas", code) for code in frame["area"]])
    ranked = rows_of(rows.sort_values(["persons", "label"], ascending=[False, True], na_position="last").head(15))
    bars = []
    for place, row in enumerate(ranked):
        share = share_of(float(row["persons"]), total)
        known = not math.isnan(row["persons"])
        detail = "" if math.isnan(share) else say("areas.of_children", share=say.percent(share))
        text = say.number(row["persons"]) if known else say("word.hidden")
        bars.append(Bar(row["label"], row["persons"] if known else None, text, "neutral", detail, bold=place == 0))
    top = ranked[0]
    words = {"label": top["label"], "n": about(float(top["persons"]), say), "year": year_of(released)}
    form = Bars(tuple(bars), say("areas.axis_children"))
    return year_chart("areas", form, say("areas.headline.number", **words), len(bars), released, say, counted=True)


def _service_bars(shown: pd.DataFrame, released: ReleasedResult, counted: bool, say: Say) -> Bars:
    found = set(shown["level"])
    levels = [*(level for level in LEVELS if level in found), *sorted(found - set(LEVELS))]
    bars = [
        _service_bar(row, bool(row["length"] == shown["length"].max()), counted, say)
        for level in levels
        for row in rows_of(shown[shown["level"] == level])
    ]
    groups = tuple((say.label("levels", level), int((shown["level"] == level).sum())) for level in levels)
    return Bars(tuple(bars), say("services.axis_children" if counted else "services.axis"), groups)


def _service_bar(row: Row, bold: bool, counted: bool, say: Say) -> Bar:
    colour: Level = next((level for level in LEVELS if level == row["level"]), "neutral")
    if counted:
        return Bar(row["label"], float(row["persons"]), say.number(row["persons"]), colour, bold=bold)
    text, _, limits = rate_words(row["value"], row["lower"], row["upper"], say).partition(" ")
    detail = say("services.children", limits=limits, n=say.number(row["persons"]))
    return Bar(row["label"], float(row["value"]), text, colour, detail, bold=bold)


def _services_headline(ranked: Sequence[Row], counted: bool, released: ReleasedResult, say: Say) -> str:
    """Name the service with the most children, and how many were in corrective services."""
    most = [row for row in ranked if row["length"] == ranked[0]["length"]]
    year = year_of(released)
    if len(most) > 1:
        return say("services.headline.ties", count=len(most), year=year)
    words = {"service": most[0]["label"], "year": year}
    if counted:
        return say("services.headline.number", n=about(float(most[0]["persons"]), say), **words)
    levels = released["levels"].join(published_rates(released.tables["levels"], **RATE))
    heavy = levels.loc[levels["level"] == "corrective", "value"].dropna()
    if heavy.empty:
        return say("services.headline.rate", n=float(most[0]["value"]), **words)
    return say("services.headline.rates", n=float(most[0]["value"]), heavy=float(heavy.iloc[0]), **words)
