"""Scenario files: what is read, and what is refused with the file and the key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from kumppanuus.errors import StudyError
from kumppanuus.language.say import speaker
from kumppanuus.language.scenarios import assumed_text
from kumppanuus.study import load_study, scenario_of
from kumppanuus.study_scenarios import FOLDER, Scenario, migrated, said, scenario_settings
from tests.resources.made_up_forecast import PRICES, SCENARIO, SHIFT, scenario
from tests.studies import THREE_SERVICES, toy_study

FILE = SCENARIO.replace('code = "early_help"\n', "")
EFFECT = SCENARIO[SCENARIO.index("[[effects]]") :]


def _study(folder: Path, **files: str) -> Path:
    (folder / "kumppanuus.toml").write_text(THREE_SERVICES, encoding="utf-8")
    (folder / FOLDER).mkdir()
    for name, text in files.items():
        (folder / FOLDER / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_scenarios_beside_the_study_are_read_in_order_with_their_file_s_name(tmp_path: Path) -> None:
    study = load_study(_study(tmp_path, b_late=FILE + SHIFT, a_first=FILE))
    assert [each.code for each in study.scenarios] == ["a_first", "b_late"]
    (shift,) = study.scenarios[1].shifts
    assert (shift.source, shift.target, shift.unit, shift.code) == (
        "placement", "family_work", "families", "placement/family_work",
    )  # fmt: skip
    names = [name for name, _ in study.scenarios[1].numbers()]
    assert "effects/in_time/reduction_percent" in names
    assert "shifts/placement/family_work/a_year_families" in names
    assert len(names) == len(set(names)) == 11


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("reduction_percent = ", "reduktion_percent = "), "did you mean reduction_percent?"),
        (("value = 25, lower = 5", "value = 3, lower = 5"), "effects.[1].reduction_percent: Value error, lower, value"),
        (("value = 25, lower = 5, upper = 40", "value = 250"), "must lie within 0 and 100"),
        (("lower = 5, upper = 40", "lower = 5"), "both given, or neither"),
        (('rationale = "Laskentakorko"', 'rationale = " "'), "discount_percent.rationale"),
        (('source = "Keksitty"', ""), "discount_percent.source: Field required"),
        (("value = 50, lower = 30", 'value = "paljon", lower = 30'), "cover_percent.value"),
        (("horizon_months = 36", "horizon_months = 3"), "horizon_months"),
        (("ramp_months = 6", f"ramp_months = 6\n{EFFECT}"), "assumed twice: effects/in_time"),
    ],
)  # fmt: skip
def test_faults_name_the_file_and_the_key(change: tuple[str, str], named: str, tmp_path: Path) -> None:
    folder = _study(tmp_path, plan=FILE.replace(*change, 1))
    with pytest.raises(StudyError) as told:
        load_study(folder)
    assert told.value.code == "KU203"
    assert told.value.facts["file"] == "skenaariot/plan.toml"
    assert named in str(told.value.facts["problem"])


def test_services_the_study_does_not_have_are_refused_with_file_and_key(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as told:
        load_study(_study(tmp_path, plan=FILE.replace('service = "placement"', 'service = "plasement"')))
    problem = str(told.value.facts["problem"])
    assert "skenaariot/plan.toml: effects.[1].service: services does not name plasement" in problem


def test_a_later_form_is_refused_clearly_and_another_code_than_the_file_s_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(FILE.replace("schema = 1", "schema = 2\nfuture = true"), encoding="utf-8")
    with pytest.raises(StudyError) as later:
        scenario_of(path)
    assert (later.value.code, later.value.facts["schema"], later.value.facts["known"]) == ("KU970", 2, 1)
    path.write_text(SCENARIO, encoding="utf-8")
    with pytest.raises(StudyError) as other:
        scenario_of(path)
    assert (other.value.code, other.value.facts["name"]) == ("KU971", "plan")
    assert scenario_settings({"schema": 1}, "x", "plan") == {"schema": 1, "code": "plan"}


def test_older_forms_are_brought_up_step_by_step() -> None:
    steps = {
        1: lambda old: {"schema": 1, "reduction_percent": old["effect"] * 100},
        2: lambda old: {**old, "lag_months": 0},
    }
    assert migrated({"schema": 1, "effect": 0.25}, steps, newest=3) == {
        "schema": 3, "reduction_percent": 25.0, "lag_months": 0,
    }  # fmt: skip
    assert migrated({"schema": 2}, steps, newest=3) == {"schema": 3, "lag_months": 0}
    assert migrated({"schema": 3}, steps, newest=3) == {"schema": 3}
    assert migrated({"schema": 0}, steps, newest=3) == {"schema": 0}  # no way: refused when it is read
    with pytest.raises(ValidationError):
        Scenario.model_validate({**tomllib.loads(SCENARIO), "schema": 0})


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (SCENARIO, ('code = "early_help"', 'code = "today"')),
        (SCENARIO + SHIFT, ('to = "family_work"', 'to = "placement"')),
        (PRICES, ("valid_from = 2027-01-01", "valid_from = 2027-01-01\nvalid_to = 2027-01-01")),
        (PRICES, ("now = { value = 30", "now = { value = 0")),
    ],
)
def test_what_makes_no_sense_is_refused(text: str, change: tuple[str, str]) -> None:
    assert scenario(text)
    with pytest.raises(ValidationError):
        scenario(text.replace(*change, 1))


def test_every_number_has_a_name_in_every_language() -> None:
    made = [scenario(SCENARIO + SHIFT), scenario(PRICES)]
    study = toy_study(THREE_SERVICES, scenarios=made)
    for language in ("fi", "sv", "en"):
        say = speaker(study, language)
        labels = [say.label("assumptions", name) for each in made for name, _ in each.numbers()]
        assert len(labels) == len(set(labels)) == 18
        assert "tuntematon" not in " ".join(labels)
        assert say.label("measures", "early_help/in_time") == said(made[0].effects[0].name, language)
    assert say.label("scenarios", "today") == "The present course"
    assert say.names["sources"]["early_help/effects/in_time/reduction_percent"] == "Työpaja"
    effect = dict(made[0].numbers())["effects/in_time/reduction_percent"]
    assert assumed_text(effect, speaker(study, "fi")) == "25 (5–40)"
    law = dict(made[1].numbers())["law/children_per_worker/2027-01-01/now"]
    assert assumed_text(law, speaker(study, "fi")) == "30"
