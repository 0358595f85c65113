"""What fuzzing has found, each as the smallest extract that showed it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.fuzz.case import Said
from tests.intake.kinds import WRITERS

NAME = "Maija Salaliittolainen"


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x1e", "\u2028", "\u0085", ";"])
def test_init_lists_no_names_of_a_header_that_is_a_record_too(
    end: str, tmp_path: Path, speak: Callable[..., Said]
) -> None:
    """Line ends that no system writes put whole records into the header row, and its names into the study file."""
    record = f"{end}7734552;Perhetyö;1.2.2023;{NAME}"
    text = "Asiakasnumero;Palvelu;Alkupvm;Työntekijä" + record * 30
    (tmp_path / "asiakkuudet.csv").write_text(text, encoding="utf-8", newline="")
    said = speak("init", tmp_path)
    proposed = tmp_path / "kumppanuus.toml"
    words = said.words + (proposed.read_text(encoding="utf-8") if proposed.exists() else "")
    assert NAME not in words
    assert "7734552" not in words


def test_a_wide_questionnaire_keeps_rows_with_an_unanswered_question(
    tmp_path: Path, speak: Callable[..., Said]
) -> None:
    """They went to the quarantine as rows without a required value."""
    (tmp_path / "kysely.csv").write_text("Asiakas;Pvm;A;B\n1;1.2.2023;3;\n2;1.2.2023;;\n3;1.2.2023;4;5\n", "utf-8")
    (tmp_path / "kumppanuus.toml").write_text(
        """schema = 1
        study = { organiser = "X" }
        window = { from = 2023-01-01, to = 2023-12-31 }
        services = [{ code = "koti", name = { fi = "Koti" }, level = "early" }]
        [[sources]]
        table = "answers"
        files = ["kysely.csv"]
        columns = { client = "Asiakas", date = "Pvm" }
        questions = { A = "mood", B = "sleep" }
        """,
        encoding="utf-8",
    )
    said = speak("check", tmp_path)
    assert said.code == 0, said.words
    (account,) = said.intakes[0].account
    assert (account.read, account.used, account.blank, account.quarantined_total) == (3, 2, 1, 0)
    assert sorted(said.intakes[0].tables["answers"]["answer"].to_pylist()) == [3.0, 4.0, 5.0]


def test_a_binary_workbook_without_its_list_of_sheets_is_refused(tmp_path: Path, speak: Callable[..., Said]) -> None:
    """The missing part of the archive ended as an unexpected fault (KU199)."""
    write_study_of(tmp_path, "r.xlsb")
    WRITERS["xlsb"](tmp_path / "whole.xlsb", ["Asiakas", "Palvelu", "Alku"], [["1", "koti", "1.2.2023"]])
    with ZipFile(tmp_path / "whole.xlsb") as whole, ZipFile(tmp_path / "r.xlsb", "w") as cut:
        for name in whole.namelist():
            if not name.endswith("workbook.bin.rels"):
                cut.writestr(name, whole.read(name))
    said = speak("check", tmp_path)
    assert said.code == 1
    assert "KU108" in said.words


def write_study_of(folder: Path, file: str) -> None:
    (folder / "kumppanuus.toml").write_text(
        f"""schema = 1
        study = {{ organiser = "X" }}
        window = {{ from = 2023-01-01, to = 2023-12-31 }}
        services = [{{ code = "koti", name = {{ fi = "Koti" }}, level = "early" }}]
        [[sources]]
        table = "relationships"
        files = ["{file}"]
        columns = {{ client = "Asiakas", service = "Palvelu", start = "Alku" }}
        """,
        encoding="utf-8",
    )
