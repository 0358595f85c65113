"""What the rooms of resources read: segments and what helps them, contracts, capacity, workers, languages.

Made after the rest of a town and with random numbers of their own, so that the rest of a seed stays what it is. Rare
languages, services of three places and segments of a handful of families are in the towns because small numbers hide
there.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from kumppanuus.study import Study

Numbers = np.ndarray[Any, Any]
Tables = dict[str, pa.Table]
LEVELS = ("universal", "early", "special", "corrective")
LANGUAGES = ("fi", "sv", "se", "other")
YEAR = 365


def with_wing(seed: int, study: Study, tables: Tables) -> tuple[Study, Tables]:
    """Return the study and the tables of a town with what the use of resources is judged by; some lack some of it."""
    random = np.random.default_rng((seed, 8))
    made = dict(tables)
    if random.random() < 0.5:
        study = _whole_years(study)
    segments = _segments(random, study) if random.random() < 0.7 else []
    study = _study(random, study, segments)
    if random.random() < 0.6:
        made["clients"] = _languages(random, tables["clients"])
    if random.random() < 0.6:
        made["capacity"] = _capacity(random, study)
    if random.random() < 0.4:
        made["workers"] = _workers(random, study)
    return study, made


def _whole_years(study: Study) -> Study:
    """Let the window end with its year, as most do: then the last twelve months are the last year of other rooms."""
    whole = study.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"root"})
    window = {**whole["window"], "to": study.window.last.replace(month=12, day=31)}
    return Study.model_validate({**whole, "window": window})


def _segments(random: np.random.Generator, study: Study) -> list[dict[str, Any]]:
    """Return one to six rules; some hold of nearly nobody."""
    codes, needs = [each.code for each in study.services], [each.code for each in study.needs]
    kinds = [
        lambda: {"levels": [str(random.choice(LEVELS))]},
        lambda: {"services": sorted({str(each) for each in random.choice(codes, 2)})},
        lambda: {"services_at_least": int(random.integers(2, 5))},
        lambda: {"members_at_least": int(random.integers(2, 6))},
        lambda: {"youngest_under": int(random.integers(1, 18))},
        lambda: {"needs_at_least": int(random.integers(1, 4))},
        lambda: {"needs": [str(random.choice(needs))]},
    ]
    found = []
    for place in range(int(random.integers(1, 7))):
        chosen = random.choice(len(kinds), int(random.integers(1, 3)), replace=False)
        rule: dict[str, Any] = {}
        for each in chosen:
            rule |= kinds[each]()
        found.append({"code": f"g{place}", "name": {"fi": f"Ryhmä {place}"}, **rule})
    return found


def _study(random: np.random.Generator, study: Study, segments: list[dict[str, Any]]) -> Study:
    codes = [each.code for each in study.services]
    needs = [
        {**need.model_dump(mode="json", exclude_none=True),
         "services": sorted({str(each) for each in random.choice(codes, int(random.integers(0, 4)))})}
        for need in study.needs
    ]  # fmt: skip
    whole = study.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"root"})
    added: dict[str, Any] = {"needs": needs, "segments": segments}
    if segments and random.random() < 0.7:
        added["benefits"] = [
            _benefit(random, each["code"], code) for each in segments for code in codes if random.random() < 0.5
        ]
    added["contracts"] = [
        {"service": code, "production": "purchased", "least_families": float(random.integers(0, 4)),
         "most_families": float(random.integers(4, 60))}
        for code in codes if random.random() < 0.2
    ]  # fmt: skip
    return Study.model_validate({**whole, **added})


def _benefit(random: np.random.Generator, segment: str, service: str) -> dict[str, Any]:
    lower, value, upper = sorted(np.round(random.uniform(0, 10, 3), 1).tolist())
    return {"segment": segment, "service": service, "value": value, "lower": lower, "upper": upper,
            "whose": {"fi": "Keksitty arvio"}}  # fmt: skip


def _languages(random: np.random.Generator, clients: pa.Table) -> pa.Table:
    weights = random.dirichlet([20.0, 1.0, 0.05, 0.5])
    spoken = np.array(LANGUAGES)[random.choice(len(LANGUAGES), len(clients), p=weights / weights.sum())]
    known = random.random(len(clients)) < float(random.uniform(0.5, 1.0))
    return clients.append_column("language", pa.array(spoken, mask=~known))


def _capacity(random: np.random.Generator, study: Study) -> pa.Table:
    """Places, person-years and money of most services; some change within the window, some have three places."""
    rows = []
    first, last = study.window.first, study.window.last
    for service in study.services:
        if random.random() < 0.25:
            continue
        for area in [None] if random.random() < 0.6 else [each.code for each in study.areas]:
            for production in ["own"] if random.random() < 0.7 else ["own", "purchased"]:
                for day in [first, last - datetime.timedelta(days=100)][: int(random.integers(1, 3))]:
                    places = float(random.integers(1, 5)) if random.random() < 0.3 else float(random.integers(5, 400))
                    rows.append(
                        (
                            service.code,
                            day,
                            area,
                            production,
                            places if random.random() < 0.8 else None,
                            round(float(random.uniform(0.5, 20)), 1) if random.random() < 0.8 else None,
                            int(random.integers(10_000, 900_000)) * 100 if random.random() < 0.6 else None,
                        )
                    )
    names = ("service", "date", "area", "production", "places", "fte", "budget_cents")
    kinds = (pa.string(), pa.date32(), pa.string(), pa.string(), pa.float64(), pa.float64(), pa.int64())
    columns = zip(names, kinds, range(len(names)), strict=True)
    return pa.table({name: pa.array([row[place] for row in rows], kind) for name, kind, place in columns})


def _workers(random: np.random.Generator, study: Study) -> pa.Table:
    n = int(random.integers(1, 60))
    areas = np.array([each.code for each in study.areas])[random.integers(0, len(study.areas), n)]
    return pa.table(
        {
            "worker": pa.array(np.arange(1, n + 1), pa.uint64()),
            "service": pa.nulls(n, pa.string()),
            "area": pa.array(areas, mask=random.random(n) < 0.3),
            "language": pa.array(np.array(LANGUAGES)[random.integers(0, 3, n)]),
            "fte": pa.array(np.round(random.uniform(0.2, 1.0, n), 1)),
        }
    )
