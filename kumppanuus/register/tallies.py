"""Spells counted by what they are compared by: services, and the start, the age and the place of the client.

Other derived tables have rows of single families; these hold sums over the families of a bucket. A family lies in one
bucket whole, so they add up over buckets as counts do, and the rooms that read them touch no single spell.

``what`` says by which column the spells are told apart, ``code`` is its value; of everybody together both are ``all``.
"""

from __future__ import annotations

from collections.abc import Sequence

from kumppanuus.register.calendar import MONTH_DAYS, month_day

STARTS = ("cohort", "age_group", "area")
"""What is known of a spell when it starts, see `kumppanuus.register.facts`."""
TALLIES = ("spell_days", "spell_months", "spell_service_months", "spell_people", "spell_lengths")
_BY = ("service", *STARTS)
_EVERY = ("service", "level", *STARTS)
_MOMENTS = ("entering", "leaving", "last_entry", "first_end")


def derivations() -> dict[str, str]:
    """Return the SQL of `TALLIES`, made of ``spell_facts``.

    ``spell_days(what, code, day, entering, ended, censored)``: spells of services and of starts by whole days since
    their beginning: how many come under observation, end, and are still open when the window closes.

    ``spell_months(what, code, family_group, month, …)``: the same by group of families and month, entries at the last
    month that was full by then, exits at the first one that is (`kumppanuus.methods.monthgrid`).

    ``spell_service_months(what, code, service, month, …)``: the same of starts within services.

    ``spell_people(what, code, moment, month, n_persons, n_families)``: distinct clients and families, also of levels
    and of all; ``moment`` is explained at `_people`.

    ``spell_lengths(what, code, ended_days, …)``: days of ended and of open spells of services and levels, with sums of
    squares over families.
    """
    month = {"entry": f"(ceil((entry_day + 1) / {MONTH_DAYS}) - 1)", "exit": f"ceil(exit_day / {MONTH_DAYS})"}
    return {
        "spell_days": _tally("day", {"entry": "entry_day", "exit": "exit_day"}, _BY),
        "spell_months": _tally("month", month, _BY, "family_group"),
        "spell_service_months": _tally("month", month, STARTS, "service"),
        "spell_people": _people(),
        "spell_lengths": _lengths(),
    }


def _named(by: Sequence[str]) -> str:
    """Return SQL of ``what`` and ``code`` of rows made by grouping sets: one of the columns is known, or none."""
    cases = " ".join(f"WHEN {name} IS NOT NULL THEN '{name}'" for name in by)
    codes = ", ".join(f"{name}::VARCHAR" for name in by)
    return f"CASE {cases} ELSE 'all' END AS what, coalesce({codes}, 'all') AS code"


def _tally(grid: str, at: dict[str, str], by: Sequence[str], also: str = "") -> str:
    """Return SQL of entries and exits by place of a grid and, if asked for, by one more column."""
    more = f", {also}" if also else ""
    sets = ", ".join(f"({name}, {grid}{more})" for name in by)
    code = also if also != "service" else "service::VARCHAR AS service"
    own = f", {code}" if also else ""
    parts = (
        ("entry", "count(*) AS entering, 0 AS ended, 0 AS censored"),
        ("exit", "0 AS entering, count(*) FILTER (ended) AS ended, count(*) FILTER (NOT ended) AS censored"),
    )
    moves = " UNION ALL ".join(
        f"SELECT {', '.join(by)}{more}, {at[move]}::INTEGER AS {grid}, {sums} "
        f"FROM spell_facts GROUP BY GROUPING SETS ({sets})"
        for move, sums in parts
    )
    return f"""
        SELECT {_named(by)}{own}, {grid}, sum(entering)::BIGINT AS entering, sum(ended)::BIGINT AS ended,
            sum(censored)::BIGINT AS censored
        FROM ({moves}) GROUP BY ALL"""


def _people() -> str:
    """Return SQL of distinct clients and families by moment and month since the beginning of a spell.

    Each month is the first one that is full on the day or later. ``entering`` and ``leaving``: between them surely one
    of their spells is under observation (all of them when they overlap, else the longest); ``last_entry``: the last
    one comes under observation; ``first_end``: the first one ends, missing when none does; ``open``, month 0: one is
    open when the window closes.
    """
    alike = " UNION ALL ".join(
        f"SELECT {', '.join(_EVERY)}, {', '.join(_MOMENTS)}, still_open, {counted} FROM ({_of(who)}) GROUP BY ALL"
        for who, counted in (("client", "count(*) AS n_persons, 0 AS n_families"),
                             ("family", "0 AS n_persons, count(*) AS n_families"))
    )  # fmt: skip
    moments = " UNION ALL ".join(
        f"SELECT what, code, '{moment}' AS moment, {moment} AS month, n_persons, n_families FROM alike"
        for moment in _MOMENTS
    )
    return f"""
        WITH alike AS (SELECT {_named(_EVERY)}, * EXCLUDE ({", ".join(_EVERY)}) FROM ({alike}))
        SELECT what, code, moment, month::INTEGER AS month, sum(n_persons)::BIGINT AS n_persons,
            sum(n_families)::BIGINT AS n_families
        FROM ({moments}
            UNION ALL SELECT what, code, 'open', 0, n_persons, n_families FROM alike WHERE still_open
        ) WHERE month IS NOT NULL GROUP BY ALL"""


def _of(who: str) -> str:
    """Return SQL with one row for each client or family and value of each column, and one of all its spells."""
    longest = "max((exit_day - entry_day)::BIGINT << 20 | exit_day)"
    days = {
        "entering": "CASE WHEN overlap THEN first_entry ELSE (longest & 1048575) - (longest >> 20) END",
        "leaving": "CASE WHEN overlap THEN last_exit ELSE longest & 1048575 END",
        "last_entry": "last_entry",
        "first_end": "first_end",
    }
    months = (f"ceil(({day}) / {MONTH_DAYS}::DOUBLE)::INTEGER AS {name}" for name, day in days.items())
    sets = ", ".join([*(f"({who}, {name})" for name in _EVERY), f"({who})"])
    return f"""
        SELECT {", ".join(_EVERY)}, {", ".join(months)}, still_open FROM (
            SELECT {who}, {", ".join(_EVERY)}, min(entry_day) AS first_entry, max(exit_day) AS last_exit,
                max(entry_day) AS last_entry, min(exit_day) FILTER (ended) AS first_end,
                bool_or(NOT ended) AS still_open, max(entry_day) <= min(exit_day) AS overlap, {longest} AS longest
            FROM spell_facts GROUP BY GROUPING SETS ({sets})
        )"""


def _lengths() -> str:
    """Return SQL of days of spells, as they are and 24 months of each at most, and of squares of families' sums."""
    days = {"": "exit_day", "_24": f"least(exit_day, {month_day(24)})"}
    kinds = {f"{kind}_days{end}": (day, test) for kind, test in (("ended", "ended"), ("open", "NOT ended"))
             for end, day in days.items()}  # fmt: skip
    inner = ", ".join(f"coalesce(sum({day}) FILTER ({test}), 0) AS {name}" for name, (day, test) in kinds.items())
    outer = ", ".join(
        f"sum({name})::BIGINT AS {name}, sum({name}::BIGINT * {name})::BIGINT AS squared_{name}" for name in kinds
    )
    return f"""
        SELECT {_named(("service", "level"))}, {outer} FROM (
            SELECT family, service, level, {inner} FROM spell_facts
            GROUP BY GROUPING SETS ((family, service), (family, level))
        ) GROUP BY ALL"""
