"""The truth about what was planted: what, where, since when, how large it came out, and which signal should find it."""

from __future__ import annotations

from typing import Any

from kumppanuus.demo.catalogue import LAST_YEAR, SERVICES, service_number
from kumppanuus.demo.planted import BOUNCE, DISAGREEMENT, LATE_CLOCK, OVERLOAD, UNDER_SERVED


def tell_planted(affairs: dict[str, Any], services: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the planted pain points in the order of the issue.

    Parameters
    ----------
    affairs, services : the parts of the truth that hold their true sizes.

    Returns
    -------
    For each: ``name``; ``what``; where and since when; ``planted`` and ``found`` (true) size; ``signal``: the one (its
    room, name and codes it is about) that should find it; ``echoes``: rooms and codes in which consequences may show.
    """
    return [
        _late_clock(affairs),
        _overload(affairs),
        _bounce(affairs),
        _under_served(affairs),
        _disagreement(affairs),
        _growth(services),
    ]


def _late_clock(affairs: dict[str, Any]) -> dict[str, Any]:
    last = [affairs["timeliness"]["start"][LATE_CLOCK.area][f"{LAST_YEAR}-{part}"] for part in (1, 2)]
    share = sum(part["in_time"] for part in last) / sum(part["decided"] for part in last)
    return {
        "name": "late_clock",
        "what": "start decisions of one area come late from a day on",
        "area": LATE_CLOCK.area,
        "since": LATE_CLOCK.since,
        "planted": LATE_CLOCK.share_in_time,
        "elsewhere": LATE_CLOCK.otherwise,
        "found_last_year": round(share, 6),
        "signal": {"room": "baseline.timeliness", "name": "late_start", "about": [LATE_CLOCK.area]},
        "echoes": [
            {"room": "baseline.timeliness", "about": []},
            {"room": "baseline.waiting", "about": [LATE_CLOCK.area]},
        ],
    }


def _overload(affairs: dict[str, Any]) -> dict[str, Any]:
    told = affairs["caseload"][str(LAST_YEAR)]
    return {
        "name": "overloaded_unit",
        "what": "child-welfare workers of one area carry too many children from a year on",
        "area": OVERLOAD.area,
        "since": f"{OVERLOAD.first_year}-01-01",
        "planted": OVERLOAD.children,
        "elsewhere": OVERLOAD.otherwise,
        "found_last_year": told[OVERLOAD.area]["children_per_worker"],
        "signal": {"room": "baseline.caseload", "name": "overload", "about": [OVERLOAD.area]},
        "echoes": [{"room": "baseline.caseload", "about": []}],
    }


def _bounce(affairs: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "bouncing_service",
        "what": "one service sends families on to another door, where they come within 30 days",
        "service": BOUNCE.service,
        "since": None,
        "planted": BOUNCE.share,
        "elsewhere": BOUNCE.otherwise,
        "found": affairs["redirected"][BOUNCE.service]["share"],
        "signal": {"room": "baseline.fragmentation", "name": "bounce", "about": [BOUNCE.service]},
        "echoes": [
            {"room": "baseline.waiting", "about": [BOUNCE.service]},
            {"room": "resources.capacity", "about": [BOUNCE.service]},
        ],
    }


def _under_served(affairs: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "under_served_area",
        "what": "in one area people are reached less than age and sex let expect, by every level alike",
        "area": UNDER_SERVED.area,
        "since": None,
        "planted": UNDER_SERVED.share,
        "elsewhere": 1.0,
        "found_last_year": affairs["areas"][str(LAST_YEAR)][UNDER_SERVED.area]["ratio"],
        "signal": {"room": "baseline.equity", "name": "under_served", "about": [UNDER_SERVED.area]},
        "echoes": [{"room": "baseline.coverage", "about": [UNDER_SERVED.area]}],
    }


def _disagreement(affairs: dict[str, Any]) -> dict[str, Any]:
    means = affairs["questionnaire"]["means"][DISAGREEMENT.theme]
    return {
        "name": "disagreement",
        "what": "leaders and workers see one theme differently",
        "theme": DISAGREEMENT.theme,
        "since": None,
        "planted": round(DISAGREEMENT.leader - DISAGREEMENT.worker, 6),
        "elsewhere": 0.0,
        "found": round(means["leader"] - means["worker"], 6),
        "signal": {"room": "baseline.capability", "name": "apart", "about": [DISAGREEMENT.theme]},
        "echoes": [{"room": "baseline.capability", "about": [DISAGREEMENT.theme]}],
    }


def _growth(services: dict[str, Any]) -> dict[str, Any]:
    cost = services["sijaishuolto"]["years"]
    years = sorted(cost)
    growth = (cost[years[-1]]["cost_eur"] / cost[years[0]]["cost_eur"]) ** (1 / (len(years) - 1)) - 1
    return {
        "name": "corrective_growth",
        "what": "open and substitute care of child welfare grow, and with them the cost of corrective services",
        "services": ["avohuolto", "sijaishuolto"],
        "since": "2017-01-01",
        "planted": SERVICES[service_number("sijaishuolto")].growth,
        "elsewhere": 0.0,
        "found": round(growth, 6),
        "signal": {"room": "baseline.money", "name": "corrective_growth", "about": []},
        "echoes": [
            {"room": "baseline.coverage", "about": ["corrective"]},
            {"room": "baseline.concentration", "about": []},
            {"room": "baseline.caseload", "about": []},
            *(
                {"room": room, "about": [service]}
                for room in ("resources.capacity", "resources.forecast")
                for service in ("avohuolto", "sijaishuolto")
            ),
        ],
    }
