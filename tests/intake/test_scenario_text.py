"""A scenario to fill in: what it holds loads once its grounds are written, and nothing is ever written over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kumppanuus.console.speech import console_say
from kumppanuus.errors import StudyError
from kumppanuus.intake.scenario_text import write_scenario
from kumppanuus.language.catalogue import LANGUAGES
from kumppanuus.report.scenario_words import say_of_what_if
from kumppanuus.study import Language, Study, scenario_of
from tests.studies import toy_study

SAY = say_of_what_if(console_say("fi"))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return toy_study(root=tmp_path)


def filled(text: str) -> str:
    """Return a new scenario with every part taken in and every text written."""
    settings = re.sub(r"(?m)^# (?=\[|\w+ = )", "", text)
    return re.sub(r'= ""', '= "Perusteltu"', settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_a_new_scenario_loads_when_it_is_filled_in(study: Study, language: Language) -> None:
    file = write_scenario(study, "oma-kokeilu", say_of_what_if(console_say(language)))
    assert max(map(len, file.read_text(encoding="utf-8").splitlines())) <= 120
    empty = scenario_of(file)
    assert (empty.code, empty.name.fi, empty.horizon_months) == ("oma-kokeilu", "Oma kokeilu", 36)
    assert not list(empty.numbers())
    file.write_text(filled(file.read_text(encoding="utf-8")), encoding="utf-8")
    whole = scenario_of(file)
    assert all((whole.prices, whole.wages, whole.arrivals, whole.effects, whole.shifts, whole.law, whole.description))
    assert len(list(whole.numbers())) == 1 + 1 + 2 + 1 + 5 + 4 + 3
    assert {code for _, code in whole.services()} == {"early", "corrective"}  # a light and a heavy one of the study


def test_a_number_without_grounds_is_refused_by_name(study: Study) -> None:
    file = write_scenario(study, "x", SAY)
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^# (?=\[|\w+ = )", "", text), encoding="utf-8")
    with pytest.raises(StudyError, match=r"KU203.*skenaariot/x\.toml.*rationale"):
        scenario_of(file)


def test_nothing_is_written_over(study: Study) -> None:
    file = write_scenario(study, "x", SAY)
    before = file.read_bytes()
    with pytest.raises(StudyError, match="KU983"):
        write_scenario(study, "x", SAY)
    assert file.read_bytes() == before


def test_no_more_than_can_be_told_apart(study: Study) -> None:
    taken = tuple(scenario_of(write_scenario(study, f"n{n}", SAY)) for n in range(6))
    with pytest.raises(StudyError, match="KU983"):
        write_scenario(study.model_copy(update={"scenarios": taken}), "n6", SAY)
    assert len(list((study.root / "skenaariot").iterdir())) == 6


@pytest.mark.parametrize("code", ["", "today", "../x", "a b", "ä", "x/y", "-x", "x" * 41])
def test_a_name_that_is_no_name_of_a_file(study: Study, code: str) -> None:
    with pytest.raises(StudyError, match="KU984"):
        write_scenario(study, code, SAY)
    assert not list(study.root.rglob("*.toml"))


@pytest.mark.parametrize("head", ['name = { fi = "Ensin", sv = "Först" }\n', '[name]\nfi = "Ensin"\nsv = "Först"\n'])
def test_a_copy_keeps_numbers_and_comments_and_gets_a_name_of_its_own(study: Study, head: str) -> None:
    folder = study.root / "skenaariot"
    folder.mkdir()
    wages = '[wages]\npercent_a_year = { value = 3, rationale = "a", source = "b" }    # sovittu\n'
    wages += 'share_percent = { value = 75, rationale = "a", source = "b" }\n'
    (folder / "ensin.toml").write_text(f'schema = 1\ncode = "ensin"\n{head}{wages}', encoding="utf-8")
    file = write_scenario(study, "sitten", SAY, like="ensin")
    copy, first = scenario_of(file), scenario_of(folder / "ensin.toml")
    assert dict(copy.numbers()) == dict(first.numbers())
    assert (copy.code, copy.name.fi, copy.name.sv) == ("sitten", "Sitten", "")
    assert "# sovittu" in file.read_text(encoding="utf-8")
    with pytest.raises(StudyError, match="KU981"):
        write_scenario(study, "kolmas", SAY, like="puuttuu")
