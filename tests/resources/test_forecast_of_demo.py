"""The forecast of the demo municipality as it is published, against the laws the town was drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from kumppanuus.demo.catalogue import DEFAULT_FAMILIES, SERVICES
from kumppanuus.demo.durations import Duration
from kumppanuus.demo.town import WINDOW_END, WINDOW_START, build_town
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.store import stored_run
from kumppanuus.study import load_study
from tests.conftest import Shell
from tests.demo_run import demo_run

SEED, YEAR, AHEAD = 2015, 365.25, 730


@dataclass(frozen=True)
class Law:
    """What the laws of a service expect.

    now, then, came : open relationships at the end of 2023, of 2025 (drawn) and of 2027 (expected).
    """

    before: float
    now: float
    then: float


@pytest.fixture(scope="module")
def laws() -> dict[str, Law]:
    history = build_town(SEED, DEFAULT_FAMILIES).history
    found = {}
    for number, service in enumerate(SERVICES):
        mine = history[history["service"] == number]
        start, end, link = (mine[name].to_numpy() for name in ("start", "end", "link"))
        lately = (start >= WINDOW_START) & (start < WINDOW_END)
        ages = WINDOW_END - start[(start < WINDOW_END) & (end > WINDOW_END)]
        then = WINDOW_END - AHEAD - 1  # 2024 is a leap year
        found[service.code] = Law(
            float(((start < then) & (end > then)).sum()),
            float(len(ages)),
            _stay(service.duration, ages)
            + _come(service.duration, int((lately & (link < 0)).sum()), service.growth)
            + _come(service.duration, int((lately & (link >= 0)).sum()), 0.0),  # who follows from another service
        )
    return found


def _stay(stay: Duration, ages: np.ndarray) -> float:
    lasting = np.array([stay.share_longer(day) for day in range(int(ages.max()) + AHEAD + 1)])
    return float((lasting[ages + AHEAD] / lasting[ages]).sum())


def _come(stay: Duration, coming: int, growth: float) -> float:
    """A stream of which so many came in the five years and that grows as it did."""
    seen, ahead = np.arange(WINDOW_START - WINDOW_END, 0), np.arange(AHEAD)
    daily = coming / ((1 + growth) ** (seen / YEAR)).sum() * (1 + growth) ** (ahead / YEAR)
    return float((daily * np.array([stay.share_longer(AHEAD - day) for day in range(AHEAD)])).sum())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell) -> ReleasedResult:
    study = load_study(demo_run(tmp_path_factory, worker_id, shell).folder)
    return stored_run(study, load_or_make_key(study.state_folder, may_make=False)).released.results[
        "resources.forecast"
    ]


def test_it_starts_from_what_is_open(published: ReleasedResult, laws: dict[str, Law]) -> None:
    now = published["ahead"].query("horizon == '00'").set_index("service")["clients"]
    checks = published["checks"].set_index("service")
    for code, law in laws.items():
        least, most = ends_of_class(np.array([now[code], checks["came"][code], checks["before"][code]]))
        for place, wanted in enumerate((law.now, law.now, law.before)):
            assert least[place] - 2 <= wanted <= most[place] + 2, code  # a row or two lie in the quarantine


def test_what_the_laws_expect_lies_within(published: ReleasedResult, laws: dict[str, Law]) -> None:
    """Of fourteen intervals of 80 % ten or more hold it; all together are within 5 %, the growing ones grow."""
    then = published["ahead"].query("horizon == '24'").set_index("service")
    inside = [then["lower"][code] <= law.then <= then["upper"][code] for code, law in laws.items()]
    assert sum(inside) >= 10
    total = published["all_ahead"].set_index("horizon").loc["24"]
    assert total["clients"] == pytest.approx(sum(law.then for law in laws.values()), rel=0.05)
    for code in (service.code for service in SERVICES if service.growth):
        assert then["clients"][code] > published["ahead"].query("horizon == '00'").set_index("service")["clients"][code]
    assert published["checks"]["inside"].sum() >= 9
