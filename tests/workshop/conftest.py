"""The small run of the report's tests, and notes about it."""

from __future__ import annotations

import pytest

from kumppanuus.disclosure.released import Released
from kumppanuus.language.say import Say
from kumppanuus.report.exhibits import Exhibit, exhibits
from kumppanuus.workshop.merge import merge
from kumppanuus.workshop.notes import SCHEMA, Item, Notes
from tests.report.conftest import (  # noqa: F401
    Analysis,
    analyses,
    analysis,
    facts,
    labels,
    released,
    say,
    study,
    tables,
    unstamped,
)

RUN = "7f3a9c"
SERVICES, LEVELS = "lifecycle.durations/services_chart", "lifecycle.durations/levels"


@pytest.fixture
def shown(released: Released, analyses: tuple[Analysis, ...], say: Say) -> tuple[Exhibit, ...]:  # noqa: F811
    return exhibits(released, analyses, say)


@pytest.fixture
def notes(shown: tuple[Exhibit, ...]) -> Notes:
    """Two charts, one of them with another headline, a chart that is not there, and something in general."""
    levels = next(exhibit for exhibit in shown if exhibit.key == LEVELS)
    items = (
        Item(exhibit=SERVICES, finding="Vanha <b>otsikko</b>", notes="a < b\nc\n\n<script>x</script>", votes=3,
             priority="soon", action="Kokeillaan & katsotaan", owner="Esihenkilö"),
        Item(exhibit=LEVELS, finding=levels.chart.headline.replace(" ", "\u00a0"), votes=1, priority="now"),
        Item(exhibit="access.waiting/limits", finding="Joka kuudes odottaa", votes=9, priority="soon"),
        Item(exhibit="general", finding="Mitä muuta?", notes="Seuraava kerta keväällä"),
    )  # fmt: skip
    return merge([Notes(schema=SCHEMA, run=RUN, language="fi", items=items)])
