"""The layer on the solver: textbook models with their published values, what is refused, what numbers mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kumppanuus.errors import ModelError
from kumppanuus.methods import solver
from kumppanuus.methods.optimise import Model

WYNDOR = pd.DataFrame({"plant": [1, 2, 3, 3], "product": ["doors", "windows", "doors", "windows"],
                       "coefficient": [1, 2, 3, 2]})  # fmt: skip
PROFIT = pd.DataFrame({"product": ["windows", "doors"], "coefficient": [5, 3]})
HOURS = pd.DataFrame({"plant": [3, 1, 2], "hours": [18.0, 4.0, 12.0]})


def _wyndor(*, integer: bool = False) -> Model:
    model = Model("max")
    model.variables("batches", PROFIT[["product"]], integer=integer)
    model.objective("batches", PROFIT)
    model.constraints("plant", HOURS, {"batches": WYNDOR}, upper="hours", unit="h")
    return model


def test_wyndor_as_the_book_has_it() -> None:
    """Hillier & Lieberman, ch. 3 and 7: 36, duals 0, 1.5, 1, and how far each number may move."""
    solution = _wyndor().solve()
    assert (solution.status, solution.objective, solution.bound, solution.gap) == ("optimal", 36, 36, 0)
    assert solution.values("batches")["value"].tolist() == [6, 2]
    plants = solution.constraint("plant").set_index("plant").loc[[1, 2, 3]]
    assert plants["dual"].tolist() == [0, 1.5, 1]
    assert plants["slack"].tolist() == [2, 0, 0]
    assert plants["binding"].tolist() == [False, True, True]
    assert plants["dual_from"].tolist() == [2, 6, 12]
    assert plants["dual_to"].tolist() == [np.inf, 18, 24]
    assert set(plants["unit"]) == {"h"}
    costs = solution.ranges("batches").set_index("product")
    assert costs.loc["doors", ["cost_from", "cost_to"]].tolist() == [0, 7.5]
    assert costs.loc["windows", ["cost_from", "cost_to"]].tolist() == [2, np.inf]


def test_a_price_is_what_solving_anew_says() -> None:
    solution = _wyndor().solve()
    price = solution.price("plant", {"plant": 2}, by=1)
    assert price.confirmed
    assert (price.dual, price.dual_from, price.dual_to, price.more, price.less) == (1.5, 6, 18, 1.5, 1.5)
    far = solution.price("plant", {"plant": 2}, by=9)  # the dual holds for six more hours, and three are worth nothing
    assert not far.confirmed
    assert (far.more, far.less) == pytest.approx((1.5 * 6 / 9, (6 * 1.5 + 3 * 2.5) / 9))


DISTANCE = pd.DataFrame({"plant": ["seattle"] * 3 + ["san-diego"] * 3, "market": ["new-york", "chicago", "topeka"] * 2,
                         "miles": [2.5, 1.7, 1.8, 2.5, 1.8, 1.4]})  # fmt: skip


def test_dantzigs_transport() -> None:
    """Dantzig 1963, 3.3 (GAMS trnsport): 153.675; the demand's published duals are one choice of many."""
    model = Model("min")
    cost = DISTANCE.assign(coefficient=DISTANCE["miles"] * 90 / 1000)
    model.variables("cases", DISTANCE[["plant", "market"]])
    model.objective("cases", cost)
    supply = pd.DataFrame({"plant": ["seattle", "san-diego"], "most": [350, 600]})
    demand = pd.DataFrame({"market": ["topeka", "new-york", "chicago"], "least": [275, 325, 300]})
    model.constraints("supply", supply, {"cases": 1.0}, upper="most")
    model.constraints("demand", demand, {"cases": 1.0}, lower="least")
    solution = model.solve()
    assert solution.objective == pytest.approx(153.675)
    sides = solution.constraint("supply"), solution.constraint("demand")
    worth = (sides[0]["dual"] * sides[0]["upper"]).sum() + (sides[1]["dual"] * sides[1]["lower"]).sum()
    assert worth == pytest.approx(153.675)
    for market, dual in {"new-york": 0.225, "chicago": 0.153, "topeka": 0.126}.items():
        price = solution.price("demand", {"market": market}, by=1)
        assert price.less - 1e-9 <= min(dual, price.dual) <= max(dual, price.dual) <= price.more + 1e-9


