from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.forms.funnel import funnel, placed_units, ratio_funnel
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.timeliness import ANALYSIS
from kumppanuus.gallery.timeliness.charts import teams
from kumppanuus.gallery.timeliness.compute import TimelinessResult
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan
NAMES = {"part": "in_time", "of": "persons", "share": "share"}


def table(*rows: tuple[str, float, float]) -> ReleasedTable:
    """Rows of (team, children, in time); shares as the gate gives them."""
    frame = pd.DataFrame(rows, columns=["team", "persons", "in_time"]).astype({"persons": float, "in_time": float})
    frame = frame.assign(families=frame["persons"], share=(frame["in_time"] / frame["persons"]).round(2), hidden=False)
    masked = frame[["persons", "families", "in_time", "share"]].isna()
    return ReleasedTable("teams", TimelinessResult.tables()["teams"], frame, masked)


def result(*rows: tuple[str, float, float]) -> ReleasedResult:
    return ReleasedResult("gallery.timeliness", "ok", {"teams": table(*rows)})


EVEN = tuple((f"t{place}", 201.0, 147.0) for place in range(1, 10))


def test_the_common_share_is_of_the_published_numbers() -> None:
    found = placed_units(table(("t1", 99, 51), ("t2", 201, 153), ("t3", NAN, NAN)), **NAMES)
    assert found.centre == pytest.approx(204 / 300)
    assert len(found.rows) == 2
    assert math.isnan(placed_units(table(), **NAMES).centre)


def test_outside_is_outside_whatever_the_rounding() -> None:
    """At 201 children and 73 % the upper limit of 99.8 % is 83 %: 165 (82 %) is within; 177 (88 %) may stand for 175 of
    204 (86 %) and is outside all the same; so is 111 (55 %), which may stand for 114 of 199 (57 %).
    """
    found = placed_units(table(*EVEN, ("t10", 201, 165), ("t11", 201, 177), ("t12", 201, 111)), **NAMES)
    outside = found.rows.set_index("team")["outside"]
    assert outside["t10"] == 0
    assert outside["t11"] == 1
    assert outside["t12"] == -1
    assert (outside[[f"t{place}" for place in range(1, 10)]] == 0).all()


def test_units_by_hand() -> None:
    form = funnel(table(*EVEN, ("t12", 201, 111), ("t13", NAN, NAN)), SAY, over="team", **NAMES)
    first = form.units[0]
    assert (first.label, first.x, first.y, first.text) == ("Raita-tiimi", 201, 0.55, "55\u00a0%")
    assert (first.named, first.outside, first.colour) == (True, True, "special")
    assert [unit.named for unit in form.units[1:]] == [False] * 9
    assert len(form.units) == 10
    assert form.centre_text.startswith("Kaikki 7")
    assert [limit.text for limit in form.limits] == ["95\u00a0%", "99,8\u00a0%"]
    wide, narrow = form.limits[1], form.limits[0]
    assert all(a <= b for a, b in zip(wide.lower, narrow.lower, strict=True))
    assert all(a >= b for a, b in zip(wide.upper, narrow.upper, strict=True))


def test_of_many_outside_both_sides_are_named() -> None:
    late = tuple((f"t{place}", 303.0, 99.0 + 6 * place) for place in range(10, 18))
    early = tuple((f"t{place}", 303.0, 297.0) for place in range(20, 28))
    form = funnel(table(*EVEN, *late, *early), SAY, over="team", **NAMES)
    named = [unit for unit in form.units if unit.named]
    assert len(named) == 6
    assert sum(unit.y < form.centre for unit in named) == 3


def test_nothing_to_place() -> None:
    form = funnel(table(("t1", NAN, NAN)), SAY, over="team", **NAMES)
    assert form.units == ()
    assert form.limits == ()


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ((*EVEN, ("t12", 201, 111)), "Raita-tiimi: arvioinneista ajoissa 55\u00a0%"),
        (
            (*EVEN, ("t12", 201, 111), ("t13", 201, 105)),
            "2 tiimiä jää alle sattuman rajojen, kauimpana Salava-tiimi (52\u00a0% ajoissa)",
        ),
        ((*EVEN, ("t12", 201, 195)), "Raita-tiimi: arvioinneista ajoissa jopa 97\u00a0%"),
        (
            (*EVEN, ("t12", 201, 195), ("t13", 201, 189)),
            "2 tiimiä on yli sattuman rajojen, kauimpana Raita-tiimi (97\u00a0% ajoissa)",
        ),
        (EVEN, "Tiimien erot mahtuvat sattuman rajoihin: arvioinneista 73\u00a0% valmistui ajoissa"),
        (EVEN[:1], "Arvioinneista 73\u00a0% valmistui ajoissa; muita tiimejä"),
        ((("t1", NAN, NAN),), "Luvut ovat liian pieniä"),
    ],
)  # fmt: skip
def test_the_headline_says_the_released_share_and_its_direction(
    rows: tuple[tuple[str, float, float], ...], wanted: str
) -> None:
    assert teams(result(*rows), SAY).headline.startswith(wanted)


def test_the_room_shows_what_the_gate_released() -> None:
    released = released_gallery([ANALYSIS]).results["gallery.timeliness"]
    share = released["teams"].set_index("team").loc["t12", "share"]
    assert f"Raita-tiimi: arvioinneista ajoissa {SAY.percent(share)}" in teams(released, SAY).headline


def test_a_headline_too_long_says_less() -> None:
    swedish = say_of_room(ANALYSIS, Say("sv"))
    headline = teams(result(*EVEN, ("t30", 201, 111)), swedish).headline
    assert headline.endswith("servicebehov 30: i tid 55\u00a0%, alla 71\u00a0%")


def test_ratios_by_hand() -> None:
    """Units by what is expected of them; the caller says which are clear, the farthest are named first."""
    rows = pd.DataFrame(
        [("Suuri", 400.0, 1.05, False), ("Pieni", 25.0, 0.4, True), ("Keski", 100.0, 1.5, True)],
        columns=["label", "expected", "value", "clear"],
    )
    form = ratio_funnel(rows, SAY, confidence=(0.95, 0.983), limit_texts=("yksi", "kaikki"), centre_text="odotetusti")
    assert [(unit.label, unit.x, unit.y, unit.colour, unit.named) for unit in form.units] == [
        ("Pieni", 25.0, 0.4, "special", True), ("Keski", 100.0, 1.5, "early", True),
        ("Suuri", 400.0, 1.05, "neutral", False),
    ]  # fmt: skip
    assert (form.centre, form.centre_text, form.limits[1].text) == (1.0, "odotetusti", "kaikki")
    narrow, wide = form.limits
    assert all(a < b < 1 < c < d for a, b, c, d in zip(wide.lower, narrow.lower, narrow.upper, wide.upper, strict=True))
    assert wide.upper[-1] < wide.upper[0]
    assert form.y_ticks[0][0] <= 0.4
    assert form.y_ticks[-1][0] >= 1.5
    assert ratio_funnel(rows.iloc[:0], SAY).units == ()
