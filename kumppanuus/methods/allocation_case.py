"""What is to be divided, among whom, within which limits; what a division costs and what it is judged to bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

BOUGHT = ("purchased", "voucher")
"""Ways of production that are bought by the family; the others bind the organiser's own staff."""
WHERE = ["segment", "service", "area"]
KEYS = ["segment", "service", "production", "area"]
Numbers = npt.NDArray[np.float64]


def _frame(*columns: str) -> pd.DataFrame:
    return field(default_factory=lambda: pd.DataFrame({name: [] for name in columns}))


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of today.

    needs : segment, area, families. benefits : segment, service, benefit (points that a year of the service brings to a
        family, more than 0).
    ways : service, production, cost (euros a year of one family), hours (own working hours a year of one family).
    now : segment, service, production, area, families (a year).
    hours : service, hours (own working hours a year that are there), and ``area`` where staff is tied to areas. A
        service that is not named is not bound by staff.
    contracts : service, production, least, most (families a year; NaN: no limit).

    What a segment uses of a service that is not judged to help it stays as it is.
    """

    needs: pd.DataFrame
    benefits: pd.DataFrame
    ways: pd.DataFrame
    now: pd.DataFrame
    hours: pd.DataFrame = _frame("service", "hours")
    contracts: pd.DataFrame = _frame("service", "production", "least", "most")

    def __post_init__(self) -> None:
        _once("needs", self.needs, ["segment", "area"])
        _once("benefits", self.benefits, ["segment", "service"])
        _once("ways", self.ways, ["service", "production"])
        _once("now", self.now, KEYS)
        _known("now", self.now, self.ways, ["service", "production"])
        _known("now", self.now, self.needs, ["segment", "area"])


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan keeps to.

    budget : euros a year; None: what today costs.
    change : most that the volume of a service may change, as a share of today's; no area and no segment loses more of
        it than that share. kept : services whose volume does not fall at all (those that the law gives a right to).
    own_change : most by which the own working hours of a service may differ from those there are, as a share of them.
        All together do not grow, and within the year nobody is let go. Own production of unknown hours: its families.
    bought : largest share of the budget that may be bought; None: no limit.
    coverage : share of a segment's families in an area for whom there is a place in something that helps; each that is
        short costs `short_cost` points (None: nobody may be short).
    equity : benefit a family of the weakest area at least, as a share of that of all areas together.
    floor : benefit a family in every area at least, in points. groups : benefit of every segment at least, as a share
        of today's (1: no segment loses).
    tranches : (share of a segment's families, share of the benefit) of those served first, next, …; the first numbers
        add up to 1, the second ones fall.
    """

    budget: float | None = None
    change: float = 0.2
    kept: frozenset[str] = frozenset()
    own_change: float = 0.1
    bought: float | None = None
    coverage: float = 0.0
    short_cost: float | None = 10.0
    equity: float = 0.0
    floor: float = 0.0
    groups: float = 0.0
    tranches: tuple[tuple[float, float], ...] = ((0.3, 1.0), (0.4, 0.75), (0.3, 0.5))


def room(case: Case) -> pd.DataFrame:
    """Return segment, service, area, ``benefit``, ``now`` and ``most``: families that a judged service can help there.

    ``most`` is the segment's families, or today's use where that is more (rounded numbers can be).
    """
    pairs = case.benefits.merge(case.needs.rename(columns={"families": "homes"}), on="segment")
    now = case.now.groupby(WHERE)["families"].sum().reset_index().rename(columns={"families": "now"})
    rows = pairs.merge(now, on=WHERE, how="left").fillna({"now": 0.0})
    return rows.assign(most=rows[["homes", "now"]].max(axis=1))[[*WHERE, "benefit", "now", "most"]]


def gained(case: Case, limits: Limits, volumes: pd.DataFrame, families: str = "families") -> pd.DataFrame:
    """Return segment, service, area and ``gain``: points for each point of judged benefit, those in most need first.

    Parameters
    ----------
    volumes : KEYS and the column `families`.
    """
    used = volumes.groupby(WHERE)[families].sum().reset_index().rename(columns={families: "used"})
    rows = room(case).merge(used, on=WHERE, how="left").fillna({"used": 0.0})
    used_, most = rows["used"].to_numpy(float), rows["most"].to_numpy(float)
    gain, before = np.zeros(len(rows)), np.zeros(len(rows))
    for part, share in limits.tranches:
        gain += share * np.clip(used_ - before, 0.0, part * most)
        before += part * most
    return rows.assign(gain=gain)[[*WHERE, "benefit", "gain"]]


