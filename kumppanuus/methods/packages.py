"""From needs to packages of services: what each group of families would have for what it costs today.

Of a segment: n[k] families have need k, and m[k] of them have a service that answers it; x0[v] families are in service
v, which costs c[v] a family. An answered need is shared among the services of the segment that answer it, by their
families: a[v] of the answered needs are v's. Needs that nobody has recorded are needs, too: of the families in v only

    y0[v] = min(x0[v], a[v])      are there for recorded needs, and each of them has
    q[v] = a[v] / y0[v] ≥ 1       of them answered; the other x0[v] − y0[v] stay, whatever is proposed.

One service may answer several needs of a family, and several services the same need: both are in q as they are today.
A proposal x answers z[k,v] needs:

    max Σ w[v] z[k,v]                     w: how much the service helps (1 where nobody has judged it)
    m[k] ≤ Σ_v z[k,v] ≤ n[k]              no need is answered less than today, none more often than it is there
    Σ_k z[k,v] ≤ q[v] (y0[v] + x[v] − x0[v])      a place for recorded needs answers as many as today
    Σ_v c[v] x[v] ≤ Σ_v c[v] x0[v]        within today's money of the segment
    x0[v] − δ y0[v] ≤ x[v] ≤ (1 + δ) x0[v]

and of all such proposals the cheapest. With x = x0 the constraints hold and Σ z = Σ m: the model promises nothing for
places that stay as they are. A service that answers no recorded need, that has no known cost or is named as fixed stays
as it is.

References
----------
The linear relaxation of the maximum coverage problem with a budget: Church & ReVelle, Papers of the Regional Science
Association 32 (1974) 101–118; Khuller, Moss & Naor, Information Processing Letters 70 (1999) 39–45.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.methods.optimise import Model
from kumppanuus.methods.optimum import Solution

_PLACE, _NEED = ["segment", "service"], ["segment", "need"]
_SLACK = 1e-7
"""Part of the best value that the cheapest proposal may fall short of it."""


@dataclass(frozen=True, slots=True)
class Packages:
    """What a segment has and would have.

    services : ``segment``, ``service``, ``now``, ``proposed`` (families), ``for_needs`` (families there for recorded
        needs), ``answers`` (needs of each of these that it answers), ``cost_eur`` (of a family), ``weight``,
        ``fixed`` (it was not for the proposal to change).
    needs : ``segment``, ``need``, ``families``, ``met``, ``proposed`` (families whose need is answered).
    segments : ``segment``, ``now_eur``, ``proposed_eur`` (of all its families, services with a known cost),
        ``needs`` (recorded), ``met``, ``proposed`` (answered), ``full_eur`` (least cost of answering every need that a
        service of the segment can answer, no place taken away) and ``full`` (how many these are).
    """

    services: pd.DataFrame
    needs: pd.DataFrame
    segments: pd.DataFrame


def packages(needs: pd.DataFrame, services: pd.DataFrame, answers: pd.DataFrame, *, change: float = 0.2) -> Packages:
    """Propose a package for every segment.

    Parameters
    ----------
    needs : ``segment``, ``need``, ``families``, ``met`` (≤ families); one row each.
    services : ``segment``, ``service``, ``families`` (in it today), ``cost_eur`` (of one family; NaN = not known),
        ``weight`` (how much it helps; optional, 1), ``fixed`` (optional); one row each.
    answers : ``need``, ``service``: which services answer a need.
    change : by which share the families of a service may change, 0–1.

    Returns
    -------
    Packages
        Rows sorted by segment and service (need).
    """
    places = with_answers(needs, services, answers)
    useful = places[places["answers"] > 0]
    pairs = useful[[*_PLACE, "weight"]].merge(answers.drop_duplicates(), on="service").merge(needs[_NEED], on=_NEED)
    if pairs.empty:
        return _told(places.assign(proposed=places["now"]), needs.assign(proposed=needs["met"]), None, None)
    found = _cheapest(_model(useful, needs, pairs, change), useful, pairs)
    whole = _cheapest(_model(useful, needs, pairs.assign(weight=1.0), None), useful, pairs.assign(weight=1.0))
    return _told(_placed(places, found), _answered(needs, found), _placed(places, whole), _answered(needs, whole))


def with_answers(needs: pd.DataFrame, services: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the services with ``now``, ``for_needs`` (y0: families there for recorded needs), ``answers`` (q: needs of
    each of these that it answers), and whether they are ``fixed``.
    """
    used = services.rename(columns={"families": "now"}).assign(
        weight=services.get("weight", 1.0),
        fixed=services["fixed"].astype(bool) if "fixed" in services else False,
    )
    shared = used[[*_PLACE, "now"]].merge(answers.drop_duplicates(), on="service").merge(needs, on=_NEED)
    all_of = shared.groupby(_NEED)["now"].transform("sum")
    shared = shared.assign(part=shared["met"] * (shared["now"] / all_of.where(all_of > 0)).fillna(0.0))
    parts = shared.groupby(_PLACE)["part"].sum()
    own = parts.reindex(pd.MultiIndex.from_frame(used[_PLACE]), fill_value=0.0).to_numpy(float)
    there = np.minimum(used["now"].to_numpy(float), own)
    rate = np.divide(own, there, out=np.zeros(len(used)), where=there > 0)
    stays = used["fixed"] | used["cost_eur"].isna() | (rate <= 0)
    return used.assign(for_needs=there, answers=rate, fixed=stays).sort_values(_PLACE, ignore_index=True)


