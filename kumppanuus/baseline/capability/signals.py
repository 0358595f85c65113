"""What stands out: groups that see a theme differently, themes below the middle of the scale, few answers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kumppanuus.baseline.capability.points import differences, overall, scale_of
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.forms.rounding import ends_of_class

_EVERYBODY = math.nan
"""It touches the whole clientele: who answered are no clients."""
FULL = 0.25
"""Part of the scale that counts as a whole gap: one point of 1–5."""
FULL_RATE = 0.5


def signals(released: ReleasedResult) -> tuple[Signal, ...]:
    """Return the signals of the questionnaire, from published numbers only."""
    return (*_apart(released), *_low(released), *_few(released))


def _apart(released: ReleasedResult) -> Iterator[Signal]:
    """Yield how far the two groups are from each other in every theme; the limits hold for all themes together."""
    low, high = scale_of(released)
    for row in differences(released).to_dict("records"):
        ends = sorted((row["difference_lower"], row["difference_upper"]), key=lambda end: end * row["difference"])
        sign = -1.0 if row["difference"] < 0 else 1.0
        yield Signal(
            "apart", "obstacle", "others", abs(row["difference"]), sign * ends[0], sign * ends[1], 0.0, "higher",
            "points", FULL * (high - low), _EVERYBODY, "differences",
            (("theme", "themes", str(row["theme"])), ("first", "respondent_groups", str(row["first_group"])),
             ("second", "respondent_groups", str(row["second_group"]))),
        )  # fmt: skip


def _low(released: ReleasedResult) -> Iterator[Signal]:
    """Yield the mean of every theme against the middle of the scale."""
    low, high = scale_of(released)
    for row in overall(released).to_dict("records"):
        yield Signal(
            "low", "obstacle", "target", row["mean"], row["lower"], row["upper"], (low + high) / 2, "lower", "points",
            FULL * (high - low), _EVERYBODY, "themes", (("theme", "themes", str(row["theme"])),),
        )  # fmt: skip


def _few(released: ReleasedResult) -> Iterator[Signal]:
    """Yield the response rate of every group against the one that is asked for."""
    rows = released["groups"].dropna(subset=["persons", "invited"])
    least, most = ends_of_class(rows["persons"].to_numpy(dtype=float))
    for (_, row), *ends in zip(rows.iterrows(), least, most, strict=True):
        lower, value, upper = (np.minimum(each / row["invited"], 1.0) for each in (ends[0], row["persons"], ends[1]))
        wanted = float(row["wanted_percent"]) / 100
        yield Signal(
            "few", "obstacle", "target", float(value), float(lower), float(upper), wanted, "lower", "share", FULL_RATE,
            _EVERYBODY, "response", (("group", "respondent_groups", str(row["respondent_group"])),),
        )  # fmt: skip
