"""From published means to points of the scale: by theme and group, and how far two groups are from each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.baseline.capability.compute import CapabilityParams, CapabilityResult
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.rules_forms import STEPS
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.questionnaires import difference_limits, widened
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.codes import RESPONDENT_GROUPS

LEAST_RESPONDENTS = 20
"""A group of fewer has no means (R2)."""
_ENDS = ("low", "high")


def scale_of(released: ReleasedResult) -> tuple[int, int]:
    """Return the lowest and the highest answer of the scale; 1 and 5 when nobody answered."""
    ends = released["scale"].set_index("end")["point"]
    low, high = (int(ends.get(end, usual)) for end, usual in zip(_ENDS, (1, 5), strict=True))
    return low, high


def means(released: ReleasedResult, table: str = "themes") -> pd.DataFrame:
    """Return the published means of a table in points.

    Returns
    -------
    The codes of the table, ``respondents`` (published) and ``fewest`` of them, ``mean``, ``half`` of its 95 % interval
    and ``off``: how far the published mean may lie from the exact one. Rows whose mean is not published are left out.
    """
    low, high = scale_of(released)
    shown = released.tables[table]
    found = shown.frame.dropna(subset=["index", "half"])
    fewest, _ = ends_of_class(found["persons"].to_numpy(dtype=float))
    off = np.array([_step(n) / 2 for n in fewest])
    return found[list(shown.declaration.dimensions)].assign(
        respondents=found["persons"],
        fewest=fewest,
        mean=low + found["index"] * (high - low),
        half=found["half"] * (high - low),
        off=off * (high - low),
    )


def limits(rows: pd.DataFrame, scale: tuple[int, int]) -> pd.DataFrame:
    """Return means with ``mean_lower`` and ``mean_upper``, rounded outwards; they stay on the scale."""
    lower, upper = _outwards(rows["mean"] - rows["half"], rows["mean"] + rows["half"])
    return rows.assign(mean_lower=lower.clip(lower=scale[0]), mean_upper=upper.clip(upper=scale[1]))


def overall(released: ReleasedResult) -> pd.DataFrame:
    """Return the means of all respondents with ``lower`` and ``upper`` limits that hold for all themes together."""
    low, high = scale_of(released)
    rows = means(released, "overall")
    confidence = confidence_of_each(0.95, len(rows))
    half = widened(rows["half"] - rows["off"], rows["fewest"], confidence) + rows["off"]
    lower, upper = _outwards(rows["mean"] - half, rows["mean"] + half)
    return rows.assign(lower=lower.clip(lower=low), upper=upper.clip(upper=high))


def compared_groups(released: ReleasedResult) -> tuple[str, str] | None:
    """Return the two groups that are compared: the first two of those with means; None when there is none or one."""
    have = set(means(released)["respondent_group"].astype(str))
    first, *second = [group for group in RESPONDENT_GROUPS if group in have] or [""]
    return (first, second[0]) if second else None


def differences(released: ReleasedResult, table: str = "themes", over: str = "theme") -> pd.DataFrame:
    """Return how far the two groups compared are from each other, in points; the largest difference first.

    Returns
    -------
    Columns `over`, ``first_group``, ``second_group``, ``first``, ``second``, ``difference`` (the first less the
    second) with limits that hold for all rows together, rounded outwards, ``fewest`` of the smaller group.
    """
    columns = [over, "first_group", "second_group", "first", "second", "difference", "difference_lower",
               "difference_upper", "fewest"]  # fmt: skip
    pair, rows = compared_groups(released), means(released, table)
    if pair is None:
        return pd.DataFrame(columns=columns)
    sides = [rows[rows["respondent_group"].astype(str) == group].set_index(over) for group in pair]
    both = [code for code in sides[0].index if code in sides[1].index]
    confidence = confidence_of_each(0.95, len(both))
    found = [(code, *pair, *_difference(sides[0].loc[code], sides[1].loc[code], confidence)) for code in both]
    frame = pd.DataFrame(found, columns=columns)
    ends = _outwards(frame["difference_lower"], frame["difference_upper"])
    frame = frame.assign(difference_lower=ends[0], difference_upper=ends[1])
    order = frame["difference"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def gather(released: ReleasedResult, _gathered: Gathered, _params: CapabilityParams) -> Mapping[str, pd.DataFrame]:
    """Return the tables in points, which stand beside the charts; in the first "all" are all respondents."""
    everybody = means(released, "overall").assign(respondent_group="all")
    groups = pd.concat([means(released), everybody], ignore_index=True).sort_values("theme", kind="stable")
    frames = {
        "means": limits(groups, scale_of(released)),
        "differences": differences(released),
        "distances": differences(released, "items", "question"),
    }
    declared = CapabilityResult.tables()
    return {name: _rounded(frame[list(declared[name].columns)], declared[name].names("released"))
            for name, frame in frames.items()}  # fmt: skip


def _rounded(frame: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    return frame.astype(dict.fromkeys(measures, float)).round(dict.fromkeys(measures, 1))


def _difference(first: pd.Series, second: pd.Series, confidence: float) -> tuple[float, ...]:
    halves = [
        float(widened(each["half"] - each["off"], each["fewest"], confidence) + each["off"]) for each in (first, second)
    ]
    ends = tuple((float(each["mean"]), half) for each, half in zip((first, second), halves, strict=True))
    lower, upper = difference_limits(ends[0], ends[1], (float(first["off"]), float(second["off"])))
    gap = float(first["mean"] - second["mean"])
    return (
        float(first["mean"]), float(second["mean"]), gap, lower, upper, float(min(first["fewest"], second["fewest"]))
    )  # fmt: skip


def _outwards(lower: pd.Series, upper: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Round limits to one decimal, away from what they hold."""
    return np.floor(lower * 10 + 1e-6) / 10, np.ceil(upper * 10 - 1e-6) / 10


def _step(fewest: float) -> float:
    """Return the step in which a mean of so many was published (R16), the widest where nothing is known."""
    return next((step for step in STEPS if step * fewest >= 1 - 1e-9), STEPS[-1])
