"""Month by month after the first contact: the highest open level of each client or family. SQL, run by the store.

Followed are those who first come into a service after a wash-out at the beginning of the window, in which nothing of
theirs was open, and who can be followed for as long as all others. So every path begins with a beginning and none is
cut short: there is nothing to guess about months that nobody has seen. Who was in a service before (``known``) and
who came too late to be followed (``late``) is counted, not followed.

The paths are those of `sampled_families`: of everybody in a small register, of a random sample in a large one.
"""

from __future__ import annotations

from kumppanuus.register.calendar import MONTH_DAYS, month_day
from kumppanuus.register.spells import FAMILY_GROUPS

LONG_WINDOW = month_day(48)
"""Days of a window from which on the longer wash-out and follow-up are used."""
LONG, SHORT = (12, 24), (6, 12)
"""Months of wash-out and of follow-up, in a window of four years or more, and in a shorter one."""
FATES = ("followed", "known", "late")
LETTERS = {"corrective": "c", "special": "s", "early": "e", "universal": "u", "unknown": "x"}
"""Letter of each level in a path, the highest first."""
NOTHING = "-"
"""Letter of a month without a service."""


def wash_out_and_follow_up(window_days: int) -> tuple[int, int]:
    """Return the months of wash-out and of follow-up in a window."""
    return LONG if window_days >= LONG_WINDOW else SHORT


def paths(who: str) -> str:
    """Return SQL with one row a client or family that was in a service inside the window.

    Parameters
    ----------
    who : ``client, family`` or ``family``.

    Returns
    -------
    `who`, ``family_group``, ``fate``, ``first_day`` (of the first service), ``until`` (first day after the follow-up)
    and ``path``: a letter a month since the first day, of the highest level open on any day of it; NULL of those who
    are not followed and of families outside the sample.
    """
    stays = f"{who.split(',')[0]}_level_stays"
    word = {level: f"bit_or(months) FILTER (level = '{level}') AS is_{letter}" for level, letter in LETTERS.items()}
    cases = " ".join(f"WHEN is_{letter} >> place & 1 = 1 THEN '{letter}'" for letter in LETTERS.values())
    return f"""
        WITH lengths AS (
            SELECT first_day + wash_out AS since, end_day, follow_days, months FROM (
                SELECT *, {_by_window(0, "day")} AS wash_out, {_by_window(1, "day")} AS follow_days,
                    {_by_window(1, "month")} AS months FROM period
            )
        ), seen AS (
            SELECT {who}, first_day, first_day + follow_days AS until, months,
                CASE WHEN first_day < since THEN 'known' WHEN first_day + follow_days > end_day THEN 'late'
                    ELSE 'followed' END AS fate
            FROM (SELECT {who}, min(seen_from) AS first_day FROM {stays} GROUP BY {who}), lengths
        ), drawn AS (SELECT * FROM seen WHERE fate = 'followed' AND family IN (FROM sampled_families)
        ), inside AS (
            SELECT {who}, level, months AS n, {_month("seen_from - first_day")} AS first,
                {_month("least(seen_to, until) - 1 - first_day")} AS last
            FROM {stays} JOIN drawn USING ({who}) WHERE seen_from < until
        ), words AS (
            SELECT {who}, any_value(n) AS n, {", ".join(word.values())} FROM (
                SELECT *, ((1::BIGINT << (last - first + 1)) - 1) << first AS months FROM inside
            ) GROUP BY {who}
        )
        SELECT {who}, ((family // 64) % {FAMILY_GROUPS})::USMALLINT AS family_group, fate, first_day, until, path
        FROM seen LEFT JOIN (
            SELECT {who}, array_to_string(list_transform(range(n), lambda place: CASE {cases} ELSE '{NOTHING}' END), '')
                AS path FROM words
        ) USING ({who})"""


def path_costs(who: str) -> str:
    """Return SQL with one row a client or family with a path: members in a service meanwhile, and what it cost.

    Returns
    -------
    `who`, ``family_group``, ``path``, ``persons``, ``euros``: whole euros of the follow-up, priced as in
    `spells.expenses`.

    Parameters
    ----------
    who : ``client, family`` or ``family``.
    """
    of = who.split(",")[0]
    followed = f"(SELECT * FROM {of}_paths WHERE path IS NOT NULL) AS followed"
    unpriced = "SELECT service FROM invoiced"
    return f"""
        WITH spent AS (
            SELECT followed.{of}, sum(
                date_diff('day', greatest(seen_from, first_day), least(seen_to, until)) * unit_cents)::BIGINT AS cents
            FROM stays JOIN {followed} USING ({of}) JOIN unit_costs USING (service, production)
            WHERE unit = 'day' AND seen_from < until AND seen_to > first_day AND service NOT IN ({unpriced})
            GROUP BY followed.{of}
            UNION ALL
            SELECT followed.{of}, sum(visits * unit_cents)::BIGINT FROM visits JOIN {followed} USING ({of})
                JOIN services USING (service) JOIN unit_costs
                ON services.service = unit_costs.service AND services.production = unit_costs.production
            WHERE unit_costs.unit = 'visit' AND date >= first_day AND date < until
                AND visits.service NOT IN ({unpriced})
            GROUP BY followed.{of}
            UNION ALL
            SELECT followed.{of}, sum(cost_cents)::BIGINT FROM costs JOIN {followed} USING ({of})
            WHERE book = 'invoice' AND date >= first_day AND date < until GROUP BY followed.{of}
        ), people AS (
            SELECT followed.{of}, count(DISTINCT stays.client)::INTEGER AS persons
            FROM stays JOIN {followed} USING ({of})
            WHERE seen_from < until AND seen_to > first_day GROUP BY followed.{of}
        )
        SELECT {", ".join(f"followed.{each}" for each in who.split(", "))}, family_group, path, persons,
            coalesce(round(cents / 100), 0)::BIGINT AS euros
        FROM {followed} JOIN people USING ({of})
            LEFT JOIN (SELECT {of}, sum(cents) AS cents FROM spent GROUP BY {of}) USING ({of})"""


def _by_window(place: int, unit: str) -> str:
    """Return SQL of the wash-out (place 0) or follow-up (1) that the window allows, in whole days or in months."""
    long, short = (month_day(each[place]) if unit == "day" else each[place] for each in (LONG, SHORT))
    return f"CASE WHEN date_diff('day', first_day, end_day) >= {LONG_WINDOW} THEN {long} ELSE {short} END"


def _month(days: str) -> str:
    """Return SQL of the month since the beginning in which a day lies: the last one that is full on it or before."""
    return f"(ceil(({days} + 1) / {MONTH_DAYS}::DOUBLE) - 1)::BIGINT"


DERIVATIONS = {
    "client_paths": paths("client, family"),
    "family_paths": paths("family"),
    "client_path_costs": path_costs("client, family"),
    "family_path_costs": path_costs("family"),
}
"""Derived tables by name."""
