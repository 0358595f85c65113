"""resources.segments: twelve families and every kind of rule by hand; what the gate leaves, and what charts say."""

from __future__ import annotations

import dataclasses
import functools
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from kumppanuus import drawing, pipeline
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.gathered import gatherer
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Board, Chart, Dumbbell, Flow, Heatmap, Notice
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.engine import count
from kumppanuus.register.segments import DEFAULT_SEGMENTS
from kumppanuus.register.store import Register, build_register, derive
from kumppanuus.resources.segments import ANALYSIS
from kumppanuus.resources.segments.declared import SegmentsParams, SegmentsResult
from kumppanuus.study import Study
from tests.resources.test_spending import costs, day, rows, table
from tests.studies import relationships, toy_study

PARAMS = SegmentsParams()
RULES: list[dict[str, Any]] = [
    {"code": "heavy", "levels": ["corrective"]},
    {"code": "worried", "needs": ["violence"]},
    {"code": "burdened", "needs_at_least": 2},
    {"code": "small", "youngest_under": 3, "services": ["early"]},
    {"code": "many", "services_at_least": 2},
    {"code": "siblings", "members_at_least": 2},
    {"code": "special", "levels": ["special"]},
]
NEEDS = [{"code": code, "name": {"fi": code}} for code in ("money", "school", "violence")]
AREAS = [{"code": code, "name": {"fi": code}} for code in ("east", "west")]
# client, family, born, area; 40, 80, 110 and 120 have no services.
PEOPLE = [
    (1, 1, "2010-01-01", "east"), (2, 2, "2010-01-01", "east"), (3, 3, "1980-01-01", "east"),
    (4, 4, "1990-01-01", None), (40, 4, "2020-06-01", "west"), (5, 5, "2010-01-01", "west"),
    (6, 6, "2010-01-01", "west"), (61, 6, "2004-01-01", "west"), (7, 7, None, "west"), (8, 8, "2010-01-01", "west"),
    (80, 8, "2022-01-01", "west"),
    (9, 9, "2010-01-01", "west"), (10, 10, "2003-12-31", "west"), (11, 11, "1990-01-01", "west"),
    (110, 11, "2019-01-01", "west"), (12, 12, "1990-01-01", "west"), (120, 12, "2018-12-31", "west"),
]  # fmt: skip
STAYS = [
    (1, "corrective", "2021-06-01", None), (1, "early", "2020-03-01", "2020-04-01"),
    (2, "early", "2021-01-01", "2021-02-01"),
    (3, "special", "2021-01-01", "2021-02-01"), (3, "special", "2020-01-01", "2020-02-01"),
    (4, "early", "2021-01-01", "2021-02-01"),
    (5, "early", "2021-01-01", "2021-02-01"), (5, "special", "2021-09-01", None),
    (6, "special", "2020-12-01", "2021-02-01"), (61, "special", "2021-11-01", None),
    (7, "special", "2021-01-01", "2021-02-01"), (7, "?", "2021-01-01", "2021-02-01"),  # not known: none of several
    (8, "early", "2021-01-01", "2021-01-11"),
    (9, "corrective", "2020-01-01", "2021-01-01"),  # over on the first day
    (10, "early", "2021-12-31", None),  # began on the last day
    (11, "early", "2021-01-01", "2021-02-01"),  # the child is three the day after
    (12, "early", "2021-01-01", "2021-02-01"),  # the child is three on the last day
]  # fmt: skip
RECORDED = [
    (2, "2021-12-31", "violence"), (3, "2021-01-01", "money"), (3, "2021-03-01", "school"), (3, "2021-04-01", "school"),
    (8, "2021-05-01", "money"), (10, "2020-12-31", "violence"), (1, "2021-07-01", "violence"),
    (9, "2021-07-01", "money"),
]  # fmt: skip
TRUE = {1: "heavy", 2: "worried", 3: "burdened", 4: "small", 5: "many", 6: "siblings", 7: "special", 8: "other",
        10: "other", 11: "small", 12: "other"}  # fmt: skip


def study(rules: Iterable[Mapping[str, Any]] = RULES, **changes: Any) -> Study:
    named = [{**rule, "name": {"fi": rule["code"].title()}} for rule in rules]
    return toy_study(segments=named, needs=NEEDS, areas=AREAS, **changes)


def tables(*without: str) -> dict[str, pa.Table]:
    kinds = {"client": pa.uint64(), "family": pa.uint64(), "birth_date": pa.date32(), "area": pa.string()}
    people = tuple((one, home, day(born) if born else None, area) for one, home, born, area in PEOPLE)
    people_table = table(kinds, people).append_column("sex", pa.nulls(len(people), pa.string()))
    needs = table({"client": pa.uint64(), "date": pa.date32(), "need": pa.string()},
                  tuple((client, day(date), need) for client, date, need in RECORDED))  # fmt: skip
    paid = costs((1, "corrective", "2021-07-01", 5000_00, None), (1, "corrective", "2020-07-01", 9_00, None))
    given = {"clients": people_table, "relationships": relationships(STAYS), "needs": needs, "costs": paid}
    return {name: each for name, each in given.items() if name not in without}


