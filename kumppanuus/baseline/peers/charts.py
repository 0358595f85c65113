"""Pictures of the organiser among similar ones. Public values only: nothing of the register."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Chart, Form, Level, Line, Lines
from kumppanuus.forms.among import among, ranked
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.language.say import Say

_MOST_INDICATORS, _MOST_PEERS = 12, 12
_LONGEST = 80
"""Letters of an indicator's title in a headline."""
_SAME = 0.05
"""A change of at most 5 % of the first value is called none."""
_TREND: tuple[tuple[str, Level], ...] = (
    ("country", "accent"), ("county", "universal"), ("peer", "neutral"), ("own", "early"),
)  # fmt: skip
"""Lines from the hindmost to the foremost, with their colours."""
_COLOURS: dict[str, Level] = dict(_TREND)


def overview(released: ReleasedResult, say: Say) -> Chart:
    """Draw the organiser among its peers by every indicator, in the last year of each."""
    frame, places = released["standing"], released["places"]
    compared = frame[(frame["among"] > 1) & (frame["median"] > 0) & (frame["value"] > 0)]
    if compared.empty:
        return nothing(say("overview.nothing"), say)
    shown = compared.head(_MOST_INDICATORS)
    peers = places[places["part"] == "peer"]
    others = {str(code): tuple(map(float, rows["value"])) for code, rows in peers.groupby("indicator")}
    outside = shown[_outside(shown)]
    farthest = _farthest(outside)
    form = among(
        shown, others, say, over="indicator", codes="indicators", bold=farthest, colour=_colours(shown),
        write=lambda value, code: written(value, code, say),
        place=lambda place, n: say("overview.place", place=int(place), n=int(n)),
        texts={each: say(f"overview.{each}") for each in ("axis", "below", "above", "reference", "text", "n")},
    )  # fmt: skip
    return _chart("overview", form, _overview_headline(shown, outside, farthest, say), say, _note(shown, say),
                  say("left_out.more", n=len(frame) - len(shown)) if len(frame) > len(shown) else "")  # fmt: skip


def regions(released: ReleasedResult, say: Say) -> Chart:
    """Draw one indicator region by region, in the organiser's last year."""
    frame, places = released["standing"], released["places"]
    if frame.empty or frame["among"].iloc[0] < 2:
        return nothing(say("regions.nothing"), say)
    row = rows_of(frame.head(1))[0]
    code = str(row["indicator"])
    of_indicator = places[places["indicator"] == code]
    shown = _nearest(of_indicator, float(row["value"]))
    part = shown.set_index("region")["part"]
    form = ranked(
        shown, say, over="region", codes="regions", median=float(row["median"]), bold=_own(of_indicator),
        write=lambda value: written(value, code, say), marks=lambda marks: _marked(marks, code, say), count=say.number,
        colour={str(region): _COLOURS[each] for region, each in part.items()},
        texts={"axis": say.label("indicators", code), "text": say("regions.text"), "n": say("regions.n"),
               "reference": say("regions.reference", median=written(row["median"], code, say))},
    )  # fmt: skip
    words = {
        "place": int(row["place"]), "n": int(row["among"]), "year": row["year"],
        "organiser": say.label("regions", _own(of_indicator)), "indicator": say.label("indicators", code),
        "value": written(row["value"], code, say), "median": written(row["median"], code, say),
    }  # fmt: skip
    case = "highest" if row["place"] == 1 else "lowest" if row["place"] == row["among"] else "place"
    headline = say(f"regions.headline.{case}", **words)
    left = len(of_indicator) - len(shown)
    return _chart("regions", form, headline, say, _note(frame.head(1), say), say("note.left", n=left) if left else "",
                  indicator=_short(words["indicator"]))  # fmt: skip


def trends(released: ReleasedResult, say: Say) -> Chart:
    """Draw the same indicator over the years: the organiser, the peers' median, the county and the country."""
    frame = released["trends"]
    code = str(frame["indicator"].iloc[0]) if len(frame) else ""
    rows = frame[frame["indicator"] == code]
    years = sorted(rows.loc[rows["part"] == "own", "year"].unique())
    if len(years) < 2 or (rows["value"] < 0).any():
        return nothing(say("trends.nothing"), say)
    values = rows.pivot(index="part", columns="year", values="value").reindex(columns=years)
    lines = tuple(_line(part, colour, values, code, say) for part, colour in _TREND if part in values.index)
    marks = round_marks(0.0, float(rows["value"].max()), 5)
    form = Lines(
        lines, tuple(years), y_ticks=tuple(zip(marks, _marked(marks, code, say), strict=True)),
        axis_title=say.label("indicators", code),
    )  # fmt: skip
    headline = _trend_headline(values, years, code, say)
    return _chart("trends", form, headline, say, say("note.years", first=years[0], last=years[-1]))


