"""The charts that compare: start cohorts as curves, ages and areas as bars, and three ways to average a duration."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bar, Bars, Chart, Level
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.durations.charts import CLEAR_GAP, curves_form, n_spells
from kumppanuus.lifecycle.durations.shown import colour_of, shown_curves
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.register.facts import EARLIER

MOST_COHORTS, MOST_AREAS, NO_DIFFERENCE = 4, 10, 1.0
_WAYS = ("mean_24", "ended_mean_24", "open_mean_24")
_NEWEST: tuple[Level, ...] = ("accent", "neutral", "neutral", "neutral")


def cohorts(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share still open of the relationships that began in each study year, the newest in colour."""
    table = released["cohorts"]
    known = [str(code) for code in table["cohort"] if code != EARLIER]
    curves = shown_curves(released, "cohorts", "cohort_curves", "cohorts", say, {})
    drawn = [code for code in known if code in curves]
    if not drawn:
        return nothing(say("cohorts.nothing"), say)
    chosen = drawn if len(drawn) <= MOST_COHORTS else [drawn[0], *drawn[1 - MOST_COHORTS :]]
    colours = dict(zip(reversed(chosen), _NEWEST, strict=False))
    curves = shown_curves(released, "cohorts", "cohort_curves", "cohorts", say, colours)
    form = curves_form([curves[code] for code in chosen], say)
    headline = _cohorts_headline(table[table["cohort"].isin(known)], _evidence(released, "cohort"), say)
    alt = ". ".join([headline, *(f"{one.label}: {one.key}" for one in form.series)])
    sizes = pd.Series([curves[code].spells for code in chosen])
    left = len(known) - len(chosen)
    notes = (
        n_spells(sizes, say),
        say("note.curve_ends"),
        say("note.years_left_out", n=left) if left else "",
        _within_services(released, ("cohort",), say),
    )
    return Chart(form, headline, say("cohorts.subtitle"), footer(say, *notes), f"{alt}.")