def built(folder: str, of: Study, given: Mapping[str, pa.Table]) -> Register:
    return build_register(given, of, Path(folder) / "register", buckets=1)


def result(of: Study, given: Mapping[str, pa.Table]) -> SegmentsResult:
    with tempfile.TemporaryDirectory() as folder:
        register = built(folder, of, given)
        counts = count(ANALYSIS, PARAMS, register, of)
        found = ANALYSIS.compute(counts, PARAMS, pipeline.context_of(of, register.given))
    assert isinstance(found, SegmentsResult)
    return found


@functools.cache
def twelve() -> SegmentsResult:
    return result(study(), tables())


class TestTwelveFamilies:
    """Every number here is counted by hand from the tables above."""

    def test_each_family_is_in_the_first_segment_whose_rule_holds(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            register = built(folder, study(), tables())
            derive(register, study(), ["family_segments"])
            files = register.files("family_segments", study=study())
            found = duckdb.sql(f"SELECT family, segment FROM read_parquet({files})").fetchall()
        assert dict(found) == TRUE
        assert len(found) == len(TRUE)

    def test_segments(self) -> None:
        # Children are under 18 on the last day: 61 was born on 1.1.2004 and is 17, 10 is 18, of 7 it is not known.
        assert rows(twelve().segments, "segment", "persons", "families", "children") == [
            ("heavy", 1, 1, 1), ("worried", 1, 1, 1), ("burdened", 1, 1, 0), ("small", 2, 2, 0), ("many", 1, 1, 1),
            ("siblings", 2, 1, 2), ("special", 1, 1, 0), ("other", 3, 3, 1),
        ]  # fmt: skip
        assert rows(twelve().everyone, "persons", "families", "children") == [(12, 11, 6)]

    def test_costs_of_the_twelve_months(self) -> None:
        # Days in 2021 at 10 €; special services are paid by visit and nobody has one.
        assert rows(twelve().segments, "segment", "cost_eur") == [
            ("heavy", 5000), ("worried", 310), ("burdened", 0), ("small", 620), ("many", 310), ("siblings", 0),
            ("special", 0), ("other", 100 + 10 + 310),
        ]  # fmt: skip
        assert twelve().segments["concentration"].tolist() == [1.0] * 8  # far too few families for a sum

    def test_services(self) -> None:
        assert rows(twelve().services, "service", "segment", "members", "families") == [
            ("early", "worried", 1, 1), ("early", "small", 2, 2), ("early", "many", 1, 1), ("early", "other", 3, 3),
            ("special", "burdened", 1, 1), ("special", "many", 1, 1), ("special", "siblings", 2, 1),
            ("special", "special", 1, 1), ("corrective", "heavy", 1, 1),
        ]  # fmt: skip

    def test_areas_are_where_the_members_in_services_live(self) -> None:
        found = twelve().areas.groupby("area")["families"].sum()
        assert found.to_dict() == {"east": 3, "west": 7, "unknown": 1}  # of family 4 only the parent is in a service

    def test_moves_from_the_year_before(self) -> None:
        # 1 had early support and no need, 3 one special service, 6 one member: by the same rules a year before.
        assert rows(twelve().moves, "earlier", "segment", "families") == [
            ("special", "burdened", 1), ("special", "siblings", 1), ("other", "heavy", 1),
            ("none", "worried", 1), ("none", "small", 2), ("none", "many", 1), ("none", "special", 1),
            ("none", "other", 3),
        ]  # fmt: skip
        assert rows(twelve().left, "earlier", "members", "families") == [("heavy", 1, 1)]


@pytest.mark.parametrize(("cents", "told"), [(4, True), (100_00, False)])
def test_costs_beside_those_of_a_year_do_not_tell_what_a_family_without_services_cost(cents: int, told: bool) -> None:
    # Family 9 is in no service in 2021. The others cost 6,660 €, rounded by up to 5 €.
    given = tables()
    more = costs((9, "corrective", "2021-03-01", cents, None))
    found = result(study(), {**given, "costs": pa.concat_tables([given["costs"], more])})
    assert found.segments["cost_eur"].notna().all() == told
    assert found.everyone["cost_eur"].fillna(-1.0).tolist() == [6660.0 if told else -1.0]


def test_without_needs_nobody_is_in_a_group_of_needs() -> None:
    found = result(study(), tables("needs"))
    assert not {"worried", "burdened"} & {*found.segments["segment"]}
    chart = ANALYSIS.charts["rules"](released(found, study(), given=frozenset({"relationships"})), say("fi", study()))
    assert isinstance(chart.form, Notice)  # of eleven families nothing is told


def test_a_window_of_less_than_two_years_has_no_year_before() -> None:
    short = {"from": "2020-01-02", "to": "2021-12-31"}
    found = result(study(window=short), tables())
    assert found.moves.empty
    assert found.left.empty
    assert found.gone.empty
    assert rows(found.segments, "segment", "families") == rows(twelve().segments, "segment", "families")


def test_where_a_study_has_no_rules_levels_and_number_of_services_tell() -> None:
    found = result(study(()), tables())
    assert rows(found.segments, "segment", "families") == [
        ("corrective", 1), ("special_several", 1), ("special", 3), ("one", 6)
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["other", "none"])
def test_codes_with_a_meaning_of_their_own_are_refused(code: str) -> None:
    with pytest.raises(ValidationError, match="meaning of its own"):
        study([{"code": code}])


class TestRulesInWords:
    """The sentences are made of the rules."""

    def test_every_condition_is_told(self) -> None:
        rules = [*RULES, {"code": "all", "needs": ["money", "school"], "members_at_least": 2, "levels": ["early"]},
                 {"code": "any"}]  # fmt: skip
        assert speaker(study(rules), "fi").names["segment_rules"] == {
            "heavy": "Perheessä on korjaava palvelu",
            "worried": "Perheelle on kirjattu tarve: violence",
            "burdened": "Perheelle on kirjattu vähintään 2 eri tarvetta",
            "small": "Joku perheestä on palvelussa Varhainen ja perheen nuorin on alle 3-vuotias",
            "many": "Perheellä on vähintään 2 eri palvelua",
            "siblings": "Palveluissa on vähintään 2 perheenjäsentä",
            "special": "Perheessä on erityispalvelu",
            "all": "Perheessä on varhaisen tuen palvelu, perheelle on kirjattu tarve: money tai school ja "
            "palveluissa on vähintään 2 perheenjäsentä",
            "any": "Perheellä on jokin palvelu",
        }

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_default_segments_have_names_and_rules(self, language: str) -> None:
        spoken = speaker(toy_study(), language)  # type: ignore[arg-type]
        names = [spoken.label("segments", each.code) for each in DEFAULT_SEGMENTS]
        assert len({*names, spoken("codes.unknown")}) == len(DEFAULT_SEGMENTS) + 1
        assert len({*spoken.names["segment_rules"].values()}) == len(DEFAULT_SEGMENTS)


# ---------------------------------------------------------------------------------------------------------------
# Charts

SIZES = {"heavy": 120, "worried": 90, "many": 200, "other": 60}


def town(sizes: Mapping[str, int] = SIZES, cost: float = 1e5) -> SegmentsResult:
    """A result of these families: two members each, one a child; heavy ones cost ten times as much, a third is new."""
    sizes_of = pd.Series(sizes, dtype=float)
    one = pd.DataFrame({"segment": sizes_of.index, "families": sizes_of.to_numpy()})
    segments = one.assign(
        persons=2 * one["families"], children=one["families"],
        cost_eur=cost * one["families"] / 100 * one["segment"].map({"heavy": 10.0}).fillna(1.0), concentration=0.05,
    )  # fmt: skip
    summed = segments[["families", "persons", "children", "cost_eur"]].sum().to_frame().T.assign(concentration=0.02)
    services = pd.concat([one.assign(service=code, persons=one["families"]) for code in ("early", "special")])
    new = one["families"] // 3
    moves = pd.concat(
        [one.assign(earlier="none", families=new), one.assign(earlier=one["segment"], families=one["families"] - new)]
    )
    frames = {
        "everyone": summed,
        "segments": segments,
        "services": services,
        "areas": one.assign(area="east"),
        "moves": moves,
        "gone": summed[["persons", "families"]],
        "left": one.rename(columns={"segment": "earlier"}),
        "shares": pd.DataFrame(),
    }
    return SegmentsResult(
        **{
            name: frames[name]
            .assign(
                **{each: frames[name].get("families", 0.0) for each in ("members", "homes") if each in declared.columns}
            )
            .reindex(columns=[*declared.columns])
            for name, declared in SegmentsResult.tables().items()
        }
    )


def released(
    found: SegmentsResult, of: Study, given: frozenset[str] = frozenset({"relationships", "needs"})
) -> ReleasedResult:  # fmt: skip
    context = pipeline.context_of(of, given)
    gather = {ANALYSIS.key: gatherer(ANALYSIS, PARAMS, (), given, context=context)}
    return release({ANALYSIS.key: found}, of.disclosure, gather=gather).results[ANALYSIS.key]


def say(language: str, of: Study) -> Say:
    return speaker(of, language).with_texts(read_texts(ANALYSIS.messages))  # type: ignore[arg-type]


def drawn(name: str, found: SegmentsResult, language: str = "fi") -> Chart:
    chart = ANALYSIS.charts[name](released(found, study()), say(language, study()))
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(ANALYSIS.charts))
def test_every_chart_is_legible(name: str, language: str) -> None:
    chart = drawn(name, town(), language)
    assert not isinstance(chart.form, Notice)
    assert drawing.lint_figure(drawing.figure(chart)) == []


