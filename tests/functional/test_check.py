"""``check`` as a consultant uses it: what she sees, what she may accept, when a run stops."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kumppanuus import cli
from kumppanuus.intake.rules import load_rules
from tests.intake.faults import relationships, write_study
from tests.intake.small import HEADER

SECRET = "48213977"
Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kumppanuus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command in this process; return exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KUMPPANUUS_KEY", raising=False)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["kumppanuus", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        for text in (said.out, said.err):
            assert SECRET not in text
            assert "Traceback" not in text
        return int(str(left.value.code)), said.out, said.err

    return run


def bad(n: int) -> str:
    return "".join(f"{SECRET}{number};perhe;31.2.2020;\n" for number in range(n))


def good(n: int) -> str:
    return "".join(f"{SECRET}9{number};perhe;1.2.2020;\n" for number in range(n))


def small(folder: Path, text: str, settings: str = "") -> None:
    (folder / "r.csv").write_text(HEADER + text, encoding="utf-8")
    write_study(folder, relationships())
    with (folder / "kumppanuus.toml").open("a", encoding="utf-8") as file:
        file.write(settings)


def test_the_catalogue_needs_no_study(kumppanuus: Told) -> None:
    code, words, _ = kumppanuus("check", "--rules")
    assert code == 0
    for rule in load_rules().values():
        assert rule.code in words
    assert "KU309  virhe       Asiakkuus päättyy ennen alkamistaan." in words
    assert "Asiakkuudet: start, end" in words
    assert "{" not in words


def test_the_catalogue_as_json(kumppanuus: Told) -> None:
    listed = json.loads(kumppanuus("check", "--rules", "--json")[1])
    assert [rule["code"] for rule in listed] == list(load_rules())
    (one,) = [rule for rule in listed if rule["code"] == "KU309"]
    assert one == {
        "code": "KU309", "severity": "error", "tables": ["relationships"], "columns": ["start", "end"],
        "what": "Asiakkuus päättyy ennen alkamistaan.", "mend": "Korjaa päivämäärät lähdejärjestelmässä.",
    }  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("sv", "fel"), ("en", "error")])
def test_the_catalogue_in_other_languages(shell: Callable[..., Any], language: str, word: str) -> None:
    told = shell("check", "--rules", "-l", language)
    assert told.returncode == 0
    (line,) = [line for line in told.stdout.splitlines() if line.startswith("KU309")]
    assert line.split()[1] == word
    assert line.endswith(load_rules()["KU309"].what[language])


def test_one_rule_with_its_rows(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(1) + bad(25) + f"{SECRET};outo;1.2.2020;\n;perhe;1.2.2020;\n")
    code, words, _ = kumppanuus("check", "--rule", "ku306", "--rule", "KU309", "--quarantine-limit", "100")
    assert code == 1
    assert words.splitlines() == [
        "x KU306  r.csv  25 riviä: Päivämäärä on mahdoton tai väärässä muodossa.",
        f"   rivit {', '.join(map(str, range(3, 23)))} ...",
        "   ohje: " + load_rules()["KU306"].mend["fi"],
        "ok KU309  ei havaintoja",
    ]
    assert kumppanuus("check", "--rule", "KU401")[0] == 0  # a warning stops nobody
    found = json.loads(kumppanuus("check", "--rule", "KU306", "--json")[1])["findings"]
    assert [(one["code"], one["n"], one["rows"]) for one in found] == [("KU306", 25, list(range(3, 23)))]


def test_a_rule_that_does_not_exist_is_guessed(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(1))
    code, _, error = kumppanuus("check", "--rule", "KU3O9")
    assert code == 2
    assert "KU217" in error
    assert "KU309" in error


def test_what_is_accepted_is_told_with_its_reason_and_stops_nobody(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(1) + bad(30), '[check.accept]\nKU306 = "Kevään 2020 tiedonsiirto, sovittu"\n')
    code, words, _ = kumppanuus("check")
    assert code == 0
    assert "ok KU306" in words
    assert "KU306 hyväksytty asetuksissa: Kevään 2020 tiedonsiirto, sovittu" in words
    assert load_rules()["KU306"].mend["fi"] not in words
    code, words, _ = kumppanuus("check", "--rule", "KU306")
    assert code == 0
    assert "Kevään 2020 tiedonsiirto, sovittu" in words
    account = json.loads(kumppanuus("check", "--json")[1])
    assert [(f["accepted"], f["reason"]) for f in account["findings"]] == [(True, "Kevään 2020 tiedonsiirto, sovittu")]
    assert [file["over_limit"] for file in account["files"]] == [False]


def test_an_acceptance_holds_from_the_next_check_on(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(100) + bad(30))
    assert kumppanuus("check")[0] == 1
    assert kumppanuus("run", "--no-png")[0] == 1
    small(tmp_path, good(100) + bad(30), '[check.accept]\nKU306 = "sovittu"\n')
    assert kumppanuus("check")[0] == 0
    assert kumppanuus("run", "--no-png")[0] == 0
    small(tmp_path, good(100) + bad(30))
    assert kumppanuus("check")[0] == 1
    assert kumppanuus("run", "--no-png")[0] == 1


@pytest.mark.parametrize(("code", "near"), [("KU360", "KU306"), ("KU101", "KU3")])
def test_an_acceptance_of_nothing_is_refused(tmp_path: Path, kumppanuus: Told, code: str, near: str) -> None:
    small(tmp_path, good(1), f'[check.accept]\n{code} = "syy"\n')
    for command in ("check", "run"):
        left, _, error = kumppanuus(command)
        assert left == 2
        assert "KU226" in error
        assert code in error
        assert near in error


def test_too_much_put_aside_is_listed_by_check_and_stops_a_run(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(100) + bad(21))
    earlier = tmp_path / "runs" / "aiempi" / "manifest.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("{}")

    code, words, _ = kumppanuus("check")
    assert code == 1
    assert "x r.csv: karanteenissa 21/121 riviä (17\xa0%), eniten KU306: 21." in words
    assert "Raja on 2,0 prosenttia ja 20 riviä." in words
    assert [f["over_limit"] for f in json.loads(kumppanuus("check", "--json")[1])["files"]] == [True]

    code, words, error = kumppanuus("run", "--no-png")
    assert code == 1
    assert "KU120" in error
    assert "r.csv 21/121 = 17 % (KU306 21)" in error
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["aiempi"]
    assert not (tmp_path / ".kumppanuus" / "register").exists()
    quarantine = tmp_path / ".kumppanuus" / "quarantine"
    assert str(quarantine) in error
    assert stat.S_IMODE(quarantine.stat().st_mode) == 0o700
    assert {path.name for path in quarantine.iterdir()} == {
        "001_relationships_r.csv.csv", "korjattavat.csv", "summary.csv"
    }  # fmt: skip

    code, _, error = kumppanuus("run", "--no-png", "--quarantine-limit", "20")
    assert code == 0, error
    assert len(list((tmp_path / "runs").iterdir())) == 2
    assert kumppanuus("check", "--quarantine-limit", "101")[0] == 2


def test_the_study_sets_the_limit(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(100) + bad(1), "[check]\nquarantine_percent = 0\nquarantine_rows = 0\n")
    assert "KU120" in kumppanuus("run", "--no-png")[2]
    assert "x r.csv: karanteenissa 1/101" in kumppanuus("check")[1]
    assert "x r.csv: karanteenissa" not in kumppanuus("check", "--quarantine-limit", "5")[1]


def test_check_says_where_the_rows_and_the_lay_list_are(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(1) + bad(1))
    words = kumppanuus("check")[1]
    folder = tmp_path / ".kumppanuus" / "quarantine"
    assert f"Karanteenin rivit: {folder} (salassa pidettävä)" in words
    assert str(folder / "korjattavat.csv") in words
    assert (folder / "korjattavat.csv").is_file()
    small(tmp_path, good(1))
    assert "korjattavat.csv" not in kumppanuus("check")[1]


@pytest.mark.parametrize(("text", "reason"), [
    ("", "tiedostossa on vain otsikkorivi."),
    (";;;\n" * 3, "3/3 riviä on tyhjiä."),
    (f"{SECRET};perhe;1.2.2019;1.3.2019\n" * 2 + bad(1), "1/3 riviä on tarkastelujakson ulkopuolella."),
    (bad(3) + ";;;\n", "3/4 riviä on karanteenissa. KU306: Päivämäärä on mahdoton tai väärässä muodossa."),
])  # fmt: skip
def test_a_file_that_gives_nothing_says_why(tmp_path: Path, kumppanuus: Told, text: str, reason: str) -> None:
    small(tmp_path, text)
    words = kumppanuus("check")[1]
    assert f"! r.csv: yhtään riviä ei voitu käyttää, koska {reason}" in words
    (file,) = json.loads(kumppanuus("check", "--json")[1])["files"]
    assert file["why_nothing"] in ("empty", "blank", "outside_window", "KU306")


def test_findings_are_one_table_with_plain_marks(tmp_path: Path, kumppanuus: Told) -> None:
    small(tmp_path, good(2) + bad(2) + f"{SECRET};outo;1.2.2020;\n", '[check.accept]\nKU401 = "tuttu"\n')
    (tmp_path / "r2.csv").write_text(HEADER + bad(1))
    words = kumppanuus("check")[1]
    marked = [line for line in words.splitlines() if line[:2] in ("x ", "! ", "ok")]
    assert "x  KU306  r2.csv (+1)      3           2  Päivämäärä on mahdoton tai väärässä muodossa." in marked
    assert any(line.startswith("ok KU401  r.csv") for line in marked)
    assert words.encode("cp1252").decode("cp1252") == words
