"""Contacts against the statutory clocks, and the waits that follow them. SQL, run by the store."""

from __future__ import annotations

from kumppanuus.register.spells import FAMILY_GROUPS

TABLES = ("clocked", "waits")
FATES = ("in_time", "late", "overdue", "pending", "closed", "undated")
"""Stopped in time; stopped (or closed) after the limit; still open though the limit is past; limit not past yet when
the window ends; closed before the limit, so that nothing was due; day missing or before the contact."""
DUE = FATES[:3]
"""Fates of contacts whose limit is past: what the share in time is a share of."""
CLOSING = ("redirected", "advice", "no_need", "other")
"""Outcomes that close a contact without a service, by decision."""
WITHDREW = "withdrew"
FOLLOWED_DAYS = 365
"""So long a wait is followed: a contact whose service is never found does not wait for ever."""


def derivations() -> dict[str, str]:
    """Return the SQL of `TABLES`.

    ``clocked``: one row a contact and clock that concerns it, received inside the window: ``fate`` (see `FATES`),
    ``event`` (``done``, ``closed``, ``withdrew``; NULL while open), ``seen_days`` (whole days from the contact to the
    event or the end of the window, at least 1; NULL when undated), ``place`` (of what is done: in which working day or
    month it was, from 1). A matter is judged by the clock in force on the day it was received.

    ``waits``: one row a contact of a known client, received inside the window, that asks for a service: ``event``
    (``service``; ``closed`` by a decision; ``withdrew``; NULL while waiting), ``seen_days`` (at least 1, at most
    `FOLLOWED_DAYS`), ``left_day`` (when it ends to be a wait that is followed; NULL = still waiting when the window
    ends), ``decision_days`` (from the contact to the start decision; NULL where its day is not known), ``fate``
    (``already`` in the service, ``undated``, else the event or ``waiting``). The service that is waited for is the
    first spell in the contact's service (in any service when it names none) that begins on the day of the contact or
    later. Contacts that one spell answers, or that wait for the same, are one wait from the first of them.
    """
    return {"clocked": _CLOCKED, "waits": _WAITS}


_QUARTER = "(year(date)::VARCHAR || ' Q' || quarter(date))"
_AREA = "coalesce(contacts.area, clients.area, 'unknown')"
_CLOCKED = f"""
    WITH concerned AS (
        SELECT contacts.client, contacts.family, {_AREA} AS area, coalesce(kind, 'unknown') AS kind, date, decided,
            outcome, clock, clocks.unit, clocks."limit", stops,
            coalesce(outcome = '{WITHDREW}' OR list_contains(unless, outcome), false) AS dropped,
            CASE stops WHEN 'decided' THEN decided ELSE assessed END AS stopped
        FROM contacts CROSS JOIN period
            JOIN clocks ON date >= valid_from AND date < valid_to AND list_contains(kinds, kind)
            LEFT JOIN services ON contacts.service = services.service::service_code
            LEFT JOIN clients ON contacts.client = clients.client
        WHERE date >= first_day AND date < end_day
            AND (services.sector IS NULL OR list_contains(sectors, services.sector))
    ), numbered AS (
        SELECT concerned.*, received.number AS before, CASE concerned.unit WHEN 'months'
            THEN month_end.number + (NOT month_end.working)::INTEGER ELSE received.number + "limit" END AS due_number
        FROM concerned JOIN workdays AS received ON received.day = date
            LEFT JOIN workdays AS month_end
                ON concerned.unit = 'months' AND month_end.day = (date + to_months("limit"))::DATE
    ), due AS (
        SELECT numbered.*, last_one.day AS due, year, period.end_day,
            CASE WHEN dropped THEN decided ELSE stopped END AS day,
            CASE WHEN dropped THEN decided IS NULL
                WHEN stopped IS NULL THEN coalesce(outcome = 'service', false)
                    OR stops = 'decided' AND outcome IS NOT NULL
                ELSE false END OR coalesce(CASE WHEN dropped THEN decided ELSE stopped END < date, false) AS undated
        FROM numbered CROSS JOIN period
            JOIN workdays AS last_one ON last_one.number = due_number AND last_one.working
            JOIN years ON date >= years.first_day AND date < years.end_day
    ), judged AS (
        SELECT due.* EXCLUDE (day), CASE WHEN day < end_day AND NOT undated THEN day END AS day FROM due
    )
    SELECT client, family, (coalesce(family, 0) // 64) % {FAMILY_GROUPS} AS family_group, clock, judged.unit, area,
        kind, year, {_QUARTER} AS quarter,
        CASE WHEN undated THEN 'undated' WHEN dropped AND judged.day <= due THEN 'closed'
            WHEN due >= end_day THEN 'pending' WHEN NOT dropped AND judged.day <= due THEN 'in_time'
            WHEN judged.day IS NOT NULL THEN 'late' ELSE 'overdue' END AS fate,
        CASE WHEN judged.day IS NULL THEN NULL WHEN outcome = '{WITHDREW}' THEN '{WITHDREW}' WHEN dropped THEN 'closed'
            ELSE 'done' END AS event,
        CASE WHEN NOT undated
            THEN greatest(1, date_diff('day', date, coalesce(judged.day, end_day)))::INTEGER END AS seen_days,
        CASE WHEN dropped OR judged.day IS NULL THEN NULL
            WHEN judged.unit = 'working_days' THEN greatest(1, then_.number + (NOT then_.working)::INTEGER - before)
            WHEN judged.day <= due THEN least("limit", 1 + date_sub('month', date, judged.day - 1))
            ELSE greatest("limit" + 1, 1 + date_sub('month', date, judged.day - 1)) END::INTEGER AS place
    FROM judged LEFT JOIN workdays AS then_ ON then_.day = judged.day"""
