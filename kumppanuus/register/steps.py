"""Steps of a way through the services: what starts on the same day is one step. SQL, run by the store.

Dates of a register are days, so the order within a day is not known and never made up: the services that start on one
day are one set. Two graphs are made of the same spells. The *start-ordered* one goes from a step to the next start; its
time is never negative, and how the two lie to each other is kept apart (``relation``). The *set-state* one goes from a
set of services that are open to the next different one, "none" included.

Sets are two words of bits, see `kumppanuus.register.sets`. Whatever is made here of clients is made of families too,
from spells that are the union of the members' spells.
"""

from __future__ import annotations

from kumppanuus.register.sets import RANKS, rank, words
from kumppanuus.register.spells import OPEN, by_family, islands

RELATIONS = ("follows", "overlaps", "nested")
"""How the next step lies to a step: it starts when the step is over; it starts before and lasts longer (or both are
still open); it starts before and ends with the step or earlier. ``relation`` is the place in this list."""
CHANGES = ("none", "more", "fewer", "other", "open")
"""What a set of services becomes: nothing; itself and more; a part of itself; another set; it is still open."""
SETTLED_DAYS = 7
"""What is open for less than a week is no state of its own, nor is a shorter gap: its days go to the state before."""
STEPS, SETS = 4, 3
"""So many steps of a way are kept with their level, and so many with their set."""
TABLES = (
    "family_spells", "client_steps", "family_steps", "client_ways", "family_ways", "client_doors", "family_doors",
    "client_returns", "family_returns", "returned_members", "client_states", "family_states",
    "client_changes", "family_changes",
)  # fmt: skip


def derivations(tolerance_days: int) -> dict[str, str]:
    """Return the SQL of `TABLES`: of clients, and of families from the union of their members' spells.

    ``returned_members``: one row a family and service, its members in it (``persons``) and those of them who came back
    to it (``persons_back``).
    """
    made = {
        "family_spells": family_spells(tolerance_days),
        "returned_members": by_family("client_returns", "service, level", persons_back="back"),
    }
    for name, who, of_spells in (("client", "client, family", "spells"), ("family", "family", "family_spells")):
        made |= {
            f"{name}_steps": steps(of_spells, who),
            f"{name}_ways": ways(f"{name}_steps", who),
            f"{name}_doors": doors(of_spells, who),
            f"{name}_returns": returns(of_spells, who),
            f"{name}_states": states(f"{name}_sets", who),
            f"{name}_changes": changes(f"{name}_sets", who),
        }
    return {name: made[name] for name in TABLES}


def family_spells(tolerance_days: int) -> str:
    """Return SQL of the spells of each family in each service: the union of its members' spells."""
    joined = islands("spells", ("family", "service", "level"), tolerance_days=tolerance_days)
    return f"""
        SELECT joined.*, coalesce("end" <= end_day, false) AS ended FROM ({joined}) AS joined, period"""


def steps(of_spells: str, who: str) -> str:
    """Return SQL with one row a step of somebody: a day on which anything starts, and the step after it.

    Parameters
    ----------
    of_spells : ``spells`` or ``family_spells``. who : ``client, family`` or ``family``.

    Returns
    -------
    `who`, ``place`` (1, 2 …), ``day``, ``low`` and ``high`` (what starts), ``n_started``, ``rank`` (of the highest
    level that starts), ``until`` (end of what started, NULL while any of it is open), ``reach`` (end of everything up
    to this step, NULL while any of it is open); of the next step ``next_day``, ``next_low``, ``next_high``,
    ``relation``; and ``gap_days`` from ``until`` to the next start where it follows. Steps before the window are those
    whose services are still open in it.
    """
    return f"""
        WITH days AS (
            SELECT {who}, start AS day, {_words()}, count(*)::USMALLINT AS n_started,
                max({rank()})::UTINYINT AS rank, max(CASE WHEN ended THEN "end" ELSE {OPEN} END) AS until
            FROM (SELECT *, enum_code(service)::INTEGER AS bit FROM {of_spells}) GROUP BY {who}, start
        ), placed AS (
            SELECT *, row_number() OVER somebody AS place, max(until) OVER somebody AS reach,
                lead(day) OVER somebody AS next_day, lead(low) OVER somebody AS next_low,
                lead(high) OVER somebody AS next_high, lead(until) OVER somebody AS next_until
            FROM days WINDOW somebody AS (PARTITION BY {_first(who)} ORDER BY day)
        )
        SELECT {who}, place::USMALLINT AS place, day, low, high, n_started, rank, nullif(until, {OPEN}) AS until,
            nullif(reach, {OPEN}) AS reach, next_day, next_low, next_high,
            (CASE WHEN next_day >= until THEN 0 WHEN next_until > until OR next_until = {OPEN} THEN 1
                WHEN next_day IS NOT NULL THEN 2 END)::UTINYINT AS relation,
            CASE WHEN next_day >= until THEN next_day - until END::INTEGER AS gap_days
        FROM placed"""


