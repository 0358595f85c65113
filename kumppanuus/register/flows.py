"""How many relationships are open at the end of each period, and start and end in it. SQL, run by the store.

A bucket is counted by itself: one row a breakdown, code and period, whose numbers add over buckets, since a family lies
in one of them. The families behind each number are counted from bits, a bit a period: a spell is a run of bits, and
what a family has is their union. Families with the same bits are counted together.
"""

from __future__ import annotations

MOST_PERIODS = 60
"""Periods of a breakdown at most, the last ones: a bit each in a number of 64 bits. Five years of months."""
BREAKDOWNS = {
    "all": ("''", "month"), "level": ("level", "year"), "service": ("service", "year"),
    "age_group": ("age_group", "year"), "area": ("area", "year"),
}  # fmt: skip
"""Breakdown → the column of its codes, and its periods."""
TALLIES = ("period_flows", "start_months")
"""Derived tables whose rows are those of a bucket and add over buckets."""
KINDS = ("waiting", "came", "gone")
_PERIODS = ("month", "year")
_DAYS = """
    SELECT day, date_diff('month', first_day, day)::INTEGER AS month, strftime(day, '%Y-%m') AS month_name,
        study_year.place AS year, study_year.name AS year_name
    FROM (SELECT unnest(generate_series(first_day, end_day - 1, INTERVAL 1 DAY))::DATE AS day, first_day FROM period)
        JOIN (
            SELECT row_number() OVER (ORDER BY first_day)::INTEGER - 1 AS place, year::VARCHAR AS name,
                first_day AS from_day, end_day AS to_day FROM years
        ) AS study_year ON day >= from_day AND day < to_day"""
"""The place of every day's month and study year in the window, from 0, and their names."""


def period_flows() -> str:
    """Return SQL of what is open, starts and ends by period, in each of `BREAKDOWNS`.

    Returns
    -------
    ``breakdown``, ``code``, ``period`` (``2024-03``, a study year), and of spells and ``_families``:
    ``waiting`` after the last day of the period, ``came`` and ``gone``: first and last day in it. What waits is what
    waited before + came − gone. A code has all of the last `MOST_PERIODS`.
    """
    placed = ", ".join(f"began.{each} AS {each}_in, over.{each} AS {each}_out" for each in _PERIODS)
    return f"""
        WITH days AS MATERIALIZED ({_DAYS}), moves AS MATERIALIZED (
            SELECT family, service, level, age_group, area, {placed}
            FROM (SELECT *, CASE WHEN ended THEN "end" - 1 END AS last_day FROM spell_facts) AS known
                LEFT JOIN days AS began ON known.start = began.day LEFT JOIN days AS over ON last_day = over.day
        )
        {" UNION ALL ".join(_breakdown(name, code, period) for name, (code, period) in BREAKDOWNS.items())}"""


def _breakdown(name: str, code: str, period: str) -> str:
    """Return SQL of one breakdown; ``first`` and ``last`` are the places of a spell among those that are counted."""
    families = _families_one_by_one() if period == "month" else _families_together()
    return f"""
        (WITH places AS (
            SELECT DISTINCT {period} AS place, {period}_name AS period, skipped
            FROM days, (SELECT greatest(max({period}) - {MOST_PERIODS - 1}, 0) AS skipped FROM days)
            WHERE {period} >= skipped
        ), placed AS (
            SELECT family, {code} AS code, {period}_in - skipped AS first, {period}_out - skipped AS last
            FROM moves, (SELECT any_value(skipped) AS skipped FROM places)
            WHERE coalesce({period}_out, skipped) >= skipped
        ), spells_at AS (
            SELECT code, place, period, {_sums(_OF_SPELL)}
            FROM (SELECT code, first, last, count(*) AS n FROM placed GROUP BY ALL), places GROUP BY ALL
        ), families_at AS ({families})
        SELECT '{name}' AS breakdown, code::VARCHAR AS code, period, {", ".join(KINDS)},
            {", ".join(f"coalesce({kind}_families, 0)::BIGINT AS {kind}_families" for kind in KINDS)}
        FROM spells_at LEFT JOIN families_at USING (code, place))"""


_OF_SPELL = {
    "waiting": "coalesce(first, -1) <= place - skipped AND coalesce(last, 64) > place - skipped",
    "came": "first = place - skipped", "gone": "last = place - skipped",
}  # fmt: skip
_BITS = {
    "waiting": f"bit_or((1::BIGINT << coalesce(last, {MOST_PERIODS})) - (1::BIGINT << greatest(first, 0)))",
    "came": "bit_or(CASE WHEN first >= 0 THEN 1::BIGINT << first ELSE 0 END)",
    "gone": "bit_or(CASE WHEN last >= 0 THEN 1::BIGINT << last ELSE 0 END)",
}  # fmt: skip


def _sums(conditions: dict[str, str], suffix: str = "") -> str:
    return ", ".join(
        f"coalesce(sum(n) FILTER ({condition}), 0)::BIGINT AS {kind}{suffix}" for kind, condition in conditions.items()
    )