def test_the_p_and_t_company() -> None:
    """Hillier & Lieberman, ch. 9: 152,535."""
    cost = np.array([[464, 513, 654, 867], [352, 416, 690, 791], [995, 682, 388, 685]])
    cannery, house = np.indices(cost.shape)
    frame = pd.DataFrame({"cannery": cannery.ravel(), "house": house.ravel(), "coefficient": cost.ravel()})
    model = Model("min")
    model.variables("loads", frame[["cannery", "house"]])
    model.objective("loads", frame)
    supply = pd.DataFrame({"cannery": range(3), "n": [75, 125, 100]})
    demand = pd.DataFrame({"house": range(4), "n": [80, 65, 70, 85]})
    model.constraints("out", supply, {"loads": 1.0}, upper="n", lower="n")
    model.constraints("in", demand, {"loads": 1.0}, upper="n", lower="n")
    assert model.solve().objective == 152_535


CROPS = pd.DataFrame(
    {
        "crop": ["wheat", "corn", "beets"], "plant": [150.0, 230.0, 260.0], "tons": [2.5, 3.0, 20.0],
        "sell": [170.0, 150.0, 36.0], "buy": [238.0, 210.0, np.inf], "feed": [200.0, 240.0, 0.0],
    }
)  # fmt: skip


def _farmer(yields: list[float], acres: dict[str, float] | None = None) -> Model:
    """Birge & Louveaux, ch. 1: 500 acres now; what to sell and buy is decided when the harvest is in."""
    years = pd.DataFrame({"year": range(len(yields)), "yield": yields})
    crops = years.merge(CROPS, how="cross")
    market = crops[crops["crop"] != "beets"]
    model = Model("max")
    model.variables("acres", CROPS[["crop"]])
    quota = np.where(crops["crop"] == "beets", 6000.0, np.inf)
    model.variables("sold", crops[["year", "crop"]].assign(most=quota), upper="most")
    model.variables("bought", market[["year", "crop"]])
    model.variables("cheap", years[["year"]])
    model.objective("acres", CROPS.assign(coefficient=-CROPS["plant"]))
    model.objective("sold", crops.assign(coefficient=crops["sell"] / len(yields)))
    model.objective("bought", market.assign(coefficient=-market["buy"] / len(yields)))
    model.objective("cheap", 10 / len(yields))
    model.constraints("land", None, {"acres": 1.0}, upper=500)
    harvest = {
        "acres": crops.assign(coefficient=crops["tons"] * crops["yield"]), "sold": -1.0,
        "bought": market[["year", "crop"]].assign(coefficient=1.0),
        "cheap": years.assign(crop="beets", coefficient=-1.0),
    }  # fmt: skip
    model.constraints("harvest", crops[["year", "crop", "feed"]], harvest, lower="feed")
    if acres is not None:
        fixed = pd.DataFrame({"crop": list(acres), "as_told": list(acres.values())})
        model.constraints("told", fixed, {"acres": 1.0}, lower="as_told", upper="as_told")
    return model


def test_the_farmer_and_what_knowing_is_worth() -> None:
    """Recourse problem 108,390; value of perfect information 7,016; of the stochastic solution 1,150."""
    harvests = [0.8, 1.0, 1.2]
    here = _farmer(harvests).solve()
    assert here.objective == pytest.approx(108_390)
    acres = here.values("acres").set_index("crop")["value"]
    assert acres.to_dict() == pytest.approx({"wheat": 170, "corn": 80, "beets": 250})
    known = float(np.mean([_farmer([harvest]).solve().objective for harvest in harvests]))
    assert known == pytest.approx(115_405.5556)
    average = _farmer([1.0]).solve()
    assert average.objective == pytest.approx(118_600)
    plan = dict(average.values("acres").set_index("crop")["value"])
    assert here.objective - _farmer(harvests, plan).solve().objective == pytest.approx(1_150)


