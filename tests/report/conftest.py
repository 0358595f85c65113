"""A small declared run with labels that try to break every writer, already through the gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pandas as pd
import pytest

from kumppanuus.analysis import Analysis, Column, Params, Result, result_table
from kumppanuus.disclosure import released as stamped
from kumppanuus.disclosure.released import Released, ReleasedResult, ReleasedTable, Rules, Seal
from kumppanuus.drawing import Bar, Bars, Chart, Curves, Series
from kumppanuus.language.say import Say, speaker
from kumppanuus.register.account import AccountResult
from kumppanuus.report.facts import RunFacts
from kumppanuus.study import Study

SCRIPT = '<script>alert("x")</script>'
FORMULA = '=HYPERLINK("http://evil.example/","x")'
MATHTEXT = r"$x^2$ & \frac{1}{2}"
RIGHT_TO_LEFT = "משפחה \u202eolleh\u202c"
LONGEST = "Småbarnspedagogiskt specialstöd i hemmiljö SBS"
SERVICES = {"a": SCRIPT, "b": FORMULA, "c": MATHTEXT, "d": RIGHT_TO_LEFT, "e": LONGEST}

MESSAGES = """
[room]
title = { fi = "Asiakkuuksien kesto", sv = "Klientrelationernas längd", en = "Length of client relationships" }
question = { fi = "Kuinka kauan asiakkuus kestää?", sv = "Hur länge varar en relation?", en = "How long does it last?" }
method = { fi = "Kaplan–Meier-estimaatti.", sv = "Kaplan–Meier-skattning.", en = "Kaplan–Meier estimate." }
source = { fi = "Asiakkuudet", sv = "Klientrelationer", en = "Client relationships" }
missing = { fi = "Kestoa ei voi laskea ilman asiakkuuksia.", sv = "Kan inte räknas.", en = "Cannot be counted." }
empty = { fi = "Ajanjaksolla ei ole asiakkuuksia.", sv = "Inga relationer.", en = "No relationships in the period." }
[column]
stay_months = { fi = "Kesto", sv = "Längd", en = "Length" }
at_risk = { fi = "Seurannassa", sv = "Under uppföljning", en = "At risk" }
time = { fi = "Aika alusta", sv = "Tid från början", en = "Time from start" }
survival = { fi = "Jatkuu yhä", sv = "Pågår ännu", en = "Still running" }
share = { fi = "Osuus", sv = "Andel", en = "Share" }
cost_eur = { fi = "Kustannus", sv = "Kostnad", en = "Cost" }
[services_chart]
headline = { fi = "Pisin asiakkuus: {service}", sv = "Längsta: {service}", en = "Longest: {service}" }
subtitle = { fi = "Asiakkaita palveluittain", sv = "Klienter per tjänst", en = "Clients by service" }
how = { fi = "Mitä pidempi palkki, sitä enemmän.", sv = "Ju längre stapel, desto fler.", en = "Longer is more." }
caveat = { fi = "Alle {k} peitetään.", sv = "Under {k} döljs.", en = "Under {k} are hidden." }
question_1 = { fi = "Mistä ero johtuu?", sv = "Vad beror det på?", en = "Why the difference?" }
question_2 = { fi = "Mitä muuttaisimme?", sv = "Vad skulle vi ändra?", en = "What would we change?" }
"""

COUNTS = {
    "service": Column("dimension", codes="services"),
    "persons": Column("persons"),
    "families": Column("families"),
    "share": Column("share", of=("persons", "families")),
    "cost_eur": Column("sum", of=("persons", "families", "families"), unit="EUR"),
    "stay_months": Column("mean", of=("persons", "families", "families"), unit="months"),
}
CURVE = {
    "level": Column("dimension", codes="levels"),
    "time": Column("time"),
    "at_risk": Column("persons"),
    "survival": Column("survival"),
}


@dataclass(frozen=True, slots=True)
class SampleResult(Result):
    services: pd.DataFrame = result_table("counts", MappingProxyType(COUNTS))
    levels: pd.DataFrame = result_table("curve", MappingProxyType(CURVE))


def draw_services(result: ReleasedResult, say: Say) -> Chart:
    frame = result["services"]
    bars = tuple(
        Bar(say.label("services", code), None if pd.isna(value) else value, say.about(value, pd.isna(value)), "early")
        for code, value in zip(frame["service"], frame["persons"], strict=True)
    )
    headline = say("services_chart.headline", service=say.label("services", "a"))
    return Chart(Bars(bars), headline, say("services_chart.subtitle"), say("footer.protection"), headline)


def draw_levels(result: ReleasedResult, say: Say) -> Chart:
    frame = result["levels"]
    x, y = tuple(frame["time"] / 30), tuple(frame["survival"])
    curves = Curves((Series(say.label("levels", "early"), "", "early", x, y),), (0, 3, 6), "kk")
    return Chart(curves, say("room.title"), "", "n = 63", say("room.title"))


def frames() -> dict[str, ReleasedTable]:
    gone = float("nan")
    services = pd.DataFrame(
        {
            "service": list("abcde"),
            "persons": [1305.0, 63.0, gone, 0.0, 9.0],
            "families": [603.0, 33.0, gone, 0.0, 9.0],
            "share": [0.27, 0.5, gone, gone, 1.0],
            "cost_eur": [1240000.0, 35000.0, gone, 0.0, gone],
            "stay_months": [8.1, 12.0, gone, gone, 0.1 + 0.2],
            "hidden": [False, False, True, False, False],
        }
    )
    masked = pd.DataFrame(False, index=services.index, columns=list(COUNTS)[1:])
    masked.loc[2] = True
    masked.loc[4, "cost_eur"] = True
    curve = pd.DataFrame(
        {
            "level": ["early"] * 3,
            "time": [0, 91, 182],
            "at_risk": [63.0, 33.0, 15.0],
            "survival": [1.0, 0.52, 0.21],
            "hidden": False,
        }
    )
    tables = SampleResult.tables()
    return {
        "services": ReleasedTable("services", tables["services"], services, masked, 6),
        "levels": ReleasedTable(
            "levels", tables["levels"], curve, pd.DataFrame(False, index=curve.index, columns=["at_risk", "survival"])
        ),
    }


def account() -> ReleasedResult:
    tables = AccountResult.tables()
    parts = list(tables["account"].columns)[1:]
    rows = pd.DataFrame([["relationships", 3735.0, 2829.0, 909.0, 0.0, 0.0, 0.0, False]])
    rows.columns = pd.Index(["table", *parts, "hidden"])
    reasons = pd.DataFrame({"table": ["relationships"], "rule": ["KU303"], "rows": [9.0], "hidden": [False]})
    return ReleasedResult(
        "data.account",
        "ok",
        {
            "account": ReleasedTable("account", tables["account"], rows, rows[parts].isna()),
            "reasons": ReleasedTable("reasons", tables["reasons"], reasons, reasons[["rows"]].isna()),
        },
    )


@pytest.fixture
def labels() -> SimpleNamespace:
    return SimpleNamespace(
        script=SCRIPT, formula=FORMULA, mathtext=MATHTEXT, right_to_left=RIGHT_TO_LEFT, longest=LONGEST
    )


@pytest.fixture
def tables() -> dict[str, ReleasedTable]:
    return frames()


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    messages = tmp_path / "messages.toml"
    messages.write_text(MESSAGES, encoding="utf-8")
    return Analysis(
        key="lifecycle.durations",
        needs={"relationships": ("client",)},
        counts=messages,
        params=Params,
        result=SampleResult,
        compute=SampleResult,
        charts={"services_chart": draw_services, "levels": draw_levels},
        messages=messages,
        exhibits={"services_chart": ("services",)},
    )


@pytest.fixture
def analyses(analysis: Analysis) -> tuple[Analysis, ...]:
    """Given, of a table that is missing, without rows; the first and the last are of one wing."""
    return (
        analysis,
        replace(analysis, key="resources.spending", needs={"costs": ("cost_eur",)}),
        replace(analysis, key="lifecycle.network"),
    )


@pytest.fixture
def released() -> Released:
    results = {
        "data.account": account(),
        "lifecycle.durations": ReleasedResult("lifecycle.durations", "ok", frames()),
        "resources.spending": ReleasedResult("resources.spending", "missing", {}, ("costs", "visits")),
        "lifecycle.network": ReleasedResult("lifecycle.network", "empty", {}),
    }
    return Released(results, Rules(), stamped._SEAL)


@pytest.fixture
def unstamped(released: Released) -> Released:
    return replace(released, seal=Seal())


@pytest.fixture
def study() -> Study:
    words = [{"code": code, "name": {"fi": name}, "level": "early"} for code, name in SERVICES.items()]
    return Study.model_validate(
        {
            "study": {"organiser": f"Esimerkkilä {SCRIPT}", "synthetic": True, "notes": {"fi": "Lapsi = perhe & <b>"}},
            "window": {"from": "2021-01-01", "to": "2025-12-31"},
            "sources": [{"table": "relationships", "files": ["a.csv"], "columns": {"client": "A"}}],
            "services": words,
        }
    )


@pytest.fixture
def say(study: Study) -> Say:
    return speaker(study)


@pytest.fixture
def facts() -> RunFacts:
    return RunFacts(
        run_id="7f3a9c",
        version="0.1.0",
        inputs={"asiakkuudet_2021.csv": "ab" * 32},
        study_hash="cd" * 32,
        key_id="0123456789abcdef",
        seeds={"demo": 7},
        settings={"lifecycle.durations": {"tolerance_days": 0}},
    )
