"""Which services are open on which day, of families or of clients of the clean town: one bit a service and day."""

from __future__ import annotations

from functools import cache

import numpy as np

from kumppanuus.demo.catalogue import SERVICES
from kumppanuus.demo.town import WINDOW_END, WINDOW_START
from tests.lifecycle.clean_town import CleanTown

CODES = tuple(service.code for service in SERVICES)


@cache
def _grid(rows: tuple[tuple[int, int, int, int], ...]) -> dict[int, np.ndarray]:
    found: dict[int, np.ndarray] = {}
    for who, service, start, end in rows:
        days = found.setdefault(who, np.zeros((len(CODES), WINDOW_END - WINDOW_START), dtype=bool))
        days[service, max(start - WINDOW_START, 0) : max(end - WINDOW_START, 0)] = True
    return found


def open_days(clean_town: CleanTown, who: str) -> dict[int, np.ndarray]:
    """Return family (client) → services x days of the window."""
    rows = clean_town.town.relationships[[who, "service", "start", "end"]]
    return _grid(tuple(map(tuple, rows.to_numpy(dtype=np.int64).tolist())))


def longest_peak(days: np.ndarray) -> frozenset[str]:
    """Return the services of the longest unbroken period with as many open as ever, the earliest of equals."""
    starts = np.append(0, np.flatnonzero((days[:, 1:] != days[:, :-1]).any(axis=0)) + 1)
    lengths = np.diff(np.append(starts, days.shape[1]))
    _, _, place = max(zip(days[:, starts].sum(axis=0), lengths, -starts, strict=True))
    return frozenset(code for code, there in zip(CODES, days[:, -place], strict=True) if there)
