from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.histogram import Against, against, histogram
from kumppanuus.gallery.assessments import ANALYSIS
from kumppanuus.gallery.assessments.charts import time_headline
from kumppanuus.gallery.assessments.compute import AssessmentsResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan


def _table(*rows: tuple[str, float, float, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["week", "low", "high", "persons"]).assign(hidden=False)
    masked = pd.DataFrame(False, index=frame.index, columns=["low", "high", "persons"])
    return ReleasedTable("time_taken", AssessmentsResult.tables()["time_taken"], frame, masked)


TABLE = _table(("1..2", NAN, 14, 45), ("3", 14, 21, 39), ("4..9", 21, 63, 18), ("10", 63, NAN, 9))


def test_areas_are_people() -> None:
    form = histogram(TABLE, SAY, span=(0, 70), step=7, x_label="Päivää", limit=21)
    assert [(each.left, each.right) for each in form.bins] == [(0, 14), (14, 21), (21, 63), (63, 70)]
    assert [each.value for each in form.bins] == [22.5, 39, 3, 9]
    assert [each.value * (each.right - each.left) / 7 for each in form.bins if each.value] == [45, 39, 18, 9]
    assert [each.colour for each in form.bins] == ["early", "early", "special", "special"]
    assert [each.text for each in form.bins] == ["noin 45", "noin 39", "noin 18", "noin 9"]
    assert [each.open for each in form.bins] == [False, False, False, True]
    assert [text for _, text in form.y_ticks] == ["0", "10", "20", "30"]
    assert form.x_ticks[-1] == (66.5, "63+")
    assert [text for _, text in form.x_ticks[:-1]] == ["0", "10", "20", "30", "40", "50", "60"]


def test_a_bin_across_the_limit_tells_nothing_and_is_grey() -> None:
    form = histogram(TABLE, SAY, span=(0, 70), step=7, x_label="Päivää", limit=28)
    assert [each.colour for each in form.bins] == ["early", "early", "neutral", "special"]
    found = against(TABLE, 28)
    assert found.persons == 111
    assert np.isnan([found.within, found.beyond, found.share]).all()


def test_both_sides_of_a_limit_by_hand() -> None:
    assert against(TABLE, 21) == Against(111, 84, 27, 0.24)
    assert np.isnan(against(_table(), 21).persons)
    assert np.isnan(against(TABLE, 66).share)  # inside the open bin


def test_an_empty_table_is_an_empty_histogram() -> None:
    assert histogram(_table(), SAY, span=(0, 70), step=7, x_label="Päivää").bins == ()


@pytest.mark.parametrize(
    ("share", "start"),
    [
        (0.58, "Suurin osa valmistuneista palvelutarpeen arvioinneista myöhästyi: 58\u00a0%"),
        (0.51, "Suurin osa"),
        (0.5, "Valmistuneista palvelutarpeen arvioinneista 50\u00a0% ylitti"),
        (0.06, "Valmistuneista palvelutarpeen arvioinneista 6\u00a0% ylitti"),
        (0.05, "Lähes kaikki valmistuneet palvelutarpeen arvioinnit pysyivät määräajassa: 5\u00a0%"),
        (NAN, "Suojatuista luvuista ei näe"),
    ],
)
def test_the_headline_says_what_the_share_says(share: float, start: str) -> None:
    assert time_headline(Against(100, 0, 0, share), SAY).startswith(start)


def test_the_headline_has_the_published_numbers() -> None:
    result = released_gallery([ANALYSIS]).results[ANALYSIS.key]
    frame = result["time_taken"]
    share = frame.loc[frame["low"] >= 91, "persons"].sum() / frame["persons"].sum()
    made = ANALYSIS.charts["time_taken"](result, SAY)
    assert f"{100 * share:.0f}\u00a0%" in made.headline
    assert "noin 1\u00a0245 lasta" in made.footer
    assert "kesken noin 93" in made.footer