def ways(of_steps: str, who: str) -> str:
    """Return SQL with one row a client or family: its first steps.

    Returns
    -------
    `who`, ``began`` (first start, also before the window), ``n_steps``, ``n_tied`` (steps of several services);
    ``rank_1`` … ``rank_4``; ``quiet_1`` … ``quiet_4`` (days without any service between the step and the next one or
    the end of the window; NULL where anything is still open); ``low_1``, ``high_1`` … of the first three steps;
    ``next_days`` (from the first start to the second), ``relation`` of the second to the first; ``went`` (end of
    everything, NULL while anything is open).
    """
    quiet = "CASE WHEN reach IS NOT NULL THEN greatest(0, coalesce(next_day, end_day) - reach) END::INTEGER"
    ranks = ", ".join(f"max(rank) FILTER (place = {k}) AS rank_{k}" for k in range(1, STEPS + 1))
    quiets = ", ".join(f"max({quiet}) FILTER (place = {k}) AS quiet_{k}" for k in range(1, STEPS + 1))
    words = ", ".join(
        f"max({word}) FILTER (place = {k}) AS {word}_{k}" for k in range(1, SETS + 1) for word in ("low", "high")
    )
    return f"""
        SELECT {who}, min(day) AS began, count(*)::USMALLINT AS n_steps,
            count(*) FILTER (n_started > 1)::USMALLINT AS n_tied, {ranks}, {quiets}, {words},
            max((next_day - day)::INTEGER) FILTER (place = 1) AS next_days,
            max(relation) FILTER (place = 1) AS relation,
            CASE WHEN bool_and(reach IS NOT NULL) THEN max(reach) END AS went
        FROM {of_steps}, period GROUP BY {who}"""


def doors(of_spells: str, who: str) -> str:
    """Return SQL with one row a service somebody came in by, or was last in (``is_exit``).

    Services that start (end) on the same day are all doors. ``day`` is the first start (the last end). Where anything
    is still open on the last day of the window nobody has gone out.
    """
    return f"""
        SELECT {who}, service, level, false AS is_exit, start AS day FROM (
            SELECT *, min(start) OVER somebody AS came FROM {of_spells} WINDOW somebody AS (PARTITION BY {_first(who)})
        ) WHERE start = came
        UNION ALL
        SELECT {who}, service, level, true, "end" FROM (
            SELECT *, max(CASE WHEN ended THEN "end" ELSE {OPEN} END) OVER somebody AS went
            FROM {of_spells} WINDOW somebody AS (PARTITION BY {_first(who)})
        ) WHERE ended AND "end" = went"""


def returns(of_spells: str, who: str) -> str:
    """Return SQL with one row a service of somebody: ``back``, whether they came back to it after another one.

    Another service must have started on a day between two starts of this one: what starts on the same day is no step
    between.
    """
    return f"""
        SELECT {who}, service, level, coalesce(bool_or(place - before > 1), false) AS back FROM (
            SELECT {who}, service, level, place,
                lag(place) OVER (PARTITION BY {_first(who)}, service ORDER BY place) AS before
            FROM (
                SELECT {who}, service, level,
                    dense_rank() OVER (PARTITION BY {_first(who)} ORDER BY start) AS place FROM {of_spells}
            )
        ) GROUP BY {who}, service, level"""


