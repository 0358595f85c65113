"""Services and the families they share: made-up numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from kumppanuus.analysis import Column, Context, Result, result_table
from kumppanuus.gallery.cases import Case, GalleryParams

Services = Mapping[str, tuple[str, int]]
Pairs = Mapping[tuple[str, str], float]
LEAST_LIFT = 1.5
_EVERYBODY = 4200
_SERVICES: Services = MappingProxyType(
    {
        "day_care": ("universal", 1300), "clinic": ("universal", 1500), "school_health": ("universal", 1100),
        "curator": ("universal", 595), "school_psychologist": ("universal", 450), "youth_work": ("universal", 500),
        "supervisor": ("universal", 350), "counselling": ("early", 545), "family_work": ("early", 321),
        "home_service": ("early", 331), "adult_social": ("early", 419), "outreach": ("early", 140),
        "speech": ("early", 380), "support_person": ("early", 120), "support_family": ("early", 110),
        "youth_psychiatry": ("special", 180), "child_psychiatry": ("special", 200), "substance": ("special", 150),
        "shelter": ("special", 70), "open_care": ("corrective", 234), "intensive": ("corrective", 120),
        "substitute": ("corrective", 90),
    }
)  # fmt: skip
"""Code → level and families."""
_LIFTS: Pairs = MappingProxyType(
    {
        ("open_care", "intensive"): 6.4, ("open_care", "substance"): 4.4, ("open_care", "substitute"): 5.2,
        ("open_care", "family_work"): 2.9, ("open_care", "adult_social"): 2.2, ("open_care", "support_person"): 2.6,
        ("open_care", "support_family"): 3.1, ("open_care", "youth_psychiatry"): 2.4, ("open_care", "curator"): 1.8,
        ("day_care", "clinic"): 1.7, ("day_care", "speech"): 1.9, ("clinic", "speech"): 1.8,
        ("clinic", "home_service"): 1.9, ("school_psychologist", "speech"): 1.6,
        ("school_psychologist", "curator"): 2.3, ("school_psychologist", "child_psychiatry"): 2.5,
        ("counselling", "child_psychiatry"): 2.1, ("counselling", "supervisor"): 2.0, ("supervisor", "shelter"): 2.8,
        ("substance", "shelter"): 4.1, ("adult_social", "substance"): 3.0, ("adult_social", "outreach"): 1.9,
        ("outreach", "youth_work"): 2.2, ("outreach", "youth_psychiatry"): 2.7, ("school_health", "curator"): 1.9,
        ("family_work", "counselling"): 1.6, ("family_work", "home_service"): 2.1, ("clinic", "curator"): 1.1,
    }
)  # fmt: skip


def _many() -> tuple[Services, Pairs]:
    """Every service with the two after it, and the hub with all."""
    codes = [code for code in _SERVICES if code != "open_care"]
    near = {(codes[at], codes[at + step]): 2.0 for at in range(len(codes) - 2) for step in (1, 2)}
    hub = {("open_care", code): 2.0 + place / 10 for place, code in enumerate(codes)}
    return {code: (level, 900) for code, (level, _) in _SERVICES.items()}, {**near, **hub}


_NUMBERS: Mapping[Case, tuple[Services, Pairs]] = {
    "usual": (_SERVICES, _LIFTS),
    "one": ({"family_work": ("early", 321)}, {}),
    "many": _many(),
    "hidden": ({"family_work": ("early", 4), "curator": ("universal", 3)}, {("family_work", "curator"): 2.0}),
    "empty": ({}, {}),
}


@dataclass(frozen=True, slots=True)
class TiesResult(Result):
    """everyone : all families. services : one row a service. pairs : one row two services that families share."""

    everyone: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"persons": Column("persons"), "families": Column("families")}),
        population="gallery ties",
    )
    services: pd.DataFrame = result_table(
        "counts",
        MappingProxyType(
            {
                "help": Column("dimension", codes="helps"),
                "level": Column("dimension", codes="levels"),
                "persons": Column("persons"),
                "families": Column("families"),
            }
        ),
        within="everyone",
        population="gallery ties",
    )
    pairs: pd.DataFrame = result_table(
        "edges",
        MappingProxyType(
            {
                "first": Column("dimension", codes="helps"),
                "second": Column("dimension", codes="helps"),
                "persons": Column("persons"),
                "families": Column("families"),
                "lift": Column("lift", of=("everyone",)),
            }
        ),
        nodes="services",
        population="gallery ties together",
    )


def compute(_counts: Mapping[str, pd.DataFrame], params: GalleryParams, _context: Context) -> TiesResult:
    """Return the numbers of the case that is asked for."""
    services, lifts = _NUMBERS[params.case]
    everybody = pd.DataFrame({"persons": [round(1.5 * _EVERYBODY)], "families": [_EVERYBODY]})
    rows = [(code, level, round(1.5 * number), number) for code, (level, number) in services.items()]
    pairs = [(*sorted(pair), *_shared(services, pair, lift)) for pair, lift in lifts.items()]
    return TiesResult(
        everybody if services else everybody.iloc[:0],
        _frame(rows, ["help", "level", "persons", "families"]),
        _frame(pairs, ["first", "second", "persons", "families"]).assign(lift=float("nan")),
    )


def _frame(rows: Sequence[tuple[object, ...]], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({"persons": "int64", "families": "int64"})


def _shared(services: Services, pair: tuple[str, str], lift: float) -> tuple[int, int]:
    """Return the persons and families of a pair that is so many times as common as chance."""
    first, second = (services[code][1] for code in pair)
    families = min(round(lift * first * second / _EVERYBODY), first, second)
    return round(2.4 * families), families
