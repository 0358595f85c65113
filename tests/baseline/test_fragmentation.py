"""Breadth, continuity and hand-offs: a register by hand, the same indices by another route, charts and signals."""

from __future__ import annotations

import datetime
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus import pipeline
from kumppanuus.baseline.fragmentation import ANALYSIS
from kumppanuus.baseline.fragmentation.compute import FragmentationParams, FragmentationResult, compute
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.disclosure.signals import Signal
from kumppanuus.drawing import Bars, Chart, Forest, Lines, Notice, StackedBars, figure, lint_figure
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.language.say import Say
from kumppanuus.methods.continuity import continuity, sequential
from kumppanuus.register.engine import count
from kumppanuus.register.workers import MILLION
from kumppanuus.study import Disclosure
from tests.studies import Row, clients, register, relationships, toy_study

# Clients 1 and 2 are of one family. (client, service, day, worker)
VISITS: list[tuple[int, str, str, int | None]] = [
    (1, "special", "2021-01-10", 11), (1, "special", "2021-01-20", 11), (2, "special", "2021-01-20", 11),
    (1, "special", "2021-02-01", 12), (2, "special", "2021-03-01", 11), (1, "special", "2021-03-09", None),
    (3, "early", "2021-01-01", 11), (3, "early", "2021-01-02", 11), (3, "early", "2021-01-03", 11),
    (4, "early", "2021-05-01", 21), (4, "early", "2021-05-01", 22), (4, "early", "2021-05-02", 22),
    (4, "early", "2021-05-03", 23), (4, "early", "2020-12-31", 23),
]  # fmt: skip
# (client, day, service, outcome); the last 30 days of the window (December 2021) cannot be followed
CONTACTS: list[tuple[int | None, str, str | None, str | None]] = [
    (1, "2021-02-01", "special", "redirected"), (2, "2021-03-03", "early", "service"),  # 30 days: followed
    (3, "2021-04-01", "special", "redirected"), (3, "2021-05-02", "early", "service"),  # 31 days: not
    (4, "2021-06-01", "special", "redirected"), (4, "2021-06-02", "special", "redirected"),  # the same door: not
    (None, "2021-07-01", "special", "redirected"), (None, "2021-07-02", "early", "advice"),  # nobody is known
    (5, "2021-12-15", "special", "redirected"), (5, "2021-12-16", "early", "service"),  # too late to follow
    (5, "2020-11-30", "early", None), (6, "2021-08-01", None, "advice"),  # too early; at no door
]  # fmt: skip
PEOPLE = [(1, 9, "2012-01-01"), (2, 9, "2014-01-01"), (3, 3, "2012-01-01"), (4, 4, "2012-01-01"),
          (5, 5, "2012-01-01"), (6, 6, "2012-01-01")]  # fmt: skip
ROWS: list[Row] = [(1, "special", "2021-01-01", None), (2, "early", "2021-02-01", None),
                   (3, "early", "2020-01-01", None), (4, "early", "2020-06-01", "2021-06-01")]  # fmt: skip


def _visits(rows: list[tuple[int, str, str, int | None]]) -> pa.Table:
    return pa.table({
        "client": pa.array([client for client, *_ in rows], pa.uint64()), "service": [s for _, s, *_ in rows],
        "date": [datetime.date.fromisoformat(day) for _, _, day, _ in rows],
        "worker": pa.array([worker for *_, worker in rows], pa.uint64()),
    })  # fmt: skip


def _contacts(rows: list[tuple[int | None, str, str | None, str | None]]) -> pa.Table:
    return pa.table({
        "client": pa.array([client for client, *_ in rows], pa.uint64()),
        "date": [datetime.date.fromisoformat(day) for _, day, *_ in rows],
        "service": pa.array([service for *_, service, _ in rows], pa.string()),
        "outcome": pa.array([outcome for *_, outcome in rows], pa.string()),
    })  # fmt: skip


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, pd.DataFrame], FragmentationResult]:
    study = toy_study()
    built = register(tmp_path_factory.mktemp("fragmentation"), study, buckets=1, relationships=relationships(ROWS),
                     clients=clients(PEOPLE), visits=_visits(VISITS), contacts=_contacts(CONTACTS))  # fmt: skip
    counts = count(ANALYSIS, FragmentationParams(), built, study)
    return counts, compute(counts, FragmentationParams(), pipeline.context_of(study, built.given))


