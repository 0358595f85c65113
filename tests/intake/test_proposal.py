"""What `init` proposes for extracts that nobody has described."""

from __future__ import annotations

import csv
import datetime
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from kumppanuus.analysis import files
from kumppanuus.demo import write_demo
from kumppanuus.demo.study_file import study_text
from kumppanuus.errors import StudyError
from kumppanuus.intake.forms import date_form, decimal_sign
from kumppanuus.intake.proposal import Proposal, propose
from kumppanuus.intake.slugs import codebook
from kumppanuus.intake.vocabulary import EXACT, PART, vocabulary
from kumppanuus.intake.window import year_of
from kumppanuus.language.catalogue import read_texts
from kumppanuus.language.say import Say
from kumppanuus.study import LANGUAGES, STUDY_FILE, Language, Source, Study, load_study

SSDA903 = Path(__file__).parents[3] / "shared" / "data" / "ssda903"


def say(language: Language = "fi") -> Say:
    return Say(language, read_texts(files("kumppanuus.language") / "cli.toml"))


def loaded(folder: Path, proposal: Proposal) -> Study:
    (folder / STUDY_FILE).write_text(proposal.text, encoding="utf-8")
    return load_study(folder)


def source_of(study: Study, table: str) -> Source:
    (source,) = [each for each in study.sources if each.table == table]
    return source


def proposed(folder: Path) -> Study:
    return loaded(folder, propose(folder, say()))


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's extracts alone, without its study file."""
    made = tmp_path_factory.mktemp("made")
    bare = tmp_path_factory.mktemp("bare")
    write_demo(made, families=2000)
    shutil.copytree(made / "aineisto", bare, dirs_exist_ok=True)
    return bare


@pytest.fixture(scope="module")
def town(extracts: Path) -> tuple[Proposal, Study]:
    proposal = propose(extracts, say())
    return proposal, loaded(extracts, proposal)


def test_the_demo_is_recognised_column_by_column(town: tuple[Proposal, Study]) -> None:
    columns = {source.files[0]: (source.table, dict(source.columns)) for source in town[1].sources}
    wanted = {
        "asiakkuudet_*.csv": ("relationships", {
            "client": "Asiakasnumero", "service": "Palvelu", "start": "Alkupvm", "end": "Loppupvm",
            "end_reason": "Päättymissyy", "production": "Tuotantotapa", "area": "Alue", "worker": "Työntekijä",
        }),
        "asiakkaat_*.csv": ("clients", {
            "client": "Asiakasnumero", "identity_code": "Henkilötunnus", "family": "Perhenumero", "area": "Alue",
            "language": "Äidinkieli",
        }),
        "kaynnit.xlsx": ("visits", {
            "client": "Asiakasnumero", "service": "Palvelu", "date": "Käyntipäivä", "worker": "Työntekijä",
        }),
        "kustannukset.csv": ("costs", {
            "client": "Asiakasnumero", "service": "Palvelu", "date": "Laskun pvm", "cost_eur": "Summa (€)",
            "production": "Tuotantotapa",
        }),
        "vaesto.csv": ("population", {
            "area": "Alue", "year": "Vuosi", "age_from": "Ikä alkaen", "age_to": "Ikä enintään", "sex": "Sukupuoli",
            "persons": "Väkiluku",
        }),
    }  # fmt: skip
    # of the other files the proposal finds what the demo's own study says
    told = {
        source["files"][0]: (source["table"], source["columns"]) for source in tomllib.loads(study_text())["sources"]
    }
    assert columns == told | wanted