def benefit_of(case: Case, limits: Limits, volumes: pd.DataFrame, families: str = "families") -> float:
    """Return the points a year of a division of families (see `gained`)."""
    rows = gained(case, limits, volumes, families)
    return float((rows["benefit"] * rows["gain"]).sum())


def benefit_by_area(case: Case, limits: Limits, volumes: pd.DataFrame, families: str = "families") -> pd.DataFrame:
    """Return area, ``homes`` and ``points`` a family of each area."""
    rows = gained(case, limits, volumes, families)
    points = (rows["benefit"] * rows["gain"]).groupby(rows["area"]).sum()
    homes = case.needs.groupby("area")["families"].sum()
    homes = homes[homes > 0]
    found = pd.DataFrame({"homes": homes, "points": points.reindex(homes.index).fillna(0.0) / homes})
    return found.rename_axis("area").reset_index()


def cost_of(case: Case, volumes: pd.DataFrame, families: str = "families") -> float:
    """Return what a division of families costs, in euros a year."""
    rows = volumes.merge(case.ways, on=["service", "production"], how="left")
    return float((rows[families] * rows["cost"]).sum())


def without_help(case: Case, volumes: pd.DataFrame, families: str = "families") -> pd.DataFrame:
    """Return segment, area, ``homes``, ``places`` that help, and families that have none: ``at_least``, ``at_most``.

    A family can hold several places, so how many families have none is known between these two only.
    """
    helps = volumes.merge(case.benefits[["segment", "service"]], on=["segment", "service"])
    by_service = helps.groupby(WHERE)[families].sum().reset_index()
    by = by_service.groupby(["segment", "area"])[families]
    found = pd.DataFrame({"places": by.sum(), "largest": by.max()}).reset_index()
    rows = case.needs.rename(columns={"families": "homes"}).merge(found, on=["segment", "area"], how="left")
    rows = rows.fillna({"places": 0.0, "largest": 0.0})
    return rows.assign(
        at_least=(rows["homes"] - rows["places"]).clip(lower=0.0),
        at_most=(rows["homes"] - rows["largest"]).clip(lower=0.0),
    )[["segment", "area", "homes", "places", "at_least", "at_most"]]


def fitted_use(needs: pd.DataFrame, by_segment: pd.DataFrame, by_area: pd.DataFrame, rounds: int = 50) -> pd.DataFrame:
    """Return how use may lie in areas when it is known by segment and by area, but not by both: an estimate.

    Proportional fitting that begins with where the segments' families live.

    Parameters
    ----------
    needs : segment, area, families. by_segment : segment, service, families. by_area : service, area, families; a
        service that it lacks lies where the segments' families do.

    Returns
    -------
    segment, service, area, families; their sums over areas are those of `by_segment`.

    References
    ----------
    W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11, 1940, 427–444.
    """
    rows = by_segment.merge(needs.rename(columns={"families": "homes"}), on="segment")
    rows = rows[rows.groupby(["segment", "service"])["homes"].transform("sum") > 0].reset_index(drop=True)
    wanted = rows[["service", "area"]].merge(by_area, on=["service", "area"], how="left")["families"].to_numpy(float)
    known = rows["service"].isin(set(by_area["service"])).to_numpy()
    target, wanted = rows["families"].to_numpy(float), np.nan_to_num(wanted)
    segment, area = _groups(rows, ["segment", "service"]), _groups(rows, ["service", "area"])
    use = _scaled(rows["homes"].to_numpy(float), segment, target)
    for _ in range(rounds if known.any() else 0):
        use = _scaled(np.where(known, _scaled(use, area, wanted), use), segment, target)
    return rows[WHERE].assign(families=use)


def _groups(rows: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.asarray(rows.groupby(list(by), sort=False).ngroup(), dtype=np.int64)


def _scaled(use: Numbers, group: npt.NDArray[np.int64], wanted: Numbers) -> Numbers:
    """Scale the rows of each group to the sum that they want; a group of nothing stays nothing."""
    sums = np.bincount(group, weights=use)[group] if len(use) else use
    return np.divide(use * wanted, sums, out=np.zeros_like(use), where=sums > 0)


def _once(name: str, rows: pd.DataFrame, keys: list[str]) -> None:
    if rows.duplicated(keys).any():
        raise ValueError(f"{name}: two rows of one {', '.join(keys)}")


def _known(name: str, rows: pd.DataFrame, other: pd.DataFrame, keys: list[str]) -> None:
    if len(rows[keys].merge(other[keys], on=keys)) < len(rows):
        raise ValueError(f"{name}: a {' and '.join(keys)} that nothing else is known of")
