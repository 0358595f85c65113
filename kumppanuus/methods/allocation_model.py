"""The linear programme of an allocation, on the frames of `methods.optimise`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumppanuus.methods.allocation_case import BOUGHT, KEYS, WHERE, Case, Limits, cost_of, gained, room
from kumppanuus.methods.optimise import Model

X = [*KEYS, "tranche"]
OWN = "own"
TIE = 0.01
"""Weight of the weakest area (times all families): chooses between plans that are otherwise as good."""
FIXED = -1
"""Tranche of what is no part of the decision."""


def variables(case: Case, limits: Limits) -> pd.DataFrame:
    """Return a row a variable: X, ``lower``, ``upper``, ``gain`` (points a family), ``cost``, ``hours``."""
    judged = room(case).merge(case.ways, on="service")
    parts = [judged.assign(tranche=place, lower=0.0, upper=part * judged["most"], gain=share * judged["benefit"])
             for place, (part, share) in enumerate(limits.tranches)]  # fmt: skip
    both = ["segment", "service"]
    others = case.now.merge(case.benefits[both], on=both, how="left", indicator=True)
    others = others[others.pop("_merge") == "left_only"].merge(case.ways, on=["service", "production"])
    fixed = others.assign(tranche=FIXED, lower=others["families"], upper=others["families"], gain=0.0)
    columns = [*X, "lower", "upper", "gain", "cost", "hours"]
    return pd.concat([each[columns] for each in (*parts, fixed)], ignore_index=True)


def build(case: Case, limits: Limits, tie: float = TIE) -> tuple[Model, frozenset[str]]:
    """Return the model and which of its parts there are; the page ``docs/methods/allocation.md`` names them.

    tie : weight of the weakest area's benefit, in all families: of equally good plans the evener one.
    """
    x = variables(case, limits)
    model = Model("max")
    model.variables("families", x[[*X, "lower", "upper"]], lower="lower", upper="upper")
    model.objective("families", _terms(x, "gain"))
    added = [
        _tranches(model, limits, x, room(case).drop(columns=["benefit", "now"])),
        _coverage(model, case, limits, x),
        _money(model, case, limits, x),
        _staff(model, case, limits, x),
        _change(model, case, limits, x),
        _contracts(model, case, x),
        _areas(model, case, limits, x, tie),
        _groups(model, case, limits, x),
    ]
    return model, frozenset(name for names in added for name in names)


def _tranches(model: Model, limits: Limits, x: pd.DataFrame, places: pd.DataFrame) -> tuple[str, ...]:
    """A tranche holds a part of the families, whatever the way of production."""
    parts = pd.DataFrame({"tranche": range(len(limits.tranches)), "part": [part for part, _ in limits.tranches]})
    rows = places.merge(parts, how="cross")
    rows["most"] *= rows.pop("part")
    model.constraints("tranche", rows[[*WHERE, "tranche", "most"]], {"families": _terms(x[x["tranche"] != FIXED], 1.0)},
                      upper="most", unit="families")  # fmt: skip
    return ("tranche",)


def _coverage(model: Model, case: Case, limits: Limits, x: pd.DataFrame) -> tuple[str, ...]:
    """So many families of a segment in an area find a place in something that helps, or are counted as short."""
    helped = x[x["tranche"] != FIXED]
    if limits.coverage <= 0 or helped.empty:
        return ()
    homes = ["segment", "area"]
    rows = case.needs.merge(helped[homes].drop_duplicates(), on=homes)
    rows = rows.assign(least=limits.coverage * rows["families"])[[*homes, "least"]]
    terms: dict[str, pd.DataFrame | float] = {"families": _terms(helped, 1.0)}
    if limits.short_cost is not None:
        model.variables("short", rows[homes])
        model.objective("short", -limits.short_cost)
        terms["short"] = 1.0
    model.constraints("coverage", rows, terms, lower="least", unit="families")
    return ("coverage",) if limits.short_cost is None else ("coverage", "short")


def _money(model: Model, case: Case, limits: Limits, x: pd.DataFrame) -> tuple[str, ...]:
    """All costs stay within the budget, what is bought within its share of it."""
    budget = cost_of(case, case.now) if limits.budget is None else limits.budget
    model.constraints("budget", None, {"families": _terms(x, "cost")}, upper=budget, unit="EUR")
    bought = x[x["production"].isin(BOUGHT)]
    if limits.bought is None or bought.empty:
        return ("budget",)
    model.constraints("bought", None, {"families": _terms(bought, "cost")}, upper=limits.bought * budget, unit="EUR")
    return "budget", "bought"


def _staff(model: Model, case: Case, limits: Limits, x: pd.DataFrame) -> tuple[str, ...]:
    """Own hours of a service stay near those there are; all together (in an area, where tied to it) do not grow."""
    names = _unstaffed(model, case, limits, x[(x["production"] == OWN) & (x["hours"] <= 0)])
    own = x[(x["hours"] > 0) & x["service"].isin(case.hours["service"])]
    if own.empty:
        return names
    terms = {"families": _terms(own, "hours")}
    keys = [name for name in ("service", "area") if name in case.hours]
    used = _own_hours(case, own)
    rows = case.hours.merge(own[keys].drop_duplicates(), on=keys)
    rows = rows.merge(used.groupby(keys)["used"].sum().reset_index(), on=keys, how="left").fillna({"used": 0.0})
    rows["most"] = (1 + limits.own_change) * rows["hours"]
    rows["least"] = (1 - limits.own_change) * rows[["hours", "used"]].min(axis=1)
    model.constraints("own", rows[[*keys, "least", "most"]], terms, lower="least", upper="most", unit="hours")
    if "area" in keys:
        of_area = rows.groupby("area")["hours"].sum().reset_index()
        model.constraints("staff", of_area, terms, upper="hours", unit="hours")
        return *names, "own", "staff"
    model.constraints("staff", None, terms, upper=float(rows["hours"].sum()), unit="hours")
    return *names, "own", "staff", *_areas_of_staff(model, used, limits, own)


def _unstaffed(model: Model, case: Case, limits: Limits, x: pd.DataFrame) -> tuple[str, ...]:
    """Where nobody knows the hours of own production, its families stand for them."""
    if x.empty:
        return ()
    now = case.now[case.now["production"] == OWN].groupby("service")["families"].sum().reset_index()
    rows = x[["service"]].drop_duplicates().merge(now, on="service", how="left").fillna({"families": 0.0})
    rows["least"], rows["most"] = ((1 + sign * limits.own_change) * rows["families"] for sign in (-1, 1))
    model.constraints("unstaffed", rows[["service", "least", "most"]], {"families": _terms(x, 1.0)}, lower="least",
                      upper="most", unit="families")  # fmt: skip
    return ("unstaffed",)


def _areas_of_staff(model: Model, used: pd.DataFrame, limits: Limits, own: pd.DataFrame) -> tuple[str, ...]:
    """Own hours in an area stay near those that are worked there today."""
    here = used.groupby("area")["used"].sum().reset_index()
    if len(here) < 2:
        return ()
    here["least"], here["most"] = ((1 + sign * limits.own_change) * here["used"] for sign in (-1, 1))
    terms = {"families": _terms(own[own["area"].isin(here["area"])], "hours")}
    model.constraints("own in area", here[["area", "least", "most"]], terms, lower="least", upper="most", unit="hours")
    return ("own in area",)


def _own_hours(case: Case, own: pd.DataFrame) -> pd.DataFrame:
    """Return service, area and own hours ``used`` today, of services whose hours are known."""
    now = case.now[case.now["service"].isin(own["service"])].merge(case.ways, on=["service", "production"])
    return now.assign(used=now["families"] * now["hours"])[["service", "area", "used"]]


def _change(model: Model, case: Case, limits: Limits, x: pd.DataFrame) -> tuple[str, ...]:
    """The volume of a service stays near today's; no area and no segment loses more of it than it may lose in all."""
    keys = ["service"]
    rows = x[keys].drop_duplicates().merge(_today(case, keys), on=keys, how="left").fillna({"families": 0.0})
    rows = rows.assign(least=(1 - limits.change) * rows["families"], most=(1 + limits.change) * rows["families"])
    model.constraints("change", rows[[*keys, "least", "most"]], {"families": _terms(x, 1.0)}, lower="least",
                      upper="most", unit="families")  # fmt: skip
    names = [name for name in ("area", "segment") if case.now[name].nunique() > 1]
    kept = rows[rows["service"].isin(limits.kept)]
    if len(kept):
        terms = _terms(x[x["service"].isin(kept["service"])], 1.0)
        model.constraints("kept", kept[[*keys, "families"]], {"families": terms}, lower="families", unit="families")
    for name in names:
        keys = ["service", name]
        rows = _today(case, keys)
        rows = rows.assign(least=(1 - limits.change) * rows["families"])[[*keys, "least"]]
        terms = _terms(x.merge(rows[keys], on=keys), 1.0)
        model.constraints(f"change in {name}", rows, {"families": terms}, lower="least", unit="families")
    return "change", *(["kept"] if len(kept) else []), *(f"change in {name}" for name in names)