def test_the_solver_proves_itself_before_its_first_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Min 2x + 3z, x + z ≥ 4.5, z whole is 9. HiGHS 1.14.0 said 15, as optimal."""
    model = Model("min")
    model.variables("x", upper=10)
    model.variables("z", upper=10, integer=True)
    model.objective("x", 2.0)
    model.objective("z", 3.0)
    model.constraints("enough", None, {"x": 1.0, "z": 1.0}, lower=4.5)
    assert model.solve().objective == 9
    right = solver._outcome
    monkeypatch.setattr(solver, "_outcome", lambda *told: solver.replace(right(*told), objective=15.0))
    solver._prove.cache_clear()
    with pytest.raises(ModelError, match="KU917"):
        model.solve()
    monkeypatch.undo()
    assert model.solve().objective == 9


ROWS = pd.DataFrame({"area": ["ita", "lansi"], "most": [1.0, 2.0]})
ONES = ROWS.assign(coefficient=1.0)


def _refused(change: Callable[[Model], Any]) -> str:
    model = Model("max")
    model.variables("x", ROWS, upper="most")
    with pytest.raises(ModelError) as told:
        change(model)
    return told.value.code


@pytest.mark.parametrize(("code", "change"), [
    ("KU910", lambda m: m.constraints("c", ROWS, {"x": ONES.head(1)}, upper="most")),
    ("KU910", lambda m: m.constraints("c", ROWS, {}, upper="most")),
    ("KU911", lambda m: m.constraints("c", ROWS.head(1), {"x": ONES}, upper="most")),
    ("KU911", lambda m: m.constraints("c", ROWS, {"x": ONES.assign(area=["ita", "etela"])}, upper="most")),
    ("KU911", lambda m: m.constraints("c", ROWS, {"x": ONES.assign(**{"x.area": ["ita", "etela"]})}, upper="most")),
    ("KU911", lambda m: m.objective("x", ONES.assign(area=["ita", "etela"]))),
    ("KU912", lambda m: m.variables("y", pd.concat([ROWS, ROWS])[["area"]])),
    ("KU912", lambda m: m.constraints("c", pd.concat([ROWS, ROWS]), {"x": 1.0}, upper="most")),
    ("KU912", lambda m: m.constraints("c", ROWS, {"x": pd.concat([ONES, ONES])}, upper="most")),
    ("KU912", lambda m: m.objective("x", pd.concat([ONES, ONES]))),
    ("KU913", lambda m: m.variables("y", ROWS.assign(area=[None, "ita"])[["area"]])),
    ("KU913", lambda m: m.variables("y", ROWS.assign(most=[np.nan, 1]), upper="most")),
    ("KU913", lambda m: m.constraints("c", ROWS, {"x": ONES.assign(coefficient=[1, np.inf])}, upper="most")),
    ("KU913", lambda m: m.constraints("c", ROWS, {"x": ONES.assign(coefficient=[1, None])}, upper="most")),
    ("KU913", lambda m: m.constraints("c", ROWS, {"x": float("nan")}, upper="most")),
    ("KU913", lambda m: m.objective("x", float("inf"))),
    ("KU914", lambda m: m.variables("y", ROWS, lower="most", upper=1.5)),
    ("KU914", lambda m: m.constraints("c", ROWS, {"x": 1.0}, lower="most", upper=1.5)),
    ("KU914", lambda m: m.variables("y", ROWS, lower="most", upper=-np.inf)),
    ("KU915", lambda m: m.variables("x", ROWS, upper="most")),
    ("KU915", lambda m: m.variables("y", ROWS, upper="least")),
    ("KU915", lambda m: m.variables("y", ROWS.head(0), upper="most")),
    ("KU915", lambda m: m.constraints("c", ROWS, {"y": 1.0}, upper="most")),
    ("KU915", lambda m: m.constraints("c", ROWS, {"x": ONES[["area"]]}, upper="most")),
    ("KU915", lambda m: m.constraints("c", ROWS, {"x": ONES[["coefficient"]]}, upper="most")),
    ("KU915", lambda m: m.constraints("c", ROWS.rename(columns={"area": "place"}), {"x": 1.0}, upper="most")),
    ("KU915", lambda m: m.variables("y", ROWS.rename(columns={"area": "value"}), upper="most")),
    ("KU915", lambda m: m.objective("y", 1.0)),
    ("KU915", lambda m: m.limits("c", upper=1.0)),
    ("KU915", lambda m: m.smallest_repair(["c"])),
    ("KU915", lambda m: m.pareto("c")),
    ("KU915", lambda m: m.solve().values("y")),
    ("KU915", lambda m: m.solve().value("x")),
])  # fmt: skip
def test_what_would_go_wrong_in_silence_is_refused(code: str, change: Callable[[Model], Any]) -> None:
    assert _refused(change) == code


def test_a_refusal_tells_the_row_and_nothing_of_what_it_holds() -> None:
    model = Model("max")
    with pytest.raises(ModelError) as told:
        model.variables("y", ROWS.assign(most=[1, np.nan]), upper="most")
    assert told.value.facts == {"name": "y", "n": 1, "row": 1, "column": "most"}


def test_numbers_are_never_read_off_a_model_that_was_not_solved() -> None:
    model = _wyndor()
    model.variables("spare")
    model.constraints("order", None, {"batches": 1.0}, lower=9)
    solution = model.solve()
    assert (solution.status, solution.found) == ("infeasible", False)
    assert np.isnan([solution.objective, solution.bound, solution.gap]).all()
    asked: list[Callable[[], Any]] = [
        lambda: solution.values("batches"), lambda: solution.value("batches"), lambda: solution.constraint("plant"),
        lambda: solution.ranges("batches"), lambda: solution.price("order", by=1), solution.fixed,
        lambda: model.pareto("spare"),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises(ModelError, match="KU916"):
            ask()


def test_what_has_no_best_solution_is_unbounded_and_what_has_neither_is_infeasible() -> None:
    model = Model("max")
    model.variables("x")
    model.variables("y")
    model.objective("x", 1.0)
    assert model.solve().status == "unbounded"
    model.constraints("less", None, {"y": 1.0}, upper=-1)
    assert model.solve().status == "infeasible"


def test_whole_numbers_have_no_prices_until_they_are_fixed() -> None:
    """By hand: 5 windows take 10 of 17.5 hours of plant 3, the rest is enough for 2 doors; with 3 it takes 19 hours."""
    model = _wyndor(integer=True)
    model.limits("plant", upper=HOURS["hours"] - [0.5, 0, 1])
    solution = model.solve()
    assert (solution.status, solution.objective, solution.gap) == ("optimal", 31, 0)
    assert not solution.linear
    assert solution.values("batches")["reduced_cost"].isna().all()
    assert solution.constraint("plant")[["dual", "dual_from", "dual_to"]].isna().all(axis=None)
    with pytest.raises(ModelError, match="KU918"):
        solution.ranges("batches")
    price = solution.price("plant", {"plant": 3}, by=1.5)
    assert np.isnan(price.dual)
    assert (price.more, price.less) == (2, 0)
    fixed = solution.fixed()
    assert fixed.linear
    assert fixed.objective == 31
    assert fixed.constraint("plant")["dual"].tolist() == [0, 0, 0]


def test_time_that_runs_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A knapsack nobody proves in no time: with a solution it is feasible and tells its gap, without one stopped."""
    dice = np.random.default_rng(3)
    weights = pd.DataFrame({"i": range(120), "coefficient": dice.integers(1000, 9000, 120)})
    model = Model("max")
    model.variables("x", weights[["i"]], upper=1, integer=True)
    model.objective("x", weights.assign(coefficient=weights["coefficient"] + dice.integers(0, 3, 120)))
    for day in range(8):
        use = weights.assign(coefficient=dice.permutation(weights["coefficient"]))
        model.constraints(f"room {day}", None, {"x": use}, upper=float(weights["coefficient"].sum() / 3))
    stop = solver._engine

    def soon(*told: Any) -> Any:
        """Stop after one node, wherever a clock would have been by then."""
        engine = stop(*told)
        engine.setOptionValue("mip_max_nodes", 1)
        return engine

    with monkeypatch.context() as patch:
        patch.setattr(solver, "_engine", soon)
        solution = model.solve()
    assert solution.status == "feasible"
    assert solution.bound > solution.objective > 0
    assert solution.gap == pytest.approx(solution.bound / solution.objective - 1)
    assert model.solve(seconds=1e-6).status == "stopped"
    near = model.solve(gap=0.05, seconds=20)
    assert near.status == "optimal"
    assert near.gap <= 0.05


