"""What rooms count, derived from the canonical tables: spells, stays, presence, costs, services that meet.

Every row belongs to a family and is derived from the rows of its family alone, so a bucket is derived by itself. The
SQL is built here and run by the store, when a room first asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kumppanuus.register import spells
from kumppanuus.register.calendar import month_day

_LENGTH = {
    "spells": "1", "late": "(entry_day > 0)::INTEGER", "ended": "ended::INTEGER", "persons_ended": "ended",
    "ended_days": "CASE WHEN ended THEN exit_day ELSE 0 END",
    "ended_days_24": f"CASE WHEN ended THEN least(exit_day, {month_day(24)}) ELSE 0 END",
}  # fmt: skip
_DATED = (
    "(SELECT presence.*, birth_date, coalesce(birth_date < end_day AND birth_date + INTERVAL 18 YEAR >= end_day, "
    "false) AS child FROM presence LEFT JOIN clients USING (client) JOIN years USING (year))"
)
FAMILY_MEETINGS = """
    WITH both_used AS (
        SELECT family, first, second, count(*)::INTEGER AS n FROM client_meetings GROUP BY family, first, second
    )
    SELECT pair.*, (a.persons + b.persons - coalesce(n, 0))::INTEGER AS persons
    FROM family_pairs AS pair
    JOIN family_services AS a ON pair.family = a.family AND pair.first = a.service
    JOIN family_services AS b ON pair.family = b.family AND pair.second = b.service
    LEFT JOIN both_used
        ON both_used.family = pair.family AND both_used.first = pair.first AND both_used.second = pair.second"""
"""Two services of a family and how many of its members used either (each counted once)."""

DERIVED = (
    "spells", "stays", "presence", "expenses", "family_services", "family_levels",
    "family_service_years", "family_level_years", "family_years",
    "family_service_costs", "family_level_costs", "family_production_costs", "family_year_costs",
    "family_stays", "client_stays", "client_meetings", "family_pairs", "family_meetings", "families",
)  # fmt: skip
"""Derived tables; each needs canonical ones and earlier ones only."""


def derivations(tolerance_days: int) -> dict[str, str]:
    """Return the SQL of every derived table, in an order in which they can be made; the last ones a row a family."""
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
    }
    return {name: made[name] for name in DERIVED}


def named(sql: str, known: Iterable[str]) -> set[str]:
    """Return which of the known relations a statement names; a column of the same name counts too."""
    return set(re.findall(r"\w+", sql)) & set(known)


def needed(wanted: Iterable[str], have: Iterable[str], made: Mapping[str, str]) -> dict[str, str]:
    """Return what must be made, in order, so that the wanted tables exist.

    Parameters
    ----------
    wanted : names of tables; those that are not derived are left out.
    have : derived tables that exist already.
    made : `derivations`.
    """
    needs, existing = set(wanted) - set(have), set(have)
    for name in reversed([*made]):
        if name in needs:
            needs |= named(made[name], made) - existing
    return {name: sql for name, sql in made.items() if name in needs}