def _today(case: Case, keys: list[str]) -> pd.DataFrame:
    return case.now.groupby(keys)["families"].sum().reset_index()


def _contracts(model: Model, case: Case, x: pd.DataFrame) -> tuple[str, ...]:
    """What is bought lies between what its contract promises and allows."""
    keys = ["service", "production"]
    rows = case.contracts.merge(x[keys].drop_duplicates(), on=keys)
    if rows.empty:
        return ()
    rows = rows.assign(least=rows["least"].fillna(0.0), most=rows["most"].fillna(np.inf))
    terms = _terms(x.merge(rows[keys], on=keys), 1.0)
    model.constraints("contract", rows[[*keys, "least", "most"]], {"families": terms}, lower="least", upper="most",
                      unit="families")  # fmt: skip
    return ("contract",)


def _areas(model: Model, case: Case, limits: Limits, x: pd.DataFrame, tie: float) -> tuple[str, ...]:
    """Benefit a family of the weakest area: `weakest`, at least the floor, and at least a share of that of all."""
    homes = case.needs.groupby("area")["families"].sum().reset_index()
    homes = homes[homes["families"] > 0].rename(columns={"families": "homes"})
    helped = x[x["gain"] > 0]
    if len(homes) < 2 or helped.empty:
        return ()
    homes = homes[homes["area"].isin(helped["area"])]
    everyone = float(homes["homes"].sum())
    mine = helped.merge(homes, on="area")
    model.variables("weakest", None)
    model.variables("average", None)
    model.objective("weakest", tie * everyone)
    model.constraints("average", None, {"families": _terms(helped, helped["gain"] / everyone), "average": -1.0},
                      lower=0.0, upper=0.0, unit="points")  # fmt: skip
    gains = _terms(mine, mine["gain"] / mine["homes"])
    model.constraints("weakest", homes[["area"]], {"families": gains, "weakest": -1.0}, lower=0.0, unit="points")
    model.constraints("floor", None, {"weakest": 1.0}, lower=limits.floor, unit="points")
    if limits.equity > 0:
        model.constraints("equity", None, {"weakest": 1.0, "average": -limits.equity}, lower=0.0, unit="points")
    return ("weakest", "floor", "equity") if limits.equity > 0 else ("weakest", "floor")


def _groups(model: Model, case: Case, limits: Limits, x: pd.DataFrame) -> tuple[str, ...]:
    """No segment has less than a share of the benefit that it has today."""
    if limits.groups <= 0 or case.now.empty:
        return ()
    today = gained(case, limits, case.now)
    points = (limits.groups * today["benefit"] * today["gain"]).groupby(today["segment"]).sum()
    rows = points[points > 0].rename("least").reset_index()
    if rows.empty:
        return ()
    terms = _terms(x[(x["gain"] > 0) & x["segment"].isin(rows["segment"])], "gain")
    model.constraints("group", rows, {"families": terms}, lower="least", unit="points")
    return ("group",)


def _terms(x: pd.DataFrame, value: str | float | pd.Series[float]) -> pd.DataFrame:
    return x[X].assign(coefficient=x[value] if isinstance(value, str) else value)
