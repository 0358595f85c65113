"""The catalogue says every code that intake can raise, in three languages; every rule has its own case and letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kumppanuus.intake
from kumppanuus.errors import InputError, KumppanuusError, StudyError
from kumppanuus.intake import lines
from kumppanuus.intake.row_rules import RULES
from kumppanuus.intake.rules import check_accepted, load_rules
from kumppanuus.language.catalogue import common_texts, placeholders
from kumppanuus.register.tables import TABLES
from tests.intake.rule_cases import CASES, ELSEWHERE, Case
from tests.intake.small import HEADER, RELATIONSHIPS, read, read_text

ROOM = Path(kumppanuus.intake.__file__).parent
OF_RECORDS = [code for code in load_rules() if code[2] in "134"]


def test_every_code_of_the_room_is_in_the_catalogue() -> None:
    text = "\n".join(file.read_text("utf-8") for file in ROOM.glob("*.py"))
    raised = set(re.findall(r'"(KU\d{3})"', text)) | {f"KU{n}" for n in re.findall(r"\b(3[0-3]\d|4[0-3]\d)\b", text)}
    raised = {code for code in raised if code[2] in "134" or code == "KU908"} - {"KU400"}
    assert raised >= {"KU101", "KU120", "KU199", "KU301", "KU318", "KU408"}
    assert raised <= set(load_rules())


def test_texts_have_all_languages_and_the_same_facts() -> None:
    for rule in load_rules().values():
        for texts in (rule.what, rule.mend):
            assert list(texts) == ["fi", "sv", "en"]
            assert len({placeholders(text) for text in texts.values()}) == 1, rule.code
            assert all(text.endswith(".") for text in texts.values()), rule.code
        if rule.severity != "fatal" and rule.code != "KU106":
            assert placeholders(rule.what["fi"]) <= {"n", "column"}


def test_severity_follows_the_hundreds_and_names_exist() -> None:
    for code, rule in load_rules().items():
        expected = {"3": "error", "4": "warning"}.get(code[2], "warning" if code == "KU106" else "fatal")
        assert rule.severity == expected
        assert set(rule.tables) <= set(TABLES)
        assert set(rule.columns) <= {column for table in TABLES.values() for column in table.columns}


def test_the_report_has_a_short_name_for_every_rule_that_puts_records_aside() -> None:
    named = {key.removeprefix("rules.") for key in common_texts() if key.startswith("rules.KU3")}
    assert named == {code for code in load_rules() if code[2] == "3"}


def test_rules_between_columns_judge_the_tables_of_the_catalogue() -> None:
    for number, rule in RULES.items():
        told = load_rules()[f"KU{number}"]
        assert rule.tables == told.tables or (number == 305 and not told.tables)
        for table in rule.tables:
            assert not told.columns or set(told.columns) & set(TABLES[table].columns), (number, table)


def test_every_rule_has_a_case() -> None:
    assert sorted([*CASES, *ELSEWHERE]) == OF_RECORDS  # a new code needs a line in rule_cases.py
    for code, (name, reason) in ELSEWHERE.items():
        assert code in (Path(__file__).parent / name).read_text("utf-8"), reason


@pytest.mark.parametrize(("code", "case"), CASES.items(), ids=CASES)
def test_a_rule_finds_what_breaks_it(tmp_path: Path, code: str, case: Case) -> None:
    for name, content in case.files.items():
        if callable(content):
            content(tmp_path / name)
        else:
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    if case.letter == "E":
        with pytest.raises(KumppanuusError) as caught:
            read(tmp_path, *case.sources, **case.study)
        assert caught.value.code == code
        assert load_rules()[code].severity == "fatal"
        return
    intake = read(tmp_path, *case.sources, **case.study)
    assert all(account.balanced for account in intake.account)
    assert [(found.code, found.severity, found.n) for found in intake.findings if found.code not in case.beside] == [
        (code, "error" if case.letter == "Q" else "warning", case.n)
    ]
    assert {found.code for found in intake.findings} >= set(case.beside)
    put_aside = {rule: n for account in intake.account for rule, n in account.quarantined.items()}
    assert put_aside == ({code: case.n} if case.letter == "Q" else {})
    assert code == "KU106" or sum(account.used for account in intake.account) >= 1


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1000)
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, HEADER + "x" * 2000, block=100)
    assert caught.value.code == "KU110"


def test_a_file_that_the_system_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "48213977")

    (tmp_path / "r.csv").write_text(HEADER)
    monkeypatch.setattr("kumppanuus.intake.sources.survey", refuse)
    with pytest.raises(InputError) as caught:
        read(tmp_path, RELATIONSHIPS)
    assert (caught.value.code, caught.value.facts) == ("KU111", {"file": "r.csv", "problem": "PermissionError"})


@pytest.mark.parametrize(("code", "near"), [("KU499", "KU4"), ("KU101", "KU"), ("KU226", "KU")])
def test_only_findings_about_records_can_be_accepted(tmp_path: Path, code: str, near: str) -> None:
    with pytest.raises(StudyError) as caught:
        read(tmp_path, RELATIONSHIPS, check={"accept": {code: "tiedossa", "KU403": "tiedossa"}})
    assert (caught.value.code, caught.value.facts["given"]) == ("KU226", code)
    assert str(caught.value.facts["near"]).startswith(near)
    check_accepted([found for found in load_rules() if found[2] in "34"])
