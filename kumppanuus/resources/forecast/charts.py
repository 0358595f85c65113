"""The charts of what is to come: by level, by service, in euros, today's clients and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Level, Segment, StackedBars
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.forms.forest import clear_rows, forest_of
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stock import Change, changes
from kumppanuus.forms.stock import stock as stock_form
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.forecast import OUTER
from kumppanuus.methods.intervals import normal_quantile
from kumppanuus.resources.forecast.declared import CHECKED, month_code

MOST = 15
FEWEST = 7
"""Relationships now below which the change of a service is not drawn: hidden in public, and many per cent each."""
STEP = 12
_NAMED = 2
"""More services than this are counted in the footer, not named."""
_NOW = month_code(0)
_COLOURS: Mapping[str, Level] = {level: level for level in LEVELS}


def stock(released: ReleasedResult, say: Say) -> Chart:
    """Draw what was open at the end of every year and the forecast, by level."""
    table, rows = released.tables["history"], released["levels_ahead"]
    if table.frame["clients"].isna().all() or rows.empty:
        return nothing(say("stock.nothing"), say)
    names: dict[str, Any] = {"over": "level", "at": "period", "of": "clients"}
    ahead = rows[rows["horizon"] != _NOW].rename(columns={"clients": "value"})
    ahead = ahead.assign(step=ahead["horizon"].astype(int) // STEP)
    form = stock_form(
        table,
        say,
        **names,
        ahead=ahead,
        colours=_COLOURS,
        future_text=say("stock.future"),
        axis_title=say("stock.axis"),
    )
    headline = _stock_headline(changes(table, ahead, **names), say)
    alt = ". ".join([headline, *(f"{line.label}: {line.key}" for line in form.stocks)])
    return Chart(form, headline, say("stock.subtitle"), note(released, say), f"{alt}.")


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw how the number of each service changes in two years, with the interval."""
    rows = _changes(released["ahead"])
    if rows.empty:
        return nothing(say("services.nothing"), say)
    clear = clear_rows(rows, 0.0)
    shown = _largest(rows.assign(clear=clear), "now")
    sure = shown[shown["clear"]]
    top = sure.loc[sure["value"].abs().sort_values().index].iloc[-1] if len(sure) else None
    drawn = shown.assign(
        label=[say.label("services", code) for code in shown["service"]],
        n_text=[
            f"{say.number(now)} → {say.number(then)}" for now, then in zip(shown["now"], shown["then"], strict=True)
        ],
        bold=[top is not None and code == top["service"] for code in shown["service"]],
    ).sort_values(["value", "service"], ascending=[False, True])
    headline = _services_headline(top, say)
    form = forest_of(
        drawn, say, reference=0.0, log=False, below="early", above="special", digits=0,
        reference_text=say("services.same"), below_text=say("services.fewer"), above_text=say("services.more"),
        axis_title=say("services.axis"), text_title=say("services.change"), n_title=say("services.numbers"),
    )  # fmt: skip
    left = _left_out(len(released["unit"]) - len(shown), say)
    return Chart(form, headline, say("services.subtitle"), note(released, say, left),
                 say("services.alt", headline=headline, n=len(drawn)))  # fmt: skip


def cost(released: ReleasedResult, say: Say) -> Chart:
    """Draw what a year costs now and at each horizon, by level."""
    rows, total = released["levels_ahead"], released["all_ahead"].set_index("horizon")
    if rows.empty or total["cost_eur"].isna().all():
        return nothing(say("cost.nothing"), say)
    levels = [level for level in LEVELS if rows.loc[rows["level"] == level, "cost_eur"].notna().any()]
    parts = {
        str(when): tuple(_cost_part(rows, str(when), level, say) for level in levels) for when in total.index
    }  # fmt: skip
    form = StackedBars(
        tuple((say.label("horizons", str(when)), parts[str(when)], _total(row, say)) for when, row in total.iterrows()),
        tuple((say.label("levels", level), _COLOURS[level], False) for level in levels),
        axis_title=say("cost.axis"),
    )
    headline = _cost_headline(total, bool(released["unit"]["cost_month_eur"].isna().any()), say)
    return Chart(form, headline, say("cost.subtitle"), note(released, say, *_cost_notes(released, say)),
                 say("cost.alt", headline=headline, n=len(total)))  # fmt: skip


def _cost_headline(total: pd.DataFrame, partly: bool, say: Say) -> str:
    """Say cost and interval two years ahead; `partly`: some services have no price."""
    then = total.loc[month_code(CHECKED)]
    now, cost, lower, upper = (
        float(each) for each in (total.loc[_NOW]["cost_eur"], then["cost_eur"], then["cost_lower"], then["cost_upper"])
    )
    case = "grows" if lower > now else "falls" if upper < now else "unclear"
    return say(
        f"cost.headline.{case}", what=say(f"cost.{'priced' if partly else 'all'}"), now=say.euros(now),
        then=say.euros(cost), limits=say.euros_between(lower, upper), months=CHECKED,
    )  # fmt: skip


def _cost_notes(released: ReleasedResult, say: Say) -> tuple[str, str, str]:
    """Return in which year's prices, the range of the assumptions, and which services have no price."""
    then, unit = released["all_ahead"].set_index("horizon").loc[month_code(CHECKED)], released["unit"]
    limits = say.euros_between(*(float(then[f"cost_scenario_{end}"]) for end in ("lower", "upper")))
    lacking = [say.label("services", code) for code in unit.loc[unit["cost_month_eur"].isna(), "service"]]
    if len(lacking) > _NAMED:
        left = say("note.no_costs", n=len(lacking))
    else:
        left = say("note.no_cost", labels=", ".join(lacking)) if lacking else ""
    base = say.names.get("study", {}).get("price_base", "")
    return say("note.prices", year=base) if base else "", say("note.scenario", months=CHECKED, limits=limits), left


