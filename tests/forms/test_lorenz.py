from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Lorenz
from kumppanuus.forms.lorenz import gini_of, headline_top, lorenz, points_of, top_share
from kumppanuus.gallery.concentration import ANALYSIS
from kumppanuus.gallery.concentration.charts import costs_headline
from kumppanuus.gallery.concentration.compute import ConcentrationResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))


def _table(*shares: float, codes: list[str] | None = None) -> ReleasedTable:
    frame = pd.DataFrame({"twentieth": codes or [str(place) for place in range(1, len(shares) + 1)], "share": shares})
    masked = pd.DataFrame(False, index=frame.index, columns=["share"])
    return ReleasedTable("costs", ConcentrationResult.tables()["costs"], frame.assign(hidden=False), masked)


def _form(table: ReleasedTable) -> Lorenz:
    words = {"x_label": "", "y_label": "", "equal": ""}
    return lorenz(table, SAY, of="share", top="Ylin {}".format, bottom="Alin {}".format, **words)


TENTHS = _table(0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.22, 0.33, 0.5, 1.0)
FIFTHS = _table(0.05, 0.12, 0.25, 0.4, 1.0, codes=["1..4", "5..8", "9..12", "13..16", "17..20"])


def test_tenths_by_hand() -> None:
    form = _form(TENTHS)
    assert form.points[0] == (0, 0)
    assert form.points[5] == (0.5, 0.1)
    assert [bar.label for bar in form.bars] == ["Ylin\u00a010\u00a0%", "Ylin\u00a020\u00a0%", "Alin\u00a050\u00a0%"]
    assert [bar.text for bar in form.bars] == ["50\u00a0%", "67\u00a0%", "10\u00a0%"]
    assert [(bar.value, bar.bold) for bar in form.bars] == [(0.5, True), (0.67, False), (0.1, False)]
    assert form.marked == 0.9


def test_a_coarser_grid_speaks_of_a_larger_top() -> None:
    form = _form(FIFTHS)
    assert [(bar.value, bar.bold) for bar in form.bars] == [(0.6, True), (0.12, False)]
    assert form.bars[1].label == "Alin\u00a040\u00a0%"
    assert form.marked == 0.8
    assert headline_top(FIFTHS, "share") == 0.2
    assert math.isnan(top_share(FIFTHS, 0.1, "share"))


def test_the_order_is_that_of_the_groups() -> None:
    shuffled = _table(0.12, 1.0, 0.05, 0.25, 0.4, codes=["5..8", "17..20", "1..4", "9..12", "13..16"])
    assert points_of(shuffled, "share") == points_of(FIFTHS, "share")
    assert gini_of(shuffled, "share") == gini_of(FIFTHS, "share") == 0.47  # 1 − (1 + 2 × 0.82) / 5


def test_no_curve_has_no_points() -> None:
    assert points_of(_table(), "share") == ()
    assert math.isnan(headline_top(_table(), "share"))


@pytest.mark.parametrize(
    ("top", "start"),
    [
        (0.3, "Kustannukset kasautuvat: 10\u00a0%:lle perheistä kertyy 30\u00a0%"),
        (0.29, "Suurimmat kustannukset kertyvät 10\u00a0%:lle perheistä: niiden osuus on 29\u00a0%"),
        (0.15, "Kustannukset jakautuvat melko tasaisesti: ylimmälle 10\u00a0%:lle perheistä kertyy 15\u00a0%"),
    ],
)
def test_the_headline_is_as_strong_as_the_share(top: float, start: str) -> None:
    nine = [round((1 - top) * place / 9, 2) for place in range(1, 10)]
    assert costs_headline(_table(*nine, 1.0), SAY).startswith(start)


def test_without_a_top_the_headline_says_so() -> None:
    assert costs_headline(_table(), SAY).startswith("Suojatuista luvuista ei näe")


def test_the_headline_has_the_published_number() -> None:
    result = released_gallery([ANALYSIS]).results[ANALYSIS.key]
    share = 1 - result["costs"]["share"].iloc[17]
    made = ANALYSIS.charts["costs"](result, SAY)
    assert f"{100 * share:.0f}\u00a0%" in made.headline
    assert "Gini 0,69 (20 ryhmää)" in made.footer
