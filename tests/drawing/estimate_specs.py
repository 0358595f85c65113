"""Specifications of estimates, stocks and allocations used by the drawing tests: ordinary ones and nasty ones."""

from __future__ import annotations

import math

from kumppanuus.drawing import (
    Allocation,
    AllocationRow,
    Capacity,
    ControlLimit,
    Estimate,
    Fan,
    Forest,
    Form,
    Funnel,
    FunnelUnit,
    ShadowPrice,
    Stock,
    StockAndForecast,
)
from tests.drawing.drawing_specs import LEVEL, LONG, name


def forest(count: int, *, hidden: bool = False, log: bool = True) -> Forest:
    def row(place: int) -> Estimate:
        if hidden or place == 5:
            return Estimate(name(place), None, None, None, "peitetty", "peitetty")
        value = math.exp(math.sin(2.0 * place)) if log else math.sin(2.0 * place)
        spread = 1.15 + 0.06 * place
        lower, upper = (value / spread, value * spread) if log else (value - 0.4, value + 0.4)
        clear = not lower <= (1.0 if log else 0.0) <= upper
        words = f"{value:.1f} ({lower:.1f}–{upper:.1f})".replace(".", ",")
        return Estimate(
            name(place),
            value,
            lower,
            upper,
            words,
            f"noin {213 + 6 * place}",
            "corrective" if clear else "neutral",
            clear,
            place == 0,
        )

    ticks = ((0.25, "0,25"), (0.5, "0,5"), (1.0, "1"), (2.0, "2"), (4.0, "4")) if log else ((-1.0, "−1"), (1.0, "1"))
    return Forest(
        tuple(row(place) for place in range(count)),
        1.0 if log else 0.0,
        "ei eroa",
        ticks,
        log,
        "Suhde koko alueen tasoon",
        "vähemmän",
        "enemmän",
        "suhde (95 %:n väli)",
        "asiakkaita",
    )


def funnel(count: int, *, named: int = 3, close: bool = False) -> Funnel:
    xs = tuple(20.0 + 20.0 * at for at in range(20))

    def limit(text: str, times: float) -> ControlLimit:
        wide = [times * math.sqrt(0.7 * 0.3 / x) for x in xs]
        lower, upper = (tuple(0.7 + side * each for each in wide) for side in (-1, 1))
        return ControlLimit(text, xs, tuple(max(y, 0.0) for y in lower), tuple(min(y, 1.0) for y in upper))

    def unit(place: int) -> FunnelUnit:
        x = 200.0 if close else 30.0 + (place * 83) % 360
        out = place < named
        y = (
            (0.46 + 0.01 * place)
            if out and close
            else 0.7 + (0.3 * (-1) ** place if out else 0.0008 * x * math.sin(place))
        )
        return FunnelUnit(
            name(place), x, min(max(y, 0.02), 0.99), f"{100 * y:.0f} %", "special" if out else "neutral", out, out
        )

    return Funnel(
        tuple(unit(place) for place in range(count)),
        0.7,
        "kaikki 70 %",
        (limit("95 %", 1.96), limit("99,8 %", 3.09)),
        ((0.0, "0"), (100.0, "100"), (200.0, "200"), (300.0, "300"), (400.0, "400")),
        tuple((share / 4, f"{25 * share} %") for share in range(5)),
        "Arviointeja vuonna 2024",
        "Ajoissa, osuus arvioinneista",
    )


