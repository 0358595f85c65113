"""Every rule on rows written by hand: one good row beside the bad one, which alone is put aside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kumppanuus.errors import InputError, StudyError
from tests.intake.small import (
    CLIENTS,
    HEADER,
    RELATIONSHIPS,
    client,
    day,
    finding,
    only,
    read,
    read_text,
    rows,
    study_in,
)

GOOD = "1001;perhe;1.2.2020;28.2.2020\n"


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ("1002;perhe;1.2.2020", "KU301"),
        ("1002;perhe;1.2.2020;;", "KU301"),
        ('1002;"per"he;1.2.2020;', "KU302"),
        ('1002;"perhe;1.2.2020;', "KU302"),
        ("1002;per\x00he;1.2.2020;", "KU304"),
        ("1002;perhe\x1b;1.2.2020;", "KU304"),
        (";perhe;1.2.2020;", "KU305"),
        ("1002; \u00a0;1.2.2020;", "KU305"),
        ("1002;perhe;;1.3.2020", "KU305"),
        ("1002;perhe;31.2.2020;", "KU306"),
        ("1002;perhe;29.2.2021;", "KU306"),
        ("1002;perhe;2020-02-01;", "KU306"),
        ("1002;perhe;1.2.0020;", "KU306"),
        ("1002;perhe;31.12.9999;", "KU306"),
        ("1002;perhe;43862;", "KU306"),
        ("1002;perhe;1.2.20;", "KU307"),
        ("1002;perhe;1.2.2020;1.3.20", "KU307"),
        ("1002;perhe;1.2.2020;31.1.2020", "KU309"),
        ("Yhteensä;;;", "KU312"),
        ("SUMMA: 2 kpl;perhe;1.2.2020;", "KU312"),
        (";Totalt;1.2.2020;", "KU312"),
        (";;Yhteensä 2;", "KU312"),
        (f"1002;{'x' * 10_001};1.2.2020;", "KU317"),
    ],
)
def test_a_bad_row_is_put_aside_with_its_rule(tmp_path: Path, bad: str, rule: str) -> None:
    intake = read_text(tmp_path, HEADER + GOOD + bad + "\n" + "1003;koti;3.3.2020;\n")
    account = only(intake)
    assert (account.read, account.used, dict(account.quarantined)) == (3, 2, {rule: 1})
    found = finding(intake, rule)
    assert (found.severity, found.n, found.example_row, found.accepted) == ("error", 1, 3, False)


@pytest.mark.parametrize("rule", ["KU305", "KU306"])
def test_a_finding_can_be_accepted(tmp_path: Path, rule: str) -> None:
    bad = ";perhe;1.2.2020;\n1002;perhe;31.2.2020;\n"
    (tmp_path / "r.csv").write_text(HEADER + GOOD + bad)
    intake = read(tmp_path, RELATIONSHIPS, check={"accept": {rule: "tiedossa"}})
    assert {f.code: f.accepted for f in intake.findings} == {"KU305": rule == "KU305", "KU306": rule == "KU306"}


def test_values_become_what_the_study_says(tmp_path: Path) -> None:
    intake = read_text(
        tmp_path, HEADER + " 0091 ;\u00a0perhe; 01.02.2020;\u202f28.2.2020\nA-7;koti;1.3.2020;31.12.9999\n"
    )
    assert sorted(rows(intake), key=lambda row: row["service"]) == [
        dict.fromkeys(("end_reason", "production", "area", "worker", "recorded"))
        | {"client": client("A-7"), "service": "koti", "start": day("2020-03-01"), "end": None},
        dict.fromkeys(("end_reason", "production", "area", "worker", "recorded"))
        | {"client": client("0091"), "service": "perhe", "start": day("2020-02-01"), "end": day("2020-02-29")},
    ]


@pytest.mark.parametrize(("date_format", "text"), [
    ("dd.mm.yyyy", "01.02.2020"), ("dd/mm/yyyy", "1/2/2020"), ("mm/dd/yyyy", "02/01/2020"),
    ("yyyy-mm-dd", "2020-02-01"), ("yyyymmdd", "20200201"), ("dd-mm-yyyy", "01-02-2020"),
])  # fmt: skip
def test_a_date_is_read_by_its_declared_format_only(tmp_path: Path, date_format: str, text: str) -> None:
    intake = read_text(tmp_path, f"{HEADER}1;perhe;{text};\n", date_format=date_format)
    assert rows(intake)[0]["start"] == day("2020-02-01")


def test_only_declared_texts_mean_missing(tmp_path: Path) -> None:
    text = HEADER + "1;perhe;1.2.2020;NULL\n2;perhe;1.2.2020;-\n3;perhe;1.2.2020;NA\n"
    account = only(read_text(tmp_path, text, missing=["NULL", "-"]))
    assert (account.used, dict(account.quarantined)) == (2, {"KU306": 1})


def test_an_end_that_is_the_first_day_after_stays_and_zero_length_is_put_aside(tmp_path: Path) -> None:
    text = HEADER + "1;perhe;1.2.2020;1.3.2020\n2;perhe;1.2.2020;1.2.2020\n3;perhe;1.2.2020;31.1.2020\n"
    intake = read_text(tmp_path, text, end_is="first_day_after")
    assert [row["end"] for row in rows(intake)] == [day("2020-03-01")]
    assert dict(only(intake).quarantined) == {"KU309": 1, "KU315": 1}


def test_a_relationship_of_one_day_lasts_one_day(tmp_path: Path) -> None:
    intake = read_text(tmp_path, HEADER + "1;perhe;1.2.2020;1.2.2020\n")
    assert [(row["start"], row["end"]) for row in rows(intake)] == [(day("2020-02-01"), day("2020-02-02"))]


def test_unknown_codes_are_kept_as_unknown_and_counted(tmp_path: Path) -> None:
    columns = RELATIONSHIPS["columns"] | {"area": "Alue", "end_reason": "Syy", "production": "Tapa"}
    text = (
        "Asiakas;Palvelu;Alku;Loppu;Alue;Syy;Tapa\n"
        "1;Salainen;1.2.2020;;Kantis;Muutti;own\n"
        "2;perhe;1.2.2020;;Muualla;vapaata tekstiä;Oma\n"
        "3;koti;1.2.2020;;;;Osto\n"
    )
    values = {"area": {"Kantis": "kanta"}, "end_reason": {"Muutti": "moved"}, "production": {"Oma": "own"}}
    intake = read_text(tmp_path, text, columns=columns, values=values)
    kept = {(r["service"], r["area"], r["end_reason"], r["production"]) for r in rows(intake)}
    assert kept == {
        ("unknown", "kanta", "moved", "own"),
        ("perhe", "unknown", "unknown", "own"),
        ("koti", None, None, "unknown"),
    }
    found = [(f.column, f.n, f.example_row) for f in intake.findings if f.code == "KU401"]
    assert found == [("area", 1, 3), ("end_reason", 1, 3), ("production", 1, 4), ("service", 1, 2)]


def test_a_mapped_word_is_no_totals_row(tmp_path: Path) -> None:
    text = HEADER + ";Total care;1.2.2020;\n1;Total care;1.2.2020;\n"
    intake = read_text(tmp_path, text, values={"service": {"Total care": "koti"}})
    assert dict(only(intake).quarantined) == {"KU305": 1}


def test_composed_and_decomposed_texts_are_the_same_word(tmp_path: Path) -> None:
    columns = RELATIONSHIPS["columns"] | {"service": "Pa\u0308ätös"}
    text = "asiakas ;  PÄÄTÖS;Alku;Loppu\n1;Perhetyo\u0308;1.2.2020;\n"
    intake = read_text(tmp_path, text, columns=columns, values={"service": {"Perhetyö": "perhe"}})
    assert rows(intake)[0]["service"] == "perhe"


def test_the_window_keeps_what_touches_it(tmp_path: Path) -> None:
    text = HEADER + (
        "1;perhe;1.1.2019;31.12.2019\n"  # ends the day before the window
        "2;perhe;1.1.2019;1.1.2020\n"
        "3;perhe;31.12.2021;\n"
        "4;perhe;1.1.2022;\n"  # starts the day after
        "5;perhe;1.1.2021;1.1.2022\n"  # ends after it: kept as it is
    )
    intake = read_text(tmp_path, text)
    assert {row["client"] for row in rows(intake)} == {client("2"), client("3"), client("5")}
    assert only(intake).outside_window == 2
    assert finding(intake, "KU407").n == 1


CLIENT_HEADER = "Asiakas;Syntynyt;Sukupuoli;Perhe\n"


def test_a_relationship_before_birth_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(CLIENT_HEADER + "1;2.2.2020;female;F1\n2;;male;\n")
    (tmp_path / "r.csv").write_text(
        HEADER + "1;perhe;1.2.2020;\n1;koti;2.2.2020;\n2;koti;2.2.2020;\n3;koti;2.2.2020;\n"
    )
    intake = read(tmp_path, RELATIONSHIPS, CLIENTS)
    assert intake.totals()["relationships"] == {
        "read": 4, "used": 3, "merged": 0, "quarantined": 1, "outside_window": 0, "blank": 0
    }  # fmt: skip
    assert finding(intake, "KU311").example_row == 2
    assert finding(intake, "KU406").n == 1
    assert {(r["client"], r["family"]) for r in rows(intake, "clients")} == {
        (client("1"), client("F1", "family")),
        (client("2"), None),
    }


IDENTITY = CLIENTS | {"columns": {"client": "Asiakas", "identity_code": "Hetu", "birth_date": "Syntynyt"}}


def test_identity_codes_give_birth_and_sex_and_bad_ones_put_the_row_aside(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "Asiakas;Hetu;Syntynyt\n1;131052-308T;\n2;010594y9032;\n3;010115-123A;\n4;;3.4.2010\n5;020594X903P;\n"
    )
    intake = read(tmp_path, IDENTITY)
    known = {r["client"]: (r["birth_date"], r["sex"]) for r in rows(intake, "clients")}
    assert known == {
        client("1"): (day("1952-10-13"), "female"),
        client("2"): (day("1994-05-01"), "male"),
        client("4"): (day("2010-04-03"), None),
        client("5"): (day("1994-05-02"), "male"),
    }
    assert dict(only(intake).quarantined) == {"KU313": 1}
    assert (finding(intake, "KU412").n, finding(intake, "KU412").example_row) == (2, 3)

    accepted = read(tmp_path, IDENTITY | {"temporary_identity_codes": True})
    known = {r["client"]: (r["birth_date"], r["sex"]) for r in rows(accepted, "clients")}
    assert known[client("2")] == (day("1994-05-01"), "male")
    assert not [found for found in accepted.findings if found.code == "KU412"]
    assert only(accepted).used == 4


def test_people_who_differ_in_the_century_sign_alone_stay_apart(tmp_path: Path) -> None:
    """131052-308T and 131052A308T: the sign is not part of the checksum."""
    source = CLIENTS | {"columns": {"client": "Hetu", "identity_code": "Hetu"}}
    relationships = RELATIONSHIPS | {"columns": RELATIONSHIPS["columns"] | {"client": "Hetu"}}
    (tmp_path / "c.csv").write_text("Hetu\n131052-308T\n131052A308T\n")
    (tmp_path / "r.csv").write_text(
        "Hetu;Palvelu;Alku;Loppu\n131052-308t;perhe;1.2.2020;\n131052-308X;perhe;1.2.2020;\n"
    )
    intake = read(tmp_path, source, relationships, window={"from": "2020-01-01", "to": "2060-12-31"})
    assert {(r["client"], r["birth_date"]) for r in rows(intake, "clients")} == {
        (client("131052-308T"), day("1952-10-13")),
        (client("131052A308T"), day("2052-10-13")),
    }
    assert [r["client"] for r in rows(intake)] == [client("131052-308T")]
    assert intake.account[1].quarantined == {"KU313": 1}


VISITS = {"table": "visits", "files": ["v.csv"], "delimiter": ";"}
COSTS = {"table": "costs", "files": ["k.csv"], "delimiter": ";"}
POPULATION = {"table": "population", "files": ["p.csv"], "delimiter": ";"}


def test_visits_count_one_by_default_and_two_a_day_are_real(tmp_path: Path) -> None:
    columns = {"client": "A", "service": "P", "date": "D", "visits": "N"}
    (tmp_path / "v.csv").write_text("A;P;D;N\n1;koti;1.2.2020;\n1;koti;1.2.2020;\n1;koti;2.2.2020;1 200,0\n1;koti;2.2.2020;-1\n1;koti;2.2.2020;1,5\n1;koti;1.1.2022;1\n")  # fmt: skip  # noqa: E501
    intake = read(tmp_path, VISITS | {"columns": columns})
    assert [r["visits"] for r in rows(intake, "visits")] == [1, 1, 1200]
    account = only(intake)
    assert (dict(account.quarantined), account.outside_window) == ({"KU308": 2}, 1)


def test_costs_are_exact_cents(tmp_path: Path) -> None:
    texts = ["1 234,565", "-0,005", "0,1", "1\u00a0000\u202f000", "\u221212,5", "0,004999999999", "2.5", "12e3", "1,"]
    lines = "".join(f"koti;1.2.2020;{text}\n" for text in texts)
    (tmp_path / "k.csv").write_text("P;D;E\n" + lines + "Yhteensä;;12\n", encoding="utf-8")
    intake = read(tmp_path, COSTS | {"columns": {"service": "P", "date": "D", "cost_eur": "E"}})
    assert [r["cost_cents"] for r in rows(intake, "costs")] == sorted([123457, -1, 10, 100_000_000, -1250, 0])
    assert dict(only(intake).quarantined) == {"KU308": 3, "KU312": 1}


def test_decimal_point_is_read_where_the_study_says_so(tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text("P;D;E\nkoti;1.2.2020;2.5\nkoti;1.2.2020;2,5\n")
    intake = read(tmp_path, COSTS | {"decimal": ".", "columns": {"service": "P", "date": "D", "cost_eur": "E"}})
    assert [r["cost_cents"] for r in rows(intake, "costs")] == [250]
    assert dict(only(intake).quarantined) == {"KU308": 1}


def test_population_rows_have_one_key(tmp_path: Path) -> None:
    columns = {"area": "A", "year": "V", "age_from": "I", "age_to": "J", "persons": "N"}
    (tmp_path / "p.csv").write_text("A;V;I;J;N\nkanta;2020;0;6;700\nkanta;2020;0;6;700\n;2020;0;6;800\n;2020;0;6;801\n;2020;9;6;8\n;2020;7;12;99999999999\n")  # fmt: skip  # noqa: E501
    intake = read(tmp_path, POPULATION | {"columns": columns})
    assert [tuple(r.values()) for r in rows(intake, "population")] == [("kanta", 2020, 0, 6, None, 700)]
    account = only(intake)
    assert dict(account.quarantined) == {"KU308": 1, "KU316": 2, "KU318": 1}
    assert dict(account.merged) == {"duplicate": 1}


def test_numbers_that_a_spreadsheet_has_eaten_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, HEADER + GOOD + "1,23457E+11;perhe;1.2.2020;\n")
    assert (caught.value.code, caught.value.facts["row"], caught.value.facts["column"]) == ("KU109", 3, "client")


@pytest.mark.parametrize(("change", "code"), [
    ({"columns": {"client": "A", "service": "P"}}, "KU218"),
    ({"columns": RELATIONSHIPS["columns"] | {"colour": "P"}}, "KU218"),
    ({"id_domain": "family"}, "KU219"),
    ({"values": {"service": {"Perhetyö": "perhetyoo"}}}, "KU220"),
])  # fmt: skip
def test_settings_that_no_file_could_mend(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    with pytest.raises(StudyError) as caught:
        read_text(tmp_path, HEADER + GOOD, **change)
    assert caught.value.code == code


def test_numbers_of_different_systems_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(HEADER + GOOD)
    (tmp_path / "s.csv").write_text(HEADER + GOOD)
    intake = read(tmp_path, RELATIONSHIPS, RELATIONSHIPS | {"files": ["s.csv"], "id_domain": "school"})
    assert {r["client"] for r in rows(intake)} == {client("1001"), client("1001", "school")}
    assert study_in(tmp_path, RELATIONSHIPS).sources[0].id_domain == "client"