def _set(kind: str) -> str:
    return f"(({kind} >> (place - skipped)::INTEGER) & 1) = 1"


def _families_together() -> str:
    """Return SQL of the families at each place, from the bits of all three kinds at once: few periods, few patterns."""
    bits = ", ".join(f"{sql} AS {kind}" for kind, sql in _BITS.items())
    return f"""
        SELECT code, place, {_sums({kind: _set(kind) for kind in KINDS}, "_families")}
        FROM (
            SELECT code, {", ".join(KINDS)}, count(*) AS n
            FROM (SELECT family, code, {bits} FROM placed GROUP BY family, code) GROUP BY ALL
        ), places GROUP BY ALL"""


def _families_one_by_one() -> str:
    """Return the same where the patterns of all three kinds would be almost as many as families (months)."""
    moving = " UNION ALL ".join(
        f"SELECT code, {at} + skipped AS place, '{kind}' AS kind, count(DISTINCT family) AS n "
        f"FROM placed, (SELECT any_value(skipped) AS skipped FROM places) WHERE {at} >= 0 GROUP BY ALL"
        for kind, at in (("came", "first"), ("gone", "last"))
    )
    return f"""
        SELECT code, place::INTEGER AS place, {_sums({kind: f"kind = '{kind}'" for kind in KINDS}, "_families")} FROM (
            {moving} UNION ALL
            SELECT code, place, 'waiting', sum(n) FILTER ({_set("waiting")}) FROM (
                SELECT code, waiting, count(*) AS n
                FROM (SELECT family, code, {_BITS["waiting"]} AS waiting FROM placed GROUP BY family, code)
                GROUP BY ALL
            ), places GROUP BY ALL
        ) GROUP BY ALL"""


RETURN_MONTHS = 12
"""A start within so many months after an end of the same client in the same service is a return that came soon."""
_TYPES = ("first", "again_soon", "again_later")


def start_months() -> str:
    """Return SQL of the starts inside the window by month and type, and of the people by the month of their last one.

    Returns
    -------
    ``service``, ``level`` (both empty: all services), ``start_type`` (first, again_soon, again_later; any: all of
    them), ``month`` (full months since the window began), ``starts`` in it, and ``persons`` and ``families`` whose
    last start of the type is in it: how many have one from some month on is then a sum. ``earliest`` instead has those
    whose first start of all is in the month. Numbers add over buckets.
    """
    latest = {**{kind: f"max(month) FILTER (start_type = '{kind}')" for kind in _TYPES}, "any": "max(month)"}
    of_clients = ", ".join(f'{sql} AS "{kind}"' for kind, sql in latest.items())
    again = ", ".join(f'max("{kind}") AS "{kind}"' for kind in latest)
    people = [("clients_here", "persons", "service, level"), ("families_here", "families", "service, level"),
              ("clients_all", "persons", "'', ''"), ("families_all", "families", "'', ''")]  # fmt: skip
    parts = [_people_of(kind, *one) for one in people for kind in latest]
    parts += [_people_of("earliest", *one) for one in people[2:]]
    for codes in ("service, level", "'', ''"):
        for kind in ("start_type", "'any'"):
            parts.append(f"SELECT {codes}, {kind}, month, n, 0, 0 FROM counted")
    return f"""
        WITH typed AS MATERIALIZED (
            SELECT service, level, family, client, date_sub('month', first_day, start)::INTEGER AS month,
                CASE WHEN previous_end IS NULL THEN 'first'
                    WHEN start < previous_end + to_months({RETURN_MONTHS}) THEN 'again_soon'
                    ELSE 'again_later' END AS start_type
            FROM spell_facts, period WHERE start >= first_day
        ), counted AS (SELECT service, level, start_type, month, count(*) AS n FROM typed GROUP BY ALL),
        clients_here AS MATERIALIZED (
            SELECT service, level, family, client, {of_clients}, min(month) AS earliest FROM typed
            GROUP BY service, level, family, client
        ), families_here AS (
            SELECT service, level, family, {again} FROM clients_here GROUP BY service, level, family
        ), clients_all AS MATERIALIZED (
            SELECT family, client, {again}, min(earliest) AS earliest FROM clients_here GROUP BY family, client
        ), families_all AS (SELECT family, {again}, min(earliest) AS earliest FROM clients_all GROUP BY family)
        SELECT service::VARCHAR AS service, level::VARCHAR AS level, start_type, month, sum(starts)::BIGINT AS starts,
            sum(persons)::BIGINT AS persons, sum(families)::BIGINT AS families
        FROM ({" UNION ALL ".join(parts)}) AS found(service, level, start_type, month, starts, persons, families)
        GROUP BY ALL"""


def _people_of(kind: str, source: str, who: str, codes: str) -> str:
    counts = "count(*), 0" if who == "persons" else "0, count(*)"
    return f"""SELECT {codes}, '{kind}', "{kind}", 0, {counts} FROM {source} WHERE "{kind}" IS NOT NULL GROUP BY ALL"""
