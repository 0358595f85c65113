"""The charts of what measures would have to achieve: required effect, break-even, what matters most."""

from __future__ import annotations

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Estimate, Forest, Level, Line, Lines
from kumppanuus.language.say import Say
from kumppanuus.resources.scenarios.shown import (
    Money,
    around_zero,
    fitting,
    money,
    month_names,
    note,
    nothing_to_show,
    of_scenario,
    quoted,
    shown_scenario,
)

MOST_MEASURES, MOST_ASSUMPTIONS = 8, 9
_REACH = 100.0
"""No effect is larger than this many per cent."""


def required(released: ReleasedResult, say: Say) -> Chart:
    """Draw the effect at which each measure pays for itself, beside the one that is assumed."""
    frame = released["required"]
    if frame.empty:
        return nothing_to_show("required", released, say)
    shown = frame.head(MOST_MEASURES)
    top = _speaking(released)
    rows = tuple(_measure(row, str(row["measure"]) == str(top["measure"]), say) for _, row in shown.iterrows())
    form = Forest(
        rows, 0.0, "", tuple((mark, say.percent(mark / 100)) for mark in (0.0, 25.0, 50.0, 75.0, 100.0)),
        axis_title=say("required.axis"), text_title=say("required.needed"), n_title=say("required.assumed"),
    )  # fmt: skip
    headline = _required_headline(top, say)
    told = [f"{row.label}: {row.text} · {row.n_text}" for row in rows]
    left = len(frame) - len(shown)
    contrary = say("note.contradiction") if (shown["would_enter"] > _REACH).any() else ""
    footing = note(released, say, _whose(shown, say), contrary, say("note.measures", n=left) if left else "")
    return Chart(form, headline, say("required.subtitle"), footing, ". ".join([headline, *told]) + ".")


def break_even(released: ReleasedResult, say: Say) -> Chart:
    """Draw euros spent and saved so far, of one scenario; where the lines cross the plan has paid for itself."""
    code = _acting(released)
    rows = of_scenario(released, "break_even", code) if code else released["break_even"]
    if rows.empty:
        return nothing_to_show("break_even", released, say)
    told = money(rows[["spent_upper", "saved_upper"]].to_numpy(dtype=float).ravel(), say)
    ticks = told.ticks(0.0, told.largest)
    lines = (_so_far(rows, "spent", "neutral", told, say), _so_far(rows, "saved", "early", told, say))
    names = month_names([int(month) for month in rows["month"]], say)
    form = Lines(lines, names, ticks[-1][0], ticks, say("break_even.axis", unit=told.unit))
    headline = _break_even_headline(code, rows, told, say)
    words = [f"{line.label}: {line.key}" for line in lines]
    return Chart(form, headline, say("break_even.subtitle", name=say.label("scenarios", code)), note(released, say),
                 ". ".join([headline, *words]) + ".")  # fmt: skip


def tornado(released: ReleasedResult, say: Say) -> Chart:
    """Draw how the outcome of one scenario moves when one number at a time is at either of its limits."""
    code = shown_scenario(released)
    rows = of_scenario(released, "assumptions", code) if code else released["assumptions"]
    moving = rows[rows["at_lower_eur"] != rows["at_upper_eur"]]
    if moving.empty:
        return nothing_to_show("tornado", released, say)
    shown = moving.head(MOST_ASSUMPTIONS)
    ends = [float(value) for name in ("at_lower_eur", "at_upper_eur", "outcome_eur") for value in shown[name]]
    told = money(ends, say)
    one = rows["assumption"].map(_measure_of).replace("", None).nunique() <= 1
    made = tuple(_assumption(row, place == 0, one, told, say) for place, (_, row) in enumerate(shown.iterrows()))
    form = Forest(
        made, 0.0, "", told.ticks(*around_zero(ends), 4), axis_title=say("tornado.axis", unit=told.unit),
        below_text=say("compared.cheaper"), above_text=say("compared.dearer"), text_title=say("tornado.outcome"),
        n_title=say("tornado.limits"),
    )  # fmt: skip
    headline = _tornado_headline(shown.iloc[0], code, told, say)
    still = len(rows) - len(moving)
    words = [f"{row.label}: {row.text}" for row in made]
    return Chart(
        form,
        headline,
        say("tornado.subtitle", name=say.label("scenarios", code)),
        note(released, say, say("note.certain", n=still) if still else ""),
        ". ".join([headline, *words]) + ".",
    )


def _speaking(released: ReleasedResult) -> pd.Series:
    """Return the measure that the headline speaks of: of the shown scenario the dearest, else the dearest of all."""
    frame = released["required"]
    mine = of_scenario(released, "required", shown_scenario(released))
    rows = (mine if len(mine) else frame).sort_values(["spent_eur", "measure"], ascending=[False, True])
    return rows.iloc[0]


def _measure(row: pd.Series, bold: bool, say: Say) -> Estimate:
    """Return the required effect of a measure with its limits; a pale band for what is assumed."""
    value, low, high = (
        float(row[f"{name}required{end}"]) for name, end in (("effect_", ""), ("", "_lower"), ("", "_upper"))
    )
    assumed, least, most = (float(row[f"effect_{end}"]) for end in ("assumed", "lower", "upper"))
    label, against = (
        say.label("measures", row["measure"]),
        say("required.range", value=assumed, **_range(assumed, least, most, say)),
    )
    if value > _REACH:
        return Estimate(label, None, None, None, say("required.never"), against, "neutral", False, bold,
                        others=(assumed,), middle=(least, most))  # fmt: skip
    sure = most < low or least > high
    text = say("required.range", value=value, **_range(value, low, high, say))
    colour: Level = "special" if most < low else "early" if sure else "neutral"
    return Estimate(label, value, min(low, value), min(high, _REACH), text, against, colour, sure, bold,
                    others=(assumed,), middle=(least, most))  # fmt: skip