def test_the_demo_files_are_read_the_right_way(town: tuple[Proposal, Study]) -> None:
    how = {
        source.files: (source.table, source.encoding, source.delimiter, source.header_row, source.files_are)
        for source in town[1].sources
    }
    register = ("windows-1252", ";", 1, "parts")
    assert how == {
        ("asiakkuudet_*.csv",): ("relationships", "windows-1252", ";", 1, "snapshots"),
        ("asiakkaat_*.csv",): ("clients", "windows-1252", ";", 1, "snapshots"),
        ("kaynnit.xlsx",): ("visits", "auto", "auto", 2, "parts"),
        ("kaynnit_sosiaalipalvelut.csv",): ("visits", *register),
        ("yhteydenotot.csv",): ("contacts", *register),
        ("tarpeet.csv",): ("needs", *register),
        ("tavoitteet.csv",): ("goals", *register),
        ("itsearviointi.csv",): ("survey", *register),
        ("kirjanpito.csv",): ("costs", *register),
        ("kustannukset.csv",): ("costs", *register),
        ("kapasiteetti.csv",): ("capacity", *register),
        ("tyontekijat.csv",): ("workers", *register),
        ("vaesto.csv",): ("population", "utf-8", "\t", 1, "parts"),
        ("sotkanet.csv",): ("indicators", "utf-8", ";", 1, "parts"),
        ("sotkanet_alueet.csv",): ("regions", "utf-8", ";", 1, "parts"),
        ("sotkanet_kuvaukset.csv",): ("indicator_facts", "utf-8", ";", 1, "parts"),
    }
    assert {source.date_format for source in town[1].sources} == {"dd.mm.yyyy"}
    by_file = {source.files[0]: source for source in town[1].sources}
    assert by_file["kustannukset.csv"].decimal == by_file["kirjanpito.csv"].decimal == ","
    assert by_file["kirjanpito.csv"].constants == {"book": "ledger"}
    assert by_file["sotkanet.csv"].decimal == "."
    assert source_of(town[1], "relationships").missing == ("", "-")
    assert source_of(town[1], "relationships").end_is == "last_day"
    assert by_file["kaynnit.xlsx"].sheet == "Käynnit"
    assert source_of(town[1], "clients").temporary_identity_codes


def test_the_demo_gets_services_areas_and_a_window(town: tuple[Proposal, Study]) -> None:
    study = town[1]
    levels = {service.name.fi: service.level for service in study.services}
    assert len(levels) >= 14
    assert levels["Koulukuraattori"] == "universal"
    assert levels["Neuvolan perhetyö"] == levels["Perheneuvola"] == "early"
    assert levels["Lastenpsykiatria"] == levels["Tehostettu perhetyö"] == "special"
    assert levels["Sijaishuolto"] == "corrective"
    units = {service.name.fi: service.unit for service in study.services}
    assert (units["Puheterapia"], units["Lapsiperheiden kotipalvelu"]) == ("visit", "day")
    assert {area.name.fi for area in study.areas} == {"Keskusta", "Itäinen alue", "Läntinen alue", "Kirkonkylä"}
    assert (study.window.first, study.window.last) == (datetime.date(2021, 1, 1), datetime.date(2025, 12, 31))
    assert study.about.organiser == "Palvelujen järjestäjä"
    production = source_of(study, "relationships").values["production"]
    assert production["Ostopalvelu"] == "purchased"
    assert production["Oma"] == production["Oma tuotanto"] == "own"


def test_nothing_that_points_to_a_person_is_written(extracts: Path, town: tuple[Proposal, Study]) -> None:
    written = set("\n".join([town[0].text, *town[0].told]).replace('"', " ").split())
    people: set[str] = set()
    for file in extracts.glob("asiakkaat_*.csv"):
        for row in csv.DictReader(file.read_text(encoding="cp1252").splitlines(), delimiter=";"):
            people |= {row[name] for name in ("Asiakasnumero", "Henkilötunnus", "Perhenumero", "Sukunimi")}
    assert len(people) > 1000
    assert not people & written
    assert "Esimerkkityöntekijä" not in town[0].text


