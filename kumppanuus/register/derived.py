"""What rooms count, derived from the canonical tables: spells, stays, presence, costs, services that meet.

Every row belongs to a family and is derived from the rows of its family alone, or is a sum over the families of a
bucket (`tallies`), so a bucket is derived by itself. The SQL is built here and run by the store, when a room first asks
for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from kumppanuus.register import (
    clocked,
    compared,
    concurrency,
    cost_tallies,
    flows,
    ladder,
    leavings,
    months,
    needs,
    outcomes,
    peak_tallies,
    segments,
    sets,
    shared,
    spells,
    steps,
    tallies,
    workers,
    year_children,
    year_people,
)
from kumppanuus.register.calendar import month_day
from kumppanuus.register.facts import SPELL_FACTS

_LENGTH = {
    "spells": "1", "late": "(entry_day > 0)::INTEGER", "ended": "ended::INTEGER", "persons_ended": "ended",
    "persons_late": "entry_day > 0", "persons_open": "NOT ended",
    "ended_days": "CASE WHEN ended THEN exit_day ELSE 0 END",
    "ended_days_24": f"CASE WHEN ended THEN least(exit_day, {month_day(24)}) ELSE 0 END",
    "persons_long": f"ended AND exit_day >= {month_day(48)}",
}  # fmt: skip
_DATED = (
    "(SELECT presence.*, birth_date, coalesce(birth_date < end_day AND birth_date + INTERVAL 18 YEAR >= end_day, "
    "false) AS child FROM presence LEFT JOIN clients USING (client) JOIN years USING (year))"
)
FAMILY_MEETINGS = """
    WITH both_used AS (
        SELECT family, first, second, count(*)::INTEGER AS n, max(shared_days)::INTEGER AS shared_days
        FROM client_meetings GROUP BY family, first, second
    )
    SELECT pair.*, (a.persons + b.persons - coalesce(n, 0))::INTEGER AS persons,
        both_used.shared_days AS one_client_shared_days
    FROM family_pairs AS pair
    JOIN family_services AS a ON pair.family = a.family AND pair.first = a.service
    JOIN family_services AS b ON pair.family = b.family AND pair.second = b.service
    LEFT JOIN both_used
        ON both_used.family = pair.family AND both_used.first = pair.first AND both_used.second = pair.second"""
"""Two services of a family and how many of its members used either (each counted once). ``one_client_shared_days``:
the most days that one client had both open; NULL when nobody used both."""
TURN_YEARS = """
    SELECT family, client, is_end, month // 100 AS year,
        bit_or(1::BIGINT << (12 * enum_code(level) + month % 100 - 1)) AS months
    FROM turns GROUP BY ALL"""
"""In which months of which years, and on which levels, a client starts or ends anything: as bits, twelve a level, the
levels in the order of their names. A distinct count for every month and level would go through all rows each time."""
TURN_KINDS = f"""
    SELECT * FROM ({spells.by_family("turns", "is_end, kind")}) JOIN (
        SELECT family, is_end, kind, count(*)::INTEGER AS events
        FROM (SELECT DISTINCT family, is_end, kind, day FROM turns) GROUP BY ALL
    ) USING (family, is_end, kind)"""
"""On how many days of a kind anybody of a family starts or ends anything (``events``), and how many of them do."""

DERIVED = (
    "spells", "stays", "presence", "expenses", "family_services", "family_levels",
    "family_service_years", "family_level_years", "family_years",
    "family_service_costs", "family_level_costs", "family_production_costs", "family_year_costs",
    "family_stays", "client_stays", "client_meetings", "family_pairs", "family_meetings", "families",
    "turns", "client_turn_years", "family_turn_years", "family_turns", "family_turn_kinds", "family_start_quarters",
    "spell_facts", "client_sets", "family_sets", "client_level_stays", "family_level_stays", "client_masks",
    "family_masks", "sampled_families", "client_peaks", "family_peaks", "family_year_peaks",
    "family_costs", "newcomers", *peak_tallies.PEAK_TALLIES, *steps.TABLES, *months.DERIVATIONS, *tallies.TALLIES,
    *leavings.TABLES, *compared.TABLES,
    *outcomes.TABLES, *flows.TALLIES, *year_people.TALLIES, *year_children.TALLIES, *ladder.TABLES,
    *needs.TABLES, *shared.TABLES, *clocked.TABLES,
    *cost_tallies.TABLES, *workers.TABLES, *segments.TABLES,
)  # fmt: skip
"""Derived tables; each needs canonical ones and earlier ones only."""


@cache
def derivations(tolerance_days: int, services: int = 0) -> dict[str, str]:
    """Return the SQL of every derived table, in an order in which they can be made.

    Parameters
    ----------
    tolerance_days : gap that still joins two relationships. services : number of services of the study.
    """
    by_family = spells.by_family
    made = {
        "spells": spells.spells("relationships", tolerance_days),
        "stays": spells.stays("relationships"),
        "presence": spells.presence("stays"),
        "expenses": spells.expenses(),
        "family_services": by_family("spells", "service, level", **_LENGTH),
        "family_levels": by_family("spells", "level", **_LENGTH),
        "family_service_years": by_family("presence", "service, level, year"),
        "family_level_years": by_family("presence", "level, year"),
        "family_years": by_family(_DATED, "year", persons_dated="birth_date IS NOT NULL", persons_child="child"),
        "family_service_costs": by_family("expenses", "service, level, basis, year", cents="cents"),
        "family_level_costs": by_family("expenses", "level, year", cents="cents"),
        "family_production_costs": by_family("expenses", "production, year", cents="cents"),
        "family_year_costs": by_family("expenses", "year", cents="cents"),
        "family_stays": spells.family_stays("stays"),
        "client_stays": spells.client_stays("stays"),
        "client_meetings": spells.meetings("client_stays", "client", "client, family"),
        "family_pairs": spells.meetings("family_stays", "family", "family"),
        "family_meetings": FAMILY_MEETINGS,
        "families": spells.families("family_services", "family_stays", "stays"),
        "turns": turns("relationships"),
        "client_turn_years": TURN_YEARS,
        "family_turn_years": """
            SELECT family, is_end, year, bit_or(months) AS months FROM client_turn_years GROUP BY ALL""",
        "family_turns": by_family("turns", "is_end", relationships="1"),
        "family_turn_kinds": TURN_KINDS,
        "family_start_quarters": by_family(
            "(FROM turns WHERE NOT is_end)", "service, level, quarter", relationships="1"
        ),
        "spell_facts": SPELL_FACTS,
        "client_sets": sets.sets("client_stays", "client, family", services),
        "family_sets": sets.sets("family_stays", "family", services),
        "client_level_stays": sets.level_stays("client, family"),
        "family_level_stays": sets.level_stays("family"),
        "client_masks": sets.client_masks(),
        "family_masks": sets.FAMILY_MASKS,
        "sampled_families": sets.sampled_families(),
        "client_peaks": concurrency.client_peaks(),
        "family_peaks": concurrency.family_peaks(),
        "family_year_peaks": concurrency.family_year_peaks(),
        "family_costs": concurrency.FAMILY_COSTS,
        **peak_tallies.derivations(),
        **steps.derivations(tolerance_days),
        **months.DERIVATIONS,
        **tallies.derivations(),
        **leavings.derivations(),
        **compared.derivations(),
        **outcomes.derivations(),
        **ladder.derivations(),
        **cost_tallies.derivations(),
        **needs.derivations(),
        **shared.derivations(),
        **clocked.derivations(),
        **workers.derivations(),
        **segments.derivations(),
        "period_flows": flows.period_flows(),
        "start_months": flows.start_months(),
        "year_people": year_people.year_people(),
        "year_children": year_children.year_children(),
    }
    return {name: made[name] for name in DERIVED}


def turns(relationships: str) -> str:
    """Return SQL with one row a start or an end (the last day) of a relationship inside the window.

    ``month`` and ``quarter`` are numbers such as 202103 and 20211. ``kind`` is 0 and 1 on the first and the last day
    of a month, 2 and 3 on those of a year, 4 on other days.
    """
    calendar = """
        SELECT day, (year(day) * 100 + month(day))::INTEGER AS month,
            (year(day) * 10 + quarter(day))::INTEGER AS quarter,
            CASE WHEN month(day) = 1 AND day(day) = 1 THEN 2 WHEN month(day) = 12 AND day(day) = 31 THEN 3
                WHEN day(day) = 1 THEN 0 WHEN day = last_day(day) THEN 1 ELSE 4 END::UTINYINT AS kind
        FROM (SELECT unnest(generate_series(first_day, end_day - 1, INTERVAL 1 DAY))::DATE AS day FROM period)"""
    return f"""
        SELECT client, family, service, level, is_end, calendar.* FROM (
            SELECT client, family, service, level, false AS is_end, start AS day FROM {relationships}
            UNION ALL SELECT client, family, service, level, true, "end" - 1 FROM {relationships}
        ) JOIN ({calendar}) AS calendar USING (day)"""


def named(sql: str, known: Iterable[str]) -> set[str]:
    """Return which of the known relations a statement names outside comments; a column of the same name counts too."""
    return set(re.findall(r"\w+", re.sub(r"--.*", "", sql))) & set(known)


def needed(wanted: Iterable[str], have: Iterable[str], made: Mapping[str, str]) -> dict[str, str]:
    """Return what must be made, in order, so that the wanted tables exist.

    Parameters
    ----------
    wanted : names of tables; those that are not derived are left out.
    have : derived tables that exist already.
    made : `derivations`.
    """
    asked, existing = set(wanted) - set(have), set(have)
    for name in reversed([*made]):
        if name in asked:
            asked |= named(made[name], made) - existing
    return {name: sql for name, sql in made.items() if name in asked}
