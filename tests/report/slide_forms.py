"""One small form of each kind that has a native chart, and some that have none."""

from __future__ import annotations

from kumppanuus.drawing.spec import (
    Bar,
    Bars,
    Bin,
    Curves,
    Dumbbell,
    DumbbellRow,
    Edge,
    Fan,
    Form,
    Histogram,
    Line,
    Lines,
    NetworkColumns,
    Node,
    Notice,
    RunChart,
    Segment,
    Series,
    Signal,
    StackedBars,
    Stock,
    StockAndForecast,
)
from kumppanuus.drawing.spec_plans import Capacity

_BARS = Bars(
    (
        Bar("Perhetyö", 1113.0, "noin 1\xa0113", "early", "30\xa0%", True),
        Bar('=HYPERLINK("http://evil.example/")', 9.0, "noin 9", "early"),
        Bar("Turvakoti", None, "peitetty", "corrective"),
    ),
    "Asiakkaita",
    (("Varhainen tuki", 3),),
)
_STACKED = StackedBars(
    (
        (
            "2024",
            (Segment("Oma", 1.2e6, "1,2 milj. €", "early"), Segment("Osto", 1.3e6, "1,3", "accent", True)),
            "2,5 milj. €",
        ),
        ("2025", (Segment("Oma", None, "peitetty", "early"), Segment("Osto", 1.5e6, "1,5", "accent", True)), ""),
    ),
    (("Oma", "early", False), ("Osto", "accent", True)),
)
_CURVES = Curves(
    (
        Series(
            "Kaikki", "mediaani 2 kk", "early", (0.0, 1.0, 3.0), (1.0, 0.8, 0.25), (1.0, 0.7, 0.1), (1.0, 0.9, 0.4),
            ("noin 63", "33", "peitetty"), (2.0, 0.5),
        ),
        Series("Lyhyt", "", "special", (0.0, 2.0), (1.0, 0.4)),
    ),
    (0.0, 2.0, 4.0),
    "Kuukautta",
    "Seurannassa",
    step=False,
)  # fmt: skip
_NETWORK = NetworkColumns(
    (("Perus", "universal"), ("Varhainen", "early"), ("Korjaava", "corrective")),
    (
        Node("n", "Neuvola", 0, 60.0, "universal"),
        Node("p", "Perhetyö", 1, 30.0, "early", True),
        Node("s", "Sijaishuolto", 2, 9.0, "corrective"),
    ),
    (Edge("n", "p", 1.0, True, "1,6"), Edge("n", "s", 0.5)),
)
_STOCK = StockAndForecast(
    (Stock("Asiakkaat", "400 → 420", "early", (400.0, None), (420.0,), (Fan((410.0,), (430.0,)),)),),
    ("2024", "", "2026"),
    2,
    "Ennuste",
    (Capacity(500.0, "paikkoja 500"),),
    ((0.0, "0"), (200.0, "200"), (400.0, "400")),
)
FORMS: dict[str, Form] = {
    "bars": _BARS,
    "stacked": _STACKED,
    "columns": StackedBars(_STACKED.rows, _STACKED.key, True, "Euroja"),
    "lines": Lines(
        (Line("Kaikki", "early", (9.0, None, 21.0, 27.0), ("9", "", "21", "27"), "9 → 27"),),
        ("2021", "2022", "2023", "2024"), None, ((0.0, "0"), (10.0, "10"), (20.0, "20"), (30.0, "30")), "Asiakkaita",
    ),
    "dumbbell": Dumbbell(
        (
            DumbbellRow("A", 0.0301, 0.0311, "3,0\xa0%", "3,1\xa0%", "early"),
            DumbbellRow("B", None, 8.8412, "peitetty", "8,8", "special"),
            DumbbellRow("C", None, None, "peitetty", "peitetty", "neutral"),
        ),
        "nyt", "ehdotus", ((0.0, "0"), (5.0, "5"), (10.0, "10")), "Kuukautta",
    ),
    "curves": _CURVES,
    "curves-uneven": Curves(_CURVES.series, (0.0, 1.0, 4.0), "Kuukautta"),
    "network": _NETWORK,
    "histogram": Histogram(
        (Bin(0, 10, 21.0, "early", "21"), Bin(10, 20, None, "early"), Bin(20, 30, 9.0, "special", "9", True)),
        ((0.0, "0"), (30.0, "30")), "Päivää", ((0.0, "0"), (10.0, "10"), (20.0, "20")), "Lapsia", (20.0, "Raja"),
        "9 myöhässä", (5.0, "Puolet"),
    ),
    "run": RunChart(
        (21.0, None, 33.0), ("21", "", "33"), ("tammi", "", "maalis"), ((0, 2, 20.0, "mediaani 20"),),
        (14.0, "tavoite 14"), (1, "uusi tapa"), (Signal(2, 2, "poikkeaa"),), ((0.0, "0"), (20.0, "20")), "Odotus, pv",
    ),
    "stock": _STOCK,
    "notice": Notice(("Ei aineistoa", "Pyydä kirjauspäivä seuraavaan poimintaan.")),
    "empty": Bars(()),
    "exact": Bars(tuple(
        Bar(name, value, name, "early")
        for name, value in (("a", 0.98837503), ("b", 12900000.000000002), ("c", 8.8412), ("d", 17.84))
    )),
}  # fmt: skip