def test_the_told_lines_name_files_and_tables(town: tuple[Proposal, Study]) -> None:
    assert re.fullmatch(r"asiakkuudet_\*\.csv, tiedostoja 5: Asiakkuudet, \d\s\d{3} riviä, varma", town[0].told[0])
    assert len(town[0].told) == len(town[1].sources)
    assert town[0].todo == sum("TODO" in line for line in town[0].text.split("schema = 1")[1].splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_gives_the_same_study(language: Language, extracts: Path, town: tuple[Proposal, Study]) -> None:
    study = loaded(extracts, propose(extracts, say(language)))
    assert study.about.language == language
    assert study.sources == town[1].sources
    assert study.services == town[1].services


def test_a_second_look_proposes_the_same_text(extracts: Path, town: tuple[Proposal, Study]) -> None:
    assert propose(extracts, say()) == town[0]


@pytest.fixture(scope="module")
def children(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Proposal, Study]:
    if not SSDA903.is_dir():
        pytest.skip("the shared SSDA903 files are not here")
    folder = tmp_path_factory.mktemp("children")
    for file in SSDA903.glob("*.csv"):
        shutil.copy(file, folder)
    proposal = propose(folder, say("en"))
    return folder, proposal, loaded(folder, proposal)


def test_foreign_snapshots_are_recognised(children: tuple[Path, Proposal, Study]) -> None:
    episodes, headers = source_of(children[2], "relationships"), source_of(children[2], "clients")
    columns = {"client": "CHILD", "start": "DECOM", "end": "DEC", "service": "PLACE", "production": "PLACE_PROVIDER"}
    assert columns.items() <= episodes.columns.items()
    assert headers.columns == {"client": "CHILD", "sex": "SEX", "birth_date": "DOB"}
    assert (episodes.files, headers.files) == (("*-episodes.csv",), ("*-header.csv",))
    assert episodes.date_format == headers.date_format == "dd/mm/yyyy"
    assert episodes.end_is == "first_day_after"
    assert episodes.files_are == "snapshots"
    assert headers.files_are == "snapshots"
    assert headers.values["sex"] == {"1": "male", "2": "female"}
    assert episodes.values["production"].items() >= {"PR0": "family", "PR1": "own", "PR4": "purchased"}.items()


def test_the_year_of_foreign_snapshots_starts_in_april(children: tuple[Path, Proposal, Study]) -> None:
    window = children[2].window
    assert (window.first, window.last) == (datetime.date(2017, 4, 1), datetime.date(2022, 3, 31))
    assert window.year_starts == "04-01"
    assert "TODO" in next(line for line in children[1].text.splitlines() if line.startswith("from ="))


def test_no_child_of_the_foreign_register_is_named(children: tuple[Path, Proposal, Study]) -> None:
    folder, proposal, _ = children
    written = set("\n".join([proposal.text, *proposal.told]).replace('"', " ").split())
    people: set[str] = set()
    for file in folder.glob("*-header.csv"):
        for row in csv.DictReader(file.read_text().splitlines()):
            people |= {row[name] for name in ("CHILD", "UPN", "DOB")}
    assert len(people) > 1000
    assert not people & written


def write(folder: Path, name: str, *lines: str) -> None:
    (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")


HEADER = "Asiakas;Palvelu;Alkoi;Päättyi"


def rows(number: int = 20, service: str = "Perhetyö") -> list[str]:
    return [f"{4000 + n};{service};{n % 28 + 1}.3.2022;{n % 28 + 1}.9.2022" for n in range(number)]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as refused:
        propose(tmp_path, say())
    assert refused.value.code == "KU216"
    assert refused.value.facts == {"folder": tmp_path.name}


def test_own_outputs_and_hidden_files_are_no_extracts(tmp_path: Path) -> None:
    for folder in ("runs", ".kumppanuus"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "asiakkuudet.csv", HEADER, *rows())
    write(tmp_path, "~$asiakkuudet.csv", HEADER, *rows())
    with pytest.raises(StudyError, match="KU216"):
        propose(tmp_path, say())


def test_an_unknown_file_is_told_and_left_out(tmp_path: Path) -> None:
    write(tmp_path, "muistio.txt", "Matti Meikäläinen soitti;maanantaina", "sovittu;tiistai")
    proposal = propose(tmp_path, say())
    assert proposal.told == (say()("init.unknown", file="muistio.txt"),)
    assert "Meikäläinen" not in proposal.text
    assert loaded(tmp_path, proposal).sources[0].table == "relationships"  # a place to fill in
    assert proposal.todo >= 5


def test_a_file_without_header_shows_none_of_its_cells(tmp_path: Path) -> None:
    write(tmp_path, "asiakkuudet.csv", *rows())
    proposal = propose(tmp_path, say())
    assert proposal.told == (say()("init.unknown", file="asiakkuudet.csv"),)
    assert "4000" not in proposal.text
    assert "Perhetyö" not in proposal.text


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, "asiakkuudet.csv", HEADER, *rows())
    (tmp_path / "tyhja.csv").write_bytes(b"")
    (tmp_path / "rikki.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    proposal = propose(tmp_path, say())
    assert len(proposal.told) == 3
    assert "tyhja.csv: KU102" in proposal.text
    assert "rikki.xlsx: KU108" in proposal.text
    assert [source.table for source in loaded(tmp_path, proposal).sources] == ["relationships"]


def test_title_rows_above_the_header_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, "ote.csv", "Asiakkuudet 2022", "Tulosti: Maija Virtanen; 3.1.2023", HEADER, *rows())
    proposal = propose(tmp_path, say())
    source = source_of(loaded(tmp_path, proposal), "relationships")
    assert source.header_row == 3
    assert source.columns["start"] == "Alkoi"
    assert "Virtanen" not in proposal.text


def test_a_subfolder_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "otteet" / "vanhat").mkdir(parents=True)
    write(tmp_path / "otteet", "asiakkuudet.csv", HEADER, *rows())
    write(tmp_path / "otteet" / "vanhat", "asiakkuudet.csv", HEADER, *rows())
    source = source_of(proposed(tmp_path), "relationships")
    assert (source.folder, source.files) == ("otteet", ("asiakkuudet.csv",))


