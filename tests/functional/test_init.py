"""`kumppanuus init`: asks at a terminal, marks TODO elsewhere, makes the key, keeps what was there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kumppanuus.console.init as console
from kumppanuus.cli import commands
from kumppanuus.study import Study, load_study
from tests.conftest import Shell
from tests.intake.made_extracts import day, every_table, identity_code, write
from tests.studies import few


@pytest.fixture
def town(tmp_path: Path) -> Path:
    every_table(tmp_path)
    return tmp_path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A console at which somebody sits."""
    monkeypatch.setattr(console, "at_terminal", lambda: True)
    monkeypatch.delenv("KUMPPANUUS_KEY", raising=False)
    return CliRunner()


def relationships(folder: Path, name: str) -> None:
    write(folder, name, "Asiakas;Palvelu;Alkoi;Päättyi", [(n, "Perhetyö", day(n), "") for n in range(20)])


def answered(terminal: CliRunner, folder: Path, *answers: str) -> tuple[Result, Study]:
    told = terminal.invoke(commands, ["init", str(folder)], input="".join(f"{answer}\n" for answer in answers))
    assert told.exit_code == 0, told.output
    return told, load_study(folder)


def test_what_is_sure_runs_unchanged(town: Path, shell: Shell) -> None:
    told = shell("init", town, "--yes")
    assert told.returncode == 0, told.stderr
    assert "TODO" not in told.stdout
    assert "TODO" not in (town / "kumppanuus.toml").read_text(encoding="utf-8")
    assert "kysely.csv: Kyselyvastaukset, 60 riviä, varma" in told.stdout.splitlines()
    checked = shell("check", town, "-q")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    ran = shell("run", town, "--no-png", "-q", *few("lifecycle.durations"))
    assert ran.returncode == 0, ran.stderr


def test_without_a_terminal_nothing_is_asked(town: Path, shell: Shell) -> None:
    (town / "asiakkuudet_2021-2023.csv").rename(town / "asiakkuudet.csv")
    told = shell("init", town)
    assert told.returncode == 0
    assert "TODO" in told.stdout  # the window is a guess now
    assert "Enter" not in told.stdout


def test_no_value_of_an_extract_is_shown(terminal: CliRunner, tmp_path: Path) -> None:
    rows = [(identity_code(n), "Perhetyö", f"{n % 26 + 2}.3.2022", "x", f"Matti Virtanen {n}") for n in range(30)]
    write(tmp_path, "asiakkuudet.csv", "Hetu;Palvelu;Merkintä;Tuotantotapa;Huomio", rows)
    told, _ = answered(terminal, tmp_path, *[""] * 20)
    assert not any(row[0] in told.output or row[2] in told.output for row in rows)
    assert "Virtanen" not in told.output
    assert "Merkintä" in told.output  # a header is


