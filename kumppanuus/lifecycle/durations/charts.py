"""The charts: curves of levels and of the most used services, and what the average of the ended alone says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Curves, Dumbbell, DumbbellRow, Notice
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.durations.shown import (
    ShownCurve,
    between,
    colour_of,
    later_row,
    month_ticks,
    series_of,
    shown_curves,
)

MOST_CURVES = 4
MOST_ROWS = 12
CLEAR_GAP = 1.0
"""Months; a smaller difference of means is no finding."""


def levels(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share still open by service level."""
    curves = shown_curves(released, "levels", "level_curves", "levels", say)
    drawn = list(curves.values())[:MOST_CURVES]
    hidden = [say.label("levels", code) for code in released["levels"]["level"] if code not in curves]
    return _curves_chart("levels", drawn, say, _not_drawn(hidden, say))


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share still open in the most used service of each level."""
    curves = shown_curves(released, "services", "service_curves", "services", say)
    most_used = _most_used(released["services"], curves)
    return _curves_chart("services", [curves[code] for code in most_used[:MOST_CURVES]], say, "")


def ended_only(released: ReleasedResult, say: Say) -> Chart:
    """Draw, service by service, the mean of ended relationships beside the mean of all, both to 24 months at most."""
    table = released["services"]
    curves = shown_curves(released, "services", "service_curves", "services", say)
    fair = [code in curves and not curves[code].conditional for code in table["service"]]
    both = table[fair].dropna(subset=["ended_mean_24", "mean_24"])
    if both.empty:
        return _nothing("ended_only", say)
    rows = both.assign(gap=both["mean_24"] - both["ended_mean_24"], label=_labels(both, say))
    rows = rows.assign(size=-rows["gap"].abs().round(6)).sort_values(["size", "label"], ignore_index=True)
    headline = _gap_headline(rows.iloc[0], say)
    shown = rows.head(MOST_ROWS)
    left = len(table) - len(shown)
    form = Dumbbell(
        rows=tuple(_dumbbell_row(row, say) for _, row in shown.iterrows()),
        start_name=say("ended_only.start"),
        end_name=say("ended_only.end"),
        ticks=tuple((float(month), say.number(month)) for month in (0, 6, 12, 18, 24)),
        axis_title=say("ended_only.axis"),
    )
    note = footer(say, n_spells(shown["spells"], say), say("note.services_left_out", n=left) if left else "")
    rows_said = [f"{row.label}: {row.start_text} → {row.end_text}" for row in form.rows]
    return Chart(form, headline, say("ended_only.subtitle"), note, ". ".join([headline, *rows_said]) + ".")


def _curves_chart(name: str, drawn: Sequence[ShownCurve], say: Say, left_out: str) -> Chart:
    if not drawn:
        return _nothing(name, say)
    form = curves_form(drawn, say)
    late = ", ".join(curve.label for curve in drawn if curve.conditional)
    notes = (say("note.curve_ends"), left_out, say("note.conditional", labels=late) if late else "")
    headline = curves_headline(name, drawn, say)
    alt = ". ".join([headline, *(f"{one.label}: {one.key}" for one in form.series)])
    sizes = pd.Series([curve.spells for curve in drawn])
    return Chart(form, headline, say(f"{name}.subtitle"), footer(say, n_spells(sizes, say), *notes), f"{alt}.")


def curves_form(drawn: Sequence[ShownCurve], say: Say) -> Curves:
    """Return curves with their numbers under observation below, in the order given."""
    ticks = month_ticks(drawn)
    return Curves(
        series=tuple(series_of(curve, ticks, say) for curve in drawn),
        ticks=ticks,
        x_label=say("curves.axis"),
        table_title=say("curves.under_observation"),
        extra_rows=((say("curves.later"), later_row(drawn, ticks, say)),) if _some_enter_late(drawn) else (),
        tick_format=tuple(say.percent(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        x_tick_texts=tuple(say.number(tick) for tick in ticks),
        step=False,
    )


def curves_headline(name: str, drawn: Sequence[ShownCurve], say: Say) -> str:
    """Say the finding: the longest against the shortest, unless their intervals overlap."""
    ordered = sorted(drawn, key=lambda curve: (*curve.bounds[:2], curve.label))
    short, long = ordered[0], ordered[-1]
    if math.isinf(short.bounds[0]):
        months = min(curve.last_month for curve in drawn)
        case = "one_not_reached" if len(drawn) == 1 else "none_reached"
        return say(f"{name}.headline.{case}", label=short.label, months=months)
    if len(drawn) == 1:
        return say(f"{name}.headline.one", label=short.label, months=short.median)
    if short.bounds[2] >= long.bounds[1]:
        return _unclear(name, short, long, say)
    words = {"short": short.label, "short_months": short.median, "long": long.label}
    if math.isinf(long.bounds[0]):
        return say(f"{name}.headline.not_reached", **words, long_months=long.last_month)
    return say(f"{name}.headline.contrast", **words, long_months=long.median)


def _unclear(name: str, short: ShownCurve, long: ShownCurve, say: Say) -> str:
    if math.isinf(long.bounds[0]):
        return say(f"{name}.headline.unclear_open", months=short.median)
    return say(f"{name}.headline.unclear", months=between(short.median, long.median, say))


def _gap_headline(row: pd.Series, say: Say) -> str:
    gap = float(row["gap"])
    if abs(gap) < CLEAR_GAP:
        return say("ended_only.headline.same")
    digits = 0 if abs(gap) >= 2 else 1
    numbers = {
        name: say.number(float(row[of]), digits) for name, of in (("ended", "ended_mean_24"), ("all", "mean_24"))
    }
    case = "under" if gap > 0 else "over"
    return say(f"ended_only.headline.{case}", label=row["label"], **numbers)


def _dumbbell_row(row: pd.Series, say: Say) -> DumbbellRow:
    ended, everyone = float(row["ended_mean_24"]), float(row["mean_24"])
    return DumbbellRow(
        str(row["label"]), ended, everyone, say.number(ended, 1), say.number(everyone, 1), colour_of(str(row["level"]))
    )


def _most_used(table: pd.DataFrame, curves: Mapping[str, ShownCurve]) -> list[str]:
    """Return the service with the most clients of each level, of those that have a curve, in the order of levels."""
    drawable = table[table["service"].isin(list(curves))]
    # Of equal ones the first by code: the same in every language.
    first = drawable.sort_values(["persons", "service"], ascending=[False, True]).drop_duplicates("level")
    place = {level: number for number, level in enumerate(("universal", "early", "special", "corrective"))}
    return list(first.sort_values("level", key=lambda codes: codes.map(place).fillna(9))["service"])


def _labels(table: pd.DataFrame, say: Say) -> list[str]:
    return [say.label("services", code) for code in table["service"]]


def _some_enter_late(drawn: Sequence[ShownCurve]) -> bool:
    """Whether anybody comes under observation after the beginning, as far as the numbers are published."""
    return any(number != 0 for curve in drawn for number in curve.later.values())


def n_spells(sizes: pd.Series, say: Say) -> str:
    """Say how many relationships there are; nothing when a number is hidden."""
    return "" if sizes.isna().any() else say("n.spells", n=float(sizes.sum()))


def _not_drawn(labels: Sequence[str], say: Say) -> str:
    return say("note.no_curve", labels=", ".join(labels)) if labels else ""


def _nothing(name: str, say: Say) -> Chart:
    words = say(f"{name}.nothing")
    return Chart(Notice((say("note.nothing"),)), words, "", footer(say, ""), words)
