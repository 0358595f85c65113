"""The charts: how clients and families come back after all services have ended, from what, and how often."""

from __future__ import annotations

import math

import numpy as np

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Curves
from kumppanuus.forms.forest import clear_rows, forest
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.returns.shown import (
    TICKS,
    YEAR,
    at_year,
    back_at,
    clearly_apart,
    curves_of,
    interval,
    layers,
    shares_by_month,
    told_month,
)

MOST_ROWS = 15
PER = 100


def after(released: ReleasedResult, say: Say) -> Chart:
    """Draw what has become of clients since their last service ended."""
    return _layers_chart("after", released, "kind_curves", "everyone", "persons", say)


def families(released: ReleasedResult, say: Say) -> Chart:
    """Draw the same of families: nobody of the family had a service any more."""
    return _layers_chart("families", released, "family_curves", "homes", "families", say)


def levels(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share that has come back by the level that was left last."""
    drawn = curves_of(released, "level_curves", "level", say)
    if not drawn:
        return nothing(say("levels.nothing"), say)
    rows = released["levels"].set_index("level")
    shares = at_year(rows)
    series = tuple(drawn.values())
    top = max(max((*one.y, *one.upper)) for one in series)
    marks = tuple(np.arange(0.0, math.ceil(top * 10) / 10 + 0.05, 0.1 if top <= 0.5 else 0.2).round(2))
    form = Curves(
        series=series, ticks=TICKS, x_label=say("axis.months"), table_title=say("levels.table"),
        y_ticks=marks, tick_format=tuple(say.percent(share) for share in marks),
        x_tick_texts=tuple(say.number(tick) for tick in TICKS), step=False,
    )  # fmt: skip
    told = {str(code): row for code, row in shares.iterrows() if code in drawn}
    apart = clearly_apart([told[code] for code in drawn if code in told])
    words = [f"{drawn[code].label}: {interval(told[code] / PER, say)}" for code in drawn if code in told]
    if apart:
        low, high = apart
        headline = say("levels.headline.apart", high=drawn[str(high.name)].label, low=drawn[str(low.name)].label,
                       most=say.percent(high["value"] / 100), least=say.percent(low["value"] / 100))  # fmt: skip
    else:
        known = sum(not math.isnan(float(row["value"])) for row in told.values())
        headline = say(f"levels.headline.{'unclear' if known > 1 else 'alone'}")
    hidden = [say.label("levels", code) for code in rows.index if code not in drawn]
    left_out = say("note.no_curve", labels=", ".join(hidden)) if hidden else ""
    note = footer(say, _n(released, "everyone", "persons", say), _moved(released, "everyone", say), left_out)
    return Chart(form, headline, say("levels.subtitle"), note, ". ".join([headline, *words]) + ".")


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share that has come back within a year by the service that was left last."""
    table, everybody = released.tables["services"], back_at(shares_by_month(released, "kind_curves"), YEAR)
    estimates = at_year(table.frame)
    known = table.frame.join(estimates).dropna(subset=["value"])
    if known.empty or math.isnan(everybody):
        return nothing(say("services.nothing"), say)
    reference = everybody * PER
    clear = known[clear_rows(known, reference)]
    far = None
    if not clear.empty:
        order = clear.assign(far=-(clear["value"] - reference).abs()).sort_values(["far", "service"])
        far = order.iloc[0]
    form = forest(
        table, say, over="service", n="persons", estimates=estimates, reference=reference, log=False,
        most=MOST_ROWS, digits=0, bold="" if far is None else str(far["service"]), axis_title=say("services.axis"),
        below_text=say("services.below"), above_text=say("services.above"), text_title=say("services.text"),
        n_title=say("services.n"), reference_text=say("services.reference", share=say.percent(everybody)),
    )  # fmt: skip
    words = {"everybody": say.percent(everybody)}
    if far is None:
        headline = say("services.headline.unclear", **words)
    else:
        case = "more" if far["value"] > reference else "fewer"
        label, share = say.label("services", far["service"]), say.percent(float(far["value"]) / PER)
        headline = say(f"services.headline.{case}", label=label, share=share, **words)
    hidden = sum(row.value is None for row in form.rows) + len(table.frame) - len(form.rows)
    note = footer(
        say,
        _n(released, "everyone", "persons", say),
        _moved(released, "everyone", say),
        say("note.services", n=hidden) if hidden else "",
    )
    alt = ". ".join([headline, *(f"{row.label}: {row.text}" for row in form.rows)])
    return Chart(form, headline, say("services.subtitle"), note, f"{alt}.")


def again(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many times a hundred clients have come back so far, every return counted."""
    points = released["again"].dropna(subset=["share"])
    if len(points) < 2:
        return nothing(say("again.nothing"), say)
    top = math.ceil(float(points[["share", "upper"]].max().max()) * 5 + 1e-9) / 5
    marks = tuple(round(step / 5, 2) for step in range(0, round(top * 5) + 1, max(1, round(top))))
    (series,) = curves_of(released, "again", "", say, top).values()
    form = Curves(
        series=(series,), ticks=TICKS, x_label=say("axis.months"), table_title=say("again.table"),
        y_ticks=tuple(mark / top for mark in marks), tick_format=tuple(say.number(mark * PER) for mark in marks),
        x_tick_texts=tuple(say.number(tick) for tick in TICKS), step=False,
    )  # fmt: skip
    last = points.iloc[-1]
    number, lower, upper = (say.number(float(last[each]) * PER) for each in ("share", "lower", "upper"))
    case = "known" if not math.isnan(last["lower"]) else "bare"
    headline = say(f"again.headline.{case}", n=number, lower=lower, upper=upper, months=series.x[-1])
    note = footer(say, _n(released, "everyone", "persons", say), _moved(released, "everyone", say))
    return Chart(form, headline, say("again.subtitle"), note, f"{headline}.")


def _layers_chart(name: str, released: ReleasedResult, curves: str, base: str, people: str, say: Say) -> Chart:
    form = layers(released, curves, say, say("axis.months"))
    if form is None:
        return nothing(say(f"{name}.nothing"), say)
    shares = shares_by_month(released, curves)
    month = told_month(shares)
    back = back_at(shares, month)
    words = {"back": say.percent(back), "months": month}
    if "higher" in shares:
        headline = say(f"{name}.headline.higher", higher=say.percent(back_at(shares[["higher"]], month)), **words)
    else:
        headline = say(f"{name}.headline.back", **words)
    note = footer(say, _n(released, base, people, say), _moved(released, base, say))
    alt = ". ".join([headline, *(f"{state.label}: {state.text}" for state in form.states)])
    return Chart(form, headline, say(f"{name}.subtitle"), note, f"{alt}.")


def _n(released: ReleasedResult, table: str, people: str, say: Say) -> str:
    number = float(released[table][people].sum(min_count=1))
    return "" if math.isnan(number) else say(f"n.{people}", n=number)


def _moved(released: ReleasedResult, table: str, say: Say) -> str:
    """Say how many are left out because they moved; where the register tells of none, that they are not."""
    table_of = released.tables[table]
    number, hidden = float(table_of.frame["moved"].iloc[0]), bool(table_of.masked["moved"].iloc[0])
    return say("note.moved", n=say.about(number, hidden)) if hidden or number else say("note.no_moves")
