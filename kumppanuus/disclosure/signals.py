"""Signals: measured values against their reference, read from released tables, for the board of pain points.

A room's signal function sees its protected result only, so the board holds nothing that the charts do not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kumppanuus.analysis import Context

if TYPE_CHECKING:
    from kumppanuus.disclosure.released import ReleasedResult

Kind = Literal["pain", "opportunity", "obstacle"]
"""Pain points: support is late or misses somebody. Opportunities: something to build on or to turn. Obstacles: what
stands in the way of change, gaps of the data included."""
ReferenceKind = Literal["law", "target", "peer", "past", "others"]
"""What the value is measured against: the law, a target of the study, similar organisers, the own past, or the rest of
the organiser (its other areas, services or groups)."""
Unit = Literal["share", "number", "ratio", "days", "months", "EUR", "points"]
"""How values are written: a share in whole percent, a plain number, times (0.7), days, months, euros, points of a
scale."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One measured value against its reference.

    name : key of its texts in the room's messages, ``signal.NAME.…``.
    kind : where on the board it stands. reference_kind : what the reference is.
    value, lower, upper : the value and its 95 % limits, computed from published numbers, in `unit`.
    reference : what it is measured against, in the same unit.
    worse : whether higher or lower than the reference is worse.
    full : the gap that counts as a whole one, in the same unit: a gap of `full` or more has the size 1.
    families : published number of families it touches; NaN: the whole clientele (the board then takes the families
        in services in the last full year).
    chart : name of the room's chart that shows it.
    words : (placeholder in the texts, code list, code) of what it is about, such as ``("area", "areas", "itainen")``.
    """

    name: str
    kind: Kind
    reference_kind: ReferenceKind
    value: float
    lower: float
    upper: float
    reference: float
    worse: Literal["higher", "lower"]
    unit: Unit
    full: float
    families: float
    chart: str
    words: tuple[tuple[str, str, str], ...] = ()

    @property
    def gap(self) -> float:
        """How far the value is on the worse side of its reference, in parts of `full`; 0-1, 0 on the better side."""
        away = self.value - self.reference if self.worse == "higher" else self.reference - self.value
        return min(max(away / self.full, 0.0), 1.0) if math.isfinite(away) else 0.0

    @property
    def certainty(self) -> float:
        """Part of the gap that is left at the limit nearest to the reference; 0 when the interval reaches it."""
        away = self.value - self.reference if self.worse == "higher" else self.reference - self.value
        sure = self.lower - self.reference if self.worse == "higher" else self.reference - self.upper
        if not (math.isfinite(away) and math.isfinite(sure)) or away <= 0:
            return 0.0
        return min(max(sure / away, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the rooms of a run have to say.

    found : (analysis key, signal) of every room in the order of the report, for an analysis that ``hears`` them.
    missing : analyses whose tables are not given → these tables.
    silent : analyses that could measure none of their signals → tables they can do without and that are not given.
    used : released results of the analyses that the gathering one declares in ``uses``, their gathered tables included;
        what was not computed (or is not shown) is lacking.
    context : what may be known of the study.
    """

    found: tuple[tuple[str, Signal], ...]
    missing: Mapping[str, tuple[str, ...]]
    silent: Mapping[str, tuple[str, ...]]
    used: Mapping[str, ReleasedResult] = field(default_factory=dict)
    context: Context = field(default_factory=lambda: Context({}, {}, 0, frozenset()))
