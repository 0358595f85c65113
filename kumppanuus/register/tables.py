"""The canonical tables: what an organiser can give, column by column.

This is schema, contract and documentation at once: intake maps extracts to these columns, the store writes them,
an analysis names the ones it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kumppanuus.register.codes import (
    BOOKS,
    CONTACT_KINDS,
    CONTACT_OUTCOMES,
    GENDERS,
    LANGUAGES,
    LEVELS,
    OUTCOMES,
    PHASES,
    PRODUCTIONS,
    RESPONDENT_GROUPS,
    SECTORS,
    SEXES,
    STAGES,
    UNITS,
    YES_NO,
)

Kind = Literal["id", "identity_code", "date", "code", "label", "money", "integer", "decimal"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One canonical column.

    kind : how its text is converted; ``id`` becomes a keyed pseudonym, ``identity_code`` gives birth date and sex
        and is then dropped, ``money`` becomes whole cents, ``label`` is a name of the organiser's own catalogue.
    required : a row without it is quarantined.
    identifies : its raw values may point to a person; they never leave intake.
    unit : of numbers (``EUR``, ``visits``, ``persons``, ``years``), empty otherwise.
    codes : the closed list of a code column, or the name of the study's own catalogue (``services``, ``areas``,
        ``needs``, ``questionnaires``, ``questions``); None for codes that only the source's own value map names.
    domain : of ids: whose number it is, a name of `DOMAINS`; empty for clients, whose domain the source names.
    """

    kind: Kind
    meaning: str
    required: bool = False
    identifies: bool = False
    unit: str = ""
    codes: tuple[str, ...] | Literal["services", "areas", "needs", "questionnaires", "questions"] | None = None
    domain: str = ""

    @property
    def stored_type(self) -> str:
        """The type it has in the register, as SQL names it."""
        return _STORED[self.kind]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One canonical table: its columns, the key of one row, and whether its rows belong to a family.

    key : empty when equal rows may both be true (two visits on a day).
    ties : the table ties people together; it is used up when persons and families are formed.
    """

    name: str
    columns: Mapping[str, ColumnSpec]
    key: tuple[str, ...]
    of_family: bool = True
    ties: bool = False

    @property
    def stored(self) -> Mapping[str, str]:
        """Name in the register -> SQL type; an identity code leaves birth date and sex only, money is in cents."""
        return {
            stored_name(name): spec.stored_type for name, spec in self.columns.items() if spec.kind != "identity_code"
        }


DOMAINS = ("family", "person", "worker", "respondent")
"""Domains of pseudonyms that are not clients': no source may name its clients' numbers so."""
_STORED: Mapping[Kind, str] = MappingProxyType(
    {
        "id": "UBIGINT", "identity_code": "VARCHAR", "date": "DATE", "code": "VARCHAR", "label": "VARCHAR",
        "money": "BIGINT", "integer": "BIGINT", "decimal": "DOUBLE",
    }
)  # fmt: skip


def stored_name(column: str) -> str:
    """Return the name of a canonical column in the register: euros become cents."""
    return column.removesuffix("_eur") + "_cents" if column.endswith("_eur") else column


def _table(
    name: str, key: tuple[str, ...], *, of_family: bool = True, ties: bool = False, **columns: ColumnSpec
) -> TableSpec:
    return TableSpec(name, MappingProxyType(columns), key, of_family, ties)


def _code(meaning: str, codes: tuple[str, ...] | None = None, *, required: bool = False) -> ColumnSpec:
    return ColumnSpec("code", meaning, required=required, codes=codes)


def _day(meaning: str, *, required: bool = False) -> ColumnSpec:
    return ColumnSpec("date", meaning, required=required)


_client = ColumnSpec("id", "number of the client", required=True, identifies=True)
_known_client = ColumnSpec("id", "number of the client, when there is one", identifies=True)
_identity = ColumnSpec("identity_code", "Finnish personal identity code", identifies=True)
_service = ColumnSpec("code", "service of the study's catalogue", required=True, codes="services")
_any_service = ColumnSpec("code", "service of the study's catalogue, when there is one", codes="services")
_area = ColumnSpec("code", "area of the study", codes="areas")
_production = _code("who provides", PRODUCTIONS)
_worker = ColumnSpec("id", "number of the responsible worker", identifies=True, domain="worker")
_recorded = _day("day on which the row was recorded in the system")
_year = ColumnSpec("integer", "calendar year; population on its last day", required=True, unit="years")

TABLES: Mapping[str, TableSpec] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "services",
                ("service",),
                of_family=False,
                service=ColumnSpec("label", "name of the service as the extracts have it", required=True),
                code=ColumnSpec("label", "short code of the service"),
                name_sv=ColumnSpec("label", "name in Swedish"),
                name_en=ColumnSpec("label", "name in English"),
                level=_code("level of the service", LEVELS, required=True),
                sector=_code("sector of the service", SECTORS),
                production=_production,
                unit=_code("unit of the cost", UNITS),
                unit_cost_eur=ColumnSpec("money", "cost of a unit", unit="EUR"),
            ),
            _table(
                "identities",
                (),
                ties=True,
                client=ColumnSpec("id", "number of a client", identifies=True),
                identity_code=_identity,
                other=ColumnSpec("id", "another number of the same person", identifies=True),
                other_identity_code=ColumnSpec(
                    "identity_code", "another identity code of the same person", identifies=True
                ),
            ),
            _table(
                "clients",
                ("client",),
                client=_client,
                identity_code=_identity,
                family=ColumnSpec("id", "number of the family", identifies=True, domain="family"),
                birth_date=ColumnSpec("date", "date of birth", identifies=True),
                sex=_code("sex", SEXES),
                language=_code("mother tongue or language of service", LANGUAGES),
                area=_area,
            ),
            _table(
                "family_links",
                ("client", "guardian"),
                ties=True,
                client=_client,
                guardian=ColumnSpec("id", "number of a guardian of the client", required=True, identifies=True),
            ),
            _table(
                "relationships",
                ("client", "service", "start"),
                client=_client,
                service=_service,
                start=_day("first day of the client relationship", required=True),
                end=_day("end; empty = open; stored as the first day after"),
                end_reason=_code("why it ended"),
                production=_production,
                area=_area,
                worker=_worker,
                recorded=_recorded,
            ),
            _table(
                "contacts",
                (),
                client=_known_client,
                date=_day("day on which the contact was received", required=True),
                kind=_code("what kind of contact", CONTACT_KINDS),
                sender=_code("who made the contact"),
                service=_any_service,
                decided=_day("day of the start decision"),
                assessed=_day("day on which the service-needs assessment was finished"),
                outcome=_code("what the contact led to", CONTACT_OUTCOMES),
                area=_area,
                recorded=_recorded,
            ),
            _table(
                "visits",
                (),
                client=_client,
                service=_service,
                date=_day("day of the visit", required=True),
                visits=ColumnSpec("integer", "number of visits on the row", unit="visits"),
                worker=_worker,
                recorded=_recorded,
            ),
            _table(
                "costs",
                (),
                client=_known_client,
                service=_service,
                date=_day("day or first day of the month of the cost", required=True),
                cost_eur=ColumnSpec("money", "cost", required=True, unit="EUR"),
                production=_production,
                book=_code("rows of invoices, or of the ledger the invoices should add up to", BOOKS),
            ),
            _table(
                "capacity",
                (),
                of_family=False,
                service=_service,
                date=_day("first day from which the capacity is there", required=True),
                area=_area,
                production=_production,
                places=ColumnSpec("decimal", "places or slots", unit="places"),
                fte=ColumnSpec("decimal", "person-years of staff", unit="FTE"),
                budget_eur=ColumnSpec("money", "budget of the year", unit="EUR"),
            ),
            _table(
                "workers",
                (),
                of_family=False,
                worker=ColumnSpec("id", "number of the worker", required=True, identifies=True, domain="worker"),
                service=ColumnSpec("code", "service that she works in, when it is one", codes="services"),
                area=ColumnSpec("code", "area that she works in; empty = all", codes="areas"),
                language=_code("language that she works in; a row for each", LANGUAGES),
                fte=ColumnSpec("decimal", "person-years she works with families", unit="FTE"),
            ),
            _table(
                "answers",
                ("client", "date", "instrument", "phase", "respondent", "question"),
                client=_client,
                date=_day("day of the answer", required=True),
                instrument=_code("questionnaire"),
                phase=_code("when in the service it was asked", PHASES),
                respondent=_code("who answered"),
                question=_code("question", required=True),
                answer=ColumnSpec("decimal", "answer on the scale of the question", required=True),
            ),
            _table(
                "survey",
                ("respondent", "instrument", "question"),
                of_family=False,
                respondent=ColumnSpec(
                    "id", "number of who answered", required=True, identifies=True, domain="respondent"
                ),
                date=_day("day of the answer"),
                instrument=ColumnSpec("code", "questionnaire of the study", codes="questionnaires"),
                respondent_group=_code("whom the respondent speaks for", RESPONDENT_GROUPS, required=True),
                area=_area,
                question=ColumnSpec("code", "question of the questionnaire", required=True, codes="questions"),
                answer=ColumnSpec("decimal", "answer on the scale of the questionnaire", required=True),
            ),
            _table(
                "needs",
                (),
                client=_client,
                date=_day("day on which the need was recorded", required=True),
                need=ColumnSpec("code", "need or reason", required=True, codes="needs"),
                stage=_code("where it was recorded", STAGES),
                area=_area,
            ),
            _table(
                "goals",
                (),
                client=_client,
                date=_day("day on which the goal was set", required=True),
                service=_any_service,
                need=ColumnSpec("code", "need that the goal answers", codes="needs"),
                with_family=_code("whether it was set together with the family", YES_NO),
                assessed=_day("day on which it was assessed"),
                outcome=_code("whether it was met", OUTCOMES),
            ),
            _table(
                "population",
                ("area", "year", "age_from", "age_to", "sex"),
                of_family=False,
                area=_area,
                year=_year,
                age_from=ColumnSpec("integer", "youngest age of the group", required=True, unit="years"),
                age_to=ColumnSpec("integer", "oldest age of the group", required=True, unit="years"),
                sex=_code("sex", SEXES),
                persons=ColumnSpec("integer", "inhabitants of the group", required=True, unit="persons"),
            ),
            _table(
                "indicators",
                ("indicator", "region", "year", "gender"),
                of_family=False,
                indicator=ColumnSpec("label", "number of the indicator in Sotkanet", required=True),
                region=ColumnSpec("label", "number or code of the region in Sotkanet", required=True),
                year=ColumnSpec("integer", "year of the value", required=True, unit="years"),
                gender=_code("whom the value concerns", GENDERS),
                value=ColumnSpec("decimal", "the rate or percentage (primary value)"),
                absolute=ColumnSpec("decimal", "the count behind it (absolute value)"),
            ),
            _table(
                "regions",
                ("region",),
                of_family=False,
                region=ColumnSpec("label", "number of the region in Sotkanet", required=True),
                category=ColumnSpec("label", "kind of region: KUNTA, HYVINVOINTIALUE, MAA, …", required=True),
                name_fi=ColumnSpec("label", "name in Finnish", required=True),
                name_sv=ColumnSpec("label", "name in Swedish"),
                name_en=ColumnSpec("label", "name in English"),
                member_of=ColumnSpec("label", "numbers of the regions it belongs to, with spaces between"),
            ),
            _table(
                "indicator_facts",
                ("indicator",),
                of_family=False,
                indicator=ColumnSpec("label", "number of the indicator in Sotkanet", required=True),
                title_fi=ColumnSpec("label", "title in Finnish", required=True),
                title_sv=ColumnSpec("label", "title in Swedish"),
                title_en=ColumnSpec("label", "title in English"),
                definition_fi=ColumnSpec("label", "what it measures, in Finnish"),
                definition_sv=ColumnSpec("label", "what it measures, in Swedish"),
                definition_en=ColumnSpec("label", "what it measures, in English"),
                source_fi=ColumnSpec("label", "who gathers the data, in Finnish"),
                source_sv=ColumnSpec("label", "who gathers the data, in Swedish"),
                source_en=ColumnSpec("label", "who gathers the data, in English"),
                decimals=ColumnSpec("integer", "decimals of its values", unit="decimals"),
                updated=ColumnSpec("label", "day on which the source last renewed it"),
            ),
        )
    }
)
"""In the order in which they are read: what later tables need comes first."""