def stock(count: int, *, hidden: bool = False, capacities: int = 1) -> StockAndForecast:
    def one(place: int) -> Stock:
        base = 400.0 * (place + 1)
        past = tuple(
            None if hidden or (place == 1 and at in (5, 6)) else base + 40 * math.sin(at / 5) + 2 * at
            for at in range(60)
        )
        ahead = () if hidden else tuple(base + 120 + 3.0 * at for at in range(24))
        fans = () if hidden else tuple(
            Fan(tuple(y - z * math.sqrt(at + 1) for at, y in enumerate(ahead)),
                tuple(y + z * math.sqrt(at + 1) for at, y in enumerate(ahead)))
            for z in (20, 9)
        )  # fmt: skip
        key = "peitetty" if hidden else f"{past[-1]:.0f} → {ahead[-1]:.0f} (+13 %)"
        return Stock(name(place), key, LEVEL[place % 4], past, ahead, fans)

    return StockAndForecast(
        tuple(one(place) for place in range(count)),
        tuple(str(2021 + at // 12) if at % 12 == 0 else "" for at in range(84)),
        60,
        "Ennuste",
        tuple(
            Capacity(500.0 + 600 * at, f"paikkoja {500 + 600 * at}", LEVEL[0] if at else "neutral")
            for at in range(capacities)
        ),
        tuple((1000.0 * at, f"{at} 000" if at else "0") for at in range(3)),
        "Asiakkaita kuukauden lopussa",
    )


def allocation(count: int, prices: int = 4, *, hidden: bool = False) -> Allocation:
    def row(place: int) -> AllocationRow:
        if hidden:
            return AllocationRow(name(place), None, None, "peitetty", "neutral")
        now, change = 10.0 + (place * 7) % 23, (place * 5) % 11 - 5
        colour = "universal" if change > 0 else "special" if change < 0 else "neutral"
        sign = f"+{change}" if change > 0 else f"−{-change}" if change < 0 else "0"
        return AllocationRow(name(place), now, now + change, sign, colour)  # type: ignore[arg-type]

    def price(place: int) -> ShadowPrice:
        value = 0.0 if place == prices - 1 else 412.0 / (place + 1)
        return ShadowPrice(name(place + 3), value, f"{value:.0f} pv" if value else "0 – ei rajoita", place == 0)

    return Allocation(
        tuple(row(place) for place in range(count)),
        "nyt",
        "ehdotus",
        ((10.0, "10"), (20.0, "20"), (30.0, "30 htv")),
        "",
        tuple(price(place) for place in range(prices)),
        "Varjohinta, odotuspäivää",
    )


FORMS: dict[str, Form] = {
    **{f"forest-{count}": forest(count) for count in (0, 1, 6, 15)},
    "forest-linear": forest(8, log=False),
    "forest-hidden": forest(4, hidden=True),
    "forest-long": Forest(
        (Estimate(LONG, 1.0, 0.5, 2.0, LONG, LONG),), 1.0, LONG, ((1.0, LONG),), True, LONG, LONG, LONG, LONG, LONG
    ),
    "forest-bare": Forest((Estimate("a", 1.0, None, None, "1"),), 0.0),
    "funnel-none": funnel(0),
    "funnel-one": funnel(1, named=1),
    **{f"funnel-{count}": funnel(count) for count in (12, 30, 60)},
    "funnel-eight": funnel(60, named=8),
    "funnel-close": funnel(8, named=8, close=True),
    "funnel-long": Funnel(
        (FunnelUnit(LONG, 1.0, 1.0, LONG, "special", True, True),),
        0.5,
        LONG,
        (ControlLimit(LONG, (0.0, 2.0), (0.1, 0.2), (0.9, 0.8)),),
        ((0.0, "0"), (2.0, "2")),
        ((0.0, "0"), (1.0, "1")),
        LONG,
        LONG,
    ),
    **{f"stock-{count}": stock(count) for count in (0, 1, 3, 4)},
    "stock-full": stock(4, capacities=2),
    "stock-hidden": stock(3, hidden=True),
    "stock-long": StockAndForecast(
        (Stock(LONG, LONG, "early", (1.0, None, 2.0), (3.0,)),),
        ("a", LONG, "b", "c"),
        3,
        LONG,
        (Capacity(2.0, LONG),),
        ((1.0, "1"),),
        LONG,
    ),
    **{f"allocation-{count}": allocation(count) for count in (0, 1, 8, 12)},
    "allocation-plain": allocation(6, 0),
    "allocation-prices": allocation(8, 6),
    "allocation-hidden": allocation(4, hidden=True),
    "allocation-long": Allocation(
        (AllocationRow(LONG, 1.0, 2.0, LONG, "early"), AllocationRow("", 1.0, None, "", "early")),
        LONG,
        LONG,
        ((1.0, "1"), (2.0, LONG)),
        LONG,
        (ShadowPrice(LONG, 1.0, LONG, True), ShadowPrice(LONG, None, LONG)),
        LONG,
    ),
}