def written(value: float, indicator: str, say: Say, digits: int | None = None) -> str:
    """Write a value of an indicator: with its sign of per cent when its title has one."""
    digits = (0 if abs(value) >= 100 else 1) if digits is None else digits
    if "%" in say.label("indicators", indicator):
        return say.percent(value / 100, digits)
    return say.number(value, digits)


def _marked(marks: Sequence[float], indicator: str, say: Say) -> list[str]:
    """Write the marks of an axis: without decimals when all are whole."""
    whole = all(float(mark).is_integer() for mark in marks)
    return [written(mark, indicator, say, 0 if whole else 1) for mark in marks]


def _short(title: str) -> str:
    """Return the beginning of a title that a headline has room for; the whole one stands in the chart."""
    if len(title) <= _LONGEST:
        return title
    start = title[:_LONGEST]
    return start.rsplit("," if start.rfind(",") > _LONGEST // 2 else " ", 1)[0]


def _outside(frame: pd.DataFrame) -> pd.Series[bool]:
    return (frame["value"] < frame["low"]) | (frame["value"] > frame["high"])


def _farthest(outside: pd.DataFrame) -> str:
    """Return the indicator whose value lies farthest from the peers' median, as a ratio; empty when none does."""
    if outside.empty:
        return ""
    far = (outside["value"] / outside["median"]).map(math.log).abs()
    return str(outside["indicator"].loc[far.idxmax()])


def _colours(frame: pd.DataFrame) -> dict[str, Level]:
    """Return the colour of marks outside the middle half: warm on the worse side, blue on the better one."""
    known = frame[frame["worse"] != "unknown"]
    high = known["value"] > known["high"]
    bad = high == (known["worse"] == "higher")
    return {code: "special" if worse else "early" for code, worse in zip(known["indicator"], bad, strict=True)}


def _overview_headline(shown: pd.DataFrame, outside: pd.DataFrame, farthest: str, say: Say) -> str:
    if shown["low"].isna().all():
        return say("overview.headline.few", n=len(shown))
    if not farthest:
        return say("overview.headline.inside", n=int(shown["low"].notna().sum()))
    row = rows_of(outside[outside["indicator"] == farthest])[0]
    return say(
        "overview.headline.outside", indicator=_short(say.label("indicators", farthest)),
        value=written(row["value"], farthest, say), median=written(row["median"], farthest, say),
    )  # fmt: skip


def _nearest(values: pd.DataFrame, own: float) -> pd.DataFrame:
    """Return the regions that are drawn: all but the peers farthest from the organiser's value."""
    peers = values[values["part"] == "peer"]
    kept = (peers["value"] - own).abs().sort_values(kind="stable").index[:_MOST_PEERS]
    return values[(values["part"] != "peer") | values.index.isin(kept)]


def _own(values: pd.DataFrame) -> str:
    return str(values.loc[values["part"] == "own", "region"].iloc[0])


def _line(part: str, colour: Level, values: pd.DataFrame, code: str, say: Say) -> Line:
    own = values[values.index == part].to_numpy(dtype=float).ravel()
    row = [None if math.isnan(value) else float(value) for value in own]
    known = [value for value in row if value is not None]
    key = f"{written(known[0], code, say)} → {written(known[-1], code, say)}" if len(known) > 1 else ""
    return Line(say(f"trends.{part}"), colour, tuple(row), key=key)


def _trend_headline(values: pd.DataFrame, years: Sequence[str], code: str, say: Say) -> str:
    own = values.loc["own"]
    first, last = float(own.iloc[0]), float(own.iloc[-1])
    moved = abs(last - first) > _SAME * max(abs(first), 1e-9)
    case = ("up" if last > first else "down") if moved else "flat"
    return say(
        f"trends.headline.{case}", indicator=_short(say.label("indicators", code)), first=years[0], last=years[-1],
        before=written(first, code, say), after=written(last, code, say),
    )  # fmt: skip


def _note(shown: pd.DataFrame, say: Say) -> str:
    """Say from which years the values are and how many regions are compared."""
    years, n = sorted(shown["year"].unique()), int(shown["among"].max())
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return say("note.compared", n=n, years=span)


def _chart(name: str, form: Form, headline: str, say: Say, *notes: str, indicator: str = "") -> Chart:
    """Frame a form; the values are somebody else's, so the foot names their source and not the register."""
    made_up = bool(say.names.get("study", {}).get("synthetic"))
    foot = " · ".join(note for note in (*notes, say("note.made_up" if made_up else "note.source")) if note)
    n = len(form.rows) if hasattr(form, "rows") else len(form.lines) if isinstance(form, Lines) else 0
    alt = say(f"{name}.alt", headline=headline, n=n)
    return Chart(form, headline, say(f"{name}.subtitle", indicator=indicator), foot, alt)
