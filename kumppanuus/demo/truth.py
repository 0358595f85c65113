"""The truth of Esimerkkilä: what a perfect analysis of its registers would find, computed from the clean town."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kumppanuus.demo.affairs import Affairs
from kumppanuus.demo.catalogue import FIRST_YEAR, INVOICED_SERVICE, LAST_YEAR, LINKS, SERVICES, YEARS, service_number
from kumppanuus.demo.extracts import Extract
from kumppanuus.demo.town import WINDOW_END, WINDOW_START, Town, day
from kumppanuus.demo.truth_affairs import tell_affairs
from kumppanuus.demo.truth_conventions import CONVENTIONS
from kumppanuus.demo.truth_money import tell_money
from kumppanuus.demo.truth_planted import tell_planted
from kumppanuus.demo.truth_resources import tell_resources


def tell_truth(
    town: Town, affairs: Affairs, extracts: Mapping[str, Extract], seed: int, population: pd.DataFrame
) -> dict[str, Any]:
    """Return everything that is known about the town, ready for JSON."""
    relationships = town.relationships
    services = {service.code: _service_truth(town, service.code) for service in SERVICES}
    told = tell_affairs(town, affairs, population)
    return {
        "conventions": dict(CONVENTIONS),
        "seed": seed,
        "window": {"from": f"{FIRST_YEAR}-01-01", "to": f"{LAST_YEAR}-12-31"},
        "counts": {
            "families_ever": len(town.people.area),
            "families": int(relationships["family"].nunique()),
            "clients": int(relationships["client"].nunique()),
            "people_in_client_register": int(_balance(e for e in extracts.values() if e.table == "clients")["used"]),
            "relationships": len(relationships),
            "open_at_end_of_window": int((relationships["end"] > WINDOW_END).sum()),
            "started_before_window": int((relationships["start"] < WINDOW_START).sum()),
            "visits": len(town.visits),
            "social_visits": len(affairs.social_visits),
            "contacts": len(affairs.known_contacts),
            "invoices": len(town.invoices),
        },
        "account": _account(extracts),
        "planted_faults": _planted_faults(extracts),
        "planted": tell_planted(told, services),
        "services": services,
        "co_use": _co_use(relationships),
        "escalation": [_escalation(town, link.source, link.target) for link in LINKS if link.kind == "escalation"],
        "population": _population(population),
        **told,
        "money": tell_money(town, affairs),
        "resources": tell_resources(town, affairs),
    }


def _account(extracts: Mapping[str, Extract]) -> dict[str, Any]:
    files = {name: {"table": extract.table, **_balance([extract])} for name, extract in extracts.items()}
    tables = dict.fromkeys(extract.table for extract in extracts.values())
    by_table = {table: _balance(e for e in extracts.values() if e.table == table) for table in tables}
    return {"tables": by_table, "files": files}


def _balance(extracts: Iterable[Extract]) -> dict[str, Any]:
    accounts = [extract.account for extract in extracts]
    reasons = _summed(account.quarantined for account in accounts)
    read, merged, blank = (sum(getattr(a, name) for a in accounts) for name in ("read", "repeated", "blank"))
    quarantined = sum(reasons.values())
    return {
        "read": read,
        "used": read - merged - quarantined - blank,
        "merged": merged,
        "quarantined": quarantined,
        "outside_window": 0,
        "blank": blank,
        "quarantined_by_reason": reasons,
    }


def _planted_faults(extracts: Mapping[str, Extract]) -> dict[str, dict[str, int]]:
    """Count planted faults by table and kind, the refused and the forgiven ones."""
    faults: dict[str, dict[str, int]] = {}
    for extract in extracts.values():
        account = extract.account
        blank = {"blank_line": account.blank} if account.blank else {}
        known = faults.get(extract.table, {})
        faults[extract.table] = _summed([known, account.quarantined, account.harmless, blank])
    return {table: kinds for table, kinds in faults.items() if kinds}


def _summed(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for kind, number in part.items():
            total[kind] = total.get(kind, 0) + number
    return total


def _service_truth(town: Town, code: str) -> dict[str, Any]:
    service = SERVICES[service_number(code)]
    duration = service.duration
    used = town.relationships[town.relationships["service"] == service_number(code)]
    starts = {str(y): int(used["start"].between(day(y), day(y + 1) - 1).sum()) for y in YEARS}
    return {
        "level": service.level,
        "relationships": len(used),
        "clients": int(used["client"].nunique()),
        "families": int(used["family"].nunique()),
        "duration": {
            "distribution": duration.kind,
            "shape": duration.shape,
            "scale_days": round(duration.scale, 6),
            "median_days": duration.median_days,
            "share_longer_365": round(duration.share_longer(365), 9),
            "share_longer_730": round(duration.share_longer(730), 9),
        },
        "arrivals_by_year": starts,
        "years": {str(year): _year_truth(town, used, code, year) for year in YEARS},
    }


def _year_truth(town: Town, used: pd.DataFrame, code: str, year: int) -> dict[str, Any]:
    begin = np.maximum(used["start"].to_numpy(), day(year))
    days = np.maximum(np.minimum(used["end"].to_numpy(), day(year + 1)) - begin, 0)
    present = used[days > 0]
    return {
        "relationships": len(present),
        "clients": int(present["client"].nunique()),
        "families": int(present["family"].nunique()),
        "days": int(days.sum()),
        "visits": _visits_of_year(town, code, year),
        "cost_eur": _cost_cents(town, used.assign(days=days), code, year) / 100,
    }


def _visits_of_year(town: Town, code: str, year: int) -> int:
    date = town.visits["date"].to_numpy()
    of_service = town.visits["service"].to_numpy() == service_number(code)
    return int((of_service & (date >= day(year)) & (date < day(year + 1))).sum())


def _cost_cents(town: Town, used: pd.DataFrame, code: str, year: int) -> int:
    service = SERVICES[service_number(code)]
    if code == INVOICED_SERVICE:
        in_year = town.invoices["date"].between(day(year), day(year + 1) - 1)
        return int(town.invoices.loc[in_year, "cents"].sum())
    if service.unit == "visit":
        return _visits_of_year(town, code, year) * service.unit_cost_cents[service.usual_production]
    return int((used["days"] * used["production"].map(dict(service.unit_cost_cents))).sum())


def _co_use(relationships: pd.DataFrame) -> list[dict[str, Any]]:
    """Count families with both services on one day, for each pair of services in catalogue order."""
    seen = relationships[["family", "client", "service"]].assign(
        start=relationships["start"].clip(lower=WINDOW_START), end=relationships["end"].clip(upper=WINDOW_END)
    )
    both = seen.merge(seen, on="family", suffixes=("_a", "_b"))
    overlap = (both["start_a"] < both["end_b"]) & (both["start_b"] < both["end_a"])
    both = both[overlap & (both["service_a"] < both["service_b"])]
    families = both.groupby(["service_a", "service_b"])["family"].nunique()
    same_client = both[both["client_a"] == both["client_b"]]
    clients = same_client.groupby(["service_a", "service_b"])["client_a"].nunique()
    planted = {(service_number(k.source), service_number(k.target)): k for k in LINKS if k.kind == "co_use"}
    return [
        {
            "services": [SERVICES[a].code, SERVICES[b].code],
            "families": int(families.get((a, b), 0)),
            "clients_with_both": int(clients.get((a, b), 0)),
            "planted_probability": planted[a, b].probability if (a, b) in planted else None,
        }
        for a in range(len(SERVICES))
        for b in range(a + 1, len(SERVICES))
    ]


def _escalation(town: Town, source: str, target: str) -> dict[str, Any]:
    link = next(link for link in LINKS if (link.source, link.target) == (source, target))
    history = town.history
    starts = history[history["start"].between(WINDOW_START, WINDOW_END - 1)]
    after = starts[starts["service"] == service_number(target)]
    origins = starts[(starts["service"] == service_number(source)) & (starts["start"] < day(LAST_YEAR))]
    pairs = origins.reset_index().merge(after[["client", "start"]], on="client", suffixes=("", "_after"))
    delay = pairs["start_after"] - pairs["start"]
    return {
        "from": source,
        "to": target,
        "probability": link.probability,
        "delay_days": list(link.delay_days),
        "origins": len(origins),
        "followed": int(pairs.loc[delay.between(*link.delay_days), "index"].nunique()),
        "planted": int((after["link"] == LINKS.index(link)).sum()),
    }


def _population(population: pd.DataFrame) -> dict[str, Any]:
    children = population[population["age_to"] < 18].groupby("year")["persons"].sum()
    everybody = population.groupby("year")["persons"].sum()
    return {str(y): {"under_18": int(children[y]), "all": int(everybody[y])} for y in YEARS}
