"""What the charts of the room share: published numbers with between what they lie, footers, words for nothing."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart, Notice
from kumppanuus.language.say import Say, footer

Floats = npt.NDArray[np.float64]

CLASS = 6
"""Published counts are middles of classes of so many; a hidden one is 1 to 6."""
BELOW, ABOVE = CLASS // 2 - 1, CLASS // 2


def read_counts(published: pd.Series, judged: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Return published counts as middle, lowest and highest possible value; a hidden one as the class 1 to 6.

    Parameters
    ----------
    judged : False where nothing at all is known, as the base may not be broken down; the values are then NaN.
    """
    values = published.to_numpy(dtype=float)
    hidden = np.isnan(values)
    middle = np.where(hidden, CLASS // 2, values)
    some = hidden | (values > 0)
    low = np.where(some, np.maximum(middle - BELOW, 1), 0.0)
    high = np.where(some, middle + ABOVE, 0.0)
    return tuple(np.where(judged, each, np.nan) for each in (middle, low, high))  # type: ignore[return-value]


def n_words(name: str, number: float, say: Say) -> str:
    """Return the n of a footer, with the one neutral word when it is hidden."""
    return say(name, n=say("word.hidden") if math.isnan(number) else say.about(number))


def percent_words(share: float, say: Say) -> str:
    """Write a share; one that is short of all never as 100 %, one that is something never as 0 %."""
    if round(share, 2) in (0.0, 1.0) and share not in (0.0, 1.0):
        return say("word.over", n=say.percent(0.99)) if share > 0.5 else say("word.under", n=say.percent(0.01))
    return say.percent(share)


def nothing(name: str, say: Say, why: str = "nothing", headline: str = "nothing") -> Chart:
    """Say in words why there is nothing to draw."""
    title, words = say(f"{name}.headline.{headline}"), say(f"{name}.{why}")
    return Chart(Notice((words,)), title, "", footer(say, ""), f"{title}. {words}")


def total(released: ReleasedResult, table: str, column: str, /, **where: str) -> float:
    """Return one published number, NaN when it is hidden or its row does not exist."""
    frame = released[table]
    for name, code in where.items():
        frame = frame[frame[name] == code]
    return float(frame[column].iloc[0]) if len(frame) else math.nan