def test_the_answer_does_not_hang_on_the_order_of_rows(capfd: pytest.CaptureFixture[str]) -> None:
    """All plans cost the same, so only a fixed order of the model decides among them; and nothing is printed."""
    frame = pd.DataFrame({"i": np.repeat(range(6), 5), "j": np.tile(range(5), 6)})

    def solved(seed: int) -> pd.DataFrame:
        def mixed(rows: pd.DataFrame, more: int = 0) -> pd.DataFrame:
            return rows.sample(frac=1, random_state=seed + more)

        terms = mixed(frame, 1).assign(coefficient=1.0)
        model = Model("min")
        model.variables("x", mixed(frame), integer=seed > 3)
        model.objective("x", terms)
        model.constraints("i", mixed(pd.DataFrame({"i": range(6)})), {"x": 1.0}, lower=2.5, upper=9)
        model.constraints("j", mixed(pd.DataFrame({"j": range(5)})), {"x": terms}, lower=3)
        return model.solve().values("x").sort_values(["i", "j"], ignore_index=True)

    for seed in (1, 2):
        pd.testing.assert_frame_equal(solved(0), solved(seed))
    pd.testing.assert_frame_equal(solved(4), solved(5))
    assert capfd.readouterr() == ("", "")


def test_a_key_that_differs_from_the_constraints_own() -> None:
    """A stock by month: what was there the month before and what comes is what is there and what goes."""
    months = pd.DataFrame({"month": pd.Categorical(["1", "2", "3"]), "goes": [5.0, 2.0, 4.0]})
    model = Model("min")
    model.variables("stock", months[["month"]])
    model.variables("comes", months[["month"]], upper=4)
    model.objective("stock", 1.0)
    before = pd.DataFrame({"month": ["1", "2", "2", "3", "3"], "stock.month": ["1", "1", "2", "2", "3"],
                           "coefficient": [-1.0, 1, -1, 1, -1]})  # fmt: skip
    need = months.assign(goes=months["goes"] - [2.0, 0, 0])  # two are there to begin with
    model.constraints("balance", need, {"stock": before, "comes": 1.0}, lower="goes", upper="goes", unit="kpl")
    solution = model.solve()
    assert solution.values("comes")["value"].tolist() == [3, 2, 4]
    assert solution.values("stock")["value"].tolist() == [0, 0, 0]


