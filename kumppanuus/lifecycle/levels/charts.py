"""The charts: shares in states over time, time in them, where one is a year later, and moves between levels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart, HeatCell, Level
from kumppanuus.forms.heatmap import heatmap
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.states import published_at, shares_over_time, states
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.levels.shown import moves_per_100_years, share_limits_of
from kumppanuus.register.ladder import STATES

NONE = "none"
ORDER = ("corrective", "special", "early", "universal", NONE)
COLOURS: Mapping[str, Level] = MappingProxyType(
    {"corrective": "corrective", "special": "special", "early": "early", "universal": "universal", NONE: "hidden",
     "other": "neutral"}
)  # fmt: skip
TOLD = 12


def clients(released: ReleasedResult, say: Say) -> Chart:
    """Draw where clients are as time goes by since their first contact."""
    return _over_time(released, "clients", say)


def families(released: ReleasedResult, say: Say) -> Chart:
    """Draw the highest level open to any member of a family since its first contact."""
    return _over_time(released, "families", say)


def time_in(released: ReleasedResult, say: Say) -> Chart:
    """Draw how much of the first two years is spent in each state, on average."""
    table = released["time_in"]
    rows = table.dropna(subset=["mean_24"])
    if rows.empty:
        return nothing(say("time_in.nothing"), say)
    bars = tuple(_time_bar(row, say) for _, row in rows.iterrows())
    served = rows[rows["state"] != NONE]
    top = served.sort_values(["mean_24", "state"], ascending=[False, True]).iloc[0] if len(served) else rows.iloc[0]
    words = {
        "who": say(f"time_in.{_who(released)}"),
        "state": say.label("ladder", top["state"]).lower(),
        "months": say.number(float(top["mean_24"]), 1),
    }
    spent = rows.loc[rows["state"] == NONE, "mean_24"]
    case = "both" if len(spent) and len(served) else "one"
    if case == "both":
        words["none"] = say.number(float(spent.iloc[0]), 1)
    headline = say(f"time_in.headline.{case}", **words)
    said = [f"{bar.label}: {bar.text} {bar.detail}" for bar in bars]
    form = Bars(bars, axis_title=say("time_in.axis"))
    note = footer(say, _n(released["clients"], "note.n_clients", say))
    return Chart(form, headline, say("time_in.subtitle"), note, ". ".join([headline, *said]) + ".")


def by_first(released: ReleasedResult, say: Say) -> Chart:
    """Draw where clients are a year after their first contact, by the level they began on."""
    table = released.tables["by_first"]
    known = table.frame.dropna(subset=["share"])
    if known.empty:
        return nothing(say("by_first.nothing"), say)
    bold, headline = _first_headline(known, released["first_levels"], say)
    form = heatmap(
        table, say, rows="origin", columns="state", of="share", row_order=STATES[1:], column_order=STATES, bold=bold,
        scale_title=say("by_first.scale"), row_title=say("by_first.rows"), column_title=say("by_first.columns"),
    )  # fmt: skip
    codes = [code for code in STATES[1:] if code in set(table.frame["origin"].astype(str))]
    columns = [code for code in STATES if code in set(table.frame["state"].astype(str))]
    limits = {(str(row["origin"]), str(row["state"])): share_limits_of(row, released["first_levels"])
              for _, row in known.iterrows()}  # fmt: skip
    cells = tuple(
        tuple(_with_limits(cell, limits.get((origin, state)), say) for state, cell in zip(columns, row, strict=True))
        for origin, row in zip(codes, form.cells, strict=True)
    )
    said = [
        f"{label}: " + ", ".join(f"{name} {cell.text or '–'}" for name, cell in zip(form.columns, row, strict=True))
        for label, row in zip(form.rows, cells, strict=True)
    ]
    total = float(released["first_levels"]["persons"].sum(min_count=1))
    note = footer(say, "" if math.isnan(total) else say("note.n_clients", n=total), say("note.families_once"))
    return Chart(
        replace(form, cells=cells), headline, say("by_first.subtitle"), note, ". ".join([headline, *said]) + "."
    )


def moves(released: ReleasedResult, say: Say) -> Chart:
    """Draw how often clients move up, down and out of the services, per 100 client years on a level."""
    rates = moves_per_100_years(released["moves"], released["stays"])
    known = rates.dropna(subset=["value"])
    if known.empty:
        return nothing(say("moves.nothing"), say)
    bold, headline = _moves_headline(known, say)
    bars, groups = [], []
    for direction in ("up", "down", "out"):
        part = rates[rates["direction"] == direction]
        if len(part):
            groups.append((say.label("directions", direction), len(part)))
            bars += [_move_bar(row, say, bold=(row["state"], direction) == bold) for _, row in part.iterrows()]
    form = Bars(tuple(bars), axis_title=say("moves.axis"), groups=tuple(groups))
    said = [f"{bar.label}: {bar.text} {bar.detail}".rstrip() for bar in bars]
    note = footer(say, _n(released["stays"], "note.n_clients", say))
    return Chart(form, headline, say("moves.subtitle"), note, ". ".join([headline, *said]) + ".")


def _over_time(released: ReleasedResult, name: str, say: Say) -> Chart:
    table = released.tables[name]
    shares = shares_over_time(table, "share", "state", "time")
    if shares.empty:
        return nothing(say(f"{name}.nothing"), say)
    form = states(
        table, say, of="share", over="state", time="time", order=ORDER, colours=COLOURS,
        x_label=say(f"{name}.axis"), axis_title=say(f"{name}.height"),
    )  # fmt: skip
    month = published_at(shares, TOLD)
    month = month if month > 0 else float(shares.index.max())
    headline = _states_headline(name, shares[shares.index == month].iloc[0], round(month), say, _who(released))
    alt = ". ".join([headline, *(f"{state.label}: {state.text}" for state in form.states)])
    note = footer(say, _n(table.frame, f"note.n_{name}", say), say(f"note.{_who(released)}"))
    return Chart(form, headline, say(f"{name}.subtitle"), note, f"{alt}.")


def _who(released: ReleasedResult) -> str:
    """Return who is followed, as the texts call them: new ones only, or others too."""
    kinds = released["kinds"]
    return "others" if ((kinds["kind"] != "new") & (kinds["followed"] == "yes")).any() else "new"


def _states_headline(name: str, at: pd.Series, months: int, say: Say, who: str) -> str:
    """Say how many are without a service, and how many on the most usual level and the highest one."""
    served = at.drop(labels=[code for code in (NONE, "other") if code in at])
    if NONE not in at or served.empty:
        top = str(at.sort_index().idxmax())
        return say(
            f"{name}.headline.usual_{who}", months=months, state=say.label("ladder", top), share=say.percent(at[top])
        )
    usual = str(served.sort_index().idxmax())
    words = {"none": say.percent(float(at[NONE])), "state": say.label("ladder", usual).lower(),
             "share": say.percent(float(served[usual]))}  # fmt: skip
    return say(f"{name}.headline.none_{who}", months=months, **words)


def _time_bar(row: pd.Series, say: Say) -> Bar:
    low, high = (say.number(float(row[f"mean_24_{end}"]), 1) for end in ("lower", "upper"))
    known = not row[["mean_24_lower", "mean_24_upper"]].isna().any()
    return Bar(
        say.label("ladder", row["state"]),
        float(row["mean_24"]),
        say("unit.months", n=say.number(float(row["mean_24"]), 1)),
        "neutral" if row["state"] == NONE else COLOURS[str(row["state"])],
        f"({low}–{high})" if known else "",
    )


def _first_headline(known: pd.DataFrame, bases: pd.DataFrame, say: Say) -> tuple[tuple[str, str] | None, str]:
    """Say from which first level most are without a service a year later, and from which fewest."""
    gone = known[known["state"] == NONE].sort_values(["share", "origin"], ascending=[False, True])
    if gone.empty:
        return None, say("by_first.headline.none")
    most, least = gone.iloc[0], gone.iloc[-1]
    words = {"most": say.label("levels", most["origin"]), "high": say.percent(float(most["share"]))}
    if len(gone) == 1:
        return (str(most["origin"]), NONE), say("by_first.headline.one", **words)
    spread = sum(
        float(row["share"]) * (1 - float(row["share"])) / float(row["followed_persons"]) for row in (most, least)
    )
    clear = float(most["share"] - least["share"]) > 3 * math.sqrt(spread)
    words |= {"least": say.label("levels", least["origin"]), "low": say.percent(float(least["share"]))}
    bold = (str(most["origin"]), NONE) if clear else None
    return bold, say(f"by_first.headline.{'contrast' if clear else 'unclear'}", **words)


def _with_limits(cell: HeatCell, limits: tuple[float, float] | None, say: Say) -> HeatCell:
    if limits is None or cell.hidden or cell.value is None:
        return cell
    low, high = (say.number(100 * each) for each in limits)
    return replace(cell, text=f"{cell.text} ({low}–{high})")


def _moves_headline(known: pd.DataFrame, say: Say) -> tuple[tuple[str, str] | None, str]:
    """Compare moves up from special services with moves down, else say the most frequent move up."""
    ups = known[(known["direction"] == "up") & (known["state"] != NONE)]
    if ups.empty:
        return None, say("moves.headline.none")
    ordered = ups.sort_values(["value", "state"], ascending=[False, True])
    top, last = ordered.iloc[0], ordered.iloc[-1]
    words = {"most": say.label("ladder", top["state"]), "high": _rate(top["value"], say)}
    bold = (str(top["state"]), "up")
    if len(ordered) == 1:
        return bold, say("moves.headline.one", **words)
    words |= {"least": say.label("ladder", last["state"]), "low": _rate(last["value"], say)}
    if float(top["lower"]) <= float(last["upper"]):
        return None, say("moves.headline.unclear", **words)
    return bold, say("moves.headline.contrast", **words)


def _move_bar(row: pd.Series, say: Say, *, bold: bool) -> Bar:
    label = say("moves.return") if row["state"] == NONE else say.label("ladder", row["state"])
    colour: Level = "neutral" if row["state"] == NONE else COLOURS[str(row["state"])]
    if math.isnan(row["value"]):
        return Bar(label, None, say("word.hidden"), colour)
    digits = 1 if row["value"] < 10 else 0
    detail = f"({say.number(row['lower'], digits)}–{say.number(row['upper'], digits)})"
    return Bar(label, float(row["value"]), _rate(row["value"], say), colour, detail, bold=bold)


def _rate(value: float, say: Say) -> str:
    return say.number(float(value), 1 if value < 10 else 0)


def _n(frame: pd.DataFrame, key: str, say: Say) -> str:
    """Return how many: under observation at first, or the most people of any row."""
    column = "at_risk" if "at_risk" in frame else "persons"
    first = frame[frame["time"] == 0] if "time" in frame else frame
    number = float(first[column].max()) if len(first) else math.nan
    return "" if math.isnan(number) else say(key, n=number)
