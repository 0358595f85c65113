from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.register.calendar import month_day
from kumppanuus.study import Disclosure

MONTHS = 24


def _columns(*dimensions: str, whole: tuple[str, ...] = ()) -> MappingProxyType[str, Column]:
    return MappingProxyType(
        {
            **{name: Column("dimension", codes=f"{name}s") for name in dimensions},
            "day": Column("time"),
            "survival": Column("survival"),
            "lower": Column("lower"),
            "upper": Column("upper"),
            "at_risk": Column("count"),
            "events": Column("count", part_of=whole),
            "ending_families": Column("count"),
            "families_at_risk": Column("count"),
            "persons": Column("persons"),
            "families": Column("families"),
        }
    )


@dataclass(frozen=True, slots=True)
class _Curves(Result):
    services: pd.DataFrame = result_table("curve", _columns("level", "service", whole=("levels.events",)))
    levels: pd.DataFrame = result_table("curve", _columns("level"))


def _rows(persons: int, events: Sequence[int], **codes: str) -> pd.DataFrame:
    gone = np.append(0, np.cumsum(events))
    share = (persons - gone) / persons
    return pd.DataFrame(
        {
            **codes, "day": [month_day(month) for month in range(len(gone))], "survival": share, "lower": share,
            "upper": share, "at_risk": persons - gone, "events": np.append(0, events),
            "ending_families": np.append(0, events), "families_at_risk": persons - gone,
            "persons": persons, "families": persons,
        }
    )  # fmt: skip


def _released(**services: tuple[int, Sequence[int]]) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    parts = [_rows(n, events, level="x", service=code) for code, (n, events) in services.items()]
    whole = _rows(
        sum(n for n, _ in services.values()), np.sum([events for _, events in services.values()], axis=0), level="x"
    )
    columns = list(_Curves.tables()["services"].columns)
    found = release({"x": _Curves(pd.concat(parts, ignore_index=True)[columns], whole)}, Disclosure()).results["x"]
    shown = found["services"].dropna(subset="survival")
    return found["levels"].dropna(subset="survival"), dict(iter(shown.groupby("service")))


def _days(curve: pd.DataFrame) -> set[int]:
    return set(curve["day"])


Ends = dict[str, tuple[int, Sequence[int]]]


def _told(services: Ends, whole: pd.DataFrame, shown: dict[str, pd.DataFrame]) -> set[int]:
    """Return every number of events an observer gets by subtracting published curves from the whole."""
    events = {code: np.append(0, each) for code, (_, each) in services.items()}
    day_of = {month_day(month): month for month in range(MONTHS + 1)}
    told = set()
    for size in range(1, len(shown) + 1):
        for taken in itertools.combinations(shown, size):
            common = sorted(
                day_of[day] for day in set.intersection(_days(whole), *(_days(shown[code]) for code in taken))
            )
            rest = np.sum([each for code, each in events.items() if code not in taken], axis=0)
            rest = rest if np.ndim(rest) else np.zeros(MONTHS + 1)
            told |= {int(rest[since + 1 : until + 1].sum()) for since, until in itertools.pairwise(common)}
    return told


def test_a_service_too_small_for_a_curve_is_not_what_is_left_of_its_level() -> None:
    big, small = [8] * MONTHS, [1] * 12 + [0] * 12
    whole, shown = _released(big=(300, big), small=(15, small))
    assert set(shown) == {"big"}
    assert len(whole) == MONTHS + 1  # the level itself loses nothing
    # the small one ends once a month for a year: five of them would be told by the whole percents of month 5
    assert sorted(_days(shown["big"]))[:3] == [0, month_day(6), month_day(12)]
    assert _told({"big": (300, big), "small": (15, small)}, whole, shown) <= {0, *range(5, 400)}


def test_the_only_service_of_a_level_has_its_curve() -> None:
    whole, shown = _released(only=(300, [8] * MONTHS))
    assert _days(shown["only"]) == _days(whole)


def test_a_curve_whose_whole_is_not_published_goes_by_its_own_points() -> None:
    columns = list(_Curves.tables()["services"].columns)
    part = _rows(300, [8] * MONTHS, level="x", service="a")[columns]
    whole = _rows(300, [8] * MONTHS, level="another")
    found = release({"x": _Curves(part, whole)}, Disclosure()).results["x"]["services"]
    assert found["survival"].count() == MONTHS + 1


def test_a_long_tail_goes_on_after_a_faster_service_has_ended() -> None:
    fast, slow = [30] * 6 + [0] * 18, [3, 4] * 12
    whole, shown = _released(fast=(185, fast), slow=(200, slow))
    assert max(_days(shown["fast"])) < month_day(6)
    assert max(_days(shown["slow"])) > month_day(20)
    assert _told({"fast": (185, fast), "slow": (200, slow)}, whole, shown) <= {0, *range(5, 400)}


def test_attack_no_difference_of_curves_holds_one_to_four_events() -> None:
    dice = np.random.default_rng(8)
    points = 0
    for _ in range(60):
        services = {
            f"s{place}": (int(dice.integers(8, 400)), [0] * MONTHS) for place in range(int(dice.integers(2, 5)))
        }
        for code, (n, _none) in services.items():
            ends = np.minimum(dice.exponential(dice.choice([3, 8, 30]), n).astype(int), MONTHS)
            services[code] = (n, np.bincount(ends, minlength=MONTHS + 1)[:MONTHS].tolist())
        whole, shown = _released(**services)
        points += sum(map(len, shown.values()))
        assert _told(services, whole, shown) <= {0, *range(5, 2000)}
    assert points > 400  # and something is left to look at


def test_people_left_of_a_whole_are_not_counted() -> None:
    nothing = [0] * (MONTHS - 3)
    for ended, points in ((9, 1), (7, 2)):
        # of 23 and of 20 so many end in the first quarter: after 9, whole percents leave two numbers for the others
        whole, shown = _released(big=(20, [ended, 0, 0, *nothing]), small=(3, [0] * MONTHS))
        assert sorted(_days(whole)) == [0, month_day(3)]
        assert len(_days(shown["big"])) == points
