"""Parts of the study file about central management of resources: who needs what, what helps whom, what binds."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kumppanuus.study_parts import Code, Part, Words

Level = Literal["universal", "early", "special", "corrective"]
Bought = Literal["purchased", "voucher"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


_TAKEN = frozenset({"other", "none", "unknown"})
"""Codes of families whom no rule holds of, and of those without services."""


class Segment(Part):
    """A group of families by a rule that everybody can read; a family belongs to the first segment whose rule holds.

    Every condition that is given has to hold, of the family as one whole and of the last twelve months of the window:
    needs : a member has one of these needs recorded. needs_at_least : so many different needs are recorded.
    services : a member is in one of these services. levels : a member is in a service of one of these levels.
    services_at_least : members are in so many different services. members_at_least : so many members are in services.
    youngest_under : the youngest child is younger than so many years.
    """

    code: Code
    name: Words
    needs: tuple[Code, ...] = ()
    needs_at_least: int = Field(default=0, ge=0)
    services: tuple[Code, ...] = ()
    levels: tuple[Level, ...] = ()
    services_at_least: int = Field(default=0, ge=0)
    members_at_least: int = Field(default=0, ge=0)
    youngest_under: int | None = Field(default=None, ge=1, le=18)


class Benefit(Part):
    """How much a year of a service helps a family of a segment: somebody's judgement until it has been evaluated.

    value, lower, upper : points on one scale for the whole study (0-10), the judged value and its limits.
    whose : who judged it, how and when; the exhibits print it.
    """

    segment: Code
    service: Code
    value: float = Field(ge=0, le=10)
    lower: float = Field(ge=0, le=10)
    upper: float = Field(ge=0, le=10)
    whose: Words

    @model_validator(mode="after")
    def _in_order(self) -> Benefit:
        if not self.lower <= self.value <= self.upper:
            raise ValueError("lower, value and upper must be in this order")
        return self


class Contract(Part):
    """What a contract binds the organiser to: least and most families a year that a service is bought for."""

    service: Code
    production: Bought
    least_families: float = Field(default=0, ge=0)
    most_families: float | None = Field(default=None, ge=0)
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    source: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Contract:
        if self.most_families is not None and self.most_families < self.least_families:
            raise ValueError("most_families must not be less than least_families")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to must come after valid_from")
        return self


class Allocation(Part):
    """What a proposal for the use of resources has to keep to.

    budget_eur : a year's money; None: what is spent today.
    change_at_most : the volume of a service may change by this share of today's.
    purchased_at_most : largest share of the money that may go to purchased services and vouchers; None: no limit.
    coverage_at_least : share of a segment's families in an area that has to get something of what helps it.
    equity_at_least : benefit per family of the weakest area as a share of that of all areas; 0: no demand.
    own_change_at_most : staff of the own services is fixed within the year; this share of it may be moved between them.
    hours_per_fte, absence : working hours of a person-year, and the share of them that is lost to absence.
    tranches : (share of a segment's families, share of the benefit): who is served first benefits most, each next part
        less; the first numbers add up to 1 and the second ones fall.
    """

    budget_eur: float | None = Field(default=None, gt=0)
    change_at_most: Share = 0.2
    purchased_at_most: Share | None = None
    coverage_at_least: Share = 0.0
    equity_at_least: Share = 0.0
    own_change_at_most: Share = 0.1
    hours_per_fte: float = Field(default=1600.0, gt=0)
    absence: Annotated[float, Field(ge=0, lt=1)] = 0.15
    tranches: tuple[tuple[Share, Share], ...] = ((0.3, 1.0), (0.4, 0.75), (0.3, 0.5))

    @model_validator(mode="after")
    def _tranches_fall(self) -> Allocation:
        parts, gains = [part for part, _ in self.tranches], [gain for _, gain in self.tranches]
        if abs(sum(parts) - 1) > 1e-9:
            raise ValueError("tranches: the shares of families must add up to 1")
        if sorted(gains, reverse=True) != gains:
            raise ValueError("tranches: the shares of benefit must fall from the first to the last")
        return self


class Resources(Part):
    """All of it together, as analyses see it (``Context.resources``)."""

    segments: tuple[Segment, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    contracts: tuple[Contract, ...] = ()
    allocation: Allocation = Allocation()
    need_services: tuple[tuple[Code, tuple[Code, ...]], ...] = ()


def check_resources(resources: Resources, services: Iterable[str]) -> None:
    """Refuse codes given twice, and segments or services that nothing defines.

    Raises
    ------
    ValueError
        With the codes.
    """
    known = {*services}
    segments = [segment.code for segment in resources.segments]
    _once("segments", segments)
    if taken := sorted(_TAKEN & {*segments}):
        raise ValueError(f"segments: code has a meaning of its own: {', '.join(taken)}")
    _once("benefits", (f"{each.segment}/{each.service}" for each in resources.benefits))
    used = {*(each.service for each in resources.benefits), *(each.service for each in resources.contracts),
            *(code for each in resources.segments for code in each.services),
            *(code for _, codes in resources.need_services for code in codes)}  # fmt: skip
    if known and (unknown := sorted(used - known)):
        raise ValueError(f"services does not name {', '.join(unknown)}")
    if segments and (unknown := sorted({each.segment for each in resources.benefits} - {*segments})):
        raise ValueError(f"segments does not name {', '.join(unknown)}")


def _once(what: str, codes: Iterable[str]) -> None:
    twice = sorted(code for code, times in Counter(codes).items() if times > 1)
    if twice:
        raise ValueError(f"{what}: code given twice: {', '.join(twice)}")
