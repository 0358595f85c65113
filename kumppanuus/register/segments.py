"""Families grouped by the study's rules of need, and what is counted of the groups. SQL, run by the store.

A family belongs to the first segment whose rule holds of it in the last twelve months of the window; one in services
whom no rule holds of is ``other``. Services that the catalogue does not know are none of several. The rules are data
(`rule_rows`, `code_rows`), the SQL is the same for every study.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kumppanuus.register import spells
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.study_parts import Words
from kumppanuus.study_resources import Segment

if TYPE_CHECKING:
    from kumppanuus.study_resources import Resources

OTHER = "other"
NOT_A_CLIENT = "none"
"""What a family was, or is, in twelve months in which nobody of it was in a service."""
SEVERAL = 2
"""So many services are several, in the rules that hold where a study gives none."""


def _default(code: str, *levels: str, services_at_least: int = 0) -> Segment:
    return Segment.model_validate(
        {"code": code, "name": Words(fi=code), "levels": levels, "services_at_least": services_at_least}
    )


DEFAULT_SEGMENTS: tuple[Segment, ...] = (
    _default("corrective_several", "corrective", services_at_least=SEVERAL),
    _default("corrective", "corrective"),
    _default("special_several", "special", services_at_least=SEVERAL),
    _default("special", "special"),
    _default("several", "universal", "early", services_at_least=SEVERAL),
    _default("one", "universal", "early"),
)
"""Where a study gives no segments: the highest level of a family's services, and whether they are several. Their names
are in ``language/codes.toml``."""
TALLIES = ("segment_sums", "segment_moves", "segment_costs")
"""Tables that hold sums over the families of a bucket."""
TABLES = ("segment_spans", "family_segments", *TALLIES)
SPANS = """
    SELECT 0 AS span, (end_day - INTERVAL 12 MONTH)::DATE AS first_day, end_day FROM period
    UNION ALL
    SELECT 1, (end_day - INTERVAL 24 MONTH)::DATE, (end_day - INTERVAL 12 MONTH)::DATE FROM period
    WHERE end_day - INTERVAL 24 MONTH >= first_day"""
"""The last twelve months of the window (0) and, when it was observed whole, the year before them (1)."""


def segments_of(resources: Resources | None) -> tuple[Segment, ...]:
    """Return the segments of a study in their order, the default ones when it gives none; ``other`` is not among them.

    Their names: ``say.label("segments", code)``.
    """
    return resources.segments if resources is not None and resources.segments else DEFAULT_SEGMENTS


def rule_rows(segments: Sequence[Segment]) -> list[tuple[object, ...]]:
    """Return a row of ``segment_rules`` for each segment; ``kinds``: of how many kinds it names codes."""
    return [
        (
            each.code, place, each.needs_at_least, each.services_at_least, each.members_at_least, each.youngest_under,
            sum(map(bool, (each.needs, each.services, each.levels))),
        )
        for place, each in enumerate(segments)
    ]  # fmt: skip


def code_rows(segments: Sequence[Segment]) -> list[tuple[str, str, str]]:
    """Return a row of ``segment_codes`` (segment, kind, code) for each need, service and level that a rule names."""
    return [
        (each.code, kind, code)
        for each in segments
        for kind, codes in (("need", each.needs), ("service", each.services), ("level", each.levels))
        for code in codes
    ]


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`; `SPANS` says which twelve months 0 and 1 are.

    - ``segment_spans``: one row a family and twelve months in which anybody of it was in a service: ``span``,
      ``family``, ``segment``, ``persons`` (members in services) and ``children`` (of them those known to be under 18 on
      the last day).
    - ``family_segments(family, segment, persons, children)``: of the last twelve months.
    - ``segment_sums(breakdown, code, segment, n_persons, n_families, n_children)``: of all (``everyone``, code ``''``),
      by ``service`` (members in it) and by ``area`` (of the family: where most of its members in services live).
    - ``segment_moves(earlier, segment, n_persons, n_families)``: families in services in either of the two years;
      persons are members in services in the later one, in the earlier one of those that left. No rows when the year
      before was not observed whole.
    - ``segment_costs(segment, n_persons, n_families, cents, squared)``: what the services of the families cost in the
      last twelve months, counted as ``expenses`` are, ``none``: of families in no service; ``squared``: sum over
      families of their squared whole euros.
    """
    return {
        "segment_spans": _spans(),
        "family_segments": "SELECT family, segment, persons, children FROM segment_spans WHERE span = 0",
        "segment_sums": _SUMS,
        "segment_moves": _MOVES,
        "segment_costs": _costs(),
    }


