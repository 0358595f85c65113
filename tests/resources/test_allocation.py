"""The room of allocation: today as released numbers tell it, what it proposes, and what it says where it cannot."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from kumppanuus.analysis import Analysis, Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable
from kumppanuus.disclosure.signals import Gathered
from kumppanuus.disclosure.years import rows_of
from kumppanuus.drawing import Allocation, Bars, Curves, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.methods.allocation import STEPS, WEIGHTS
from kumppanuus.methods.allocation_case import BOUGHT
from kumppanuus.register.engine import count
from kumppanuus.resources import allocation, segments, spending
from kumppanuus.resources.allocation.compute import compute
from kumppanuus.resources.allocation.declared import AllocationParams
from kumppanuus.resources.allocation.gathering import _code, gather
from kumppanuus.resources.allocation.situation import Situation, situation
from kumppanuus.study import Study
from tests.studies import clients, register, relationships, toy_study

NAN = float("nan")
PARAMS = AllocationParams(draws=20)
WORDS = {"fi": "Työpaja", "sv": "Verkstad", "en": "Workshop"}


def rows(columns: str, *values: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(values), columns=columns.split())


def told(room: Analysis, frames: Mapping[str, pd.DataFrame]) -> ReleasedResult:
    """Return a released result of the frames; the other tables of the room are empty."""
    tables = {}
    for name, declared in room.result.tables().items():
        frame = frames.get(name, pd.DataFrame(columns=list(declared.columns)))
        masked = pd.DataFrame(False, columns=[*declared.columns], index=frame.index)
        tables[name] = ReleasedTable(name, declared, frame.assign(hidden=False), masked)
    return ReleasedResult(room.key, "ok", tables)


def study(**changes: Any) -> Study:
    """Two segments, two areas, two services: p is bought, a is done by own staff of 4 person-years of 100 hours."""
    named = {"s": "Isot", "t": "Pienet", "a": "Perhetyö", "p": "Kerho", "x": "Länsi", "y": "Itä"}
    judged = (("s", "a", 6), ("s", "p", 4), ("t", "a", 3), ("t", "p", 5))
    settings: dict[str, Any] = {
        "segments": [{"code": code, "name": {"fi": named[code]}} for code in "st"],
        "services": [{"code": code, "name": {"fi": named[code]}, "level": "early"} for code in "ap"],
        "areas": [{"code": code, "name": {"fi": named[code]}} for code in "xy"],
        "benefits": [{"segment": segment, "service": service, "value": value, "lower": value - 1, "upper": value + 1,
                      "whose": WORDS} for segment, service, value in judged],
        "allocation": {"change_at_most": 0.5, "own_change_at_most": 0.2, "hours_per_fte": 100, "absence": 0.0},
    }  # fmt: skip
    return toy_study(**{**settings, **changes})


def context(of: Study) -> Context:
    return Context({each.code: each.level for each in of.services}, {"2021": 365}, 365, frozenset(),
                   resources=of.resources, last_day="2021-12-31")  # fmt: skip


SEGMENTS = {
    "segments": rows("segment persons families", ("s", 200.0, 100.0), ("t", 80.0, 63.0)),
    "services": rows("service segment persons families", ("a", "s", 60.0, 40.0), ("a", "t", 9.0, NAN),
                     ("p", "s", 50.0, 30.0), ("p", "t", 40.0, 27.0)),
    "areas": rows("area segment families", ("x", "s", 63.0), ("y", "s", 33.0), ("x", "t", 33.0), ("y", "t", 33.0),
                  ("unknown", "t", NAN)),
}  # fmt: skip
SPENDING = {
    "years": rows("year days_seen persons families cost_eur", ("2021", 365.0, 300.0, 160.0, 300_000.0)),
    "ways": rows("service production year families cost_eur", ("a", "own", "2021", 45.0, 90_000.0),
                 ("p", "purchased", "2021", 57.0, 57_000.0)),
}  # fmt: skip
OWN = {
    "everyone": rows("persons families", (280.0, 165.0)),
    "places": rows("service area persons families", ("a", "x", 30.0, 21.0), ("a", "y", 30.0, 21.0),
                   ("p", "x", 50.0, 33.0), ("p", "y", 40.0, 21.0)),
    "staff": rows("service own_fte statutory", ("a", 4.0, 0.0), ("p", NAN, 0.0)),
}  # fmt: skip


def gathered(of: Study, **changes: Mapping[str, pd.DataFrame] | None) -> Gathered:
    frames = {"segments": SEGMENTS, "spending": SPENDING, **changes}
    rooms = (("segments", segments.ANALYSIS), ("spending", spending.ANALYSIS))
    used = {room.key: told(room, made) for name, room in rooms if (made := frames[name]) is not None}
    return Gathered((), {}, {}, used, context(of))


def today(of: Study, own: Mapping[str, pd.DataFrame] = OWN, **changes: Any) -> Situation:
    found = situation(told(allocation.ANALYSIS, own), gathered(of, **changes))
    assert isinstance(found, Situation), found
    return found


def released(of: Study, own: Mapping[str, pd.DataFrame] = OWN, params: AllocationParams = PARAMS, **changes: Any
             ) -> ReleasedResult:  # fmt: skip
    """Return the room's result with its gathered tables, as the gate would put them together."""
    bare = told(allocation.ANALYSIS, own)
    return told(allocation.ANALYSIS, {**own, **gather(bare, gathered(of, **changes), params)})


