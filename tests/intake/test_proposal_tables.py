"""Every canonical table is recognised, and what a table's own ways of being written are."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from kumppanuus.intake.account import Intake
from kumppanuus.intake.extracts import read_extracts
from kumppanuus.intake.proposal import Proposal, propose
from kumppanuus.intake.vocabulary import EXACT, plain, vocabulary
from kumppanuus.register.codes import CONTACT_OUTCOMES, LEVELS, OUTCOMES
from kumppanuus.register.tables import TABLES
from kumppanuus.study import Source, Study
from tests.intake.made_extracts import (
    CLIENTS,
    SERVICES,
    day,
    every_table,
    identity_code,
    service_catalogue,
    sotkanet,
    write,
)
from tests.intake.small import KEY
from tests.intake.test_proposal import loaded, proposed, say, source_of


def sources_of(study: Study, table: str) -> dict[str, Source]:
    return {source.files[0]: source for source in study.sources if source.table == table}


def read(folder: Path, study: Study) -> Intake:
    return read_extracts(study, KEY, quarantine=folder / "state" / "quarantine")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Proposal, Study]:
    folder = tmp_path_factory.mktemp("kaikki")
    every_table(folder)
    proposal = propose(folder, say())
    return folder, proposal, loaded(folder, proposal)


def test_every_table_is_recognised_for_sure(whole: tuple[Path, Proposal, Study]) -> None:
    tables = {source.files[0].split(".")[0]: source.table for source in whole[2].sources}
    assert tables == {
        "asiakkuudet_2021-2023": "relationships", "asiakkaat": "clients", "huoltajat": "family_links",
        "vastaavuudet": "identities", "yhteydenotot": "contacts", "käynnit": "visits", "laskut": "costs",
        "kirjanpito": "costs", "kapasiteetti": "capacity", "työntekijät": "workers", "kysely": "answers",
        "mittarit": "answers", "henkilöstökysely": "survey", "itsearviointi": "survey",
        "tarpeet": "needs", "tavoitteet": "goals", "väestö": "population", "sotkanet": "indicators",
        "sotkanet_alueet": "regions", "sotkanet_kuvaukset": "indicator_facts",
    }  # fmt: skip
    assert all(line.endswith(", varma") for line in whole[1].told)
    assert whole[1].todo == 0


def test_what_is_sure_is_read_without_a_fault(whole: tuple[Path, Proposal, Study]) -> None:
    intake = read(whole[0], whole[2])
    assert not [finding.code for finding in intake.findings if finding.severity == "error"]
    assert "KU401" not in {finding.code for finding in intake.findings}  # every code is known
    used = {account.file: account.used for account in intake.account}
    assert all(account.used == account.read for account in intake.account), used
    assert intake.tables["answers"].num_rows == 60 * 3 - 1 + 20 * 5


def test_columns_of_contacts_goals_and_needs(whole: tuple[Path, Proposal, Study]) -> None:
    assert source_of(whole[2], "contacts").columns == {
        "client": "Asiakasnro", "date": "Saapunut", "kind": "Yhteydenoton tyyppi", "sender": "Ilmoittaja",
        "decided": "Päätös pvm", "assessed": "Arviointi valmis", "outcome": "Lopputulos",
    }  # fmt: skip
    goals = source_of(whole[2], "goals")
    assert goals.columns == {
        "client": "Asiakasnro", "date": "Tavoite asetettu", "need": "Tuen tarve",
        "with_family": "Yhdessä perheen kanssa", "assessed": "Arvioitu", "outcome": "Toteutui",
    }  # fmt: skip
    assert goals.values["outcome"] == {"osittain": "partly", "toteutui": "met"}
    assert goals.values["with_family"] == {"ei": "no", "kyllä": "yes"}
    assert source_of(whole[2], "contacts").values["kind"] == {"Hakemus": "application", "Lähete": "referral"}
    assert source_of(whole[2], "needs").values["stage"] == {"Arviointi": "assessment", "Suunnitelma": "plan"}


def test_languages_of_clients_and_workers(whole: tuple[Path, Proposal, Study]) -> None:
    workers, clients = source_of(whole[2], "workers"), source_of(whole[2], "clients")
    assert workers.columns == {"worker": "Työntekijä", "language": "Työkieli", "fte": "HTV"}
    assert workers.values["language"] == {"ruotsi": "sv", "suomi": "fi"}
    assert clients.columns["language"] == "Äidinkieli"
    assert clients.values["language"] == {"Ruotsi": "sv", "suomi": "fi"}


def test_a_wide_questionnaire_has_questions_and_a_long_one_columns(whole: tuple[Path, Proposal, Study]) -> None:
    answers = sources_of(whole[2], "answers")
    wide, long = answers["kysely.csv"], answers["mittarit.csv"]
    assert wide.questions == {
        "Luotan tulevaisuuteen (1-5)": "luotan_tulevaisuuteen",
        "Tukea on riittävästi (1-5)": "tukea_on_riittavasti",
        "Oma elämäntilanne (1-10)": "oma_elamantilanne",
    }
    assert wide.columns == {"client": "Asiakasnro", "date": "Vastauspäivä", "phase": "Vaihe"}
    assert wide.missing == ("", "-")
    assert not long.questions
    assert (long.columns["question"], long.columns["answer"]) == ("Kysymys", "Vastaus")
    assert long.values["question"] == {str(n): str(n) for n in range(1, 6)}


def test_a_survey_of_staff_is_told_from_answers_of_clients(whole: tuple[Path, Proposal, Study]) -> None:
    survey = sources_of(whole[2], "survey")
    wide, long = survey["henkilöstökysely.csv"], survey["itsearviointi.csv"]
    assert wide.columns == {
        "respondent": "Vastaajan numero", "respondent_group": "Vastaajaryhmä", "date": "Vastattu",
    }  # fmt: skip
    assert wide.questions == {
        "Johtaminen on selkeää": "johtaminen_on_selkeaa", "Tieto kulkee hyvin": "tieto_kulkee_hyvin",
    }  # fmt: skip
    groups = {"Esihenkilö": "leader", "Kumppani": "partner", "Työntekijä": "worker"}
    assert wide.values["respondent_group"] == long.values["respondent_group"] == groups
    assert long.columns["respondent"] == "Vastausnumero"
    assert long.values["question"] == {f"J{n}": f"j{n}" for n in range(1, 4)}
    (asked,) = whole[2].questionnaires
    assert [(item.code, item.text.fi, item.theme) for item in asked.items][1:3] == [
        ("tieto_kulkee_hyvin", "Tieto kulkee hyvin", "kaikki"), ("j1", "J1", "kaikki")
    ]  # fmt: skip


def test_invoices_and_the_ledger_are_told_apart(whole: tuple[Path, Proposal, Study], tmp_path: Path) -> None:
    costs = sources_of(whole[2], "costs")
    assert costs["laskut.csv"].constants == {"book": "invoice"}
    assert costs["kirjanpito.csv"].constants == {"book": "ledger"}
    write(tmp_path, "laskut.csv", "Palvelu;Laskupvm;Summa", [("Perhetyö", day(n), "9,50") for n in range(9)])
    assert not source_of(proposed(tmp_path), "costs").constants  # one kind only: nothing to tell apart


def test_sotkanet_as_downloaded(tmp_path: Path) -> None:
    sotkanet(tmp_path)
    proposal = propose(tmp_path, say())
    source = source_of(loaded(tmp_path, proposal), "indicators")
    assert source.columns == {
        "indicator": "indicator", "region": "region", "year": "year", "gender": "gender", "value": "primary.value",
        "absolute": "absolute.value",
    }  # fmt: skip
    assert (source.decimal, source.delimiter, source.values) == (".", ";", {})
    assert "# [peers]\n# region = " in proposal.text  # nobody but the user knows whom to compare with
    assert proposal.told == ("sotkanet.csv: Tunnusluvut, 18 riviä, varma",)


def test_whole_numbers_of_sotkanet_keep_the_decimal_point(tmp_path: Path) -> None:
    header = "indicator;region;year;gender;primary.value;absolute.value"
    write(tmp_path, "data.csv", header, [(1086, 5, 2020 + n, "total", n, 300) for n in range(4)])
    assert source_of(proposed(tmp_path), "indicators").decimal == "."


def test_a_service_catalogue_takes_the_place_of_listed_services(tmp_path: Path) -> None:
    every_table(tmp_path)
    service_catalogue(tmp_path)
    study = proposed(tmp_path)
    catalogue = source_of(study, "services")
    assert set(catalogue.columns) == {"service", "code", "level", "sector", "unit", "unit_cost_eur"}
    assert set(catalogue.values["level"].values()) == set(LEVELS)
    assert not study.services
    assert "service" not in source_of(study, "relationships").values
    intake = read(tmp_path, study)
    assert set(intake.tables["relationships"]["service"].to_pylist()) == {"S0", "S1", "S2", "S3"}


def test_a_service_that_the_catalogue_lacks_is_listed(tmp_path: Path) -> None:
    service_catalogue(tmp_path)
    rows = [(n, ("PERHETYÖ", "Perhekahvila")[n % 2], day(n), "") for n in range(20)]
    write(tmp_path, "asiakkuudet.csv", "Asiakas;Palvelu;Alkoi;Päättyi", rows)
    study = proposed(tmp_path)
    assert [service.name.fi for service in study.services] == ["Perhekahvila"]
    assert source_of(study, "relationships").values["service"] == {"PERHETYÖ": "S0", "Perhekahvila": "perhekahvila"}


class TestOneService:
    """An extract about a single service has no column for it."""

    def test_the_name_of_a_known_service_is_sure(self, tmp_path: Path) -> None:
        rows = [(n, SERVICES[n % 4], day(n), "") for n in range(20)]
        write(tmp_path, "asiakkuudet.csv", "Asiakas;Palvelu;Alkoi;Päättyi", rows)
        write(tmp_path, "kaynnit_perhetyo_2022.csv", "Asiakas;Käyntipäivä", [(n, day(n)) for n in range(20)])
        proposal = propose(tmp_path, say())
        visits = source_of(loaded(tmp_path, proposal), "visits")
        assert visits.constants == {"service": "perhetyo"}
        assert "kaynnit_perhetyo_2022.csv: Käynnit, 20 riviä, varma" in proposal.told
        assert 'service = "perhetyo"                  # varma: tiedoston tai taulukon nimi' in proposal.text

    def test_a_name_with_a_word_of_services_is_likely(self, tmp_path: Path) -> None:
        write(tmp_path, "Puheterapia käynnit 2022.csv", "Asiakas;Käyntipäivä", [(n, day(n)) for n in range(20)])
        proposal = propose(tmp_path, say())
        study = loaded(tmp_path, proposal)
        assert source_of(study, "visits").constants == {"service": "puheterapia"}
        assert [(s.name.fi, s.level, s.unit) for s in study.services] == [("Puheterapia", "special", "visit")]
        assert proposal.told[0].endswith("melko varma")

    def test_a_sheet_tells_too(self, tmp_path: Path) -> None:
        with xlsxwriter.Workbook(tmp_path / "käynnit.xlsx") as book:
            sheet = book.add_worksheet("Perheneuvola")
            for n, row in enumerate([("Asiakas", "Käyntipäivä"), *((n, day(n)) for n in range(9))]):
                sheet.write_row(n, 0, row)
        assert source_of(proposed(tmp_path), "visits").constants == {"service": "perheneuvola"}

    @pytest.mark.parametrize("name", ["käynnit.csv", "käynnit_2022.csv", "käynnit_viljakkala.csv"])
    def test_any_other_name_is_to_be_filled_in(self, name: str, tmp_path: Path) -> None:
        write(tmp_path, name, "Asiakas;Käyntipäivä", [(n, day(n)) for n in range(20)])
        proposal = propose(tmp_path, say())
        visits = source_of(loaded(tmp_path, proposal), "visits")
        assert (visits.constants, visits.columns["service"]) == ({}, "TODO")
        assert proposal.told[0].endswith("epävarma, katso TODO-kohdat; puuttuu: palvelu")

    def test_two_services_in_a_name_tell_neither(self, tmp_path: Path) -> None:
        rows = [(n, SERVICES[n % 4], day(n), "") for n in range(20)]
        write(tmp_path, "asiakkuudet.csv", "Asiakas;Palvelu;Alkoi;Päättyi", rows)
        write(tmp_path, "perhetyö ja sijaishuolto käynnit.csv", "Asiakas;Käyntipäivä", [(n, day(n)) for n in range(20)])
        assert source_of(proposed(tmp_path), "visits").columns["service"] == "TODO"


def test_services_are_known_by_their_names_when_the_header_tells_nothing(tmp_path: Path) -> None:
    rows = [(n, SERVICES[n % 4], day(n)) for n in range(20)]
    write(tmp_path, "käynnit.csv", "Asiakas;X1;Käyntipäivä", rows)
    proposal = propose(tmp_path, say())
    assert source_of(loaded(tmp_path, proposal), "visits").columns["service"] == "X1"
    assert "arvojen muoto" in next(line for line in proposal.text.splitlines() if '"X1"' in line)


class TestNumbersOfSystems:
    """The same number in two systems is not the same person."""

    def test_pupils_numbers_get_a_domain_that_the_mapping_joins(self, tmp_path: Path) -> None:
        rows = [(c, SERVICES[0], day(n), "") for n, c in enumerate(CLIENTS)]
        write(tmp_path, "asiakkuudet.csv", "Asiakasnumero;Palvelu;Alkoi;Päättyi", rows)
        pupils = [(7000 + n, "Koulukuraattori", day(n)) for n in range(60)]
        write(tmp_path, "koulu_käynnit.csv", "Oppilasnumero;Palvelu;Käyntipäivä", pupils)
        write(
            tmp_path, "vastaavuudet.csv", "Asiakasnumero;Oppilasnumero", [(c, 7000 + n) for n, c in enumerate(CLIENTS)]
        )
        study = proposed(tmp_path)
        assert source_of(study, "relationships").id_domain == "client"
        assert source_of(study, "visits").id_domain == "school"
        mapping = source_of(study, "identities")
        assert (mapping.id_domain, mapping.other_domain) == ("client", "school")
        tables = read(tmp_path, study).tables
        assert set(tables["visits"]["client"].to_pylist()) == set(tables["relationships"]["client"].to_pylist())

    def test_identity_codes_beside_numbers_are_joined_by_them(self, tmp_path: Path) -> None:
        people = [(c, identity_code(n)) for n, c in enumerate(CLIENTS)]
        write(tmp_path, "asiakkaat.csv", "Asiakasnumero;Henkilötunnus", people)
        write(
            tmp_path,
            "asiakkuudet.csv",
            "Asiakasnumero;Palvelu;Alkoi;Päättyi",
            [(c, SERVICES[0], day(1), "") for c in CLIENTS],
        )
        write(tmp_path, "käynnit.csv", "Hetu;Palvelu;Käyntipvm", [(code, SERVICES[0], day(2)) for _, code in people])
        study = proposed(tmp_path)
        assert source_of(study, "visits").id_domain == "hetu"
        assert source_of(study, "visits").temporary_identity_codes
        within = [source for source in study.sources if source.table == "clients" and source.id_domain == "hetu"]
        assert [source.columns for source in within] == [{"client": "Hetu", "identity_code": "Hetu"}]
        tables = read(tmp_path, study).tables
        assert set(tables["visits"]["client"].to_pylist()) == set(tables["relationships"]["client"].to_pylist())

    def test_one_system_alone_needs_no_domain(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            "käynnit.csv",
            "Oppilasnumero;Palvelu;Käyntipvm",
            [(n, "Koulukuraattori", day(n)) for n in range(9)],
        )
        assert source_of(proposed(tmp_path), "visits").id_domain == "client"


def test_guardians_beside_the_clients_form_families(tmp_path: Path) -> None:
    rows = [(c, identity_code(n), f"9{n // 2:04}") for n, c in enumerate(CLIENTS)]
    write(tmp_path, "asiakkaat.csv", "Asiakasnumero;Henkilötunnus;Huoltajan numero", rows)
    study = proposed(tmp_path)
    assert source_of(study, "clients").columns == {"client": "Asiakasnumero", "identity_code": "Henkilötunnus"}
    assert source_of(study, "family_links").columns == {"client": "Asiakasnumero", "guardian": "Huoltajan numero"}


def test_names_of_guardians_are_no_numbers(tmp_path: Path) -> None:
    rows = [(c, identity_code(n), f"Huoltaja {'ABCDE'[n % 5]}") for n, c in enumerate(CLIENTS)]
    write(tmp_path, "asiakkaat.csv", "Asiakasnumero;Henkilötunnus;Huoltaja", rows)
    assert [source.table for source in proposed(tmp_path).sources] == ["clients"]


HEADER = "Asiakas;Palvelu;Alkoi;Päättyi"


class TestVersions:
    """What several files of one register are to each other."""

    def test_corrections_join_the_extract_they_mend(self, tmp_path: Path) -> None:
        rows = [(n, "Perhetyö", day(n, 2021), "") for n in range(30)]
        write(tmp_path, "asiakkuudet_2021.csv", HEADER, rows)
        write(tmp_path, "asiakkuudet_korjaukset.csv", HEADER, [(*row[:3], "31.12.2021") for row in rows[:5]])
        study = proposed(tmp_path)
        source = source_of(study, "relationships")
        assert source.files == ("asiakkuudet_2021.csv", "asiakkuudet_korjaukset.csv")
        assert (source.files_are, source.order) == ("corrections", "listed")
        ends = read(tmp_path, study).tables["relationships"]["end"]
        assert ends.null_count == 25

    def test_corrections_alone_are_an_extract(self, tmp_path: Path) -> None:
        write(tmp_path, "asiakkuudet_korjaukset.csv", HEADER, [(n, "Perhetyö", day(n), "") for n in range(9)])
        assert source_of(proposed(tmp_path), "relationships").files_are == "parts"

    def test_full_extracts_repeat_what_had_ended(self, tmp_path: Path) -> None:
        old = [(n, "Perhetyö", day(n, 2020), day(n, 2021) if n % 2 else "") for n in range(60)]
        new = [(n + 100, "Perhetyö", day(n, 2022), "") for n in range(10)]
        write(tmp_path, "ote_2021.csv", HEADER, old)
        write(tmp_path, "ote_2022.csv", HEADER, [*old, *new])
        proposal = propose(tmp_path, say())
        assert source_of(loaded(tmp_path, proposal), "relationships").files_are == "full"
        write(tmp_path, "ote_2022.csv", HEADER, [*(row for row in old if not row[3]), *new])
        assert source_of(proposed(tmp_path), "relationships").files_are == "snapshots"


def test_a_row_of_units_is_told_and_spoils_no_guess(tmp_path: Path) -> None:
    rows = [("", "(teksti)", "(pvm)", "(eur)"), *((n, "Perhetyö", day(n), f"{n},50") for n in range(4))]
    write(tmp_path, "laskut.csv", "Asiakas;Palvelu;Laskupvm;Summa", rows)
    proposal = propose(tmp_path, say())
    source = source_of(loaded(tmp_path, proposal), "costs")
    assert source.header_row == 1
    assert "Otsikon alla on rivi, jolla on vain yksiköitä" in proposal.text
    assert proposal.told == ("laskut.csv: Kustannukset, 4 riviä, varma",)
    (account,) = read(tmp_path, loaded(tmp_path, proposal)).account
    assert (account.used, account.quarantined_total) == (4, 1)


def test_a_first_row_of_data_is_no_row_of_units(tmp_path: Path) -> None:
    write(tmp_path, "laskut.csv", "Asiakas;Palvelu;Laskupvm;Summa", [(n, "Perhetyö", day(n), n) for n in range(4)])
    assert "yksiköitä" not in propose(tmp_path, say()).text


def test_members_of_an_archive_are_proposed(tmp_path: Path) -> None:
    every_table(tmp_path)
    with zipfile.ZipFile(tmp_path / "otteet.zip", "w") as archive:
        for file in sorted(tmp_path.glob("*.csv")):
            archive.write(file, f"kunta/{file.name}")
            file.unlink()
    study = proposed(tmp_path)
    assert {source.folder for source in study.sources} == {"otteet.zip"}
    assert len(study.sources) == 20
    assert all(account.used == account.read for account in read(tmp_path, study).account)


@pytest.mark.parametrize(
    ("header", "table"),
    [
        ("Klientnummer;Tjänst;Startdatum;Slutdatum", "relationships"),
        ("Klientnummer;Anmälningsdatum;Anmälare;Utfall", "contacts"),
        ("Klientnummer;Besöksdatum;Tjänst", "visits"),
        ("Tjänst;Fakturadatum;Belopp (€)", "costs"),
        ("Tjänst;Gäller från;Antal platser;Årsverken", "capacity"),
        ("Barnets nummer;Vårdnadshavarens nummer", "family_links"),
        ("Klientnummer;Datum;Stödbehov", "needs"),
        ("Klientnummer;Mål uppställt;Måluppfyllelse", "goals"),
        ("Klientnummer;Svarsdatum;Fråga;Svar", "answers"),
        ("Tjänst;Nivå;Enhetskostnad", "services"),
        ("Client ID;Service;Start date;End date", "relationships"),
        ("Client ID;Date received;Referral source;Decision date", "contacts"),
        ("Child ID;Guardian ID", "family_links"),
        ("Old client number;New client number", "identities"),
        ("Client ID;Goal set;With family;Goal met", "goals"),
        ("Client ID;Date recorded;Support need", "needs"),
        ("Client ID;Response date;Question;Score", "answers"),
        ("Service;Valid from;Places;FTE", "capacity"),
        ("Service name;Service level;Unit price", "services"),
        ("Area;Year;Age from;Age to;Inhabitants", "population"),
    ],
)
def test_headers_alone_tell_the_table_in_swedish_and_english(header: str, table: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(header + "\n", encoding="utf-8")
    assert [source.table for source in proposed(tmp_path).sources] == [table]


@pytest.mark.parametrize(("table", "column"), [(t.name, c) for t in TABLES.values() for c in t.columns])
def test_every_column_has_synonyms_that_fit_it(table: str, column: str) -> None:
    words = vocabulary()
    synonyms = words.headers[table][column]
    assert len(synonyms) >= 7
    assert len(set(synonyms)) == len(synonyms)
    assert all(words.fit(table, column, f"{name.upper()} (kpl)")[0] == EXACT for name in synonyms)
    assert all(plain(name) == name for name in synonyms)


def test_closed_codes_are_all_known_by_some_word() -> None:
    for table in TABLES.values():
        for column, spec in table.columns.items():
            if isinstance(spec.codes, tuple):
                assert set((vocabulary().closed(table.name, column) or {}).values()) == set(spec.codes), column
    assert set((vocabulary().closed("contacts", "outcome") or {}).values()) == set(CONTACT_OUTCOMES)
    assert set((vocabulary().closed("goals", "outcome") or {}).values()) == set(OUTCOMES)


@pytest.mark.parametrize(
    ("header", "kinds", "tables"),
    [
        ("Hetu;Palvelun alku;Palvelun loppu;Palvelu", "hdds", ["relationships", "clients"]),
        ("ASIAKAS_ID;PALVELU_KOODI;ALKU_PVM;LOPPU_PVM", "nsmm", ["relationships"]),
        ("Asiakastunnus;Sijoituspaikka;Sijoitus alkoi;Sijoitus päättyi;Hoitopäivät", "nsddk", ["relationships"]),
        ("Asiakas;Palvelu;Alkoi;Päättyi;Käyntejä", "nsddk", ["relationships"]),
        ("Asiakasnumero;Käyntipäivä;Palvelu;Kesto;Osallistujia", "ndskk", ["visits"]),
        ("Pvm;Asiakas;Käyntilaji;Palvelu", "dnas", ["visits"]),
        ("Asiakasnumero;Syntymävuosi;Lapsia;Aikuisia;Sukupuoli", "nykka", ["clients"]),
        ("Asiakasnumero;Perhenumero;Rooli", "nna", ["clients"]),
        ("Kustannuspaikka;Palvelu;Kausi;Toteuma (€);Budjetti (€)", "nsdee", ["costs"]),
        ("Laskun numero;Toimittaja;Palvelu;Laskupvm;Summa;Alv", "nasdee", ["costs"]),
        ("Lapsen nimi;Lapsen hetu;Huoltajan 1 hetu;Huoltajan 2 hetu", "ahhh", ["family_links", "family_links"]),
        ("Asiakas nro;Yhteydenoton syy;Yhteydenoton pvm;Yhteydenottaja", "nada", ["contacts", "needs"]),
        ("Asiakas;Pvm;Toivo;Jaksaminen;Arki", "ndkkk", ["answers"]),
        ("Asiakas;Päivämäärä;K1;K2;K3;K4", "ndkkkk", ["answers"]),
        ("Vastaajatunnus;Rooli;Lähetetty;K1;K2;K3", "nadkkk", ["survey"]),
    ],
)
def test_headers_and_values_as_they_come(header: str, kinds: str, tables: list[str], tmp_path: Path) -> None:
    made = {
        "h": lambda n, c: identity_code(n * 7 + c), "d": lambda n, _: day(n), "n": lambda n, c: 10000 + 100 * c + n,
        "s": lambda n, _: SERVICES[n % 4], "m": lambda n, _: f"2022-03-{n % 28 + 1:02} 00:00:00",
        "k": lambda n, c: (n + c) % 5 + 1, "y": lambda n, _: 2010 + n % 5, "a": lambda n, _: "AB"[n % 2],
        "e": lambda n, _: f"{n},50",
    }  # fmt: skip
    rows = [[made[kind](n, column) for column, kind in enumerate(kinds)] for n in range(40)]
    write(tmp_path, "ote.csv", header, rows)
    study = proposed(tmp_path)
    assert [source.table for source in study.sources] == tables
    assert "TODO" not in [*study.sources[0].columns.values()]


def test_both_guardians_of_a_row_are_read(tmp_path: Path) -> None:
    rows = [(c, f"8{n:04}", f"9{n:04}" if n % 2 else "") for n, c in enumerate(CLIENTS)]
    write(tmp_path, "huoltajat.csv", "Lapsen numero;Huoltaja 1;Huoltaja 2", rows)
    study = proposed(tmp_path)
    assert [source.columns["guardian"] for source in study.sources] == ["Huoltaja 1", "Huoltaja 2"]


def test_the_reason_of_a_contact_is_a_need_recorded_at_contact(tmp_path: Path) -> None:
    rows = [(c, day(n), ("Koulu", "Vanhempi")[n % 2], ("Päihteet", "Ero")[n % 2]) for n, c in enumerate(CLIENTS)]
    write(tmp_path, "yhteydenotot_2022.csv", "Asiakasnro;Saapunut;Ilmoittaja;Yhteydenoton syy", rows)
    study = proposed(tmp_path)
    assert source_of(study, "needs").constants == {"stage": "contact"}
    assert source_of(study, "needs").values["need"] == {"Ero": "ero", "Päihteet": "paihteet"}
    assert [(need.code, need.name.fi) for need in study.needs] == [("ero", "Ero"), ("paihteet", "Päihteet")]
    needs = read(tmp_path, study).tables["needs"]
    assert set(needs["stage"].to_pylist()) == {"contact"}


def test_records_that_end_like_headers_are_no_header(tmp_path: Path) -> None:
    rows = [(n, "Neuvolan palvelu", "Itäinen alue", day(n)) for n in range(20)]
    write(tmp_path, "ote.csv", "1;Neuvolan palvelu;Itäinen alue;1.3.2022", rows)
    proposal = propose(tmp_path, say())
    assert proposal.told == (say()("init.unknown", file="ote.csv"),)
    assert "Neuvolan" not in proposal.text


def test_a_parquet_file_is_proposed_and_read(tmp_path: Path) -> None:
    days = pa.array([datetime.date(2022, 3, n % 28 + 1) for n in range(40)])
    columns = {"Asiakasnro": pa.array(CLIENTS[:40]), "Palvelu": pa.array([SERVICES[n % 4] for n in range(40)])}
    sums = pa.array([n + 0.5 for n in range(40)])
    pq.write_table(pa.table({**columns, "Laskupvm": days, "Summa": sums}), tmp_path / "laskut_2022.parquet")
    study = proposed(tmp_path)
    source = source_of(study, "costs")
    assert source.format == "parquet"
    assert set(source.columns) == {"client", "service", "date", "cost_eur"}
    costs = read(tmp_path, study).tables["costs"]
    assert sum(costs["cost_cents"].to_pylist()) == sum(100 * n + 50 for n in range(40))


def test_titles_and_units_above_the_header_are_skipped(tmp_path: Path) -> None:
    rows = [(n, "Perhetyö", day(n), f"{n},50") for n in range(9)]
    above = "Laskut 2022;Tulosti Maija Virtanen\n\n;;(pvm);(eur)\nAsiakas;Palvelu;Laskupvm;Summa"
    write(tmp_path, "laskut_2022.csv", above, rows)
    proposal = propose(tmp_path, say())
    study = loaded(tmp_path, proposal)
    assert source_of(study, "costs").header_row == 4
    assert (proposal.todo, "Virtanen" in proposal.text) == (0, False)
    assert [account.used for account in read(tmp_path, study).account] == [9]


def test_old_and_new_identity_codes_are_pairs(tmp_path: Path) -> None:
    rows = [(identity_code(n), identity_code(n + 50)) for n in range(30)]
    write(tmp_path, "hetut.csv", "Vanha henkilötunnus;Uusi henkilötunnus", rows)
    proposal = propose(tmp_path, say())
    source = source_of(loaded(tmp_path, proposal), "identities")
    assert source.columns == {"identity_code": "Uusi henkilötunnus", "other_identity_code": "Vanha henkilötunnus"}
    assert proposal.told == ("hetut.csv: Samat ihmiset eri numeroilla, 30 riviä, varma",)