def _range(value: float, low: float, high: float, say: Say) -> dict[str, str]:
    if low == high == value:
        return {"range": ""}
    top = f">{say.number(_REACH)}" if high > _REACH else say.number(high)
    return {"range": f" ({say.number(low)}–{top})"}


def _required_headline(row: pd.Series, say: Say) -> str:
    """Say at which effect the measure would pay for itself, and where the assumed one lies."""
    value, low, high = (float(row[name]) for name in ("effect_required", "required_lower", "required_upper"))
    least, most = float(row["effect_lower"]), float(row["effect_upper"])
    words: dict[str, object] = {
        "name": say.label("measures", row["measure"]), "months": float(row["horizon"]),
        "needed": say.percent(value / 100), "least": say.percents(least / 100, most / 100),
    }  # fmt: skip
    case = "never" if value > _REACH else "above" if most < low else "below" if least > high else "open"
    if value == 0:
        case = "free"
    return fitting(say, (f"required.headline.{case}", words), (f"required.headline.{case}_short", words))


def _whose(rows: pd.DataFrame, say: Say) -> str:
    """Say whose judgement the effects are."""
    sources = say.names.get("sources", {})
    found: list[str] = []
    for scenario, measure in zip(rows["scenario"].astype(str), rows["measure"].astype(str), strict=True):
        code = measure.removeprefix(f"{scenario}/")
        names = (f"{scenario}/effects/{code}/reduction_percent", f"{scenario}/shifts/{code}/succeeds_percent")
        found += [sources[name] for name in names if name in sources and sources[name] not in found]
    return say("note.whose", whose="; ".join(found)) if found else ""


def _acting(released: ReleasedResult) -> str:
    """Return the shown scenario when it has measures, else the first that has some."""
    frame, shown = released["break_even"], shown_scenario(released)
    codes = [str(code) for code in frame["scenario"].unique()]
    return shown if shown in codes else (codes[0] if codes else "")


def _so_far(rows: pd.DataFrame, name: str, colour: Level, told: Money, say: Say) -> Line:
    values, lower, upper = (tuple(map(float, rows[f"{name}_{end}"])) for end in ("eur", "lower", "upper"))
    key = say("break_even.key", end=told.whole(values[-1]), range=told.range(lower[-1], upper[-1]))
    return Line(say(f"break_even.{name}"), colour, values, (), key, lower, upper)


def _break_even_headline(code: str, rows: pd.DataFrame, told: Money, say: Say) -> str:
    """Say by how much more is saved than spent by the horizon, or the other way, and whether the limits agree."""
    last = rows.iloc[-1]
    spent, saved = float(last["spent_eur"]), float(last["saved_eur"])
    words: dict[str, object] = {"name": quoted(code, say), "spent": told.whole(spent), "saved": told.whole(saved),
                                "months": float(last["month"])}  # fmt: skip
    sure = last["saved_lower"] > last["spent_upper"] or last["saved_upper"] < last["spent_lower"]
    case = ("pays" if saved >= spent else "costs") if sure else "open"
    return fitting(say, (f"break_even.headline.{case}", words), (f"break_even.headline.{case}_short", words))


def _measure_of(assumption: str) -> str:
    """Return the measure or shift that an assumption is about; empty for the others."""
    return assumption.rpartition("/")[0] if assumption.startswith(("effects/", "shifts/")) else ""


def _assumption(row: pd.Series, bold: bool, one: bool, told: Money, say: Say) -> Estimate:
    ends = float(row["at_lower_eur"]), float(row["at_upper_eur"])
    low, high = min(ends), max(ends)
    base = min(max(float(row["outcome_eur"]), low), high)
    digits = 0 if float(row["assumed_lower"]).is_integer() and float(row["assumed_upper"]).is_integer() else 1
    limits = f"{say.number(float(row['assumed_lower']), digits)}–{say.number(float(row['assumed_upper']), digits)}"
    clear = low > 0 or high < 0
    label = _shortly(str(row["assumption"]), one, say)
    text = say("tornado.text", first=told.bare(ends[0]), second=told.bare(ends[1]))
    colour: Level = "neutral" if not clear else "special" if low > 0 else "early"
    return Estimate(label, base, low, high, text, limits, colour, clear, bold)


def _shortly(assumption: str, one: bool, say: Say) -> str:
    """Name an assumption; where only one measure is assumed its name need not be said again and again."""
    label = say.label("assumptions", assumption)
    rest = label.partition(": ")[2]
    return rest[0].upper() + rest[1:] if one and rest and _measure_of(assumption) else label


def _in_a_sentence(label: str) -> str:
    """Return the name of a number without its unit, what it is about in brackets: ``teho (Perhetyö)``."""
    about, _, rest = label.rpartition(": ")
    name = (rest.rpartition(", ")[0] or rest) if about else (label.rpartition(", ")[0] or label)
    return f"{name} ({about})" if about else name[0].lower() + name[1:]


def _tornado_headline(row: pd.Series, code: str, told: Money, say: Say) -> str:
    """Name the number that moves the outcome most, and say whether it turns it around."""
    ends = float(row["at_lower_eur"]), float(row["at_upper_eur"])
    turns = min(ends) < 0 < max(ends)
    words: dict[str, object] = {
        "name": _in_a_sentence(say.label("assumptions", row["assumption"])), "scenario": quoted(code, say),
        "range": told.span(*sorted(ends)), "saves": told.whole(-min(*ends, 0.0)), "costs": told.whole(max(*ends, 0.0)),
    }  # fmt: skip
    case = "turns" if turns else "moves"
    return fitting(say, (f"tornado.headline.{case}", words), (f"tornado.headline.{case}_short", words))
