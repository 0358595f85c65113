"""SQL that turns the distinct texts of one column into values and the rule each of them breaks.

Nothing is inferred: a date is what the source's date format says, a number what its decimal sign says, a code what the
study names. Every statement reads a view ``texts(i, text)`` and gives ``value``, ``rule``, ``total`` in its order.
"""

from __future__ import annotations

import re

from kumppanuus.intake.read_csv import SPACES

MISSING, BAD_DATE, SHORT_YEAR, BAD_NUMBER = 305, 306, 307, 308
OPEN_ENDED_YEAR = 2200
EARLIEST_YEAR = 1800
_TOTALS = r"^(yhteensä|yht\.|summa|total|totalt|kaikki)([^\p{L}]|$)"
_SCIENTIFIC = r"\d+([.,]\d+)?[eE]\+\d+"

_GIVEN = f"""
WITH trimmed AS (SELECT i, trim(text, '{SPACES}' || chr(10)) AS t FROM texts),
given AS (
    SELECT i, CASE WHEN t = '' OR list_contains($missing, t) THEN NULL ELSE t END AS t,
        CASE WHEN lower(t[1]) IN ('y', 's', 't', 'k') THEN regexp_matches(lower(t), '{_TOTALS}') ELSE false END AS total
    FROM trimmed
)
"""


def ids_sql() -> str:
    """Text of an identifying number; ``scientific`` tells that a spreadsheet has eaten its digits."""
    return f"""{_GIVEN}
SELECT nfc_normalize(t) AS value, 0 AS rule, total,
    coalesce(contains(t, '+') AND regexp_full_match(t, '{_SCIENTIFIC}'), false) AS scientific
FROM given ORDER BY i"""


def dates_sql(date_format: str, *, may_be_endless: bool) -> str:
    """DATE, also with midnight behind it; an end in the year 2200 or later means that there is none.

    Any other time of day is refused: days written in another time zone stand at 21.00 or 22.00 of the day before.
    """
    pattern = _date_pattern(date_format)
    midnight = "( |T)0{1,2}[:.]00([:.]00([.,]0+)?)?"
    short = pattern.replace(r"\d{4}", r"\d{2}")
    strptime = date_format.replace("dd", "%d").replace("mm", "%m").replace("yyyy", "%Y")
    endless = f"WHEN year(d) >= {OPEN_ENDED_YEAR} THEN 0" if may_be_endless else ""
    return f"""{_GIVEN},
plain AS (
    SELECT i, total, CASE WHEN contains(t, ':00') OR contains(t, '.00')
        THEN regexp_replace(t, '^({pattern}){midnight}$', '\\1') ELSE t END AS t
    FROM given
),
days AS (
    SELECT *, CASE WHEN regexp_full_match(t, '{pattern}') THEN CAST(try_strptime(t, '{strptime}') AS DATE) END AS d
    FROM plain
),
judged AS (
    SELECT *, CASE
        WHEN t IS NULL THEN 0
        WHEN d IS NULL AND regexp_full_match(t, '{short}') THEN {SHORT_YEAR}
        WHEN d IS NULL OR year(d) < {EARLIEST_YEAR} THEN {BAD_DATE}
        {endless}
        WHEN year(d) >= {OPEN_ENDED_YEAR} THEN {BAD_DATE}
        ELSE 0 END AS rule
    FROM days
)
SELECT CASE WHEN rule = 0 AND year(d) < {OPEN_ENDED_YEAR} THEN d END AS value, rule, total FROM judged ORDER BY i"""


def integers_sql(decimal: str) -> str:
    """INTEGER, not negative; decimals are accepted when they are zeros."""
    return _numbers_sql(
        rf"\+?\d{{1,15}}({re.escape(decimal)}0+)?",
        f"TRY_CAST(split_part(n, '{decimal}', 1) AS INTEGER)",
    )


def cents_sql(decimal: str) -> str:
    """BIGINT cents, reckoned in decimals; half a cent goes away from zero."""
    exact = rf"regexp_replace(replace(n, '{decimal}', '.'), '(\.\d{{6}})\d+$', '\1')"
    return _numbers_sql(
        rf"[+-]?\d{{1,13}}({re.escape(decimal)}\d+)?",
        f"CAST(round(TRY_CAST({exact} AS DECIMAL(24, 6)) * 100) AS BIGINT)",
    )


def decimals_sql(decimal: str) -> str:
    """DOUBLE, of either sign."""
    return _numbers_sql(
        rf"[+-]?\d{{1,15}}({re.escape(decimal)}\d+)?", f"TRY_CAST(replace(n, '{decimal}', '.') AS DOUBLE)"
    )


def labels_sql() -> str:
    """Text of a name in the organiser's own catalogue."""
    return f"{_GIVEN} SELECT nfc_normalize(t) AS value, 0 AS rule, total FROM given ORDER BY i"


def codes_sql() -> str:
    """Code of the study by ``words(text, code)``; ``unknown`` where nobody knows the text."""
    return f"""{_GIVEN}
SELECT CASE WHEN t IS NULL THEN NULL ELSE coalesce(code, $unknown) END AS value, 0 AS rule,
    coalesce(total AND code IS NULL, false) AS total
FROM given LEFT JOIN words ON words.text = nfc_normalize(t) ORDER BY i"""


def _numbers_sql(pattern: str, value: str) -> str:
    return f"""{_GIVEN},
plain AS (
    SELECT i, total, t, replace(regexp_replace(t, '[{SPACES}]', '', 'g'), '\u2212', '-') AS n FROM given
),
read AS (SELECT *, CASE WHEN regexp_full_match(n, '{pattern}') THEN {value} END AS v FROM plain)
SELECT v AS value, CASE WHEN t IS NOT NULL AND v IS NULL THEN {BAD_NUMBER} ELSE 0 END AS rule, total
FROM read ORDER BY i"""


def _date_pattern(date_format: str) -> str:
    """Return the exact form of a date: one or two digits for day and month where something separates them."""
    digits = r"\d{2}" if date_format.isalpha() else r"\d{1,2}"
    pattern = re.sub(r"[./-]", lambda sign: re.escape(sign[0]), date_format)
    return pattern.replace("yyyy", r"\d{4}").replace("dd", digits).replace("mm", digits)
