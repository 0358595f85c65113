"""Specifications used by the drawing tests: ordinary ones with Finnish words, and nasty ones."""

from __future__ import annotations

import math
from itertools import combinations

from kumppanuus.drawing import (
    Bar,
    Bars,
    Chart,
    Curves,
    Dumbbell,
    DumbbellRow,
    Edge,
    Form,
    Level,
    Line,
    Lines,
    NetworkColumns,
    Node,
    Notice,
    Segment,
    Series,
    StackedBars,
)

LEVEL: tuple[Level, ...] = ("universal", "early", "special", "corrective")
NAMES = (
    "Tehostettu perhetyö ja perhekuntoutus kotiin vietynä",
    "Familjerådgivningsbyråns missbrukarvårdstjänster",
    "Perhetyö",
    "Kasvatus- ja perheneuvonta",
    "Lapsiperheiden kotipalvelu",
    "Lastensuojelun avohuolto",
    "Hinta $100 & $200 < 50 % _x^2_",
    "خدمات الأسرة שירותי משפחה",
    "Nuorisopsykiatria",
    "Etsivä nuorisotyö",
)
LONG = "W" * 60
HEADLINE = (
    "Puolet asiakkuuksista päättyy perhetyössä kahdessa kuukaudessa ja lastensuojelun avohuollossa kahdeksassa kk:ssa"
)
FOOTER = "n = 1 305 asiakkuutta · Lähde: synteettinen esimerkkiaineisto · käyrä päättyy, kun seurannassa on alle 10"


def name(place: int) -> str:
    return NAMES[place % len(NAMES)] + ("" if place < len(NAMES) else f" {place}")


def chart(form: Form, headline: str = HEADLINE) -> Chart:
    return Chart(form, headline, "Osuus asiakkaista, 12 kk", FOOTER, "Sama sanoina")


def series(place: int, *, table: bool = True, hidden: bool = False) -> Series:
    rate = 2.0 + 1.5 * place
    x = tuple(float(at) / 4 for at in range(81))
    y = tuple(math.exp(-at / rate) for at in x)
    if hidden:
        return Series(name(place), "peitetty", LEVEL[place % 4], (), (), table=("peitetty",) * 8 if table else ())
    return Series(
        name(place),
        f"mediaani {place + 1} kk ({place}–{place + 2})",
        LEVEL[place % 4],
        x,
        y,
        tuple(max(share - 0.05, 0.0) for share in y),
        tuple(min(share + 0.05, 1.0) for share in y),
        tuple("noin 9" if at > 5 else str(400 - 40 * at) for at in range(8)) if table else (),
        (rate * math.log(2), 0.5),
    )


def curves(count: int, *, table: bool = True, hidden: bool = False) -> Curves:
    return Curves(
        tuple(series(place, table=table, hidden=hidden) for place in range(count)),
        tuple(float(tick) for tick in range(0, 24, 3)),
        "Kuukautta asiakkuuden alusta",
        "Seurannassa" if table else "",
    )


def bars(count: int, *, hidden: bool = False, groups: tuple[tuple[str, int], ...] = ()) -> Bars:
    return Bars(
        tuple(
            Bar(
                name(place),
                None if hidden else float(200 - 5 * place),
                "peitetty" if hidden else f"{1000 - 50 * place}",
                LEVEL[place % 4],
                "" if hidden else "95 %:n väli 12–18",
                place == 0,
            )
            for place in range(count)
        ),
        "Asiakkaita vuonna 2025",
        groups,
    )


def stacked(count: int, *, vertical: bool = False, hidden: bool = False) -> StackedBars:
    def part(row: int, at: int) -> Segment:
        value = None if hidden else float((row * 7 + at * 13) % 40)
        return Segment(name(at), value, f"{value:.0f}" if value is not None else "", LEVEL[at % 4], at % 2 == 1)

    rows = tuple(
        (str(2000 + row) if vertical else name(row), tuple(part(row, at) for at in range(5)), f"{row * 100} €")
        for row in range(count)
    )
    return StackedBars(rows, tuple((name(at), LEVEL[at % 4], at % 2 == 1) for at in range(5)), vertical, "Milj. €")


def lines(count: int, *, hidden: bool = False, ticks: bool = True, years: int = 6) -> Lines:
    def line(place: int) -> Line:
        known = [None if hidden or (at == 2 and place == 1) else 100.0 + 3 * place + at for at in range(years)]
        texts = tuple("" if value is None else f"{value:.0f}" for value in known)
        return Line(name(place), LEVEL[place % 4], tuple(known), texts, "793 → 893 (+13 %)" if place % 2 else "")

    grid = ((0.0, "0"), (50.0, "50"), (100.0, "100")) if ticks else ()
    return Lines(tuple(line(place) for place in range(count)), tuple(str(2020 + at) for at in range(years)), None, grid)