def _model(useful: pd.DataFrame, needs: pd.DataFrame, pairs: pd.DataFrame, change: float | None) -> Model:
    """Return the model of a proposal; with `change` None no place is taken away, and money does not bind."""
    model = Model("max")
    model.variables("x", _bounds(useful, needs, change), lower="low", upper="high", unit="families")
    triples = pairs[["segment", "need", "service"]]
    model.variables("z", triples, unit="needs")
    model.objective("z", triples.assign(coefficient=pairs["weight"].to_numpy(float)))
    asked = needs.merge(triples[_NEED].drop_duplicates(), on=_NEED)[[*_NEED, "families", "met"]]
    model.constraints(
        "cover", asked, {"z": triples.assign(coefficient=1.0)}, lower="met", upper="families", unit="needs"
    )
    used = triples[_PLACE].drop_duplicates().merge(useful, on=_PLACE)
    rate = used[_PLACE].assign(coefficient=used["answers"])
    others = used[_PLACE].assign(low=used["answers"] * (used["now"] - used["for_needs"]))
    model.constraints("places", others, {"z": triples.assign(coefficient=-1.0), "x": rate}, lower="low", unit="needs")
    if change is not None:
        cost = useful[[*_PLACE]].assign(coefficient=useful["cost_eur"].fillna(0.0))
        money = (cost["coefficient"] * useful["now"]).groupby(useful["segment"]).sum()
        budget = money.rename("most").reset_index()
        model.constraints("money", budget, {"x": cost}, upper="most", unit="EUR")
    return model


def _bounds(useful: pd.DataFrame, needs: pd.DataFrame, change: float | None) -> pd.DataFrame:
    """Return between how many families a service may have: fixed ones as many as now."""
    now, fixed = useful["now"].to_numpy(float), useful["fixed"].to_numpy(bool)
    if change is None:
        there = needs.groupby("segment")["families"].sum().reindex(useful["segment"]).to_numpy(float)
        low, high = now, now + there / useful["answers"].to_numpy(float)
    else:
        low, high = now - change * useful["for_needs"].to_numpy(float), now * (1 + change)
    return useful[_PLACE].assign(low=np.where(fixed, now, low), high=np.where(fixed, now, high))


def _cheapest(model: Model, useful: pd.DataFrame, pairs: pd.DataFrame) -> Solution:
    """Solve, and of all best proposals find the cheapest one."""
    best = model.solve()
    weights = pairs[["segment", "need", "service"]].assign(coefficient=pairs["weight"].to_numpy(float))
    floor = best.objective - _SLACK * max(abs(best.objective), 1.0)
    model.constraints("best", None, {"z": weights}, lower=floor)
    model.sense = "min"
    model.objective("z", 0.0)
    model.objective("x", useful[_PLACE].assign(coefficient=useful["cost_eur"].fillna(0.0).to_numpy(float)))
    return model.solve()


def _placed(places: pd.DataFrame, found: Solution) -> pd.DataFrame:
    """Return the services with what is proposed; those outside the model stay as they are."""
    values = found.values("x")[[*_PLACE, "value"]]
    proposed = places.merge(values, on=_PLACE, how="left")["value"].to_numpy(float)
    return places.assign(proposed=np.where(np.isnan(proposed), places["now"], proposed))


def _answered(needs: pd.DataFrame, found: Solution) -> pd.DataFrame:
    """Return the needs with how many are answered; those that no service of the segment answers stay as they are."""
    answered = found.values("z").groupby(_NEED)["value"].sum().rename("proposed").reset_index()
    proposed = needs.merge(answered, on=_NEED, how="left")["proposed"].to_numpy(float)
    kept = np.where(np.isnan(proposed), needs["met"], proposed)
    return needs.assign(proposed=np.minimum(kept, needs["families"]))


def _told(
    places: pd.DataFrame, needs: pd.DataFrame, whole: pd.DataFrame | None, all_needs: pd.DataFrame | None
) -> Packages:  # fmt: skip
    """Return the package by segment; `whole` and `all_needs`: the services and needs when every need is answered."""
    money = _sums(places, now_eur=places["now"], proposed_eur=places["proposed"])
    if whole is not None and all_needs is not None:
        money["full_eur"] = _sums(whole, full_eur=whole["proposed"])["full_eur"]
        money["full"] = all_needs.groupby("segment")["proposed"].sum()
    else:
        money = money.assign(full_eur=money["now_eur"], full=needs.groupby("segment")["met"].sum())
    counted = needs.groupby("segment")[["families", "met", "proposed"]].sum().rename(columns={"families": "needs"})
    segments = money.join(counted, how="outer").reset_index()
    columns = [*_PLACE, "now", "proposed", "for_needs", "answers", "cost_eur", "weight", "fixed"]
    return Packages(
        places[columns].sort_values(_PLACE, ignore_index=True),
        needs[[*_NEED, "families", "met", "proposed"]].sort_values(_NEED, ignore_index=True),
        segments[["segment", "now_eur", "proposed_eur", "needs", "met", "proposed", "full_eur", "full"]],
    )


def _sums(places: pd.DataFrame, **families: pd.Series) -> pd.DataFrame:
    """Return what so many families of each service cost together, by segment, of services with a known cost."""
    return pd.DataFrame({
        name: (n * places["cost_eur"].fillna(0.0)).groupby(places["segment"]).sum() for name, n in families.items()
    })  # fmt: skip