def _spans() -> str:
    return f"""
        WITH spans AS ({SPANS}), uses AS MATERIALIZED (
            SELECT DISTINCT span, client, family, service, level, spans.end_day
            FROM stays JOIN spans ON seen_from < spans.end_day AND seen_to > spans.first_day
        ), people AS (
            SELECT DISTINCT span, client, family, coalesce(birth_date < end_day
                AND birth_date + INTERVAL 18 YEAR >= end_day, false) AS child
            FROM uses LEFT JOIN (SELECT client, birth_date FROM clients) USING (client)
        ), homes AS (
            SELECT span, family, count(*)::INTEGER AS persons, (count(*) FILTER (child))::INTEGER AS children
            FROM people GROUP BY span, family
        ), used AS (
            SELECT span, family, count(DISTINCT service) FILTER (service <> '{UNKNOWN}') AS n_services
            FROM uses GROUP BY span, family
        ),
        recorded AS (
            SELECT span, family, coalesce(need_codes.need, 'unknown') AS need
            FROM needs JOIN spans ON date >= first_day AND date < end_day LEFT JOIN need_codes USING (need)
        ), needed AS (SELECT span, family, count(DISTINCT need) AS n_needs FROM recorded GROUP BY span, family),
        born AS (
            SELECT span, family, max(birth_date) AS youngest FROM clients JOIN spans ON birth_date < end_day
            GROUP BY span, family
        ), named AS (
            SELECT span, family, segment, count(DISTINCT kind) AS n_kinds FROM (
                SELECT span, family, 'service' AS kind, service::VARCHAR AS code FROM uses
                UNION ALL SELECT span, family, 'level', level::VARCHAR FROM uses
                UNION ALL SELECT span, family, 'need', need FROM recorded
            ) JOIN segment_codes USING (kind, code) GROUP BY span, family, segment
        ), held AS (
            SELECT span, family, min_by(segment, place) AS segment
            FROM homes JOIN used USING (span, family) JOIN spans USING (span) CROSS JOIN segment_rules
                LEFT JOIN needed USING (span, family) LEFT JOIN born USING (span, family)
                LEFT JOIN named USING (span, family, segment)
            WHERE n_services >= services_at_least AND persons >= members_at_least
                AND coalesce(n_needs, 0) >= needs_at_least AND coalesce(n_kinds, 0) = kinds
                AND (youngest_under IS NULL OR youngest + to_years(youngest_under) >= end_day)
            GROUP BY span, family
        )
        SELECT span, family, coalesce(segment, '{OTHER}') AS segment, persons, children
        FROM homes LEFT JOIN held USING (span, family)"""


_SUMS = f"""
    WITH spans AS ({SPANS}), uses AS (
        SELECT DISTINCT family, client, service
        FROM stays JOIN spans ON span = 0 AND seen_from < spans.end_day AND seen_to > spans.first_day
    ), placed AS (
        SELECT client, max_by(area, (start, area)) AS area
        FROM spell_facts SEMI JOIN (SELECT client FROM clients WHERE area IS NULL) USING (client)
        WHERE area <> 'unknown' GROUP BY client
    ), lived AS (
        SELECT people.family, coalesce(clients.area, placed.area, 'unknown') AS area, count(*) AS n
        FROM (SELECT DISTINCT family, client FROM uses) AS people
            LEFT JOIN clients USING (client) LEFT JOIN placed USING (client)
        GROUP BY ALL
    ), homes AS (
        SELECT family, max_by(area, (area <> 'unknown', n, area)) AS area FROM lived GROUP BY family
    )
    SELECT 'everyone' AS breakdown, '' AS code, segment, sum(persons)::BIGINT AS n_persons, count(*) AS n_families,
        sum(children)::BIGINT AS n_children
    FROM family_segments GROUP BY segment
    UNION ALL
    SELECT 'area', area, segment, sum(persons)::BIGINT, count(*), sum(children)::BIGINT
    FROM family_segments JOIN homes USING (family) GROUP BY area, segment
    UNION ALL
    SELECT 'service', service::VARCHAR, segment, count(*), count(DISTINCT family), 0
    FROM uses JOIN family_segments USING (family) GROUP BY service, segment"""

_MOVES = f"""
    SELECT coalesce(before.segment, '{NOT_A_CLIENT}') AS earlier, coalesce(now.segment, '{NOT_A_CLIENT}') AS segment,
        sum(coalesce(now.persons, before.persons))::BIGINT AS n_persons, count(*) AS n_families
    FROM (FROM segment_spans WHERE span = 0) AS now
        FULL JOIN (FROM segment_spans WHERE span = 1) AS before ON now.family = before.family
    WHERE EXISTS (FROM ({SPANS}) WHERE span = 1) GROUP BY ALL"""


def _costs() -> str:
    """Return SQL of costs by segment: the statements of the study years, with the twelve months in their place."""
    return f"""
        WITH years AS (SELECT 0 AS year, first_day, end_day FROM ({SPANS}) WHERE span = 0),
        presence AS ({spells.presence("stays")}), spent AS ({spells.expenses()}), homes AS (
            SELECT coalesce(segment, '{NOT_A_CLIENT}') AS segment, family, count(DISTINCT client) AS persons,
                sum(cents)::BIGINT AS cents
            FROM spent LEFT JOIN family_segments USING (family) WHERE family IS NOT NULL GROUP BY ALL
        )
        SELECT segment, sum(persons)::BIGINT AS n_persons, count(*) AS n_families, sum(cents)::BIGINT AS cents,
            sum((cents // 100) * (cents // 100))::BIGINT AS squared
        FROM homes GROUP BY segment"""
