"""Which services are open together: sets of services as bits, day by day and over the whole window.

A set is two words of 62 bits. Bit i of ``low``, then of ``high``, is the service at place i of the alphabetical list of
codes; of more services than bits those at the end of the list share the last one. The SQL is built here and run by the
store; `members` reads what it counts.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from kumppanuus.register.codes import UNKNOWN

WORD = 62
"""Bits of a word: a running sum of bits stays a whole number of 64 bits, sign included."""
LAST = 2 * WORD - 1
OTHERS = "other"
"""Code of the last bit where several services share it."""
SHARDS, OF_SHARD = 840, 36
"""Families are dealt to 840 parts, which up to 8 buckets (and 10, 12, 14, 15 …) hold whole; of each part so many are
sampled, some 30,000 in all."""
_LEVEL_BITS = 12
RANKS = ("unknown", "universal", "early", "special", "corrective")
"""Levels from light to heavy; the rank of a level is its place in this list."""


def codes_of_bits(services: Iterable[str]) -> tuple[str, ...]:
    """Return the code of every bit, for the services of a study (in any order)."""
    codes = sorted({*services, UNKNOWN})
    return (*codes[:LAST], OTHERS) if len(codes) > LAST + 1 else tuple(codes)


def members(low: npt.ArrayLike, high: npt.ArrayLike, services: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Tell which services are in each set.

    Parameters
    ----------
    low, high : words of n sets, whole numbers. services : codes of the study.

    Returns
    -------
    Shape (n, len(codes_of_bits(services))).
    """
    bits = np.arange(len(codes_of_bits(services)))
    words = np.stack([np.asarray(word, dtype=np.int64) for word in (low, high)])
    return np.asarray((words[bits // WORD].T >> (bits % WORD)) & 1, dtype=bool)


def sets(of_stays: str, who: str, services: int) -> str:
    """Return SQL with one row for every period in which exactly the same services of somebody are open.

    Parameters
    ----------
    of_stays : `spells.client_stays` or `spells.family_stays`; its rows of one service do not overlap.
    who : ``client, family`` or ``family``; the first column is whose services they are.
    services : number of services of the study.

    Returns
    -------
    `who`, ``seen_from``, ``seen_to``, ``low``, ``high``, ``n_open``: half-open periods inside the window, at least one
    service open in each.
    """
    shared = services > LAST
    words = {"low": _bit(0), "high": _bit(1)} | ({"others": _others()} if shared else {})
    if services < WORD:
        del words["high"]
    changes = ", ".join(f"sum(sign * {bit})::BIGINT AS {name}" for name, bit in words.items())
    running = ", ".join(
        f"(sum({name}) OVER (somebody ROWS UNBOUNDED PRECEDING))::BIGINT AS {name}" for name in (*words, "n_open")
    )
    high = "high" if "high" in words else "0::BIGINT"
    last = f"{high} | CASE WHEN others > 0 THEN 1::BIGINT << {WORD - 1} ELSE 0 END" if shared else high
    return f"""
        WITH steps AS (
            SELECT {who}, day, {changes}, sum(sign)::BIGINT AS n_open FROM (
                SELECT {who}, enum_code(service) AS place, seen_from AS day, 1::BIGINT AS sign FROM {of_stays}
                UNION ALL SELECT {who}, enum_code(service), seen_to, -1::BIGINT FROM {of_stays}
            ) GROUP BY {who}, day
        ), placed AS (
            SELECT {who}, day AS seen_from, lead(day) OVER somebody AS seen_to, {running} FROM steps
            WINDOW somebody AS (PARTITION BY {who.split(",")[0]} ORDER BY day)
        )
        SELECT {who}, seen_from, seen_to, low, {last} AS high, n_open::USMALLINT AS n_open
        FROM placed WHERE n_open > 0"""


def client_masks() -> str:
    """Return SQL with one row a client: the set of all services used in the window."""
    joined = ", ".join(f"bit_or({bit}) AS {name}" for name, bit in words("place").items())
    return f"""
        SELECT client, family, {joined}, count(*)::USMALLINT AS n_services
        FROM (SELECT DISTINCT client, family, service, enum_code(service)::INTEGER AS place FROM client_stays)
        GROUP BY client, family"""


FAMILY_MASKS = """
    SELECT * FROM (
        SELECT family, count(*)::INTEGER AS persons, bit_or(low) AS low, bit_or(high) AS high
        FROM client_masks GROUP BY family
    ) JOIN (SELECT family, count(DISTINCT service)::USMALLINT AS n_services FROM family_stays GROUP BY family)
        USING (family)"""
"""One row a family: its members who used a service, and the set of all services they used in the window."""


def sampled_families(of_shard: int = OF_SHARD) -> str:
    """Return SQL of some families, `of_shard` of each part at most: 840 times as many in all.

    Pseudonyms are random numbers, so the smallest of each part are a random sample, the same one in every bucketing.
    """
    return f"""
        SELECT family FROM (
            SELECT family, row_number() OVER (PARTITION BY family % {SHARDS} ORDER BY family // {SHARDS}) AS place
            FROM family_masks
        ) WHERE place <= {of_shard}"""


def rank(level: str = "level") -> str:
    """Return SQL of the rank of a level, see `RANKS`."""
    return f"(CASE {level} " + " ".join(f"WHEN '{each}' THEN {n}" for n, each in enumerate(RANKS)) + " ELSE 0 END)"


def words(place: str) -> dict[str, str]:
    """Return SQL of the two words of the set that holds one service, by name.

    Parameters
    ----------
    place : SQL of the place of the service among the codes, a whole number of 32 bits or more. Sets of several services
        are these joined by `bit_or`; services past the last bit share it.
    """
    high = f"1::BIGINT << (least({place}, {LAST}) - {WORD})"
    return {
        "low": f"CASE WHEN {place} < {WORD} THEN 1::BIGINT << ({place}) ELSE 0 END",
        "high": f"CASE WHEN {place} >= {WORD} THEN {high} ELSE 0 END",
    }


def level_stays(who: str) -> str:
    """Return SQL with one row for every period in which somebody's highest open level stays the same.

    Parameters
    ----------
    who : ``client, family`` or ``family``.

    Returns
    -------
    `who`, ``seen_from``, ``seen_to``, ``level``: half-open periods inside the window; between them nothing is open.

    Notes
    -----
    Twelve bits a level count the stays that are open on it.
    """
    somebody = f"PARTITION BY {who.split(',')[0]} ORDER BY day"
    shift = f"({_LEVEL_BITS} * {rank()})"
    highest = " ".join(
        f"WHEN open >= {1 << _LEVEL_BITS * rank} THEN '{level}'" for rank, level in reversed([*enumerate(RANKS)])
    )
    return f"""
        WITH steps AS (
            SELECT {who}, day, sum(change)::BIGINT AS change FROM (
                SELECT {who}, seen_from AS day, 1::BIGINT << {shift} AS change FROM stays
                UNION ALL SELECT {who}, seen_to, -(1::BIGINT << {shift}) FROM stays
            ) GROUP BY {who}, day
        ), running AS (
            SELECT {who}, day, (sum(change) OVER ({somebody} ROWS UNBOUNDED PRECEDING))::BIGINT AS open FROM steps
        ), turning AS (
            SELECT * FROM (
                SELECT {who}, day, level, lag(level) OVER ({somebody}) AS before FROM (
                    SELECT {who}, day, (CASE {highest} END)::level_code AS level FROM running
                )
            ) WHERE level IS DISTINCT FROM before
        )
        SELECT {who}, day AS seen_from, seen_to, level
        FROM (SELECT *, lead(day) OVER ({somebody}) AS seen_to FROM turning) WHERE level IS NOT NULL"""


def _bit(word: int) -> str:
    """Return SQL of the bit of a service in one of the words; bits that are shared are added otherwise."""
    inside = f"place >= {word * WORD} AND place < {min((word + 1) * WORD, LAST + 1)}"
    return f"(CASE WHEN {inside} THEN 1::BIGINT << (place - {word * WORD})::INTEGER ELSE 0 END)"


def _others() -> str:
    return f"(place >= {LAST})::INTEGER"