_CLOSED = f"outcome IN ({', '.join(map(repr, (*CLOSING, WITHDREW)))})"
_WAITS = f"""
    WITH starts AS (
        SELECT client, service::VARCHAR AS service, start, "end" FROM spells UNION ALL
        SELECT client, '', start, start FROM (SELECT DISTINCT client, start FROM spells)
    ), asked AS (
        SELECT contacts.client, contacts.family, coalesce(contacts.service::VARCHAR, '') AS service, {_AREA} AS area,
            date, decided, outcome, coalesce({_CLOSED}, false) AS closed
        FROM contacts CROSS JOIN period LEFT JOIN clients ON contacts.client = clients.client
        WHERE contacts.client IS NOT NULL AND date >= first_day AND date < end_day
    ), begun AS (
        SELECT asked.*, starts.start FROM asked ASOF LEFT JOIN starts
            ON asked.client = starts.client AND asked.service = starts.service AND asked.date <= starts.start
    ), there AS (
        SELECT begun.*, starts.start IS NOT NULL AND coalesce(starts."end" > date, true) AS already
        FROM begun ASOF LEFT JOIN starts
            ON begun.client = starts.client AND begun.service = starts.service AND begun.date > starts.start
    ), first_ones AS (
        SELECT * FROM there QUALIFY closed OR already OR row_number() OVER (
            PARTITION BY client, service, start, closed, already ORDER BY date, area, decided, outcome) = 1
    ), ended AS (
        SELECT first_ones.*, year, period.end_day, date + {FOLLOWED_DAYS} AS last_day,
            closed AND coalesce(decided < date, true) AS undated,
            CASE WHEN closed THEN decided ELSE start END AS day
        FROM first_ones CROSS JOIN period JOIN years ON date >= years.first_day AND date < years.end_day
    ), seen AS (
        SELECT ended.* EXCLUDE (day), CASE WHEN day < end_day AND day <= last_day THEN day END AS day FROM ended
    )
    SELECT client, family, (coalesce(family, 0) // 64) % {FAMILY_GROUPS} AS family_group, area, year, date,
        nullif(service, '') AS service, {_QUARTER} AS quarter,
        CASE WHEN already THEN 'already' WHEN undated THEN 'undated' WHEN day IS NULL THEN 'waiting'
            WHEN outcome = '{WITHDREW}' THEN '{WITHDREW}' WHEN closed THEN 'closed' ELSE 'service' END AS fate,
        CASE WHEN already OR undated OR day IS NULL THEN NULL WHEN outcome = '{WITHDREW}' THEN '{WITHDREW}'
            WHEN closed THEN 'closed' ELSE 'service' END AS event,
        CASE WHEN NOT (already OR undated)
            THEN greatest(1, date_diff('day', date, coalesce(day, least(last_day, end_day))))::INTEGER END AS seen_days,
        CASE WHEN already OR undated THEN NULL WHEN day IS NOT NULL THEN day WHEN last_day < end_day THEN last_day
            END AS left_day,
        CASE WHEN decided >= date AND decided < end_day THEN date_diff('day', date, decided) END::INTEGER
            AS decision_days
    FROM seen"""
