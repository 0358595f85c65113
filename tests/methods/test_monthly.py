"""Incidence from counts at a few days: as R's survfit on the waiting list, as rows, with the bootstrap of families."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kumppanuus.methods.causes import cause_counts, period_counts
from kumppanuus.methods.incidence import cumulative_incidence, incidence_curves
from kumppanuus.methods.incidence_bands import with_family_band
from kumppanuus.methods.intervals import family_weights
from kumppanuus.methods.monthly import COLUMNS, incidence_at
from kumppanuus.register.calendar import month_day
from tests.methods.reference import r_case

EDGES = tuple(map(month_day, range(13)))
GROUPS = 20


def _counts(
    day: pd.Series, event: pd.Series, family: pd.Series, edges: tuple[int, ...] = EDGES
) -> dict[str, pd.DataFrame]:
    """Return what a room's SQL returns, one row a person here."""
    rows = pd.DataFrame({"event": event, "day": day.astype(int), "family": family, "n": 1.0})
    rows["family_group"] = rows["family"] % GROUPS
    rows["period"] = np.minimum(np.searchsorted(edges, rows["day"], side="left") - 1, len(edges) - 1)
    rows["days_in"] = np.where(rows["period"] < len(edges) - 1, rows["day"] - np.array(edges)[rows["period"]], 0)
    ends = rows[rows["event"] != ""].groupby(["event", "family"], as_index=False)["period"].min().assign(n=1)
    firsts = ends.groupby(["event", "period"], as_index=False).agg(families=("n", "size"))
    people = pd.DataFrame(
        [(place, float((rows["day"] > edge).sum()), float(rows.loc[rows["day"] > edge, "family"].nunique()))
         for place, edge in enumerate(edges)], columns=["period", "persons", "families"],
    )  # fmt: skip
    return {"days": rows[["event", "day", "n"]], "spans": rows, "firsts": firsts, "people": people}


def test_ends_of_the_waiting_list_as_in_r() -> None:
    """R 4.2 survfit, case 04: liver transplant waiting list; days are moved by one, as four end on day 0."""
    rows, expected = r_case("04_transplant_competing")
    causes = ("death", "ltx", "withdraw")
    event = rows["event"].where(rows["event"] != "censored", "")
    times, shares = np.array(expected["all"]["time"]), np.array(expected["all"]["pstate"])[:, 1:]
    edges = (0, *(int(time) + 1 for time in times))
    counts = _counts(rows["futime"] + 1, event, pd.Series(range(len(rows))), edges)
    weights = family_weights(GROUPS, 50, seed=1)
    found = incidence_at(edges, tuple(range(len(edges))), **counts, causes=causes, weights=weights)
    assert list(found.columns) == list(COLUMNS)
    for place, cause in enumerate(causes):
        mine = found[(found["cause"] == cause) & (found["time"] > 0)]
        np.testing.assert_allclose(mine["share"], shares[: len(mine), place], atol=1e-9)
        assert len(mine) >= len(times) - 1
    naive = 1 - np.prod([1 - ((rows["futime"] + 1 == day) & (event == "ltx")).sum() / (rows["futime"] + 1 >= day).sum()
                         for day in range(1, edges[-2] + 1)])  # fmt: skip
    last = found[(found["cause"] == "ltx") & (found["time"] == edges[-2])]["share"].iloc[0]
    assert naive - last > 0.01  # one minus Kaplan-Meier overstates


def test_limits_and_people_are_those_of_the_rows() -> None:
    dice = np.random.default_rng(7)
    day = pd.Series(dice.integers(1, 500, 600))
    event = pd.Series(dice.choice(["service", "withdrew", ""], 600, p=[0.6, 0.1, 0.3]))
    family = pd.Series(dice.integers(0, 250, 600))
    weights = family_weights(GROUPS, 80, seed=2)
    counts = _counts(day, event, family)
    found = incidence_at(EDGES, (0, 1, 3, 12), **counts, causes=("service", "withdrew"), weights=weights)
    zero, groups = np.zeros(600), (family % GROUPS).to_numpy()
    by_group = period_counts(zero, day, event, edges=EDGES, group=groups, groups=GROUPS, causes=("service", "withdrew"))
    whole = incidence_curves(cause_counts(zero, day, event, causes=("service", "withdrew")))
    wanted = with_family_band(whole, by_group, weights)
    plain = cumulative_incidence(zero, day, event, causes=("service", "withdrew"))
    for row in found.to_dict("records"):
        share, lower, upper = wanted.at(row["cause"], int(row["time"]))
        assert row["share"] == share == plain.at(row["cause"], int(row["time"]))[0]
        assert (row["lower"], row["upper"]) == pytest.approx((lower, upper), rel=1e-12)
        gone = ((event == row["cause"]) & (day <= row["time"])).sum()
        sofar = found[(found["cause"] == row["cause"]) & (found["time"] <= row["time"])]
        assert sofar["events"].sum() == gone
        assert sofar["ending_families"].sum() == family[(event == row["cause"]) & (day <= row["time"])].nunique()
        assert row["at_risk"] == row["persons_at_risk"] == (day > row["time"]).sum()
        assert row["families_at_risk"] == family[day > row["time"]].nunique()


def test_nothing_has_ended() -> None:
    counts = _counts(pd.Series([5, 9]), pd.Series(["", ""]), pd.Series([1, 2]))
    weights = family_weights(GROUPS, 5, seed=3)
    assert incidence_at(EDGES, (0, 1), **counts, causes=("service",), weights=weights).empty