def test_shares_and_means_are_of_published_numbers() -> None:
    shares = released(town(), study())["shares"].set_index("segment")
    # Published: 117, 87, 201 and 57 of 462 families; 1.2, 0.09, 0.2 and 0.06 of 1.55 million euros.
    assert shares["families_percent"].dropna().to_dict() == {"heavy": 25, "worried": 19, "many": 44, "other": 12}
    assert shares["cost_percent"].dropna().to_dict() == {"heavy": 77, "worried": 6, "many": 13, "other": 4}
    assert shares["family_eur"].dropna().to_dict() == {"heavy": 10_000, "worried": 1000, "many": 1000}  # 57 are too few
    assert shares["services_each"].dropna().to_dict() == {"heavy": 2.0, "worried": 2.0, "many": 2.0}
    # Published 81 of 117, 57 of 87, 135 of 201, 39 of 57.
    assert shares["stayed_percent"].dropna().to_dict() == {"heavy": 69, "worried": 66, "many": 67, "other": 68}
    assert shares["place"].tolist() == [*map(float, range(1, 9))]


def test_every_rule_has_a_card_and_what_could_not_be_looked_at_is_said() -> None:
    chart = ANALYSIS.charts["rules"](released(town(), study(), frozenset({"relationships"})), say("fi", study()))
    assert isinstance(chart.form, Board)
    cards = [card for column in chart.form.columns for card in column.cards]
    assert [card.title for card in cards] == [
        "1. Heavy", "2. Worried", "3. Burdened", "4. Small", "5. Many", "6. Siblings", "7. Special", "8. Muut perheet"
    ]  # fmt: skip
    assert "Tarpeita ei ole annettu" in cards[2].says
    assert cards[3].note == "0 perhettä"
    assert chart.headline == (
        "Suurin ryhmä: Many, noin 201 perhettä eli 44\N{NO-BREAK SPACE}% palveluja saavista perheistä"
    )


