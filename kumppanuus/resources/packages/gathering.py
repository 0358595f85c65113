"""What is computed of published numbers, after the gate: which needs are answered, and a package for each segment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kumppanuus.analysis import Context
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.disclosure.years import last_year
from kumppanuus.forms.family_shares import Share, published_share
from kumppanuus.forms.rounding import ends_of_class
from kumppanuus.methods.packages import Packages, packages
from kumppanuus.methods.several import confidence_of_each
from kumppanuus.register.segments import NOT_A_CLIENT
from kumppanuus.resources.packages.declared import PackagesParams, PackagesResult

SEGMENTS, SPENDING = "resources.segments", "resources.spending"
CORRECTIVE = "corrective"
HIDDEN = 3.0
"""What a hidden number of families is taken for (R16): one to six, or a few more of too few families."""
TOGETHER = 0.95
_LEAST_OF_PERCENT = 20
_MOST_GUESSED = 0.05
_DIGITS = 2


def gather(released: ReleasedResult, gathered: Gathered, params: PackagesParams) -> Mapping[str, pd.DataFrame]:
    """Return the shares of answered needs and, where segments and costs are published, the packages."""
    declared = PackagesResult.tables()
    frames = {
        "answered": _answered(released["needs"], ["need"]),
        "segment_answered": _answered(released["segment_needs"], ["segment", "need"]),
        **_planned(released, gathered, params),
    }
    return {name: frame.reindex(columns=list(declared[name].columns)) for name, frame in frames.items()}


def _answered(counted: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the share of the families with a need who have an answer, with limits that hold for all rows together."""
    confidence = confidence_of_each(TOGETHER, max(len(counted), 1))
    found = [
        published_share(float(met), float(families), confidence=confidence)
        for met, families in zip(counted["met"], counted["families"], strict=True)
    ]
    percents = {
        "percent": [min(100 * each.value, _percent_at_most(each)) for each in found],
        "lower": [100 * each.lower for each in found],
        "upper": [100 * each.upper for each in found],
    }
    return counted[by].assign(**{name: np.round(each) for name, each in percents.items()})


def _percent_at_most(share: Share) -> float:
    """Return 99 where rounded numbers are equal: they hold some families that have no answer, or none."""
    least, most = ends_of_class(np.array([share.count]))
    return 99.0 if most[0] > least[0] else 100.0


def _planned(released: ReleasedResult, gathered: Gathered, params: PackagesParams) -> dict[str, pd.DataFrame]:
    nothing = {"packages": pd.DataFrame(), "plans": pd.DataFrame()}
    segments = gathered.used.get(SEGMENTS)
    if segments is None or segments.status != "ok" or gathered.context.resources is None:
        return nothing
    services = services_of(segments, gathered, params)
    needs = needs_of(released)
    needs = needs[needs["segment"].isin(services["segment"])]
    if needs.empty or services.empty:
        return nothing
    answers = pd.DataFrame(
        [(need, service) for need, each in gathered.context.resources.need_services for service in each],
        columns=["need", "service"],
    )
    change = gathered.context.resources.allocation.change_at_most
    found = packages(needs.drop(columns="guessed"), services, answers, change=change)
    order = [*dict.fromkeys(released["segment_needs"]["segment"])]
    plans = _plans(found, order, segments, _known(needs))
    return {"packages": _packages(found, order, gathered.context), "plans": plans}


def services_of(segments: ReleasedResult, gathered: Gathered, params: PackagesParams) -> pd.DataFrame:
    """Return the services of each segment as the model wants them; a hidden number of families is 3."""
    used = segments["services"][["segment", "service", "families"]]
    cost = _cost_of_family(gathered.used.get(SPENDING))
    levels = gathered.context.services
    stays = {code for code, level in levels.items() if level == CORRECTIVE} if params.corrective_stays else set()
    return used.assign(
        families=used["families"].astype(float).fillna(HIDDEN),
        cost_eur=used["service"].map(cost).astype(float),
        weight=_points(used, gathered.context),
        fixed=used["service"].isin(stays),
    ).reset_index(drop=True)