def test_a_number_stands_for_every_term_that_has_the_keys() -> None:
    """Opening costs once for all that it opens: the variable's keys are part of the constraint's."""
    pairs = pd.DataFrame({"place": ["a", "a", "b"], "child": [1, 2, 1]})
    model = Model("max")
    model.variables("served", pairs, upper=1)
    model.variables("open", pairs[["place"]].drop_duplicates(), upper=1, integer=True)
    model.objective("served", 3.0)
    model.objective("open", -5.0)
    model.constraints("only open", pairs, {"served": 1.0, "open": -1.0}, upper=0)
    solution = model.solve()
    assert solution.objective == 1
    assert solution.values("open").set_index("place")["value"].to_dict() == {"a": 1, "b": 0}


def test_other_limits_and_another_objective_from_where_the_last_one_ended() -> None:
    model = _wyndor()
    model.solve()
    model.limits("plant", upper=pd.Series([18.0, 4.0, 14.0]))
    assert model.solve(warm=True).objective == pytest.approx(3 * 4 / 3 + 5 * 7)
    model.objective("batches", pd.DataFrame({"product": ["doors"], "coefficient": [1.0]}))
    assert model.solve(warm=True).objective == 4
    with pytest.raises(ModelError, match="KU914"):
        model.limits("plant", lower=15.0)
    with pytest.raises(ModelError, match="KU913"):
        model.limits("plant", upper=np.nan)


