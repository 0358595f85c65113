from __future__ import annotations

import math
from types import MappingProxyType

import pandas as pd
import pytest

from kumppanuus.analysis import Column, Table
from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import HeatCell
from kumppanuus.forms.heatmap import heatmap
from kumppanuus.gallery.reach import ANALYSIS
from kumppanuus.gallery.reach.charts import areas_headline, widest_gap
from kumppanuus.gallery.reach.compute import ReachResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan


def _table(*rows: tuple[str, str, float, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["service", "area", "persons", "share"]).assign(hidden=False, children=9000)
    masked = frame[["persons", "share"]].isna()
    return ReleasedTable("areas", ReachResult.tables()["areas"], frame, masked)


TABLE = _table(
    ("k2", "p1", 45, 0.04), ("k2", "p2", NAN, NAN),
    ("k1", "p1", 99, 0.1), ("k1", "p2", 27, 0.21), ("k1", "p10", 0, 0.0),
)  # fmt: skip


def test_rows_by_size_columns_by_code_and_no_number_where_none_is_published() -> None:
    form = heatmap(TABLE, SAY, rows="service", columns="area", of="share", bold=("k1", "p2"))
    assert form.rows == ("Koulukuraattori", "Kasvatus- ja perheneuvonta")
    assert form.columns == ("Keskusta", "Itäinen alue", "Yliopistonmäki")
    first, second = form.cells
    assert [cell.text for cell in first] == ["10\u00a0%", "21\u00a0%", "0\u00a0%"]
    assert [cell.bold for cell in first] == [False, True, False]
    assert second[1] == HeatCell(None, "peitetty", hidden=True)
    assert second[2] == HeatCell(None, "")
    assert form.hidden == "peitetty"


def test_shades_hold_what_the_key_says() -> None:
    form = heatmap(TABLE, SAY, rows="service", columns="area", of="share")
    key = [text.replace("\u00a0", " ") for _, text in form.scale]
    assert key == ["1–4 %", "5–9 %", "10–14 %", "15–19 %", "20–25 %"]
    places = [place for place, _ in form.scale]
    assert [cell.value for cell in form.cells[0]] == [places[2], places[4], 0]
    assert form.cells[1][0].value == places[0]


def test_counts_have_a_scale_of_counts() -> None:
    form = heatmap(TABLE, SAY, rows="service", columns="area", of="persons")
    assert [text for _, text in form.scale] == ["1–19", "20–39", "40–59", "60–79", "80–100"]
    assert form.cells[0][0].text == "99"


def test_given_orders_choose_and_order() -> None:
    form = heatmap(
        TABLE, SAY, rows="service", columns="area", of="share", row_order=("k2", "k1"), column_order=("p10", "p1")
    )
    assert form.rows[0] == "Kasvatus- ja perheneuvonta"
    assert form.columns == ("Yliopistonmäki", "Keskusta")
    few = heatmap(TABLE, SAY, rows="service", columns="area", of="share", most_rows=1, most_columns=2)
    assert (few.rows, few.columns) == (("Koulukuraattori",), ("Keskusta", "Itäinen alue"))


def test_an_empty_table_is_an_empty_heatmap() -> None:
    form = heatmap(_table(), SAY, rows="service", columns="area", of="share")
    assert (form.rows, form.columns, form.cells, form.scale) == ((), (), (), ())


def test_pairs_are_two_sided_and_symmetric() -> None:
    ends = {name: Column("dimension", codes="kinds") for name in ("first", "second")}
    declared = Table("edges", MappingProxyType({**ends, "lift": Column("lift")}))
    frame = pd.DataFrame([("k1", "k2", 2.0), ("k1", "k3", 0.5)], columns=["first", "second", "lift"])
    masked = pd.DataFrame(False, index=frame.index, columns=["lift"])
    form = heatmap(
        ReleasedTable("pairs", declared, frame, masked), SAY, rows="first", columns="second", of="lift", symmetric=True
    )
    values = [[cell.value for cell in row] for row in form.cells]
    assert form.rows == form.columns == ("Koulukuraattori", "Kasvatus- ja perheneuvonta", "Perhetyö")
    assert values == [[None, 0.4, -0.4], [0.4, None, None], [-0.4, None, None]]
    assert [[cell.hidden for cell in row] for row in form.cells] == [
        [False] * 3,
        [False, False, True],
        [False, True, False],
    ]
    assert form.below == "special"
    assert [text.replace("\u00a0", " ") for _, text in form.scale] == ["0,25 ×", "0,50 ×", "1 ×", "2 ×", "4 ×"]


def test_what_no_mark_says_differs_has_its_number_and_no_shade() -> None:
    columns = {"first": Column("dimension", codes="kinds"), "second": Column("dimension", codes="kinds"),
               "ratio": Column("ratio"), "mark": Column("mark")}  # fmt: skip
    rows = [("k1", "k2", 2.0, 1.0), ("k1", "k3", 1.4, 0.0), ("k2", "k3", NAN, NAN)]
    frame = pd.DataFrame(rows, columns=list(columns))
    masked = frame[["ratio", "mark"]].isna()
    pairs = ReleasedTable("pairs", Table("edges", MappingProxyType(columns)), frame, masked)
    form = heatmap(pairs, SAY, rows="first", columns="second", of="ratio", symmetric=True, marks="mark")
    assert [[cell.value for cell in row] for row in form.cells] == [[None, 0.4, None], [0.4, None, None], [None] * 3]
    assert [cell.text for cell in form.cells[0]] == ["", "2,0", "1,4"]
    assert form.cells[2][0].text == "1,4"
    assert form.cells[1][2].hidden


@pytest.mark.parametrize(
    ("shares", "start"),
    [
        ((0.1, 0.21), "Suurin ero alueiden välillä: Koulukuraattori, Itäinen alue 21\u00a0% ja Keskusta 10\u00a0%"),
        ((0.21, 0.1), "Suurin ero alueiden välillä: Koulukuraattori, Keskusta 21\u00a0% ja Itäinen alue 10\u00a0%"),
        ((0.1, 0.13), "Suurin ero"),
        ((0.1, 0.12), "Palvelujen käytössä ei ole selvää eroa alueiden välillä: suurin ero on 2\u00a0prosent"),
        ((0.1, 0.1), "Palvelujen käytössä ei ole selvää eroa"),
    ],
)
def test_the_headline_names_the_ends_or_no_clear_difference(shares: tuple[float, float], start: str) -> None:
    known = _table(("k1", "p1", 9, shares[0]), ("k1", "p2", 9, shares[1])).frame
    assert areas_headline(widest_gap(known), SAY).startswith(start)


def test_one_area_is_not_compared() -> None:
    assert (
        areas_headline(widest_gap(_table(("k1", "p1", 9, 0.1)).frame), SAY)
        == "Koulukuraattori: Keskusta 10\u00a0% lapsista"
    )


def test_the_headline_has_published_numbers() -> None:
    result = released_gallery([ANALYSIS]).results[ANALYSIS.key]
    shares = result["areas"].query("service == 'k1'")["share"]
    made = ANALYSIS.charts["areas"](result, SAY)
    assert f"{100 * shares.max():.0f}\u00a0%" in made.headline
    assert f"{100 * shares.min():.0f}\u00a0%" in made.headline


def test_a_difference_within_chance_is_no_clear_difference() -> None:
    known = _table(("k1", "p1", 9, 0.1), ("k1", "p2", 9, 0.2), ("k2", "p1", 9, 0.1), ("k2", "p2", 9, 0.14)).frame
    few = known.assign(children=[60, 60, 9000, 9000])
    assert "Kasvatus- ja perheneuvonta" in areas_headline(widest_gap(few), SAY)  # 4 points of many, not 10 of few
    assert areas_headline(widest_gap(known.assign(children=60)), SAY).startswith(
        "Palvelujen käytössä ei ole selvää eroa"
    )
