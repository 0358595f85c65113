from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.forms.waterfall import (
    clear,
    decomposed,
    euros_like,
    leading,
    margins_of,
    rounding_of,
    signed,
    waterfall,
)
from kumppanuus.gallery.cost_change import ANALYSIS
from kumppanuus.gallery.cost_change.charts import CHAIN, change, change_headline
from kumppanuus.gallery.cost_change.compute import CostChangeResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.methods.decomposition import Decomposition
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
PERIODS = {"over": "year", "before": "2021", "after": "2024"}


def _table(*rows: tuple[str, float, float, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["year", "persons", "days", "cost_eur"]).assign(families=9.0, hidden=False)
    masked = frame[["persons", "days", "cost_eur"]].isna()
    return ReleasedTable("periods", CostChangeResult.tables()["periods"], frame, masked)


# 99 children, 100 days each, 200 € a day; then 123 children, 90 days each, 210 €
TABLE = _table(("2021", 99, 9900, 1_980_000), ("2024", 123, 11070, 2_324_700))


def _waterfall(table: ReleasedTable, **more: object):  # type: ignore[no-untyped-def]
    return waterfall(table, SAY, chain=CHAIN, effects=("a", "b", "c"), interaction="i", **PERIODS, **more)  # type: ignore[arg-type]


def test_effects_by_hand() -> None:
    found = decomposed(TABLE, chain=CHAIN, **PERIODS)
    assert found is not None
    assert found.effects == pytest.approx((24 * 100 * 200, 99 * -10 * 200, 99 * 100 * 10))
    assert found.interaction == pytest.approx(2_324_700 - 1_980_000 - sum(found.effects))


def test_the_rows_lead_from_the_old_sum_to_the_new_one() -> None:
    form = _waterfall(TABLE, write=SAY.euros)
    assert [stage.kind for stage in form.stages] == ["total", "effect", "effect", "effect", "interaction", "total"]
    assert [stage.label for stage in form.stages] == ["2021", "a", "b", "c", "i", "2024"]
    assert [stage.text[0] for stage in form.stages[1:5]] == ["+", "−", "+", "−"]
    spans = form.spans()
    assert spans[-2] is not None
    assert spans[-2][1] == pytest.approx(2_324_700)
    assert form.start == 0.0


@pytest.mark.parametrize("rows", [
    (("2021", 99, 9900, math.nan), ("2024", 123, 11070, 2_324_700)),
    (("2021", 99, math.nan, 1_980_000), ("2024", 123, 11070, 2_324_700)),
    (("2024", 123, 11070, 2_324_700),),
    (("2021", 0, 0, 0), ("2024", 123, 11070, 2_324_700)),
    (),
])  # fmt: skip
def test_what_is_not_published_is_not_taken_apart(rows: tuple[tuple[str, float, float, float], ...]) -> None:
    assert decomposed(_table(*rows), chain=CHAIN, **PERIODS) is None
    form = _waterfall(_table(*rows))
    assert [stage.text for stage in form.stages[1:-1]] == ["peitetty"] * 3
    assert all(stage.value is None for stage in form.stages[1:-1])


def test_small_effects_beside_large_sums_break_the_axis() -> None:
    table = _table(("2021", 99, 9900, 1_980_000), ("2024", 99, 9900, 2_000_000))
    form = _waterfall(table, break_text="alkaa {}".format)
    spans = [end for span in form.spans()[1:-1] if span for end in span]
    assert 0 < form.start < min(spans)
    assert form.break_text == f"alkaa {SAY.number(form.start)}"
    assert _waterfall(table).start == 0.0  # only where the break can be told of


def test_rounding_of_published_sums() -> None:
    # three digits where they are seen, else two: 12 600 000 may be 12 550 000 to 12 650 000
    values = {12_600_000: 50_000, 12_000_000: 500_000, 5_030_000: 5_000, 999_000: 500, 0: 0}
    assert {value: rounding_of(value) for value in values} == values


def test_a_change_within_the_rounding_is_not_clear() -> None:
    assert clear(Decomposition(12_600_000, 12_700_000 + 2, (), 0.0))
    assert not clear(Decomposition(12_600_000, 12_700_000, (), 0.0))


def test_margins_by_hand() -> None:
    found = decomposed(TABLE, chain=CHAIN, **PERIODS)
    assert found is not None
    margins = margins_of(TABLE, found, chain=CHAIN, **PERIODS)
    # 99 is 97–102, 123 is 121–126: each up to 3 off
    assert margins[0] == pytest.approx(1_980_000 * 123 / 99 * (3 / 99 + 3 / 123))


@pytest.mark.parametrize(
    ("effects", "margins", "places"),
    [((5.0, 3.0, -9.0), (0.5, 0.5, 9.0), (0,)), ((5.0, 3.0, 4.5), (0.5, 0.5, 0.5), (0, 2)),
     ((-1.0, 0.0), (9.0, 9.0), ())],
)  # fmt: skip
def test_causes_that_rounding_cannot_tell_apart(
    effects: tuple[float, ...], margins: tuple[float, ...], places: tuple[int, ...]
) -> None:
    assert leading(effects, margins) == places


@pytest.mark.parametrize(
    ("largest", "value", "text"),
    [(15.1e6, 141_379, "0,1 milj. €"), (113e6, 113e6, "113 milj. €"), (113e6, 1.4e6, "1,4 milj. €"),
     (580_000, 51_234, "51 000 €"), (580_000, 400, "0 €"), (900, 12, "12 €")],
)  # fmt: skip
def test_all_euros_in_one_unit(largest: float, value: float, text: str) -> None:
    assert euros_like(largest, SAY)(value).replace("\N{NO-BREAK SPACE}", " ") == text


def test_signs() -> None:
    assert [signed(number, SAY.number) for number in (12.0, -12.0, 0.2, -0.2)] == ["+12", "−12", "0", "0"]


@pytest.mark.parametrize(
    ("found", "margin", "words"),
    [
        (Decomposition(12e6, 15e6, (3e6, 0.0, 0.0), 0.0), 0.0,
         "kasvoivat 3,0 milj. €, eniten siksi, että lapsia on enemmän"),
        (Decomposition(15e6, 12e6, (0.0, -1e6, -2e6), 0.0), 0.0,
         "laskivat 3,0 milj. €, eniten siksi, että päivä maksaa vähemmän"),
        (Decomposition(12e6, 15e6, (1.6e6, 1.4e6, 0.0), 0.0), 2e5,
         "lapsia on enemmän ja päiviä lasta kohti on enemmän"),
        (Decomposition(12e6, 15e6, (1e6, 1e6, 1e6), 0.0), 2e5, "syytä ei voi erottaa"),
        (Decomposition(12e6, 12.5e6, (5e5, 0.0, 0.0), 0.0), 0.0,
         "ei ole selvää muutosta: 12,0 milj. € ja 12,5 milj. €"),
    ],
)  # fmt: skip
def test_the_headline_tells_direction_and_cause_or_that_nothing_is_clear(
    found: Decomposition, margin: float, words: str
) -> None:
    assert words in change_headline(found, (margin,) * 3, SAY).replace("\N{NO-BREAK SPACE}", " ")


def test_the_number_in_the_headline_is_the_released_one() -> None:
    released = released_gallery([ANALYSIS], "usual").results[ANALYSIS.key]
    costs = released["periods"].set_index("year")["cost_eur"]
    gap = costs["2024"] - costs["2021"]
    assert f"kasvoivat {SAY.euros(gap)}" in change(released, SAY).headline
    assert gap > 0
