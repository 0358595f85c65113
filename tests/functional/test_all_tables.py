"""Every canonical table from a Finnish extract of its own to the register, row by row by hand."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from kumppanuus import pipeline
from kumppanuus.intake.account import Intake
from kumppanuus.intake.pseudonym import pseudonym
from kumppanuus.register.tables import TABLES, stored_name
from kumppanuus.study import load_study
from tests.conftest import Shell
from tests.functional.mallila import FILES, write_mallila

Day = datetime.date
PEOPLE = {"Aino": "1001", "Eero": "1002", "Liisa": "1003", "Pekka": "1004", "Väärä": "1005", "Pekan isä": "1006"}
PUPILS = {"Aino koulussa": "K77", "K78": "K78"}
RESPONDENTS = {number: number for number in ("V9001", "V9002", "V9003", "K7001", "K7002", "K7003")}
WORKERS = {"T1": "T1", "T2": "T2", "T3": "T3"}

# By table, the columns in the order of the schema; people by name, ends as the first day after, money in cents.
WANTED: dict[str, list[tuple[Any, ...]]] = {
    "relationships": [
        ("Aino", "PERHE", Day(2023, 2, 1), Day(2023, 6, 1), "goal", "own", "keskusta", "T1", Day(2023, 2, 3)),
        ("Aino", "SIJ", Day(2023, 6, 1), None, None, "purchased", "keskusta", "T2", Day(2023, 6, 1)),
        ("Eero", "PERHE", Day(2024, 1, 10), None, None, None, "keskusta", "T1", None),
    ],
    "contacts": [
        (
            "Aino",
            Day(2023, 1, 20),
            "notification",
            "school",
            "PERHE",
            Day(2023, 1, 23),
            Day(2023, 2, 28),
            "service",
            "keskusta",
            Day(2023, 1, 20),
        ),
        (None, Day(2023, 3, 5), "application", "parent", None, None, None, "no_need", None, None),
        ("Pekka", Day(2023, 12, 31), "unknown", "school", None, None, None, None, "pohjoinen", Day(2024, 1, 2)),
    ],
    "visits": [
        ("Pekka", "NEUVOLA", Day(2023, 4, 5), 1, "T3", Day(2023, 4, 5)),
        ("Pekka", "NEUVOLA", Day(2023, 4, 5), 1, "T3", Day(2023, 4, 5)),  # two visits on a day
        ("Pekka", "NEUVOLA", Day(2023, 5, 6), 2, None, None),
    ],
    "costs": [
        ("Aino", "SIJ", Day(2023, 6, 30), 840_000, "purchased", "invoice"),
        ("Aino", "SIJ", Day(2023, 7, 31), -12_051, "purchased", "invoice"),  # half a cent goes away from zero
        (None, "SIJ", Day(2023, 6, 1), 840_000, None, "ledger"),
        (None, "SIJ", Day(2023, 7, 1), -10_050, None, "ledger"),
        (None, "unknown", Day(2023, 7, 1), 5_500, None, "ledger"),
    ],
    "capacity": [
        ("PERHE", Day(2023, 1, 1), "keskusta", "own", 24.0, 3.5, 18_000_000),
        ("PERHE", Day(2024, 1, 1), "keskusta", "own", None, 2.75, None),
        ("SIJ", Day(2023, 1, 1), None, "purchased", 6.0, None, 120_000_000),
    ],
    "workers": [
        ("T1", "PERHE", "keskusta", "fi", 1.0),
        ("T1", "PERHE", "keskusta", "sv", 1.0),
        ("T2", None, None, "fi", 0.5),
    ],
    "answers": [
        ("Aino", Day(2023, 2, 1), "kids", "start", "young", "mood", 3.0),
        ("Aino", Day(2023, 2, 1), "kids", "start", "young", "sleep", 2.5),
        ("Eero", Day(2024, 1, 10), "own", "start", None, "outlook", 3.0),
        ("Eero", Day(2024, 1, 10), "own", "start", None, "support", 4.0),
        ("Pekka", Day(2024, 2, 1), "own", "end", None, "outlook", 5.0),  # one question of two
    ],
    "survey": [
        # answered after the window, as self-assessments are; V9002 contradicts herself and is put aside
        ("V9001", Day(2025, 2, 3), "self", "leader", "keskusta", "aims", 4.0),
        ("V9001", Day(2025, 2, 3), "self", "leader", "keskusta", "roles", 4.5),
        ("K7001", None, "self", "partner", None, "roles", 4.0),
        ("K7001", None, "self", "partner", None, "works", 5.0),
        ("K7002", None, "self", "partner", None, "roles", 3.0),
    ],
    "needs": [
        ("Aino", Day(2023, 1, 20), "coping", "contact", "keskusta"),
        ("Aino", Day(2023, 2, 28), "schooling", "assessment", "keskusta"),
    ],
    "goals": [
        ("Aino", Day(2023, 3, 1), "PERHE", "schooling", "yes", Day(2023, 5, 31), "partly"),
        ("Eero", Day(2024, 1, 15), "PERHE", "coping", "no", None, None),
    ],
    "population": [
        ("keskusta", 2023, 0, 6, "female", 120),
        ("keskusta", 2023, 0, 6, "male", 131),
        ("pohjoinen", 2023, 7, 17, "female", 1204),
    ],
    "indicators": [
        ("127", "658", 2022, "total", 12.4, 530.0),
        ("127", "658", 2023, "total", 0.5, None),
        ("127", "658", 2023, "male", 13.25, 271.0),
        ("1240", "1", 2023, "female", None, 12.0),
    ],
    "regions": [
        ("658", "KUNTA", "Mallila", "Mallby", "Mallila", "1 902"),
        ("902", "HYVINVOINTIALUE", "Keski-Mallila", None, None, "1"),
        ("1", "MAA", "Koko maa", "Hela landet", "Whole country", None),
    ],
    "indicator_facts": [
        (
            "127",
            "Väestö 31.12.",
            "Folkmängd",
            "Population",
            "Väestö; vuoden lopussa",
            None,
            None,
            "Tilastokeskus",
            None,
            None,
            0,
            "2025-03-31",
        ),
    ],
    "services": [
        ("Perhetyö", "PERHE", "Familjearbete", None, "early", "social", "own", "day", 3_550),
        ("Neuvola", "NEUVOLA", "Rådgivning", None, "universal", "health", "own", "visit", 6_100),
        ("Sijaishuolto", "SIJ", "Vård utom hemmet", None, "corrective", "social", "purchased", "day", 128_000),
    ],
}

# file: read, used, merged, quarantined by rule, outside the window, blank
ACCOUNT: dict[str, tuple[int, int, int, dict[str, int], int, int]] = {
    "palvelut.csv": (4, 3, 0, {"KU305": 1}, 0, 0),  # a service without a level
    "vastaavuudet.csv": (2, 1, 0, {"KU305": 1}, 0, 0),  # one number says nothing
    "asiakkaat.csv": (5, 4, 0, {"KU313": 1}, 0, 0),
    "oppilaat.csv": (2, 1, 1, {}, 0, 0),  # Aino is known from the clients already
    "huoltajat.csv": (5, 3, 1, {"KU305": 1}, 0, 0),
    "asiakkuudet.csv": (7, 3, 0, {"KU306": 1, "KU311": 1, "KU312": 1}, 1, 0),
    "yhteydenotot.csv": (4, 3, 0, {"KU305": 1}, 0, 0),
    "kaynnit.csv": (5, 3, 0, {"KU308": 1}, 1, 0),
    "laskut.csv": (4, 2, 0, {"KU308": 1, "KU312": 1}, 0, 0),
    "kirjanpito.csv": (3, 3, 0, {}, 0, 0),
    "resurssit.csv": (3, 3, 0, {}, 0, 0),
    "tyontekijat.csv": (5, 3, 0, {"KU305": 1, "KU327": 1}, 0, 0),  # nobody's row, and a share of work in per cent
    "kysely_pitka.csv": (5, 2, 0, {"KU308": 1, "KU316": 2}, 0, 0),
    "kysely_lavea.csv": (4, 2, 0, {"KU308": 1}, 0, 1),  # somebody who answered nothing
    "itsearviointi.csv": (6, 2, 0, {"KU305": 2, "KU316": 2}, 0, 0),  # nobody's answer, and one for no group
    "kumppanikysely.csv": (3, 2, 0, {}, 0, 1),
    "tarpeet.csv": (3, 2, 0, {"KU305": 1}, 0, 0),
    "tavoitteet.csv": (3, 2, 0, {"KU306": 1}, 0, 0),
    "vaesto.csv": (4, 3, 0, {"KU318": 1}, 0, 0),
    "sotkanet.csv": (5, 4, 0, {"KU308": 1}, 0, 0),
    "sotkanet_alueet.csv": (4, 3, 0, {"KU305": 1}, 0, 0),
    "sotkanet_kuvaukset.csv": (2, 1, 0, {"KU305": 1}, 0, 0),
}


@pytest.fixture(scope="module")
def mallila(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mallila")
    write_mallila(folder)
    return folder


@pytest.fixture(scope="module")
def told(mallila: Path) -> tuple[Intake, dict[int, str]]:
    """What was read, and whom each pseudonym means."""
    intake, key = pipeline.read(load_study(mallila), progress=lambda _step, _done, _total: None)
    domains = (("client", PEOPLE), ("school", PUPILS), ("worker", WORKERS), ("respondent", RESPONDENTS))
    return intake, {
        pseudonym(number, key=key, domain=domain): name for domain, names in domains for name, number in names.items()
    }


def test_every_table_has_an_extract(mallila: Path) -> None:
    assert {source.table for source in load_study(mallila).sources} == set(TABLES)
    assert set(ACCOUNT) == set(FILES)


@pytest.mark.parametrize("name", sorted(WANTED))
def test_the_rows_are_right(name: str, told: tuple[Intake, dict[int, str]]) -> None:
    intake, names = told
    table = intake.tables[name]
    assert table.column_names == [stored_name(column) for column in TABLES[name].columns]
    people = {column for column, spec in TABLES[name].columns.items() if spec.kind == "id"}
    found = [
        tuple(names.get(value, value) if column in people else value for column, value in row.items())
        for row in table.to_pylist()
    ]
    assert sorted(found, key=str) == sorted(WANTED[name], key=str)


def test_clients_of_two_systems_are_one_person(told: tuple[Intake, dict[int, str]]) -> None:
    """Birth date and sex come from the code; Aino of the school is Aino of the clients."""
    intake, names = told
    found = {
        names[row["client"]]: (row["birth_date"], row["sex"], row["language"], row["area"])
        for row in intake.tables["clients"].to_pylist()
    }
    assert found == {
        "Aino": (Day(2006, 1, 1), "female", "fi", "keskusta"),
        "Eero": (Day(2012, 11, 15), "male", "fi", "keskusta"),
        "Liisa": (Day(1980, 3, 24), "female", None, "pohjoinen"),
        "Pekka": (Day(2016, 2, 29), "male", "sv", "pohjoinen"),
        "K78": (Day(2010, 5, 5), "male", None, None),
    }
    assert not {"identities", "family_links"} & set(intake.tables)  # used up in forming persons and families


def test_families_of_numbers_and_pairs(told: tuple[Intake, dict[int, str]]) -> None:
    """Aino and Eero share a mother; K78 and Aino a family number at school; Pekka's father has no row."""
    intake, names = told
    assert intake.families is not None
    families: dict[int, set[str]] = {}
    for row in intake.families.to_pylist():
        families.setdefault(row["family"], set()).add(names[row["client"]])
    assert sorted(map(sorted, families.values())) == [["Aino", "Eero", "K78", "Liisa"], ["Pekan isä", "Pekka"]]


def test_the_account_is_the_one_counted_by_hand(mallila: Path, shell: Shell) -> None:
    checked = shell("check", mallila, "--json")
    assert checked.returncode == 1, checked.stderr
    for row in json.loads(checked.stdout)["files"]:
        read, used, merged, quarantined, outside, blank = ACCOUNT[row["file"]]
        assert (row["read"], row["used"], sum(row["merged"].values())) == (read, used, merged), row["file"]
        assert (row["quarantined"], row["outside_window"], row["blank"]) == (quarantined, outside, blank), row["file"]
        assert read == used + merged + sum(quarantined.values()) + outside + blank
    assert "Salaliittolainen" not in checked.stdout + checked.stderr


def test_the_whole_run_reads_them_all(mallila: Path, shell: Shell) -> None:
    """Seven people are too few to publish anything: the report comes, and hides."""
    told = shell("run", mallila, "--no-png")
    assert told.returncode == 0, told.stderr
    assert "raportti.html" in told.stdout
    register = mallila / ".kumppanuus" / "register"
    assert set(WANTED) - {"services"} <= {path.stem for path in register.rglob("*")}