class TestAsking:
    """What the extracts do not tell is asked; Enter takes what is proposed."""

    def test_the_organiser_and_the_window(self, terminal: CliRunner, tmp_path: Path) -> None:
        relationships(tmp_path, "asiakkuudet.csv")
        told, study = answered(terminal, tmp_path, "Varkaus", "1.4.2021", "eilen", "2022-03-31")
        assert study.about.organiser == "Varkaus"
        assert (study.window.first.isoformat(), study.window.last.isoformat()) == ("2021-04-01", "2022-03-31")
        assert study.window.year_starts == "04-01"
        assert "Kirjoita päivä muodossa 31.12.2025." in told.output
        assert "TODO" not in (tmp_path / "kumppanuus.toml").read_text(encoding="utf-8")

    def test_the_last_day_comes_after_the_first(self, terminal: CliRunner, tmp_path: Path) -> None:
        relationships(tmp_path, "asiakkuudet.csv")
        told, study = answered(terminal, tmp_path, "", "1.1.2022", "31.12.2021", "31.12.2022")
        assert study.window.last.isoformat() == "2022-12-31"
        assert "ensimmäisen jälkeen" in told.output

    def test_a_guessed_column_and_one_that_nothing_gives(self, terminal: CliRunner, tmp_path: Path) -> None:
        rows = [(n, f"{n % 3}", day(n), "A") for n in range(20)]
        write(tmp_path, "käynnit_2022.csv", "Asiakas;Ryhmä;Merkintä;Alue", rows)
        told, study = answered(terminal, tmp_path, "", "3", "2")
        (source,) = study.sources
        assert source.columns == {"client": "Asiakas", "service": "Ryhmä", "date": "Merkintä"}
        assert "käynnit_2022.csv: missä sarakkeessa on päivä?" in told.output
        assert "vastauksesi" in (tmp_path / "kumppanuus.toml").read_text(encoding="utf-8")

    def test_a_file_about_one_service(self, terminal: CliRunner, tmp_path: Path) -> None:
        write(tmp_path, "käynnit_2022.csv", "Asiakas;Käyntipäivä", [(n, day(n)) for n in range(20)])
        _, study = answered(terminal, tmp_path, "", "3", "Perhekahvila", "1")
        (source,) = study.sources
        assert source.constants == {"service": "perhekahvila"}
        assert [(service.name.fi, service.level) for service in study.services] == [("Perhekahvila", "universal")]

    def test_the_table_of_a_strange_file(self, terminal: CliRunner, tmp_path: Path) -> None:
        write(tmp_path, "sekava.csv", "Asiakas;Alue;Milloin", [(n, "Keskusta", day(n)) for n in range(20)])
        told, study = answered(terminal, tmp_path, "", "8", "", "", "", "")  # needs; nothing holds the need
        assert [source.table for source in study.sources] == ["needs"]
        assert study.sources[0].columns["date"] == "Milloin"
        assert "sekava.csv: Tuen tarpeet" in told.output

    def test_a_strange_file_is_left_out_by_default(self, terminal: CliRunner, tmp_path: Path) -> None:
        write(tmp_path, "sekava.csv", "Asiakas;Alue;Huomio", [(n, "Keskusta", "x") for n in range(20)])
        told, _ = answered(terminal, tmp_path, "", "", "", "")
        assert "! sekava.csv: taulukkoa ei tunnistettu, jätetään pois" in told.output

    def test_levels_and_texts_of_codes(self, terminal: CliRunner, tmp_path: Path) -> None:
        rows = [(n, ("Klubi", "Perhetyö")[n % 2], day(n), ("Oma", "Muualla")[n % 8 == 0]) for n in range(40)]
        write(tmp_path, "asiakkuudet_2022.csv", "Asiakas;Palvelu;Alkoi;Tuotantotapa", rows)
        told, study = answered(terminal, tmp_path, "", "9", "2", "4")
        levels = {service.name.fi: service.level for service in study.services}
        assert levels == {"Klubi": "corrective", "Perhetyö": "early"}
        assert study.sources[0].values["production"] == {"Muualla": "purchased", "Oma": "own"}
        assert "Kirjoita numero 1–5." in told.output

    def test_temporary_codes_and_made_up_data(self, terminal: CliRunner, tmp_path: Path) -> None:
        rows = [(n, identity_code(n)) for n in range(20)]
        write(tmp_path, "asiakkaat_2022.csv", "Asiakas;Henkilötunnus", rows)
        _, study = answered(terminal, tmp_path, "", "", "", "", "k")
        assert study.about.synthetic
        assert study.sources[0].temporary_identity_codes

    def test_temporary_codes_are_asked_once_for_all_extracts(self, terminal: CliRunner, tmp_path: Path) -> None:
        people = [(identity_code(n), "Perhetyö", day(n)) for n in range(20)]
        write(tmp_path, "asiakkuudet_2022.csv", "Hetu;Palvelu;Alkoi", people)
        write(
            tmp_path, "käynnit_2022.csv", "Asiakas;Palvelu;Käyntipvm", [(n, *row[1:]) for n, row in enumerate(people)]
        )
        told, study = answered(terminal, tmp_path, "", "", "")
        assert told.output.count("900–999") == 1
        by_code = [source for source in study.sources if source.id_domain == "hetu"]
        assert [source.table for source in by_code] == ["relationships", "clients"]
        assert all(source.temporary_identity_codes for source in by_code)
        assert "TODO" not in (tmp_path / "kumppanuus.toml").read_text(encoding="utf-8")

    def test_stopping_changes_nothing(self, terminal: CliRunner, tmp_path: Path) -> None:
        relationships(tmp_path, "asiakkuudet.csv")
        told = terminal.invoke(commands, ["init", str(tmp_path)], input="Varkaus\n")  # then the input ends
        assert told.exit_code == 1
        assert [path.name for path in tmp_path.iterdir()] == ["asiakkuudet.csv"]

    def test_yes_asks_nothing_at_a_terminal(self, terminal: CliRunner, tmp_path: Path) -> None:
        relationships(tmp_path, "asiakkuudet.csv")
        told = terminal.invoke(commands, ["init", str(tmp_path), "--yes"], input="")
        assert told.exit_code == 0
        assert "Päätöstäsi odottavia kohtia: 2" in told.output


@pytest.mark.parametrize(("language", "asked"), [("sv", "Kommunens eller"), ("en", "Name of the municipality")])
def test_questions_speak_the_language(language: str, asked: str, tmp_path: Path) -> None:
    """In a process of its own: the language is fixed when the program starts."""
    relationships(tmp_path, "asiakkuudet_2022.csv")
    program = (
        "import kumppanuus.console.init as c; c.at_terminal = lambda: True; from kumppanuus.cli import main; main()"
    )
    arguments = [sys.executable, "-c", program, "-l", language, "init", str(tmp_path)]
    told = subprocess.run(arguments, input="\n" * 9, capture_output=True, text=True, encoding="utf-8", check=False)
    assert told.returncode == 0, told.stderr
    assert asked in told.stdout


