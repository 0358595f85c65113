"""The canonical tables: what an organiser can give, column by column.

This is schema, contract and documentation at once: intake maps extracts to these columns, the store writes them,
an analysis names the ones it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["id", "identity_code", "date", "code", "number", "integer"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One canonical column.

    kind : how its text is converted; ``id`` becomes a keyed pseudonym, ``identity_code`` gives birth date and sex
        and is then dropped.
    required : a row without it is quarantined.
    identifies : its raw values may point to a person; they never leave intake.
    unit : of numbers (``EUR``, ``visits``, ``persons``, ``years``), empty otherwise.
    codes : the closed list of a code column, or the name of the study's own catalogue (``services``, ``areas``).
    """

    kind: Kind
    meaning: str
    required: bool = False
    identifies: bool = False
    unit: str = ""
    codes: tuple[str, ...] | Literal["services", "areas"] | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One canonical table: its columns, the key of one row, and whether its rows belong to a family."""

    name: str
    columns: Mapping[str, ColumnSpec]
    key: tuple[str, ...]
    of_family: bool = True


PRODUCTION_CODES = ("own", "purchased", "voucher", "family")


def _table(name: str, key: tuple[str, ...], *, of_family: bool = True, **columns: ColumnSpec) -> TableSpec:
    return TableSpec(name, MappingProxyType(columns), key, of_family)


_client = ColumnSpec("id", "number of the client", required=True, identifies=True)
_service = ColumnSpec("code", "service of the study's catalogue", required=True, codes="services")
_area = ColumnSpec("code", "area of the study", codes="areas")
_production = ColumnSpec("code", "who provides", codes=PRODUCTION_CODES)

TABLES: Mapping[str, TableSpec] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "clients",
                ("client",),
                client=_client,
                identity_code=ColumnSpec("identity_code", "Finnish personal identity code", identifies=True),
                birth_date=ColumnSpec("date", "date of birth", identifies=True),
                sex=ColumnSpec("code", "sex", codes=("female", "male", "other")),
                family=ColumnSpec("id", "number of the family", identifies=True),
                area=_area,
            ),
            _table(
                "relationships",
                ("client", "service", "start"),
                client=_client,
                service=_service,
                start=ColumnSpec("date", "first day of the client relationship", required=True),
                end=ColumnSpec("date", "end; empty = open; stored as the first day after"),
                end_reason=ColumnSpec("code", "why it ended"),
                production=_production,
                area=_area,
            ),
            _table(
                "visits",
                (),
                client=_client,
                service=_service,
                date=ColumnSpec("date", "day of the visit", required=True),
                visits=ColumnSpec("integer", "number of visits on the row", unit="visits"),
            ),
            _table(
                "costs",
                (),
                client=ColumnSpec("id", "number of the client, when the invoice has one", identifies=True),
                service=_service,
                date=ColumnSpec("date", "day or first day of the month of the cost", required=True),
                cost_eur=ColumnSpec("number", "cost", required=True, unit="EUR"),
                production=_production,
            ),
            _table(
                "population",
                ("area", "year", "age_from", "age_to"),
                of_family=False,
                area=_area,
                year=ColumnSpec("integer", "calendar year; population on its last day", required=True, unit="years"),
                age_from=ColumnSpec("integer", "youngest age of the group", required=True, unit="years"),
                age_to=ColumnSpec("integer", "oldest age of the group", required=True, unit="years"),
                persons=ColumnSpec("integer", "inhabitants of the group", required=True, unit="persons"),
            ),
        )
    }
)
