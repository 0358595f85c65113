"""Pictures over time: what is open by level, and what starts and ends month by month. Protected numbers only."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Line, Lines
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.forms.axis import whole_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.stock import signed_percent
from kumppanuus.language.say import Say, footer
from kumppanuus.lifecycle.flow.shown import RANGE, balance, changed, colour_of, n_words, when

YEAR = 12
Values = tuple[float | None, ...]


def stock(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many relationships are open on each level at the end of every year."""
    frame = released["levels"]
    whole = frame[~frame["year"].astype(str).str.contains(RANGE, regex=False)]
    years = sorted(whole["year"].astype(str).unique())
    found = {level: _course(whole, level, years) for level in _levels_of(whole)}
    mostly = {level: values for level, values in found.items() if sum(map(_drawn, values)) > len(values) / 2}
    lines = tuple(_level_line(level, values, say) for level, values in mostly.items())
    if not lines:
        return nothing(say("stock.nothing"), say)
    headline = _stock_headline(whole[whole["level"].isin(mostly)], years, say)
    form = _lines(lines, years, say("stock.axis"), say)
    left = frame["level"].nunique() - len(lines)
    alt = [say("stock.alt", headline=headline, n=len(lines)), *(f"{each.label}: {each.key}" for each in lines)]
    return Chart(
        form=form,
        headline=headline,
        subtitle=say("stock.subtitle"),
        footer=footer(say, n_words(released, say), say("note.levels", n=left) if left else ""),
        alt=f"{'. '.join(alt)}.",
    )


def months(released: ReleasedResult, say: Say) -> Chart:
    """Draw how many relationships start and end each month."""
    frame = released["months"]
    if frame.empty or frame[["came", "left"]].isna().all(axis=None):
        return nothing(say("months.nothing"), say)
    names = {"came": "early", "left": "special"}
    lines = tuple(_month_line(name, colour, frame, say) for name, colour in names.items())
    codes = [str(code).rpartition(RANGE)[2] for code in frame["month"]]
    labels = [code[:4] if code.endswith("-01") or len(codes) < YEAR else "" for code in codes]
    headline = _months_headline(frame, say)
    longer = frame["month"].astype(str).str.contains(RANGE, regex=False).any()
    return Chart(
        form=_lines(lines, labels, say("months.axis"), say),
        headline=headline,
        subtitle=say("months.subtitle"),
        footer=footer(say, n_words(released, say), say("note.longer") if longer else ""),
        alt=say("months.alt", headline=headline, n=len(frame)),
    )


def _lines(lines: tuple[Line, ...], labels: Sequence[str], axis: str, say: Say) -> Lines:
    highest = max((value for line in lines for value in line.values if value is not None), default=1.0)
    ticks = tuple((mark, say.number(mark)) for mark in whole_marks(0, highest, 5))
    return Lines(lines, tuple(labels), y_ticks=ticks, axis_title=axis)


def _levels_of(frame: pd.DataFrame) -> list[str]:
    found = set(frame["level"])
    return [*(level for level in LEVELS if level in found), *sorted(found - set(LEVELS))]


def _course(frame: pd.DataFrame, level: str, years: Sequence[str]) -> Values:
    numbers = frame[frame["level"] == level].set_index("year")["waiting"].reindex([*years])
    return tuple(None if pd.isna(each) else float(each) for each in numbers)


def _drawn(value: float | None) -> bool:
    return value is not None and value > 0


def _level_line(level: str, values: Values, say: Say) -> Line:
    first, last = values[0], values[-1]
    if last is None:
        key = say("word.hidden")
    elif first is None or len(values) == 1:
        key = say.about(last)
    else:
        share = f" ({signed_percent(round(last / first - 1, 2), say)})" if first > 0 else ""
        key = f"{say.number(first)} → {say.number(last)}{share}"
    return Line(say.label("levels", level), colour_of(level), values, key=key)


def _month_line(name: str, colour: str, frame: pd.DataFrame, say: Say) -> Line:
    values = tuple(None if pd.isna(each) else float(each) for each in frame[name])
    year = _last_year(frame)
    key = "" if year is None else say("months.last", n=say.about(float(year[name].sum())))
    return Line(say(f"months.{name}"), colour_of(colour), values, key=key)


def _stock_headline(frame: pd.DataFrame, years: Sequence[str], say: Say) -> str:
    """Say the level whose stock surely changed most, relatively, from the first to the last end of a year."""
    if len(years) < 2:
        return say("stock.headline.short")
    ends = frame[frame["year"].isin([years[0], years[-1]])].pivot(index="level", columns="year", values="waiting")
    known = ends.dropna()
    moved = [
        (abs(last / first - 1), str(level), float(first), float(last))
        for level, (first, last) in zip(known.index, known[[years[0], years[-1]]].to_numpy(), strict=True)
        if first > 0 and changed(first, last)
    ]
    span = {"when": when(years[0], years[-1], say)}
    if not moved:
        return say("stock.headline.flat", **span)
    _, level, first, last = max(moved, key=lambda each: (each[0], each[1]))
    words = {"level": say.label("levels", level), "before": say.about(first), "after": say.number(last)}
    share = say.percent(abs(round(last / first - 1, 2)))
    return say(f"stock.headline.{'grew' if last > first else 'fell'}", share=share, **words, **span)


def _months_headline(frame: pd.DataFrame, say: Say) -> str:
    """Say whether more started than ended in the last twelve months, or neither."""
    last = _last_year(frame)
    if last is None:
        return say("months.headline.few")
    if not last[["came", "left"]].to_numpy(dtype=float).any():
        return say("months.headline.none")
    waiting = frame["waiting"].tail(YEAR + 1).to_numpy(dtype=float)
    before = float(waiting[0]) if len(waiting) > YEAR else float("nan")
    case = {1: "more", -1: "fewer", 0: "even"}[balance(last["came"], last["left"], before, float(waiting[-1]))]
    return say(f"months.headline.{case}", **{name: say.about(float(last[name].sum())) for name in ("came", "left")})


def _last_year(frame: pd.DataFrame) -> pd.DataFrame | None:
    """Return the last twelve months; None when they are not all published one by one."""
    last = frame.tail(YEAR)
    merged = bool(last["month"].astype(str).str.contains(RANGE, regex=False).any())
    hidden = bool(last[["came", "left"]].isna().any(axis=None))
    return None if merged or hidden or len(last) < YEAR else last
