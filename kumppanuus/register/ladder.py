"""Up and down the levels since the first contact: stays on a level and without a service. SQL, run by the store.

The clock of a client (or a family) starts on the first day of the first service that is seen. Of somebody who was in a
service when the window opened that day lies before it: she comes late, in the state she is in then, and nothing is
known of her before. Somebody who first comes in the first months of the window may have been a client before it
(unsure). All others are new. Services of no known level are left out.
"""

from __future__ import annotations

from kumppanuus.register.calendar import MONTH_DAYS, month_day
from kumppanuus.register.spells import FAMILY_GROUPS

STATES = ("none", "universal", "early", "special", "corrective")
"""Where somebody can be after the first contact, from nothing to the highest open level; tables hold the place."""
OUTSIDE = len(STATES)
"""State of those who are not observed: people come from it, and go to it when observation ends."""
KINDS = ("new", "unsure", "late")
"""How somebody's beginning was seen; tables hold the place. Several together: the place of the last one."""
DIRECTIONS = ("up", "down", "out", "stay")
WASHOUT_MONTHS = 12
"""So many months at the beginning of the window do not tell whether somebody is new; half as many in short windows."""
LONG_WINDOW_DAYS = month_day(48)
QUARTERS = 16
"""So many quarters since the first contact are counted; observation ends with the last one."""
TALLIES = (
    "ladder_days", "ladder_quarters", "ladder_firsts", "ladder_homes", "ladder_moves", "ladder_year", "ladder_kinds",
)  # fmt: skip
"""Tables that hold sums over the families of a bucket."""
TABLES = ("client_ladder", "family_ladder", *TALLIES)
_QUARTER = 3 * MONTH_DAYS
_OF = (("clients", "client_ladder"), ("families", "family_ladder"))
_CODE = "CASE {} " + " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(STATES)) + " END::UTINYINT"


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`.

    ``client_ladder(family, client, kind, state, target, entry_day, exit_day, comes)``, ``family_ladder``: one row a
    stay in a state, in days since the first contact, half-open; ``comes``: it is the first one that is observed.

    The others are sums over the families of a bucket; ``whose`` = clients or families.

    - ``ladder_days(whose, kind, state, target, day, n)``: moves.
    - ``ladder_quarters(whose, kind, state, target, family_group, quarter, n, days_left)``: moves, with the days of the
      quarter that are left after them.
    - ``ladder_firsts(whose, kinds, state, month, n_persons, n_families)``: who of `KINDS` up to the place ``kinds`` is
      ever in a state, families by the month of their first move into or out of it (NULL: none).
    - ``ladder_homes(kinds, moment, month, n)``: families surely under observation from ``entering`` to ``leaving``.
    - ``ladder_moves(whose, state, direction, moves, n_persons, n_families, squared)``: moves, and (direction ``stay``)
      days in a state, of everybody; ``squared``: sum of the squares of families.
    - ``ladder_year(origin, state, n_persons, n_families)``: new clients who could be followed for a year, by the state
      they began in and that a year later; `OUTSIDE`: all of them.
    - ``ladder_kinds(kind, n_persons, n_families)``: clients by how their beginning was seen.
    """
    return {
        "client_ladder": _ladder("client, family"),
        "family_ladder": _ladder("family"),
        "ladder_days": _days(),
        "ladder_quarters": _quarters(),
        "ladder_firsts": _firsts(),
        "ladder_homes": _homes(),
        "ladder_moves": _moves(),
        "ladder_year": _year(),
        "ladder_kinds": """
            SELECT kind, sum(persons)::BIGINT AS n_persons, count(*)::BIGINT AS n_families
            FROM (SELECT family, kind, count(*) AS persons FROM client_ladder WHERE comes GROUP BY ALL) GROUP BY ALL""",
    }


def _ladder(who: str) -> str:
    one = who.split(",")[0]
    long, short = month_day(WASHOUT_MONTHS), month_day(WASHOUT_MONTHS // 2)
    return f"""
        WITH known AS (
            SELECT {who}, {_CODE.format("level")} AS state, seen_from, seen_to FROM {one}_level_stays
            WHERE level <> 'unknown'
        ), began AS (SELECT {one}, min(start) AS start FROM spells WHERE level <> 'unknown' GROUP BY {one}
        ), clocks AS (
            SELECT {one}, CASE WHEN first_seen = first_day THEN start ELSE first_seen END AS zero,
                CASE WHEN first_seen = first_day AND start < first_day THEN 2
                    WHEN first_seen < first_day + wash_out THEN 1 ELSE 0 END::UTINYINT AS kind
            FROM (SELECT {one}, min(seen_from) AS first_seen FROM known GROUP BY {one}) JOIN began USING ({one}), (
                SELECT first_day, CASE WHEN end_day - first_day >= {LONG_WINDOW_DAYS} THEN {long} ELSE {short} END
                    AS wash_out FROM period
            )
        ), placed AS (
            SELECT {who}, kind, zero, state, seen_from, seen_to, lead(seen_from) OVER somebody AS next_from,
                lead(state) OVER somebody AS next_state, row_number() OVER somebody = 1 AS comes
            FROM known JOIN clocks USING ({one}) WINDOW somebody AS (PARTITION BY {one} ORDER BY seen_from)
        )
        SELECT {who}, kind, state, (seen_from - zero)::INTEGER AS entry_day, (seen_to - zero)::INTEGER AS exit_day,
            comes,
            CASE WHEN next_from = seen_to THEN next_state WHEN seen_to < end_day THEN 0 ELSE {OUTSIDE} END::UTINYINT
                AS target
        FROM placed, period
        UNION ALL
        SELECT {who}, kind, 0, (seen_to - zero)::INTEGER, (coalesce(next_from, end_day) - zero)::INTEGER, false,
            coalesce(next_state, {OUTSIDE})::UTINYINT
        FROM placed, period WHERE seen_to < coalesce(next_from, end_day)"""


def _changes(of: str) -> str:
    """Return SQL of everybody's moves as far as they are counted, coming and going included."""
    last = month_day(3 * QUARTERS)
    return f"""(
        SELECT family, kind, state, CASE WHEN exit_day > {last} THEN {OUTSIDE} ELSE target END::UTINYINT AS target,
            least(exit_day, {last}) AS day FROM {of} WHERE entry_day < {last}
        UNION ALL
        SELECT family, kind, {OUTSIDE}::UTINYINT, state, entry_day FROM {of} WHERE comes AND entry_day < {last}
    )"""


def _days() -> str:
    return " UNION ALL ".join(
        f"SELECT '{whose}' AS whose, kind, state, target, day, count(*)::BIGINT AS n FROM {_changes(of)} GROUP BY ALL"
        for whose, of in _OF
    )


def _quarters() -> str:
    return " UNION ALL ".join(
        f"""
        SELECT '{whose}' AS whose, kind, state, target, ((family // 64) % {FAMILY_GROUPS})::UTINYINT AS family_group,
            ceil(day / {_QUARTER})::UTINYINT AS quarter, count(*)::BIGINT AS n,
            sum(floor(ceil(day / {_QUARTER}) * {_QUARTER})::BIGINT - day)::BIGINT AS days_left
        FROM {_changes(of)} GROUP BY ALL"""
        for whose, of in _OF
    )


def _firsts() -> str:
    """Return SQL of who is ever in a state; of families the first month with a move into or out of it."""
    move = f"least(CASE WHEN target <> {OUTSIDE} THEN exit_day END, CASE WHEN NOT comes THEN entry_day END)"
    sums = " UNION ALL ".join(
        f"""
        SELECT '{whose}' AS whose, {kinds} AS kinds, state, ceil(move / {MONTH_DAYS})::USMALLINT AS month,
            sum(persons)::BIGINT AS n_persons, count(*)::BIGINT AS n_families
        FROM (
            SELECT family, state, sum(persons) AS persons, min(move) AS move
            FROM {homes} WHERE kind <= {kinds} GROUP BY ALL
        ) GROUP BY ALL"""
        for whose, homes in (("clients", "homes"), ("families", "single"))
        for kinds in range(len(KINDS))
    )
    return f"""
        WITH people AS (
            SELECT family, client, kind, state, min({move}) AS move FROM client_ladder GROUP BY ALL
        ), homes AS (
            SELECT family, kind, state, count(*) AS persons, min(move) AS move FROM people GROUP BY ALL
        ), single AS (
            SELECT family, kind, state, 1 AS persons, min({move}) AS move FROM family_ladder GROUP BY ALL
        )
        {sums}"""


def _homes() -> str:
    """Return SQL of families surely under observation: from the entry to the exit of their longest observed member."""
    moments = {"entering": "(longest & 1048575) - (longest >> 20)", "leaving": "longest & 1048575"}
    spread = " UNION ALL ".join(
        f"SELECT {kinds} AS kinds, '{moment}' AS moment, ceil(({day}) / {MONTH_DAYS})::USMALLINT AS month "
        f"FROM (SELECT max((last - entry)::BIGINT << 20 | last) AS longest FROM spans WHERE kind <= {kinds} "
        "GROUP BY family)"
        for kinds in range(len(KINDS))
        for moment, day in moments.items()
    )
    return f"""
        WITH spans AS (
            SELECT family, client, kind, min(entry_day) AS entry, max(exit_day) AS last FROM client_ladder GROUP BY ALL
        )
        SELECT kinds, moment, month, count(*)::BIGINT AS n FROM ({spread}) GROUP BY ALL"""


def _moves() -> str:
    """Return SQL of moves up, down and out of the services, whose they are, and of the days in each state."""
    way = "CASE WHEN target = 0 THEN 'out' WHEN target > state THEN 'up' ELSE 'down' END"
    kinds = ((way, "count(*)", f"target <> {OUTSIDE}"), ("'stay'", "sum(exit_day - entry_day)", "true"))
    return " UNION ALL ".join(
        f"""
        SELECT '{whose}' AS whose, state, direction, sum(moves)::BIGINT AS moves, sum(persons)::BIGINT AS n_persons,
            count(*)::BIGINT AS n_families, sum(moves::HUGEINT * moves)::BIGINT AS squared
        FROM (
            SELECT family, state, direction, count(*) AS persons, sum(moves) AS moves FROM (
                SELECT {who}, state, {direction} AS direction, {measure} AS moves FROM {of} WHERE {where} GROUP BY ALL
            ) GROUP BY ALL
        ) GROUP BY ALL"""
        for (whose, of), who in zip(_OF, ("family, client", "family"), strict=True)
        for direction, measure, where in kinds
    )


def _year() -> str:
    day = month_day(12)
    return f"""
        SELECT origin, state, sum(persons)::BIGINT AS n_persons, count(*)::BIGINT AS n_families FROM (
            SELECT family, origin, coalesce(state, {OUTSIDE})::UTINYINT AS state, count(*) AS persons
            FROM (SELECT client, state AS origin FROM client_ladder WHERE kind = 0 AND comes)
                JOIN (FROM client_ladder WHERE entry_day <= {day} AND exit_day > {day}) USING (client)
            GROUP BY GROUPING SETS ((family, origin, state), (family, origin))
        ) GROUP BY ALL"""
