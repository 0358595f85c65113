"""Specifications of what lies ahead: stock and forecast, and an allocation of resources."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_STOCKS = 4
MOST_CAPACITIES = 2
MOST_FANS = 2
MOST_PLANS = 12
MOST_PRICES = 6


@dataclass(frozen=True, slots=True)
class Fan:
    """The interval of a forecast.

    Attributes
    ----------
    lower, upper : its ends at each place from now on, as many as the forecast has.
    """

    lower: tuple[float, ...]
    upper: tuple[float, ...]

    def __post_init__(self) -> None:
        demand(len(self.lower) == len(self.upper), "upper", "must be as long as lower")
        demand_finite("lower", *self.lower)
        demand_finite("upper", *self.upper)
        demand(all(0 <= a <= b for a, b in zip(self.lower, self.upper, strict=True)), "lower", "must be 0 to upper")


@dataclass(frozen=True, slots=True)
class Stock:
    """One line of :class:`StockAndForecast`.

    Attributes
    ----------
    label : name at the right end. key : second line below it (``"793 → 893 (+13 %)"``).
    colour : colour role.
    past : one value per place up to now, at least 0; None leaves a gap (hidden).
    ahead : the forecast at the places after now; empty = no forecast may be shown.
    fans : intervals of the forecast, the widest first; at most two.
    """

    label: str
    key: str
    colour: Level
    past: tuple[float | None, ...]
    ahead: tuple[float, ...] = ()
    fans: tuple[Fan, ...] = ()

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("past", *self.past)
        demand_finite("ahead", *self.ahead)
        demand(all(value is None or value >= 0 for value in (*self.past, *self.ahead)), "past", "must be at least 0")
        demand(len(self.fans) <= MOST_FANS, "fans", f"at most {MOST_FANS}")
        for fan in self.fans:
            demand(len(fan.lower) == len(self.ahead), "fans", f"{self.label}: one end per place of the forecast")


@dataclass(frozen=True, slots=True)
class Capacity:
    """A dashed line across :class:`StockAndForecast`: how many there is room for.

    Attributes
    ----------
    value : at least 0. text : words beside the line (``"paikkoja 820"``).
    colour : role of the stock it limits; grey = all of them, drawn in black.
    """

    value: float
    text: str
    colour: Level = "neutral"

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("value", self.value)
        demand(self.value >= 0, "value", "must be at least 0")


@dataclass(frozen=True, slots=True)
class StockAndForecast:
    """How many there are, month by month, and how many there will be; the future is shaded.

    Attributes
    ----------
    stocks : at most four.
    x_labels : one text per place, past and future; an empty text marks no tick (months between years).
    now : how many places are past; the last of them is now.
    future_text : word in the shaded part (``"Ennuste"``).
    capacities : lines across; at most two.
    y_ticks : (value, text) of the grid lines.
    axis_title : what y measures, above the axis.
    """

    stocks: tuple[Stock, ...]
    x_labels: tuple[str, ...]
    now: int
    future_text: str = ""
    capacities: tuple[Capacity, ...] = ()
    y_ticks: tuple[tuple[float, str], ...] = ()
    axis_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.stocks) <= MOST_STOCKS, "stocks", f"at most {MOST_STOCKS} lines")
        demand(1 <= self.now <= len(self.x_labels), "now", "must be a number of places")
        ahead = len(self.x_labels) - self.now
        for stock in self.stocks:
            demand(len(stock.past) == self.now, "past", f"{stock.label}: one value per place up to now")
            demand(len(stock.ahead) in (0, ahead), "ahead", f"{stock.label}: none, or one per place after now")
        demand(len(self.capacities) <= MOST_CAPACITIES, "capacities", f"at most {MOST_CAPACITIES}")
        ticks = [value for value, _ in self.y_ticks]
        demand_finite("y_ticks", *ticks)
        demand(all(value >= 0 for value in ticks), "y_ticks", "must be at least 0")


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One row of :class:`Allocation`.

    Attributes
    ----------
    label : name on the left.
    now, proposed : places of the hollow and the filled mark; None = hidden or not known, no mark.
    text : the change (``"+5"``, ``"−2"``, ``"0"``), or what is said where a mark is missing.
    colour : colour role of the filled mark and of the bar between.
    """

    label: str
    now: float | None
    proposed: float | None
    text: str
    colour: Level

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand_finite("now", self.now)
        demand_finite("proposed", self.proposed)


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """What one unit more of a limit would bring.

    Attributes
    ----------
    label : the limit. value : length of the bar, at least 0; None or 0 = no bar, only the text.
    text : printed after the bar (``"412 pv"``, ``"0 – ei rajoita"``).
    bold : True for the tightest limit, drawn in the accent of the headline; the others are grey.
    """

    label: str
    value: float | None
    text: str
    bold: bool = False

    def __post_init__(self) -> None:
        demand_finite("value", self.value)
        demand(self.value is None or self.value >= 0, "value", f"{self.label}: must be at least 0")


@dataclass(frozen=True, slots=True)
class Allocation:
    """Resources now (hollow) and as proposed (filled), and beside them what the limits cost.

    Attributes
    ----------
    rows : from top to bottom, at most 12.
    now_name, proposed_name : what the hollow and the filled mark are (``"nyt"``, ``"ehdotus"``).
    ticks : (place, text) of the axis, increasing; empty = an axis from the data without ticks.
    axis_title : what the axis measures, below it; may be empty when the last tick says it.
    prices : at most six, the tightest limit first; empty = no second drawing.
    prices_title : what the bars measure (``"Varjohinta, odotuspäivää"``).
    """

    rows: tuple[AllocationRow, ...]
    now_name: str
    proposed_name: str
    ticks: tuple[tuple[float, str], ...] = ()
    axis_title: str = ""
    prices: tuple[ShadowPrice, ...] = ()
    prices_title: str = ""

    def __post_init__(self) -> None:
        demand(len(self.rows) <= MOST_PLANS, "rows", f"at most {MOST_PLANS} rows are legible")
        demand(len(self.prices) <= MOST_PRICES, "prices", f"at most {MOST_PRICES}")
        places = [place for place, _ in self.ticks]
        demand_finite("ticks", *places)
        demand(all(a < b for a, b in pairwise(places)), "ticks", "must increase")