def today_new(released: ReleasedResult, say: Say) -> Chart:
    """Draw, service by service, today's clients who are still there in two years, and those who came since."""
    rows = released["ahead"]
    rows = rows[rows["horizon"] == month_code(CHECKED)]
    total = released["all_ahead"].set_index("horizon")
    if rows.empty or not float(total["clients"].loc[month_code(CHECKED)]) > 0:
        return nothing(say("today_new.nothing"), say)
    shown = _largest(rows[rows["clients"] >= FEWEST], "clients").sort_values(
        ["clients", "service"], ascending=[False, True]
    )
    bars = tuple(
        (say.label("services", row["service"]),
         (Segment(say("today_new.today"), float(row["today"]), say.number(row["today"]), "early"),
          Segment(say("today_new.new"), float(row["new"]), say.number(row["new"]), "neutral")),
         say("today_new.total", n=float(row["clients"])))
        for row in shown.to_dict("records")
    )  # fmt: skip
    key: tuple[tuple[str, Level, bool], ...] = (
        (say("today_new.today"), "early", False), (say("today_new.new"), "neutral", False)
    )  # fmt: skip
    then = total.loc[month_code(CHECKED)]
    headline = say("today_new.headline.share", share=say.percent(float(then["new_percent"]) / 100),
                   months=CHECKED)  # fmt: skip
    form = StackedBars(bars, key, axis_title=say("today_new.axis"))
    left = _left_out(len(rows) - len(shown), say)
    return Chart(form, headline, say("today_new.subtitle"), note(released, say, left),
                 say("today_new.alt", headline=headline, n=len(bars)))  # fmt: skip


def note(released: ReleasedResult, say: Say, *more: str) -> str:
    """Return the footer: how many are open now, and what the forecast takes for granted."""
    total = released["all_ahead"]
    now = total.loc[total["horizon"] == _NOW, "clients"]
    n_text = say("note.n", n=float(now.iloc[0])) if len(now) else ""
    return footer(say, n_text, *(each for each in (*more, say("note.assumption")) if each))


def _stock_headline(found: Sequence[Change], say: Say) -> str:
    """Say the largest change of a level whose interval leaves out the number now."""
    every = [change for change in found if change.share]
    clear = [change for change in every if change.direction]
    months = CHECKED + STEP
    if not clear:
        return say("stock.headline.unclear", months=months)
    most = max(clear, key=lambda change: (abs(change.share), change.code))
    return say(
        f"stock.headline.{'grows' if most.direction > 0 else 'falls'}", label=say.label("levels", most.code),
        percent=say.percent(abs(most.share)), months=months, now=most.now, then=most.then,
    )  # fmt: skip


def _changes(ahead: pd.DataFrame) -> pd.DataFrame:
    """Return the change from now to the horizon of the check in per cent of now, with limits."""
    keys = ["service", "level"]
    now = ahead[ahead["horizon"] == _NOW].set_index(keys)["clients"].rename("now")
    rows = ahead[ahead["horizon"] == month_code(CHECKED)].join(now, on=keys)
    rows = rows[rows["now"] >= FEWEST].reset_index(drop=True)
    parts = {
        name: (100 * (rows[of] / rows["now"] - 1)).round()
        for name, of in (("value", "clients"), ("lower", "lower"), ("upper", "upper"))
    }
    lower, upper = parts["lower"].combine(parts["value"], min), parts["upper"].combine(parts["value"], max)
    return rows[[*keys, "now"]].assign(then=rows["clients"], value=parts["value"], lower=lower, upper=upper)


def _services_headline(top: pd.Series | None, say: Say) -> str:
    """Name the service whose interval leaves out its number now; with reserve where only that of 80 % does.

    Of a dozen services that stay as they are, one or another leaves its interval of 80 % in most towns.
    """
    if top is None:
        return say("services.headline.unclear", months=CHECKED)
    words = {"label": say.label("services", top["service"]), "percent": say.percent(abs(float(top["value"])) / 100),
             "now": float(top["now"]), "then": float(top["then"]), "months": CHECKED}  # fmt: skip
    then, nearer = 1 + float(top["value"]) / 100, "lower" if top["value"] > 0 else "upper"
    end = 1 + float(top[nearer]) / 100
    wider = normal_quantile(0.95) / normal_quantile(OUTER)
    sure = end <= 0 or (then * (end / then) ** wider - 1) * float(top["value"]) > 0
    return say(f"services.headline.{'' if sure else 'perhaps_'}{'grows' if top['value'] > 0 else 'falls'}", **words)


def _largest(rows: pd.DataFrame, of: str) -> pd.DataFrame:
    return rows.sort_values([of, "service"], ascending=[False, True]).head(MOST)


def _left_out(number: int, say: Say) -> str:
    return say("note.left_out", n=number) if number else ""


def _cost_part(rows: pd.DataFrame, horizon: str, level: str, say: Say) -> Segment:
    found = rows.loc[(rows["horizon"] == horizon) & (rows["level"] == level), "cost_eur"]
    value = float(found.iloc[0]) if len(found) and found.notna().all() else None
    return Segment(say.label("levels", level), value, "" if value is None else say.euros(value), _COLOURS[level])


def _total(row: pd.Series, say: Say) -> str:
    return say("cost.total", cost=say.euros(float(row["cost_eur"])),
               limits=say.euros_between(float(row["cost_lower"]), float(row["cost_upper"])))  # fmt: skip