def by_group(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share still open after a year by the client's age at the start and by area."""
    parts = [_kind(released, table, dimension) for table, dimension in (("ages", "age_group"), ("areas", "area"))]
    known = [(dimension, rows) for dimension, rows in parts if len(rows)]
    if not known:
        return nothing(say("by_group.nothing"), say)
    far = _farthest(known)
    form = Bars(
        tuple(_share_bar(row, dimension, far, say) for dimension, rows in known for _, row in rows.iterrows()),
        say("by_group.axis"),
        tuple((say(f"by_group.{dimension}"), len(rows)) for dimension, rows in known),
    )
    headline = _groups_headline(known, far, released, say)
    alt = ". ".join([headline, *(f"{bar.label}: {bar.text} ({bar.detail})" for bar in form.bars)])
    hidden = sum(len(released[name]) for name in ("ages", "areas")) - len(form.bars)
    notes = (
        n_spells(released["ages"]["spells"], say),
        say("note.groups_left_out", n=hidden) if hidden else "",
        _within_services(released, [dimension for dimension, _ in known], say),
    )
    return Chart(form, headline, say("by_group.subtitle"), footer(say, *notes), f"{alt}.")


def side_by_side(released: ReleasedResult, say: Say) -> Chart:
    """Draw, level by level, the mean of all, of the ended and so far of the open ones, each to 24 months at most."""
    curves = shown_curves(released, "levels", "level_curves", "levels", say)
    table = released["levels"]
    fair = [code in curves and not curves[code].conditional for code in table["level"]]
    rows = table[fair].dropna(subset=list(_WAYS)).reset_index(drop=True)
    if rows.empty:
        return nothing(say("side_by_side.nothing"), say)
    spread = (rows[list(_WAYS)].max(axis=1) - rows[list(_WAYS)].min(axis=1)).round(6)
    first = rows.loc[spread.idxmax()]
    form = Bars(
        tuple(_way_bar(row, way, say) for _, row in rows.iterrows() for way in _WAYS),
        say("side_by_side.axis"),
        tuple((say.label("levels", code), len(_WAYS)) for code in rows["level"]),
    )
    numbers = {way: say.number(float(first[way]), 1) for way in _WAYS}
    case = "differ" if float(spread.max()) >= CLEAR_GAP else "same"
    headline = say(f"side_by_side.headline.{case}", label=say.label("levels", first["level"]), **numbers)
    titles = [title for title, _ in form.groups for _ in _WAYS]
    told = [f"{title}, {bar.label}: {bar.text}" for title, bar in zip(titles, form.bars, strict=True)]
    note = footer(say, n_spells(rows["spells"], say))
    return Chart(form, headline, say("side_by_side.subtitle"), note, ". ".join([headline, *told]) + ".")


def _way_bar(row: pd.Series, way: str, say: Say) -> Bar:
    limits = [float(row[f"mean_24_{end}"]) for end in ("lower", "upper")]
    detail = "" if way != "mean_24" or any(map(math.isnan, limits)) else _between(limits, say)
    colour = colour_of(str(row["level"])) if way == "mean_24" else "neutral"
    return Bar(say(f"side_by_side.{way}"), float(row[way]), say.number(float(row[way]), 1), colour, detail)


def _between(limits: Sequence[float], say: Say) -> str:
    return "–".join(say.number(each, 1) for each in limits)


def _cohorts_headline(table: pd.DataFrame, evidence: float, say: Say) -> str:
    """Compare the first and the last start year that was followed for a year."""
    known = table.dropna(subset=["share_12", "share_12_lower", "share_12_upper"])
    if len(known) < 2:
        return say("cohorts.headline.short")
    first, last = known.iloc[0], known.iloc[-1]
    words = {"first": first["cohort"], "last": last["cohort"], "first_share": say.percent(float(first["share_12"])),
             "last_share": say.percent(float(last["share_12"]))}  # fmt: skip
    if not _apart(first, last):
        return say("cohorts.headline.unclear", **words)
    return say(f"cohorts.headline.contrast{_same_services(evidence)}", **words)


def _kind(released: ReleasedResult, name: str, dimension: str) -> tuple[str, pd.DataFrame]:
    """Return the groups of a kind whose share after a year is published, the most used areas only."""
    table = released[name]
    known = table[table[dimension] != UNKNOWN].dropna(subset=["share_12", "share_12_lower", "share_12_upper"])
    if dimension == "area":
        known = known.sort_values(["persons", "area"], ascending=[False, True]).head(MOST_AREAS)
        known = known.sort_values(["share_12", "area"], ascending=[False, True])
    return dimension, known if len(known) > 1 else known.iloc[:0]


def _farthest(known: Sequence[tuple[str, pd.DataFrame]]) -> tuple[str, pd.Series, pd.Series] | None:
    """Return the kind with the longest and the shortest group that are farthest apart, their intervals disjoint."""
    found = []
    for dimension, rows in known:
        order = rows.sort_values(["share_12", dimension])
        short, long = order.iloc[0], order.iloc[-1]
        if _apart(short, long):
            found.append((float(long["share_12"] - short["share_12"]), dimension, short, long))
    if not found:
        return None
    _, dimension, short, long = max(found, key=lambda each: each[0])
    return dimension, short, long


def _share_bar(row: pd.Series, dimension: str, far: tuple[str, pd.Series, pd.Series] | None, say: Say) -> Bar:
    share, lower, upper = (float(row[f"share_12{end}"]) for end in ("", "_lower", "_upper"))
    told = far is not None and far[0] == dimension and row[dimension] in (far[1][dimension], far[2][dimension])
    detail = f"{say.number(lower * 100)}–{say.percent(upper)}"
    codes = {"age_group": "age_groups", "area": "areas"}[dimension]
    return Bar(
        say.label(codes, row[dimension]), share, say.percent(share), "accent" if told else "neutral", detail, told
    )


def _groups_headline(
    known: Sequence[tuple[str, pd.DataFrame]], far: tuple[str, pd.Series, pd.Series] | None,
    released: ReleasedResult, say: Say,
) -> str:  # fmt: skip
    if far is None:
        shares = pd.concat([rows["share_12"] for _, rows in known]).astype(float)
        return say("by_group.headline.unclear", low=say.number(shares.min() * 100), high=say.percent(shares.max()))
    dimension, short, long = far
    codes = {"age_group": "age_groups", "area": "areas"}[dimension]
    name = say.label(codes, long[dimension])
    return say(
        f"by_group.headline.contrast{_same_services(_evidence(released, dimension))}",
        long=name[:1].upper() + name[1:], long_share=say.percent(float(long["share_12"])),
        short=say.label(codes, short[dimension]), short_share=say.percent(float(short["share_12"])),
    )  # fmt: skip


def _apart(one: pd.Series, other: pd.Series) -> bool:
    return bool(one["share_12_lower"] > other["share_12_upper"] or other["share_12_lower"] > one["share_12_upper"])


def _evidence(released: ReleasedResult, kind: str) -> float:
    """Return the class of p of a comparison; NaN when it is not published."""
    table = released["differences"]
    found = table.loc[table["comparison"] == kind, "evidence"]
    return float(found.iloc[0]) if len(found) else math.nan


def _same_services(evidence: float) -> str:
    return "_same" if evidence == NO_DIFFERENCE else ""


def _within_services(released: ReleasedResult, kinds: Sequence[str], say: Say) -> str:
    """Say what the log-rank test within services found."""
    classes = {kind: _evidence(released, kind) for kind in kinds}
    told = [
        say(f"note.test_{'none' if p == NO_DIFFERENCE else 'found'}", groups=say.label("comparisons", kind),
            p=say.number(p, 3 if p < 0.01 else 2))
        for kind, p in classes.items() if not math.isnan(p)
    ]  # fmt: skip
    return "; ".join(told)