def test_iso_dates_decimal_points_and_null_are_seen(tmp_path: Path) -> None:
    lines = [f"2022-0{n % 9 + 1}-15,Perhetyö,{n}.50,{'NULL' if n % 2 else n + 700}" for n in range(30)]
    write(tmp_path, "invoices.csv", "Invoice date,Service,Amount (EUR),Client ID", *lines)
    source = source_of(proposed(tmp_path), "costs")
    assert (source.date_format, source.decimal, source.delimiter) == ("yyyy-mm-dd", ".", ",")
    assert source.missing == ("", "NULL")
    assert source.columns["cost_eur"] == "Amount (EUR)"


def test_files_of_other_content_are_not_taken_in_by_a_glob(tmp_path: Path) -> None:
    for year in (2021, 2022):
        write(tmp_path, f"ote_{year}.csv", HEADER, *rows())
    write(tmp_path, "ote_ohje.csv", "Mitä;Miksi", "a;b")
    source = source_of(proposed(tmp_path), "relationships")
    assert source.files == ("ote_2021.csv", "ote_2022.csv")
    assert source.files_are == "full"  # the second repeats even what had ended


def test_parts_of_one_extract_are_no_snapshots(tmp_path: Path) -> None:
    everything = rows(40)
    write(tmp_path, "ote_1.csv", HEADER, *everything[:20])
    write(tmp_path, "ote_2.csv", HEADER, *everything[20:])
    source = source_of(proposed(tmp_path), "relationships")
    assert source.files == ("ote_*.csv",)
    assert source.files_are == "parts"


def test_relationships_that_begin_on_the_last_day_of_the_former_one_end_on_the_day_after(tmp_path: Path) -> None:
    touching = [f"{n};Perhetyö;1.{month}.2022;1.{month + 1}.2022" for n in range(10) for month in (1, 2, 3)]
    abutting = [
        f"{n};Perhetyö;1.{month}.2022;{day}.{month}.2022" for n in range(10) for month, day in ((1, 31), (2, 28))
    ]
    write(tmp_path, "ote.csv", HEADER, *touching)
    assert source_of(proposed(tmp_path), "relationships").end_is == "first_day_after"
    write(tmp_path, "ote.csv", HEADER, *abutting)
    assert source_of(proposed(tmp_path), "relationships").end_is == "last_day"


@pytest.mark.parametrize("texts", ["numbers", "codes", "many"])
def test_texts_that_could_tell_of_a_person_are_not_written(texts: str, tmp_path: Path) -> None:
    shown = {
        "numbers": lambda n: f"{52000 + n % 3}",
        "codes": lambda n: f"Tuki 010190-{901 + n % 3}A",
        "many": lambda n: f"Virtasen perhe {'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}",
    }[texts]
    lines = [line for n in range(100) for line in rows(2, shown(n))]
    write(tmp_path, "ote.csv", HEADER, *lines)
    proposal = propose(tmp_path, say())
    study = loaded(tmp_path, proposal)
    assert "service" not in source_of(study, "relationships").values
    assert [service.code for service in study.services] == ["todo"]
    assert not any(shown(n) in proposal.text for n in range(100))


def test_a_text_of_a_single_row_is_only_counted(tmp_path: Path) -> None:
    write(tmp_path, "ote.csv", HEADER, *rows(), *rows(1, "Virtasen tukiperhe"), "Yhteensä;;;21")
    proposal = propose(tmp_path, say())
    assert [service.name.fi for service in loaded(tmp_path, proposal).services] == ["Perhetyö"]
    assert "Virtasen" not in proposal.text
    assert "Pois jätettiin 1 tekstiä" in proposal.text


def test_lacking_and_guessed_columns_are_marked(tmp_path: Path) -> None:
    lines = [f"{n};Perhetyö;{n % 28 + 1}.3.2022" for n in range(20)]
    write(tmp_path, "asiakkuudet.csv", "Asiakas;Palvelu;Merkintä", *lines)
    proposal = propose(tmp_path, say())
    source = source_of(loaded(tmp_path, proposal), "relationships")
    assert source.columns == {"client": "Asiakas", "service": "Palvelu", "start": "Merkintä"}
    assert "TODO: arvaus: arvojen muoto" in next(line for line in proposal.text.splitlines() if "Merkintä" in line)
    write(tmp_path, "asiakkuudet.csv", "Asiakas;Palvelu;Huomio", *(line.replace(".3.2022", " x") for line in lines))
    proposal = propose(tmp_path, say())
    assert source_of(loaded(tmp_path, proposal), "relationships").columns["start"] == "TODO"