def test_how_far_apart_the_numbers_of_a_model_are() -> None:
    scaling = _wyndor().solve().scaling
    assert (scaling.coefficients, scaling.objective, scaling.sides) == ((1, 3), (3, 5), (4, 18))
    assert (scaling.spread, scaling.wide) == (3, False)
    model = Model("max")
    model.variables("x", upper=1)
    model.variables("euros", upper=1)
    model.constraints("mixed", None, {"x": 1e-4, "euros": 1e7}, upper=1)
    assert model.solve().scaling.wide


def _care(*, whole: bool = False) -> Model:
    """East: 13 families of 2,000 h a year each need 26,000 h of 1,200 h; it has 20 workers. West has enough."""
    areas = pd.DataFrame({"area": ["ita", "lansi"], "fte": [20.0, 30.0], "families": [13.0, 10.0]})
    model = Model("max")
    model.variables("families", areas[["area"]], integer=whole)
    model.objective("families", 1.0)
    hours = areas[["area"]].assign(coefficient=2000 / 1200)
    model.constraints("staff", areas[["area", "fte"]], {"families": hours}, upper="fte", unit="htv")
    model.constraints("need", areas[["area", "families"]], {"families": 1.0}, lower="families", unit="perhettä")
    model.constraints("budget", None, {"families": 50.0}, upper=5000, unit="€")
    return model


def test_a_contradiction_and_its_smallest_repair_are_sentences() -> None:
    """'Itä needs 21.67 and has 20.'"""
    model = _care()
    assert model.solve().status == "infeasible"
    told = model.infeasible_set()
    assert told[["part", "name", "area", "side", "unit"]].to_numpy().tolist() == [
        ["constraint", "staff", "ita", "upper", "htv"], ["constraint", "need", "ita", "lower", "perhettä"],
    ]  # fmt: skip
    (row,) = model.smallest_repair(["staff"]).to_dict("records")
    assert (row["name"], row["area"], row["side"], row["has"], row["unit"]) == ("staff", "ita", "upper", 20, "htv")
    assert (row["needs"], row["by"]) == pytest.approx((13 * 2000 / 1200, 13 * 2000 / 1200 - 20))
    (row,) = model.smallest_repair({"staff": 1.0, "need": 0.1}).to_dict("records")  # a family weighs little here
    assert (row["name"], row["side"], row["has"], row["needs"]) == ("need", "lower", 13, pytest.approx(12))
    with pytest.raises(ModelError, match="KU916"):
        model.smallest_repair(["budget"])


def test_a_model_that_can_be_solved_contradicts_nothing_and_needs_no_repair() -> None:
    model = _wyndor()
    assert not len(model.infeasible_set())
    assert not len(model.smallest_repair(["plant"]))
    assert {"part", "name", "side", "has", "needs", "by", "unit"} <= set(model.smallest_repair(["plant"]))


def test_a_key_may_be_called_like_the_column_that_names_constraints() -> None:
    model = Model("max")
    model.variables("x", pd.DataFrame({"name": ["a", "b"]}), upper=1)
    model.constraints("c", pd.DataFrame({"name": ["a", "b"], "n": [1.0, 2.0]}), {"x": 1.0}, lower="n")
    told = model.infeasible_set()
    assert told[["part", "name", "name.key"]].to_numpy().tolist() == [["constraint", "c", "b"], ["variable", "x", "b"]]
    assert model.smallest_repair(["c"])["name.key"].tolist() == ["b"]


def test_where_only_whole_numbers_are_in_the_way_the_constraints_are_named() -> None:
    model = Model("max")
    model.variables("x", pd.DataFrame({"i": [1, 2]}), upper=5, integer=True)
    model.constraints("between", None, {"x": 2.0}, lower=3.0, upper=3.0)
    model.constraints("plenty", None, {"x": 1.0}, upper=100)
    told = model.infeasible_set()
    assert told[["part", "name"]].to_numpy().tolist() == [["constraint", "between"]]
    (row,) = model.smallest_repair(["between", "plenty"]).to_dict("records")
    assert row["by"] == 1
    assert row["has"] == 3


