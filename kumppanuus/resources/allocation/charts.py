"""Pictures of a proposal: what stays without help, what grows and shrinks, what areas get. Released numbers only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow, Notice
from kumppanuus.drawing.spec import Form
from kumppanuus.forms.allocation import MOST_PRICES, allocation, planned, signed
from kumppanuus.forms.axis import round_marks
from kumppanuus.language.say import Say, footer
from kumppanuus.resources.allocation.binding import price_of, priced, repairs
from kumppanuus.resources.allocation.words import Row, capital, fitting

_SAME_MONEY = 1.005
_SAME_POINTS = 0.05
_MOST_ROWS = 15


def without(released: ReleasedResult, say: Say) -> Chart:
    """Draw by segment which share of the benefit is not reached, today and as proposed."""
    rows = released["groups"].dropna(subset=["unmet_now", "unmet_proposed"])
    if rows.empty or reason_of(released) != "found":
        return no_plan("without", released, say)
    rows = rows.assign(label=[say.label("segments", code) for code in rows["segment"]])
    rows = rows.sort_values(["unmet_now", "label"], ascending=[False, True])
    most = rows.iloc[0]
    ends = {"now": say.percent(most["unmet_now"] / 100), "then": say.percent(most["unmet_proposed"] / 100)}
    short = float(_total(released, "proposed", "short"))
    case = "short" if short > 0 else "same" if ends["now"] == ends["then"] else "most"
    headline = fitting(say, f"without.headline.{case}", name=most["label"], n=short, **ends)
    drawn = [_percent_row(row, say) for row in rows_of(rows)]
    form = _dumbbell(drawn[:_MOST_ROWS], say, say("without.axis"), percent=True)
    return chart("without", form, headline, _told(drawn), released, say, _more(drawn, say))


def plan(released: ReleasedResult, say: Say) -> Chart:
    """Draw the families of every service today and as proposed; beside them what the limits cost."""
    table = released.tables["plan"]
    if table.frame.empty or reason_of(released) != "found":
        return no_plan("plan", released, say)
    form = allocation(
        table, say, over="service", now="families_now", proposed="families_proposed", now_name=say("word_now"),
        proposed_name=say("word_proposed"), unit=say("plan.unit", n="{n}"),
    )  # fmt: skip
    prices = [row for row in priced(released) if float(row["looser"]) > 0][:MOST_PRICES]
    form = replace(form, prices=tuple(price_of(row, say, place == 0) for place, row in enumerate(prices)),
                   prices_title=say("plan.prices") if prices else "")  # fmt: skip
    rows = planned(table, over="service", now="families_now", proposed="families_proposed")
    left = len(rows) - len(form.rows)
    told = [f"{row.label}: {row.text}" for row in form.rows] + [f"{each.label}: {each.text}" for each in form.prices]
    return chart("plan", form, _plan_headline(released, rows, say), ". ".join(told), released, say,
                 say("note.more", n=left) if left else "")  # fmt: skip


def areas(released: ReleasedResult, say: Say) -> Chart:
    """Draw the benefit of a family in every area, today and as proposed."""
    rows = released["areas"].dropna(subset=["points_now", "points_proposed"])
    if len(rows) < 2 or reason_of(released) != "found":
        return no_plan("areas", released, say, "areas.one" if len(rows) == 1 else "")
    rows = rows.assign(label=[say.label("areas", code) for code in rows["area"]])
    rows = rows.sort_values(["points_now", "label"], ascending=[False, True])
    weakest = rows.iloc[-1]
    now, then = (float(weakest[f"points_{side}"]) for side in ("now", "proposed"))
    case = "up" if then > now + _SAME_POINTS else "down" if then < now - _SAME_POINTS else "same"
    words = {"name": weakest["label"], "now": say.number(now, 1), "then": say.number(then, 1)}
    if weakest["points_upper"] > rows["points_lower"].iloc[:-1].min():  # rounding alone may have made it the weakest
        case = "alike"
        words |= {"now": _span(rows["points_now"], say), "then": _span(rows["points_proposed"], say)}
    drawn = [_points_row(row, say) for row in rows_of(rows)]
    form = _dumbbell(drawn[-_MOST_ROWS:], say, say("areas.axis"), percent=False)
    headline = fitting(say, f"areas.headline.{case}", **words)
    return chart("areas", form, headline, _told(drawn), released, say, _more(drawn, say))


def reason_of(released: ReleasedResult) -> str:
    """Return what came out: ``found``, or why there is no proposal."""
    outcome = released["outcome"]
    return str(outcome["reason"].iloc[0]) if len(outcome) else "not_made"


def no_plan(name: str, released: ReleasedResult, say: Say, key: str = "") -> Chart:
    """Return a chart that says why there is no proposal, and what has to give way or be written."""
    reason = reason_of(released)
    headline = say(key) if key else say(f"{name}.nothing", why=say(f"plan_why.{reason}"))
    if key:
        lines = [headline]
    elif reason == "infeasible":
        lines = [say("plan_reasons.infeasible"), *repairs(released, say)]
        one = len(released["repair"]) == 1  # one limit of several that have to move is not true alone
        headline = fitting(say, "without_plan", why=lines[1]) if one else say("without_plan_short")
    else:
        lines = [headline, say(f"plan_reasons.{reason}")]
    return Chart(Notice(tuple(lines[:6])), headline, "", footer(say, ""), ". ".join(lines))


def chart(name: str, form: Form, headline: str, told: str, released: ReleasedResult, say: Say, more: str = "") -> Chart:
    """Return a chart in the words of this room: its footer says who is counted and whose the judgements are."""
    families = released["everyone"]["families"].dropna()
    n_text = say("note.n", n=say.about(float(families.iloc[0]))) if len(families) else ""
    whose = say.names.get("study", {}).get("benefits_whose", "")
    left, staffed = len(released["left_out"]), released["staff"]["own_fte"].notna().any()
    note = footer(say, n_text, say("note.whose", whose=whose) if whose else "", more,
                  say("note.left_out", n=left) if left else "", "" if staffed else say("note.no_staff"))  # fmt: skip
    return Chart(form, headline, say(f"{name}.subtitle"), note, f"{headline}. {told}.")


def _plan_headline(released: ReleasedResult, rows: pd.DataFrame, say: Say) -> str:
    """Say by how much judged benefit grows, between which limits, and what grows most."""
    gain, low, high = (float(_total(released, "proposed", f"gain_{name}")) for name in ("percent", "lower", "upper"))
    most = rows.iloc[0]
    words = {
        "gain": say.percent(gain / 100), "limits": say.percents(low / 100, high / 100),
        "more": say.label("services", most["service"]), "plus": signed(float(most["change"]), say),
    }  # fmt: skip
    money = float(_total(released, "proposed", "cost_eur")) <= _SAME_MONEY * float(_total(released, "now", "cost_eur"))
    if not gain >= 1 or not most["change"] > 0:
        return say("plan.headline.none")
    case = "unsure" if low <= 0 else "same" if money else "given"
    return fitting(say, f"plan.headline.{case}", **words)


def _total(released: ReleasedResult, side: str, name: str) -> float:
    rows = released["totals"]
    found = rows.loc[rows["side"] == side, name]
    return float(found.iloc[0]) if len(found) else math.nan


def _span(values: pd.Series, say: Say) -> str:
    """Write the least and the most of some numbers; one number when both read the same."""
    ends = say.number(float(values.min()), 1), say.number(float(values.max()), 1)
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _percent_row(row: Row, say: Say) -> DumbbellRow:
    now, then = float(row["unmet_now"]) / 100, float(row["unmet_proposed"]) / 100
    texts = say.percent(now), say.percent(then)
    return _row(row["label"], (now, then), texts, then < now, say)


def _points_row(row: Row, say: Say) -> DumbbellRow:
    now, then = float(row["points_now"]), float(row["points_proposed"])
    return _row(row["label"], (now, then), (say.number(now, 1), say.number(then, 1)), then > now, say)


def _row(label: object, ends: tuple[float, float], texts: tuple[str, str], better: bool, say: Say) -> DumbbellRow:
    """Return a row; of equal ends one text only, without a colour."""
    same = texts[0] == texts[1]
    return DumbbellRow(str(label), *ends, "" if same else texts[0], texts[1],
                       "neutral" if same else "universal" if better else "special")  # fmt: skip


def _dumbbell(rows: Sequence[DumbbellRow], say: Say, title: str, *, percent: bool) -> Dumbbell:
    values = [value for row in rows for value in (row.start, row.end) if value is not None]
    marks = round_marks(0.0, max(values), 5)
    ticks = tuple((mark, say.percent(mark) if percent else say.number(mark)) for mark in marks)
    return Dumbbell(tuple(rows), say("word_now"), say("word_proposed"), ticks, title)


def _more(rows: Sequence[DumbbellRow], say: Say) -> str:
    """Say how many rows stand in the table only."""
    left = len(rows) - _MOST_ROWS
    return say("note.more_rows", n=left) if left > 0 else ""


def _told(rows: Sequence[DumbbellRow]) -> str:
    return "; ".join(capital(f"{row.label}: {row.start_text} → {row.end_text}") for row in rows)