@pytest.fixture(scope="module")
def usual() -> ReleasedResult:
    """The proposal for the usual study."""
    return released(study())


def test_today_is_put_together_from_published_numbers() -> None:
    case = today(study()).case
    needs = case.needs.set_index(["segment", "area"])["families"]
    assert needs[("s", "x")] == pytest.approx(100 * 63 / 96)  # areas are scaled to the segment's own number
    assert needs[("t", "y")] == pytest.approx(31.5)
    use = case.now.groupby(["segment", "service"])["families"].sum()
    assert use.to_dict() == pytest.approx({("s", "a"): 40, ("s", "p"): 30, ("t", "a"): 3, ("t", "p"): 27})  # hidden: 3
    here = case.now[case.now["service"] == "a"].groupby("area")["families"].sum()
    assert here["x"] == pytest.approx(21.5)  # as many in either area as was published: half of 43
    ways = case.ways.set_index("service")
    assert ways["cost"].to_dict() == {"a": 2000.0, "p": 1000.0}
    assert ways["hours"].to_dict() == pytest.approx({"a": 400 / 43, "p": 0.0})  # what staff does today, it can do


def test_the_whole_organiser_is_planned_for_where_areas_are_not_told() -> None:
    of = study()
    hidden = {**SEGMENTS, "areas": SEGMENTS["areas"].head(0)}
    case = today(of, segments=hidden).case
    assert set(case.needs["area"]) == {"all"}
    assert case.now["families"].sum() == pytest.approx(100.0)
    result = released(of, segments=hidden)
    assert result["outcome"]["reason"].tolist() == ["found"]
    say = spoken(of, "fi")
    assert isinstance(allocation.ANALYSIS.charts["areas"](result, say).form, Notice)
    assert isinstance(allocation.ANALYSIS.charts["front"](result, say).form, Notice)


def test_what_has_no_cost_is_left_out_and_told() -> None:
    lost = {**SPENDING, "ways": SPENDING["ways"].assign(cost_eur=[90_000.0, NAN])}
    found = today(study(), spending=lost)
    assert found.left_out.to_dict("records") == [{"service": "p", "families_now": 57.0}]
    assert set(found.case.benefits["service"]) == {"a"}


@pytest.mark.parametrize(
    ("changes", "frames", "reason"),
    [
        ({"benefits": []}, {}, "no_benefits"),
        ({}, {"segments": None}, "no_segments"),
        ({}, {"spending": None}, "no_costs"),
        ({}, {"spending": {**SPENDING, "ways": SPENDING["ways"].assign(cost_eur=NAN)}}, "no_costs"),
    ],
)
def test_without_judgements_segments_or_costs_there_is_no_proposal_and_that_is_said(
    changes: dict[str, Any], frames: dict[str, Any], reason: str
) -> None:
    of = study(**changes)
    result = released(of, **frames)
    assert result["outcome"]["reason"].tolist() == [reason]
    assert not [name for name, table in allocation.ANALYSIS.result.tables().items()
                if table.gathered and name != "outcome" and len(result[name])]  # fmt: skip
    for draw in allocation.ANALYSIS.charts.values():
        form = draw(result, spoken(of, "fi")).form
        assert isinstance(form, Notice)
        assert spoken(of, "fi")(f"plan_reasons.{reason}") in form.lines