def _cells(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


Counted = tuple[dict[str, pd.DataFrame], FragmentationResult]


def test_breadth_by_hand(counted: Counted) -> None:
    _, found = counted
    people = ("persons", "families")
    assert _cells(found.services, "services_of_family", *people) == [("1", 2, 2), ("2", 2, 1), ("3+", 0, 0)]
    assert _cells(found.sectors, "sectors_of_family", *people) == [("1", 4, 3), ("2", 0, 0), ("3+", 0, 0)]
    # Family 9 met 11 and 12, family 3 met 11, family 4 met 21, 22 and 23.
    assert _cells(found.workers, "workers_of_family", *people) == [("1", 1, 1), ("2", 2, 1), ("3+", 1, 1)]


def test_continuity_by_hand(counted: Counted) -> None:
    """Family 9: days 11, 11, 12, 11, brother and sister together on one of them: COC (9 + 1 - 4) / 12, SECON 1 / 3.

    Family 4: 21 and 22, then 22, then 23: COC (1 + 4 + 1 - 4) / 12, SECON 1 / 2. Family 3 has three contacts only.
    """
    _, found = counted
    assert _cells(found.met_services, "service", "persons", "families") == [("early", 1, 1), ("special", 2, 1)]
    assert found.met_services["coc"].tolist() == pytest.approx([1 / 6, 0.5], abs=1e-6)
    assert found.met_services["secon"].tolist() == pytest.approx([0.5, 1 / 3], abs=1e-6)
    assert _cells(found.met_contacts, "contacts", "persons", "families") == [("04-06", 3, 2)]
    assert found.met["coc"].tolist() == pytest.approx([1 / 3], abs=1e-6)


def test_doors_by_hand(counted: Counted) -> None:
    _, found = counted
    columns = ("contacts", "persons", "families", "sent_on", "sent_persons", "sent_families", "followed")
    assert _cells(found.doors, *columns) == [(3, 2, 2, 0, 0, 0, 0), (5, 3, 3, 5, 3, 3, 1)]
    assert found.doors["service"].tolist() == ["early", "special"]
    assert _cells(found.all_doors, *columns) == [(8, 4, 3, 5, 3, 3, 1)]
    years = ("year", "persons", "families", "once", "once_persons", "twice", "twice_persons")
    assert _cells(found.sent_on, *years) == [("2020", 1, 1, 0, 0, 0, 0), ("2021", 5, 4, 4, 5, 1, 1)]


_DAY = st.integers(0, 25).map(lambda days: str(datetime.date(2021, 3, 1) + datetime.timedelta(days)))


@settings(max_examples=2, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["early", "special"]), _DAY, st.integers(1, 3)),
                min_size=40, max_size=70))  # fmt: skip
