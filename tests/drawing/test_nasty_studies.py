"""Every exhibit of studies charts fail on: one service, thirty, the longest names, everything too small to show."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kumppanuus import pipeline
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.drawing import Frame, figure, lint_figure
from kumppanuus.language.say import speaker
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.study import Study
from kumppanuus.wings import ROOMS
from tests.studies import Row, clients, register, relationships, toy_study

LEVELS = ("universal", "early", "special", "corrective")
LONG = (
    ("Perheiden kotiin vietävä tehostettu tuki ja kuntoutus", "Barnfamiljernas intensifierade stöd i hemmet",
     "Intensive support and rehabilitation brought to homes"),
    ("Lastensuojelun jälkihuolto ja itsenäistymisen tuki", "Barnskyddets eftervård och stödet för självständighet",
     "After-care of child welfare and support to independence"),
    ("Kasvatus- ja perheneuvonta", "Uppfostrings- och familjerådgivningsbyrån", "Child and family guidance clinic"),
    ("Nuorisopsykiatrian poliklinikka", "Ungdomspsykiatriska öppenvårdspolikliniken", "Adolescent psychiatry"),
)  # fmt: skip
CASES: dict[str, tuple[int, int]] = {"one": (1, 60), "thirty": (30, 60), "hidden": (5, 3)}
"""Services, and clients in each."""


def _study(services: int) -> Study:
    def service(place: int) -> dict[str, Any]:
        fi, sv, en = (f"{name} {place}" for name in LONG[place % len(LONG)])
        return {"code": f"s{place:02d}", "level": LEVELS[place * 4 // services], "name": {"fi": fi, "sv": sv, "en": en},
                "unit_costs_eur": {"own": 30.0 + place, "purchased": 50.0}}  # fmt: skip

    about = {"organiser": "Västra Nylands och Mellersta Österbottens välfärdsområde", "synthetic": True}
    return toy_study(study=about, services=[service(place) for place in range(services)])


def _stays(services: int, each: int) -> list[Row]:
    random = np.random.default_rng(5)
    first, rows = datetime.date(2019, 6, 1), list[Row]()
    for place in range(services):
        for client in range(each):
            start = first + datetime.timedelta(int(random.integers(0, 900)))
            end = start + datetime.timedelta(int(random.exponential(40 + 15 * place)) + 1)
            # Half of them share their clients with the service before, so that there are pairs.
            number = 1000 * (place + client % 2) + client
            rows.append((number, f"s{place:02d}", str(start), None if client % 5 == 0 else str(end)))
    return rows


def _released(case: str, folder: Path) -> tuple[Study, Released]:
    services, each = CASES[case]
    study, rows = _study(services), _stays(services, each)
    people = clients([(number, 5000 + number // 2 * 2, "2012-05-05") for number in sorted({row[0] for row in rows})])
    built = register(folder, study, relationships=relationships(rows), clients=people)
    return study, release(pipeline.results_of(ROOMS, built, study), study.disclosure)


@pytest.mark.parametrize("case", CASES)
def test_nothing_to_find_in_any_exhibit(case: str, tmp_path: Path) -> None:
    study, released = _released(case, tmp_path)
    spoken = ("fi", "sv") if case == "thirty" else ("sv",)
    shown = [(language, each) for language in spoken for each in exhibits(released, ROOMS, speaker(study, language))]
    assert len(shown) > 15
    # Bodies are lower and narrower than slides; the longest names are Swedish ones.
    frames: list[tuple[str, Exhibit, Frame]] = [(language, each, "full") for language, each in shown]
    frames += [(language, each, "body") for language, each in shown if language == "sv"]
    found = {
        (language, each.key, frame): faults
        for language, each, frame in frames
        if (faults := lint_figure(figure(each.chart, frame)))
    }
    assert found == {}
