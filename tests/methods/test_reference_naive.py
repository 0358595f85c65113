"""What a naive reading of the reference cases gives must not come out; and what else is stored with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kumppanuus.methods import sequences as seq
from kumppanuus.methods.incidence import cumulative_incidence
from kumppanuus.methods.survival import kaplan_meier
from tests.methods.reference import r_case


@pytest.mark.parametrize("sex", ["Female", "Male"])
def test_late_entry_ignored_is_another_curve(sex: str) -> None:
    """Case 01: as if everybody had been seen from birth, which R gives for the same rows without their entry."""
    rows, expected = r_case("01_channing_left_truncation")
    part = rows[(rows["sex"] == sex) & (rows["exit"] > 816)]
    naive = expected["km_ignoring_left_truncation"][sex]["at"]
    late = kaplan_meier(part["entry"].clip(lower=816), part["exit"], part["cens"], from_day=816)
    found = np.array([late.survival_at(month) for month in naive["time"]])
    assert (np.array(naive["surv"])[1:-1] - found[1:-1] > 0.03).all()
    every = rows[rows["sex"] == sex]
    ignored = kaplan_meier(np.zeros(len(every)), every["exit"], every["cens"])
    reached = [month for month in naive["time"] if month <= ignored.last_day]
    again = [ignored.survival_at(month) for month in reached]
    np.testing.assert_allclose(again, naive["surv"][: len(reached)], atol=1e-9)  # this is the naive reading
    since = expected["km_time_since_entry"][sex]["at"]
    stays = kaplan_meier(np.zeros(len(every)), every["exit"] - every["entry"], every["cens"])
    np.testing.assert_allclose([stays.survival_at(month) for month in since["time"]], since["surv"], atol=1e-9)


def test_one_minus_the_curve_of_a_cause_overstates_death_too() -> None:
    """Case 03: the other cause taken for a censoring."""
    rows, expected = r_case("03_mgus2_illness_death")
    cause = np.where(rows["pstat"] == 1, "pcm", np.where(rows["death"] == 1, "death", ""))
    days = rows["futime"].where(rows["pstat"] == 0, rows["ptime"])
    curves = cumulative_incidence(0 * days, days, cause, causes=("pcm", "death"))
    at = [min(time, curves.last_day) for time in expected["cr_all"]["time"]]
    found = np.array([curves.at("death", time)[0] for time in at])
    naive = np.array(expected["one_minus_km_death"])
    alone = kaplan_meier(0 * days, days, cause == "death")
    np.testing.assert_allclose([1 - alone.survival_at(time) for time in at], naive, atol=1e-9)
    assert (naive - found > 2e-4).all()


@pytest.mark.parametrize("group", [0, 1])
def test_no_cause_is_what_it_is_without_late_entry(group: int) -> None:
    """Case 05: birth, and what R gives for the same rows as if everybody had been seen from the first week."""
    rows, expected = r_case("05_abortion_cr_left_trunc")
    part = rows[rows["group"] == group]
    block = expected[f"naive_no_truncation_group{group}"]
    naive = np.array(block["pstate"])[:, 1:]
    found = cumulative_incidence(part["entry"], part["exit"], part["cause"], causes="123", censored=0)
    ignored = cumulative_incidence(0 * part["entry"], part["exit"], part["cause"], causes="123", censored=0)
    np.testing.assert_allclose(ignored.incidence[:, block["time"]].T, naive, atol=1e-9)
    assert (np.abs(found.incidence[:, 40] - naive[block["time"].index(40)]) > 0.005).all()


def test_returns_within_a_year_and_their_truth() -> None:
    """Case 14: out of the services, followed from the day of leaving; moving away competes with coming back."""
    rows, expected = r_case("14_sim_msm_recurrence_truth")
    came = rows.groupby("id")["tstart"].transform("min") < rows["tstart"]
    out = rows[(rows["from"] == 0) & came]  # whoever is out when first seen left on a day nobody knows
    hours = np.maximum(1, ((out["tstop"] - out["tstart"]) * 720).round())
    cause = out["to"].map({1: "back", 2: "back", 3: "back", 4: "moved", -1: ""})
    curves = cumulative_incidence(0 * hours, hours, cause)
    share = curves.at("back", 12 * 720)[0]
    error = float(np.sqrt(curves.variance[curves.causes.index("back"), 12 * 720]))
    truth = expected["truth"]["prob_return_to_service_within_12_excl_moved"]
    assert abs(share - truth) < 4 * error < 0.05
    alone = kaplan_meier(0 * hours, hours, cause == "back")
    assert 1 - alone.survival_at(12 * 720) - share > 0.005  # movers taken for people who may still come back


def test_moves_between_states_of_school_leavers() -> None:
    """Folder mvad: what follows what, and where 712 ways begin and end."""
    table, expected = r_case("mvad", "mvad.csv")
    states = expected["states"]
    months = table.iloc[:, 14:86].to_numpy(dtype=str)
    counts = seq.transition_counts(seq.from_rows(months, tuple(states.values())))
    short = list(states)
    moved = {(short[a], short[b]): n for (a, b), n in np.ndenumerate(counts) if a != b and n}
    assert moved == {(row["frm"], row["to"]): row["n"] for row in expected["spell_dfg"]}
    for place, name in ((0, "entry"), (-1, "exit")):
        first = pd.Series(months[:, place]).value_counts()
        assert {code: int(first.get(text, 0)) for code, text in states.items()} == expected[name]
