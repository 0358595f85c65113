"""Pictures of whom the services reach: by service, by level, share of children. Protected numbers only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import FULL_DAYS, full_years, last_year, rows_of, year_name
from kumppanuus.drawing import Bar, Bars, Chart, Level, Line, Lines, Notice
from kumppanuus.drawing.spec import LEVELS
from kumppanuus.language.say import Say, footer

_MOST_LINES = 18  # of bars and their headings together
_MOST_BARS = 15
_SAME_SHARE, _SAME_PERSONS = 0.05, 12
"""A change of at most 5 % or of fewer than 12 clients is called no change: rounding alone may move a number by 6."""
_SAME_PERCENT = 2

Row = Mapping[str, Any]


def services(released: ReleasedResult, say: Say) -> Chart:
    """Draw the clients of each service in the last full year, by level."""
    year, frame = last_year(released), released["services"]
    of_year = frame[(frame["year"] == year) & frame["persons"].notna()]
    if of_year.empty:
        return _nothing("services", say)
    labels = [say.label("services", code) for code in of_year["service"]]
    ranked = of_year.assign(label=labels).sort_values(["persons", "label"], ascending=[False, True])
    shown = ranked.head(min(_MOST_BARS, _MOST_LINES - ranked["level"].nunique()))
    most = rows_of(ranked[ranked["persons"] == ranked["persons"].max()])
    headline = _services_headline(most, released, year, say)
    hidden = int(((frame["year"] == year) & frame["hidden"]).sum())
    return Chart(
        form=_service_bars(shown, [str(row["service"]) for row in most], say),
        headline=headline,
        subtitle=say("services.subtitle", year=year_name(released, year, say)),
        footer=footer(
            say,
            _n(released, year, say),
            say("left_out.hidden", n=hidden) if hidden else "",
            say("left_out.more", n=len(ranked) - len(shown)) if len(ranked) > len(shown) else "",
        ),
        alt=say("services.alt", headline=headline, n=len(shown)),
    )


def levels(released: ReleasedResult, say: Say) -> Chart:
    """Draw the clients of each level over the full years."""
    years, frame = full_years(released), released["levels"]
    found = {level: _values(frame, level, years) for level in _levels_of(frame)}
    lines = tuple(
        _level_line(level, values, say) for level, values in found.items() if any(value is not None for value in values)
    )
    if not lines:
        return _nothing("levels", say)
    headline = _levels_headline(frame, years, say)
    ticks = _ticks(max(value for line in lines for value in line.values if value is not None))
    form = Lines(
        lines,
        tuple(year_name(released, year, say) for year in years),
        y_ticks=tuple((tick, say.number(tick)) for tick in ticks),
        axis_title=say("levels.axis"),
    )
    partial = [year for year in released["years"]["year"] if year not in years]
    return Chart(
        form=form,
        headline=headline,
        subtitle=say("levels.subtitle"),
        footer=footer(
            say,
            _n(released, years[-1], say),
            say("left_out.hidden_levels", n=len(found) - len(lines)) if len(found) > len(lines) else "",
            say("left_out.partial", years=", ".join(partial)) if partial else "",
        ),
        alt=say("levels.alt", headline=headline, n=len(lines)),
    )


def reach(released: ReleasedResult, say: Say) -> Chart:
    """Draw the share of inhabitants aged 0-17 who were clients, year by year."""
    frame = released["years"]
    if frame["share"].isna().all():
        return _nothing("reach", say, _why_no_share(frame))
    shown = frame.tail(_MOST_BARS)
    headline = _reach_headline(frame[frame["share"].notna()], say)
    return Chart(
        form=Bars(tuple(_reach_bar(row, say) for row in rows_of(shown)), say("reach.axis")),
        headline=headline,
        subtitle=say("reach.subtitle"),
        footer=footer(say, _n(released, last_year(released), say)),
        alt=say("reach.alt", headline=headline, n=len(shown)),
    )


def _n(released: ReleasedResult, year: str, say: Say) -> str:
    years = released["years"]
    row = rows_of(years[years["year"] == year])[0]
    if row["hidden"]:
        return say("footer.n", n=say("word.hidden"))
    return say("n.clients", n=say.about(float(row["persons"])), year=year)


def _colour(level: str) -> Level:
    return next((known for known in LEVELS if known == level), "neutral")


def _levels_of(frame: pd.DataFrame) -> list[str]:
    """Return the levels of a frame from the lightest to the heaviest, an unknown one last."""
    found = set(frame["level"])
    return [*(level for level in LEVELS if level in found), *sorted(found - set(LEVELS))]


def _service_bars(shown: pd.DataFrame, most: Sequence[str], say: Say) -> Bars:
    """Bars by level; families are left out when every client is a family of her own."""
    levels_shown = _levels_of(shown)
    alone = bool((shown["families"] == shown["persons"]).all())
    bars = [
        _service_bar(row, row["service"] in most, alone, say)
        for level in levels_shown
        for row in rows_of(shown[shown["level"] == level])
    ]
    groups = tuple((say.label("levels", level), int((shown["level"] == level).sum())) for level in levels_shown)
    return Bars(tuple(bars), say("services.axis_clients" if alone else "services.axis"), groups)


def _service_bar(row: Row, bold: bool, alone: bool, say: Say) -> Bar:
    families = float(row["families"])
    detail = "" if alone or math.isnan(families) else say("services.families", n=say.number(families))
    return Bar(
        row["label"], float(row["persons"]), say.number(row["persons"]), _colour(row["level"]), detail, bold=bold
    )


def _services_headline(most: Sequence[Row], released: ReleasedResult, year: str, say: Say) -> str:
    """Name the service with the most clients, or say that several have as many."""
    top, n, years = most[0], say.about(float(most[0]["persons"])), released["years"]
    if len(most) == 2:
        return say("services.headline.tie", first=top["label"], second=most[1]["label"], n=n, year=year)
    if len(most) > 2:
        return say("services.headline.ties", count=len(most), n=n, year=year)
    everyone = float(years.loc[years["year"] == year, "persons"].iloc[0])
    words = {"service": top["label"], "n": n, "year": year}
    if math.isnan(everyone) or everyone < 20:
        return say("services.headline.number", **words)
    return say("services.headline.share", **words, share=say.percent(min(round(top["persons"] / everyone, 2), 1.0)))


def _values(frame: pd.DataFrame, level: str, years: Sequence[str]) -> tuple[float | None, ...]:
    """Return the clients of a level a year: None when hidden, 0 when the level had nobody."""
    persons = frame[frame["level"] == level].set_index("year")["persons"].reindex(list(years), fill_value=0.0)
    return tuple(None if math.isnan(value) else float(value) for value in persons)


def _level_line(level: str, values: tuple[float | None, ...], say: Say) -> Line:
    first, last = values[0], values[-1]
    if last is None:
        key = say("levels.last_hidden")
    elif first is None or len(values) == 1:
        key = say.about(last)
    else:
        change = say("levels.change", percent=_signed(last / first - 1, say)) if first > 0 else ""
        key = f"{say.number(first)} → {say.number(last)} {change}".strip()
    return Line(say.label("levels", level), _colour(level), values, key=key)


def _signed(share: float, say: Say) -> str:
    percent = round(share * 100)
    return ("+" if percent > 0 else "") + say.percent(percent / 100)


def _levels_headline(frame: pd.DataFrame, years: Sequence[str], say: Say) -> str:
    """Say the greatest relative change between the first and the last year, or that there is none."""
    ends = [(level, _values(frame, level, years)) for level in _levels_of(frame)]
    if len(years) < 2:
        return _largest_level(ends, years[-1], say)
    pairs = [(level, values[0], values[-1]) for level, values in ends]
    known = [(level, first, last) for level, first, last in pairs if first is not None and last is not None]
    if not known:
        return _largest_level(ends, years[-1], say)
    moved = [
        (abs(last - first) / max(first, 1.0), say.label("levels", level), first, last)
        for level, first, last in known
        if _changed(first, last)
    ]
    span = {"first": years[0], "last": years[-1]}
    if not moved:
        return say("levels.headline.flat", **span)
    _, label, first, last = min(moved, key=lambda each: (-each[0], each[1]))
    words = {"level": label, "before": say.about(first), "after": say.number(last), **span}
    together = len(ends) > 1 and len({after > before for _, _, before, after in moved}) == 1 and len(moved) == len(ends)
    return say(f"levels.headline.{'all_' if together else ''}{'up' if last > first else 'down'}", **words)


def _changed(first: float, last: float) -> bool:
    change = abs(last - first)
    return change >= _SAME_PERSONS and change > _SAME_SHARE * first


def _largest_level(ends: Sequence[tuple[str, tuple[float | None, ...]]], year: str, say: Say) -> str:
    sizes = [(-values[-1], say.label("levels", level)) for level, values in ends if values[-1]]
    if not sizes:
        return say("levels.headline.hidden", year=year)
    size, label = min(sizes)
    all_known = all(values[-1] is not None for _, values in ends)
    case = "one_year" if all_known else "one_year_shown"
    return say(f"levels.headline.{case}", level=label, n=say.about(-size), year=year)


def _why_no_share(frame: pd.DataFrame) -> str:
    if frame["population"].isna().all():
        return "no_population"
    masked = frame["hidden"].any() or frame["children"].notna().any()
    return "nothing" if masked else "no_birth_dates"


def _reach_bar(row: Row, say: Say) -> Bar:
    share, full = float(row["share"]), row["days_seen"] >= FULL_DAYS
    label = row["year"] if full else say("year.part", year=row["year"])
    if math.isnan(share):
        known = not row["hidden"] and math.isnan(row["population"])
        return Bar(label, None, say("word.no_data") if known else say("word.hidden"), "neutral")
    detail = say("reach.children", n=say.number(row["children"]), population=say.number(row["population"]))
    return Bar(label, share, say.percent(share), "accent" if full else "neutral", detail)


def _reach_headline(known: pd.DataFrame, say: Say) -> str:
    """Say the share of the last full year and its direction since the first one."""
    full = known[known["days_seen"] >= FULL_DAYS]
    rows = rows_of(full if len(full) else known)
    first, last = rows[0], rows[-1]
    words = {"share": say("word.about", n=say.percent(last["share"])), "year": last["year"]}
    if len(rows) < 2 or full.empty:
        return say("reach.headline.one_year", **words)
    points = round((last["share"] - first["share"]) * 100)
    if abs(points) < _SAME_PERCENT:
        return say("reach.headline.flat", **words, first=first["year"])
    case = "reach.headline.up" if points > 0 else "reach.headline.down"
    return say(case, **words, first=first["year"], points=say.number(abs(points)))


def _ticks(highest: float) -> tuple[float, ...]:
    """Return three to six round numbers from zero up to the highest value or just above it."""
    magnitude = 10 ** math.floor(math.log10(max(highest, 10) / 4))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor * 5 >= highest)
    step = max(step, 1.0)
    return tuple(step * place for place in range(math.ceil(highest / step) + 1))


def _nothing(name: str, say: Say, why: str = "nothing") -> Chart:
    headline, words = say(f"{name}.headline.nothing"), say(f"{name}.{why}")
    return Chart(
        form=Notice((words,)),
        headline=headline,
        subtitle="",
        footer=footer(say, ""),
        alt=f"{headline}. {words}",
    )