def test_the_same_by_another_route(visits: list[tuple[int, str, str, int | None]]) -> None:
    """What SQL sums up is what `methods.continuity` says of the visits, family by family."""
    study = toy_study()
    with tempfile.TemporaryDirectory() as folder:
        built = register(Path(folder), study, buckets=2, relationships=relationships([]), visits=_visits(visits),
                         clients=clients([(n, (n + 1) // 2, None) for n in range(1, 7)]))  # fmt: skip
        met = count(ANALYSIS, FragmentationParams(), built, study)["met"]
    rows = pd.DataFrame(visits, columns=["client", "service", "day", "worker"])
    rows = rows.assign(family=(rows["client"] + 1) // 2).drop(columns="client").drop_duplicates()
    indices = continuity(rows, of=["family", "service"], source="worker")
    indices["secon"] = sequential(rows, of=["family", "service"], time="day", source="worker")
    judged = indices[(indices["contacts"] >= 4) & indices["secon"].notna()]
    found = met[met["breakdown"] == "service"].groupby("code")[["families", "coc", "upc", "secon"]].sum()
    expected = judged.groupby("service").agg({"contacts": "size", "coc": "sum", "upc": "sum", "secon": "sum"})
    assert found["families"].tolist() == expected["contacts"].tolist()
    for index in ("coc", "upc", "secon"):
        assert (found[index] / MILLION).tolist() == pytest.approx(expected[index].tolist(), abs=1e-5)
    strata = pd.cut(judged["contacts"], [3, 6, 12, np.inf], labels=["04-06", "07-12", "13+"])
    pairs = judged.groupby(["family", strata], observed=True)["coc"].mean().groupby("contacts", observed=True)
    whole = met[met["breakdown"] == "contacts"].groupby("code")[["families", "coc"]].sum()
    assert (whole["coc"] / MILLION).tolist() == pytest.approx(pairs.sum().tolist(), abs=1e-5)
    assert whole["families"].tolist() == pairs.size().tolist()


def _town(**changed: Any) -> FragmentationResult:
    """A made-up town in which counselling sends on 40 % of 200 contacts, and others 5 % of 400."""
    bins = {"low": [1.0, 2.0, 3.0], "high": [2.0, 3.0, np.nan], "persons": [900.0, 400.0, 200.0]}
    sent = changed.get("sent", [80.0, 10.0, 10.0])
    half = changed.get("half", 0.03)
    doors = pd.DataFrame({"service": ["early", "special", "corrective"], "contacts": [200.0] * 3, "sent_on": sent,
                          "sent_families": sent, "sent_persons": sent, "persons": 180.0, "families": 150.0,
                          "followed": sent, "followed_persons": sent, "followed_families": sent})  # fmt: skip
    totals = doors.drop(columns="service").sum().to_frame().T
    met = pd.DataFrame({"service": ["early", "special"], "persons": 300.0, "families": 200.0, "coc": [0.7, 0.6],
                        "secon": changed.get("secon", [0.78, 0.41])})  # fmt: skip
    met = met.assign(coc_half=half, secon_half=half)
    frames = {
        "services": pd.DataFrame({"services_of_family": ["1", "2", "3+"], **bins, "families": [600.0, 250.0, 150.0]}),
        "sectors": pd.DataFrame({"sectors_of_family": ["1", "2", "3+"], **bins, "families": [700.0, 250.0, 50.0]}),
        "workers": pd.DataFrame({"workers_of_family": ["1", "2", "3+"], **bins, "families": [400.0, 350.0, 250.0]}),
        "met": met.iloc[:1].drop(columns="service").assign(families=400.0, persons=600.0, secon=0.6),
        "met_services": met,
        "met_contacts": met.assign(contacts=["04-06", "13+"], secon=changed.get("by", [0.75, 0.5])),
        "all_doors": totals, "doors": doors,
        "sent_on": pd.DataFrame({"year": ["2020", "2021"], "persons": 700.0, "families": 500.0, "once": [60.0, 100.0],
                                 "twice": [9.0, 10.0], "once_persons": [60.0, 100.0], "twice_persons": [9.0, 10.0]}),
        "changes": pd.DataFrame({"year": ["2020", "2021"], "persons": 900.0, "families": 600.0,
                                 "changed": [270.0, 280.0], "changed_families": 200.0}),
    }  # fmt: skip
    made = {}
    for name, table in FragmentationResult.tables().items():
        frame = frames[name] if "year" in frames[name] else frames[name].assign(year="2021")
        made[name] = frame.assign(**dict.fromkeys(table.names("share"), 0.0))[list(table.columns)]
    return FragmentationResult(**made)


def _released(result: FragmentationResult) -> ReleasedResult:
    return release({ANALYSIS.key: result}, Disclosure()).results[ANALYSIS.key]


@cache
def _usual() -> ReleasedResult:
    return _released(_town())


def _chart(name: str, released: ReleasedResult, language: str = "fi") -> Chart:
    names = {"services": {"early": "Neuvonta", "special": "Terapia", "corrective": "Sijoitus"}}
    drawn = ANALYSIS.charts[name](released, Say(language, read_texts(ANALYSIS.messages), names))  # type: ignore[arg-type]
    assert isinstance(drawn, Chart)
    return drawn


def _signals(released: ReleasedResult) -> dict[tuple[str, str], Signal]:
    assert ANALYSIS.signals is not None
    return {(each.name, each.words[0][2]): each for each in ANALYSIS.signals(released)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_and_lints(language: str) -> None:
    released = _usual()
    charts = {name: _chart(name, released, language) for name in ANALYSIS.charts}
    assert not [fault for drawn in charts.values() for fault in lint_figure(figure(drawn))]
    forms = {name: type(drawn.form) for name, drawn in charts.items()}
    assert forms == {"breadth": StackedBars, "continuity": Forest, "contacts": Bars, "redirected": Bars,
                     "handoffs": Lines}  # fmt: skip


def test_headlines_say_what_the_numbers_say() -> None:
    far, near = _usual(), _released(_town(sent=[30.0, 20.0, 20.0], secon=[0.6, 0.6], by=[0.6, 0.58]))
    assert _chart("redirected", far).headline == (
        "Neuvonta ohjasi 40\u00a0% yhteydenotoista muualle, muut palvelut yhteensä noin 5\u00a0%"
    )
    assert "Mikään palvelu ei ohjaa" in _chart("redirected", near).headline
    assert _chart("continuity", far).headline.startswith("Terapia: sama työntekijä kuin viimeksi 41\u00a0%")
    assert "mikään palvelu ei jää selvästi alle" in _chart("continuity", near).headline
    assert "75\u00a0%, kun tapaamisia on 4–6" in _chart("contacts", far).headline
    assert "ero ei ole selvä" in _chart("contacts", near).headline
    assert "oli 40\u00a0%:lla perheistä" in _chart("breadth", far).headline
    assert "noin 20\u00a0% ohjattiin muualle vuonna 2021, kahdesti 2\u00a0%" in _chart("handoffs", far).headline


def test_breadth_alone_is_never_called_fragmented() -> None:
    chart = _chart("breadth", _usual())
    assert "pirsta" not in chart.headline.lower() + chart.subtitle.lower()
    assert "leveys ei yksin ole pirstaleisuutta" in chart.footer
    assert {name for name, _ in _signals(_usual())} == {"bounce", "faces"}


def test_signals_against_the_other_services() -> None:
    found = _signals(_usual())
    bounce = found["bounce", "early"]
    # 81 of 201 published, 79 of 204 at worst, against 18 of 402; Wilson for three services at once: 0.309, outwards.
    assert [bounce.value, bounce.reference] == pytest.approx([0.4, 0.05])
    assert bounce.lower == pytest.approx(0.3)
    assert bounce.families == 81
    assert found["faces", "special"].gap * found["faces", "special"].certainty > 0.5
    quiet = _signals(_released(_town(sent=[30.0, 20.0, 20.0], secon=[0.7, 0.65])))
    assert all(signal.gap * signal.certainty == 0 for signal in quiet.values())
    assert len(quiet) == 5


def test_without_contacts_and_visits_the_charts_say_so() -> None:
    town = _town()
    empty = {name: getattr(town, name).iloc[:0] for name in FragmentationResult.tables()}
    released = _released(FragmentationResult(**{**empty, "services": town.services}))
    forms = {name: type(_chart(name, released).form) for name in ANALYSIS.charts}
    assert forms.pop("breadth") is StackedBars
    assert set(forms.values()) == {Notice}
    assert _signals(released) == {}