def test_the_front_between_two_aims() -> None:
    """Twelve hours between two areas, worth 3 and 1 an hour: three more for the weakest cost 6 in all."""
    areas = pd.DataFrame({"area": ["ita", "lansi"], "coefficient": [3.0, 1.0]})
    model = Model("max")
    model.variables("hours", areas[["area"]])
    model.variables("weakest", unit="pistettä")
    model.objective("hours", areas)
    model.constraints("staff", None, {"hours": 1.0}, upper=12)
    model.constraints("least", areas[["area"]], {"hours": areas, "weakest": -1.0}, lower=0)
    front = model.pareto("weakest", points=4)
    assert front.points["first"].tolist() == pytest.approx([36, 30, 24, 18])
    assert front.points["second"].tolist() == pytest.approx([0, 3, 6, 9], abs=1e-6)
    assert front.points["exchange"].tolist()[1:] == pytest.approx([-2, -2, -2])
    assert front.solutions[3].values("hours")["value"].tolist() == pytest.approx([3, 9])


def test_the_front_begins_at_the_best_of_the_second_among_the_best_of_the_first() -> None:
    """The first aim is content with any hours of the west; the front does not begin where the west gets none."""
    areas = pd.DataFrame({"area": ["ita", "lansi"], "coefficient": [2.0, 0.0]})
    model = Model("max")
    model.variables("hours", areas[["area"]], upper=5)
    model.variables("weakest")
    model.objective("hours", areas)
    model.constraints("staff", None, {"hours": 1.0}, upper=8)
    model.constraints("least", areas[["area"]], {"hours": 1.0, "weakest": -1.0}, lower=0)
    points = model.pareto("weakest", points=3).points
    assert points["first"].tolist() == pytest.approx([10, 9, 8])
    assert points["second"].tolist() == pytest.approx([3, 3.5, 4])


MATRICES = st.integers(1, 4).flatmap(
    lambda m: st.integers(1, 4).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.integers(0, 9), min_size=n, max_size=n), min_size=m, max_size=m),
            st.lists(st.integers(0, 20), min_size=m, max_size=m), st.lists(st.integers(0, 20), min_size=n, max_size=n),
        )
    )
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(MATRICES)
def test_a_transport_costs_what_scipy_says_and_its_prices_hold_where_they_say(
    told: tuple[list[list[int]], list[int], list[int]],
) -> None:
    cost, supply, demand = np.array(told[0]), told[1], told[2]
    i, j = np.indices(cost.shape)
    frame = pd.DataFrame({"from": i.ravel(), "to": j.ravel(), "coefficient": cost.ravel()})
    model = Model("min")
    model.variables("x", frame[["from", "to"]])
    model.objective("x", frame)
    out = pd.DataFrame({"from": range(len(supply)), "most": supply})
    model.constraints("out", out, {"x": 1.0}, upper="most")
    model.constraints("in", pd.DataFrame({"to": range(len(demand)), "n": demand}), {"x": 1.0}, lower="n")
    solution = model.solve()
    leaves, arrives = (k.ravel() == np.arange(n)[:, None] for k, n in ((i, len(supply)), (j, len(demand))))
    a_ub = np.vstack([leaves, -1.0 * arrives])
    other = linprog(cost.ravel(), A_ub=a_ub, b_ub=np.array([*supply, *(-np.array(demand))]))
    if other.status == 2:
        assert solution.status == "infeasible"
        needs = model.smallest_repair(["out"])["by"].sum()
        assert needs == pytest.approx(sum(demand) - sum(supply))
        return
    assert solution.objective == pytest.approx(other.fun, abs=1e-7)
    for row in solution.constraint("out").itertuples():
        for most in (max(row.dual_from, 0.0), min(row.dual_to, row.upper + 5.0)):
            assert row.dual_from - 1e-9 <= row.upper <= row.dual_to + 1e-9
            model.limits("out", upper=np.where(out["from"] == row[1], most, out["most"]))
            expected = solution.objective + row.dual * (most - row.upper)
            assert model.solve().objective == pytest.approx(expected, abs=1e-6)