@pytest.mark.parametrize("families", [NAN, 0.0])
def test_numbers_that_are_hidden_or_nothing_break_nothing(families: float) -> None:
    """Whatever is hidden counts as three families; where nobody is, nothing is proposed."""

    def changed(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return {name: frame.assign(families=families) if "families" in frame else frame
                for name, frame in frames.items()}  # fmt: skip

    of = study()
    result = released(of, changed(OWN), segments=changed(SEGMENTS), spending=changed(SPENDING))
    wanted = "no_costs" if families == 0 else "found"
    assert result["outcome"]["reason"].tolist() == [wanted]
    small = changed({"services": SEGMENTS["services"]})
    wanted = "not_made" if families == 0 else "found"
    assert released(of, segments={**SEGMENTS, **small})["outcome"]["reason"].tolist() == [wanted]
    empty = {**SEGMENTS, "areas": SEGMENTS["areas"].assign(families=[63.0, 33.0, families, families, NAN])}
    assert released(of, segments=empty)["outcome"]["reason"].tolist() == ["found"]


def test_contracts_that_are_over_bind_nobody() -> None:
    made = [{"service": "p", "production": "purchased", "least_families": 40, "valid_to": "2021-12-31"},
            {"service": "p", "production": "purchased", "least_families": 20, "valid_from": "2022-01-01"},
            {"service": "p", "production": "purchased", "least_families": 50, "valid_from": "2024-01-01"},
            {"service": "a", "production": "voucher", "least_families": 5}]  # fmt: skip
    contracts = [{**each, **{key: datetime.date.fromisoformat(str(each[key])) for key in ("valid_from", "valid_to")
                             if key in each}} for each in made]  # fmt: skip
    found = today(study(contracts=contracts)).case.contracts
    assert found[["service", "least"]].to_dict("records") == [{"service": "p", "least": 20.0}]


def test_a_proposal_is_better_dearer_by_nothing_and_adds_up(usual: ReleasedResult) -> None:
    result = usual
    now, then = (result["totals"].set_index("side").loc[side] for side in ("now", "proposed"))
    assert then["points"] > now["points"]
    assert then["cost_eur"] <= now["cost_eur"]
    assert then["gain_lower"] <= 0 < then["gain_percent"] <= then["gain_upper"]  # few families: rounding may be all
    assert then["gain_percent"] == pytest.approx(100 * (then["points"] / now["points"] - 1), abs=1.0)
    for side in ("now", "proposed"):
        by_service = result["plan"].set_index("service")[f"families_{side}"]
        ways = result["ways"].groupby("service")[f"families_{side}"].sum()
        assert by_service.to_dict() == pytest.approx(ways.to_dict(), abs=1.0)
    assert (result["groups"]["points_proposed"] >= result["groups"]["points_now"] - 0.01).all()  # no group loses
    shares = result["core"][["grow_percent", "keep_percent", "shrink_percent"]].sum(axis=1)
    assert (shares == 100).all()
    again = released(study())
    for name in allocation.ANALYSIS.result.tables():
        pd.testing.assert_frame_equal(result[name], again[name])


def test_limits_stand_in_units_that_people_use(usual: ReleasedResult) -> None:
    found = {(row["limit"], row["service"]): row for row in rows_of(usual["limits"])}
    staff, budget = found["staff", "all"], found["budget", "all"]
    assert (staff["at"], staff["step"]) == (4.0, 1.0)
    assert budget["at"] == pytest.approx(143_000.0)
    assert budget["looser"] > 0


def test_a_service_of_child_welfare_does_not_shrink_and_has_no_price() -> None:
    own = {**OWN, "staff": OWN["staff"].assign(statutory=1.0)}
    result = released(study(), own)
    plan = result["plan"].set_index("service")
    assert (plan["families_proposed"] >= plan["families_now"]).all()
    assert "kept" not in set(result["limits"]["limit"])


def test_conditions_that_do_not_hold_together_are_said_with_the_least_change() -> None:
    """84 families of p by contract and 80 % of the hours of a (43 families) cost 152,800 €; 143,000 € are there.
    Money alone mends that; less staff in a would not do without other limits that move as well."""
    of = study(contracts=[{"service": "p", "production": "purchased", "least_families": 84}])
    result = released(of, params=AllocationParams(least_group_percent=0))
    assert result["outcome"]["reason"].tolist() == ["infeasible"]
    assert result["totals"].empty
    assert result["plan"]["families_proposed"].isna().all()
    row = result["repair"].set_index("limit").loc["budget"]
    assert len(result["repair"]) == 1
    assert (row["service"], row["at"], row["needed"]) == ("all", 143_000, pytest.approx(152_800, abs=1))
    chart = allocation.ANALYSIS.charts["plan"](result, spoken(of, "fi"))
    assert isinstance(chart.form, Notice)
    assert "rahaa tarvitaan 152\N{NO-BREAK SPACE}800\N{NO-BREAK SPACE}€" in chart.headline


def test_every_group_that_would_have_to_lose_is_named() -> None:
    """Areas have to be alike, but nothing may change: both segments would have to lose, each in a row of its own."""
    held = {"change_at_most": 0.0, "own_change_at_most": 0.0, "coverage_at_least": 1.0, "equity_at_least": 1.0}
    of = study(allocation=held)
    result = released(of)
    declared = allocation.ANALYSIS.result.tables()["repair"]
    assert not result["repair"].duplicated([*declared.dimensions]).any()
    groups = result["repair"].loc[result["repair"]["limit"] == "group", "segment"]
    assert set(groups) == {"s", "t"}
    form = allocation.ANALYSIS.charts["plan"](result, spoken(of, "fi")).form
    assert isinstance(form, Notice)
    assert "Isot: perheryhmän hyödyn pitäisi saada laskea" in form.lines


def test_the_pictures_say_what_the_tables_hold(usual: ReleasedResult) -> None:
    of, result = study(), usual
    say = spoken(of, "fi")
    drawn = {name: draw(result, say) for name, draw in allocation.ANALYSIS.charts.items()}
    forms = {name: type(chart.form) for name, chart in drawn.items()}
    assert (forms["plan"], forms["limits"], forms["front"], forms["core"]) == (Allocation, Bars, Curves, StackedBars)
    assert "Työpaja" in drawn["plan"].footer
    assert "ettei kasvu ole selvä" in drawn["plan"].headline
    assert "eikä ero ole selvä" in drawn["areas"].headline


def test_what_rounding_does_not_explain_is_said_without_reserve(usual: ReleasedResult) -> None:
    """Ten times as many families, none of them rounded: the same proposal, but sure; the weakest area has a name."""

    def tenfold(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        return {name: frame.assign(**{each: 10 * frame[each] for each in ("families", "cost_eur") if each in frame})
                for name, frame in frames.items()}  # fmt: skip

    of = study()
    exact = tenfold(SEGMENTS)
    exact["services"]["families"] = exact["services"]["families"].fillna(30.0)
    own = {**tenfold(OWN), "staff": OWN["staff"].assign(own_fte=[40.0, NAN])}
    result = released(of, own, segments=exact, spending=tenfold(SPENDING))
    gain = result["totals"].set_index("side").loc["proposed"]
    assert gain["gain_percent"] == usual["totals"].set_index("side").loc["proposed", "gain_percent"]
    assert 0 < gain["gain_lower"] <= gain["gain_percent"] <= gain["gain_upper"]
    say = spoken(of, "fi")
    headline = allocation.ANALYSIS.charts["plan"](result, say).headline
    assert f"noin {gain['gain_percent']:.0f}\N{NO-BREAK SPACE}%" in headline
    assert f"{gain['gain_lower']:.0f}–{gain['gain_upper']:.0f}\N{NO-BREAK SPACE}%" in headline
    weakest = result["areas"].sort_values("points_now").iloc[0]
    assert allocation.ANALYSIS.charts["areas"](result, say).headline.startswith(say.label("areas", weakest["area"]))


def test_every_limit_has_words() -> None:
    """Whatever the model may name, from either end and of either kind of contract."""
    texts = read_texts(allocation.ANALYSIS.messages)
    ends = [{"limit": limit, "service": "a", "production": way, "side": side}
            for limit in WEIGHTS for way in BOUGHT for side in ("lower", "upper")]  # fmt: skip
    one_sided = {"budget", "bought", "staff", "equity", "group", "coverage"}
    codes = {_code(each, ()) for each in ends} | {_code(ends[0] | {"limit": "change", "side": "lower"}, ("a",))}
    assert not [code for code in codes if f"plan_limits.{code}" not in texts or f"repairs.{code}" not in texts]
    named = {_code(each, ()) for each in ends if each["limit"] in {*STEPS, "equity"}}
    assert not [code for code in named if f"limit_names.{code}" not in texts]
    assert one_sided <= codes


@pytest.mark.parametrize("case", ["found", "infeasible"])
def test_every_picture_is_clean(case: str, usual: ReleasedResult) -> None:
    of = study(contracts=[{"service": "p", "production": "purchased", "least_families": 84}])
    result = usual if case == "found" else released(of)
    for language in LANGUAGES:
        for name, draw in allocation.ANALYSIS.charts.items():
            assert not lint_figure(figure(draw(result, spoken(of, language)))), (language, name)


def spoken(of: Study, language: str) -> Say:
    return speaker(of, language).with_texts(read_texts(allocation.ANALYSIS.messages))  # type: ignore[arg-type]


def test_who_uses_what_where_and_the_staff_there_is(tmp_path: Path) -> None:
    """Two families of two; the area of a family is where most of its members in services live. The newest staff counts,
    and own staff only."""
    of = toy_study()
    people = clients([(1, 11, "2012-01-01"), (2, 11, "2014-01-01"), (3, 12, "2010-01-01"), (4, 11, "2016-01-01")])
    people = people.set_column(people.column_names.index("area"), "area", pa.array(["x", "y", "y", "y"]))
    table = relationships([(1, "early", "2021-03-01", None), (2, "early", "2021-02-01", "2021-04-01"),
                           (4, "special", "2021-05-01", None), (3, "early", "2021-06-01", None),
                           (3, "special", "2020-01-01", "2020-02-01")])  # fmt: skip
    day = [datetime.date(2020, 1, 1), datetime.date(2021, 1, 1), datetime.date(2021, 1, 1), datetime.date(2022, 6, 1)]
    capacity = pa.table({
        "service": ["early"] * 4, "date": pa.array(day, pa.date32()), "area": pa.array(["x", "x", "y", "x"]),
        "production": pa.array(["own", "own", None, "own"]), "places": pa.array([1.0] * 4),
        "fte": pa.array([9.0, 1.5, 2.0, 7.0]), "budget_cents": pa.array([0] * 4, pa.int64()),
    })  # fmt: skip
    built = register(tmp_path, of, relationships=table, clients=people, capacity=capacity)
    counts = count(allocation.ANALYSIS, AllocationParams(), built, of)
    assert counts["everyone"].to_dict("records") == [{"persons": 4.0, "families": 2.0}]
    here = counts["uses_here"].set_index(["service", "area"])
    assert here["families"].to_dict() == {("early", "y"): 2.0, ("special", "y"): 1.0}
    assert here["persons"].to_dict() == {("early", "y"): 3.0, ("special", "y"): 1.0}
    staff = counts["staff"].set_index("service")
    assert staff["hundredth_fte"].to_dict() == {"corrective": 0.0, "early": 350.0, "special": 0.0}
    known = Context({"early": "early", "special": "special"}, {}, 0, frozenset())
    result = compute(counts, AllocationParams(), known)
    assert result.staff["own_fte"].tolist()[0] == 3.5
    assert result.staff["own_fte"].isna().tolist() == [False, True]
    assert result.places.empty  # nobody judged anything, so nobody needs to be told
    judged = compute(counts, AllocationParams(), dataclasses.replace(known, resources=study().resources))
    assert judged.places[["service", "area", "families"]].to_numpy().tolist() == [
        ["early", "y", 2.0], ["special", "y", 1.0]
    ]  # fmt: skip
    assert release({"resources.allocation": result}, of.disclosure).results["resources.allocation"].status == "ok"
