"""What the room of packages is asked and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from kumppanuus.analysis import Column, Params, Result, result_table
from kumppanuus.register.populations import NEEDED, PARTNERED

_SEGMENT = Column("dimension", codes="segments", adds=True)
_NEED = Column("dimension", codes="needs")
_SERVICE = Column("dimension", codes="services")
_FATE = Column("dimension", codes="partner_fates", adds=True)
_BEHIND = Column("behind")
_FAMILIES = MappingProxyType(
    {
        "families": Column("count", of=("persons", "homes")),
        "met": Column("count", of=("met_persons", "met_homes"), rest_of="families"),
        **dict.fromkeys(("persons", "homes", "met_persons", "met_homes"), _BEHIND),
    }
)
"""Families with a need, and those of them that are in a service which answers it; the gate alone knows the members."""
_PEOPLE = MappingProxyType({"persons": Column("persons"), "families": Column("families")})


def _released(*names: str, unit: str = "") -> dict[str, Column]:
    return dict.fromkeys(names, Column("released", unit=unit))


def _table(population: str, columns: Mapping[str, Column], within: str = "") -> Any:
    return result_table("counts", MappingProxyType(dict(columns)), within=within, population=population)


@dataclass(frozen=True, slots=True)
class PackagesParams(Params):
    """Settings of the room.

    corrective_stays : corrective services stay as they are in a proposal: they are decided by the family's situation.
    propose_workers : internal runs propose a partner for every family with children in child welfare, and write the
        list into the private folder of the study.
    moves_percent : at most so many of a hundred families change their partner, unless the limit asks for more.
    seconds : time for the proposal of partners.
    """

    corrective_stays: bool = True
    propose_workers: bool = False
    moves_percent: float = 5.0
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class PackagesResult(Result):
    """Families of whom a need was recorded in the last twelve months, of needs the study names services for.

    everyone : all of them. segments : by segment (``none``: in no service).
    needs : families with the need; ``met``: of them those in a service that answers it, in the same months.
    segment_needs : the same by segment, of the eight largest needs.
    answered, segment_answered : after the gate: the share of ``met``, in whole per cents, and its 95 % limits.
    packages : after the gate: by segment and service the families in it today and in the proposal, and what they cost
        (``now_eur``, ``proposed_eur``: of the segment; NaN where the cost of a family is not published). ``fixed``: 1
        where the service was not the proposal's to change. ``points``: how much the study's benefit says it helps.
    plans : after the gate, by segment: ``needs`` recorded and the per cents of them answered today and in the proposal
        (``points_off``: by how much rounding may have moved them), the cost of a family today and in the proposal, and
        the least cost when every need is answered that a service of the segment can answer (``full_eur``;
        ``full_percent`` of the needs).
    partner_areas, partner_languages : of an internal run's proposal: families by what becomes of them; ``fitted`` and
        ``fitting``: their partner works in their area (speaks their language) today and in the proposal.
    partner_loads : children by how full their worker is, today and in the proposal.
    partner_plan : one row: children, families, workers, the limit of children, families that change their partner and
        how many were asked for at most, and by how many thousandths at most the proposal falls short of the best one.
    """

    everyone: pd.DataFrame = _table(NEEDED, _PEOPLE)
    segments: pd.DataFrame = _table(
        NEEDED,
        {
            "segment": _SEGMENT,
            "persons": Column("persons", part_of=("everyone.persons",)),
            "families": Column("families", part_of=("everyone.families",)),
        },
        "everyone",
    )
    needs: pd.DataFrame = _table(NEEDED, {"need": _NEED, **_FAMILIES}, "everyone")
    segment_needs: pd.DataFrame = _table(NEEDED, {"segment": _SEGMENT, "need": _NEED, **_FAMILIES}, "segments")
    answered: pd.DataFrame = _table(NEEDED, {"need": _NEED, **_released("percent", "lower", "upper", unit="%")})
    segment_answered: pd.DataFrame = _table(
        NEEDED, {"segment": _SEGMENT, "need": _NEED, **_released("percent", "lower", "upper", unit="%")}
    )
    packages: pd.DataFrame = _table(
        NEEDED,
        {
            "segment": _SEGMENT,
            "service": _SERVICE,
            **_released("now", "proposed"),
            **_released("now_eur", "proposed_eur", unit="EUR"),
            **_released("points", "fixed"),
        },
    )
    plans: pd.DataFrame = _table(
        NEEDED,
        {
            "segment": _SEGMENT,
            **_released("needs"),
            **_released("now_percent", "proposed_percent", "points_off", "full_percent", unit="%"),
            **_released("now_eur", "proposed_eur", "full_eur", unit="EUR"),
        },
    )
    partner_areas: pd.DataFrame = _table(
        PARTNERED, {"area": Column("dimension", codes="areas", adds=True), "fate": _FATE, **_PEOPLE, **{
            name: Column("count", of=("persons", "families")) for name in ("fitted", "fitting")}}
    )  # fmt: skip
    partner_languages: pd.DataFrame = _table(
        PARTNERED, {"language": Column("dimension", codes="languages", adds=True), "fate": _FATE, **_PEOPLE, **{
            name: Column("count", of=("persons", "families")) for name in ("fitted", "fitting")}}
    )  # fmt: skip
    partner_loads: pd.DataFrame = _table(
        PARTNERED,
        {"when": Column("dimension", codes="plan_times"), "fullness": Column("dimension", codes="fullness"), **_PEOPLE},
    )
    partner_plan: pd.DataFrame = _table(
        PARTNERED,
        {
            **_PEOPLE,
            "moves": Column("count", of=("persons", "families")),
            **{
                name: Column("public", of=("families",))
                for name in ("most_moves", "workers", "in_force", "gap_thousandths")
            },
        },
    )