def states(of_sets: str, who: str) -> str:
    """Return SQL with one row a state of somebody: exactly these services are open; none where both words are 0.

    States and gaps of less than `SETTLED_DAYS` are left out, except the first one and those that the window cuts;
    neighbours that are then equal are one. A state lasts until the next one begins, the last until the end of the
    window.

    Returns
    -------
    `who`, ``place`` (1, 2 …), ``seen_from``, ``seen_to``, ``low``, ``high``.
    """
    somebody = f"(PARTITION BY {_first(who)} ORDER BY seen_from)"
    return f"""
        WITH after AS (
            SELECT {who}, seen_from, seen_to, low, high, lag(low) OVER {somebody} IS NULL AS is_first,
                coalesce(lead(seen_from) OVER {somebody}, end_day) AS next_from
            FROM {of_sets}, period
        ), every AS (
            SELECT {who}, seen_from, seen_to, low, high, is_first FROM after
            UNION ALL SELECT {who}, seen_to, next_from, 0, 0, false FROM after WHERE seen_to < next_from
        ), settled AS (
            SELECT every.*, lag(low) OVER {somebody} AS low_before, lag(high) OVER {somebody} AS high_before
            FROM every, period
            WHERE is_first OR seen_to - seen_from >= {SETTLED_DAYS} OR seen_from = first_day OR seen_to = end_day
        )
        SELECT {who}, (row_number() OVER {somebody})::USMALLINT AS place, seen_from,
            coalesce(lead(seen_from) OVER {somebody}, end_day) AS seen_to, low, high
        FROM settled, period WHERE low IS DISTINCT FROM low_before OR high IS DISTINCT FROM high_before"""


def changes(of_sets: str, who: str) -> str:
    """Return SQL with one row a client or family: what their first state becomes, as `states` tells it.

    Returns
    -------
    `who`, ``began`` (its first day in the window), ``rank`` (highest level that is open), ``change`` (place in
    `CHANGES`), ``state_days`` until the change, NULL while there is none.
    """
    ranks = range(len(RANKS) - 1, 0, -1)
    bits = ", ".join(
        f"coalesce(bit_or({word}) FILTER (rank = {rank}), 0) AS {word}_{rank}"
        for rank in ranks for word in ("low", "high")
    )  # fmt: skip
    highest = " ".join(f"WHEN (low & low_{rank}) | (high & high_{rank}) <> 0 THEN {rank}" for rank in ranks)
    return f"""
        WITH levels AS (
            SELECT {bits} FROM (
                SELECT {rank()} AS rank, {_words()} FROM (
                    SELECT level, enum_code(service::service_code)::INTEGER AS bit FROM services
                ) GROUP BY ALL
            )
        ), after AS (
            SELECT {who}, seen_from, seen_to, low AS low_here, high AS high_here, first_value(low) OVER somebody AS low,
                first_value(high) OVER somebody AS high, lead(seen_from) OVER somebody AS next_from
            FROM {of_sets} WINDOW somebody AS (PARTITION BY {_first(who)} ORDER BY seen_from)
        ), judged AS (
            SELECT *, (low_here <> low OR high_here <> high)
                    AND (seen_to - seen_from >= {SETTLED_DAYS} OR seen_to = end_day) AS is_other,
                CASE WHEN next_from IS NULL THEN seen_to < end_day ELSE next_from - seen_to >= {SETTLED_DAYS} END
                    AS is_gap
            FROM after, period
        ), first_two AS (
            SELECT {who}, min(seen_from) AS began, any_value(low) AS low, any_value(high) AS high,
                arg_min(low_here, seen_from) FILTER (is_other) AS low_after,
                arg_min(high_here, seen_from) FILTER (is_other) AS high_after,
                min(seen_from) FILTER (is_other) AS other_from, min(seen_to) FILTER (is_gap) AS gap_from
            FROM judged GROUP BY {who}
        )
        SELECT {who}, began, (CASE {highest} ELSE 0 END)::UTINYINT AS rank,
            (CASE WHEN other_from IS NULL AND gap_from IS NULL THEN 4 WHEN gap_from < other_from OR other_from IS NULL
                THEN 0 WHEN low & low_after = low AND high & high_after = high THEN 1
                WHEN low & low_after = low_after AND high & high_after = high_after THEN 2 ELSE 3 END
            )::UTINYINT AS change,
            (least(other_from, gap_from) - began)::INTEGER AS state_days
        FROM first_two, levels"""


def _words() -> str:
    """Return SQL that puts the services of a group into a set; those past the last bit share it."""
    return ", ".join(f"bit_or({bit}) AS {name}" for name, bit in words("bit").items())


def _first(who: str) -> str:
    return who.split(",")[0]
