"""Pictures of areas against what their children's ages and sexes let expect. Protected numbers only."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from kumppanuus.baseline.equity.ratios import SMALL_AREAS, Ratios, area_ratios
from kumppanuus.baseline.equity.shown import standard_note, why_nothing, year_chart, year_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.forest import forest_of
from kumppanuus.forms.funnel import ratio_funnel
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say
from kumppanuus.methods.rates import least_squares_of_clusters
from kumppanuus.register.year_people import SUPPORTS

_MOST = 15
_LONGEST = 110  # letters of a headline


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many children of each area were clients for every one expected."""
    found = area_ratios(released)
    why = _why(found, "areas", released, say)
    if why is not None:
        return why
    shown = _farthest(found.rows).head(_MOST)
    first = _named(found.rows)
    rows = _forest_rows(shown, say).assign(bold=[first is not None and area == first["area"] for area in shown["area"]])
    form = forest_of(rows.sort_values("value", ascending=False, na_position="last"), say, **_words("areas", say))
    headline = _headline("areas", found, say, year_of(released))
    return year_chart("areas", form, headline, len(shown), released, say, *_notes(found, len(shown), released, say))


def funnel(released: ReleasedResult, say: Say) -> Chart:
    """Draw the areas by their size against the limits of chance."""
    found = area_ratios(released)
    why = _why(found, "funnel", released, say)
    if why is not None:
        return why
    known = found.rows.dropna(subset=["value"])
    form = ratio_funnel(
        known.assign(label=[say.label("areas", code) for code in known["area"]]), say,
        confidence=(0.95, found.confidence), dispersion=_dispersion(released), x_title=say("funnel.x"),
        y_title=say("funnel.y"), centre_text=say("areas.reference"), limit_texts=(say("funnel.one"), say("funnel.all")),
    )  # fmt: skip
    outside = int(known["clear"].sum())
    case = ("none", "one", "some")[min(outside, 2)] if len(known) > 1 else "single"
    words = {"n": len(known), "year": year_of(released)}
    headline = say(f"funnel.headline.{case}", outside=outside, **words)
    return year_chart("funnel", form, headline, len(known), released, say, *_notes(found, len(known), released, say))


def supports(released: ReleasedResult, say: Say) -> Chart:
    """Draw the areas in lighter and in heavier support apart."""
    parts = {support: area_ratios(released, support) for support in SUPPORTS}
    comparisons = sum(len(part.rows) for part in parts.values())
    parts = {support: area_ratios(released, support, comparisons) for support in SUPPORTS}
    together = Ratios(pd.concat([part.rows.assign(support=name) for name, part in parts.items()]), 0.95)
    why = _why(together, "supports", released, say)
    if why is not None:
        return why
    rows = together.rows.reset_index(drop=True)
    order = _farthest(rows).drop_duplicates("area")["area"].head(_MOST // 2)
    shown = rows[rows["area"].isin(order)].sort_values(["area", "support"], ascending=[True, False], kind="stable")
    names = [
        say("supports.row", area=say.label("areas", area), support=say(f"supports.{support}"))
        for area, support in zip(shown["area"], shown["support"], strict=True)
    ]
    first = _named(rows)
    bold = [first is not None and place == first.name for place in shown.index]
    form = forest_of(_forest_rows(shown, say).assign(label=names, bold=bold), say, **_words("supports", say))
    headline = _support_headline(rows, first, say, year_of(released))
    notes = _notes(together, shown["area"].nunique(), released, say)
    return year_chart("supports", form, headline, len(shown), released, say, *notes)


def _dispersion(released: ReleasedResult) -> float:
    """Return how much more counts vary than Poisson ones, because brothers and sisters come together."""
    row = released["children"].iloc[0]
    squares, _ = least_squares_of_clusters(row["persons"], row["families"])
    spread = float(squares / row["persons"])
    return spread if spread > 1 else 1.0


def _why(found: Ratios, name: str, released: ReleasedResult, say: Say) -> Chart | None:
    missing = why_nothing(name, released, say)
    if missing is None and found.rows["value"].notna().sum() == 0:
        return nothing(say(f"{name}.nothing"), say)
    return missing


def _words(name: str, say: Say) -> dict[str, Any]:
    return {
        "axis_title": say(f"{name}.axis"), "below_text": say("areas.below"), "above_text": say("areas.above"),
        "reference_text": say("areas.reference"), "text_title": say("areas.text"), "n_title": say("areas.n"),
        "below": "special", "above": "early",
    }  # fmt: skip


def _forest_rows(rows: pd.DataFrame, say: Say) -> pd.DataFrame:
    """Add names, and observed and expected numbers side by side."""
    # What small areas have together is a number of its own: it stands only where its ratio does.
    seen = rows["persons"].where((rows["area"] != SMALL_AREAS) | rows["value"].notna()).astype(float)
    pairs = zip(seen, rows["expected"], strict=True)
    numbers = [say("areas.of", observed=say.about(n, math.isnan(n)), expected=round(wanted)) for n, wanted in pairs]
    return rows.assign(label=[say.label("areas", code) for code in rows["area"]], n_text=numbers, bold=False)


def _farthest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, clear differences first, then the farthest from what is expected."""
    far = rows["value"].map(lambda ratio: -abs(math.log(ratio)) if ratio > 0 else math.nan)
    ordered = rows.assign(far=far).sort_values(["clear", "far", "area"], ascending=[False, True, True])
    return ordered.drop(columns="far")


def _named(rows: pd.DataFrame) -> pd.Series | None:
    """Return the row that the headline names: clearly under-served ones first, the farthest of them."""
    clear = _farthest(rows[rows["clear"]])
    below = clear[clear["value"] < 1]
    named = below if len(below) else clear
    return None if named.empty else named.iloc[0]


def _headline(name: str, found: Ratios, say: Say, year: str) -> str:
    row = _named(found.rows)
    if row is None:
        return say(f"{name}.headline.unclear", year=year)
    words = {"label": say.label("areas", row["area"]), "year": year}
    if row["value"] < 1:
        words["share"] = say.percent(float(row["value"]))
        whole = say(f"{name}.headline.below", **words)
        return whole if len(whole) <= _LONGEST else say(f"{name}.headline.below_short", **words)
    return say(f"{name}.headline.above", ratio=say.number(float(row["value"]), 1), **words)


def _support_headline(rows: pd.DataFrame, first: pd.Series | None, say: Say, year: str) -> str:
    """Name the area farthest out, and both kinds of support when it lies clearly on the same side in both."""
    if first is None:
        return say("supports.headline.unclear", year=year)
    side = -1 if first["value"] < 1 else 1
    same = rows[(rows["area"] == first["area"]) & rows["clear"] & ((rows["value"] - 1) * side > 0)]
    words = {"label": say.label("areas", first["area"]), "year": year}
    if len(same) == len(SUPPORTS):
        found = same.set_index("support")["value"].astype(float)
        shown = {name: say.percent(found[name]) if side < 0 else say.number(found[name], 1) for name in SUPPORTS}
        return say(f"supports.headline.both_{'below' if side < 0 else 'above'}", **shown, **words)
    words["support"] = say(f"supports.in_{first['support']}")
    if side < 0:
        return say("supports.headline.below", share=say.percent(float(first["value"])), **words)
    return say("supports.headline.above", ratio=say.number(float(first["value"]), 1), **words)


def _notes(found: Ratios, shown: int, released: ReleasedResult, say: Say) -> tuple[str, ...]:
    left = found.rows["area"].nunique() - shown
    return (standard_note(released, say), say("note.left_out", n=left) if left else "")
