"""Ways through the services: ten rows by hand, the demo's truth by another route, through the gate to charts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from kumppanuus import pipeline
from kumppanuus.analysis import Context
from kumppanuus.demo.catalogue import LINKS, service_number
from kumppanuus.demo.catalogue import SERVICES as CATALOGUE
from kumppanuus.demo.town import WINDOW_END, WINDOW_START, build_town, day
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Bars, Chart, Dumbbell, Flow, Histogram, Notice, StackedBars, figure, lint_figure
from kumppanuus.forms.next_step import next_of
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.lifecycle.pathways import ANALYSIS
from kumppanuus.lifecycle.pathways.compute import EDGES, PathwaysParams, PathwaysResult, compute, set_codes
from kumppanuus.lifecycle.pathways.found import extremes_of, leading_of, pairs_of
from kumppanuus.lifecycle.pathways.ways import BEGINNINGS
from kumppanuus.register.calendar import month_day
from kumppanuus.register.engine import count
from kumppanuus.register.sets import RANKS
from kumppanuus.register.steps import CHANGES
from kumppanuus.study import Disclosure, Study
from tests.register.test_steps import HOMES, ROWS, C, E, S
from tests.studies import clients, register, relationships, toy_study

Counts = dict[str, pd.DataFrame]
ASKED = PathwaysParams(washout_months=1, quiet_days=180, follow_days=365)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counts, Counts]:
    """The counts of the ten (and some) rows, over everything at once and bucket by bucket."""
    study = toy_study()
    people = clients([(client, HOMES[client], None) for client in HOMES])
    built = register(tmp_path_factory.mktemp("ways"), study, relationships=relationships(ROWS), clients=people)
    return count(ANALYSIS, ASKED, built, study), count(ANALYSIS, ASKED, built, study, by_bucket=True)


def _rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_ten_rows(toy: tuple[Counts, Counts]) -> None:
    """Client 2, and with her the family, began before the window; all others in February or March 2020."""
    counts, _ = toy
    assert _rows(counts["beginnings"]) == [
        ("client", False, 1, 1), ("client", True, 5, 5), ("family", False, 2, 1), ("family", True, 4, 4),
    ]  # fmt: skip
    assert _rows(counts["steps"]) == [("client", 12, 1, 5, 5, 1, 1), ("family", 9, 0, 4, 4, 0, 0)]
    assert _rows(counts["ways"]) == [
        ("early", "no_service", "early", 1), ("early", "special", "continues", 1), ("early", "special", "early", 1),
        ("early", "special", "no_service", 1),
    ]  # fmt: skip
    assert _rows(counts["pairs"]) == [(E, 0, E, 0, "", 1, 1), (E, 0, S, 0, "", 3, 3), (E | S, 0, C, 0, "", 1, 1)]
    assert _rows(counts["endings"]) == [(False, 2, 2), (True, 4, 4)]
    assert _rows(counts["doors"]) == [
        (False, "early", "early", 5, 5), (False, "special", "special", 1, 1),
        (True, "corrective", "corrective", 1, 1), (True, "early", "early", 2, 2), (True, "special", "special", 1, 1),
    ]  # fmt: skip
    assert _rows(counts["changes"]) == [("early", "none", 2, 2), ("early", "other", 2, 2), ("special", "other", 1, 1)]
    assert _rows(counts["followed"]) == [(5, 5, 5, 5)]
    assert _rows(counts["pace"]) == [("0", 1, 1), ("1", 2, 2), ("3", 1, 1), ("6", 1, 1)]
    assert _rows(counts["relations"]) == [("follows", 4, 4), ("overlaps", 1, 1)]
    assert _rows(counts["returned"])[1] == ("early", "early", 6, 5, 2, 2)


def test_buckets_add_up(toy: tuple[Counts, Counts]) -> None:
    whole, parts = toy
    for name in whole:
        pd.testing.assert_frame_equal(whole[name], parts[name])


def test_tables_of_the_toy(toy: tuple[Counts, Counts]) -> None:
    context = Context({"special": "special", "early": "early", "corrective": "corrective"}, {}, 731, frozenset())
    result = compute(toy[0], ASKED, context)
    assert _rows(result.pairs[["step_1", "step_2", "persons"]]) == [
        ("early", "early", 1), ("early", "special", 3), ("special+early", "corrective", 1),  # in catalogue order
    ]  # fmt: skip
    assert result.ways["step_3"].tolist() == ["early", "continues", "early", "no_service"]
    assert result.entries["service"].tolist() == ["special", "early"]
    assert result.changes["change"].tolist() == ["none", "other", "other"]
    assert result.pace["persons"].tolist() == [1, 2, 1, 1, 0, 0]
    assert set_codes(pd.Series([0]), pd.Series([0]), context.services) == [""]


def test_the_bins_of_the_statement_are_those_of_the_table() -> None:
    text = ANALYSIS.counts.read_text(encoding="utf-8")
    for months in EDGES[1:-1]:
        assert f"next_days < {month_day(months)})" in text or f"next_days < {month_day(months)}," in text


# --- the demo's truth: the clean town by another route

QUIET, WASHOUT = 180, day(2022)
CODES = [service.code for service in CATALOGUE]


@pytest.fixture(scope="module")
def town() -> pd.DataFrame:
    return build_town(2015, 900).relationships


@pytest.fixture(scope="module")
def counted(town: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Counts:
    rows = [(int(c) + 1, CODES[s], _date(a), _date(b)) for c, s, a, b in
            zip(town["client"], town["service"], town["start"], town["end"], strict=True)]  # fmt: skip
    homes = town.drop_duplicates("client")
    people = clients(
        [(int(c) + 1, int(f) + 10**6, None) for c, f in zip(homes["client"], homes["family"], strict=True)]
    )
    study = _town_study()
    built = register(tmp_path_factory.mktemp("town"), study, relationships=relationships(rows), clients=people)
    return count(ANALYSIS, PathwaysParams(), built, study)


def _date(number: int) -> str:
    return str(np.datetime64(int(number), "D"))


def _town_study() -> Study:
    return Study.model_validate(
        {
            "study": {"organiser": "Esimerkkilä", "synthetic": True},
            "window": {"from": "2021-01-01", "to": "2025-12-31"},
            "sources": [{"table": "relationships", "files": ["a.csv"], "columns": {"a": "client"}}],
            "services": [{"code": each.code, "level": each.level, "name": {"fi": each.fi}} for each in CATALOGUE],
        }
    )


def test_first_and_second_services_of_the_town(town: pd.DataFrame, counted: Counts) -> None:
    first = town.groupby("client")["start"].transform("min")
    began = town[first >= WASHOUT]
    days = began.groupby(["client", "start"])["service"].agg(lambda each: "+".join(CODES[s] for s in sorted(each)))
    expected: dict[tuple[str, str], int] = {}
    for _, sets in days.groupby(level="client"):
        if len(sets) > 1:
            pair = (sets.iloc[0], sets.iloc[1])
            expected[pair] = expected.get(pair, 0) + 1
    services = {each.code: each.level for each in CATALOGUE}
    result = compute(counted, PathwaysParams(), Context(services, {}, 1826, frozenset()))
    named = result.pairs[~result.pairs["step_2"].isin(["no_service", "continues"])]
    assert {(a, b): n for a, b, n in zip(named["step_1"], named["step_2"], named["persons"], strict=True)} == expected
    assert sum(expected.values()) > 100
    entries = began[began["start"] == first[first >= WASHOUT]]["service"].map(CODES.__getitem__).value_counts()
    assert dict(zip(result.entries["service"], result.entries["persons"], strict=True)) == entries.to_dict()
    naive = town[town["start"].clip(lower=WINDOW_START) == town.groupby("client")["start"].transform("min").clip(
        lower=WINDOW_START)]["service"].map(CODES.__getitem__).value_counts(normalize=True)  # fmt: skip
    washed = entries / entries.sum()
    # Long services look like doors to who counts them naively.
    assert naive["sijaishuolto"] > 1.3 * washed["sijaishuolto"]


def test_last_services_of_the_town(town: pd.DataFrame, counted: Counts) -> None:
    last = town.groupby("client")["end"].transform("max")
    gone = town[(last + QUIET <= WINDOW_END) & (town["end"] == last)]
    doors = counted["doors"]
    exits = doors[doors["is_exit"].astype(bool)]
    expected = gone["service"].map(CODES.__getitem__).value_counts().to_dict()
    assert dict(zip(exits["service"], exits["persons"], strict=True)) == expected


def test_published_limits_hold_the_links_of_the_town(town: pd.DataFrame, counted: Counts) -> None:
    """A co-use link of the town begins the second service within a month: few others come between."""
    services = {each.code: each.level for each in CATALOGUE}
    result = compute(counted, PathwaysParams(), Context(services, {}, 1826, frozenset()))
    released = release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]
    found, _, _ = pairs_of(released.tables["pairs"])
    limits = {(each.first, each.second): (each.low, each.high) for each in found}
    links = {(link.source, link.target): link.probability for link in LINKS if link.kind == "co_use"}
    shown = {pair: probability for pair, probability in links.items() if pair in limits}
    assert len(shown) >= 3
    for pair, probability in shown.items():
        assert limits[pair][0] <= probability <= limits[pair][1], pair
    assert service_number("avohuolto") in set(town["service"])


# --- through the gate to charts

SERVICES = {"clinic": "universal", "curator": "universal", "guidance": "early", "family": "early",
            "psychiatry": "special", "opencare": "special", "placement": "corrective"}  # fmt: skip
NAMES = {
    "fi": ("Neuvolan terveydenhoito", "Koulukuraattori", "Kasvatus- ja perheneuvonta", "Perhetyö",
           "Nuorisopsykiatrian poliklinikka", "Lastensuojelun avohuolto", "Sijaishuolto"),
    "sv": ("Rådgivningens och skolans hälsovård", "Skolkurator", "Uppfostrings- och familjerådgivning",
           "Familjearbete", "Ungdomspsykiatriska polikliniken", "Barnskyddets öppenvårdsåtgärder",
           "Vård utom hemmet"),
    "en": ("Health clinics of child and school", "School social worker", "Family guidance and counselling",
           "Family work", "Adolescent psychiatry outpatients", "Child welfare support in open care",
           "Substitute care"),
}  # fmt: skip
CONTEXT = Context(SERVICES, {}, 1826, frozenset())
BIT = {code: 1 << place for place, code in enumerate(sorted([*SERVICES, "unknown"]))}


def _people(rows: list[tuple[object, ...]], *columns: str) -> pd.DataFrame:
    """Rows of codes and a number of persons; four families to five persons."""
    frame = pd.DataFrame(rows, columns=[*columns, "persons"])
    return frame.assign(persons=frame["persons"].astype(float), families=np.ceil(frame["persons"] * 0.8))


STEP = {**dict(enumerate(RANKS)), 8: "continues", 9: "no_service"}


def _named(frame: pd.DataFrame, names: Mapping[int, str], *columns: str) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].map(names) for column in columns})


def _counts(scale: float = 1.0) -> Counts:
    ways = [(2, 9, 9, 300), (2, 9, 2, 60), (2, 3, 9, 120), (2, 8, 8, 90), (1, 9, 9, 240), (1, 3, 9, 24),
            (1, 1, 9, 40), (3, 9, 9, 200), (3, 3, 8, 50), (4, 8, 8, 9), (2, 4, 8, 3)]  # fmt: skip
    pairs = [("clinic", "curator", 90), ("clinic", None, 210), ("guidance", "guidance", 40), ("guidance", None, 200),
             ("opencare", "placement", 3), ("opencare", None, 120), ("family", "opencare", 60),
             ("family", None, 180)]  # fmt: skip
    people = {
        "everyone": _people([(1600,)]),
        "beginnings": _people([("client", True, 905), ("client", False, 695), ("family", True, 1000),
                               ("family", False, 600)], "whose", "seen"),
        "endings": _people([(True, 1100), (False, 500)], "seen"),
        "doors": _people([(False, "clinic", "universal", 300), (False, "guidance", "early", 240),
                          (False, "family", "early", 240), (False, "opencare", "special", 123), (False, "placement",
                          "corrective", 3), (True, "family", "early", 500), (True, "opencare", "special", 300)],
                         "is_exit", "service", "level"),
        "changes": _people([(1, 0, 200), (1, 1, 90), (1, 4, 10), (2, 0, 400), (2, 1, 60), (2, 3, 15), (2, 4, 5),
                            (3, 0, 90), (3, 1, 30), (3, 4, 3)], "phase", "change"),
        "phases": _people([(1, 300), (2, 480), (3, 123)], "phase"),
        "pace": _people([("0", 100), ("1", 60), ("3", 40), ("6", 4), ("12", 30)], "months"),
        "relations": _people([("follows", 120), ("overlaps", 60), ("nested", 54)], "relation"),
    }  # fmt: skip
    people |= {
        "changes": _named(_named(people["changes"], STEP, "phase"), dict(enumerate(CHANGES)), "change"),
        "phases": _named(people["phases"], STEP, "phase"),
    }
    steps = pd.DataFrame([("client", 2000, 40, 905, 700, 38, 35), ("family", 2200, 60, 1000, 1000, 50, 50)],
                         columns=["whose", "steps", "tied_steps", "persons", "families", "tied_persons",
                                  "tied_families"])  # fmt: skip
    returned = _people([("clinic", "universal", 500), ("guidance", "early", 400), ("family", "early", 300)],
                       "service", "level").assign(back=[100.0, 30.0, 9.0], back_families=[90.0, 28.0, 9.0])  # fmt: skip
    followed = _people([(500,)]).assign(next_persons=234.0, next_families=200.0)
    second = [(BIT[a], 0, BIT[b] if b else 0, 0, "" if b else "no_service", n) for a, b, n in pairs]
    made = people | {
        "steps": steps, "returned": returned, "followed": followed,
        "ways": _named(pd.DataFrame(ways, columns=["step_1", "step_2", "step_3", "families"]),
                       STEP, "step_1", "step_2", "step_3"),
        "pairs": _people(second, "low_1", "high_1", "low_2", "high_2", "after"),
    }  # fmt: skip
    return {name: _scaled(frame, scale) for name, frame in made.items()}


def _scaled(frame: pd.DataFrame, scale: float) -> pd.DataFrame:
    numbers = [name for name in frame if frame[name].dtype == float or name in ("steps", "tied_steps", "families")]
    return frame.assign(**{name: np.floor(frame[name] * scale) for name in numbers})


def _released(counts: Counts) -> ReleasedResult:
    result = compute(counts, PathwaysParams(), CONTEXT)
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


def _say(language: str = "fi") -> Say:
    names = {"services": dict(zip(SERVICES, NAMES[language], strict=True)),
             "study": {"organiser": "Esimerkkilä", "period": "1.1.2021–31.12.2025", "synthetic": "yes"}}  # fmt: skip
    return Say(language, read_texts(ANALYSIS.messages), names)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shown() -> ReleasedResult:
    return _released(_counts())


def _draw(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    chart = ANALYSIS.charts[name](released, _say(language))
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_passes_the_lint(shown: ReleasedResult, language: str) -> None:
    for name in ANALYSIS.charts:
        chart = _draw(name, shown, language)
        assert not isinstance(chart.form, Notice), name
        assert not lint_figure(figure(chart)), name
        assert len(chart.headline) <= 122, chart.headline


def test_too_few_people_to_show_anything() -> None:
    released = _released(_counts(0.02))
    for name in ANALYSIS.charts:
        assert isinstance(_draw(name, released).form, Notice), name


def _headline(name: str, released: ReleasedResult) -> str:
    return _draw(name, released).headline.replace("\N{NO-BREAK SPACE}", " ")


def test_ways_compare_two_beginnings(shown: ReleasedResult) -> None:
    chart = _draw("ways", shown)
    assert isinstance(chart.form, Flow)
    assert chart.form.highlight == "special"  # 3 of 1136 go to corrective services: not told at all
    assert not any(stop.key == "corrective" and stop.step > 0 for stop in chart.form.stops)
    assert _headline("ways", shown) == (
        "Varhaisesta tuesta siirrytään erityispalveluihin useammin kuin peruspalveluista: noin 21 % ja 7 % perheistä"
    )
    (stream,) = (each for each in chart.form.streams if (each.source, each.target) == ("early", "special"))
    assert stream.text.replace("\N{NO-BREAK SPACE}", " ") == "117 (21 %)"


@pytest.mark.parametrize(("early", "said"), [(120, "useammin"), (5, "harvemmin"), (40, "ilman selvää eroa")])
def test_the_direction_of_the_ways_headline(early: int, said: str) -> None:
    counts = _counts()
    ways = counts["ways"] = counts["ways"][counts["ways"]["step_2"] != "corrective"].copy()  # no small branch to hide
    ways.loc[(ways["step_1"] == "early") & (ways["step_2"] == "special"), "families"] = float(early) + 8
    ways.loc[(ways["step_1"] == "universal") & (ways["step_2"] == "special"), "families"] = 40.0 if early < 20 else 24.0
    assert said in _headline("ways", _released(counts))


def test_ways_that_cannot_be_compared_say_what_is_common() -> None:
    counts = _counts()
    counts["ways"] = counts["ways"][counts["ways"]["step_1"] != "universal"]
    assert _headline("ways", _released(counts)).startswith("Ensimmäisen palvelun jälkeen yleisin on ”Ei palvelua”")


def test_the_rest_may_have_gone_there_too() -> None:
    flows = pd.DataFrame(
        [(1, "early", "special", 60.0), (1, "early", "none", 240.0), (1, "universal", "special", 30.0),
         (1, "universal", "none", 270.0), (1, "universal", "other", 0.0)],
        columns=["step", "from", "to", "persons"],
    )  # fmt: skip
    found = next_of(flows, BEGINNINGS, "special")
    assert found.shares == (0.2, 0.1)
    assert found.low > 0
    flows.loc[4, "persons"] = 30.0
    assert (
        next_of(flows, BEGINNINGS, "special").low < 0
    )  # 30 others of the second beginning may all have gone to the target


def test_doors_name_one_only_where_it_is_clear(shown: ReleasedResult) -> None:
    assert _headline("doors", shown) == (
        "Yleisin ensimmäinen palvelu on Neuvolan terveydenhoito (noin 33 %); yleisin viimeinen on Perhetyö (noin 46 %)"
    )
    form = _draw("doors", shown).form
    assert isinstance(form, Dumbbell)
    assert form.rows[0].label == "Neuvolan terveydenhoito"
    assert "Sijaishuolto" not in [row.label for row in form.rows]
    counts = _counts()
    counts["doors"].loc[1, "persons"] = 290.0
    assert _headline("doors", _released(counts)).startswith("Ensimmäisenä yleisimpiä on Neuvolan")


def test_pairs_say_of_whom_they_are_a_share(shown: ReleasedResult) -> None:
    form = _draw("pairs", shown).form
    assert isinstance(form, Bars)
    assert [bar.label for bar in form.bars] == [
        "Neuvolan terveydenhoito →\nKoulukuraattori", "Perhetyö →\nLastensuojelun avohuolto",
        "Kasvatus- ja perheneuvonta →\nsama uudelleen",
    ]  # fmt: skip
    found, whole, second = pairs_of(shown.tables["pairs"])
    first = found[0]
    assert (first.persons, first.share) == (87.0, 0.3)
    assert first.low <= 0.25
    assert first.high >= 0.36
    assert second < whole


def test_the_other_headlines(shown: ReleasedResult) -> None:
    assert _headline("changed", shown) == (
        "Rinnalle alkaa toinen palvelu useammin peruspalveluissa (noin 29 % asiakkaista) "
        "kuin varhaisessa tuessa (noin 12 %)"
    )
    assert _headline("pace", shown) == (
        "Asiakkaista noin 46 % sai toisen palvelun kahdessa vuodessa; heistä noin 51 %:lla vasta ensimmäisen päätyttyä"
    )
    assert _headline("returned", shown) == (
        "Useimmin palataan: Neuvolan terveydenhoito – noin 20 % sen asiakkaista palasi toisen palvelun jälkeen"
    )
    assert isinstance(_draw("changed", shown).form, StackedBars)
    pace = _draw("pace", shown).form
    assert isinstance(pace, Histogram)
    assert pace.middle is not None
    assert pace.middle[1].startswith("mediaani 1–3")


def test_no_clear_difference_is_said() -> None:
    counts = _counts()
    counts["changes"].loc[counts["changes"]["change"] == "more", "persons"] = [60.0, 90.0, 24.0]
    assert "ilman selvää eroa" in _headline("changed", _released(counts))
    counts = _counts()
    counts["returned"] = counts["returned"].assign(back=[60.0, 45.0, 9.0])
    assert "ei selvää eroa" in _headline("returned", _released(counts))


def test_shares_are_compared_by_families() -> None:
    rows = pd.DataFrame({"code": ["a", "b"], "share": [0.3, 0.2], "part": [90.0, 60.0], "persons": [300.0, 300.0],
                         "families": [280.0, 280.0]})  # fmt: skip
    assert leading_of(rows, "code", "part", "persons").clear
    assert not leading_of(rows.assign(families=60.0), "code", "part", "persons").clear
    three = pd.concat([rows, rows.iloc[1:].assign(code="c")])
    found = extremes_of(three, "code", "part", "persons")
    assert (found.code, found.second) == ("a", "c")
    assert extremes_of(rows.iloc[:0], "code", "part", "persons").code == ""


def test_left_out_and_ties_are_said_with_their_base(shown: ReleasedResult) -> None:
    ways, pairs = (_draw(name, shown).footer.replace("\N{NO-BREAK SPACE}", " ") for name in ("ways", "pairs"))
    assert "alku ei näy 37 %:lla kaikista perheistä" in ways
    assert "samana päivänä alkoi useita: 3 % askelista" in ways
    assert "samana päivänä alkoi useita: 2 % askelista" in pairs
    few = _counts()
    few["steps"] = few["steps"].assign(tied_steps=[12.0, 12.0], tied_persons=12.0, tied_families=12.0)
    few["steps"]["steps"] = 4000.0
    assert "alle 1 % askelista" in _draw("pairs", _released(few)).footer.replace("\N{NO-BREAK SPACE}", " ")


def test_settings_are_found_in_the_study() -> None:
    study = toy_study(analyses={"lifecycle.pathways": {"washout_months": 6}})
    assert pipeline.room_params(ANALYSIS, study) == PathwaysParams(washout_months=6)


def test_an_empty_register_gives_empty_tables(toy: tuple[Counts, Counts]) -> None:
    nothing: Mapping[str, pd.DataFrame] = {
        name: frame.iloc[:0] if name not in ("everyone", "followed") else frame.iloc[:1] * 0
        for name, frame in toy[0].items()
    }
    result = compute(nothing, PathwaysParams(), CONTEXT)
    assert all(getattr(result, each.name).empty for each in dataclasses.fields(PathwaysResult))


def test_nobody_came_back(shown: ReleasedResult) -> None:
    counts = _counts()
    counts["returned"] = counts["returned"].assign(back=0.0, back_families=0.0)
    released = _released(counts)
    assert "juuri kukaan ei palannut" in _headline("returned", released)
    form = _draw("returned", released).form
    assert isinstance(form, Bars)
    assert form.bars[0].detail.replace("\N{NO-BREAK SPACE}", " ") == "0 / noin 501"


def test_long_names_leave_the_headline(shown: ReleasedResult) -> None:
    say = _say("fi")
    long = dataclasses.replace(say, names={**say.names, "services": dict.fromkeys(SERVICES, "Pitkä nimi " * 7)})
    for name in ("doors", "pairs", "returned"):
        headline = ANALYSIS.charts[name](shown, long).headline
        assert "Pitkä" not in headline, name
        assert len(headline) <= 118, name
