"""The truth about resources: who needs what, which places there are, who of today's clients is still there later."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kumppanuus.demo.affairs import Affairs
from kumppanuus.demo.casework import NEEDS
from kumppanuus.demo.catalogue import AREAS, LAST_YEAR, SERVICES
from kumppanuus.demo.planning import SEGMENTS, Segment
from kumppanuus.demo.staff import LANGUAGES
from kumppanuus.demo.town import WINDOW_END, Town, day

OTHER = "other"
YEARS_AHEAD = (1, 2, 3)
_LEVELS = np.array([service.level for service in SERVICES])
_NEEDS = np.array([need.code for need in NEEDS])


def tell_resources(town: Town, affairs: Affairs) -> dict[str, Any]:
    """Return segments, capacity, today's clients in the years ahead, languages and workers, ready for JSON."""
    segment = family_segments(town, affairs)
    language = np.array(LANGUAGES)[affairs.language[segment.index.to_numpy()]]
    one_each = affairs.staff.drop_duplicates("worker")
    return {
        "segments": {code: int((segment == code).sum()) for code in [*(each.code for each in SEGMENTS), OTHER]},
        "capacity": {service.code: _capacity(town, affairs, number) for number, service in enumerate(SERVICES)},
        "languages": {code: int((language == code).sum()) for code in LANGUAGES},
        "workers": {area.code: int((one_each["area"] == place).sum()) for place, area in enumerate(AREAS)},
        "fte": round(float(one_each["fte"].sum()), 1),
    }


def family_segments(town: Town, affairs: Affairs) -> pd.Series:
    """Return the code of the segment of each family with a service in the last year, by family."""
    rows = town.relationships[town.relationships["end"] > day(LAST_YEAR)]
    needs = affairs.needs[affairs.needs["date"] >= day(LAST_YEAR)]
    need_family = town.people.family[needs["client"]]
    families = np.unique(rows["family"])
    found = pd.Series(OTHER, index=families)
    for segment in reversed(SEGMENTS):
        found[_in_segment(segment, families, rows, need_family, _NEEDS[needs["need"]])] = segment.code
    return found


def _in_segment(
    segment: Segment, families: NDArray[np.int64], rows: pd.DataFrame, need_family: NDArray[np.int64],
    need: NDArray[np.str_],
) -> NDArray[np.bool_]:  # fmt: skip
    """Tell which families the conditions of a segment hold for, whatever other segments say."""
    holds = np.ones(len(families), bool)
    if segment.needs:
        holds &= np.isin(families, need_family[np.isin(need, segment.needs)])
    if segment.levels:
        of_level = np.isin(_LEVELS[rows["service"]], segment.levels)
        holds &= np.isin(families, rows.loc[of_level, "family"])
    if segment.services:
        number = rows.groupby("family")["service"].nunique().reindex(families).to_numpy()
        holds &= number >= segment.services
    return holds


def _capacity(town: Town, affairs: Affairs, number: int) -> dict[str, Any]:
    of = affairs.capacity[(affairs.capacity["service"] == number) & (affairs.capacity["year"] == LAST_YEAR)]
    rows = town.relationships[town.relationships["service"] == number]
    ahead = {str(12 * years): int((rows["end"] > day(LAST_YEAR + 1 + years)).sum()) for years in YEARS_AHEAD}
    return {
        "places": int(of["places"].sum()),
        "fte": round(float(of["fte"].sum()), 1),
        "open": int((rows["end"] > WINDOW_END).sum()),
        "open_still_after_months": ahead,
    }
