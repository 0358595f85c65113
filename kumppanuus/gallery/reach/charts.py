"""The chart: the share of an area's children that use a service."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.heatmap import heatmap
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer

CLEAR_GAP = 0.03
"""Of the children; a smaller difference between areas is no finding, nor is one within three standard errors (the most
and the least of several areas differ by chance alone more than two areas do)."""


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw which share of the children of each area uses each service."""
    table = released.tables["areas"]
    known = table.frame.dropna(subset=["share"])
    if known.empty:
        return nothing(say("areas.nothing"), say)
    gap = widest_gap(known)
    form = heatmap(
        table, say, rows="service", columns="area", of="share", scale_title=say("areas.scale"),
        bold=(str(gap["service"]), str(gap["high_area"])) if gap["clear"] else None,
    )  # fmt: skip
    headline = areas_headline(gap, say)
    left = table.frame["service"].nunique() - len(form.rows)
    note = footer(say, _n(table.frame, say), say("note.left_out", n=left) if left else "")
    rows = [
        f"{name}: {', '.join(_said(form.columns, cells))}" for name, cells in zip(form.rows, form.cells, strict=True)
    ]
    return Chart(form, headline, say("areas.subtitle"), note, ". ".join([headline, *rows]) + ".")


def widest_gap(known: pd.DataFrame) -> pd.Series:
    """Return the service whose published shares differ most between areas, with the areas at both ends.

    Services with a clear difference come first.
    """
    spread = known["share"] * (1 - known["share"]) / known["children"]
    ordered = known.assign(spread=spread).sort_values(["service", "share", "area"], kind="stable")
    ends = ordered.groupby("service", sort=True).agg(
        low=("share", "first"), low_area=("area", "first"), high=("share", "last"), high_area=("area", "last"),
        low_spread=("spread", "first"), high_spread=("spread", "last"),
    )  # fmt: skip
    gaps = ends.assign(gap=(ends["high"] - ends["low"]).round(6)).reset_index()
    chance = 3 * np.sqrt(gaps["low_spread"] + gaps["high_spread"])
    gaps = gaps.assign(clear=gaps["gap"] >= np.maximum(chance, CLEAR_GAP))
    return gaps.sort_values(["clear", "gap", "service"], ascending=[False, False, True]).iloc[0]


def areas_headline(gap: pd.Series, say: Say) -> str:
    """Say where areas differ most, or that they do not differ clearly."""
    service = say.label("kinds", gap["service"])
    if gap["high_area"] == gap["low_area"]:
        return say("areas.headline.one", service=service, share=say.percent(float(gap["high"])),
                   area=say.label("parts", gap["high_area"]))  # fmt: skip
    if not gap["clear"]:
        return say("areas.headline.same", gap=round(100 * float(gap["gap"])))
    words = {name: say.percent(float(gap[name])) for name in ("low", "high")}
    words |= {name: say.label("parts", gap[name]) for name in ("low_area", "high_area")}
    return say("areas.headline.differ", service=service, **words)


def _said(columns: tuple[str, ...], cells: tuple[object, ...]) -> list[str]:
    texts = [getattr(cell, "text", "") or "–" for cell in cells]
    return [f"{column} {text}" for column, text in zip(columns, texts, strict=True)]


def _n(frame: pd.DataFrame, say: Say) -> str:
    return say("note.n", n=float(frame.drop_duplicates("area")["children"].sum()))
