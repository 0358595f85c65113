"""The catalogue says every code that intake can raise, in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import kumppanuus.intake
from kumppanuus.intake.rules import load_rules
from kumppanuus.language.catalogue import placeholders
from kumppanuus.register.tables import TABLES

ROOM = Path(kumppanuus.intake.__file__).parent
OURS = ["chunk", "convert", "encoding", "expressions", "extracts", "file_read", "findings", "header", "identity"]
OURS += [
    "lines",
    "merge",
    "pseudonym",
    "quoted",
    "read_csv",
    "read_workbook",
    "archive",
    "canonical",
    "safety",
    "sources",
    "sheet_marks",
    "zeros",
]


def test_every_code_of_the_room_is_in_the_catalogue() -> None:
    text = "\n".join((ROOM / f"{name}.py").read_text("utf-8") for name in OURS)
    raised = set(re.findall(r'"(KU\d{3})"', text)) | {f"KU{n}" for n in re.findall(r"\b(30\d|31\d|320)\b", text)}
    assert raised >= {"KU101", "KU199", "KU301", "KU318", "KU408"}
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
