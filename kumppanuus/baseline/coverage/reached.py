"""How many children of every level, age and area were clients, then and now. Protected numbers only (R16: P)."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Dumbbell, DumbbellRow
from kumppanuus.forms.axis import round_marks
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.rates import published_rates, published_ratio, rate_words
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.codes import UNKNOWN

GROUPS = (
    ("children", "", ""), ("child_levels", "level", "levels"), ("child_ages", "age_in_year", "age_groups"),
    ("child_areas", "area", "areas"),
)  # fmt: skip
"""Table, its dimension, the list that names its codes."""
_MOST = 15


def change(released: ReleasedResult, say: Say) -> Chart:
    """Draw the children reached per 1,000 in the first and in the last full year, group by group."""
    rows = changes(released)
    if released["children"].empty:
        return nothing(say("change.no_children" if len(released["years"]) else "change.nothing"), say)
    if released["children"]["population"].isna().all():
        return nothing(say("change.no_population"), say)
    first, last = (str(year) for year in (rows["first"].iloc[0], rows["last"].iloc[0]))
    if first == last:
        return nothing(say("change.one_year", year=last), say)
    known = rows.dropna(subset=["value_first", "value_last"], how="all")
    if known.empty:
        return nothing(say("change.nothing"), say)
    shown = known.head(_MOST)
    marks = round_marks(0.0, float(np.nanmax(shown[["value_first", "value_last"]].to_numpy(dtype=float))), 5)
    form = Dumbbell(
        tuple(_row(row, say) for _, row in shown.iterrows()), first, last,
        tuple((mark, say.number(mark)) for mark in marks), say("change.axis"),
    )  # fmt: skip
    headline = _headline(shown, first, last, say)
    left = len(rows) - len(shown)
    n = say("n.children", n=say.about(float(rows["persons_last"].iloc[0])), year=last)
    words = footer(say, n, say("left_out.groups", n=left) if left else "")
    return Chart(form, headline, say("change.subtitle"), words, say("change.alt", headline=headline, n=len(shown)))


def changes(released: ReleasedResult) -> pd.DataFrame:
    """Return the groups with their rates per 1,000 in the two years, and the ratio of the later to the earlier one.

    Returns
    -------
    ``group`` (a table of `GROUPS`), ``code``, ``first`` and ``last`` (years), of each ``value_…``, ``lower_…``,
    ``upper_…``, ``persons_…``, ``families_…``; ``ratio``, ``low``, ``high``: limits that hold for all groups of a
    table together; ``clear``: they leave 1 out.
    """
    found = [each for each in (_of(released, name, by) for name, by, _ in GROUPS) if len(each)]
    if not found:
        columns = ["group", "code", "first", "last", "families_last", "ratio", "low", "high", "clear"]
        return pd.DataFrame(columns=columns)
    rows = pd.concat(found, ignore_index=True)
    both = rows[["value_first", "value_last"]].notna().all(axis=1)
    together = both.groupby(rows["group"]).transform("sum")
    ratios = [
        published_ratio(_numbers(row, "last"), _numbers(row, "first"), confidence_of_each(0.95, int(number)))
        if told else (math.nan,) * 3
        for (_, row), told, number in zip(rows.iterrows(), both, together, strict=True)
    ]  # fmt: skip
    rows[["ratio", "low", "high"]] = ratios
    return rows.assign(clear=(rows["low"] > 1) | (rows["high"] < 1))


def _of(released: ReleasedResult, name: str, by: str) -> pd.DataFrame:
    """Return the groups of one table side by side in the two years; those not known by name are left out."""
    table = released.tables[name]
    frame = table.frame.join(published_rates(table, of="persons", families="families", base="population"))
    if frame.empty:
        return pd.DataFrame(columns=["group", "code", "first", "last"])
    columns = ["value", "lower", "upper", "persons", "families", "population"]
    years = sorted(released["children"]["year"].astype(str))
    codes = frame[by].astype(str) if by else pd.Series("", index=frame.index)
    frame = frame.assign(group=name, code=codes)[codes != UNKNOWN]
    indexed = frame.set_index(["group", "code"])
    sides = [indexed.loc[indexed["year"] == year, columns].astype(float) for year in (years[0], years[-1])]
    joined = sides[0].join(sides[1], how="outer", lsuffix="_first", rsuffix="_last", sort=False)
    order = dict.fromkeys(zip(frame["group"], frame["code"], strict=True))
    return joined.reindex(list(order)).reset_index().assign(first=years[0], last=years[-1])


def _numbers(row: pd.Series, end: str) -> tuple[float, float, float]:
    persons, families, population = (float(row[f"{name}_{end}"]) for name in ("persons", "families", "population"))
    return persons, families, population


def name_of(row: pd.Series, say: Say) -> str:
    """Return the name of a group."""
    codes = {name: codes for name, _, codes in GROUPS}[row["group"]]
    return say.label(codes, row["code"]) if codes else say("change.all")


def _row(row: pd.Series, say: Say) -> DumbbellRow:
    ends = []
    for end in ("first", "last"):
        value, lower, upper = (float(row[f"{name}_{end}"]) for name in ("value", "lower", "upper"))
        known = not math.isnan(value)
        ends.append((value, rate_words(value, lower, upper, say)) if known else (None, say("word.hidden")))
    (start, start_text), (stop, stop_text) = ends
    name = name_of(row, say)
    return DumbbellRow(name[:1].upper() + name[1:], start, stop, start_text, stop_text,
                       "accent" if row["clear"] else "neutral")  # fmt: skip


def _headline(rows: pd.DataFrame, first: str, last: str, say: Say) -> str:
    """Name the group whose rate changed most of those that changed clearly, or say that none did."""
    years = {"first": first, "last": last}
    clear = rows[rows["clear"]]
    if clear.empty:
        return say("change.headline.unclear", **years)
    farthest = clear.assign(far=-clear["ratio"].map(math.log).abs()).sort_values(["far", "group", "code"]).iloc[0]
    before, after = (say.number(float(farthest[f"value_{end}"]), _digits(farthest, end)) for end in ("first", "last"))
    case = "up" if farthest["ratio"] > 1 else "down"
    return say(f"change.headline.{case}", label=name_of(farthest, say), before=before, after=after, **years)


def _digits(row: pd.Series, end: str) -> int:
    return 1 if row[f"value_{end}"] < 10 else 0
