"""Questionnaires to staff and partners: their part of the study, how their files are read, and that nobody is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kumppanuus.disclosure.scan import make_knows, scan_outputs
from kumppanuus.errors import StudyError
from kumppanuus.intake import domains_of
from kumppanuus.intake.pseudonym import pseudonym
from kumppanuus.language.say import speaker
from kumppanuus.study import load_study
from tests.intake.small import KEY, RELATIONSHIPS, client, finding, only, read, rows, study_in

ASKED: dict[str, Any] = {
    "code": "self",
    "name": {"fi": "Itsearviointi", "en": "Self-assessment"},
    "themes": [{"code": "work", "name": {"fi": "Yhteistyö", "sv": "Samarbete"}}],
    "items": [
        {"code": "q1", "text": {"fi": "Tieto kulkee", "sv": "Informationen går"}, "theme": "work"},
        {"code": "q2", "text": {"fi": "Asia jää kesken"}, "theme": "work", "reversed": True},
    ],
}
SURVEY: dict[str, Any] = {
    "table": "survey",
    "files": ["s*.csv"],
    "columns": {"respondent": "Numero", "respondent_group": "Rooli", "question": "Kysymys", "answer": "Vastaus"},
    "constants": {"instrument": "Itsearviointi"},
    "values": {"respondent_group": {"johtaja": "leader", "työntekijä": "worker"}},
    "delimiter": ";",
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"scale": [1, 1]}, "2 to 7 answers"),
        ({"scale": [5, 1]}, "2 to 7 answers"),
        ({"scale": [0, 7]}, "2 to 7 answers"),
        ({"answers": [{"fi": "Ei"}, {"fi": "Kyllä"}]}, "names every answer"),
        ({"invited": {"leader": 0}}, "invited.leader"),
        ({"invited": {"boss": 3}}, "invited.boss"),
        ({"items": []}, "items"),
        ({"items": [*ASKED["items"], ASKED["items"][0]]}, "items: code given twice: q1"),
        ({"themes": [*ASKED["themes"], {"code": "time", "name": {"fi": "Aika"}}]}, "no item is about time"),
        ({"items": [*ASKED["items"], {**ASKED["items"][0], "code": "q3", "theme": "wrok"}]}, "does not name wrok"),
        ({"items": [{**ASKED["items"][0], "revresed": True}]}, "did you mean reversed?"),
    ],
)
def test_a_questionnaire_that_cannot_be_is_refused(change: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="KU203") as refused:
        _loaded(tmp_path, {**ASKED, **change})
    assert told in str(refused.value.facts["problem"])


def test_a_code_means_one_thing_in_all_questionnaires(tmp_path: Path) -> None:
    later = {**ASKED, "code": "later"}
    assert len(_loaded(tmp_path, ASKED, later).questionnaires) == 2  # the same questions a year later
    for change in (
        {"code": "self"},
        {"themes": [{"code": "work", "name": {"fi": "Aika"}}]},
        {"items": [{**ASKED["items"][0], "text": {"fi": "Muu"}}]},
    ):
        with pytest.raises(StudyError, match="KU203"):
            _loaded(tmp_path, ASKED, {**later, **change})


def test_texts_and_names_are_codes_and_labels(tmp_path: Path) -> None:
    """A file may hold the text of a question, in any language, where it should hold its code."""
    (tmp_path / "s.csv").write_text(
        "Numero;Rooli;Kysymys;Vastaus\nV9001;johtaja;Tieto kulkee;4\nV9002;työntekijä;Informationen går;2\n"
        "V9003;työntekijä;q2;5\nV9003;työntekijä;Tuntematon;5\n",
        encoding="utf-8",
    )
    intake = read(tmp_path, SURVEY, questionnaires=[ASKED])
    assert {(row["respondent"], row["question"], row["instrument"]) for row in rows(intake, "survey")} == {
        (client("V9001", "respondent"), "q1", "self"),
        (client("V9002", "respondent"), "q1", "self"),
        (client("V9003", "respondent"), "q2", "self"),
        (client("V9003", "respondent"), "unknown", "self"),
    }
    assert finding(intake, "KU401").n == 1
    assert only(intake).used == 4
    study = study_in(tmp_path, SURVEY, questionnaires=[ASKED, {**ASKED, "code": "short", "scale": [0, 2]}])
    say = speaker(study, "sv")
    assert say.label("themes", "work") == "Samarbete"
    assert say.label("questions", "q1") == "Informationen går"
    assert say.label("questions", "q2") == "Asia jää kesken (omvänt)"  # Finnish where no Swedish is given
    assert say.label("answer_names", "2") == "2"  # answers of a scale of three that nobody named


def test_no_respondent_is_a_client_and_each_of_them_is_known_to_the_scan(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("Asiakas;Palvelu;Alku;Loppu\n9001;perhe;1.2.2020;\n", encoding="utf-8")
    (tmp_path / "s.csv").write_text(
        "Numero;Rooli;Kysymys;Vastaus;Terveiset\nVilma Vastaaja;johtaja;q1;4;\n9001;johtaja;q1;1;Kehno päivä\n",
        encoding="utf-8",
    )
    intake = read(tmp_path, RELATIONSHIPS, SURVEY, questionnaires=[ASKED])
    assert {row["respondent"] for row in rows(intake, "survey")} == {
        client("Vilma Vastaaja", "respondent"), client("9001", "respondent")
    }  # fmt: skip
    assert client("9001") not in {row["respondent"] for row in rows(intake, "survey")}
    study = study_in(tmp_path, RELATIONSHIPS, SURVEY, questionnaires=[ASKED])
    knows = make_knows(lambda v, d: pseudonym(v, key=KEY, domain=d), domains_of(study), intake.identifiers)
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_text("Kyselyyn vastasi myös Vilma Vastaaja, kehno päivä.", encoding="utf-8")
    (out / "b.txt").write_text("Kyselyyn vastasi moni.", encoding="utf-8")
    assert [(leak.file, leak.kind) for leak in scan_outputs(out, knows=knows)] == [("a.txt", "identifier")]
    assert "Kehno" not in str(intake.tables)  # a free text is not read at all


def _loaded(folder: Path, *questionnaires: dict[str, Any]) -> Any:
    """Read a study file with questionnaires."""
    (folder / "kumppanuus.toml").write_text(
        'schema = 1\nstudy = { organiser = "T" }\nwindow = { from = 2020-01-01, to = 2021-12-31 }\n'
        '[[services]]\ncode = "a"\nname = { fi = "A" }\nlevel = "early"\n'
        '[[sources]]\ntable = "relationships"\nfiles = ["a.csv"]\ncolumns = { client = "c" }\n'
        + "\n".join(f"[[questionnaires]]\n{_toml(each)}" for each in questionnaires),
        encoding="utf-8",
    )
    return load_study(folder)


def _toml(part: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {_value(value)}" for key, value in part.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