class TestKey:
    """The key is made once, for its owner only, and never replaced."""

    def test_it_is_made(self, town: Path, shell: Shell) -> None:
        told = shell("init", town, "--yes")
        key = town / ".kumppanuus" / "key"
        assert "Tutkimukselle luotiin avain" in told.stdout
        assert len(bytes.fromhex(key.read_text())) == 32
        if os.name != "nt":
            assert stat.S_IMODE(key.stat().st_mode) == 0o600
            assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700

    def test_one_that_is_there_stays(self, town: Path, shell: Shell) -> None:
        shell("init", town, "--yes")
        key = (town / ".kumppanuus" / "key").read_text()
        told = shell("init", town, "--yes", "--force")
        assert (town / ".kumppanuus" / "key").read_text() == key
        assert "avain" not in told.stdout

    def test_one_of_the_environment_writes_none(self, town: Path, shell: Shell) -> None:
        told = shell("init", town, "--yes", KUMPPANUUS_KEY="ab" * 32)
        assert told.returncode == 0
        assert not (town / ".kumppanuus" / "key").exists()

    def test_a_lost_one_is_not_papered_over(self, town: Path, shell: Shell) -> None:
        (town / ".kumppanuus" / "register").mkdir(parents=True)
        told = shell("init", town, "--yes")
        assert told.returncode == 2
        assert "KU207" in told.stderr
        assert not (town / "kumppanuus.toml").exists()


def test_a_study_file_is_kept_without_force_and_beside_with_it(town: Path, shell: Shell) -> None:
    (town / "kumppanuus.toml").write_text("# omani\n", encoding="utf-8")
    told = shell("init", town, "--yes")
    assert told.returncode == 2
    assert "KU215" in told.stderr
    assert (town / "kumppanuus.toml").read_text(encoding="utf-8") == "# omani\n"
    assert shell("init", town, "--yes", "--force").returncode == 0
    assert (town / "kumppanuus.toml.old").read_text(encoding="utf-8") == "# omani\n"
    assert load_study(town).sources


class TestDatabase:
    """A query is looked at like a file; its address is written nowhere."""

    @pytest.fixture
    def address(self, tmp_path: Path) -> str:
        with sqlite3.connect(tmp_path / "salainen.db") as database:
            database.execute("CREATE TABLE jaksot (asiakas TEXT, palvelu TEXT, alkoi TEXT, paattyi TEXT)")
            rows = [(f"{n:05}", "Perhetyö", f"2022-03-{n % 28 + 1:02}", None) for n in range(40)]
            database.executemany("INSERT INTO jaksot VALUES (?, ?, ?, ?)", rows)
        return f"sqlite:///{tmp_path / 'salainen.db'}"

    def test_a_query_becomes_a_source(self, address: str, tmp_path: Path, shell: Shell) -> None:
        folder = tmp_path / "selvitys"
        folder.mkdir()
        query = 'SELECT asiakas, palvelu, alkoi, paattyi AS "päättyi" FROM jaksot'
        told = shell("init", folder, "--yes", "--database", address, "--query", query)
        assert told.returncode == 0, told.stderr
        text = (folder / "kumppanuus.toml").read_text(encoding="utf-8")
        assert "salainen" not in text.replace("salainen.jaksot", "")
        (source,) = load_study(folder).sources
        assert (source.table, source.database, source.query) == ("relationships", "${KUMPPANUUS_DATABASE}", query)
        assert "KUMPPANUUS_DATABASE" in told.stdout
        checked = shell("check", folder, KUMPPANUUS_DATABASE=address)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "40" in checked.stdout

    def test_the_address_may_come_from_the_environment(self, address: str, tmp_path: Path, shell: Shell) -> None:
        folder = tmp_path / "selvitys"
        folder.mkdir()
        query = "SELECT asiakas, palvelu, alkoi FROM jaksot"
        told = shell("init", folder, "--yes", "--query", query, KUMPPANUUS_DATABASE=address)
        assert told.returncode == 0, told.stderr
        assert load_study(folder).sources[0].table == "relationships"

    def test_one_without_the_other_is_refused(self, tmp_path: Path, shell: Shell) -> None:
        told = shell("init", tmp_path, "--yes", "--database", "sqlite:///x.db")
        assert told.returncode == 2
        assert "--database ja --query annetaan yhdessä" in told.stderr


def test_the_demo_is_looked_at_in_a_few_seconds(demo_folder: Path, tmp_path: Path, shell: Shell) -> None:
    shutil.copytree(demo_folder / "aineisto", tmp_path / "aineisto")
    before = os.times().children_user
    told = shell("init", tmp_path / "aineisto", "--yes")
    assert told.returncode == 0, told.stderr
    assert os.times().children_user - before < 4.0  # seconds of work, however busy the machine is
