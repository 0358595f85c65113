from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.forms.stock import Change, changes, stock
from kumppanuus.gallery.shown import released_gallery
from kumppanuus.gallery.stock import ANALYSIS
from kumppanuus.gallery.stock.charts import months
from kumppanuus.gallery.stock.compute import StockResult
from kumppanuus.gallery.stock.forecast import STEPS, drift
from kumppanuus.language.say import Say
from kumppanuus.report.words import say_of_room

SAY = say_of_room(ANALYSIS, Say("fi"))
NAN = math.nan
NAMES = {"over": "level", "at": "month", "of": "persons"}


def table(**levels: list[float]) -> ReleasedTable:
    rows = [(level, f"{2023 + at // 12}-{at % 12 + 1:02d}", value)
            for level, values in levels.items() for at, value in enumerate(values)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["level", "month", "persons"]).astype({"persons": float})
    frame = frame.assign(families=frame["persons"], hidden=frame["persons"].isna())
    return ReleasedTable("months", StockResult.tables()["months"], frame, frame[["persons", "families"]].isna())


def ahead(level: str, *values: float) -> pd.DataFrame:
    return pd.DataFrame([(level, step, value, value - 6, value + 6) for step, value in enumerate(values, 1)],
                        columns=["level", "step", "value", "lower", "upper"])  # fmt: skip


def test_lines_by_hand() -> None:
    data = table(early=[99, 105, 111], corrective=[207, NAN, 225])
    form = stock(data, SAY, **NAMES, ahead=pd.concat([ahead("early", 117, 123), ahead("corrective", 231, 255)]))
    corrective, early = form.stocks
    assert (corrective.label, corrective.key) == ("Korjaavat palvelut", "225 → 255 (+13\u00a0%)")
    assert corrective.past == (207, None, 225)
    assert corrective.ahead == (231, 255)
    assert corrective.fans[0].lower == (225, 249)
    assert (early.key, early.past) == ("111 → 123 (+11\u00a0%)", (99, 105, 111))
    assert form.now == 3
    assert form.x_labels == ("2023", "", "", "", "")
    assert [text for _, text in form.y_ticks] == ["0", "100", "200", "300"]


def test_without_a_forecast_the_key_is_the_stock_and_hidden_has_its_word() -> None:
    data = table(early=[99, 105], corrective=[9, NAN])
    form = stock(data, SAY, **NAMES, ahead=ahead("early", 117).head(0))
    assert [(line.key, line.ahead) for line in form.stocks] == [("noin 105", ()), ("peitetty", ())]


def test_a_forecast_does_not_start_from_a_hidden_number() -> None:
    form = stock(table(early=[99, NAN]), SAY, **NAMES, ahead=ahead("early", 117))
    assert form.stocks[0].ahead == ()


def test_years_stand_at_their_first_month() -> None:
    form = stock(table(early=[99.0] * 14), SAY, **NAMES, ahead=ahead("early", *[99.0] * 12))
    assert [place for place, text in enumerate(form.x_labels) if text] == [0, 12, 24]
    longer = table(early=[99.0] * 4)
    quarters = [f"2024-{3 * at + 1:02d}..2024-{3 * at + 3:02d}" for at in range(4)]
    longer.frame["month"] = quarters
    form = stock(longer, SAY, **NAMES, ahead=ahead("early", *[99.0] * 5))
    assert form.x_labels == ("2024", "", "", "", "2025", "", "", "", "2026")
    yearly = table(early=[99.0] * 3)
    yearly.frame["month"] = ["2022-12", "2023-12", "2024-12"]  # whole years, told at their end
    assert stock(yearly, SAY, **NAMES, ahead=ahead("early", 99)).x_labels == ("2022", "2023", "2024", "2025")


def test_at_most_four_lines_and_none_of_an_empty_table() -> None:
    data = table(universal=[99], early=[105], special=[111], corrective=[117], unknown=[93])
    assert len(stock(data, SAY, **NAMES, ahead=ahead("early").head(0)).stocks) == 4
    assert stock(table(), SAY, **NAMES, ahead=ahead("early").head(0)).stocks == ()


@pytest.mark.parametrize(("lower", "upper", "direction"), [(90, 110, 0), (101, 120, 1), (80, 99, -1), (100, 120, 0)])
def test_an_interval_that_holds_now_is_no_change(lower: float, upper: float, direction: int) -> None:
    assert Change("early", 100, 105, lower, upper).direction == direction


def test_changes_are_of_the_last_published_numbers() -> None:
    data = table(early=[99, 105], corrective=[201, NAN])
    found = changes(data, pd.concat([ahead("early", 111, 117), ahead("corrective", 207)]), **NAMES)
    assert found == (Change("early", 105, 117, 111, 123),)
    assert found[0].share == 0.11


def test_the_forecast_goes_on_as_before() -> None:
    found = drift(table(early=[float(99 + 6 * at) for at in range(30)], late=[NAN] * 29 + [99.0]), **NAMES)
    assert set(found["level"]) == {"early"}
    assert found["value"].tolist() == [float(99 + 6 * (29 + step)) for step in range(1, STEPS + 1)]
    assert np.allclose(found["upper"] - found["value"], 3 * 1.2816)  # no scatter: the rounding alone
    assert (found["inner_upper"] < found["upper"]).all()


def _chart(places: float = NAN, **levels: list[float]) -> str:
    limits = pd.DataFrame({"level": ["corrective"], "places": [places]}).dropna()
    declared = StockResult.tables()["places"]
    tables = {"months": table(**levels), "places": ReleasedTable("places", declared, limits, limits[["places"]].isna())}
    return months(ReleasedResult("gallery.stock", "ok", tables), SAY).headline


UP, DOWN = [float(201 + 6 * at) for at in range(30)], [float(501 - 6 * at) for at in range(30)]
WILD = [float(303 + 60 * (-1) ** at) for at in range(30)]


def test_the_headline_says_the_change_and_its_direction() -> None:
    # 375 now and 6 more a month: 519 in 24 months, 38 % more; 327 now and 6 fewer: 183, 44 % fewer
    assert _chart(corrective=UP).startswith(
        "Korjaavat palvelut: nykymenolla asiakkaita on 24\u00a0kuukauden päästä 38\u00a0% enemmän"
    )
    assert _chart(400, corrective=UP).endswith("eivätkä paikat riitä")
    assert "paikat" not in _chart(600, corrective=UP)
    assert "paikat" not in _chart(300, corrective=UP)  # they do not suffice today
    falls = "Varhainen tuki: nykymenolla asiakkaita on 24\u00a0kuukauden päästä 44\u00a0% vähemmän"
    assert _chart(early=DOWN).startswith(falls)
    assert _chart(early=WILD).startswith("Asiakasmäärät voivat 24\u00a0kuukaudessa kasvaa tai vähentyä")
    assert _chart(early=UP[:10]) == "Asiakasmääriä on julkaistu liian vähän ennusteen tekemiseen"
    assert _chart(early=[NAN] * 30) == "Asiakasmäärät ovat liian pieniä näytettäviksi"


def test_the_room_says_what_its_line_says() -> None:
    chart = months(released_gallery([ANALYSIS]).results["gallery.stock"], SAY)
    key = next(line.key for line in chart.form.stocks if line.label == "Korjaavat palvelut")  # type: ignore[union-attr]
    assert key.split("(+")[1].rstrip(")") in chart.headline
