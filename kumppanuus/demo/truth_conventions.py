"""What the numbers of totuus.json mean. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CONVENTIONS: Mapping[str, str] = MappingProxyType({
    "window": (
        "2021-01-01 to 2025-12-31, both days included; a study year is a calendar year"
    ),
    "relationship": (
        "lasts [start, last_day + 1); days = last_day - start + 1; a client is in a service once at a time, and "
        "at least 30 days lie between two relationships, so a spell (tolerance 0) is a relationship"
    ),
    "duration": (
        "length T in days is drawn from the stated distribution and days = ceil(T); median_days is the true "
        "median of days; share_longer_d = P(days > d) = P(T > d), the survival curve at d. exponential and "
        "weibull: P(T > d) = exp(-(d / scale_days) ** shape); lognormal: median = scale_days, shape = standard "
        "deviation of log T"
    ),
    "arrivals": (
        "relationships that start in the year"
    ),
    "clients_and_families": (
        "distinct clients and distinct families with a relationship that has a day in the year (total: in the "
        "window); visits and invoices add nobody"
    ),
    "co_use": (
        "families in which somebody has one service and somebody, the same or another, the other service on the "
        "same day inside the window, at least one such day; clients_with_both: the same for one client; every "
        "pair of services is listed; planted_probability: share of relationships in the first service that were "
        "given a follower of the same client in the second one, starting 0-30 days after the start (dropped when "
        "it would overlap)"
    ),
    "escalation": (
        "planted probability that a relationship in `from` is followed by one of the same client in `to` that "
        "starts 1-365 days after the START of `from` (not drawn when the client is 18 or the start falls after "
        "the window; dropped when the client is in `to` or left it less than 30 days ago). origins: relationships"
        " in `from` that start in 2021-2024; followed: those with any start in `to` of the same client 1-365 days"
        " later, planted or not; planted: starts in `to` in the window that come from the link"
    ),
    "cost": (
        "unit day: days of relationships in the year x unit cost by way of production; unit visit: visits dated "
        "in the year x unit cost; the invoiced service: invoice rows dated in the year, its unit cost is not used"
    ),
    "account": (
        "read = used + merged + quarantined + outside_window + blank; records after the header row, blank lines "
        "included. merged: a row that says the same relationship (client, service, start) or client as a row that"
        " is used, in the same file or in another year's; by file, the oldest file's row counts as the used one"
    ),
    "population": (
        "children of the simulated families at the end of the year and a fixed number of adults"
    ),
    "planted": (
        "pain points planted on purpose; everything else is neutral. planted: the size meant; found: the true "
        "size in this town; signal: the room that should find it and the codes it is about; echoes: its "
        "consequences. A town of fewer than 3,000 families has too few children for an overloaded worker"
    ),
    "timeliness": (
        "contacts received in the half-year, by area and as the register knows them: received; decided: with a "
        "day of decision; in_time: of these, decided on the 7th working day after the day of receipt or before; "
        "not_recorded: an outcome but no day; undecided: neither. assessment: contacts that led to a service or "
        "an assessment or to nothing yet; assessed; in_time: within 3 months, a limit on a day off moved on"
    ),
    "waiting": (
        "contacts received in 2021-2024 that led to a relationship, even one that starts after the window: median"
        " days from receipt to start; median_after_decision is the planted median from decision to start"
    ),
    "caseload": (
        "children under 18 with an open relationship in child welfare on 31 December and their responsible "
        "workers, by area; over_limit: children whose worker has more than the limit of the law (none in 2021)"
    ),
    "redirected": (
        "contacts by the service whose door they came to; followed: redirected ones whose client is in another "
        "contact at another door within 30 days (the window's last 30 days cannot tell)"
    ),
    "areas": (
        "children under 18 on 31 December with a day in any relationship of the year, and how many the rates of "
        "the whole town by age group and sex let expect among the children who live in the area; starts: "
        "relationships that start in the year"
    ),
    "money": (
        "eur of the year: described: as under cost, in prices of 2025 but invoices as paid; explained: the same "
        "in prices of the year (price_index); ledger; unexplained_share: (ledger - explained) / ledger. "
        "concentration: a family's cost as described, all services; families with any; gini; share of the dearest"
        " ceil(n / 10) families; stayed: part of these that were among the dearest tenth of the year before"
    ),
    "needs": (
        "distinct families with the reason recorded at the stage in the calendar year"
    ),
    "goals": (
        "goals set in the calendar year; assessed within 365 days; outcomes of all that were assessed"
    ),
    "together": (
        "families by who has a relationship open on the last day of the window; a child is under 18 that day"
    ),
    "resources": (
        "segments: families with a day in a relationship of the last year by the first segment whose rule holds, "
        "needs recorded and services used in that year; capacity: places and person-years from the first day of the "
        "last year, all areas together; open: relationships that go on after the window; open_still_after_months: of "
        "these, how many last beyond so many months (nobody who starts after the window is counted); languages: the "
        "families of segments by language; workers: responsible for a relationship on the last day, by area, and "
        "their person-years"
    ),
    "questionnaire": (
        "mean of the answers given by theme and group, a negative statement turned around (6 - answer)"
    ),
})  # fmt: skip
