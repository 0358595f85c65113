"""The same person under several numbers: linked by identity code or by a mapping file, never by guess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kumppanuus.register.store import build_register
from tests.intake.small import client, day, finding, read, rows, study_in

CODE = "131052-308T"  # a code of python-stdnum's own documentation
OTHER_CODE = "010594Y9032"
SOCIAL: dict[str, Any] = {
    "table": "clients", "files": ["social.csv"], "delimiter": ";",
    "columns": {"client": "Asiakas", "identity_code": "Hetu", "family": "Perhe", "area": "Alue"},
    "temporary_identity_codes": True,
}  # fmt: skip
SCHOOL: dict[str, Any] = {
    "table": "clients", "files": ["school.csv"], "delimiter": ";", "id_domain": "school",
    "columns": {"client": "Oppilas", "identity_code": "Hetu", "family": "Perhe"},
    "temporary_identity_codes": True,
}  # fmt: skip
SOCIAL_USE: dict[str, Any] = {
    "table": "relationships", "files": ["r_social.csv"], "delimiter": ";",
    "columns": {"client": "A", "service": "P", "start": "Alku", "end": "Loppu"},
}  # fmt: skip
SCHOOL_USE = SOCIAL_USE | {"files": ["r_school.csv"], "id_domain": "school"}
MAPPING: dict[str, Any] = {
    "table": "identities", "files": ["map.csv"], "delimiter": ";", "other_domain": "school",
    "columns": {"client": "Asiakas", "other": "Oppilas"},
}  # fmt: skip


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)


def test_two_systems_meet_in_the_identity_code(tmp_path: Path) -> None:
    write(
        tmp_path,
        social=f"Asiakas;Hetu;Perhe;Alue\n11;{CODE};;kanta\n12;{OTHER_CODE};F1;\n",
        school=f"Oppilas;Hetu;Perhe\n7;{CODE.lower()};S9\n8;;\n",
        r_social="A;P;Alku;Loppu\n11;koti;1.2.2020;\n",
        r_school="A;P;Alku;Loppu\n7;perhe;3.2.2020;\n8;perhe;4.2.2020;\n",
    )
    intake = read(tmp_path, SOCIAL, SCHOOL, SOCIAL_USE, SCHOOL_USE)
    used = {(row["client"], row["service"]) for row in rows(intake)}
    assert used == {(client("11"), "koti"), (client("11"), "perhe"), (client("8", "school"), "perhe")}
    known = {row["client"]: row for row in rows(intake, "clients")}
    assert set(known) == {client("11"), client("12"), client("8", "school")}
    # what only the other system knows fills the gap, the first system's word stays
    assert (known[client("11")]["family"], known[client("11")]["area"]) == (client("S9", "family:school"), "kanta")
    by_file = {account.file: account for account in intake.account}
    assert dict(by_file["school.csv"].merged) == {"same_person": 1}
    assert all(account.balanced for account in intake.account)
    assert (finding(intake, "KU421").file, finding(intake, "KU421").n) == ("school.csv", 1)


def test_a_mapping_file_links_where_no_code_stands(tmp_path: Path) -> None:
    write(
        tmp_path,
        map="Asiakas;Oppilas\n11;7\n12;\n",
        r_social="A;P;Alku;Loppu\n11;koti;1.2.2020;\n",
        r_school="A;P;Alku;Loppu\n7;perhe;3.2.2020;\n",
    )
    intake = read(tmp_path, SOCIAL_USE, SCHOOL_USE, MAPPING)
    assert len({row["client"] for row in rows(intake)}) == 1
    assert dict(next(a for a in intake.account if a.table == "identities").quarantined) == {"KU305": 1}
    assert "identities" not in intake.tables  # it ties people and is used up


def test_several_codes_of_one_number_link_nobody_unless_the_mapping_says_so(tmp_path: Path) -> None:
    write(
        tmp_path,
        social=f"Asiakas;Hetu;Perhe;Alue\n11;{CODE};;\n11;{OTHER_CODE};;\n",
        school=f"Oppilas;Hetu;Perhe\n7;{CODE};\n8;{OTHER_CODE};\n",
        codes=f"Vanha;Uusi\n{CODE};{OTHER_CODE}\n",
        r_school="A;P;Alku;Loppu\n7;perhe;3.2.2020;\n8;koti;4.2.2020;\n",
    )
    apart = read(tmp_path, SOCIAL, SCHOOL, SCHOOL_USE)
    assert len({row["client"] for row in rows(apart)}) == 2
    assert finding(apart, "KU420").n == 2
    codes = {
        "table": "identities", "files": ["codes.csv"], "delimiter": ";", "temporary_identity_codes": True,
        "columns": {"identity_code": "Vanha", "other_identity_code": "Uusi"},
    }  # fmt: skip
    together = read(tmp_path, SOCIAL, SCHOOL, SCHOOL_USE, codes)
    assert {row["client"] for row in rows(together)} == {client("11")}
    assert not [found for found in together.findings if found.code == "KU420"]


def test_temporary_codes_link_nobody_unless_accepted(tmp_path: Path) -> None:
    write(
        tmp_path,
        social=f"Asiakas;Hetu;Perhe;Alue\n11;{OTHER_CODE};;\n",
        school=f"Oppilas;Hetu;Perhe\n7;{OTHER_CODE};\n",
        r_school="A;P;Alku;Loppu\n7;perhe;3.2.2020;\n",
    )
    careful = {"temporary_identity_codes": False}
    apart = read(tmp_path, SOCIAL | careful, SCHOOL | careful, SCHOOL_USE)
    assert {row["client"] for row in rows(apart)} == {client("7", "school")}
    assert {found.code for found in apart.findings if found.code == "KU412"} == {"KU412"}
    linked = read(tmp_path, SOCIAL, SCHOOL, SCHOOL_USE)
    assert {row["client"] for row in rows(linked)} == {client("11")}


def test_people_who_differ_in_the_century_sign_stay_two(tmp_path: Path) -> None:
    write(
        tmp_path,
        social="Asiakas;Hetu;Perhe;Alue\n11;010594Y9032;;\n12;010594-9032;;\n",
        school="Oppilas;Hetu;Perhe\n7;010594-9032;\n",
        r_school="A;P;Alku;Loppu\n7;perhe;3.2.2020;\n",
    )
    intake = read(tmp_path, SOCIAL, SCHOOL, SCHOOL_USE)
    assert {row["client"] for row in rows(intake)} == {client("12")}


def test_one_person_twice_in_one_system_is_one_client(tmp_path: Path) -> None:
    write(
        tmp_path,
        social=f"Asiakas;Hetu;Perhe;Alue\n11;{CODE};F1;\n12;{CODE};F1;kanta\n",
        r_social="A;P;Alku;Loppu\n11;koti;1.2.2020;\n12;perhe;1.3.2020;\n",
    )
    intake = read(tmp_path, SOCIAL, SOCIAL_USE)
    assert len({row["client"] for row in rows(intake)}) == 1
    (person,) = rows(intake, "clients")
    assert (person["area"], person["birth_date"]) == ("kanta", day("1952-10-13"))


def test_families_of_two_systems_are_one_through_their_common_child(tmp_path: Path) -> None:
    write(
        tmp_path,
        social=f"Asiakas;Hetu;Perhe;Alue\n11;{CODE};F1;\n12;;F1;\n",
        school=f"Oppilas;Hetu;Perhe\n7;{CODE};S9\n8;;S9\n",
        r_social="A;P;Alku;Loppu\n11;koti;1.2.2020;\n12;koti;1.2.2020;\n",
        r_school="A;P;Alku;Loppu\n8;perhe;3.2.2020;\n",
    )
    intake = read(tmp_path, SOCIAL, SCHOOL, SOCIAL_USE, SCHOOL_USE)
    register = build_register(
        intake.tables, study_in(tmp_path, SOCIAL), tmp_path / "register", families=intake.families, buckets=2
    )
    import duckdb

    families = duckdb.execute("SELECT DISTINCT family FROM read_parquet($1)", [register.files("relationships")])
    assert len(families.fetchall()) == 1