def test_clients_are_read_from_the_relationships_when_nothing_else_tells_of_them(tmp_path: Path) -> None:
    lines = [f"010190-{900 + n}A;Perhetyö;{n % 28 + 1}.3.2022;" for n in range(20)]
    write(tmp_path, "ote.csv", "Henkilötunnus;Palvelu;Alkupvm;Loppupvm", *lines)
    proposal = propose(tmp_path, say())
    study = loaded(tmp_path, proposal)
    assert source_of(study, "relationships").columns["client"] == "Henkilötunnus"
    assert source_of(study, "clients").columns == {"client": "Henkilötunnus", "identity_code": "Henkilötunnus"}
    assert "010190" not in proposal.text


def test_every_visible_sheet_is_looked_at(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "ote.xlsx") as book:
        contents: dict[str, list[list[Any]]] = {
            "Ohje": [["Lue tämä ensin"]],
            "Jaksot": [HEADER.split(";"), *([4000 + n, "Perhetyö", "1.3.2022", ""] for n in range(9))],
            "Väki": [["Alue", "Vuosi", "Ikä alkaen", "Ikä enintään", "Väkiluku"], ["Keskusta", 2022, 0, 17, 900]],
        }
        for name, grid in contents.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
    study = proposed(tmp_path)
    assert {source.table: source.sheet for source in study.sources} == {"relationships": "Jaksot", "population": "Väki"}


def test_a_header_alone_is_enough_to_propose(tmp_path: Path) -> None:
    write(tmp_path, "asiakkuudet.csv", HEADER)
    proposal = propose(tmp_path, say())
    assert loaded(tmp_path, proposal).sources[0].columns["end"] == "Päättyi"


def test_day_stands_first_when_nothing_tells(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "Client;Service;Start;End", *(f"{n};Care;0{n % 9 + 1}/02/2022;" for n in range(20)))
    assert source_of(proposed(tmp_path), "relationships").date_format == "dd/mm/yyyy"
    write(tmp_path, "a.csv", "Client;Service;Start;End", *(f"{n};Care;02/{n + 1:02d}/2022;" for n in range(20)))
    proposal = propose(tmp_path, say())
    line = next(line for line in proposal.text.splitlines() if line.startswith("date_format"))
    assert line.startswith('date_format = "mm/dd/yyyy"')
    assert "TODO" in line


def test_headers_are_matched_by_their_words() -> None:
    words = vocabulary()
    assert words.fit("relationships", "start", "ALKUPVM (pp.kk.vvvv)")[0] == EXACT
    assert words.fit("relationships", "start", "Palvelun alkamispäivä")[0] == PART
    assert words.fit("clients", "birth_date", "Äidin syntymäaika")[0] == 0
    assert words.fit("clients", "birth_date", "MC_DOB")[0] == 0
    assert words.fit("relationships", "start", "Loppupvm")[0] == 0


def test_years_of_file_names() -> None:
    names = ("ote_2021.csv", "ote20211231.csv", "ote_31122021.csv", "2021-episodes.csv", "ote_12345.csv", "ote.csv")
    assert [year_of(name) for name in names] == [2021, 2021, 2021, 2021, None, None]


def test_codes_are_short_and_distinct() -> None:
    import pandas as pd

    long = "Erittäin pitkä palvelun nimi, joka ei mahdu tunnukseen: osa "
    book = codebook([pd.Series({"Perhetyö": 9, "PERHETYÖ": 2, f"{long}A": 3, f"{long}B": 3})])
    assert book["Perhetyö"] == book["PERHETYÖ"] == "perhetyo"
    assert next(iter(book)) == "Perhetyö"
    assert len({book[f"{long}A"], book[f"{long}B"]}) == 2
    assert all(len(code) <= 40 for code in book.values())


def test_forms_of_texts() -> None:
    import pandas as pd

    assert date_form(pd.Series(["3.2.2022", "31.12.9999", "x", "1.1.2020"])).fit == 0.75
    assert date_form(pd.Series(["20220203", "20211231"])).date_format == "yyyymmdd"
    assert decimal_sign(pd.Series(["1 234,50", "7"])) == ","
    assert decimal_sign(pd.Series(["1,5", "1.5"])) is None