def dumbbell(count: int, *, hidden: bool = False) -> Dumbbell:
    rows = []
    for place in range(count):
        start = None if hidden or place == 3 else 10.0 + place
        end = None if hidden or place == 4 else 10.0 + (place * 5) % 17
        rows.append(
            DumbbellRow(
                name(place),
                start,
                end,
                "peitetty" if start is None else f"{start:.0f}",
                "" if end is None else f"{end:.0f} htv",
                LEVEL[place % 4],
            )
        )
    return Dumbbell(tuple(rows), "nyt", "ehdotus", ((0.0, "0"), (10.0, "10"), (20.0, "20 htv")), "Henkilötyövuosia")


def network(counts: tuple[int, ...], share: int = 3, *, text: bool = False) -> NetworkColumns:
    """Columns of these sizes; every ``share``-th pair is tied."""
    nodes = tuple(
        Node(
            f"{column}/{row}", name(row + 2 * column), column, 20.0 + 300 * row, LEVEL[column], (column, row) == (0, 0)
        )
        for column, count in enumerate(counts)
        for row in range(count)
    )
    pairs = [pair for at, pair in enumerate(combinations([node.key for node in nodes], 2)) if at % share == 0]
    edges = tuple(
        Edge(a, b, (at % 11) / 10, "0/0" in (a, b), f"{at} %" if text else "") for at, (a, b) in enumerate(pairs)
    )
    return NetworkColumns(tuple((f"Taso {column}", LEVEL[column]) for column in range(len(counts))), nodes, edges)


FORMS: dict[str, Form] = {
    **{f"curves-{count}": curves(count) for count in (0, 1, 2, 3, 5, 8)},
    "curves-plain": curves(4, table=False),
    "curves-hidden": curves(3, hidden=True),
    "curves-eight-plain": curves(8, table=False),
    "curves-long": Curves(
        (Series(LONG, LONG, "early", (0.0,), (1.0,)),), (0.0, 1.0), LONG, LONG, ((LONG, ("1", "2")),)
    ),
    "curves-dense": Curves((), tuple(float(tick) for tick in range(40)), "kk", "n", (("Kaikki", ("peitetty",) * 40),)),
    **{f"bars-{count}": bars(count) for count in (0, 1, 2, 7, 15)},
    "bars-hidden": bars(4, hidden=True),
    "bars-groups": bars(15, groups=(("Peruspalvelut", 5), ("Varhainen tuki", 6), ("Vaativat palvelut", 4))),
    "bars-long": Bars((Bar(LONG, 1.0, LONG, "early", LONG), Bar("", 0.0, "0", "neutral")), LONG, ((LONG, 2),)),
    **{f"stacked-{count}": stacked(count) for count in (0, 1, 4, 15)},
    **{f"columns-{count}": stacked(count, vertical=True) for count in (0, 1, 5, 15)},
    "stacked-hidden": stacked(3, hidden=True),
    "columns-hidden": stacked(3, vertical=True, hidden=True),
    "stacked-long": StackedBars(((LONG, (), LONG),), ((LONG, "early", False),), axis_title=LONG),
    "columns-long": StackedBars(((LONG, (), LONG),) * 6, ((LONG, "early", False),), True, LONG),
    **{f"lines-{count}": lines(count) for count in (0, 1, 2, 4, 8)},
    "lines-hidden": lines(3, hidden=True),
    "lines-free": lines(4, ticks=False),
    "lines-one-place": lines(3, years=1),
    "lines-months": Lines(
        (Line("Vaativat palvelut", "corrective", (1.0,) * 60, (), "793 → 893", (0.5,) * 60, (1.5,) * 60),),
        tuple(str(2021 + at // 12) if at % 12 == 0 else "" for at in range(60)),
        shade_from=40,
        shade_text="Ennuste",
    ),
    "lines-long": Lines((Line(LONG, "early", (1.0, 2.0), (LONG[:20], "2"), LONG),), (LONG, LONG), axis_title=LONG),
    **{f"dumbbell-{count}": dumbbell(count) for count in (0, 1, 6, 15)},
    "dumbbell-hidden": dumbbell(3, hidden=True),
    "network-none": network((0, 0, 0)),
    "network-one": network((1,)),
    "network-no-edges": network((3, 2), share=1000),
    "network-single": network((8,), 3),
    "network-two": network((6, 7), 3),
    "network-three": network((7, 8, 7), 6, text=True),
    "network-four": network((9, 9, 9, 9), 12),
    "network-full": network((10, 10, 10, 10), 20),
    "network-uneven": network((1, 9, 1, 4), 4, text=True),
    "notice": Notice(("Kuviota ei voi piirtää", "Asiakkuuksia on liian vähän: alle 10 jokaisessa palvelussa.")),
    "notice-long": Notice((LONG, HEADLINE * 2, "$x$ & <b>")),
}