def _cost_of_family(spending: ReleasedResult | None) -> dict[str, float]:
    """Return what a service cost a family in the last full year, where that is published."""
    if spending is None or spending.status != "ok":
        return {}
    rows = spending["services"]
    last = rows[rows["year"].astype(str) == last_year(spending)]
    return dict(zip(last["service"].astype(str), last["per_family_eur"].astype(float), strict=True))


def _points(used: pd.DataFrame, context: Context) -> pd.Series[float]:
    """Return how much each service helps a family of the segment; 1 everywhere where the study judges nothing."""
    assert context.resources is not None
    judged = {(each.segment, each.service): each.value for each in context.resources.benefits}
    keys = zip(used["segment"].astype(str), used["service"].astype(str), strict=True)
    told = [judged.get(key, 0.0) if judged else 1.0 for key in keys]
    return pd.Series(told, index=used.index, dtype=float)


def needs_of(released: ReleasedResult) -> pd.DataFrame:
    """Return the needs by segment as the model wants them.

    Needs whose families are hidden are left out; a hidden number of answered ones is 3 (``guessed``).
    """
    rows = released["segment_needs"]
    families = rows["families"].astype(float)
    met = rows["met"].astype(float).fillna(HIDDEN).clip(upper=families)
    found = rows[["segment", "need"]].assign(families=families, met=met, guessed=rows["met"].isna())
    return found[(rows["segment"] != NOT_A_CLIENT) & (families > 0)].reset_index(drop=True)


def _packages(found: Packages, order: list[str], context: Context) -> pd.DataFrame:
    rows = found.services
    places = {code: place for place, code in enumerate(context.services)}
    told = rows.assign(
        now=rows["now"].round(), proposed=rows["proposed"].round(),
        now_eur=_digits(rows["now"] * rows["cost_eur"]), proposed_eur=_digits(rows["proposed"] * rows["cost_eur"]),
        points=rows["weight"], fixed=rows["fixed"].astype(float),
    )  # fmt: skip
    return told.sort_values(
        ["segment", "service"], kind="stable", ignore_index=True,
        key=lambda column: column.map(places if column.name == "service" else order.index).astype(float),
    )  # fmt: skip


def _known(needs: pd.DataFrame) -> pd.Series[bool]:
    """Tell of which segments hidden numbers cannot move the share of answered needs by more than `_MOST_GUESSED`."""
    by = needs.groupby("segment")
    return by["guessed"].sum() * HIDDEN <= _MOST_GUESSED * by["families"].sum()


def _plans(found: Packages, order: list[str], segments: ReleasedResult, known: pd.Series[bool]) -> pd.DataFrame:
    """Return the plan of each segment, with euros of one of its families."""
    rows = found.segments.set_index("segment")
    cells = found.needs.groupby("segment").size()
    families = segments["segments"].set_index("segment")["families"].astype(float).reindex(rows.index)
    enough = rows["needs"].where((rows["needs"] >= _LEAST_OF_PERCENT) & known.reindex(rows.index, fill_value=False))
    told = pd.DataFrame({
        "needs": rows["needs"],
        "now_percent": (100 * rows["met"] / enough).round(),
        "proposed_percent": (100 * rows["proposed"] / enough).round(),
        "full_percent": (100 * rows["full"] / enough).round(),
        "points_off": np.ceil(100 * HIDDEN * np.sqrt(cells.reindex(rows.index)) / enough),
        **{name: _digits(rows[name] / families) for name in ("now_eur", "proposed_eur", "full_eur")},
    })  # fmt: skip
    return told.loc[sorted(told.index, key=order.index)].reset_index()


def _digits(values: pd.Series[float]) -> pd.Series[float]:
    """Return numbers with three significant digits."""
    number = values.to_numpy(dtype=float)
    size = np.floor(np.log10(np.where(np.abs(number) > 0, np.abs(number), 1.0)))
    scale = 10.0 ** (size - _DIGITS)
    return pd.Series(np.round(number / scale) * scale, index=values.index)