def test_headlines_tell_the_numbers_of_the_tables() -> None:
    balance = drawn("balance", town())
    assert isinstance(balance.form, Dumbbell)
    assert balance.headline == (
        "Heavy: 25\N{NO-BREAK SPACE}% perheistä, mutta 77\N{NO-BREAK SPACE}% palvelujen kustannuksista"
    )
    each = drawn("costs", town())
    assert isinstance(each.form, Bars)
    assert [(bar.label, bar.value) for bar in each.form.bars] == [("Heavy", 10_000), ("Many", 1000), ("Worried", 1000)]
    moves = drawn("moves", town())
    assert isinstance(moves.form, Flow)
    assert moves.headline.startswith("Heavy: perheistä 69\N{NO-BREAK SPACE}% oli ryhmässä jo vuotta aiemmin; muista")
    services = drawn("services", town())
    assert isinstance(services.form, Heatmap)


def test_a_group_is_the_most_lasting_only_beyond_chance() -> None:
    found = town()
    stay = {"worried": 20.0, "many": 40.0, "other": 12.0}  # of 90, 200 and 60
    same = found.moves["earlier"] == found.moves["segment"]
    families = found.moves["segment"].map(stay).where(same).fillna(found.moves["families"])
    moves = found.moves.assign(families=families, members=families, homes=families)
    assert drawn("moves", dataclasses.replace(found, moves=moves)).headline == (
        "Pysyvin ryhmä: Heavy. Kaikista sen perheistä 69\N{NO-BREAK SPACE}% oli siinä jo vuotta aiemmin"
    )


def test_costs_of_few_families_are_not_told() -> None:
    found = town({"heavy": 40, "worried": 45, "many": 50})
    assert isinstance(drawn("costs", found).form, Notice)
    assert "perheistä" in drawn("rules", found).headline


def test_a_hidden_segment_lets_no_share_be_told() -> None:
    found = town({"heavy": 4, "worried": 90, "many": 200})
    shown = released(found, study())
    assert shown["shares"][["families_percent", "cost_percent"]].isna().all(axis=None)
    chart = ANALYSIS.charts["rules"](shown, say("fi", study()))
    assert chart.headline.startswith("Suurin ryhmä, jonka voi näyttää")
    assert isinstance(drawn("balance", found).form, Notice)
