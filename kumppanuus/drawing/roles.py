"""Colour roles, and the checks the specifications share."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

Level: TypeAlias = Literal["universal", "early", "special", "corrective", "accent", "neutral", "hidden"]
"""Colour roles. The first four are service levels. ``neutral`` is the grey of context, ``hidden`` the paler one of what
may not be shown; neither is counted as a colour."""

LEVELS: tuple[Level, ...] = get_args(Level)


def demand(condition: bool, field: str, why: str) -> None:
    """Raise ``ValueError`` naming the field unless the condition holds."""
    if not condition:
        raise ValueError(f"{field}: {why}")


def demand_finite(field: str, *numbers: float | None) -> None:
    """Raise ``ValueError`` naming the field when a known number is not finite."""
    demand(all(number is None or math.isfinite(number) for number in numbers), field, "every number must be finite")


def demand_colour(colour: str, field: str = "colour") -> None:
    """Raise ``ValueError`` naming the field unless the colour is a role."""
    demand(colour in LEVELS, field, f"{colour!r} is not one of {', '.join(LEVELS)}")
