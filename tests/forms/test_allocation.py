from __future__ import annotations

import math

import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.forms.allocation import allocation, planned, signed
from kumppanuus.gallery.allocation import ANALYSIS
from kumppanuus.gallery.allocation.charts import plan
from kumppanuus.gallery.allocation.compute import AllocationResult
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan
NAMES = {"over": "service", "now": "posts_now", "proposed": "posts_proposed"}


def table(*rows: tuple[str, float, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["service", "posts_now", "posts_proposed"])
    frame = frame.astype({"posts_now": float, "posts_proposed": float}).assign(
        persons=99.0, families=99.0, hidden=False
    )
    masked = pd.DataFrame(False, index=frame.index, columns=["persons", "families", "posts_now", "posts_proposed"])
    return ReleasedTable("services", AllocationResult.tables()["services"], frame, masked)


def limits(*rows: tuple[str, float]) -> ReleasedTable:
    frame = pd.DataFrame(rows, columns=["limit", "days_saved"]).astype({"days_saved": float})
    return ReleasedTable("limits", AllocationResult.tables()["limits"], frame, frame[["days_saved"]].isna())


ROWS = (("s1", 14, 19), ("s2", 22, 22), ("s7", 31, 26), ("s8", 17, NAN), ("s3", 18, 20))

RISE = (("s1", 1, 3), ("s2", 2, 2))
SHIFT = "Ehdotus: Lapsiperheiden kotipalvelu +5 htv, Sijaishuolto −5 htv"


def _form(*rows: tuple[str, float, float], prices: ReleasedTable | None = None):  # type: ignore[no-untyped-def]
    return allocation(
        table(*rows), SAY, **NAMES, now_name="nyt", proposed_name="ehdotus", unit="{n} htv", prices=prices,
        limit="limit", price="days_saved", price_text=lambda days: f"{days:.0f} pv" if days else "0 – ei rajoita",
    )  # fmt: skip


def test_rows_by_hand() -> None:
    form = _form(*ROWS)
    assert [(row.label, row.text, row.colour) for row in form.rows] == [
        ("Lapsiperheiden kotipalvelu", "+5", "universal"),
        ("Kasvatus- ja perheneuvonta", "+2", "universal"),
        ("Perhetyö", "0", "neutral"),
        ("Sijaishuolto", "\N{MINUS SIGN}5", "special"),
        ("Ostopalvelut", "peitetty", "neutral"),
    ]
    assert (form.rows[0].now, form.rows[0].proposed) == (14, 19)
    assert (form.rows[4].now, form.rows[4].proposed) == (17, None)
    assert form.ticks == ((0.0, "0"), (10.0, "10"), (20.0, "20"), (30.0, "30"), (40.0, "40 htv"))
    assert form.prices == ()


def test_the_tightest_limit_comes_first_and_is_bold() -> None:
    form = _form(*ROWS, prices=limits(("l2", 231), ("l5", 0), ("l1", 412), ("l3", NAN)))
    assert [(each.label, each.text, each.bold) for each in form.prices] == [
        ("Perheneuvojien rekrytointi", "412 pv", True),
        ("Kokonaisbudjetti", "231 pv", False),
        ("Ostopalvelujen sopimuskatto", "0 – ei rajoita", False),
    ]
    assert not _form(*ROWS, prices=limits(("l2", 0))).prices[0].bold


def test_of_too_many_rows_the_largest_changes_are_kept() -> None:
    rows = [(f"s{place}", 20.0, 20.0 + place % 3) for place in range(1, 30)] + [("s30", 20.0, 9.0)]
    form = _form(*rows)
    assert len(form.rows) == 8  # long names have two lines
    assert form.rows[-1].text == "\N{MINUS SIGN}11"
    assert _form().rows == ()


def test_signs() -> None:
    assert [signed(value, SAY) for value in (3, 0, -2)] == ["+3", "0", "\N{MINUS SIGN}2"]
    assert planned(table(*ROWS), **NAMES)["service"].tolist() == ["s1", "s3", "s2", "s7", "s8"]


def _headline(rows: tuple[tuple[str, float, float], ...], *prices: tuple[str, float]) -> str:
    tables = {"services": table(*rows), "limits": limits(*prices)}
    return plan(ReleasedResult("gallery.allocation", "ok", tables), SAY).headline


@pytest.mark.parametrize(
    ("rows", "prices", "headline"),
    [
        (ROWS, (), SHIFT),
        (ROWS, (("l2", 9),), f"{SHIFT} – tiukin raja: Kokonaisbudjetti"),
        (ROWS, (("l2", 0),), SHIFT),
        (RISE, (), "Eniten lisää työvuosia ehdotetaan tänne: Lapsiperheiden kotipalvelu +2 htv"),
        ((("s1", 4, 3), ("s2", 2, 2)), (), "Eniten työvuosia vähennetään täältä: Lapsiperheiden kotipalvelu −1 htv"),
        ((("s1", 4, 4),), (), "Ehdotus ei muuta työvuosia: nykyinen jako on näillä rajoilla paras"),
        ((("s1", 4, NAN),), (), "Tarpeet ovat liian pieniä suunnitelman laskemiseen"),
    ],
)  # fmt: skip
def test_the_headline_says_the_change_and_its_sign(
    rows: tuple[tuple[str, float, float], ...], prices: tuple[tuple[str, float], ...], headline: str
) -> None:
    assert _headline(rows, *prices).replace("\N{NO-BREAK SPACE}", " ") == headline


def test_a_headline_too_long_says_less() -> None:
    rows = (("s29", 4.0, 9.0), ("s30", 9.0, 4.0))
    assert len(_headline(rows, ("l1", 9))) <= 110
    assert _headline(rows).startswith("Eniten lisää työvuosia ehdotetaan tänne: ")


def test_the_room_says_what_its_row_says() -> None:
    chart = plan(released_gallery([ANALYSIS]).results["gallery.allocation"], SAY)
    row = chart.form.rows[0]  # type: ignore[union-attr]
    assert f"{row.label}\N{NO-BREAK SPACE}{row.text}" in chart.headline
